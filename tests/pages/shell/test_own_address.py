"""Test at which addresses the app answers: its own, and none that another site leads to it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import streamlit as st
from streamlit import config

from pages.session.public_address import ADDRESS_VARIABLE
from pages.shell.own_address import OwnAddress, is_own_host
from tests.coroutines import run_coroutine


@pytest.fixture(autouse=True)
def unnamed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no setting of this machine name an address."""
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    with st_option("server.allowedHosts", []):
        yield


@contextmanager
def st_option(name: str, value: Any) -> Iterator[None]:
    """Set an option of Streamlit's while the block runs."""
    before = st.get_option(name)
    config.set_option(name, value)
    try:
        yield
    finally:
        config.set_option(name, before)


def asked(kind: str, *hosts: str, method: str = "GET") -> list[Any]:
    """Return what is sent to a browser that asks at ``hosts``; ["app"] where the app answers."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent.append("app")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "method": method, "headers": [(b"host", host.encode()) for host in hosts]}
    run_coroutine(OwnAddress(app)(scope, lambda: None, send))
    return sent


@pytest.mark.parametrize(
    "host",
    [
        *("localhost:8501", "127.0.0.1:8501", "[::1]:8501", "10.1.2.3", "[fe80::1]", "kompas.localhost:80"),
        *("planlaegger-pc:8501", "app", socket.gethostname(), f"{socket.gethostname()}.local:8501"),
    ],
)
def test_numbers_names_without_a_dot_and_this_machines_own_are_answered(host: str) -> None:
    assert is_own_host(host)
    assert asked("http", host) == ["app"]
    assert asked("websocket", host) == ["app"]


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example:8501", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example"),
        *(
            "evil.example.",
            "localhost@evil.example",
            "evil.example/localhost",
            "x:y",
            "[",
            ":80",
            "localhost:99999",
        ),
        *("", "127.0.0.1 evil.example", "kommune.dk#localhost", "localhost?x"),
    ],
)
def test_the_name_of_another_site_is_refused(host: str) -> None:
    assert not is_own_host(host)
    closed = asked("websocket", host)
    assert [message["type"] for message in closed] == ["websocket.close"]
    start, body = asked("http", host)
    assert start["status"] == 421
    assert ADDRESS_VARIABLE in body["body"].decode()
    assert asked("http", host, method="HEAD")[1]["body"] == b""


def test_one_foreign_name_among_several_is_enough_to_refuse() -> None:
    assert asked("http", "localhost", "evil.example") != ["app"]
    assert asked("http") == ["app"], (
        "a browser always sends Host; a program that sends none is not led here by a page"
    )
    assert asked("lifespan", "evil.example") == ["app"]


def test_the_public_address_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS_VARIABLE, "https://Indsatskompas.Kommune.dk/kompas/")
    assert is_own_host("indsatskompas.kommune.dk")
    assert is_own_host("INDSATSKOMPAS.kommune.dk:443")
    assert not is_own_host("kommune.dk")
    assert not is_own_host("x.indsatskompas.kommune.dk")
    monkeypatch.setenv(ADDRESS_VARIABLE, "http://[")
    assert not is_own_host("indsatskompas.kommune.dk")


def test_streamlits_own_setting_decides_where_it_is_set() -> None:
    with st_option("server.allowedHosts", ["*.kommune.dk", "Kompas.example"]):
        assert [
            is_own_host(host) for host in ("a.kommune.dk", "kompas.example:1", "kommune.dk", "localhost")
        ] == [*(True, True, False, False)]
    with st_option("server.allowedHosts", ["*"]):
        assert is_own_host("evil.example")


def test_streamlit_reads_its_setting_the_same_way() -> None:
    """Both look at the WebSocket: a name that one lets through and the other refuses would leave an empty page."""
    from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

    for patterns in (["*.kommune.dk"], ["kompas.example", "10.0.0.1"], ["*"], [" Kompas.Example. "]):
        with st_option("server.allowedHosts", patterns):
            for host in (
                "a.kommune.dk",
                "kommune.dk",
                "kompas.example:80",
                "10.0.0.1",
                "x",
                "a@kompas.example",
            ):
                assert is_own_host(host) == is_host_allowed(host), (patterns, host)


def test_a_refused_name_is_told_once_on_one_line_with_what_to_set(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    async def send(message: Any) -> None:
        pass

    guarded = OwnAddress(app)
    with caplog.at_level(logging.WARNING):
        for host in ["evil.example\u0085x"] * 3 + [f"{n}.example" for n in range(200)]:
            scope = {"type": "websocket", "headers": [(b"host", host.encode("latin-1"))]}
            run_coroutine(guarded(scope, lambda: None, send))
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 50
    assert ADDRESS_VARIABLE in told[0]
    assert not any(len(line.splitlines()) > 1 for line in told)
