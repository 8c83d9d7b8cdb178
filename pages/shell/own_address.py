"""Answer only at addresses that are the app's own, so that no other site's name leads to it (DNS rebinding).

A web page of another site can have its name lead to this machine a moment later. For the browser that page and the
app are one site then, and it may read and delete what is here; the header Host alone still says the other name.
Streamlit looks at it too, but at the WebSocket's only, and only where ``server.allowedHosts`` is set.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit as st

from model.files.problems import sanitised
from model.language.catalogue import LANGUAGES, text
from pages.session.public_address import ADDRESS_VARIABLE, named_address

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_log = logging.getLogger("indsatskompas.pages")
_POLICY_VIOLATION: Final = 1008
_MISDIRECTED: Final = 421
# Each foreign name is told once; who asks at ever new ones does not fill the log.
_MOST_TOLD: Final = 50


class OwnAddress:
    """The app, at its own addresses; at any other a sentence that says which setting names it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] in ("http", "websocket"):
            hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
            foreign = next((host for host in hosts if not is_own_host(host)), None)
            if foreign is not None:
                self._tell(foreign)
                await _refuse(scope, send)
                return
        await self.app(scope, receive, send)

    def _tell(self, host: str) -> None:
        """Write into the log that a name was refused, and what to set where it is the app's own."""
        if host in self._told or len(self._told) >= _MOST_TOLD:
            return
        self._told.add(host)
        _log.warning(
            "request refused: the header Host is %s, which is no address of the app; if it is, set %s=https://%s",
            sanitised(host),
            ADDRESS_VARIABLE,
            sanitised(host),
        )


async def _refuse(scope: Scope, send: Send) -> None:
    """Answer that the app is not at this address."""
    if scope["type"] == "websocket":
        # Before it is accepted a WebSocket is closed by the answer 403.
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    lines = (text("page.address.unknown", language, variable=ADDRESS_VARIABLE) for language in LANGUAGES)
    body = "\n\n".join(lines).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": _MISDIRECTED, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def is_own_host(host: str) -> bool:
    """Return whether a header Host is an address of the app.

    Where ``server.allowedHosts`` is set, that decides. Else a number is one, as is a name without a dot: no stranger
    can have either lead elsewhere. Other names are this machine's own and those in the settings.
    """
    try:
        parts = urlsplit(f"//{host}")
        name = (parts.hostname or "").rstrip(".")
        _ = parts.port  # raises where it is none
    except ValueError:
        return False
    if parts.netloc != host or "@" in host or not name:
        return False
    allowed = [pattern.strip().lower().rstrip(".") for pattern in st.get_option("server.allowedHosts") or ()]
    if allowed:
        return any(_fits(name, pattern) for pattern in allowed)
    return "." not in name or is_number(name) or name.endswith(".localhost") or name in _names()


def is_number(name: str) -> bool:
    """Return whether a host is written as a number of the network."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _fits(name: str, pattern: str) -> bool:
    """Return whether a name is the one of a pattern, as Streamlit reads it: ``*`` or ``*.kommune.dk``, else a name."""
    return pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def _names() -> set[str]:
    """Return the names with a dot at which the app may be asked."""
    machine = socket.gethostname().lower()
    server = str(st.get_option("browser.serverAddress") or "").lower()
    try:
        public = urlsplit(named_address()).hostname or ""
    except ValueError:
        public = ""
    return {machine, f"{machine}.local", public, server}
