"""Test that one visit cannot fill the server's memory with uploads."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.shell import upload_limit
from pages.shell.upload_limit import UploadLimit, drop_oldest
from tests.coroutines import run_coroutine


def with_files(**sizes: int) -> MemoryUploadedFileManager:
    """Return a store of files of one session, by id and size, in that order."""
    manager = MemoryUploadedFileManager("/upload")
    for name, size in sizes.items():
        manager.add_file("visit", UploadedFileRec(name, f"{name}.csv", "text/csv", b"x" * size))
    return manager


def ids(manager: MemoryUploadedFileManager, session: str = "visit") -> list[str]:
    return list(manager.file_storage.get(session, {}))


@pytest.mark.parametrize(
    ("sizes", "left"),
    [
        ({"a": 4, "b": 4}, ["a", "b"]),
        ({"a": 4, "b": 4, "c": 4}, ["b", "c"]),
        ({"a": 1, "b": 1, "c": 9}, ["b", "c"]),
        ({"a": 1, "b": 99}, ["b"]),
        ({}, []),
    ],
)
def test_the_oldest_uploads_are_dropped_first_and_the_newest_stays(
    sizes: dict[str, int], left: list[str]
) -> None:
    manager = with_files(**sizes)
    drop_oldest(manager, "visit", most=10)
    assert ids(manager) == left


def test_small_uploads_are_counted_too() -> None:
    manager = with_files(**{f"f{n}": 0 for n in range(upload_limit.MAX_NUMBER + 7)})
    drop_oldest(manager, "visit", most=10)
    assert ids(manager) == [f"f{n}" for n in range(7, upload_limit.MAX_NUMBER + 7)]


def test_other_sessions_keep_their_uploads() -> None:
    manager = with_files(a=8, b=8)
    manager.add_file("other", UploadedFileRec("o", "o.csv", "text/csv", b"x" * 8))
    drop_oldest(manager, "visit", most=10)
    assert (ids(manager), ids(manager, "other")) == (["b"], ["o"])


def test_uploads_are_counted_after_each_request_that_brings_one(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = st.get_option("server.maxUploadSize") * 1024 * 1024
    manager = with_files(a=upload_limit.MAX_FILES * largest, b=1)
    monkeypatch.setattr(
        upload_limit, "get_instance", lambda: type("Runtime", (), {"uploaded_file_mgr": manager})
    )
    passed: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["type"])

    async def unused(*_: Any) -> Any:
        raise AssertionError

    def request(type_: str, method: str, path: str) -> None:
        run_coroutine(UploadLimit(app)({"type": type_, "method": method, "path": path}, unused, unused))

    request("http", "GET", "/_stcore/upload_file/visit/b")
    request("http", "PUT", "/elsewhere/visit/b")
    request("websocket", "", "/_stcore/stream")
    assert ids(manager) == ["a", "b"]
    request("http", "PUT", "/base/_stcore/upload_file/visit/b")
    assert ids(manager) == ["b"]
    assert passed == ["http", "http", "websocket", "http"]
