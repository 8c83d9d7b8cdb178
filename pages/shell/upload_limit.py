"""Keep uploads of one visit within a limit: Streamlit keeps them all until it forgets the session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

# So many files of the largest size that the server takes.
MAX_FILES: Final = 4
# Of any size: each also costs its name and its place.
MAX_NUMBER: Final = 100
_ROUTE: Final = "/_stcore/upload_file/"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class UploadLimit:
    """Pass requests on, and after each upload drop the session's oldest ones beyond the limits (ASGI)."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] == "PUT" and _ROUTE in scope["path"]:
            manager = get_instance().uploaded_file_mgr
            if isinstance(manager, MemoryUploadedFileManager):
                most = MAX_FILES * st.get_option("server.maxUploadSize") * 1024 * 1024
                drop_oldest(manager, scope["path"].split("/")[-2], most)


def drop_oldest(manager: MemoryUploadedFileManager, session_id: str, most: int) -> None:
    """Drop a session's oldest uploads until the rest holds ``most`` bytes in MAX_NUMBER files; the newest stays.

    That is more than any page asks for at once, and figures are taken over when their file comes.
    """
    files = list(manager.file_storage.get(session_id, {}).values())
    size = sum(len(file.data) for file in files)
    for left, file in zip(range(len(files), 1, -1), files, strict=False):
        if size <= most and left <= MAX_NUMBER:
            return
        manager.remove_file(session_id, file.file_id)
        size -= len(file.data)
