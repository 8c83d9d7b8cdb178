"""Hold the scenario on screen against a third reference: the administration's proposal.

It is the visitor's choice (``Session.reference``) and no step of the history: undo leaves it. It is read under the
assumptions on screen, and only where municipality, figures, start and years are those on screen.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from model.goals.results import IndicatorResult
from model.scenario import comparable
from model.scenario.scenario import Scenario
from model.scenario.texts import without_texts
from pages.session.held_draws import HeldDraws
from pages.session.jobs import STUDIES, Progress
from pages.session.results import ScenarioResults, scenario_results
from pages.session.session import Session

if TYPE_CHECKING:
    from model.budget.amounts import BudgetRanges

_POLL: Final = 400  # ms
_PART: Final = "reference"  # of a page, which waits for its ranges


def under_common_assumptions(session: Session, scenario: Scenario) -> Scenario:
    """Return a scenario under the assumptions on screen, so that only what is proposed differs."""
    return comparable.under_assumptions_of(session.scenario, scenario)


def misfit(session: Session, name: str, scenario: Scenario) -> str | None:
    """Return why a scenario cannot be compared with the one on screen, in words; None where it can."""
    return comparable.misfit(session.scenario, scenario, name, session.language)


def reference_results(session: Session) -> ScenarioResults | None:
    """Return what the administration's proposal comes to beside the scenario on screen.

    None where none is chosen, and where it cannot be compared: ``reference_note`` tells why.
    """
    reference = session.reference
    if reference is None or misfit(session, reference.name, reference) is not None:
        return None
    return scenario_results(under_common_assumptions(session, reference))


def reference_of_same_weeks(session: Session) -> ScenarioResults | None:
    """Return what it comes to where it covers the very weeks on screen, as courses and years do."""
    results = reference_results(session)
    return results if results is not None and results.scenario.start == session.scenario.start else None


def reference_indicator(session: Session, goal: str, indicator: str) -> IndicatorResult | None:
    """Return an indicator of the administration's proposal; None where none is chosen or it must not be shown."""
    found = reference_results(session)
    third = None if found is None else found.indicator(goal, indicator)
    return None if third is None or third.suppressed else third


def reference_ranges(session: Session) -> BudgetRanges | None:
    """Return the ranges of what the administration's proposal costs, if they are ready; else they are begun.

    They are over the draws of the scenario on screen, and come after its own, for which a reader waits. Once known they
    stay while a slider moves.
    """
    results, draws, band = reference_of_same_weeks(session), session.draws, session.band
    if results is None or draws is None or not draws.is_ready:
        return None
    municipality = results.municipality
    held: HeldDraws = draws.result
    if held.municipality.key != municipality.key:
        return None  # draws of other figures say nothing of it
    keys, key = results.key_indicators, ("reference", municipality.key, results.scenario.key)
    before = session.jobs.get(_PART)
    if before is not None and before.key == key and before.is_ready:
        known: BudgetRanges | None = before.result
        return known
    if band is None or not band.is_ready:
        return None
    scenario = without_texts(results.scenario)

    def work(cancel: threading.Event, progress: Progress) -> BudgetRanges | None:
        from model.uncertainty.draw_runs import FanOptions
        from model.uncertainty.fan import fan

        options = FanOptions(indicators=keys)
        made = held.draws(cancel)
        return fan(municipality, scenario, made, options=options, cancel=cancel, progress=progress).ranges

    job = session.ask(STUDIES, _PART, key, work)
    if job.is_ready:
        ranges: BudgetRanges | None = job.result
        return ranges
    if not job.is_failed:
        session.poll_after(_POLL, _POLL)
    return None


def reference_name(session: Session) -> str:
    """Return what the administration's proposal is called beside other scenarios; "" where none is chosen."""
    if session.reference is None:
        return ""
    return session.text("page_compare.reference.named", name=session.reference.name)


def reference_note(session: Session) -> str | None:
    """Return why the chosen reference is not shown; None where it is, and where none is chosen."""
    reference = session.reference
    return None if reference is None else misfit(session, reference.name, reference)
