"""Gather the tables' proposals of a build step, compare them over the draws, and say what they share."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.catalogue.effects import own_prices, with_own_price
from model.documents.comparison import Compared, Side
from model.documents.comparison_charts import SHAPES
from model.files.problems import FileProblem
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import without_texts
from model.uncertainty.comparison import WinShares, over_draws
from model.uncertainty.draws import draws_for
from model.workshop.cards import Package
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.results import scenario_results
from pages.session.session import Session

Floats = NDArray[np.float64]

# So many have a mark and a colour of their own.
MOST: Final = len(SHAPES)
_SLOT: Final = "meeting-compare"


@dataclass(frozen=True)
class Proposal:
    """One table's proposal under its name; ``handed_in``: the table has said that it is done.

    ``package`` are the cards that it is laid of, in a step of cards.
    """

    table: str
    name: str
    scenario: Scenario
    handed_in: bool
    package: Package | None = None


def proposals_of(session: Session, meeting: Meeting, step: CourseStep) -> tuple[Proposal, ...]:
    """Return the proposals that a step goes on with, those that are handed in first; damaged ones are left out.

    A draft that was not handed in says so in its name.
    """
    build = meeting.course.step(step.previous)
    return () if build is None else proposals_in(session, meeting, build)


def proposals_in(session: Session, meeting: Meeting, build: CourseStep) -> tuple[Proposal, ...]:
    """Return the proposals that were made in a build step, as ``proposals_of``.

    A party that has done nothing in a round that goes on from another one stands by its cards of before.
    """
    answers = meeting.answers(build)
    found = []
    for table in meeting.tables():
        answer = answers.get(table.id)
        handed_in = answer is not None and answer.handed_in
        # One that stands by its proposal of the round before has not been slow to hand in.
        state = "kept" if answer is None else "draft"
        name = table.name if handed_in else session.text(f"page_workshop.show.{state}", name=table.name)
        try:
            if build.instrument == "cards":
                package = meeting.package(build, table.id, name)
                scenario = None if package is None else package.scenario
            else:
                package, scenario = None, meeting.proposal(build, table.id, name)
        except FileProblem:
            continue
        if scenario is not None:
            found.append(Proposal(table.id, name, scenario, handed_in, package))
    return tuple(sorted(found, key=lambda proposal: not proposal.handed_in))


def compared(session: Session, proposals: Sequence[Proposal]) -> Compared:
    """Return the comparison of the proposals, with what the draws say once that is known."""
    sides = []
    for proposal in proposals:
        results = scenario_results(proposal.scenario)
        budget = results.budget
        if proposal.package is not None:
            made = proposal.package.stack
            budget = with_own_price(budget, made.layers, made.base)
        sides.append(Side(proposal.name, proposal.scenario, results.goals, budget))
    return Compared(tuple(sides), session.language)


def shares_job(session: Session, comparison: Compared, proposals: Sequence[Proposal]) -> Job:
    """Return the work of comparing the proposals over the draws, made before or begun now."""
    scenarios = [without_texts(side.scenario) for side in comparison.sides]
    municipality = municipality_of(scenarios[0])
    directions, least = comparison.directions(), comparison.least()
    prices = [_prices(proposal, comparison.years) for proposal in proposals]

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Make the draws and compare."""
        draws = draws_for(municipality, cancel=cancel, progress=progress)
        return over_draws(
            draws, scenarios, directions, least=least, prices=prices, cancel=cancel, progress=progress
        )

    keys = tuple(scenario.key for scenario in scenarios)
    key = (_SLOT, municipality.key, keys, tuple(price.tobytes() for price in prices))
    return session.ask(STUDIES, _SLOT, key, work)


def _prices(proposal: Proposal, years: Sequence[int]) -> Floats:
    """Return what a proposal's cards cost by prices of their own, DKK [Y, 3]."""
    if proposal.package is None:
        return np.zeros((len(years), 3))
    made = proposal.package.stack
    return own_prices(made.layers, made.base, years)


def with_shares(comparison: Compared, shares: Mapping[str, WinShares] | None) -> Compared:
    """Return the comparison with what the draws say."""
    return Compared(comparison.sides, comparison.language, shares)
