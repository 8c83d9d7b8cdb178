"""Give a scenario of a meeting its ranges over the draws, made beside the page: nothing is told without one."""

from __future__ import annotations

from dataclasses import replace

from model.scenario.scenario import Scenario
from pages.session.bands import fan_job
from pages.session.results import ScenarioResults, scenario_results
from pages.session.session import Session

_LOOK = 500  # ms


def results_with_ranges(session: Session, scenario: Scenario, slot: str) -> tuple[ScenarioResults, bool]:
    """Return a scenario's results with ranges, and whether they are there; else the page looks again.

    ``slot`` names the place on the page: what was asked for there before and is no longer wanted is stopped.
    """
    results = scenario_results(scenario)
    if not scenario.changes:
        return results, True
    job = fan_job(session, results, slot)
    if not job.is_ready:
        if not job.is_failed:
            session.poll_after(_LOOK, _LOOK)
        return results, False
    fan = job.result
    explanation = results.explanation.with_ranges(fan.ranges, fan.persons)
    return replace(results, explanation=explanation, fan=fan), True
