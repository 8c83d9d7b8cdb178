"""How sure the line in focus is: its band over the draws, made beside the page and never shown beside another line."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from model.language.catalogue import percent
from pages.session.jobs import BANDS, DRAWS, STUDIES, Job, Progress
from pages.session.session import Visit

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality
    from model.uncertainty.fan import Band
    from pages.session.results import Answer

# When the browser looks again, ms: first, and then, ever more slowly.
_BAND: Final = 100
_WHOLE_BAND: Final = (700, 150)
_DRAWS: Final = (700, 700)
# When a band's sketch can be there at the earliest, seconds from when it was asked for: the hand's rest and the runs.
_EARLIEST: Final = 0.55


@dataclass(frozen=True)
class Sure:
    """What is known of the line on screen: its band, and when to look again (ms: first, then)."""

    band: Band | None = None
    again: tuple[int, int] | None = None
    words: str = ""


def sure(visit: Visit, found: Answer) -> Sure:
    """The band of the line in focus, if it is ready; else it is begun."""
    from model.library.stored_results import indicator_key

    municipality = found.municipality
    if found.indicator(visit.goal, visit.indicator).hidden:
        # A band would give away what the card does not show.
        return Sure()
    draws = visit.draws = draws_of(municipality, visit.draws)
    if draws.is_failed:
        return Sure(words=visit.text("sure.failed"))
    if not draws.is_ready:
        done, of = draws.progress
        if visit.band is not None:
            visit.band.stop()
        share = percent(done / of, visit.language) if of else ""
        return Sure(
            again=_DRAWS, words=visit.text("sure.draws", share=share) if share else visit.text("sure.soon")
        )
    goal = found.goal(visit.goal)
    key = indicator_key(goal, found.indicator(visit.goal, visit.indicator))
    scenario, made = found.scenario, draws.result

    def work(cancel: threading.Event, progress: Progress) -> Band:
        from model.uncertainty.fan import SKETCH, fan

        return fan(
            municipality,
            scenario,
            made,
            indicators=(key,),
            with_budget=False,
            cancel=cancel,
            progress=progress,
            sketch=lambda first: progress(made.count // SKETCH, made.count, first.indicators[key]),
        ).indicators[key]

    visit.band = BANDS.ask((municipality.key, scenario.key, key), work, before=visit.band)
    band = visit.band
    if band.is_ready:
        return Sure(band=band.result, words=said(visit, found, band.result))
    if band.is_failed:
        return Sure(words=visit.text("sure.failed"))
    if band.sketch is not None:
        told = visit.text("sure.sketch", share=percent(len(band.sketch.met) / made.count, visit.language))
        return Sure(band=band.sketch, again=_WHOLE_BAND, words=f"{said(visit, found, band.sketch)} {told}")
    first = max(_BAND, round(1000 * (_EARLIEST - band.age)))
    return Sure(again=(first, _BAND), words=visit.text("sure.soon"))


def fan_key(found: Answer) -> tuple[str, str, str]:
    """Under which key a scenario's bands are made and kept."""
    return "fan", found.municipality.key, found.scenario.key


def fan_study(found: Answer, before: Job | None = None) -> Job:
    """All bands of a scenario, as they were made before, or begun now. ``before``: as :meth:`Desk.ask`."""
    municipality, scenario = found.municipality, found.scenario

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.fan import fan

        return fan(municipality, scenario, cancel=cancel, progress=progress)

    return STUDIES.ask(fan_key(found), work, before=before)


def draws_of(municipality: Municipality, before: Job | None = None) -> Job:
    """The draws of a municipality, as they were made before, or begun now. ``before``: as :meth:`Desk.ask`."""

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.draws import draws_for

        return draws_for(municipality, cancel=cancel, progress=progress)

    return DRAWS.ask(municipality.key, work, before=before)


def said(visit: Visit, found: Answer, band: Band) -> str:
    """The band at the end, and how often the target is reached, in words."""
    indicator = found.indicator(visit.goal, visit.indicator)
    low, high = float(band.scenario.low[-1]), float(band.scenario.high[-1])
    words = []
    if low == low and high == high:
        shown = [indicator.shown(value, visit.language) for value in (low, high)]
        key = "sure.same" if shown[0] == shown[1] else "sure.band"
        words.append(visit.text(key, low=shown[0], high=shown[1]))
    if band.chance is not None and band.target is not None:
        never = band.chance == 0.0 == band.chance_baseline
        words.append(
            visit.text("sure.never")
            if never
            else visit.text(
                "sure.chance",
                share=percent(band.chance, visit.language),
                before=percent(band.chance_baseline, visit.language),
            )
        )
    return " ".join(words)
