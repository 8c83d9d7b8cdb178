"""Refuse a WebSocket that another site opens, before Streamlit looks at it.

Streamlit refuses it too, but first asks an address on the internet for this machine's own (``net_util``). Behind a
proxy that does not pass on Host each try of each visitor would do that, and hold up everybody for as long.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

_log = logging.getLogger("indsatskompas.pages")
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "0.0.0.0")
_POLICY_VIOLATION: Final = 1008


class OwnOrigin:
    """The app, open to WebSockets of its own pages and of those that its settings name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] == "websocket":
            headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
            origin, host = headers.get(b"origin"), headers.get(b"host", "")
            if origin is not None and not is_own(origin, host):
                _log.warning(
                    "WebSocket refused: the page is at %s, but the header Host is %s; a proxy must pass Host on",
                    origin,
                    host,
                )
                # Before it is accepted a WebSocket is closed by the answer 403.
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
                return
        await self.app(scope, receive, send)


def is_own(origin: str, host: str) -> bool:
    """Return whether a page's origin is the address that the app was asked at, this machine, or named in settings."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.netloc == host or parts.hostname in set(_named()) or not st.get_option("server.enableCORS")


def _named() -> Iterator[str | None]:
    """Yield the names of this machine, and those that Streamlit's settings give."""
    yield from _THIS_MACHINE
    yield st.get_option("browser.serverAddress")
    for origin in st.get_option("server.corsAllowedOrigins") or ():
        yield urlsplit(origin).hostname or origin
