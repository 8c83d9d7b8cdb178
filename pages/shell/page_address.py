"""Open a page whose address has a mark of a mail at its end, as ``/budget.``, and the first page by its name.

Streamlit knows no page of such a name, and says so in English.

What is glued to a scenario in the address's query is cut off where that is read (``model.library.share_link``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pages.shell.connection_notice import asks_for_page

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# The first page's own name: its address is that of the app.
FIRST_ADDRESS: Final = "udforsk"
# Pages are named by letters, digits and hyphens.
_MARKS: Final = re.compile(r"[^\w-]+\Z")


class PageAddress:
    """The app, at the addresses of its pages also with a mark behind them, and at the first page's name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI): to an address with a mark at its end the one without it."""
        name = scope["path"].rpartition("/")[2] if asks_for_page(scope) else ""
        plain = _MARKS.sub("", name)
        if plain == name != FIRST_ADDRESS:
            await self.app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        # Relative, so that it holds also where a proxy serves the app below an address of its own.
        address = ("" if plain == FIRST_ADDRESS else quote(plain)) or "./"
        address += "?" + query if query else ""
        headers = [(b"location", address.encode("latin-1")), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 307, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
