"""Test which pages may open a WebSocket, and that a refusal asks nobody outside."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from streamlit import net_util
from streamlit.web.server.server_util import is_url_from_allowed_origins

from pages.shell.own_origin import OwnOrigin, is_own
from tests.coroutines import run_coroutine
from tests.folders import ROOT

HOST = "kompas.kommune.dk"


def handshake(origin: str | None, host: str = HOST) -> list[str]:
    """Return what is sent to a browser that opens a WebSocket; "app" where the app is asked."""
    sent: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent.append("app")

    async def send(message: Any) -> None:
        sent.append(message["type"])

    headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin is not None else [])]
    run_coroutine(OwnOrigin(app)({"type": "websocket", "headers": headers}, lambda: None, send))
    return sent


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (f"https://{HOST}", HOST),
        (f"http://{HOST}:8080", f"{HOST}:8080"),
        ("http://10.1.2.3:8501", "10.1.2.3:8501"),
        ("http://localhost:3000", "127.0.0.1:8501"),
        ("http://127.0.0.1:8501", "localhost:8501"),
        (None, HOST),
    ],
)
def test_the_apps_own_pages_are_let_through(origin: str | None, host: str) -> None:
    assert handshake(origin, host) == ["app"]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (f"https://{HOST}", "127.0.0.1:8501"),
        (f"https://{HOST}:8080", HOST),
        ("https://elsewhere.example", HOST),
        ("http://[", HOST),
        ("null", HOST),
    ],
)
def test_another_sites_is_refused_with_a_line_for_the_log(
    origin: str, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert handshake(origin, host) == ["websocket.close"]
    assert origin in caplog.text
    assert host in caplog.text
    assert "Host" in caplog.text


def test_what_is_let_through_never_has_streamlit_ask_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit asks the internet for this machine's address before it refuses: the reason for the refusal here."""
    asked: list[str] = []
    monkeypatch.setattr(net_util, "_external_ip", None)
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout=5: asked.append(url))
    assert not is_url_from_allowed_origins(f"https://{HOST}")
    assert asked, "if Streamlit no longer asks, this guard can go"
    asked.clear()
    for origin in ("http://localhost:3000", "http://127.0.0.1:8501"):
        assert is_own(origin, HOST)
        assert is_url_from_allowed_origins(origin)
    assert asked == []


def test_a_server_that_listens_on_all_addresses_asks_nobody_for_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from streamlit import config
    from streamlit.web import bootstrap

    asked: list[str] = []
    monkeypatch.setattr(net_util, "get_external_ip", lambda: asked.append("external"))
    monkeypatch.setattr(config, "_main_script_path", str(ROOT / "app.py"))
    bootstrap.load_config_options({"server.address": "0.0.0.0"})
    try:
        bootstrap._print_url(False)
    finally:
        bootstrap.load_config_options({})
    assert asked == []
    assert "http://localhost:" in capsys.readouterr().out
