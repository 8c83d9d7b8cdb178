"""Hold a municipality's draws for all visits together, within one limit of memory."""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality
    from model.uncertainty.draws import Draws


@dataclass(frozen=True)
class HeldDraws:
    """The draws of a municipality, as a visit holds them: their number, and where they are when they are needed.

    They take some 70 MB, so no visit holds them itself. ``draws_for`` keeps the latest used of all visits; what had to
    go is made again, the same to the last bit, by the work that needs it.
    """

    municipality: Municipality = field(repr=False)
    count: int

    def draws(self, cancel: threading.Event | None = None) -> Draws:
        """Return them, made again where they are no longer kept. Takes seconds then; raises as ``draws_for``."""
        from model.uncertainty.draws import are_ready, draws_for

        kept = are_ready(self.municipality, self.count)
        made = draws_for(self.municipality, count=self.count, cancel=cancel)
        if not kept:
            give_back_memory()
        return made

    def note_band(self) -> None:
        """Note that a band was made: the first after another municipality's leaves 75 MB free, with the baseline's."""
        if _last.get("municipality") != self.municipality.key:
            _last["municipality"] = self.municipality.key
            give_back_memory()


# Whose band was made last; while all look at one municipality nothing is given back, and nothing asked for anew.
_last: Final[dict[str, str]] = {}


def give_back_memory() -> None:
    """Give memory that is free back to the system: where draws were made, or had to go, that is some 70 MB each time.

    Only where the C library is asked for it, as on Linux with glibc; elsewhere it is reused later.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
