"""Forget the sessions of visitors who left, with their uploads, when their time is over.

Streamlit keeps a left session for two minutes, so that who comes back finds all as it was. But it looks at the clock
only when the next visitor leaves: until then up to 128 sessions stay in memory.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from streamlit.runtime import exists, get_instance

_log = logging.getLogger("indsatskompas.pages")
_EVERY: Final = 30.0  # s


async def forget_regularly(every: float = _EVERY) -> None:
    """Forget left sessions now and then, until the task is cancelled."""
    while True:
        await asyncio.sleep(every)
        try:
            forgotten = forget_left() if exists() else 0
        except Exception:
            # Streamlit's own parts have no promised names; without them all is as it was.
            _log.exception("left sessions are not forgotten before others leave")
            return
        if forgotten:
            _log.info("%d left sessions forgotten", forgotten)


def forget_left() -> int:
    """Forget the left sessions whose time is over; return how many. Called in the server's own thread."""
    manager: Any = get_instance()._session_mgr
    with manager._storage_lock:
        kept: Any = manager._session_storage._cache
        before = dict(kept._data)
        kept.expire()
        gone = [info for key, info in before.items() if key not in kept._data]
    for info in gone:
        # Gives back its uploads and the files that it offered; else that waits for the garbage collector.
        info.session.shutdown()
    return len(gone)
