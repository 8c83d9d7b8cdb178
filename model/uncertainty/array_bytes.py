"""Count the memory of what is kept: the bytes of all arrays that can be reached from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def array_bytes(*roots: Any) -> int:
    """Count the bytes of all arrays in ``roots``, their items and their fields, each array once; a view as a whole."""
    seen: set[int] = set()
    waiting = list(roots)
    total = 0
    while waiting:
        at = waiting.pop()
        while isinstance(at, np.ndarray) and isinstance(at.base, np.ndarray):
            at = at.base
        if id(at) in seen:
            continue
        seen.add(id(at))
        if isinstance(at, np.ndarray):
            total += at.nbytes
        elif isinstance(at, Mapping):
            waiting += at.values()
        elif isinstance(at, list | tuple):
            waiting += at
        elif is_dataclass(at):
            waiting += [getattr(at, field.name) for field in fields(at)]
        elif hasattr(at, "kept"):
            waiting += at.kept()
    return total
