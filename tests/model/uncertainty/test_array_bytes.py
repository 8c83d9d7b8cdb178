"""Test what is counted as memory that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from model.uncertainty.array_bytes import array_bytes
from model.uncertainty.draws import SingleFlightCache


@dataclass(frozen=True)
class Field:
    values: Any


class Pair(NamedTuple):
    first: Any
    second: Any


def test_arrays_are_counted_wherever_they_lie() -> None:
    cache = SingleFlightCache(2)
    cache.get("a", lambda: np.zeros(3))
    root = {"a": [Field(np.zeros(1))], "b": Pair(np.zeros(2), "words"), "c": cache, "d": 1.0}
    assert array_bytes(root) == 8 * (1 + 2 + 3)


def test_an_array_is_counted_once_and_a_view_holds_the_whole() -> None:
    whole = np.zeros((10, 10))
    assert array_bytes(whole, whole, whole[0], [whole[1:]]) == 800
    assert array_bytes(whole[0, :2]) == 800
