"""Work out what a meeting's record tells: the run beside the guesses, and each proposal with its ranges, once."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.budget.amounts import Amount
from model.catalogue.effects import with_own_prices
from model.catalogue.stack import Layer
from model.documents.figures import Findings, GoalRow, gather
from model.language.catalogue import group_names_of_one_answer
from model.scenario.period import use_names_of
from model.scenario.scenario import Scenario, municipality_of, without_changes
from model.uncertainty.draws import DEFAULT_COUNT, check_cancel, draws_for
from model.uncertainty.fan import fan
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.outcome import Proposal, seen_rounds
from model.workshop.parcel import decided_scenario, told_proposals

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class WorkedOut:
    """A proposal with what it comes to. ``years`` and ``total`` have the cards' own prices in them."""

    findings: Findings
    years: tuple[Amount, ...]
    total: Amount


@dataclass(frozen=True, eq=False)
class MeetingFindings:
    """All that the record of one meeting tells, in one language."""

    meeting: Meeting
    base: Findings  # the municipality without changes, under the meeting's title
    rounds: Mapping[str, tuple[str, ...]]  # by step: those whose answers are told
    guessed: Mapping[str, Findings]  # by step: the run that was guessed at
    proposals: tuple[tuple[Proposal, WorkedOut | None], ...]
    decided: WorkedOut | None

    @property
    def language(self) -> str:
        """Return the language that it is told in."""
        return self.base.language

    def row(self, step: CourseStep, findings: Findings) -> GoalRow | None:
        """Return the goal that a step has in view, in one of its runs; None where it has none."""
        return next(
            (
                row
                for row in findings.rows
                if row.goal.id == step.goal and row.indicator.id == (step.indicator or row.goal.key.id)
            ),
            None,
        )

    def of_step(self, step: CourseStep) -> tuple[tuple[Proposal, WorkedOut | None], ...]:
        """Return a step's proposals."""
        return tuple(one for one in self.proposals if one[0].step == step)


def work_out(
    meeting: Meeting,
    language: str,
    *,
    count: int = DEFAULT_COUNT,
    made_on: datetime.date | None = None,
    unseen: bool = False,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> MeetingFindings:
    """Run what the meeting's record tells, each scenario once over ``count`` draws (0: without ranges).

    ``unseen``: also the answers that the room has not seen. ``progress(done, of)`` counts scenarios.
    Raises Refused before the meeting's end where ``unseen`` is asked for; FileProblem; as ``draws_for``.
    """
    rounds: dict[str, tuple[str, ...]] = {}
    for step, round_ in seen_rounds(meeting, unseen=unseen):
        rounds[step.id] = (*rounds.get(step.id, ()), round_)
    told = told_proposals(meeting, language, unseen=unseen)
    guesses = [step for step in meeting.course.steps if step.kind == "guess" and rounds.get(step.id)]
    chosen = decided_scenario(meeting, language)
    of = len(guesses) + sum(one.scenario is not None for one in told) + (chosen is not None)
    done = 0

    def run(scenario: Scenario) -> Findings:
        """Run one scenario in all draws."""
        nonlocal done
        check_cancel(cancel)
        municipality = municipality_of(scenario)
        bands = None
        if count:
            draws = draws_for(municipality, count=count, cancel=cancel)
            bands = fan(municipality, scenario, draws, cancel=cancel)
        found = gather(scenario, language, made_on=made_on, fan=bands)
        done += 1
        if progress is not None:
            progress(done, of)
        return found

    with group_names_of_one_answer():
        base = gather(meeting.base(meeting.course.title), language, made_on=made_on)
        use_names_of(base.scenario)
        return MeetingFindings(
            meeting,
            base,
            rounds,
            {step.id: run(scenario) for step in guesses if (scenario := meeting.scenario(step)) is not None},
            tuple(
                (one, None if one.scenario is None else _worked_out(run(one.scenario), one.layers))
                for one in told
            ),
            None if chosen is None else _worked_out(run(chosen), ()),
        )


def _worked_out(findings: Findings, layers: tuple[Layer, ...]) -> WorkedOut:
    """Return a run with its amounts, own prices of cards included."""
    if not layers:
        return WorkedOut(findings, findings.year_differences, findings.total)
    years = [int(year) for year in findings.budget.years]
    base = without_changes(findings.scenario)
    return WorkedOut(
        findings, *with_own_prices(findings.year_differences, findings.total, layers, base, years)
    )
