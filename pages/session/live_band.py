"""How sure the figures on screen are, as far as it is known; a band is never shown beside another line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from model.goals.series import indicator_key
from model.language.catalogue import percent
from pages.session.bands import band_sentence, draws_job
from pages.session.certainty import Certainty, certainty_job
from pages.session.focus import focus
from pages.session.jobs import BANDS, Job
from pages.session.session import BAND_PART, Session

if TYPE_CHECKING:
    from model.uncertainty.bands import Band
    from pages.session.results import ScenarioResults

# When the browser looks again, ms: first, and then, ever more slowly.
_BAND: Final = 100
_WHOLE_BAND: Final = 150
# A look costs as much as a move: with many visitors the first waits for what is expected, but no longer than this.
_LATEST: Final = 2500
_DRAWS: Final = (700, 700)


@dataclass(frozen=True)
class LiveBand:
    """What is known of the scenario on screen, and when to look again (ms: first, then)."""

    certainty: Certainty | None = None
    band: Band | None = None
    again: tuple[int, int] | None = None
    words: str = ""


def live_band(session: Session, results: ScenarioResults) -> LiveBand:
    """Return the certainty of the scenario on screen, if it is ready; else it is begun."""
    draws = draws_job(session, results.municipality)
    if draws.is_failed:
        return LiveBand(words=session.page_text("sure.failed"))
    goal, indicator = focus(session, results)
    # A band would give away what the card does not show.
    key = None if indicator.suppressed else indicator_key(goal, indicator)
    if not draws.is_ready:
        waiting = _without_draws(session, draws)
        return waiting if key else replace(waiting, words="")
    job = certainty_job(session, results, draws.result, key)
    if job.is_failed:
        return LiveBand(words=session.page_text("sure.failed"))
    certainty: Certainty | None = job.result if job.is_ready else job.sketch
    if certainty is None:
        return LiveBand(again=_looks(job, _BAND), words=session.page_text("sure.soon") if key else "")
    band = None if key is None else certainty.fan.indicators[key]
    words = "" if band is None else band_sentence(session, results, band)
    if job.is_ready:
        return LiveBand(certainty, band, words=words)
    if certainty.count < draws.result.count and words:
        share = percent(certainty.count / draws.result.count, session.language)
        words = f"{words} {session.page_text('sure.sketch', share=share)}"
    return LiveBand(certainty, band, _looks(job, _WHOLE_BAND), words)


def band_so_far(session: Session) -> object:
    """Return what changes whenever there is more of the band than before: a sketch, or all of it."""
    job = session.band
    return None if job is None else (job, job.sketch, job.is_ready)


def _looks(job: Job, then: int) -> tuple[int, int]:
    """Return when there may be something new of a band, and how soon to look again if there is not."""
    return min(max(then, round(1000 * BANDS.expected(job))), _LATEST), then


def _without_draws(session: Session, draws: Job) -> LiveBand:
    """Return how far the draws are made; a band of other draws is no longer needed."""
    session.leave(BAND_PART)
    done, of = draws.progress
    share = percent(done / of, session.language) if of else ""
    words = session.page_text("sure.draws", share=share) if share else session.page_text("sure.soon")
    return LiveBand(again=_DRAWS, words=words)
