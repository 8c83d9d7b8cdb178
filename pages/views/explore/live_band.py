"""How sure the line in focus is: its band over the draws, made beside the page and never shown beside another line."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from model.language.catalogue import percent
from pages.session.bands import band_sentence, draws_job
from pages.session.jobs import BANDS, Progress
from pages.session.session import Session

if TYPE_CHECKING:
    from model.uncertainty.bands import Band
    from pages.session.results import ScenarioResults

# When the browser looks again, ms: first, and then, ever more slowly.
_BAND: Final = 100
_WHOLE_BAND: Final = (700, 150)
_DRAWS: Final = (700, 700)
# When a band's sketch can be there at the earliest, seconds from when it was asked for: the hand's rest and the runs.
_EARLIEST: Final = 0.55


@dataclass(frozen=True)
class LiveBand:
    """What is known of the line on screen: its band, and when to look again (ms: first, then)."""

    band: Band | None = None
    again: tuple[int, int] | None = None
    words: str = ""


def live_band(session: Session, results: ScenarioResults) -> LiveBand:
    """The band of the line in focus, if it is ready; else it is begun."""
    from model.goals.series import indicator_key

    municipality = results.municipality
    if results.indicator(session.goal, session.indicator).suppressed:
        # A band would give away what the card does not show.
        return LiveBand()
    draws = session.draws = draws_job(municipality, session.draws)
    if draws.is_failed:
        return LiveBand(words=session.page_text("sure.failed"))
    if not draws.is_ready:
        done, of = draws.progress
        if session.band is not None:
            session.band.stop()
        share = percent(done / of, session.language) if of else ""
        return LiveBand(
            again=_DRAWS,
            words=session.page_text("sure.draws", share=share) if share else session.page_text("sure.soon"),
        )
    goal = results.goal(session.goal)
    key = indicator_key(goal, results.indicator(session.goal, session.indicator))
    scenario, made = results.scenario, draws.result

    def work(cancel: threading.Event, progress: Progress) -> Band:
        from model.uncertainty.draw_runs import FanOptions
        from model.uncertainty.fan import FIRST_DRAWS_DIVISOR, fan

        return fan(
            municipality,
            scenario,
            made,
            options=FanOptions(indicators=(key,), with_budget=False),
            cancel=cancel,
            progress=progress,
            first_draws=lambda first: progress(
                made.count // FIRST_DRAWS_DIVISOR, made.count, first.indicators[key]
            ),
        ).indicators[key]

    session.band = BANDS.request((municipality.key, scenario.key, key), work, before=session.band)
    band = session.band
    if band.is_ready:
        return LiveBand(band=band.result, words=band_sentence(session, results, band.result))
    if band.is_failed:
        return LiveBand(words=session.page_text("sure.failed"))
    if band.sketch is not None:
        told = session.page_text(
            "sure.sketch", share=percent(len(band.sketch.met) / made.count, session.language)
        )
        return LiveBand(
            band=band.sketch,
            again=_WHOLE_BAND,
            words=f"{band_sentence(session, results, band.sketch)} {told}",
        )
    first = max(_BAND, round(1000 * (_EARLIEST - band.age)))
    return LiveBand(again=(first, _BAND), words=session.page_text("sure.soon"))
