"""Work out what a meeting's record tells: the run beside the guesses, and each proposal with its ranges, once."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from model.budget.amounts import Amount
from model.catalogue.effects import with_own_prices
from model.catalogue.stack import Layer
from model.documents.comparison import Compared, Side
from model.documents.comparison_charts import SHAPES
from model.documents.figures import Findings, GoalRow, gather
from model.language.catalogue import group_names_of_one_answer, text
from model.scenario.period import use_names_of
from model.scenario.scenario import Scenario, municipality_of, without_changes
from model.scenario.texts import without_texts
from model.uncertainty.comparison import over_draws
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
    verdicts: Mapping[
        str, tuple[str, ...]
    ]  # by build step: the sentences of the comparison, as the room saw them

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
        guessed = {
            step.id: run(scenario) for step in guesses if (scenario := meeting.scenario(step)) is not None
        }
        made = tuple(
            (one, None if one.scenario is None else _worked_out(run(one.scenario), one.layers))
            for one in told
        )
        chosen_out = None if chosen is None else _worked_out(run(chosen), ())
        builds = [step.id for step in meeting.course.steps if step.kind == "build"]
        verdicts = {
            which: _verdict([pair for pair in made if pair[0].step.id == which], language, count, cancel)
            for which in builds
        }
    return MeetingFindings(meeting, base, rounds, guessed, made, chosen_out, verdicts)


def _verdict(
    of_step: Sequence[tuple[Proposal, WorkedOut | None]],
    language: str,
    count: int,
    cancel: threading.Event | None,
) -> tuple[str, ...]:
    """Compare the proposals of one step over the draws, in the order and under the names of the page."""
    sides = [
        Side(
            shown_name(one, language),
            worked.findings.scenario,
            worked.findings.goals,
            worked.findings.budget,
        )
        for one, worked in sorted(of_step, key=lambda pair: not pair[0].answer.handed_in)
        if worked is not None
    ]
    # The comparison does not know the own prices of cards.
    if (
        not count
        or not 1 < len(sides) <= len(SHAPES)
        or any(layer.price for one, _ in of_step for layer in one.layers)
    ):
        return ()
    check_cancel(cancel)
    compared = Compared(tuple(sides), language)
    scenarios = [without_texts(side.scenario) for side in sides]
    draws = draws_for(municipality_of(scenarios[0]), count=count, cancel=cancel)
    shares = over_draws(draws, scenarios, compared.directions(), least=compared.least(), cancel=cancel)
    return Compared(compared.sides, language, shares).verdict


def shown_name(proposal: Proposal, language: str) -> str:
    """Return the table's name, marked where it has not handed in."""
    name = proposal.table.name
    return name if proposal.answer.handed_in else text("workshop.not_handed_in", language, name=name)


def _worked_out(findings: Findings, layers: tuple[Layer, ...]) -> WorkedOut:
    """Return a run with its amounts, own prices of cards included."""
    if not layers:
        return WorkedOut(findings, findings.year_differences, findings.total)
    years = [int(year) for year in findings.budget.years]
    base = without_changes(findings.scenario)
    return WorkedOut(
        findings, *with_own_prices(findings.year_differences, findings.total, layers, base, years)
    )
