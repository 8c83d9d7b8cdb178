"""Test a page that never gets its connection: behind a proxy that lets no WebSocket through, and on an empty page."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from model.language.catalogue import text
from pages.shell.connection_notice import with_notice
from tests.browser.conftest import FIRST_START, READY
from tests.browser.server import Server, free_port

# A name that is this machine, and to the app another site than 127.0.0.1.
NAME = "kompas.localhost"
NOTICE = "#ik-connection"
WITHIN = 10_000  # ms
STEP = 0.5  # s
SITE = "http://localhost/"
PAGE = b"""<!doctype html><html><head><script src="./static/js/index.js"></script></head><body>
<div id="root"><div data-testid="stApp" data-test-script-state="initial" data-test-connection-state="CONNECTING">
</div></div></body></html>"""


class Proxy:
    """A proxy between a browser and the app; ``change`` is what it makes of a request."""

    def __init__(self, server: Server, change: Callable[[bytes], bytes]) -> None:
        self.server, self.change = server, change
        self.listener = socket.create_server(("127.0.0.1", free_port()))
        self.address = f"{NAME}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def without_host(self, request: bytes) -> bytes:
        return request.replace(f"Host: {self.address}".encode(), b"Host: inside")

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                app = socket.create_connection(("127.0.0.1", self.server.port))
                for source, to, change in ((client, app, True), (app, client, False)):
                    threading.Thread(target=self._pass_on, args=(source, to, change), daemon=True).start()

    def _pass_on(self, source: socket.socket, to: socket.socket, change: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                to.sendall(self.change(data) if change else data)
        for end in (source, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def unchanged(request: bytes) -> bytes:
    return request


def without_upgrade(request: bytes) -> bytes:
    return request.replace(b"Upgrade: websocket\r\n", b"").replace(
        b"Connection: Upgrade", b"Connection: close"
    )


def test_a_proxy_that_lets_no_websocket_through_is_told_until_it_does(
    server: Server, visitor: Callable[..., Any]
) -> None:
    hostless, plain = Proxy(server, unchanged), Proxy(server, without_upgrade)
    hostless.change = hostless.without_host
    danish = visitor(f"http://{hostless.address}/budget?s=1.x", wait=False)
    english = visitor(f"http://{plain.address}/?embed=true&lang=en", wait=False)
    for page, proxy, language in ((danish, hostless, "da"), (english, plain, "en")):
        page.locator("[data-testid=stApp]").wait_for(state="attached")
        notice = page.locator(NOTICE)
        notice.wait_for(timeout=WITHIN)
        assert notice.get_attribute("lang") == language
        notice.get_by_text(text("page.connection.blocked", language)).wait_for()
        words = notice.inner_text()
        for part in (
            f"ws://{proxy.address}/_stcore/stream",
            "Upgrade",
            "Connection",
            "Host",
            "docs/proxy.md",
        ):
            assert part in words
    log = server.log.read_text(encoding="utf-8")
    assert f"the page is at http://{hostless.address}, but the header Host is inside" in log
    hostless.change = plain.change = unchanged
    english.wait_for_selector(READY, timeout=FIRST_START)
    danish.locator(".ik-bar h1").wait_for(timeout=FIRST_START)
    assert danish.locator(NOTICE).count() == english.locator(NOTICE).count() == 0
    assert "embed=true" in english.url


class Empty:
    """An empty page with the notice's script, and a clock that the test turns."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.answers = True  # whether the server answers to a question for its health
        self.notice = page.locator(NOTICE)

    def serve(self, route: Any) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(content_type="text/javascript", body="")
        elif "_stcore/health" not in route.request.url:
            route.fulfill(content_type="text/html", body=with_notice(PAGE).decode())
        elif self.answers:
            route.fulfill(body="ok")
        else:
            route.abort()

    def state(self, connection: str, script: str = "initial", seconds: float = 0.3) -> None:
        """Set what Streamlit says of its connection, and let time pass."""
        self.page.evaluate(
            """([connection, script]) => Object.assign(document.querySelector("[data-testid=stApp]").dataset,
                 { testConnectionState: connection, testScriptState: script })""",
            [connection, script],
        )
        self.page.clock.run_for(seconds * 1000)

    def comes(self, key: str, connection: str, seconds: float) -> None:
        """Wait for a text of the notice, so long by the page's clock at most."""
        words = self.notice.get_by_text(text(f"page.connection.{key}", "da"))
        for _ in range(int(seconds / STEP)):
            self.state(connection, seconds=STEP)
            self.page.wait_for_timeout(20)  # the server's answer does not go by the page's clock
            if words.count():
                return
        raise AssertionError(f"{key} has not come")


@pytest.fixture
def empty(browser: Any) -> Iterator[Empty]:
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    empty = Empty(page)
    page.route("**/*", empty.serve)
    page.clock.install(time=0)
    page.goto(SITE)
    page.clock.pause_at(1000)
    page.goto(SITE)  # anew: from here on the clock goes by the test alone
    yield empty
    context.close()
    assert not errors


def test_a_slow_line_is_not_called_blocked(empty: Empty) -> None:
    empty.state("CONNECTING", seconds=5)
    empty.state("CONNECTED", seconds=12)
    assert empty.page.evaluate("performance.now()") > WITHIN
    empty.state("CONNECTED", script="running", seconds=60)
    empty.state("DISCONNECTED", script="notRunning", seconds=60)
    assert empty.notice.count() == 0, "the notice of the bar tells of a connection that was there"


def test_a_connection_that_is_closed_at_once_is_none(empty: Empty) -> None:
    for _ in range(5):
        empty.state("CONNECTED")
        empty.state("PINGING_SERVER", seconds=0.7)
    assert empty.notice.count() == 0
    empty.comes("blocked", "PINGING_SERVER", 5)
    empty.state("CONNECTED", script="running")
    assert empty.notice.count() == 0


def test_a_connection_without_a_word_is_told_later(empty: Empty) -> None:
    empty.state("CONNECTED", seconds=15)
    assert empty.notice.count() == 0
    empty.comes("blocked", "CONNECTED", 8)


def test_a_server_that_does_not_answer_is_told_as_that(empty: Empty) -> None:
    empty.answers = False
    empty.comes("gone", "PINGING_SERVER", WITHIN / 1000)
    assert "Upgrade" not in empty.notice.inner_text()
    empty.answers = True
    empty.comes("blocked", "PINGING_SERVER", 8)
