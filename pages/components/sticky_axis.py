"""Hold the ends of a chart's axis: they only ever widen while a slider moves, so that the eye sees movement."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from model.documents.axis import ends

__all__ = ["ends", "widened"]


def widened(
    known: MutableMapping[tuple[Any, ...], tuple[float, float]],
    key: tuple[Any, ...],
    wanted: tuple[float, float],
    needed: tuple[float, float] | None = None,
) -> tuple[float, float]:
    """Widen the ends that are in use for ``key`` where the series no longer fits, and return them.

    ``wanted`` are the ends that a chart drawn anew would have, ``needed`` those of what is drawn (by default the same).
    """
    if key in known:
        low, high = known[key]
        least, most = wanted if needed is None else needed
        wanted = (low if least >= low else wanted[0], high if most <= high else wanted[1])
    known[key] = wanted
    return wanted
