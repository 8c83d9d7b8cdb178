"""Search over a lattice of lever values: the least weighted change that meets all targets, or the nearest to them.

Every point is one run of the batched engine on values that a lever can take, so that nothing found has to be rounded.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.seek.answer import DKK
from model.uncertainty.draws import Progress, check_cancel

Floats = NDArray[np.float64]
Index = tuple[int, ...]

# How hard the search looks. One lever of at most so many values is tried out in full.
_FULL_SCAN: Final = 65
_SCREEN: Final = 7  # values of each lever that are tried alone, both ends among them
_POPULATION: Final = (6, 6)  # members of a generation: a + b per lever
_GENERATIONS: Final = 14
_FEWER_GENERATIONS: Final = 5  # where a search begins from what another has found
_CONVERGED: Final = 1e-3
_ROUNDS: Final = 8  # of polishing
_STEPS: Final = (1, 4, 16)  # on the lattice, in polishing
_FEW: Final = 2
_EVEN: Final = 12
_BATCH: Final = 16  # runs between two looks at whether to stop
# A lever that moves every target by less than this share of its distance to the target moves nothing.
_NOTHING: Final = 0.01
_EXCLUDED_MISS: Final = 1e-6
_DIGITS: Final = 9
# Energies for the optimiser: every point within the budget goes before every point beyond it, and so on.
_WORST_MISS: Final = 1e3
_OVER: Final = 2e3
_MILLION: Final = 1e6
_WHOLE: Final = 100  # progress is told in per cent


@dataclass(frozen=True, eq=False)
class LeverAxis:
    """One free lever as the values that it may take, lowest first, and where it stands now."""

    values: Floats  # [n]
    origin: int
    weight: float  # of a change over the lever's whole span
    span: float

    def change(self, i: int) -> float:
        """Return the weighted share of the span between the present value and value ``i``."""
        return float(abs(self.values[i] - self.values[self.origin]) / self.span * self.weight)


@dataclass(frozen=True, eq=False)
class PointFigures:
    """What one run gave: how far each target is met (above zero: more than met) and the cost of each year, DKK."""

    slack: Floats  # [W] in the target's own unit
    cost: Floats  # [Y] difference from the baseline


@dataclass(frozen=True, eq=False)
class LatticePoint:
    """A point of the lattice: weighted change, distance to the targets (0: met), DKK beyond the budget."""

    index: Index
    change: float
    miss: float
    over: float
    slack: Floats
    cost: Floats

    @property
    def good(self) -> bool:
        """Return whether all targets are met within the budget."""
        return self.miss == 0.0 and self.over == 0.0

    @property
    def order(self) -> tuple[float, float, float, Index]:
        """Return a key for sorting, better points first.

        The last digits of a distance do not count, but whether there is one does.
        """
        miss = max(round(self.miss, _DIGITS), 10.0**-_DIGITS) if self.miss else 0.0
        return self.over, miss, self.change, self.index


class Search:
    """The lattice with what has been run on it.

    ``measure`` runs a batch of points; ``scales`` [W] turn a missing slack into a distance that can be added up;
    ``budget`` is DKK a year, None for no limit.
    """

    def __init__(
        self,
        axes: Sequence[LeverAxis],
        measure: Callable[[Sequence[Index], ThreadPoolExecutor], list[PointFigures]],
        scales: Floats,
        budget: float | None,
        *,
        seed: int,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.axes = tuple(axes)
        self.origin: Index = tuple(axis.origin for axis in axes)
        self.budget = budget
        self.margins = np.zeros(len(scales))
        self.runs = 0
        self._measure = measure
        self._scales = scales
        self._seed = seed
        self._cancel = cancel
        self._progress = progress
        self._shown = 0.0
        self._total_weight = sum(max(axis.change(0), axis.change(-1)) for axis in axes) or 1.0
        self._scale_of_budget = abs(budget or 0.0) + _MILLION
        self._known: dict[Index, PointFigures] = {}
        self._excluded: set[Index] = set()
        self._fixed: list[int] = []

    # --- points ------------------------------------------------------------------------------

    def stop_if_asked(self) -> None:
        """Raise Cancelled where the caller has asked to stop."""
        check_cancel(self._cancel)

    def report(self, share: float) -> None:
        """Report how far the search is, never backwards."""
        self._shown = max(self._shown, min(share, 1.0))
        if self._progress is not None:
            self._progress(round(self._shown * _WHOLE), _WHOLE)

    def points(self, indices: Iterable[Index]) -> list[LatticePoint]:
        """Return points in the order asked for; those not yet run are run. Raises Cancelled."""
        indices = list(indices)
        self.stop_if_asked()
        fresh = [index for index in dict.fromkeys(indices) if index not in self._known]
        if fresh:
            with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
                for begin in range(0, len(fresh), _BATCH):
                    self.stop_if_asked()
                    part = fresh[begin : begin + _BATCH]
                    self._known.update(zip(part, self._measure(part, pool), strict=True))
                    self.runs += len(part)
        return [self._point(index) for index in indices]

    def point(self, index: Index) -> LatticePoint:
        """Return one point."""
        return self.points((index,))[0]

    def every_point(self) -> list[LatticePoint]:
        """List all that has been run and moves no lever that moves nothing, best first."""
        return sorted((self._point(index) for index in self._usable()), key=lambda p: p.order)

    def _usable(self) -> list[Index]:
        """List the points that move no lever that moves nothing."""
        return [
            index for index in self._known if all(index[still] == self.origin[still] for still in self._fixed)
        ]

    def exclude(self, index: Index) -> None:
        """Exclude a point from the answers: its own run misses what its distance meets."""
        self._excluded.add(index)

    def _point(self, index: Index) -> LatticePoint:
        """Return a point that has been run, with its distance to the targets and to the budget."""
        figures = self._known[index]
        missing = np.maximum(self.margins - figures.slack, 0.0) / self._scales
        miss = float(np.where(np.isfinite(missing), missing, _WORST_MISS).sum())
        if index in self._excluded:
            miss = max(miss, _EXCLUDED_MISS)
        over = 0.0
        if self.budget is not None and len(figures.cost):
            beyond = float(figures.cost.max()) - self.budget
            over = beyond if beyond > DKK else 0.0
        change = sum(axis.change(i) for axis, i in zip(self.axes, index, strict=True))
        return LatticePoint(index, change, miss, over, figures.slack, figures.cost)

    def _with(self, index: Index, lever: int, i: int) -> Index:
        """Return a point with one lever at another value."""
        return (*index[:lever], i, *index[lever + 1 :])

    # --- what moves at all -------------------------------------------------------------------

    def screen(self) -> tuple[int, ...]:
        """Find the levers that move anything: each alone, then those that do not together with the others' best.

        A lever that only moves the cost counts where there is a budget; empty where no lever moves a target. The
        others stay where they are from now on.
        """
        tried = {lever: self._screen_points(lever) for lever in range(len(self.axes))}
        self.points(index for alone in tried.values() for index in alone)
        self.report(0.2)
        moving = [lever for lever, alone in tried.items() if self._moves(self.origin, alone)]
        if 0 < len(moving) < len(self.axes):
            best = self.origin
            for lever in moving:
                top = min(self.points(tried[lever]), key=lambda p: p.order)
                best = self._with(best, lever, top.index[lever])
            for lever in set(tried) - set(moving):
                ends = [self._with(best, lever, i) for i in (0, len(self.axes[lever].values) - 1)]
                if self._moves(best, ends):
                    moving.append(lever)
        if moving and self.budget is not None:
            moving += [lever for lever in set(tried) - set(moving) if self._costs(tried[lever])]
        self._fixed = [lever for lever in tried if lever not in moving]
        return tuple(sorted(moving))

    def _screen_points(self, lever: int) -> list[Index]:
        """List points with one lever at some of its values, both ends among them."""
        n = len(self.axes[lever].values)
        tried = np.unique(np.linspace(0, n - 1, min(_SCREEN, n)).round().astype(int))
        return [self._with(self.origin, lever, int(i)) for i in tried]

    def _moves(self, index: Index, others: Iterable[Index]) -> bool:
        """Return whether any target moves between a point and others."""
        before = self.point(index).slack
        return any(
            bool((np.abs(point.slack - before) > _NOTHING * self._scales).any())
            for point in self.points(others)
        )

    def _costs(self, others: Iterable[Index]) -> bool:
        """Return whether the cost of any year moves between the present point and others."""
        before = self.point(self.origin).cost
        return any(bool((np.abs(point.cost - before) > DKK).any()) for point in self.points(others))

    # --- the search --------------------------------------------------------------------------

    def best(self, moving: Sequence[int], *, again: bool = False) -> LatticePoint:
        """Find the least change of the levers ``moving`` that meets all, or the nearest point to that.

        ``again``: from what is known already, with less looking around.
        """
        if len(moving) == 1:
            self._scan(moving[0], again=again)
        elif moving:
            self._evolve(moving, self._energy, _FEWER_GENERATIONS if again else _GENERATIONS)
        self.report(0.7)
        return self._polished(moving)

    def _scan(self, lever: int, *, again: bool) -> None:
        """Try one lever: all its values, or first some and then those where it begins to hold, or comes nearest."""
        if not again:
            n = len(self.axes[lever].values)
            some = np.unique(np.linspace(0, n - 1, min(n, _FULL_SCAN)).round().astype(int)).tolist()
            self.points(self._with(self.origin, lever, i) for i in some)
        while True:
            # Not assumed to be monotone: the best of all that is known is closed in from both sides.
            known = sorted({index[lever] for index in self._usable()})
            top = self.every_point()[0].index[lever]
            i_best = known.index(top)
            near = [
                (known[i] + known[i + 1]) // 2
                for i in (i_best - 1, i_best)
                if 0 <= i < len(known) - 1 and known[i + 1] - known[i] > 1
            ]
            if not near:
                return
            self.points(self._with(self.origin, lever, i) for i in near)

    def _evolve(
        self, moving: Sequence[int], energy: Callable[[LatticePoint], float], generations: int
    ) -> None:
        """Run scipy's differential evolution, a generation at a time, from the best that is known."""
        # Imported here: scipy takes seconds, and only a search needs it.
        from scipy.optimize import differential_evolution
        from scipy.stats import qmc

        sizes = np.array([len(self.axes[lever].values) for lever in moving])
        count = _POPULATION[0] + _POPULATION[1] * len(moving)

        def placed(vector: Floats) -> Index:
            index = list(self.origin)
            for lever, n, x in zip(moving, sizes, vector, strict=True):
                index[lever] = int(min(max(round(float(x)), 0), n - 1))
            return tuple(index)

        def energies(vectors: Floats) -> Floats:
            vectors = vectors.reshape(len(moving), -1)
            return np.array([energy(point) for point in self.points(placed(v) for v in vectors.T)])

        known = sorted(self.every_point(), key=lambda p: (energy(p), p.index))
        first = [[p.index[lever] for lever in moving] for p in known[: count // 2]]
        # The corners tell what all levers do together.
        corners = list(itertools.islice(itertools.product((0, 1), repeat=len(moving)), count // 3))[::-1]
        first += [list(corner * (sizes - 1)) for corner in corners]
        spread = qmc.Sobol(len(moving), rng=np.random.default_rng(self._seed))
        more = spread.random(1 << (count - 1).bit_length())[: max(count - len(first), 2)]
        start = np.vstack([np.array(first, dtype=np.float64), more * (sizes - 1)])
        done = 0

        def after(intermediate_result: object) -> None:
            nonlocal done
            done += 1
            self.report(0.25 + 0.45 * done / generations)

        differential_evolution(
            energies,
            [(0.0, float(max(n - 1, 1))) for n in sizes],
            init=start,
            maxiter=generations,
            tol=_CONVERGED,
            polish=False,
            updating="deferred",
            vectorized=True,
            rng=np.random.default_rng(self._seed),
            callback=after,
        )

    def _polished(self, moving: Sequence[int]) -> LatticePoint:
        """Move the best point known as long as a neighbour is better."""
        best = self.every_point()[0]
        for turn in range(_ROUNDS):
            if best.good:
                self._exchange(best, moving)
            else:
                self.points(self._around(best, moving))
            self.report(0.7 + 0.2 * (turn + 1) / _ROUNDS)
            now = self.every_point()[0]
            if now.index == best.index:
                break
            best = now
        return best

    def _around(self, best: LatticePoint, moving: Sequence[int]) -> list[Index]:
        """List the points that lie one lever, or two, a few steps to either side."""
        indices: list[Index] = []
        moves = [(lever, size * way) for lever in moving for size in _STEPS for way in (-1, 1)]
        indices += [self._moved(best.index, move) for move in moves]
        indices += [
            self._moved(self._moved(best.index, one), two)
            for one, two in itertools.combinations(moves, 2)
            # With more levers than two only equal steps, or they would be too many.
            if one[0] != two[0] and (len(moving) == _FEW or abs(one[1]) == abs(two[1]) == _STEPS[0])
        ]
        # A lever that does not bring it nearer goes back to where it was.
        indices += [self._with(best.index, lever, self.origin[lever]) for lever in moving]
        return indices

    def _moved(self, index: Index, move: tuple[int, int]) -> Index:
        """Return a point with one lever some steps further, within its bounds."""
        lever, steps = move
        return self._with(index, lever, min(max(index[lever] + steps, 0), len(self.axes[lever].values) - 1))

    def _exchange(self, best: LatticePoint, moving: Sequence[int]) -> None:
        """Try less of one lever, and of another just as much as that takes, with several amounts at once."""
        starts: list[tuple[Index, int]] = [(best.index, lever) for lever in moving]
        # What each lever takes alone.
        starts += [(self.origin, lever) for lever in moving]
        if len(moving) > _FEW:
            # And what it takes beside another that is moved all the way.
            for lever, other in itertools.permutations(moving, 2):
                ends = (0, len(self.axes[other].values) - 1)
                starts += [(self._with(self.origin, other, end), lever) for end in ends]
        for lever in moving:
            towards = self.origin[lever] - best.index[lever]
            for amount in _amounts(abs(towards), len(moving)):
                less = self._with(best.index, lever, best.index[lever] + int(np.sign(towards)) * amount)
                starts += [(less, other) for other in moving if other != lever]
        self._least(starts, best)

    def _least(self, starts: Sequence[tuple[Index, int]], best: LatticePoint) -> None:
        """Bisect for each start and lever the value nearest to the present one that meets the targets, all together.

        What lies between is taken to be in order; where it is not, a good point is found all the same. What it
        costs is asked afterwards.
        """
        open_ = []
        for index, lever in starts:
            way = int(np.sign(index[lever] - self.origin[lever]))
            ends = (len(self.axes[lever].values) - 1, 0)
            for far in {ends[0] if way >= 0 else ends[1], ends[1] if way <= 0 else ends[0]}:
                open_.append((index, lever, self.origin[lever], far))
        near = self.points(self._with(index, lever, low) for index, lever, low, _ in open_)
        open_ = [case for case, point in zip(open_, near, strict=True) if point.miss]
        far_points = self.points(self._with(index, lever, high) for index, lever, _, high in open_)
        cases = []
        for (index, lever, low, high), point in zip(open_, far_points, strict=True):
            if not point.miss:
                cases.append((index, lever, low, high))
            elif index == best.index:
                # The end does not hold, but the present value does.
                cases.append((index, lever, low, index[lever]))
        while True:
            cases = [case for case in cases if abs(case[3] - case[2]) > 1]
            if not cases:
                return
            middles = [(low + high) // 2 for _, _, low, high in cases]
            points = self.points(
                self._with(index, lever, middle)
                for (index, lever, _, _), middle in zip(cases, middles, strict=True)
            )
            cases = [
                (index, lever, low, middle) if not point.miss else (index, lever, middle, high)
                for (index, lever, low, high), middle, point in zip(cases, middles, points, strict=True)
            ]

    # --- budget against goal -----------------------------------------------------------------

    def front(self, moving: Sequence[int], count: int) -> list[tuple[float, LatticePoint]]:
        """Find for ``count`` budgets from nothing to what the most costs the point with the most slack within each.

        The first target counts. Monotone, as a larger budget sees all points of a smaller one.
        """

        def within(budget: float) -> Callable[[LatticePoint], float]:
            def energy(point: LatticePoint) -> float:
                beyond = float(point.cost.max()) - budget
                if beyond > DKK:
                    return _OVER * (1.0 + min(beyond / (abs(budget) + self._cost_scale()), 1.0))
                # Rounded, so that the last digits do not choose a dearer point.
                return round(
                    float(np.clip(-point.slack[0] / self._scales[0], -_WORST_MISS, _WORST_MISS)), _DIGITS
                )

            return energy

        def look(budget: float, generations: int) -> None:
            if len(moving) > 1:
                self._evolve(moving, within(budget), generations)

        if len(moving) == 1:
            n = len(self.axes[moving[0]].values)
            every = np.unique(np.linspace(0, n - 1, min(n, 4 * _FULL_SCAN)).round().astype(int))
            self.points(self._with(self.origin, moving[0], int(i)) for i in every)
        look(np.inf, _GENERATIONS)

        def furthest(points: Iterable[LatticePoint], budget: float) -> LatticePoint:
            """The most, and of equals the cheapest."""
            energy = within(budget)
            return min(points, key=lambda p: (energy(p), float(p.cost.max()), p.change, p.index))

        most = furthest(self.every_point(), np.inf)
        dearest = max(0.0, float(most.cost.max()))
        budgets = np.linspace(0.0, dearest, count) if dearest > DKK else np.zeros(1)
        for i, budget in enumerate(budgets[:-1]):
            look(float(budget), _FEWER_GENERATIONS)
            self.report(0.3 + 0.7 * (i + 1) / len(budgets))
        front = []
        for budget in budgets:
            inside = [p for p in self.every_point() if float(p.cost.max()) - budget <= DKK]
            if inside:
                front.append((float(budget), furthest(inside, float(budget))))
        return front

    def _cost_scale(self) -> float:
        """Return the largest cost of any year that has been run, DKK."""
        return max((float(np.abs(m.cost).max()) for m in self._known.values()), default=0.0) + DKK

    def _energy(self, point: LatticePoint) -> float:
        """Return one number in the order of ``LatticePoint.order``: good points in 0-1, then targets, then cost."""
        if point.over:
            return _OVER + point.over / (point.over + self._scale_of_budget)
        if point.miss:
            return 1.0 + min(point.miss, _WORST_MISS)
        return point.change / self._total_weight


def _amounts(whole: int, levers: int) -> list[int]:
    """List by how many steps a lever that has moved ``whole`` steps is taken back: few, small and large."""
    if levers <= _FEW:
        even = np.linspace(0, whole, min(whole, _EVEN) + 1).round().astype(int).tolist()
        amounts = {*even, *(1 << n for n in range(whole.bit_length()))}
    else:
        amounts = {*_STEPS, whole // 2, whole}
    return sorted(amount for amount in amounts if 0 < amount <= whole)
