"""What the draws say of the scenario on screen, made beside the page: bands, ranges, and which lever is the cause."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model.explain.headline import Explanation, explain
from model.scenario.texts import without_texts
from pages.session.jobs import BANDS, Job, Progress
from pages.session.results import ScenarioResults, runs
from pages.session.session import BAND_PART, Session

if TYPE_CHECKING:
    from model.explain.lever_shares import LeverShares
    from model.uncertainty.bands import Fan
    from pages.session.held_draws import HeldDraws


@dataclass(frozen=True, eq=False)
class Certainty:
    """The bands of a scenario over the draws that are run, and the explanation with its range."""

    fan: Fan
    explanation: Explanation

    @property
    def count(self) -> int:
        """Return over how many draws."""
        return 0 if self.fan.ranges is None else len(self.fan.ranges.differences)


def certainty_job(session: Session, results: ScenarioResults, draws: HeldDraws, focus: str | None) -> Job:
    """Return the work on a scenario's certainty, as it was done before or begun now; its answer is a ``Certainty``.

    Arguments: the municipality's draws, and the key of the indicator whose band is shown, None for none.
    """
    municipality, scenario = results.municipality, results.scenario
    keys = tuple(dict.fromkeys([*([focus] if focus else []), *results.key_indicators]))

    def explained(fan: Fan, shares: LeverShares | None) -> Certainty:
        outcome, base = runs(scenario)
        explanation = explain(outcome, base, results.goals, results.budget, shares)
        return Certainty(fan, explanation.with_ranges(fan.ranges, fan.persons))

    def work(cancel: threading.Event, progress: Progress) -> Certainty:
        from model.explain.lever_shares import lever_shares, moved_levers
        from model.uncertainty.draw_runs import FanOptions
        from model.uncertainty.fan import FIRST_DRAWS_DIVISOR, fan

        def first_draws(first: Fan) -> None:
            progress(draws.count // FIRST_DRAWS_DIVISOR, draws.count, explained(first, None))

        # The answer is kept for everyone with the same levers.
        made = fan(
            municipality,
            without_texts(scenario),
            draws.draws(cancel),
            options=FanOptions(indicators=keys),
            cancel=cancel,
            progress=progress,
            first_draws=first_draws,
        )
        draws.note_band()
        if len(moved_levers(scenario)) < 2:
            return explained(made, None)
        progress(draws.count, draws.count, explained(made, None))
        return explained(made, lever_shares(municipality, scenario, cancel=cancel.is_set))

    return session.ask(BANDS, BAND_PART, (municipality.key, scenario.key, focus), work)


def known_certainty(session: Session, results: ScenarioResults) -> Certainty | None:
    """Return what is known so far of the certainty of the scenario on screen."""
    job = session.band
    of_scenario = (results.municipality.key, results.scenario.key)
    if job is None or job.is_stopped or not isinstance(job.key, tuple) or job.key[:2] != of_scenario:
        return None
    known: Certainty | None = job.result if job.is_ready else job.sketch
    return known


def with_certainty(results: ScenarioResults, certainty: Certainty | None) -> ScenarioResults:
    """Return the results with what is known of their certainty."""
    if certainty is None:
        return results
    return replace(results, explanation=certainty.explanation, fan=certainty.fan)
