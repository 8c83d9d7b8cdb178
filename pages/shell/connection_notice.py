"""Put a notice into the page that Streamlit serves: what is in the way where its WebSocket never comes.

Everything else on the page comes over that connection. The server's middleware is the way that Streamlit gives for
changing what it answers (``st.App``).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from model.documents.palette import DARK, LIGHT, Palette
from model.language.catalogue import LANGUAGES, text

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FOLDER: Final = Path(__file__).resolve().parents[1] / "frontend" / "connection_notice"
_NAME: Final = "page.connection"
# What IT has to let through, in this order.
_ALLOWED: Final = ("stream", "upgrade", "host", "example")
# A page's address, its time and its coding are those of Streamlit's file, not of what is made of it here.
_NOT_ASKED: Final = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"if-range", b"range")
_NOT_ANSWERED: Final = (b"etag", b"last-modified", b"accept-ranges", b"content-length")
_APP: Final = b'<div id="root">'
_END_OF_HEAD: Final = b"</head>"


class ConnectionNotice:
    """The app with the notice in each of its pages; all other answers stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if not asks_for_page(scope):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _NOT_ASKED]
        await self.app({**scope, "headers": headers, "extensions": {}}, receive, _PageWriter(send).write)


class _PageWriter:
    """Sends on an answer; one with a page of HTML when all of it has come."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def write(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif message["type"] == "http.response.body" and self.start is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self.start, with_notice(self.body))
        else:
            await self.send(message)

    async def _send_page(self, start: Message, body: bytes) -> None:
        headers = [(name, value) for name, value in start["headers"] if name.lower() not in _NOT_ANSWERED]
        length = (b"content-length", str(len(body)).encode())
        await self.send({**start, "headers": [*headers, length]})
        await self.send({"type": "http.response.body", "body": body})


def asks_for_page(scope: Scope) -> bool:
    """Return whether a browser asks for a page, not for what belongs to one."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_page(start: Message) -> bool:
    """Return whether an answer that begins so is a page of HTML."""
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return start["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)


def with_notice(page: bytes) -> bytes:
    """Return Streamlit's page with the notice in its head; any other page as it is."""
    return page.replace(_END_OF_HEAD, _head() + _END_OF_HEAD, 1) if _APP in page else page


@cache
def _head() -> bytes:
    """Return style and script of the notice, with its texts in all languages."""
    style, script = ((_FOLDER / name).read_text(encoding="utf-8") for name in ("style.css", "notice.js"))
    # Within a script, "<" could end it.
    texts = json.dumps({language: _texts(language) for language in LANGUAGES}).replace("<", "\\u003c")
    dark = f"@media (prefers-color-scheme: dark) {{ {_colours(DARK)} }}"
    return (
        f"<style>{_colours(LIGHT)}{dark}\n{style}</style>"
        f"<script>{{\n{script}\nnew ConnectionNotice({texts});\n}}</script>"
    ).encode()


def _texts(language: str) -> dict[str, str | list[str]]:
    """Return the notice's texts; the address is known to the browser alone."""
    address = "{address}"
    return {
        **{key: text(f"{_NAME}.{key}", language) for key in ("title", "blocked", "gone", "allow", "again")},
        "list": [text(f"{_NAME}.allow.{key}", language, address=address) for key in _ALLOWED],
    }


def _colours(palette: Palette) -> str:
    names = {"ink": palette.ink, "ground": palette.ground, "accent": palette.accent}
    values = "; ".join(f"--ik-first-{name}: {value}" for name, value in names.items())
    return f":root {{ {values}; }}"
