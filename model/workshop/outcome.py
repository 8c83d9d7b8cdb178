"""What a meeting came to, as scenarios: each table's proposal and what was decided; what of it the room has seen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from model.catalogue.stack import Layer
from model.files.problems import FileProblem, sanitised
from model.language.messages import Message
from model.scenario.parts import NAME_LENGTH
from model.scenario.scenario import Scenario
from model.workshop.answers import Answer, Draft
from model.workshop.cards import package
from model.workshop.course import ASKING, CourseStep
from model.workshop.meeting import Meeting, Refused, with_changes
from model.workshop.meeting_parts import Table
from model.workshop.reveal import rounds

# The kinds of steps that show the proposals of the build step that they go on from.
_SHOWING: Final = frozenset(("show", "decide"))

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proposal:
    """One table's proposal in one step. ``scenario`` is None where the table has one that cannot be read or run."""

    step: CourseStep
    table: Table
    answer: Answer
    scenario: Scenario | None
    layers: tuple[Layer, ...] = ()  # the cards that it is laid of
    missing: tuple[str, ...] = ()  # cards that are not in the catalogue any more

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is proposed."""
        draft = self.answer.draft
        return draft is None or not (draft.changes or draft.cards)


def rounds_of(meeting: Meeting, step: CourseStep) -> tuple[str, ...]:
    """Return the rounds that a step has been asked in, in order; none for a step that asks nothing."""
    return rounds(meeting, step) if step.kind in ASKING else ()


def is_over(meeting: Meeting) -> bool:
    """Return whether the meeting is at its last step."""
    return meeting.progress.step >= len(meeting.course.steps) - 1


def is_seen(meeting: Meeting, step: CourseStep, round_: str) -> bool:
    """Return whether the room has seen the answers of a round: shown, or gone on from in a step that shows them."""
    progress = meeting.progress
    if round_ in progress.shown:
        return True
    until = meeting.course.steps[: progress.step + 1]
    return any(one.kind in _SHOWING and one.previous == step.id for one in until)


def check_unseen(meeting: Meeting) -> None:
    """Check that answers which the room has not seen may be taken along: at the end alone. Raises Refused."""
    if not is_over(meeting):
        raise Refused(Message("workshop.error.not_over"))


def seen_rounds(meeting: Meeting, *, unseen: bool) -> Iterator[tuple[CourseStep, str]]:
    """Yield the rounds whose answers are taken along; ``unseen``: all of them. Raises Refused before the end."""
    if unseen:
        check_unseen(meeting)
    for step in meeting.course.steps:
        for round_ in rounds_of(meeting, step):
            if unseen or is_seen(meeting, step, round_):
                yield step, round_


def proposals(meeting: Meeting, step: CourseStep, description: str = "") -> tuple[Proposal, ...]:
    """Return the proposals of a step in the tables' order; tables without one are left out."""
    builds = [one for one in meeting.course.steps if one.kind == "build"]
    found = []
    for table in meeting.tables():
        try:
            answer = meeting.standing(step, table.id)
        except FileProblem as problem:
            _log.warning("an answer in %s cannot be read: %s", meeting.code, sanitised(problem.text("en")))
            continue
        if answer is None or answer.draft is None:
            continue
        name = table.name if len(builds) == 1 else f"{table.name}: {step.title}"[:NAME_LENGTH].strip()
        try:
            scenario, layers, missing = scenario_of_draft(meeting, answer.draft, name, description)
        except (ValidationError, FileProblem) as problem:
            _log.warning("a proposal of %s cannot be used: %s", meeting.code, sanitised(str(problem)))
            found.append(Proposal(step, table, answer, None))
            continue
        found.append(Proposal(step, table, answer, scenario, layers, missing))
    return tuple(found)


def scenario_of_draft(
    meeting: Meeting, draft: Draft, name: str, description: str = ""
) -> tuple[Scenario, tuple[Layer, ...], tuple[str, ...]]:
    """Return a draft as a scenario, the cards that it is laid of in order, and the names of cards that are not there.

    Raises ValidationError where the scenario cannot be.
    """
    base = meeting.base(name).copy_with(description=description)
    if not draft.cards:
        return with_changes(base, draft.changes), (), ()
    laid = package(base, draft.cards, meeting.cards())
    return laid.scenario, laid.stack.layers, laid.gone


def decided(meeting: Meeting, name: str) -> Scenario | None:
    """Return the decided proposal as a scenario with the room's notes; None where none is decided.

    Raises ValidationError where it cannot be; FileProblem.
    """
    record = meeting.record
    if record.changes is None:
        return None
    notes = {key: getattr(record, key) for key in ("question", "expectation", "findings", "decision")}
    scenario = with_changes(meeting.base(name[:NAME_LENGTH].strip()), record.changes)
    scenario = scenario.copy_with(cards=record.cards)
    return scenario.copy_with(workshop=notes) if any(notes.values()) else scenario
