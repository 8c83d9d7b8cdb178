"""Answer whether the app can do its work: Streamlit's own address says "ok" also when no page can be drawn."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
import streamlit as st
from anyio import to_thread
from starlette.responses import JSONResponse
from starlette.routing import Route

from model.domain import MODEL_VERSION
from model.files.folders import DATA_VARIABLE, ROOT
from pages.shell import startup

if TYPE_CHECKING:
    from starlette.requests import Request

_log = logging.getLogger("indsatskompas.pages")

NAME: Final = "health"
# How long the engine may take for two weeks of one municipality, which it runs in some milliseconds.
_PATIENCE: Final = 5.0
_BUSY: Final = 503


def route() -> Route:
    """Return the address of the answer, below the app's own where a proxy serves it there."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return Route(f"/{base}/{NAME}" if base else f"/{NAME}", answer, methods=["GET", "HEAD"])


async def answer(_: Request) -> JSONResponse:
    """Answer 200 where the engine runs, else 503 with the reason: starting, failed, no_answer."""
    status = await _status()
    plain = {"status": status, "version": MODEL_VERSION, "can_save": _can_save()}
    code = 200 if status == "ok" else _BUSY
    return JSONResponse(plain, code, headers={"Cache-Control": "no-store"})


async def _status() -> str:
    """Return how the engine does."""
    if startup.has_failed():
        return "failed"
    if not startup.is_ready():
        return "starting"
    try:
        with anyio.fail_after(_PATIENCE):
            # A thread that hangs is left behind; the next question has one of its own.
            await to_thread.run_sync(_ask_engine, abandon_on_cancel=True)
    except TimeoutError:
        return "no_answer"
    except Exception:
        _log.exception("the engine does not run")
        return "failed"
    return "ok"


def _ask_engine() -> None:
    """Run two weeks. Raises what the engine raises, and ArithmeticError where it gives no number."""
    from model.municipality.municipality import load_municipality
    from model.simulation.simulate import simulate
    from pages.session.session import DEFAULT_MUNICIPALITY

    persons = simulate(load_municipality(DEFAULT_MUNICIPALITY), weeks=2).caseload
    if not persons.sum() > 0:
        raise ArithmeticError("the engine counts nobody")


def _can_save() -> bool:
    """Return whether visitors can save scenarios, in a folder that may not be there yet."""
    given = os.environ.get(DATA_VARIABLE)
    folder = Path(given).expanduser() if given else ROOT / "scenarios" / "mine"
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return os.access(there, os.W_OK)
