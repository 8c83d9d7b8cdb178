"""Bands of uncertainty that a page has asked for: the draws they rest on, their jobs, and a band in words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from model.language.catalogue import percent
from pages.session.jobs import DRAWS, STUDIES, Job, Progress
from pages.session.session import Session

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality
    from model.uncertainty.bands import Band
    from pages.session.results import ScenarioResults


def fan_key(results: ScenarioResults) -> tuple[str, str, str]:
    """Under which key a scenario's bands are made and kept."""
    return "fan", results.municipality.key, results.scenario.key


def fan_job(results: ScenarioResults, before: Job | None = None) -> Job:
    """All bands of a scenario, as they were made before, or begun now. ``before``: as :meth:`Desk.ask`."""
    municipality, scenario = results.municipality, results.scenario

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.fan import fan

        return fan(municipality, scenario, cancel=cancel, progress=progress)

    return STUDIES.request(fan_key(results), work, before=before)


def draws_job(municipality: Municipality, before: Job | None = None) -> Job:
    """The draws of a municipality, as they were made before, or begun now. ``before``: as :meth:`Desk.ask`."""

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.draws import draws_for

        return draws_for(municipality, cancel=cancel, progress=progress)

    return DRAWS.request(municipality.key, work, before=before)


def band_sentence(session: Session, results: ScenarioResults, band: Band) -> str:
    """The band at the end, and how often the target is reached, in words."""
    indicator = results.indicator(session.goal, session.indicator)
    low, high = float(band.scenario.low[-1]), float(band.scenario.high[-1])
    words = []
    if low == low and high == high:
        shown = [indicator.shown(value, session.language) for value in (low, high)]
        key = "sure.same" if shown[0] == shown[1] else "sure.band"
        words.append(session.page_text(key, low=shown[0], high=shown[1]))
    if band.chance is not None and band.target is not None:
        never = band.chance == 0.0 == band.chance_baseline
        words.append(
            session.page_text("sure.never")
            if never
            else session.page_text(
                "sure.chance",
                share=percent(band.chance, session.language),
                before=percent(band.chance_baseline, session.language),
            )
        )
    return " ".join(words)
