"""Hold what a visitor types about one lever - its steps and why - until it is used: one step of the history."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from model.language.catalogue import long_date, number
from model.language.messages import Localized, Message, Phrase
from model.language.typed_dates import NotADate, read_date
from model.language.typed_numbers import NotANumber, number_text, read_number
from model.scenario.levers import HORIZON, LEVER_BY_ID, Lever, Value, baseline_value, check_value
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import as_typed
from pages.session.session import LEVER_DIALOG, Session

# A path of more steps than these is written in a file.
MOST_STEPS: Final = 12
# Longer ones would make a link that some proxies cut off; what a file holds already is kept.
REASON_LENGTH: Final = 1_000
_WEEKS_BETWEEN: Final = 13

Field = str  # "from", "to", "weeks" or "why"
TypedText = Callable[[int, Field], str]


@dataclass(frozen=True)
class DraftStep:
    """One step as it stood when the form was opened or the step was added; ``to`` is what a mix of places stays at."""

    key: int
    to: Value
    texts: Mapping[Field, str]


@dataclass
class LeverDraft:
    """The steps of one lever under the hand; ``token`` parts the fields of one opening from those of the next."""

    item: str
    lever: Lever
    group: str | None
    kind: str
    steps: list[DraftStep]
    edited: bool = False  # a step was added or removed
    # What a hand has drawn and the fields do not say yet, by step and field.
    drawn: dict[tuple[int, Field], str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    def remove(self, step: DraftStep) -> None:
        """Take a step out of the form."""
        self.steps.remove(step)
        self.edited = True

    def add(self, step: DraftStep) -> None:
        """Put a step behind the last one."""
        self.steps.append(step)
        self.edited = True

    @property
    def has_number(self) -> bool:
        """Return whether the lever's value is a number that can be typed; a mix of places is not."""
        return self.lever.scope != "mix"


@dataclass(frozen=True)
class Reading:
    """What the fields say: the lever's changes, None where something is wrong, and what that is, by step and field."""

    changes: tuple[Change, ...] | None
    problems: Mapping[tuple[int, Field], Localized]
    steps: Mapping[int, Change] = field(default_factory=dict)  # the changes by the key of their step


def open_lever_form(session: Session, item: str) -> None:
    """Open the form of a slider's lever, if there is such a slider."""
    draft = lever_draft(session, item)
    if draft is not None:
        session.draft, session.dialog = draft, LEVER_DIALOG


def lever_draft(session: Session, item: str) -> LeverDraft | None:
    """Return the form of a slider's lever as the scenario has it; None where there is no such slider.

    A lever that is not moved begins with one step, at its own value.
    """
    lever_id, _, part = item.partition(":")
    lever = LEVER_BY_ID.get(lever_id)
    if lever is None or (lever.scope == "group" and part not in lever.groups):
        return None
    group, kind = (part, "") if lever.scope == "group" else (None, part)
    scenario = session.history.current
    changes = [change for change in scenario.changes if change.target == (lever_id, group)]
    if not changes:
        base = baseline_value(lever, municipality_of(scenario), group)
        first = {"from": session.start_of_changes, "phase_in_weeks": session.phase_in_weeks}
        changes = [Change.model_validate({"lever": lever_id, "group": group, "to": base, **first})]
    steps = [_step(key, change, session.language) for key, change in enumerate(changes)]
    return LeverDraft(item, lever, group, kind, steps)


def _step(key: int, change: Change, language: str) -> DraftStep:
    """Return a change as the fields show it."""
    texts = {
        "from": long_date(change.from_, language),
        "to": "" if isinstance(change.to, Mapping) else number_text(change.to, language),
        "weeks": str(change.phase_in_weeks),
        "why": change.why,
    }
    return DraftStep(key, change.to, texts)


def added_step(draft: LeverDraft, scenario: Scenario, typed: TypedText, language: str) -> DraftStep:
    """Return a further step: the last one's value, from the new year after it or else a quarter later."""
    last = draft.steps[-1]
    try:
        before = read_date(typed(last.key, "from")).within(scenario.start)
    except NotADate:
        before = scenario.start
    wanted = (
        datetime.date(before.year + 1, 1, 1),
        before + datetime.timedelta(weeks=_WEEKS_BETWEEN),
        before + datetime.timedelta(weeks=1),
    )
    fitting = next((date for date in wanted if scenario.start <= date < scenario.end), None)
    texts = {
        "from": "" if fitting is None else long_date(fitting, language),
        "to": typed(last.key, "to"),
        "weeks": "0",
        "why": "",
    }
    return DraftStep(max(step.key for step in draft.steps) + 1, last.to, texts)


def read_draft(draft: LeverDraft, scenario: Scenario, typed: TypedText) -> Reading:
    """Return what the fields say about the lever, or in words what is wrong with them."""
    problems: dict[tuple[int, Field], Localized] = {}
    changes: dict[int, Change] = {}
    for step in draft.steps:

        def note(where: Field, problem: Localized, key: int = step.key) -> None:
            problems[key, where] = problem

        date = _date(scenario, typed(step.key, "from"), note)
        to = _value(draft, scenario, step, typed(step.key, "to"), note)
        weeks = _weeks(typed(step.key, "weeks"), note)
        if date is None or to is None or weeks is None:
            continue
        if any(change.from_ == date for change in changes.values()):
            note("from", Message("page_lever.date.twice", date=Phrase(long_date, date)))
            continue
        written = {"to": to, "from": date, "phase_in_weeks": weeks, "why": as_typed(typed(step.key, "why"))}
        target = {"lever": draft.lever.id, "group": draft.group}
        changes[step.key] = Change.model_validate({**target, **written})
    in_order = tuple(sorted(changes.values(), key=lambda c: c.from_))
    return Reading(None if problems else in_order, problems, changes)


def draw_step(session: Session, token: str, step: int, from_: str, to: float) -> None:
    """Have the fields say where a hand has drawn a step of the form on screen: one that is gone is not asked.

    Raises ValueError where the date or the value is not one that the fields would take.
    """
    draft, scenario = session.draft, session.history.current
    if draft is None or draft.token != token or all(one.key != step for one in draft.steps):
        return
    date = datetime.date.fromisoformat(from_)
    wrong = check_value(draft.lever, to, municipality_of(scenario)) if draft.has_number else True
    if wrong or not scenario.start <= date < scenario.end:
        raise ValueError(f"{to} from {from_} is outside the lever's path")
    draft.drawn[step, "from"] = long_date(date, session.language)
    draft.drawn[step, "to"] = number_text(to, session.language)


Note = Callable[[Field, Localized], None]


def _date(scenario: Scenario, text: str, note: Note) -> datetime.date | None:
    """Return the date that a field says, within the scenario's years."""
    try:
        date = read_date(text).within(scenario.start)
    except NotADate as problem:
        note("from", problem)
        return None
    if scenario.start <= date < scenario.end:
        return date
    last = scenario.end - datetime.timedelta(days=1)
    first, end = Phrase(long_date, scenario.start), Phrase(long_date, last)
    note("from", Message("page_lever.date.outside", first=first, last=end))
    return None


def _value(draft: LeverDraft, scenario: Scenario, step: DraftStep, text: str, note: Note) -> Value | None:
    """Return the value that a field says, within the lever's bounds; of a mix the one that the sliders gave it."""
    if not draft.has_number:
        return step.to
    try:
        value = read_number(text)
    except NotANumber as problem:
        note("to", problem)
        return None
    wrong = check_value(draft.lever, value, municipality_of(scenario))
    if wrong is not None:
        note("to", wrong)
        return None
    return value


def _weeks(text: str, note: Note) -> int | None:
    """Return the weeks of phase-in that a field says; an empty one is none."""
    most = HORIZON.most_phase_in_weeks
    try:
        weeks = read_number(text) if text.strip() else 0.0
    except NotANumber as problem:
        note("weeks", problem)
        return None
    if weeks.is_integer() and 0 <= weeks <= most:
        return int(weeks)
    note("weeks", Message("page_lever.weeks.wrong", most=Phrase(number, most)))
    return None


def with_steps(scenario: Scenario, draft: LeverDraft, changes: tuple[Change, ...]) -> Scenario:
    """Return the scenario with these changes of the lever in place of those that it had.

    Raises pydantic's ValidationError where the scenario would hold too many.
    """
    others = (change for change in scenario.changes if change.target != (draft.lever.id, draft.group))
    return scenario.copy_with(changes=(*others, *changes))
