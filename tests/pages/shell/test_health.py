"""Test the address that asks the engine: it is good only where a page can be drawn and a scenario run."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from model.domain import MODEL_VERSION
from model.files.folders import DATA_VARIABLE
from pages.shell import health, startup
from tests.coroutines import run_coroutine


def asked() -> tuple[int, dict[str, Any]]:
    response = run_coroutine(health.answer(None))  # type: ignore[arg-type]
    return response.status_code, json.loads(response.body)


@pytest.mark.usefixtures("engine")
def test_a_running_engine_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "not" / "yet"))
    assert asked() == (200, {"status": "ok", "version": MODEL_VERSION, "can_save": True})


def test_an_engine_that_is_being_made_ready_or_has_failed_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_ready", threading.Event())
    code, told = asked()
    assert (code, told["status"]) == (503, "starting")
    failed = threading.Event()
    failed.set()
    monkeypatch.setattr(startup, "_failed", failed)
    code, told = asked()
    assert (code, told["status"]) == (503, "failed")


def test_an_engine_that_raises_or_hangs_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "is_ready", lambda: True)
    monkeypatch.setattr(startup, "has_failed", lambda: False)

    def broken() -> None:
        raise RuntimeError("cannot cache function")

    monkeypatch.setattr(health, "_ask_engine", broken)
    code, told = asked()
    assert (code, told["status"]) == (503, "failed")
    end = threading.Event()
    monkeypatch.setattr(health, "_ask_engine", lambda: end.wait(30) and None)
    monkeypatch.setattr(health, "_PATIENCE", 0.01)
    # The thread is left behind; it ends before the loop does.
    threading.Timer(0.2, end.set).start()
    code, told = asked()
    assert (code, told["status"]) == (503, "no_answer")


@pytest.mark.parametrize(
    ("base", "path"), [("", "/health"), ("kompas", "/kompas/health"), ("/a/b/", "/a/b/health")]
)
def test_it_lies_below_the_apps_own_address(base: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda key: base if key == "server.baseUrlPath" else option(key))
    assert health.route().path == path


def test_the_app_has_it() -> None:
    from app import app

    assert [route.path for route in app._user_routes] == ["/health"]
