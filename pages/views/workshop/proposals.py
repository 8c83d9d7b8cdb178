"""Gather the tables' proposals of a build step, compare them over the draws, and say what they share."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.documents.comparison import Compared, Side
from model.documents.comparison_charts import SHAPES
from model.files.problems import FileProblem
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import without_texts
from model.uncertainty.comparison import WinShares, over_draws
from model.uncertainty.draws import draws_for
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.results import scenario_results
from pages.session.session import Session

# So many have a mark and a colour of their own.
MOST: Final = len(SHAPES)
_SLOT: Final = "meeting-compare"


@dataclass(frozen=True)
class Proposal:
    """One table's proposal under its name; ``handed_in``: the table has said that it is done."""

    table: str
    name: str
    scenario: Scenario
    handed_in: bool


def proposals_of(session: Session, meeting: Meeting, step: CourseStep) -> tuple[Proposal, ...]:
    """Return the proposals that a step goes on with, those that are handed in first; damaged ones are left out.

    A draft that was not handed in says so in its name.
    """
    build = meeting.course.step(step.previous)
    if build is None:
        return ()
    names = {table.id: table.name for table in meeting.tables()}
    found = []
    for table, answer in meeting.answers(build).items():
        name = names[table]
        if not answer.handed_in:
            name = session.text("page_workshop.show.draft", name=name)
        try:
            scenario = meeting.proposal(build, table, name)
        except FileProblem:
            continue
        if scenario is not None:
            found.append(Proposal(table, name, scenario, answer.handed_in))
    return tuple(sorted(found, key=lambda proposal: not proposal.handed_in))


def compared(session: Session, proposals: Sequence[Proposal]) -> Compared:
    """Return the comparison of the proposals, with what the draws say once that is known."""
    sides = []
    for proposal in proposals:
        results = scenario_results(proposal.scenario)
        sides.append(Side(proposal.name, proposal.scenario, results.goals, results.budget))
    return Compared(tuple(sides), session.language)


def shares_job(session: Session, comparison: Compared) -> Job:
    """Return the work of comparing over the draws, made before or begun now."""
    scenarios = [without_texts(side.scenario) for side in comparison.sides]
    municipality = municipality_of(scenarios[0])
    directions, least = comparison.directions(), comparison.least()

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Make the draws and compare."""
        draws = draws_for(municipality, cancel=cancel, progress=progress)
        return over_draws(draws, scenarios, directions, least=least, cancel=cancel, progress=progress)

    key = (_SLOT, municipality.key, tuple(scenario.key for scenario in scenarios))
    return session.ask(STUDIES, _SLOT, key, work)


def with_shares(comparison: Compared, shares: Mapping[str, WinShares] | None) -> Compared:
    """Return the comparison with what the draws say."""
    return Compared(comparison.sides, comparison.language, shares)
