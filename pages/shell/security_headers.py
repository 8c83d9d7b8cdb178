"""Say with every answer what a browser may do with it: nothing from elsewhere, in no other site's frame."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit

from pages.session.public_address import is_this_machine
from pages.shell.connection_notice import with_notice

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_METRICS: Final = "/_stcore/metrics"


class SecurityHeaders:
    """The app, with headers for the browser; its counts of sessions and memory only for this machine itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = _headers()
                others = [(name, value) for name, value in message["headers"] if name.lower() not in ours]
                message = {**message, "headers": [*others, *ours.items()]}
            await send(message)

        if scope["path"].rstrip("/").endswith(_METRICS) and not _asked_here(scope):
            await with_headers({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, with_headers)


@cache
def _headers() -> dict[bytes, bytes]:
    """Return the headers that each answer has."""
    return {
        b"content-security-policy": content_policy().encode(),
        # For browsers that do not know frame-ancestors.
        b"x-frame-options": b"DENY",
        b"x-content-type-options": b"nosniff",
        # A link holds a whole scenario: it is not passed on to where somebody goes from here.
        b"referrer-policy": b"same-origin",
        b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }


def content_policy() -> str:
    """Return the Content-Security-Policy: what Streamlit's pages need, and nothing from outside.

    Its components come as scripts that it makes itself (``blob:``), its styles and those of charts stand in the page.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    known = " ".join(f"'sha256-{digest}'" for digest in inline_scripts(with_notice(page)))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {known}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "connect-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def inline_scripts(page: bytes) -> tuple[str, ...]:
    """Return the SHA-256 of each script that stands in a page, as the policy names it."""
    found = _INLINE_SCRIPT.findall(page)
    return tuple(base64.b64encode(hashlib.sha256(script).digest()).decode() for script in found)


def _asked_here(scope: Scope) -> bool:
    """Return whether a request comes from this machine, and not from one behind a proxy on it."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    asked = [urlsplit(f"//{host}").hostname or "" for host in hosts]
    client = (scope.get("client") or ("",))[0]
    return all(is_this_machine(name) for name in (client, *asked))
