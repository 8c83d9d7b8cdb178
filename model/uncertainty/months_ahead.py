"""What the months ahead add to levels and ranks, beside the assumptions: the economy, local noise, the peers.

Each draw has one normal number for what all municipalities share, one for what is the municipality's own and one for
each peer of a rank, the same over all weeks and for scenario and baseline alike: a *difference* between the two is left
as the assumptions have it. How far each moves a figure so many months after the starting figures is measured on
published months (:mod:`model.forecast.predictive`, :mod:`model.goals.rank_spread`). It multiplies whatever course the
run takes, standing still or not.

Only dagpenge and the kontanthjælp system have months enough. Levels of all else hold the assumptions alone, and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX
from model.engine.lever_paths import LeverPaths
from model.forecast.predictive import spread
from model.goals.benchmark import PLACE, Area, default_area, hundredths, members, people_of_rank
from model.goals.evaluate import RANKED, IndicatorValues
from model.goals.peer_courses import peer_courses
from model.goals.rank_spread import rank_spread, standing
from model.goals.series import YEAR, Floats, end_means
from model.municipality.goal_specs import IndicatorSpec
from model.municipality.history import BENEFITS, GROUPS_OF, Benefit
from model.municipality.municipality import Municipality
from model.municipality.vintages import vintage
from model.uncertainty.draw_points import paired_at_random, sobol
from model.uncertainty.draws import Draws

# What a band of a level holds: the assumptions alone; besides, economy and local noise; besides, the peers of a rank.
Holds = Literal["assumptions", "months", "peers"]
Weeks = NDArray[np.datetime64]
Hundredths = NDArray[np.int16]

# Metrics whose value is as the number of persons in their groups.
_IN_PROPORTION: Final = frozenset({"support_share", "budget_persons", "persons", "per_100_young"})
# Goal 2's per cent names no groups.
_OF_DAGPENGE: Final = "dagpenge_share"
_DAYS_A_MONTH: Final = 365.25 / 12
# Other points than those of the assumptions, always as many as the most peers have, so that none depends on the area.
_SEED: Final = 7_000_003
_COMMON, _OWN, _PEERS, _COLUMNS = 0, 1, 2, 2 + 97
_HIGHEST: Final = float(np.iinfo(np.int16).max)


def holds_of(spec: IndicatorSpec) -> Holds:
    """Return what the band of an indicator's level holds."""
    if spec.metric in RANKED:
        return "peers"
    return "assumptions" if _benefit_of(spec) is None else "months"


def _benefit_of(spec: IndicatorSpec) -> Benefit | None:
    """Return the published series that an indicator moves with; None where there is none."""
    if spec.metric == _OF_DAGPENGE:
        return "dagpenge"
    if spec.metric not in _IN_PROPORTION or not spec.groups:
        return None
    return next((benefit for benefit in BENEFITS if set(spec.groups) <= set(GROUPS_OF[benefit])), None)


@lru_cache(maxsize=8)
def normal_scores(count: int, seed: int) -> Floats:
    """Return independent normal numbers [count, 99], evenly spread; a longer set begins with the shorter."""
    from scipy.special import ndtri

    exponent = max(0, int(np.ceil(np.log2(count))))
    points = paired_at_random(sobol(_COLUMNS, exponent, seed + _SEED), seed + _SEED)
    return np.asarray(ndtri(points)[:count], dtype=np.float64)


def months_since(municipality: Municipality, weeks: Weeks) -> Floats:
    """Return how many months each week [T] lies after the starting figures, 0 before."""
    start = np.datetime64(vintage(municipality.vintage).start)
    return np.asarray(
        np.maximum((weeks.astype("datetime64[D]") - start).astype(np.float64), 0) / _DAYS_A_MONTH
    )


def level_factor(draws: Draws, spec: IndicatorSpec, weeks: Weeks) -> Floats | None:
    """Return what multiplies an indicator in each draw and week [count, T], median 1; None where there are no months.

    Kept with the draws: scenarios share it.
    """
    benefit = _benefit_of(spec)
    if benefit is None:
        return None
    groups = spec.groups or GROUPS_OF[benefit]
    key = ("months ahead", benefit, groups, str(weeks[0]), len(weeks))
    if key not in draws.cache:
        scores = normal_scores(draws.count, draws.seed)
        ahead = spread(benefit).at(months_since(draws.municipality, weeks))
        persons = draws.municipality.engine.stock[[GROUP_INDEX[group] for group in groups]].sum()
        local = ahead.local(np.array([float(persons)]))[:, 0]
        draws.cache[key] = np.exp(
            np.outer(scores[:, _COMMON], ahead.common) + np.outer(scores[:, _OWN], local)
        )
    return np.asarray(draws.cache[key])


@dataclass(frozen=True, eq=False)
class PeersAhead:
    """Where the n peers of a rank stand in each draw and week, and what moves the municipality beside them."""

    peers: Hundredths  # [n, count, T] of a per cent
    limit: Hundredths  # [count, T] what the last place of the top ten has, were the municipality not there
    own: Floats  # [count, T] what multiplies the municipality's own per cent
    people: float  # that the per cent is of

    def first(self, count: int) -> PeersAhead:
        """Select the first draws alone."""
        return PeersAhead(self.peers[:, :count], self.limit[:count], self.own[:count], self.people)

    def ranked(self, readings: Sequence[IndicatorValues]) -> RankedAhead | None:
        """Return where a run comes to stand in each draw; None where no rank was read. Ties as in the rank's own."""
        per_cent = [reading.ranked[0] for reading in readings if reading.ranked is not None]
        if not per_cent:
            return None
        value = _whole(np.stack(per_cent) * self.own)
        rank = np.ones(value.shape, dtype=np.int16)
        # Peer by peer: a tenth of the time and memory of all at once.
        for peer in self.peers:
            rank += peer < value
        missing = np.maximum(value - self.limit, 0) / 100 * self.people / 100
        return RankedAhead(rank.astype(np.float64), missing)


@dataclass(frozen=True, eq=False)
class RankedAhead:
    """The rank of a run, and the persons above what the top ten takes: [count, T] each."""

    rank: Floats
    missing: Floats


def _whole(per_cent: Floats) -> Hundredths:
    """Round per cent to hundredths, in as little memory as they need."""
    return np.minimum(hundredths(per_cent), _HIGHEST).astype(np.int16)


def peers_ahead(
    draws: Draws, paths: LeverPaths, readings: Sequence[IndicatorValues], area: Area | None
) -> PeersAhead | None:
    """Return the peers of goal 2's rank over a baseline's draws; None where no rank was read.

    ``paths`` and ``readings`` are the baseline's, a reading per draw: the peers follow its economy as the rank's own
    do, and where it follows a projection, each its own forecast.
    """
    weeks = paths.weeks
    followed = [reading.ranked[1] for reading in readings if reading.ranked is not None]
    if not followed:
        return None
    owner = draws.municipality
    area = default_area(owner.name) if area is None else area
    others = standing(members(area) - {owner.name}, owner.vintage)
    ahead = rank_spread(owner.vintage, area).at(months_since(owner, weeks))
    scores, common = normal_scores(draws.count, draws.seed), np.stack(followed)
    peers = np.empty((len(others.persons), *common.shape), dtype=np.int16)
    local = ahead.local(others.persons)
    standing_still = np.ones((len(weeks), len(others.names)))
    courses = standing_still if paths.projected_dagpenge is None else peer_courses(others.names, weeks)
    for j, per_cent in enumerate(others.per_cent):
        moved = np.exp(np.outer(scores[:, _PEERS + j], local[:, j]))
        peers[j] = _whole(per_cent * common * courses[:, j] * moved)
    place = min(PLACE, len(peers)) - 1
    people = people_of_rank(owner)
    own = ahead.local(np.array([standing(frozenset({owner.name}), owner.vintage).persons[0]]))[:, 0]
    return PeersAhead(
        peers, np.partition(peers, place, axis=0)[place], np.exp(np.outer(scores[:, _OWN], own)), people
    )


@dataclass(frozen=True, eq=False)
class Level:
    """An indicator's level in every draw."""

    series: Floats  # [count, T]
    ends: Floats  # [count] at the horizon's end

    def of(self, draw: int, reading: IndicatorValues) -> IndicatorValues:
        """Return the reading of one indicator in a draw with this level in place of its own."""
        row = slice(draw, draw + 1)
        return IndicatorValues(
            self.series[row], reading.start, self.ends[row], reading.persons, reading.windows, reading.ranked
        )


def level_ahead(
    spec: IndicatorSpec, window: int, level: Level, factor: Floats | None, ranked: RankedAhead | None
) -> Level:
    """Return an indicator's level with what the months ahead add; the same level where they add nothing.

    Arguments: ``window`` is the weeks that one value looks back over, ``factor`` as :func:`level_factor` has it, of at
    least as many draws.
    """
    if spec.metric in RANKED and ranked is not None:
        series = ranked.rank if spec.unit == "rank" else ranked.missing
        return Level(series, series[:, -1])
    if factor is None:
        return level
    series = level.series * factor[: len(level.series)]
    return Level(series, series[:, -1] if window == YEAR else end_means(series))
