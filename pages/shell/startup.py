"""Start the model once per process, in a thread, and tell whether it is ready."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from typing import Final

_log = logging.getLogger("indsatskompas.pages")

# How long after the model the draws of the uncertainty are made, s: a visitor who is waiting for the first page comes
# first.
_QUIET: Final = 6.0

_lock: Final = threading.Lock()
_started = False
_failed = threading.Event()
_ready = threading.Event()
_left = threading.Event()


def start() -> None:
    """Begin to load the model, the first time it is called."""
    global _started
    with _lock:
        if _started:
            return
        _started = True
    threading.Thread(target=_load, name="model", daemon=True).start()


def _load() -> None:
    try:
        # Heavy imports happen here, so that the first visitor's page does not wait for them.
        from model.documents.axis import ends
        from model.documents.line_chart import line_chart
        from model.documents.palette import LIGHT
        from model.scenario.scenario import Scenario
        from model.simulation.simulate import warm_up
        from pages.session.results import scenario_results
        from pages.session.session import DEFAULT_MUNICIPALITY, baseline_scenario

        warm_up()
        scenario: Scenario = baseline_scenario(DEFAULT_MUNICIPALITY, "da")
        indicator = scenario_results(scenario).goal(None).key
        line_chart(indicator, None, ends([indicator.baseline], (indicator.target,)), "da", LIGHT)
        # What is loaded now stays; the collector need not walk through it again.
        gc.collect()
        gc.freeze()
        _ready.set()
    except Exception:
        _log.exception("the model could not be loaded")
        _failed.set()
    else:
        _tidy()


def _tidy() -> None:
    """Remove what is left over in the visitors' folders; nobody waits for it, and without it all works."""
    from pages.session.scenario_store import remove_left_over_files

    try:
        remove_left_over_files()
    except Exception:
        _log.exception("what is left over could not be removed")


def make_draws() -> None:
    """Make the draws of the municipality that visitors meet, once the model has been ready for a while."""

    def work() -> None:
        from model.scenario.scenario import municipality_of
        from pages.session import bands
        from pages.session.session import DEFAULT_MUNICIPALITY, baseline_scenario

        if _ready.wait() and not _left.wait(_QUIET):
            bands.make_draws(municipality_of(baseline_scenario(DEFAULT_MUNICIPALITY, "da")))

    threading.Thread(target=work, name="draws", daemon=True).start()


def stop() -> None:
    """Begin nothing more: the server ends."""
    _left.set()
    # Only where a file has been read: nothing heavy is imported at the end.
    reading = sys.modules.get("model.imports.limited_process")
    if reading is not None:
        reading.close_all()


def is_ready() -> bool:
    """Return whether the model answers."""
    return _ready.is_set()


def has_failed() -> bool:
    """Return whether loading the model has gone wrong for good."""
    return _failed.is_set()


def wait(seconds: float) -> bool:
    """Wait a moment for the model; return whether it is ready then."""
    return _ready.wait(seconds)
