"""Draw the points of a set of assumptions: a scrambled Sobol sequence, correlated by families, made into values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.parameters.families import Drawable, correlation, tries_per_draw

Floats = NDArray[np.float64]


class PointSequence:
    """The sequence of points, and values made of them."""

    def __init__(self, varied: Sequence[Drawable], columns: Sequence[int], seed: int, count: int) -> None:
        self._varied = varied
        self._columns = np.array(columns, dtype=np.int64)
        self._most = count * tries_per_draw()
        self._seed = seed
        self._factors = CommonFactors(varied)
        self._values = np.zeros((0, len(varied)))
        self._used = 0

    def first(self, count: int) -> Floats:
        """Return the values of the first ``count`` points [count, P]."""
        self._grow(count)
        self._used = count
        return self._values[:count].copy()

    def replacement(self, row: int) -> Floats | None:
        """Return the values of the next unused point [P] in place of draw ``row``; None where enough were tried."""
        if self._used >= self._most:
            return None
        self._grow(self._used + 1)
        self._used += 1
        return np.array(self._values[self._used - 1])

    def _grow(self, count: int) -> None:
        """Draw so many points of the sequence as are needed, at least ``count``."""
        if len(self._values) >= count:
            return
        # A power of two keeps the sequence balanced; a longer one begins with the shorter.
        exponent = max(0, int(np.ceil(np.log2(count))))
        size = int(self._columns.max(initial=-1)) + 1
        uniform = sobol(self._factors.count + size, exponent, self._seed)
        factors, own = np.split(uniform, [self._factors.count], axis=1)
        own = paired_at_random(own, self._seed)[:, self._columns]
        self._values = values_of(self._varied, self._factors.normal(factors, own))


class CommonFactors:
    """Common factors of families and clusters; their columns come first, where the sequence is most even."""

    def __init__(self, varied: Sequence[Drawable]) -> None:
        from model.parameters.families import families

        every = families()
        clusters = tuple(dict.fromkeys(f.cluster for f in every if f.cluster is not None))
        self.count = len(clusters) + len(every)
        within, between = (value.value for value in correlation())
        place = {family.id: len(clusters) + i for i, family in enumerate(every)}
        self._family = np.array([place[d.family.id] for d in varied], dtype=np.int64)
        self._cluster = np.array(
            [clusters.index(d.family.cluster) if d.family.cluster else 0 for d in varied], dtype=np.int64
        )
        self._sign = np.array([d.sign for d in varied])
        shared = np.array([between if d.family.cluster else 0.0 for d in varied])
        self._by_cluster = np.sqrt(shared)
        self._by_family = np.sqrt(within - shared)
        self._own = float(np.sqrt(1.0 - within))

    def normal(self, factors: Floats, own: Floats) -> Floats:
        """Compute uniform numbers of the correlated normal scores: [n, factors], [n, P] -> [n, P]."""
        from scipy.special import ndtr, ndtri

        common = ndtri(factors)
        scores = self._by_cluster * common[:, self._cluster] + self._by_family * common[:, self._family]
        return np.asarray(ndtr(self._sign * scores + self._own * ndtri(own)), dtype=np.float64)


def sobol(dimensions: int, exponent: int, seed: int) -> Floats:
    """Draw the first 2**exponent points of the scrambled Sobol sequence [n, dimensions], inside (0, 1)."""
    # Imported here: scipy.stats takes seconds, and nothing else needs it.
    from scipy.stats import qmc

    points = qmc.Sobol(dimensions, scramble=True, rng=seed).random_base2(exponent)
    half = 0.5 / 2.0**64
    return np.asarray(np.clip(points, half, 1.0 - np.finfo(float).epsneg), dtype=np.float64)


def paired_at_random(points: Floats, seed: int) -> Floats:
    """Return the points [n, dimensions] with each column in an order of its own.

    The sequence spreads every column evenly, but some pairs of its later columns badly: a number that is the sum of
    such a pair lay below its central value in 37 of 100 draws. Columns are mixed within [1, 2), [2, 4), [4, 8) ...
    points, so that the first power of two of them is as evenly spread as before, and by a generator for each, so that
    a longer sequence begins with the shorter and no column depends on how many there are.
    """
    mixed = points.copy()
    count, dimensions = points.shape
    for column in range(dimensions):
        generator = np.random.default_rng([seed, column])
        begin = 1
        while begin < count:
            end = min(2 * begin, count)
            mixed[begin:end, column] = generator.permutation(points[begin:end, column])
            begin = end
    return mixed


def values_of(varied: Sequence[Drawable], uniform: Floats) -> Floats:
    """Compute values from uniform numbers [n, P]: the central value is the median, no value leaves its range."""
    low, central, high = (np.array([getattr(d, name) for d in varied]) for name in ("low", "central", "high"))
    below = low + (central - low) * np.sqrt(2.0 * np.minimum(uniform, 0.5))
    above = high - (high - central) * np.sqrt(2.0 * np.minimum(1.0 - uniform, 0.5))
    return np.asarray(np.where(uniform < 0.5, below, above), dtype=np.float64)
