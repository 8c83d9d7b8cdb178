"""Hold a course while it is written on the page: what was typed, what it comes to as a file, and what is missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from model.files.atomic_write import yaml_text
from model.files.problems import FileProblem
from model.language.messages import Localized, Message, Text
from model.language.typed_numbers import number_text
from model.workshop.course import FIELDS, FORMAT, KINDS, NEEDED, Course, CourseStep, Kind
from model.workshop.course_files import read_course
from pages.components.number_field import number_entry
from pages.session.session import Session

DRAFTS: Final = "plan-drafts"
OPEN: Final = "plan-open"
MILLION: Final = 1e6
# What a new step of each kind is called in the file.
_IDS: Final[Mapping[Kind, str]] = {
    "opening": "aabning",
    "guess": "gaet",
    "build": "byg",
    "beliefs": "tror",
    "show": "vis",
    "decide": "beslut",
    "text": "tekst",
}
_TYPED: Final = ("title", "question", "text", "note", "scenario", "goal", "indicator", "previous")
_OF_MUNICIPALITY: Final = ("scenario", "goal", "indicator", "cards")
_LISTS: Final = ("levers", "cards", "assumptions")
_numbers = itertools.count(1)


def _number() -> int:
    """Return a number that nothing else on the page has: what the widgets' keys are made of."""
    return next(_numbers)


@dataclass
class StepDraft:
    """One step as it is typed; ``values`` has the texts and lists of all kinds, so that another kind loses nothing."""

    id: str
    values: dict[str, Any]
    uid: int = field(default_factory=_number)

    @property
    def kind(self) -> Kind:
        """Return the step's kind."""
        return next(kind for kind in KINDS if kind == self.values["kind"])

    def plain(self) -> dict[str, Any]:
        """Return the step as plain data, with what its kind uses; what is no number stays as it was typed."""
        out: dict[str, Any] = {"id": self.id, "kind": self.kind, "title": self.values["title"]}
        used = FIELDS[self.kind]
        by_cards = self.kind == "build" and self.values["instrument"] == "cards"
        for name in ("question", "text", "note"):
            out[name] = self.values[name]
        out["minutes"] = _as_number(self.values["minutes"], 1.0)
        for name in ("scenario", "goal", "indicator", "levers", "cards", "assumptions", "previous"):
            if name in used and name != ("levers" if by_cards else "cards"):
                out[name] = list(self.values[name]) if name in _LISTS else self.values[name]
        if by_cards:
            out["instrument"] = "cards"
        if "budget_dkk" in used:
            out["budget_dkk"] = _as_number(self.values["budget"], MILLION)
        return {name: value for name, value in out.items() if value not in ("", [], None) or name == "title"}


def _as_number(typed: str, unit: float) -> Any:
    """Return a typed number in the file's unit, None for an empty field, or the text where it is no number."""
    entry = number_entry(typed, optional=True)
    if entry.value is None:
        return typed.strip() or None
    value = round(entry.value * unit, 6)
    return int(value) if value.is_integer() else value


@dataclass
class PlanDraft:
    """A course as it is typed. ``key`` names the own one that it takes the place of; "" for a new one."""

    head: dict[str, Any]
    steps: list[StepDraft]
    key: str = ""
    saved: Course | None = None  # what the file held when it was opened
    open_step: int = 0  # the uid of the step whose fields are shown
    removed: tuple[int, StepDraft] | None = None  # what was taken out last, and from where
    town: str = ""  # the municipality that scenarios and goals were chosen for
    # What was chosen for other municipalities, by municipality and step: it is back when one comes back.
    elsewhere: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    checked: bool = False  # somebody has tried to save: from then on faults are told
    begun: dict[str, Any] = field(default_factory=dict)  # as it was before anything was typed
    uid: int = field(default_factory=_number)

    def __post_init__(self) -> None:
        """Remember how it began."""
        self.begun = self.plain()
        self.town = self.head["municipality"]

    @property
    def is_changed(self) -> bool:
        """Return whether anything has been typed."""
        return self.plain() != self.begun

    def plain(self) -> dict[str, Any]:
        """Return it as plain data in the order of the file."""
        head = {"course": FORMAT, "title": self.head["title"], "municipality": self.head["municipality"]}
        more = ("description", "author", "baseline", "rules", "budget_round")
        head |= {name: self.head[name] for name in more if self.head[name]}
        if str(head.get("baseline", "")).isdigit():
            head["baseline"] = int(head["baseline"])
        return head | {"steps": [step.plain() for step in self.steps]}

    def text(self) -> str:
        """Return it as the text of a file, as it stands."""
        return yaml_text(self.plain())

    def builds_before(self, step: StepDraft) -> list[StepDraft]:
        """Return the build steps before one."""
        return [one for one in self.steps[: self.steps.index(step)] if one.kind == "build"]

    def add(self, kind: Kind, title: str) -> None:
        """Add a step at the end, and show its fields."""
        ids = {step.id for step in self.steps} | ({self.removed[1].id} if self.removed else set())
        base = _IDS[kind]
        free = next(one for n in itertools.count(1) if (one := base if n == 1 else f"{base}-{n}") not in ids)
        step = StepDraft(free, empty_step(kind, title))
        earlier = [one.id for one in self.steps if one.kind == "build"]
        if earlier and "previous" in NEEDED.get(kind, ()):
            step.values["previous"] = earlier[-1]
        self.steps.append(step)
        self.open_step = step.uid

    def move(self, step: StepDraft, by: int) -> None:
        """Move a step up or down."""
        place = self.steps.index(step)
        if 0 <= place + by < len(self.steps):
            self.steps.insert(place + by, self.steps.pop(place))

    def remove(self, step: StepDraft) -> None:
        """Take a step out; it is kept until another is."""
        place = self.steps.index(step)
        self.removed = (place, self.steps.pop(place))

    def follow_municipality(self) -> bool:
        """Put away what is chosen for the municipality before, where it is another now; return whether it is."""
        now = self.head["municipality"]
        if now == self.town:
            return False
        mine = {step.uid: {name: step.values[name] for name in _OF_MUNICIPALITY} for step in self.steps}
        self.elsewhere[self.town] = mine
        back = self.elsewhere.get(now, {})
        for step in self.steps:
            step.values |= back.get(step.uid, {**dict.fromkeys(_OF_MUNICIPALITY, ""), "cards": []})
        self.town = now
        return True

    def put_back(self) -> None:
        """Put the step that was taken out last back where it was."""
        if self.removed is not None:
            self.steps.insert(*self.removed)
            self.removed = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field: of the step with that uid, or of the head (0)."""

    step: int
    field: str
    words: Localized


def course_or_faults(draft: PlanDraft) -> tuple[Course | None, tuple[Fault, ...]]:
    """Return the course that a draft is, or all that is wrong with it, in words for who writes on the page."""
    faults = list(_missing(draft))
    if faults:
        return None, tuple(faults)
    try:
        return read_course(draft.text()), ()
    except FileProblem as problem:
        return None, tuple(_of_file(draft, problem))


def _missing(draft: PlanDraft) -> Iterator[Fault]:
    """Yield what is not filled in, or is no number."""
    if not draft.head["title"].strip():
        yield Fault(0, "title", Message("page_plan.fault.title"))
    if not draft.steps:
        yield Fault(0, "steps", Message("page_plan.fault.steps"))
    for step in draft.steps:
        values = step.values
        if not values["title"].strip():
            yield Fault(step.uid, "title", Message("page_plan.fault.title"))
        for name in ("minutes", *(("budget",) if step.kind == "build" else ())):
            problem = number_entry(values[name], optional=True).problem
            if problem is not None:
                yield Fault(step.uid, name, problem.message)
        for name in NEEDED.get(step.kind, ()):
            if not values[name]:
                yield Fault(step.uid, name, Message(f"page_plan.fault.{name}"))
        if step.kind == "build" and not values[values["instrument"]]:
            yield Fault(step.uid, values["instrument"], Message(f"page_plan.fault.{values['instrument']}"))
        builds = {one.id for one in draft.builds_before(step)}
        if "previous" in FIELDS[step.kind] and values["previous"] and values["previous"] not in builds:
            yield Fault(step.uid, "previous", Message("page_plan.fault.previous"))


def _of_file(draft: PlanDraft, problem: FileProblem) -> Iterator[Fault]:
    """Yield what reading the course as a file says, each at its field."""
    for one in problem.problems:
        words = Text(da=one.da, en=one.en)
        match one.path:
            case ("steps", int(i), *rest) if i < len(draft.steps):
                name = str(rest[0]) if rest else "title"
                yield Fault(draft.steps[i].uid, "budget" if name == "budget_dkk" else name, words)
            case (str(name), *_):
                yield Fault(0, name, words)
            case _:
                yield Fault(0, "title", words)


# --- where drafts come from -----------------------------------------------------------------------


def empty_step(kind: Kind, title: str) -> dict[str, Any]:
    """Return the values of a step in which only kind and title are filled in."""
    values: dict[str, Any] = {"kind": kind, **dict.fromkeys(_TYPED, ""), "title": title}
    return {**values, **{name: [] for name in _LISTS}, "minutes": "", "budget": "", "instrument": "levers"}


def new_draft(municipality: str) -> PlanDraft:
    """Return an empty course."""
    head = {"title": "", "municipality": municipality, "description": "", "author": ""}
    return PlanDraft({**head, "baseline": "", "rules": "", "budget_round": False}, [])


def draft_of(course: Course, language: str, *, key: str = "", title: str | None = None) -> PlanDraft:
    """Return a course as a draft; ``key`` where it is one's own and edited in place."""
    names = ("municipality", "description", "author", "baseline", "rules", "budget_round")
    head = {
        "title": course.title if title is None else title,
        **{name: getattr(course, name) for name in names},
    }
    steps = [_step_draft(step, language) for step in course.steps]
    return PlanDraft(head, steps, key=key, saved=course if key else None)


def _step_draft(step: CourseStep, language: str) -> StepDraft:
    """Return a step as it is typed."""
    values = empty_step(step.kind, step.title)
    values |= {name: getattr(step, name) for name in _TYPED}
    values |= {name: list(getattr(step, name)) for name in _LISTS}
    budget = None if step.budget_dkk is None else step.budget_dkk / MILLION
    values |= {
        "minutes": number_text(step.minutes, language),
        "budget": number_text(budget, language),
        "instrument": step.instrument,
    }
    return StepDraft(step.id, values)


def drafts(session: Session) -> list[PlanDraft]:
    """Return what this visit is writing."""
    found: list[PlanDraft] = session.widget_values.setdefault(DRAFTS, [])
    return found


def opened(session: Session) -> PlanDraft | None:
    """Return the draft on the page, None where the list is shown."""
    return next((one for one in drafts(session) if one.uid == session.widget_values.get(OPEN)), None)


def open_draft(session: Session, draft: PlanDraft) -> None:
    """Show a draft; one of the same own course that is under way already is gone on with."""
    under_way = [one for one in drafts(session) if one.key and one.key == draft.key]
    if not under_way:
        drafts(session).append(draft)
    session.widget_values[OPEN] = (under_way or [draft])[0].uid


def close_draft(session: Session) -> None:
    """Go back to the list; what nothing was typed into is dropped."""
    session.widget_values[OPEN] = None
    session.widget_values[DRAFTS] = [one for one in drafts(session) if one.is_changed]


def drop_draft(session: Session, draft: PlanDraft) -> None:
    """Drop a draft."""
    session.widget_values[OPEN] = None
    session.widget_values[DRAFTS] = [one for one in drafts(session) if one is not draft]


def faults_at(faults: Sequence[Fault], step: int, *names: str) -> list[Fault]:
    """Return the faults of one field, or of a step where none is named."""
    return [fault for fault in faults if fault.step == step and (not names or fault.field in names)]
