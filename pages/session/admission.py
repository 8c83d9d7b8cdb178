"""Say how many visitors the server takes at once: beyond that all would wait for each other."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Final

from pages.session.presence import is_connected

# How many windows may be open at once; set by who runs the server.
VISITORS_VARIABLE: Final = "INDSATSKOMPAS_VISITORS"
# Each takes some 10 MB; with 80 who move a lever every five seconds two cores are busy.
DEFAULT_MOST: Final = 100
# So long, s, a place is kept for one whose connection is gone: a network that changes. Not longer, since whoever loads
# the page anew is another window, and waits for the place that it has left.
_KEPT: Final = 15.0


def most_visitors() -> int:
    """Return how many windows may be open at once; what is no number above 0 leaves the default, and is logged."""
    given = os.environ.get(VISITORS_VARIABLE, "").strip()
    if not given:
        return DEFAULT_MOST
    if given.isascii() and given.isdigit() and int(given) > 0:
        return int(given)
    logging.getLogger(__name__).warning("%s is no number above 0: %r", VISITORS_VARIABLE, given[:20])
    return DEFAULT_MOST


class Admission:
    """The windows that are in; a place is free when one has been gone for a while."""

    def __init__(
        self,
        most: int,
        is_here: Callable[[str | None], bool] = is_connected,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._is_here, self._clock = is_here, clock
        self._seen: dict[str, float] = {}  # when each was last found here
        self._lock = threading.Lock()

    def admits(self, connection: str | None, *, always: bool = False) -> bool:
        """Return whether a window is in, or comes in now; ``always``: also where there is no place.

        Whoever is in stays in. A window without a connection (None) is no browser, and is always in.
        """
        if connection is None:
            return True
        with self._lock:
            now = self._clock()
            if connection not in self._seen:
                self._clear(now)
                if len(self._seen) >= self._most and not always:
                    return False
            self._seen[connection] = now
            return True

    def _clear(self, now: float) -> None:
        """Give away the places of those who have been gone for a while."""
        for connection, seen in list(self._seen.items()):
            if self._is_here(connection):
                self._seen[connection] = now
            elif now - seen >= _KEPT:
                del self._seen[connection]


ADMISSION: Final = Admission(most_visitors())
