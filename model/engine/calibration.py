"""The baseline that sits still: inflows, start state and pool of returners as the fixed point of the weekly map.

The three origins are calibrated one by one, each by the rounds of ``fixed_point``; what they have in common is worked
out once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.domain import (
    GROUP_INDEX,
    GROUPS,
    MIX_CLASSES,
    N_DURATIONS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    N_SEGMENTS,
    ORIGINS,
)
from model.engine.fixed_point import COLUMNS, MAX_ROUNDS, settle
from model.engine.fixed_point_offers import (
    AFTER,
    ENDED,
    INSIDE,
    MEAN,
    MIX_OF,
    N_GUESSES,
    SCALE,
    START_NEW,
    START_OLD,
    FixedPointInputs,
)
from model.engine.parameters import EngineParameters
from model.language.catalogue import group_name, name
from model.language.messages import LocalizedError, Message, Phrase

Floats = NDArray[np.float64]
_log = logging.getLogger(__name__)

G, S, D, K = N_GROUPS, N_SEGMENTS, N_DURATIONS, N_KINDS
M = len(MIX_CLASSES)
# Where the iteration begins; any start ends at the same rest.
FIRST_GUESS_START = 0.02
FIRST_GUESS_ENDED = 0.08


class CalibrationError(LocalizedError):
    """The stocks and rates given cannot be at rest together; the message says where and what would help."""


def cannot_rest(
    key: str, group: int | None = None, origin: int | None = None, **values: object
) -> CalibrationError:
    """Return the error with the text ``calibration.KEY``, naming the target group and origin."""
    if group is not None:
        values["group"] = Phrase(group_name, GROUPS[group])
    if origin is not None:
        values["origin"] = Phrase(name, "origin", ORIGINS[origin])
    return CalibrationError(Message(f"calibration.{key}", **values))


@dataclass(frozen=True)
class Scaling:
    """Transfers into one segment that were scaled because they alone would fill it beyond its stock."""

    group: str
    origin: str
    factor: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Start state and derived baseline values; segments S = 39 in the order group x origin, full-time persons."""

    waiting: Floats  # [S, D]
    in_offer: Floats  # [S, D]
    after_offer: Floats  # [S, D]
    participants: Floats  # [S, K] composition of in_offer
    participants_by_class: Floats  # [S, M, K] the same by class of weeks
    after: Floats  # [S, K + 1] composition of after_offer, the last faded
    pool: Floats  # [2, S, D] away 0-12 and 13-51 weeks, by the weeks that they return with
    pool_late: Floats  # [S] away 52 weeks or more
    mean_return: Floats  # [S, D] mean ratio of return of those who leave for a job, by their weeks
    inflow: Floats  # [S] external, a week
    mean_job: Floats  # [S] mean hazard ratio of the baseline mix
    mean_education: Floats
    mean_progression: Floats
    firm_share: Floats  # [S] firm-oriented participants / caseload
    offered: Floats  # [S] share with an offer, now or earlier, at the deadline week
    firm_base: Floats  # [S] firm places in use
    transfer_scale: Floats  # [G, O]
    scalings: tuple[Scaling, ...]
    rounds: int


def routes_of(params: EngineParameters) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the destinations of transfers [G, R], -1 where none, and their kinds.

    Kinds: 0 plain, 1 progression, 2 from ledighedsydelse to a flex job. CalibrationError where a target group has two
    that are not plain.
    """
    used = params.transfer.max(axis=2) > 0.0
    used &= ~np.eye(G, dtype=bool)
    width = max(1, int(used.sum(axis=1).max()))
    to = np.full((G, width), -1, dtype=np.int64)
    special = np.zeros((G, width), dtype=np.int64)
    to_fleksjob = (GROUP_INDEX["ledighedsydelse"], GROUP_INDEX["fleksjob"])
    for g in range(G):
        for n, h in enumerate(np.flatnonzero(used[g])):
            to[g, n] = h
            special[g, n] = 1 if params.progression[g, h] else 2 if (g, int(h)) == to_fleksjob else 0
        if np.count_nonzero(special[g]) > 1:
            raise cannot_rest("two_ways", g)
    return to, special


def _net_ratios(params: EngineParameters) -> tuple[Floats, Floats]:
    """Return the baseline's job hazard ratios after displacement and limits: during [G, K], after [G, K + 1].

    Displacement as in :mod:`model.engine.reference`; the limits are an assumption (``model/data/effects.yaml``).
    """
    kept = (1.0 - params.displacement * params.displaced)[:, None]
    during = params.hr_job_during
    after = params.hr_job_after
    during = np.where(during > 1.0, 1.0 + (during - 1.0) * kept, during)
    after = np.where(after > 1.0, 1.0 + (after - 1.0) * kept, after)
    after = np.concatenate([after, np.ones((G, 1))], axis=1)
    return np.clip(during, params.ratio_low, params.ratio_high), np.clip(
        after, params.ratio_low, params.ratio_high
    )


def net_return_ratios(params: EngineParameters) -> Floats:
    """Return the ratios of return after displacement [G, K + 1]; the last, of a faded effect, is one.

    Who stays longer in a job keeps it from others: displacement takes its share, as of other gains of offers.
    """
    kept = (1.0 - params.displacement * params.displaced)[:, None]
    return np.concatenate([1.0 + (params.return_ratio - 1.0) * kept, np.ones((G, 1))], axis=1)


def _baseline_targets(params: EngineParameters) -> tuple[Floats, Floats]:
    """Return the baseline's places by kind [G, O, K] and firm places in use [G, O]."""
    use = params.use_factor * params.stock
    share = np.divide(use, use.sum(axis=1, keepdims=True), out=np.zeros_like(use), where=use > 0)
    firm = params.firm_use[:, None] * share
    act = np.minimum(
        1.0,
        params.activation_rate[:, None]
        * share
        * params.stock.sum(axis=1, keepdims=True)
        / np.where(params.stock > 0, params.stock, 1.0),
    )
    offers = np.maximum(act * params.stock, firm)
    targets = np.zeros((G, N_ORIGINS, K))
    for g in range(G):
        for o in range(N_ORIGINS):
            # As the kernel's starts at the baseline: firm-oriented offers first, the rest in the group's mix.
            targets[g, o, :N_FIRM] = firm[g, o] * params.firm_mix[g]
            targets[g, o, N_FIRM:] = max(0.0, offers[g, o] - firm[g, o]) * params.other_mix[g]
    above = (firm > params.firm_ceiling[:, None] * params.stock * (1 + 1e-9)).any(axis=1)
    if above.any():
        raise cannot_rest("over_ceiling", int(above.argmax()))
    return targets, firm


@lru_cache(maxsize=256)
def calibrate(params: EngineParameters) -> Calibration:
    """Return the fixed point for these parameters; kept for parameters of equal content.

    Raises
    ------
    CalibrationError
        Where no inflow can hold the stocks at rest, or the iteration does not settle.
    """
    return calibrate_anew(params)


def calibrate_anew(params: EngineParameters) -> Calibration:
    """Calibrate as :func:`calibrate` does, without looking at or filling the cache."""
    targets, firm = _baseline_targets(params)
    shared = _Shared.of(params)
    origins = [_Origin(shared, o, np.ascontiguousarray(targets[:, o])) for o in range(N_ORIGINS)]
    rounds = max(origin.settle() for origin in origins)
    return _result(params, origins, firm, rounds)


@dataclass(frozen=True, eq=False)
class _Shared:
    """What the three origins' fixed points have in common; names as in the kernel."""

    params: EngineParameters
    given: FixedPointInputs  # with the stock, factor and participants of no origin yet
    onward: tuple[float, float]  # weekly, from stage to stage of the pool
    out: tuple[Floats, Floats, Floats]  # [G] weekly, out of each stage

    @classmethod
    def of(cls, params: EngineParameters) -> _Shared:
        """Return what follows from the parameters for all origins."""
        during, after = _net_ratios(params)
        ratios = np.ones((3, 2, G, K + 1))
        ratios[0, 0, :, :K], ratios[0, 1] = during, after
        ratios[1, 0, :, :K], ratios[1, 1, :, :K] = params.hr_education_during, params.hr_education_after
        ratios[2, 0, :, :K], ratios[2, 1, :, :K] = params.hr_progression_during, params.hr_progression_after
        route_to, special = routes_of(params)
        route_rate = np.zeros((*route_to.shape, D))
        for g in range(G):
            for n, h in enumerate(route_to[g]):
                if h >= 0:
                    route_rate[g, n] = params.transfer[g, h]
        r1, r2 = params.return_rate[:, 0], params.return_rate[:, 1]
        onward_1, onward_2 = 1.0 / params.pool_stage_weeks[0], 1.0 / params.pool_stage_weeks[1]
        out1, out2, out3 = r1 + onward_1, r2 + params.pool_leave + onward_2, r2 + params.pool_leave
        late = np.divide(r2, out3, out=np.zeros(G), where=out3 > 0)
        plain = bool((params.inflow_profile[:, 0] == 1.0).all())
        source = np.zeros((D, G, COLUMNS if plain else 2 * COLUMNS))
        column = 0 if plain else G
        source[0, :, column : column + G] = np.eye(G)
        if not plain:
            for g in range(G):
                source[:, g, g] = params.inflow_profile[g]
        given = FixedPointInputs(
            job=params.job,
            education=params.education,
            other=params.other,
            progression=np.where(params.progression[:, :, None], params.transfer, 0.0).sum(axis=1),
            route_to=route_to,
            route_rate=route_rate,
            route_kind=(special == 1).astype(np.int64),
            ratios=ratios,
            end_rate=1.0 / params.offer_weeks,
            fade_rate=1.0 / params.effect_weeks,
            return_with_weeks=r1 / out1 + onward_1 / out1 * r2 / out2,
            return_at_zero=onward_1 / out1 * onward_2 / out2 * late,
            first=np.minimum(params.first_offer_week, D - 1).astype(np.int64),
            newcomer_weeks=params.newcomer_weeks,
            newcomer_priority=params.newcomer_priority,
            max_start_share=params.max_start_share,
            plain_profile=plain,
            source=source,
            stock=np.zeros(G),
            factor=np.ones(G),
            participants=np.zeros((G, K)),
        )
        return cls(params=params, given=given, onward=(onward_1, onward_2), out=(out1, out2, out3))


def _ratio(top: Floats, bottom: Floats, otherwise: float = 0.0) -> Floats:
    """Return top / bottom, ``otherwise`` where the bottom is not positive."""
    return np.divide(top, bottom, out=np.full_like(bottom, otherwise), where=bottom > 0)


class _Origin:
    """The fixed point of one origin.

    ``guess`` [21, G] is what ``fixed_point`` says; the rest is as of the last round.
    """

    def __init__(self, shared: _Shared, o: int, target: Floats) -> None:
        self.shared = shared
        params = shared.params
        self.participants = target  # [G, K]
        self.given = shared.given._replace(
            stock=np.ascontiguousarray(params.stock[:, o]),
            factor=np.ascontiguousarray(params.origin_factor[:, o]),
            participants=target,
        )
        self.guess = np.ones((N_GUESSES, G))
        offered = params.activation_rate > 0
        self.guess[START_NEW] = self.guess[START_OLD] = np.where(offered, FIRST_GUESS_START, 0.0)
        self.guess[ENDED : ENDED + M] = FIRST_GUESS_ENDED
        self.inflow = np.zeros(G)
        self.persons = np.zeros((3, G, D))
        self.inside = np.zeros((G, M, K))
        self.after = np.zeros((G, K + 1))

    def settle(self) -> int:
        """Repeat the rounds until nothing moves; return how many it took."""
        try:
            rounds, moved = settle(self.given, self.guess, self.inflow, self.persons, self.inside, self.after)
        except np.linalg.LinAlgError:
            # Whom nobody leaves in the end has no rest: the sum of the weeks to come has no limit.
            raise cannot_rest("nobody_leaves") from None
        if rounds == 0:
            _check_starts(self.shared.params, self.guess[[START_NEW, START_OLD]].max(axis=0))
            _log.warning("a baseline still moves by %.1e after %d rounds", moved, MAX_ROUNDS)
            raise cannot_rest("unsettled", rounds=MAX_ROUNDS)
        return int(rounds)

    @property
    def job_exits(self) -> Floats:
        """Return the persons a week who leave for a job [3, G, D], from waiting, in an offer, after an offer."""
        inside = self.guess[INSIDE : INSIDE + M][MIX_OF].T  # [G, D]
        after = np.repeat(self.guess[AFTER][:, None], D, axis=1)
        by_state = np.stack([np.ones((G, D)), inside, after]) / self.guess[MEAN][:, None]
        exits: Floats = self.shared.params.job * self.given.factor[:, None] * by_state * self.persons
        return exits

    def mean_return(self, exits: Floats) -> Floats:
        """Return the mean ratio of return [G, D] of ``exits`` [3, G, D]; 1 where nobody leaves."""
        leave = self.after * self.given.ratios[0, 1]
        after = _ratio((leave * net_return_ratios(self.shared.params)).sum(axis=1), leave.sum(axis=1), 1.0)
        by_state = np.stack([np.ones(G), np.ones(G), after])
        return _ratio((exits * by_state[:, :, None]).sum(axis=0), exits.sum(axis=0), 1.0)


def _check_starts(params: EngineParameters, start: Floats) -> None:
    """Refuse a baseline in which more must start an offer each week than may; ``start`` [G] is their share."""
    if (start > params.max_start_share + 1e-12).any():
        raise cannot_rest("too_many_starts", int(start.argmax()))


def _result(params: EngineParameters, origins: Sequence[_Origin], firm: Floats, rounds: int) -> Calibration:
    """Return the calibration that the settled origins make up; CalibrationError where it cannot be at rest."""
    guess = np.stack([origin.guess for origin in origins], axis=-1)  # [21, G, O]
    inflow = np.stack([origin.inflow for origin in origins], axis=-1)
    persons = np.stack([origin.persons for origin in origins], axis=2)  # [3, G, O, D]
    participants = np.stack([origin.participants for origin in origins], axis=1)
    if not np.isfinite(inflow).all():
        raise cannot_rest("nobody_leaves")
    if (inflow < -1e-9).any():
        g, o = np.unravel_index(int(inflow.argmin()), inflow.shape)
        raise cannot_rest("too_many_return", int(g), int(o))
    _check_starts(params, guess[[START_NEW, START_OLD]].max(axis=(0, 2)))
    stock = persons.sum(axis=(0, 3))
    deadline = np.minimum(params.offer_deadline_week, D - 1).astype(np.int64)
    by_deadline = np.stack([persons[:, g, :, deadline[g]] for g in range(G)], axis=1)  # [3, G, O]
    leavers = np.zeros((G, N_ORIGINS, D))
    by_origin = [origin.job_exits for origin in origins]
    mean_return = np.stack(
        [origin.mean_return(left) for origin, left in zip(origins, by_origin, strict=True)], axis=1
    )
    exits = np.stack([left.sum(axis=0) for left in by_origin], axis=1)
    leavers[:, :, 1:] = exits[:, :, :-1]
    leavers[:, :, -1] += exits[:, :, -1]
    shared = origins[0].shared
    away = leavers / shared.out[0][:, None, None]
    longer = away * shared.onward[0] / shared.out[1][:, None, None]
    late = _ratio(longer.sum(axis=2) * shared.onward[1], np.repeat(shared.out[2][:, None], N_ORIGINS, axis=1))
    scale, mean = guess[SCALE], guess[MEAN : MEAN + 3]
    arrays = {
        "waiting": persons[0].reshape(S, D),
        "in_offer": persons[1].reshape(S, D),
        "after_offer": persons[2].reshape(S, D),
        "participants": participants.reshape(S, K),
        "participants_by_class": np.stack([origin.inside for origin in origins], axis=1).reshape(S, M, K),
        "after": np.stack([origin.after for origin in origins], axis=1).reshape(S, K + 1),
        "pool": np.stack([away, longer]).reshape(2, S, D),
        "pool_late": late.reshape(S),
        "mean_return": mean_return.reshape(S, D),
        "inflow": np.maximum(inflow, 0.0).reshape(S),
        "mean_job": mean[0].reshape(S),
        "mean_education": mean[1].reshape(S),
        "mean_progression": mean[2].reshape(S),
        "firm_share": _ratio(participants[:, :, :N_FIRM].sum(axis=2), stock).reshape(S),
        "offered": _ratio(by_deadline[1] + by_deadline[2], by_deadline.sum(axis=0)).reshape(S),
        "firm_base": firm.reshape(S),
        "transfer_scale": scale,
    }
    frozen = {}
    for field, value in arrays.items():
        array = np.ascontiguousarray(value)
        array.flags.writeable = False
        frozen[field] = array
    scalings = tuple(
        Scaling(GROUPS[g], ORIGINS[o], float(scale[g, o]))
        for g in range(G)
        for o in range(N_ORIGINS)
        if scale[g, o] < 1.0 - 1e-9
    )
    return Calibration(**frozen, scalings=scalings, rounds=rounds)
