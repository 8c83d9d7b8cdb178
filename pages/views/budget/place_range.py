"""Between what one more place in a firm costs, made beside the page once the ranges of the scenario are known."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from model.scenario.texts import without_texts
from pages.session.jobs import STUDIES, Progress
from pages.session.session import Session

if TYPE_CHECKING:
    from model.budget.amounts import BudgetRanges
    from pages.session.results import ScenarioResults

_POLL: Final = 400  # ms


def place_ranges(session: Session, results: ScenarioResults) -> BudgetRanges | None:
    """Return the ranges of what one more place costs, if they are ready; else they are begun.

    They come after those of the scenario itself, for which a reader waits.
    """
    draws, band = session.draws, session.band
    if draws is None or not draws.is_ready or band is None or not band.is_ready:
        return None
    scenario, held = without_texts(results.scenario), draws.result

    def work(cancel: threading.Event, progress: Progress) -> BudgetRanges:
        from model.uncertainty.one_more_place import one_more_place_ranges

        return one_more_place_ranges(held.draws(cancel), scenario, cancel=cancel, progress=progress)

    key = ("place", results.municipality.key, scenario.key)
    job = session.ask(STUDIES, "place", key, work)
    if job.is_ready:
        ranges: BudgetRanges = job.result
        return ranges
    if not job.is_failed:
        session.poll_after(_POLL, _POLL)
    return None
