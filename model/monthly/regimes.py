"""Which months of a series are ordinary: a shock ends where the level returns, or where a new ordinary era begins.

Rates, season and level are those of the ordinary months. Where months count as shock for long, or to the series' end,
each month that might begin an era is tried: the months from there on get a level (and a season) of their own, and the
era stands where that explains the series better than its parameters cost (a sum of residuals that are cut off at the
limit of a shock, so that a month out of the ordinary costs the same whatever its size; BIC).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from model.monthly.fit_problem import Bools, Era, FitProblem, scales, solve
from model.monthly.series import MONTHS_A_YEAR, Floats, MonthlySeries, parameter
from model.municipality.rules import rule_sets

_ROUNDS: Final = 12
# As many as a series of a decade has: an epidemic's end, a reform, one that nobody thought of.
_MOST_ERAS: Final = 3
# Of the months that an era might begin in, so many are tried to the end, the most likely first.
_SETTLED: Final = 5
# A rough fit tells which are likely.
_ROUGH: Final = 15
_STEP: Final = 3


class Settled(NamedTuple):
    """A fit whose ordinary months stand."""

    problem: FitProblem
    x: Floats
    slopes: Floats
    keep: Bools  # [n] the ordinary months
    scale: Floats  # [R]


def regimes(outside: Bools) -> Bools:
    """Find the months of a shock [n]: from so many months in a row outside to so many within."""
    begins, ends = round(parameter("shock_begins_months")), round(parameter("shock_ends_months"))
    shock = np.zeros(len(outside), dtype=bool)
    inside, calm = False, 0
    for i, out in enumerate(outside):
        if not inside and outside[i : i + begins].all():
            inside, calm = True, 0
        if inside:
            shock[i] = True
            calm = 0 if out else calm + 1
            if calm == ends:
                shock[i - ends + 1 : i + 1] = False
                inside = False
    return shock


def runs(flags: Bools) -> list[tuple[int, int]]:
    """List first and last of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _outside(residuals: Floats, scale: Floats) -> Bools:
    """Return which months [n] lie beyond the limit of a shock."""
    return np.atleast_1d(np.any(np.abs(residuals) > parameter("shock_limit") * scale[:, None], axis=0))


def settle(problem: FitProblem, keep: Bools, x: Floats | None = None, *, robust: bool = True) -> Settled:
    """Fit and find the ordinary months in turn, from the months ``keep`` [n], until they stand."""
    x = problem.start if x is None else x
    scale = np.full(problem.residuals(x).shape[0], 2.0 * parameter("least_scale"))
    seen: list[bytes] = []
    for _ in range(_ROUNDS):
        x, _slopes = solve(problem, x, scale, keep, robust=robust)
        residuals = problem.residuals(x)
        scale = scales(residuals, keep)
        if not robust:
            break
        outside = _outside(residuals, scale)
        # A shock of before an era ends with it.
        begins = [0, *(era.begins for era in problem.eras)]
        normal = ~np.concatenate([regimes(part) for part in np.split(outside, begins[1:])])
        if normal.sum() < MONTHS_A_YEAR or normal.tobytes() in seen:
            break
        seen.append(normal.tobytes())
        keep = normal
    x, slopes = solve(problem, x, scale, keep, robust=robust)
    return Settled(problem, x, slopes, keep, scale)


def _cost(found: Settled, scale: Floats) -> float:
    """Return how badly a fit explains the series: residuals in ``scale`` [R], cut off at the limit, and BIC."""
    limit = parameter("shock_limit")
    residuals = np.minimum(np.abs(found.problem.residuals(found.x)) / scale[:, None], limit)
    return float((residuals**2).sum() + found.problem.columns * np.log(residuals.size))


def _end(problem: FitProblem, era: Era) -> int:
    """Return the month before which an era ends: where the next begins, or the series ends."""
    return min([other.begins for other in problem.eras if other.begins > era.begins] + [len(problem.before)])


def _reforms(found: Settled) -> set[int]:
    """Return the months, of those after the series' first, at which the rules change (``model/data/rules``)."""
    dates = [np.datetime64(one.from_, "M") for one in rule_sets()[1:]]
    return {int(at) for at in np.flatnonzero(np.isin(found.problem.series.months[1:], dates))}


def _candidates(found: Settled) -> list[Era]:
    """List the eras that might begin in a shock of ``found``, each long enough to tell its level (and season).

    A level alone is one that lasts: more than a year, or a quarter where the rules change in its first month.
    """
    n = len(found.keep)
    least, for_season = round(parameter("break_months")), round(parameter("least_months"))
    after_reform = round(parameter("shock_ends_months"))
    reforms = _reforms(found)
    before = [era.begins for era in found.problem.eras]
    listed = []
    for first, last in runs(~found.keep):
        ends = min([begin for begin in before if begin > last] + [n])
        for begin in range(max(first, MONTHS_A_YEAR), min(last + 1, n - 1) + 1):
            months = ends - begin
            if begin in before or months < (after_reform if begin in reforms else least):
                continue
            # A level that lasts so short a time and then goes again is part of the shock.
            listed += [Era(begin, own_season=False)] if ends == n else []
            listed += [Era(begin, own_season=True)] if months >= for_season else []
    return listed


def _stands(found: Settled, era: Era) -> bool:
    """Return whether an era is ordinary: most of its months are, and the last ones with them."""
    kept = found.keep[era.begins : _end(found.problem, era)]
    least, share = round(parameter("break_months")), parameter("ordinary_share")
    if not era.own_season:
        # So short an era is one whose months are all ordinary: else it may as well be a shock that is dying down.
        return bool(kept.all())
    return bool(kept[0] and kept[:least].mean() >= share and kept.mean() >= share)


def find_regimes(series: MonthlySeries) -> Settled:
    """Fit a series in as many eras as its months tell; the first grows from its first two years."""
    n = len(series) - 1
    found = settle(FitProblem(series), np.arange(n) < round(parameter("least_months")))
    for _ in range(_MOST_ERAS):
        better: list[tuple[float, Settled]] = []
        for tried, era in _most_likely(found):
            settled = settle(tried.problem, tried.keep, tried.x)
            if _stands(settled, era):
                better.append((_cost(settled, found.scale), settled))
        cost, best = min(better, key=lambda one: one[0], default=(np.inf, found))
        if cost >= _cost(found, found.scale):
            break
        found = best
    return found


def _most_likely(found: Settled) -> list[tuple[Settled, Era]]:
    """Return the likeliest of the eras that might begin: every third month is tried, then those around the best."""
    candidates = _candidates(found)
    reforms = _reforms(found)
    tried: dict[Era, tuple[float, Settled]] = {}

    def best(count: int) -> list[Era]:
        return sorted(tried, key=lambda era: tried[era][0])[:count]

    for era in candidates:
        if era.begins % _STEP == 0 or era.begins in reforms or era.begins == candidates[0].begins:
            tried[era] = _try(found, era)
    around = {near.begins + step for near in best(2) for step in range(1 - _STEP, _STEP)}
    for era in candidates:
        if era.begins in around and era not in tried:
            tried[era] = _try(found, era)
    return [(tried[era][1], era) for era in best(_SETTLED)]


def _try(found: Settled, era: Era) -> tuple[float, Settled]:
    """Fit once with one more era, all of whose months are kept; return its cost with it."""
    series = found.problem.series
    problem = FitProblem(series, tuple(sorted((*found.problem.eras, era))))
    keep = found.keep.copy()
    keep[era.begins : _end(problem, era)] = True
    x, slopes = solve(problem, _widened(found, problem), found.scale, keep, robust=True, evaluations=_ROUGH)
    tried = Settled(problem, x, slopes, keep, found.scale)
    return _cost(tried, found.scale), tried


def _widened(found: Settled, problem: FitProblem) -> Floats:
    """Return where the fit of a problem with one more era begins: at what was found without it."""
    x = np.zeros(problem.columns)
    old, new = found.problem, problem
    at_old = at_new = old.columns - sum(era.columns for era in old.eras)
    x[:at_old] = found.x[:at_old]
    for era in new.eras:
        if era in old.eras:
            x[at_new : at_new + era.columns] = found.x[at_old : at_old + era.columns]
            at_old += era.columns
        at_new += era.columns
    return x
