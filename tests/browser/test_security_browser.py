"""Ask the running app as other sites' pages do: at names that are not its own, and for its headers."""

from __future__ import annotations

import base64
import json
import os
import socket
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pages.shell.page import PAGES
from tests.browser.conftest import PATIENCE, settle
from tests.browser.server import Server


def told(server: Server, path: str, *headers: str) -> tuple[int, str]:
    """Return the status and the head of an answer, over a connection of its own."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        lines = (f"GET {path} HTTP/1.1", *headers, "", "")
        line.sendall("\r\n".join(lines).encode())
        answer = b""
        while b"\r\n\r\n" not in answer and (more := line.recv(65536)):
            answer += more
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    return int(head.split()[1]), head.lower()


def websocket(host: str, origin: str) -> Iterator[str]:
    """Yield the headers of a browser that opens a WebSocket."""
    yield f"Host: {host}"
    yield f"Origin: {origin}"
    yield "Upgrade: websocket"
    yield "Connection: Upgrade"
    yield "Sec-WebSocket-Version: 13"
    yield f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"
    yield "Sec-WebSocket-Protocol: streamlit"


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}", 101),
        ("localhost:{port}", "http://localhost:{port}", 101),
        ("evil.example:{port}", "http://evil.example:{port}", 403),  # DNS rebinding
        ("127.0.0.1:{port}", "http://evil.example:{port}", 403),
        ("127.0.0.1:{port}", "null", 403),
    ],
)
def test_only_the_apps_own_pages_open_a_websocket(
    server: Server, host: str, origin: str, status: int
) -> None:
    host, origin = (one.format(port=server.port) for one in (host, origin))
    assert told(server, "/_stcore/stream", *websocket(host, origin))[0] == status


def test_nothing_is_answered_at_another_sites_name(server: Server) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/static/js/x.js", "/app/static/x"):
        assert told(server, path, f"Host: evil.example:{server.port}")[0] == 421, path


def test_every_kind_of_answer_has_the_headers(server: Server) -> None:
    here = f"Host: 127.0.0.1:{server.port}"
    for path, status in (("/", 200), ("/budget", 200), ("/_stcore/health", 200), ("/media/none", 404)):
        got, head = told(server, path, here)
        assert got == status
        for header in (
            "content-security-policy",
            "x-frame-options",
            "x-content-type-options",
            "referrer-policy",
        ):
            assert head.count(f"\n{header}:") == 1, (path, header)
    assert "frame-ancestors 'none'" in told(server, "/", "Accept: text/html", here)[1]
    with urllib.request.urlopen(f"{server.url}_stcore/host-config", timeout=30) as config:
        assert json.load(config)["allowedOrigins"] == [], "no page around the app may steer it"
    assert told(server, "/_stcore/metrics", here)[0] == 200
    assert told(server, "/_stcore/metrics", "Host: 10.0.0.9")[0] == 404


def test_the_pages_need_nothing_that_their_policy_forbids(
    server: Server, visitor: Callable[..., Any]
) -> None:
    """What a page wants and may not is an error in a script, which fails the test (conftest.py)."""
    page = visitor(server.url, bypass_csp=False)
    for place in PAGES:
        page.goto(server.url if place is PAGES[0] else f"{server.url}{place.address}")
        page.locator(":is(.ik-bar, .ik-meeting) h1").wait_for(timeout=PATIENCE)
        settle(page)
