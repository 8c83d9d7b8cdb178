"""Make the bands of uncertainty that a page asks for: the draws they rest on, their jobs, and a band in words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from model.goals.status_text import chance_words
from model.language.catalogue import number
from model.scenario.texts import without_texts
from model.uncertainty.band_text import difference_ends, level_ends
from pages.session.focus import focus
from pages.session.held_draws import HeldDraws, give_back_memory
from pages.session.jobs import DRAWS, STUDIES, Job, Progress, Work
from pages.session.session import DRAWS_PART, Session

if TYPE_CHECKING:
    from model.goals.results import IndicatorResult
    from model.municipality.municipality import Municipality
    from model.uncertainty.bands import Band
    from pages.session.results import ScenarioResults


def fan_job(session: Session, results: ScenarioResults, part: str = "fan", *, stays: bool = False) -> Job:
    """Return the job of a scenario's bands for a part of a page, as :meth:`Session.ask` does."""
    municipality, scenario = results.municipality, without_texts(results.scenario)

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.fan import fan

        return fan(municipality, scenario, cancel=cancel, progress=progress)

    key = ("fan", municipality.key, results.scenario.key)
    return session.ask(STUDIES, part, key, work, stays=stays)


def draws_job(session: Session, municipality: Municipality) -> Job:
    """Return the job of a municipality's ``HeldDraws``, made before or begun now: all pages rest on them."""
    return session.ask(DRAWS, DRAWS_PART, municipality.key, _drawing(municipality), stays=True)


def make_draws(municipality: Municipality) -> Job:
    """Begin the draws that visitors will ask for."""
    return DRAWS.request(municipality.key, _drawing(municipality))


def _drawing(municipality: Municipality) -> Work:

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.draws import draws_for

        made = draws_for(municipality, cancel=cancel, progress=progress)
        give_back_memory()
        return HeldDraws(municipality, made.count)

    return work


def shows_level(session: Session) -> bool:
    """Return whether the band is that of the level: where it was asked for, and where there is no difference."""
    return session.level_band or not session.scenario.changes


def band_sentence(session: Session, results: ScenarioResults, band: Band) -> str:
    """Return the band at the end in words: of the difference, or of the level with what that leaves out."""
    _, indicator = focus(session, results)
    if shows_level(session):
        return level_sentence(session, indicator, band)
    words = []
    ends = difference_ends(band, indicator, session.language)
    unit = indicator.difference_unit(session.language)
    if ends:
        words.append(session.page_text("sure.difference", ends=f"{ends} {unit}".strip()))
    return " ".join([*words, *_chance_sentence(session, band)])


def level_sentence(session: Session, indicator: IndicatorResult, band: Band) -> str:
    """Return the band of the level at the end in words, with what it holds, and the chance of the target."""
    words = []
    level = level_ends(band, indicator, session.language)
    if level is not None:
        key = "sure.same" if level[0] == level[1] else "sure.band"
        words.append(session.page_text(key, low=level[0], high=level[1]))
        words.append(session.text(f"uncertainty.holds.{band.holds}"))
    return " ".join([*words, *_chance_sentence(session, band)])


def _chance_sentence(session: Session, band: Band) -> tuple[str, ...]:
    """Return how often the target is reached, with the scenario and without it; nothing where there is none."""
    if band.chance is None or band.target is None:
        return ()
    count = len(band.met)
    if band.chance == 0.0 == band.chance_baseline:
        return (session.page_text("sure.never", n=number(count, session.language)),)
    return (
        session.page_text(
            "sure.chance",
            share=chance_words(band.chance, count, session.language),
            before=chance_words(band.chance_baseline, count, session.language),
        ),
    )
