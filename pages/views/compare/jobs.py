"""Ask for the work of the page Compare: over all draws, and under each named set of assumptions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from model.scenario.texts import without_texts
from model.uncertainty.comparison import WinShares, by_assumption_set, over_draws
from model.uncertainty.draws import draws_for
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.compare.view import ComparisonView

DRAWS: Final = "compare-sure"
SETS: Final = "compare-sets"


def draws_job(session: Session, results: ScenarioResults, view: ComparisonView) -> Job:
    """Compare the scenarios over all draws of the uncertain numbers."""

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Make the draws and compare."""
        draws = draws_for(results.municipality, cancel=cancel, progress=progress)
        return over_draws(
            draws,
            [without_texts(s) for s in view.scenarios],
            view.compared.directions(),
            least=view.compared.least(),
            cancel=cancel,
            progress=progress,
        )

    return _job(session, results, view, DRAWS, work)


def finished_shares(
    session: Session, results: ScenarioResults, view: ComparisonView
) -> Mapping[str, WinShares] | None:
    """Return what the draws say; None while they are run."""
    job = draws_job(session, results, view)
    return job.result if job.is_ready else None


def sets_job(session: Session, results: ScenarioResults, view: ComparisonView) -> Job:
    """Compare the scenarios under each set of assumptions."""

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Compare."""
        return by_assumption_set(
            [without_texts(s) for s in view.scenarios],
            view.compared.directions(),
            cancel=cancel,
            progress=progress,
        )

    return _job(session, results, view, SETS, work)


def _job(
    session: Session, results: ScenarioResults, view: ComparisonView, name: str, work: Callable[..., Any]
) -> Job:
    """Begin the work, or return the job that does it already."""
    key = (
        name,
        results.municipality.key,
        tuple(s.key for s in view.scenarios),
        tuple(view.compared.directions()),
    )
    return session.ask(STUDIES, name, key, work)
