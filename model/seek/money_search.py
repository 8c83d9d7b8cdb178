"""Search over levers for money: what each does alone, the best mix within an amount, the saving that harms least.

Gains and harms of several goals are compared by what one lever can do for each: 1 is the most that any lever alone
moves the goal for the amount. Every point is a run of its own (:class:`model.seek.search.Search`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.seek.answer import DKK
from model.seek.search import Index, LatticePoint, Search

Floats = NDArray[np.float64]
Order = tuple[Any, ...]

# How hard the search looks.
_SMALL: Final = 700  # a lattice of at most so many points is run in full
_PIECES: Final = 10  # a lever's way is gone in so many pieces when the amount is laid out
_ROUNDS: Final = 6  # of looking around the best point
_MIXED: Final = 6  # levers of a mix
_FEWEST: Final = 6  # levers that a saving is made of
_MANY: Final = 14  # more levers than so many are moved in halves, and looked at one at a time
_AMPLE: Final = 2.0  # together they could save so many times what is asked
# A lever that takes less than this share of the amount costs, or saves, nothing to speak of.
FREE_SHARE: Final = 0.05
_WORTH_A_CUT: Final = 250_000.0  # DKK; less is looked at only where the amount is small
_DIGITS: Final = 9
# Shares of a search's time, as measured, so that its progress is even: each lever alone and, of a saving, the cuts of
# each and what is laid out of them; the rest is the look around.
_ALONE: Final = 0.3
_CUTS: Final = 0.37
_LAID_OUT: Final = 0.5


@dataclass(frozen=True)
class Way:
    """A lever moved one way: from its present value to the value (by place) that it is moved to at most."""

    lever: int
    end: int


@dataclass(frozen=True, eq=False)
class Alone:
    """What a lever does alone at one value."""

    way: Way
    point: LatticePoint
    score: float  # gain or harm


class MoneySearch(Search):
    """A lattice whose points have goals first, then limits, then the persons on support (less is better).

    ``n_goals`` and ``n_limits`` say how many; ``year`` is the budget year whose amount counts, None for the dearest.
    ``least`` [G + 1] is what counts as movement of each goal and of the persons.
    """

    n_goals: int = 0
    n_limits: int = 0
    year: int | None = None
    least: Floats = np.zeros(0)

    def prepare(self, n_goals: int, n_limits: int, year: int | None, least: Floats) -> None:
        """Say what the points' figures are, and run the present point."""
        self.n_goals, self.n_limits, self.year, self.least = n_goals, n_limits, year, least
        self.unit = least.copy()  # what a goal's movement is held against
        self.now = self.point(self.origin)

    # --- figures of a point

    def cost(self, point: LatticePoint) -> float:
        """Return what a point costs in the year that counts, DKK."""
        return float(point.cost.max() if self.year is None else point.cost[self.year])

    def moved(self, point: LatticePoint) -> Floats:
        """Return how much better each goal is than at present, and the persons [G + 1]."""
        difference = point.slack - self.now.slack
        moved: Floats = np.nan_to_num(np.append(difference[: self.n_goals], difference[-1]))
        return moved

    def gain(self, point: LatticePoint) -> float:
        """Return the mean gain of the goals."""
        shares = self.moved(point)[: self.n_goals] / self.unit[: self.n_goals]
        return float(shares.mean())

    def harm(self, point: LatticePoint) -> float:
        """Return how much worse the goals are, and how many more persons: what gets better makes up for nothing."""
        return float((np.maximum(-self.moved(point), 0.0) / self.unit).sum())

    def breach(self, point: LatticePoint) -> float:
        """Return by how much limits are not kept."""
        limits = point.slack[self.n_goals : self.n_goals + self.n_limits]
        scales = self._scales[self.n_goals : self.n_goals + self.n_limits]
        return float((np.maximum(-np.nan_to_num(limits), 0.0) / scales).sum())

    def is_seen(self, point: LatticePoint) -> bool:
        """Return whether a point moves a goal, or the persons, by what counts as movement."""
        return bool((np.abs(self.moved(point)) >= self.least).any())

    def leave_out(self, levers: Iterable[int]) -> None:
        """Leave levers where they are from now on."""
        self._fixed = sorted({*self._fixed, *levers})

    # --- each lever alone

    def alone(self, levers: Iterable[int]) -> dict[int, list[LatticePoint]]:
        """Run each lever at some of its values, both ends among them."""
        tried = {lever: self._screen_points(lever) for lever in levers}
        done = 0
        for indices in _chunks([index for alone in tried.values() for index in alone]):
            self.points(indices)
            done += len(indices)
            self.report(_ALONE * done / max(1, sum(map(len, tried.values()))))
        return {lever: self.points(indices) for lever, indices in tried.items()}

    def hold_against(self, amount: float, tried: dict[int, list[LatticePoint]]) -> None:
        """Take as the unit of each goal the most that one lever moves it for the amount, at least what counts."""
        unit = self.least.copy()
        for point in itertools.chain.from_iterable(tried.values()):
            cost = abs(self.cost(point))
            if cost >= FREE_SHARE * amount:
                unit = np.maximum(unit, np.abs(self.moved(point)) * min(1.0, amount / cost))
        self.unit = unit

    def furthest(self, ways: Sequence[Way], fits: Callable[[LatticePoint], bool]) -> list[int]:
        """Bisect for each way the place furthest from the present one that fits; the present one fits."""
        ends = self.points(self._with(self.origin, way.lever, way.end) for way in ways)
        found = [way.end if fits(end) else -1 for way, end in zip(ways, ends, strict=True)]
        open_ = {i: (self.origin[ways[i].lever], ways[i].end) for i, place in enumerate(found) if place < 0}
        while open_:
            middles = {i: (low + high) // 2 for i, (low, high) in open_.items()}
            points = self.points(self._with(self.origin, ways[i].lever, at) for i, at in middles.items())
            for (i, middle), point in zip(middles.items(), points, strict=True):
                low, high = open_[i]
                low, high = (middle, high) if fits(point) else (low, middle)
                if abs(high - low) <= 1 or (middle in (open_[i][0], open_[i][1]) and (low, high) == open_[i]):
                    found[i] = low
                    del open_[i]
                else:
                    open_[i] = (low, high)
        return found

    # --- what an amount buys

    def purchases(
        self, amount: float, tried: dict[int, list[LatticePoint]]
    ) -> tuple[list[Alone], list[Alone]]:
        """Find what each lever alone does for the amount, the most per krone first, and what costs nothing.

        A lever goes the way that gains more for its money. One that moves nothing is in neither list.
        """
        ways: list[Way] = []
        free: list[Alone] = []
        for lever, points in tried.items():
            best = max(points, key=lambda p: (self._worth(p, amount), p.index))
            if self._worth(best, amount) <= 0 or not (self.moved(best) >= self.least)[: self.n_goals].any():
                continue
            way = Way(lever, best.index[lever])
            if self.cost(best) < FREE_SHARE * amount:
                free.append(Alone(way, best, self.gain(best)))
            else:
                ways.append(Way(lever, (0, len(self.axes[lever].values) - 1)[way.end > self.origin[lever]]))
        places = self.furthest(ways, lambda p: self.cost(p) <= amount + DKK)
        bought = []
        for way, place in zip(ways, places, strict=True):
            point = self.point(self._with(self.origin, way.lever, place))
            if place != self.origin[way.lever] and self.gain(point) > 0 and self.cost(point) > DKK:
                bought.append(Alone(Way(way.lever, place), point, self.gain(point)))
        bought.sort(key=lambda one: (-one.score / self.cost(one.point), one.way.lever))
        free.sort(key=lambda one: (-one.score, one.way.lever))
        return bought, free

    def _worth(self, point: LatticePoint, amount: float) -> float:
        """Return a point's gain, taken back in proportion where it costs more than the amount."""
        cost = self.cost(point)
        return self.gain(point) * (amount / cost if cost > amount else 1.0)

    def mix(self, bought: Sequence[Alone], amount: float, budgets: Sequence[float]) -> list[LatticePoint]:
        """Find the best mix within each of several budgets; the one for ``amount`` is looked for hardest.

        A larger budget never gains less: it sees all points of a smaller one.
        """
        chosen = bought[:_MIXED]
        most = max(*budgets, amount)
        sides = [Way(one.way.lever, self._side(one.way)) for one in chosen]
        ends = self.furthest(sides, lambda p: self.cost(p) <= most + DKK)
        ways = [Way(side.lever, end) for side, end in zip(sides, ends, strict=True)]
        if not self._all_of(ways):
            self._lay_out(ways, lambda p: self.cost(p) <= most + DKK, self._per_krone)
            for done, budget in enumerate(sorted({*budgets, amount})):
                self._look_around(ways, self._within(budget), _ROUNDS if budget == amount else 1)
                self.report(0.5 + 0.5 * (done + 1) / (len(budgets) + 1))
        known = [p for p in self.every_point() if self._is_between(p.index, ways, whole_side=True)]
        return [min(known, key=self._within(budget)) for budget in budgets]

    def _side(self, way: Way) -> int:
        """Return the last place on a way's side of the present one."""
        return len(self.axes[way.lever].values) - 1 if way.end > self.origin[way.lever] else 0

    def _within(self, budget: float) -> Callable[[LatticePoint], Order]:
        """Return the order of points within a budget: the most gain, and of equals the cheapest."""

        def order(point: LatticePoint) -> Order:
            cost = self.cost(point)
            over = cost - budget if cost - budget > DKK else 0.0
            return (over, -round(self.gain(point), _DIGITS), round(max(cost, 0.0)), point.change, point.index)

        return order

    def _per_krone(self, before: LatticePoint, after: LatticePoint) -> float:
        """Return how much more a step gains per krone."""
        gain, cost = self.gain(after) - self.gain(before), self.cost(after) - self.cost(before)
        if gain <= 0:
            return -math.inf
        return math.inf if cost <= DKK else gain / cost

    # --- the saving that harms least

    def cuts(self, amount: float, tried: dict[int, list[LatticePoint]]) -> list[Alone]:
        """Find for each lever the least harmful cut that saves the amount alone, or its largest; least harm first.

        Of a lever that can save it alone every value is run, so that none is overlooked.
        """
        found = []
        for lever, points in tried.items():
            most = min(points, key=lambda p: (self.cost(p), p.index))
            saves = -self.cost(most)
            if saves < min(FREE_SHARE * amount, _WORTH_A_CUT):
                continue
            if saves >= amount:
                self.points(self._with(self.origin, lever, i) for i in range(len(self.axes[lever].values)))
            every = [p for p in self.every_point() if self._only(lever, p.index)]
            enough = [p for p in every if -self.cost(p) >= amount - DKK]
            point = min(enough, key=lambda p: (self.harm(p), p.change)) if enough else most
            found.append(Alone(Way(lever, point.index[lever]), point, self.harm(point)))
            self.report(_ALONE + (_CUTS - _ALONE) * len(found) / len(tried))
        found.sort(key=lambda one: (one.score / -self.cost(one.point), one.way.lever))
        return found

    def _only(self, lever: int, index: Index) -> bool:
        """Return whether a point moves no other lever."""
        return all(i == o for at, (i, o) in enumerate(zip(index, self.origin, strict=True)) if at != lever)

    def least_harm(self, cuts: Sequence[Alone], amount: float) -> LatticePoint:
        """Find the point that saves the amount, keeps the limits and harms least, or comes nearest to that."""
        chosen: list[Alone] = []
        for one in cuts:
            if len(chosen) >= _FEWEST and sum(-self.cost(c.point) for c in chosen) >= _AMPLE * amount:
                break
            chosen.append(one)
        order = self.saving(amount)
        ways = [one.way for one in chosen]
        if not self._all_of([Way(way.lever, self._side(way)) for way in ways]):

            def enough(point: LatticePoint) -> bool:
                """Return whether a point saves the amount, and report how much of it that is."""
                saved = -self.cost(point)
                self.report(_CUTS + (_LAID_OUT - _CUTS) * max(0.0, min(1.0, saved / amount)))
                return saved >= amount

            self._lay_out(ways, lambda p: True, self._per_harm, enough)
            self._look_around(ways, order, _ROUNDS)
        return min(self.every_point(), key=order)

    def saving(self, amount: float) -> Callable[[LatticePoint], Order]:
        """Return the order of points that are to save an amount: saved, limits kept, least harm, smallest change."""

        def order(point: LatticePoint) -> Order:
            short = amount + self.cost(point)
            return (
                round(short) if short > DKK else 0,
                round(self.breach(point), _DIGITS),
                round(self.harm(point), _DIGITS),
                round(point.change, _DIGITS),
                point.index,
            )

        return order

    def _per_harm(self, before: LatticePoint, after: LatticePoint) -> float:
        """Return how much more a step saves per harm; one that breaks a limit comes last."""
        saved = self.cost(before) - self.cost(after)
        if saved <= DKK:
            return -math.inf
        harm = max(self.harm(after) - self.harm(before), 1e-6)
        return saved / harm / (1.0 if self.breach(after) <= self.breach(before) else 1e9)

    # --- common steps

    def _all_of(self, ways: Sequence[Way]) -> bool:
        """Run the whole lattice of some ways where it is small; return whether it was."""
        places = [range(min(self.origin[w.lever], w.end), max(self.origin[w.lever], w.end) + 1) for w in ways]
        if math.prod(map(len, places)) > _SMALL:
            return False
        indices = []
        for chosen in itertools.product(*places):
            index = list(self.origin)
            for way, i in zip(ways, chosen, strict=True):
                index[way.lever] = i
            indices.append(tuple(index))
        self.points(indices)
        return True

    def _lay_out(
        self,
        ways: Sequence[Way],
        fits: Callable[[LatticePoint], bool],
        worth: Callable[[LatticePoint, LatticePoint], float],
        enough: Callable[[LatticePoint], bool] = lambda p: False,
    ) -> None:
        """Go on with the lever whose next piece is worth most, as long as one fits."""
        pieces = _PIECES if len(ways) <= _MANY else 2
        stops = {
            way.lever: [
                int(i) for i in np.unique(np.linspace(self.origin[way.lever], way.end, pieces + 1).round())
            ][:: 1 if way.end >= self.origin[way.lever] else -1]
            for way in ways
        }
        at = dict.fromkeys(stops, 0)
        now = self.point(self.origin)
        while not enough(now):
            steps = {
                lever: self._with(now.index, lever, stops[lever][at[lever] + 1])
                for lever in stops
                if at[lever] + 1 < len(stops[lever])
            }
            points = dict(zip(steps, self.points(steps.values()), strict=True))
            fitting = {lever: worth(now, point) for lever, point in points.items() if fits(point)}
            if not fitting or max(fitting.values()) == -math.inf:
                return
            lever = max(fitting, key=lambda one: (fitting[one], -one))
            now = points[lever]
            at[lever] += 1

    def _look_around(self, ways: Sequence[Way], order: Callable[[LatticePoint], Order], rounds: int) -> None:
        """Look around the best point, one lever or two at a time, as long as that finds a better one."""
        moving = [way.lever for way in ways]
        for done in range(rounds if len(moving) <= _MANY else 0):
            known = [p for p in self.every_point() if self._is_between(p.index, ways, whole_side=True)]
            best = min(known, key=order)
            near = [
                index
                for index in dict.fromkeys(self._around(best, moving))
                if self._is_between(index, ways, whole_side=True)
            ]
            found: list[LatticePoint] = []
            for part in _chunks(near):
                found += self.points(part)
                if self.year is not None:
                    # How many rounds it takes nobody knows: each is half of what is left.
                    left = (1.0 - len(found) / len(near) / 2.0) * 0.5**done
                    self.report(1.0 - (1.0 - _LAID_OUT) * left)
            if order(min(found, key=order, default=best)) >= order(best):
                return

    def _is_between(self, index: Index, ways: Sequence[Way], *, whole_side: bool = False) -> bool:
        """Return whether a point moves only levers of the ways, each to its own side."""
        ends = {way.lever: self._side(way) if whole_side else way.end for way in ways}
        for lever, (i, origin) in enumerate(zip(index, self.origin, strict=True)):
            end = ends.get(lever, origin)
            if not min(origin, end) <= i <= max(origin, end):
                return False
        return True


def _chunks(indices: list[Index], size: int = 64) -> Iterable[list[Index]]:
    """Yield a list in parts, so that progress can be told between them."""
    for begin in range(0, len(indices), size):
        yield indices[begin : begin + size]
