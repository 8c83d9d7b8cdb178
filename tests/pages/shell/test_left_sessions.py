"""Test that sessions of those who left are given back when their time is over, with nobody else coming or going."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from pages.shell import left_sessions
from pages.shell.left_sessions import forget_left, forget_regularly
from tests.coroutines import run_coroutine


class LeftSession:
    """Stands in for a session of Streamlit's."""

    def __init__(self, name: str) -> None:
        self.id, self.ended = name, 0

    def shutdown(self) -> None:
        """Note that it has ended."""
        self.ended += 1


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> MemorySessionStorage:
    """Streamlit's own place for sessions that were left, with a clock that the test sets."""
    kept = MemorySessionStorage()
    manager = type("Manager", (), {"_storage_lock": threading.Lock(), "_session_storage": kept})
    monkeypatch.setattr(left_sessions, "get_instance", lambda: type("Runtime", (), {"_session_mgr": manager}))
    monkeypatch.setattr(left_sessions, "exists", lambda: True)
    return kept


def left(storage: Any, name: str, at: float) -> LeftSession:
    """Let a visitor leave at a time, s."""
    session = LeftSession(name)
    storage._cache._timer = lambda: at
    storage.save(SessionInfo(client=None, session=session, script_run_count=1))  # type: ignore[arg-type]
    return session


def test_a_left_session_ends_when_its_time_is_over(storage: Any) -> None:
    first, second = left(storage, "a", 0.0), left(storage, "b", 60.0)
    storage._cache._timer = lambda: 119.0
    assert forget_left() == 0
    storage._cache._timer = lambda: 121.0
    assert "a" in storage._cache._data, "if Streamlit looks at the clock itself, this can go"
    assert forget_left() == 1
    assert (first.ended, second.ended) == (1, 0)
    assert forget_left() == 0
    assert first.ended == 1


def test_who_comes_back_in_time_is_not_ended(storage: Any) -> None:
    session = left(storage, "a", 0.0)
    storage.delete("a")  # as the session is taken out for its visitor
    storage._cache._timer = lambda: 500.0
    assert forget_left() == 0
    assert session.ended == 0


def test_it_is_looked_again_and_again(storage: Any) -> None:
    session = left(storage, "a", 0.0)
    storage._cache._timer = lambda: 500.0

    async def for_a_moment() -> None:
        task = asyncio.create_task(forget_regularly(every=0.0))
        while not session.ended:
            await asyncio.sleep(0)
        task.cancel()

    run_coroutine(asyncio.wait_for(for_a_moment(), 30))
    assert session.ended == 1


def test_the_names_of_streamlits_parts_are_those_of_its_manager() -> None:
    """They are not promised: a new version that calls them otherwise shows here."""
    from inspect import getsource

    source = getsource(WebsocketSessionManager)
    assert "self._storage_lock" in source
    assert "self._session_storage" in source
