"""The baseline that sits still: inflows, start state and pool of returners as the fixed point of the weekly map.

For fixed room rates the baseline is linear in inflow, so a unit inflow is pushed through the weekly matrices once,
the inflow is solved from the stocks, the room rates follow from the composition of offers, and both are repeated
until nothing moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.domain import (
    DURATION_CLASSES,
    GROUP_INDEX,
    GROUPS,
    N_DURATIONS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    N_SEGMENTS,
    ORIGINS,
)
from model.engine_parameters import EngineParameters
from model.kernel import (
    GROUP_COLUMNS,
    PAD,
    RATES,
    ROWS,
    SCALARS,
    KernelParameters,
    KernelStart,
    target_kinds,
)

Floats = NDArray[np.float64]

G, O, S, D, K = N_GROUPS, N_ORIGINS, N_SEGMENTS, N_DURATIONS, N_KINDS  # noqa: E741
TOLERANCE = 1e-11
MAX_ROUNDS = 400


class CalibrationError(ValueError):
    """The stocks and rates given cannot be at rest together; the message says where."""


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
    after: Floats  # [S, K + 1] composition of after_offer, the last faded
    pool: Floats  # [2, S, D] away 0-12 and 13-51 weeks, by the weeks that they return with
    pool_late: Floats  # [S] away 52 weeks or more
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


@njit(cache=True, nogil=True)
def _step(  # type: ignore[no-untyped-def]
    x, d, to, job, edu, oth, route_to, route_rate, route_kind, in_scale, job_f, edu_f, prog_f, ended, rho
):
    """Add to ``to`` [3, G, C] where the persons x [3, G, C] at accumulated weeks d are a week later, before starts."""
    columns = x.shape[2]
    for g in range(G):
        for r in range(3):
            j = job[g, d] * job_f[r, g]
            q = j + edu[g, d] * edu_f[r, g] + oth[g, d]
            for n in range(route_to.shape[1]):
                h = route_to[g, n]
                if h < 0:
                    break
                rate = route_rate[g, n, d] * in_scale[h]
                if route_kind[g, n] == 1:
                    rate *= prog_f[r, g]
                q += rate
                room = 0 if r == 0 else 2
                for c in range(columns):
                    to[room, h, c] += x[r, g, c] * rate
            stay = 1.0 - q
            back = j * rho[g]
            for c in range(columns):
                v = x[r, g, c]
                if r == 1:
                    to[1, g, c] += v * stay * (1.0 - ended[g])
                    to[2, g, c] += v * stay * ended[g]
                else:
                    to[r, g, c] += v * stay
                to[0, g, c] += v * back


@njit(cache=True, nogil=True)
def _begin(to, d, first, newcomer_weeks, p_new, p_old, eligible):  # type: ignore[no-untyped-def]
    """Starts among the persons ``to`` [3, G, C] at accumulated weeks d; eligible [3, G, C] counts who could."""
    for g in range(G):
        if d < first[g]:
            continue
        p = p_new[g] if d < newcomer_weeks else p_old[g]
        e = 0 if d < newcomer_weeks else 1
        for c in range(to.shape[2]):
            w = to[0, g, c]
            a = to[2, g, c]
            eligible[e, g, c] += w
            eligible[2, g, c] += a
            to[0, g, c] = w * (1.0 - p)
            to[2, g, c] = a * (1.0 - p_old[g])
            to[1, g, c] += w * p + a * p_old[g]


@njit(cache=True, nogil=True)
def _respond(  # type: ignore[no-untyped-def]
    source,
    job,
    edu,
    oth,
    route_to,
    route_rate,
    route_kind,
    in_scale,
    job_f,
    edu_f,
    prog_f,
    ended,
    rho,
    first,
    newcomer_weeks,
    p_new,
    p_old,
):
    """Persons at rest [D, 3, G, C] for arrivals ``source`` [D, G, C] in waiting, and who was eligible [3, G, C]."""
    columns = source.shape[2]
    x = np.zeros((D, 3, G, columns))
    eligible = np.zeros((3, G, columns))
    for d in range(D - 1):
        x[d, 0] += source[d]
        _begin(x[d], d, first, newcomer_weeks, p_new, p_old, eligible)
        _step(
            x[d],
            d,
            x[d + 1],
            job,
            edu,
            oth,
            route_to,
            route_rate,
            route_kind,
            in_scale,
            job_f,
            edu_f,
            prog_f,
            ended,
            rho,
        )
    # The open class feeds itself: solve (I - T) x = what comes in, T including the starts.
    d = D - 1
    n = 3 * G
    unit = np.zeros((3, G, n))
    for r in range(3):
        for g in range(G):
            unit[r, g, r * G + g] = 1.0
    image = np.zeros((3, G, n))
    _step(
        unit,
        d,
        image,
        job,
        edu,
        oth,
        route_to,
        route_rate,
        route_kind,
        in_scale,
        job_f,
        edu_f,
        prog_f,
        ended,
        rho,
    )
    before = image.copy()
    scratch = np.zeros((3, G, n))
    _begin(image, d, first, newcomer_weeks, p_new, p_old, scratch)
    enter = x[d].copy()
    enter[0] += source[d]
    incoming = enter.copy()
    scratch2 = np.zeros((3, G, columns))
    _begin(incoming, d, first, newcomer_weeks, p_new, p_old, scratch2)
    # LAPACK answers column by column; the reshape below needs rows.
    solved = np.ascontiguousarray(
        np.linalg.solve(np.eye(n) - image.reshape(n, n), incoming.reshape(n, columns))
    )
    x[d] = solved.reshape(3, G, columns)
    # Eligible in the open class: all who stand there before the starts.
    full = enter.reshape(n, columns) + before.reshape(n, n) @ solved
    _begin(full.reshape(3, G, columns).copy(), d, first, newcomer_weeks, p_new, p_old, eligible)
    return x, eligible


def _routes(params: EngineParameters) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Destinations of transfers [G, R], -1 where none, and their kind: 0 plain, 1 progression, 2 to a flex job."""
    used = params.transfer.max(axis=2) > 0.0
    used &= ~np.eye(G, dtype=bool)
    width = max(1, int(used.sum(axis=1).max()))
    to = np.full((G, width), -1, dtype=np.int64)
    special = np.zeros((G, width), dtype=np.int64)
    fleks = (GROUP_INDEX["ledighedsydelse"], GROUP_INDEX["fleksjob"])
    for g in range(G):
        for n, h in enumerate(np.flatnonzero(used[g])):
            to[g, n] = h
            special[g, n] = 1 if params.progression[g, h] else 2 if (g, int(h)) == fleks else 0
        if len(set(special[g][special[g] > 0])) > 1:
            raise CalibrationError(f"{GROUPS[g]} cannot have both a progression and an opening of flex jobs")
    return to, special


def _begins(params: EngineParameters) -> NDArray[np.int64]:
    """[G, D] 1 where an interval of constant rates begins: at the duration classes and the rule-bound weeks."""
    begins = np.zeros((G, D), dtype=bool)
    begins[:, list(DURATION_CLASSES)] = True
    for table in (params.job, params.education, params.other):
        begins[:, 1:] |= np.diff(table, axis=1) != 0
    begins[:, 1:] |= (np.diff(params.transfer, axis=2) != 0).any(axis=1)
    return begins.astype(np.int64)


def kernel_parameters(sets: Sequence[EngineParameters]) -> KernelParameters:
    """Parameter sets stacked along a leading axis, as the kernel reads them."""
    routes = [_routes(params) for params in sets]
    width = max(to.shape[1] for to, _ in routes)

    def widen(array: NDArray[np.int64], fill: int) -> NDArray[np.int64]:
        return np.pad(array, ((0, 0), (0, width - array.shape[1])), constant_values=fill)

    def stack(name: str) -> Floats:
        return np.stack([np.asarray(getattr(params, name), dtype=np.float64) for params in sets])

    def scalar(params: EngineParameters, name: str) -> float:
        if name.startswith("pool_stage_"):
            return float(params.pool_stage_weeks[int(name[len("pool_stage_")]) - 1])
        return float(getattr(params, name))

    return KernelParameters(
        route_to=np.stack([widen(to, -1) for to, _ in routes]),
        route_special=np.stack([widen(special, 0) for _, special in routes]),
        hr_job=np.stack([stack("hr_job_during"), stack("hr_job_after")], axis=1),
        hr_education=np.stack([stack("hr_education_during"), stack("hr_education_after")], axis=1),
        hr_progression=np.stack([stack("hr_progression_during"), stack("hr_progression_after")], axis=1),
        end_rate=1.0 / stack("offer_weeks"),
        fade_rate=1.0 / stack("effect_weeks"),
        group=np.ascontiguousarray(np.stack([stack(name) for name in GROUP_COLUMNS], axis=-1)),
        scalar=np.array([[scalar(params, name) for name in SCALARS] for params in sets]),
        return_rate=stack("return_rate"),
        season=np.stack([stack("season_inflow"), stack("season_job"), stack("season_education")], axis=1),
        profile=stack("inflow_profile"),
        use_factor=stack("use_factor"),
        firm_mix=stack("firm_mix"),
        other_mix=stack("other_mix"),
        begins=np.stack([_begins(params) for params in sets]),
    )


def kernel_start(sets: Sequence[EngineParameters], calibrations: Sequence[Calibration]) -> KernelStart:
    """Calibrations and the rates that follow from them, stacked along a leading axis."""

    def stack(name: str) -> Floats:
        return np.stack([getattr(calibration, name) for calibration in calibrations])

    count = len(sets)
    width = max(_routes(params)[0].shape[1] for params in sets)
    persons = np.zeros((count, S, ROWS, PAD))
    rates = np.zeros((count, G, O, RATES, PAD))
    routes = np.zeros((count, G, O, width, PAD))
    for i, (params, c) in enumerate(zip(sets, calibrations, strict=True)):
        for row, part in enumerate((c.waiting, c.in_offer, c.after_offer, c.pool[0], c.pool[1])):
            persons[i, :, row, :D] = part
        factor = params.origin_factor
        rates[i, :, :, 0, :D] = params.job[:, None] * (factor / c.mean_job.reshape(G, O))[:, :, None]
        rates[i, :, :, 1, :D] = (
            params.education[:, None] * (factor / c.mean_education.reshape(G, O))[:, :, None]
        )
        rates[i, :, :, 2, :D] = params.other[:, None]
        to, special = _routes(params)
        progression = c.mean_progression.reshape(G, O)
        for g in range(G):
            for n, h in enumerate(to[g]):
                if h < 0:
                    break
                rate = params.transfer[g, h] * c.transfer_scale[h][:, None]
                if special[g, n] == 1:
                    rate = rate / progression[g][:, None]
                routes[i, g, :, n, :D] = rate
                rates[i, g, :, 2 if special[g, n] == 0 else 3, :D] += rate
    return KernelStart(
        persons=persons,
        rates=rates.reshape(count, S, RATES, PAD),
        routes=routes.reshape(count, S, width, PAD),
        participants=stack("participants"),
        after=stack("after"),
        pool_late=stack("pool_late"),
        inflow=stack("inflow"),
        firm_share=stack("firm_share"),
        offered=stack("offered"),
        firm_base=stack("firm_base"),
    )


def _net_ratios(params: EngineParameters) -> tuple[Floats, Floats]:
    """Job hazard ratios at the baseline after displacement and limits: during [G, K], after [G, K + 1]."""
    kept = (1.0 - params.displacement * params.displaced)[:, None]
    during = params.hr_job_during
    after = params.hr_job_after
    during = np.where(during > 1.0, 1.0 + (during - 1.0) * kept, during)
    after = np.where(after > 1.0, 1.0 + (after - 1.0) * kept, after)
    after = np.concatenate([after, np.ones((G, 1))], axis=1)
    return np.clip(during, params.ratio_low, params.ratio_high), np.clip(
        after, params.ratio_low, params.ratio_high
    )


def _baseline_targets(params: EngineParameters) -> tuple[Floats, Floats]:
    """Places by kind [G, O, K] and firm places in use [G, O] at the baseline."""
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
    targets = np.zeros((G, O, K))
    mix = np.zeros(4)
    for g in range(G):
        for o in range(O):
            if offers[g, o] > 0.0:
                target_kinds(
                    offers[g, o],
                    firm[g, o],
                    firm[g, o],
                    params.firm_mix[g],
                    params.additional_firm_mix,
                    params.other_mix[g],
                    params.education_share[g],
                    params.education_share[g],
                    targets[g, o],
                    mix,
                )
    if (firm > params.firm_ceiling[:, None] * params.stock * (1 + 1e-9)).any():
        raise CalibrationError("the baseline's firm places lie above the ceiling of a group")
    return targets, firm


def _mean(weights: Floats, ratios: Floats) -> Floats:
    """Mean of ratios over the last axis; 1 where nobody is."""
    total = weights.sum(axis=-1)
    return np.where(total > 0, (weights * ratios).sum(axis=-1) / np.where(total > 0, total, 1.0), 1.0)


def calibrate(params: EngineParameters) -> Calibration:
    """The fixed point for these parameters.

    Raises
    ------
    CalibrationError
        Where no inflow can hold the stocks at rest, or the iteration does not settle.
    """
    return _calibrate_cached(_Keyed(params))


class _Keyed:
    """Parameters that compare by content, so that equal sets are calibrated once."""

    def __init__(self, params: EngineParameters) -> None:
        self.params = params

    def __hash__(self) -> int:
        return hash(self.params.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.params.key == other.params.key


@lru_cache(maxsize=256)
def _calibrate_cached(keyed: _Keyed) -> Calibration:
    return calibrate_anew(keyed.params)


def calibrate_anew(params: EngineParameters) -> Calibration:
    """As :func:`calibrate`, without looking at or filling the cache."""
    during, after = _net_ratios(params)
    edu_after = np.concatenate([params.hr_education_after, np.ones((G, 1))], axis=1)
    prog_after = np.concatenate([params.hr_progression_after, np.ones((G, 1))], axis=1)
    targets, firm = _baseline_targets(params)
    route_to, special = _routes(params)
    route_kind = (special == 1).astype(np.int64)
    route_rate = np.zeros((*route_to.shape, D))
    for g in range(G):
        for n, h in enumerate(route_to[g]):
            if h >= 0:
                route_rate[g, n] = params.transfer[g, h]
    end_rate, fade_rate = 1.0 / params.offer_weeks, 1.0 / params.effect_weeks

    r1, r2 = params.return_rate[:, 0], params.return_rate[:, 1]
    on1, on2 = 1.0 / params.pool_stage_weeks[0], 1.0 / params.pool_stage_weeks[1]
    out1, out2, out3 = r1 + on1, r2 + params.pool_leave + on2, r2 + params.pool_leave
    # Of those who leave for a job: share back with their clock, share back at zero.
    rho = r1 / out1 + on1 / out1 * r2 / out2
    sigma = on1 / out1 * on2 / out2 * np.divide(r2, out3, out=np.zeros(G), where=out3 > 0)

    first = np.minimum(params.first_offer_week, D - 1).astype(np.int64)
    delta_profile = bool((params.inflow_profile[:, 0] == 1.0).all())
    columns = G if delta_profile else 2 * G
    source = np.zeros((D, G, columns))
    source[0, :, :G] = np.eye(G)
    if not delta_profile:
        source[0, :, G:] = np.eye(G)
        for g in range(G):
            source[:, g, g] = params.inflow_profile[g]

    out = _Workspace(params)
    worst = np.inf
    rounds = 0
    for rounds in range(1, MAX_ROUNDS + 1):
        worst = 0.0
        for o in range(O):
            change = _one_round(
                params,
                o,
                out,
                source,
                columns,
                delta_profile,
                route_to,
                route_rate,
                route_kind,
                end_rate,
                fade_rate,
                during,
                after,
                edu_after,
                prog_after,
                targets[:, o],
                rho,
                sigma,
                first,
                on1,
                on2,
                out1,
                out2,
                out3,
            )
            worst = max(worst, change)
        if worst < TOLERANCE:
            break
    else:
        raise CalibrationError(
            f"the baseline did not settle: still moving by {worst:.1e} after {MAX_ROUNDS} rounds"
        )
    return out.result(firm, rounds)


class _Workspace:
    """What the iteration carries from round to round, by group and origin."""

    def __init__(self, params: EngineParameters) -> None:
        self.params = params
        self.p_new = np.full((G, O), 0.02)
        self.p_old = np.full((G, O), 0.02)
        self.p_new[params.activation_rate <= 0] = 0.0
        self.p_old[params.activation_rate <= 0] = 0.0
        self.ended = np.full((G, O), 0.08)
        self.mean = np.ones((3, G, O))  # job, education, progression
        self.room = np.ones((3, 2, G, O))  # mean ratio in an offer and after it
        self.scale = np.ones((G, O))
        self.inflow = np.zeros((G, O))
        self.x = np.zeros((3, G, O, D))
        self.participants = np.zeros((G, O, K))
        self.after = np.zeros((G, O, K + 1))
        self.pool = np.zeros((2, G, O, D))
        self.pool_late = np.zeros((G, O))

    def result(self, firm: Floats, rounds: int) -> Calibration:
        params = self.params
        stock = self.x.sum(axis=(0, 3))
        if (self.inflow < -1e-9).any():
            g, o = np.unravel_index(int(self.inflow.argmin()), self.inflow.shape)
            raise CalibrationError(
                f"{GROUPS[g]}, {ORIGINS[o]}: those who return alone are more than the stock can hold"
            )
        # While the iteration settles a share may pass the limit; at rest it may not.
        if (self.p_old > params.max_start_share).any() or (self.p_new > params.max_start_share + 1e-12).any():
            g = int(np.argmax(np.maximum(self.p_old, self.p_new).max(axis=1)))
            raise CalibrationError(
                f"{GROUPS[g]}: the activation rate needs more starts a week than people are waiting"
            )
        deadline = np.minimum(params.offer_deadline_week, D - 1).astype(np.int64)
        offered = np.zeros((G, O))
        for g in range(G):
            at = self.x[:, g, :, deadline[g]]
            total = at.sum(axis=0)
            offered[g] = np.divide(at[1] + at[2], total, out=np.zeros(O), where=total > 0)
        firm_people = self.participants[:, :, :N_FIRM].sum(axis=2)
        share = np.divide(firm_people, stock, out=np.zeros_like(stock), where=stock > 0)
        scalings = tuple(
            Scaling(GROUPS[g], ORIGINS[o], float(self.scale[g, o]))
            for g in range(G)
            for o in range(O)
            if self.scale[g, o] < 1.0 - 1e-9
        )
        arrays = {
            "waiting": self.x[0].reshape(S, D),
            "in_offer": self.x[1].reshape(S, D),
            "after_offer": self.x[2].reshape(S, D),
            "participants": self.participants.reshape(S, K),
            "after": self.after.reshape(S, K + 1),
            "pool": self.pool.reshape(2, S, D),
            "pool_late": self.pool_late.reshape(S),
            "inflow": np.maximum(self.inflow, 0.0).reshape(S),
            "mean_job": self.mean[0].reshape(S),
            "mean_education": self.mean[1].reshape(S),
            "mean_progression": self.mean[2].reshape(S),
            "firm_share": share.reshape(S),
            "offered": offered.reshape(S),
            "firm_base": firm.reshape(S),
            "transfer_scale": self.scale,
        }
        frozen = {}
        for name, value in arrays.items():
            value = np.ascontiguousarray(value)
            value.flags.writeable = False
            frozen[name] = value
        return Calibration(**frozen, scalings=scalings, rounds=rounds)


def _one_round(  # noqa: PLR0913 - one numerical step, its inputs spelled out
    params: EngineParameters,
    o: int,
    ws: _Workspace,
    source: Floats,
    columns: int,
    delta_profile: bool,
    route_to: NDArray[np.int64],
    route_rate: Floats,
    route_kind: NDArray[np.int64],
    end_rate: Floats,
    fade_rate: Floats,
    during: Floats,
    after: Floats,
    edu_after: Floats,
    prog_after: Floats,
    target: Floats,
    rho: Floats,
    sigma: Floats,
    first: NDArray[np.int64],
    on1: float,
    on2: float,
    out1: Floats,
    out2: Floats,
    out3: Floats,
) -> float:
    """One fixed-point round for one origin; returns the largest relative change of what it carries."""
    of = params.origin_factor[:, o]
    one = np.ones(G)
    job_f = of / ws.mean[0, :, o] * np.stack([one, ws.room[0, 0, :, o], ws.room[0, 1, :, o]])
    edu_f = of / ws.mean[1, :, o] * np.stack([one, ws.room[1, 0, :, o], ws.room[1, 1, :, o]])
    prog_f = 1.0 / ws.mean[2, :, o] * np.stack([one, ws.room[2, 0, :, o], ws.room[2, 1, :, o]])
    unit, eligible_unit = _respond(
        source,
        params.job,
        params.education,
        params.other,
        route_to,
        route_rate,
        route_kind,
        ws.scale[:, o].copy(),
        job_f,
        edu_f,
        prog_f,
        ws.ended[:, o].copy(),
        rho,
        first,
        params.newcomer_weeks,
        ws.p_new[:, o].copy(),
        ws.p_old[:, o].copy(),
    )
    # Stocks and job leavers per entrant, external entrants first.
    stock_per = unit.sum(axis=(0, 1))
    leave_per = np.einsum("drgc,gd,rg->gc", unit, params.job, job_f, optimize=True)
    out_ext, back = leave_per[:, :G], leave_per[:, -G:]
    # Those who return at zero are entrants too: v = sigma (J u + J0 v).
    to_late = np.linalg.solve(np.eye(G) - sigma[:, None] * back, sigma[:, None] * out_ext)
    length = stock_per[:, :G] + stock_per[:, -G:] @ to_late
    inflow = np.linalg.solve(length, params.stock[:, o])
    late = to_late @ inflow
    entrants = inflow + late if delta_profile else np.concatenate([inflow, late])
    n = np.einsum("drgc,c->rgd", unit, entrants, optimize=True)
    n = np.maximum(n, 0.0)
    eligible = eligible_unit @ entrants

    job_exits = params.job * job_f[:, :, None] * n
    edu_exits = params.education * edu_f[:, :, None] * n
    prog = np.zeros((3, G))
    rest = np.zeros((3, G))
    into_after = np.zeros(G)
    into = np.zeros(G)
    for g in range(G):
        rest[:, g] += n[:, g] @ params.other[g]
        for k, h in enumerate(route_to[g]):
            if h < 0:
                break
            rate = route_rate[g, k] * ws.scale[h, o]
            moved = n[:, g] @ rate
            if route_kind[g, k] == 1:
                moved = moved * prog_f[:, g]
                prog[:, g] += moved
            else:
                rest[:, g] += moved
            into[h] += moved.sum()
            into_after[h] += moved[1] + moved[2]

    # Composition of the two rooms at rest, kind by kind.
    in_total, after_total = n[1].sum(axis=1), n[2].sum(axis=1)
    a = target.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(in_total > 0, 1.0 / in_total, 0.0)[:, None]
        q_in = scale * (
            job_exits[1].sum(axis=1)[:, None] * during / ws.room[0, 0, :, o][:, None]
            + edu_exits[1].sum(axis=1)[:, None] * params.hr_education_during / ws.room[1, 0, :, o][:, None]
            + prog[1][:, None] * params.hr_progression_during / ws.room[2, 0, :, o][:, None]
            + rest[1][:, None]
        )
        left = a * (1.0 - q_in)
        ended_kind = left * end_rate
        left_sum = left.sum(axis=1)
        ended = np.where(left_sum > 0, ended_kind.sum(axis=1) / np.where(left_sum > 0, left_sum, 1.0), 0.0)
        starts = a - (left - ended_kind)
        wanted = starts.sum(axis=1)
        weight = params.newcomer_priority
        pull = weight * eligible[0] + eligible[1] + eligible[2]
        lam = np.where(pull > 0, wanted / np.where(pull > 0, pull, 1.0), 0.0)
        p_new, p_old = weight * lam, lam.copy()
        cap = params.max_start_share
        over = p_new > cap
        others = eligible[1] + eligible[2]
        spill = np.where(others > 0, (wanted - cap * eligible[0]) / np.where(others > 0, others, 1.0), 0.0)
        p_old = np.where(over, np.maximum(spill, 0.0), p_old)
        p_new = np.where(over, cap, p_new)
        scale = np.where(after_total > 0, 1.0 / after_total, 0.0)[:, None]
        q_after = scale * (
            job_exits[2].sum(axis=1)[:, None] * after / ws.room[0, 1, :, o][:, None]
            + edu_exits[2].sum(axis=1)[:, None] * edu_after / ws.room[1, 1, :, o][:, None]
            + prog[2][:, None] * prog_after / ws.room[2, 1, :, o][:, None]
            + rest[2][:, None]
        )
        # Share of the room that leaves it for a new offer: eligible count before the starts.
        before = after_total + p_old * eligible[2]
        keep = np.where(before > 0, 1.0 - p_old * eligible[2] / np.where(before > 0, before, 1.0), 1.0)[
            :, None
        ]
        p_kind = keep * ended_kind / (1.0 - keep * (1.0 - q_after[:, :K]) * (1.0 - fade_rate))
        fades = (p_kind * (1.0 - q_after[:, :K]) * fade_rate).sum(axis=1)
        p_faded = keep[:, 0] * (fades + into_after) / (1.0 - keep[:, 0] * (1.0 - q_after[:, K]))
    p_all = np.concatenate([p_kind, p_faded[:, None]], axis=1)
    p_all[after_total <= 0] = 0.0
    room = np.stack(
        [
            np.stack([_mean(a, during), _mean(p_all, after)]),
            np.stack([_mean(a, params.hr_education_during), _mean(p_all, edu_after)]),
            np.stack([_mean(a, params.hr_progression_during), _mean(p_all, prog_after)]),
        ]
    )

    def mean_ratio(table: Floats, which: int) -> Floats:
        weights = np.einsum("rgd,gd->rg", n, table, optimize=True)
        total = weights.sum(axis=0)
        top = weights[0] + weights[1] * room[which, 0] + weights[2] * room[which, 1]
        return np.where(total > 0, top / np.where(total > 0, total, 1.0), 1.0)

    progression = np.where(params.progression[:, :, None], params.transfer, 0.0).sum(axis=1)
    mean = np.stack([mean_ratio(params.job, 0), mean_ratio(params.education, 1), mean_ratio(progression, 2)])

    # Transfers that would overfill a segment are scaled down until the external inflow is not negative.
    new_scale = ws.scale[:, o].copy()
    for h in range(G):
        if into[h] > 0 and (inflow[h] < 0 or new_scale[h] < 1.0):
            new_scale[h] = min(1.0, new_scale[h] * max(0.0, into[h] + inflow[h]) / into[h])

    change = 0.0
    for old, new in (
        (ws.p_new[:, o], p_new),
        (ws.p_old[:, o], p_old),
        (ws.ended[:, o], ended),
        (ws.scale[:, o], new_scale),
        (ws.inflow[:, o], inflow),
        (ws.mean[:, :, o], mean),
        (ws.room[:, :, :, o], room),
        (ws.after[:, o], p_all),
    ):
        size = np.maximum(np.abs(new), 1e-3)
        change = max(change, float((np.abs(new - old) / size).max()))
    ws.p_new[:, o], ws.p_old[:, o], ws.ended[:, o] = p_new, p_old, ended
    ws.mean[:, :, o], ws.room[:, :, :, o], ws.scale[:, o] = mean, room, new_scale
    ws.inflow[:, o] = inflow
    ws.x[:, :, o] = n
    ws.participants[:, o] = a
    ws.after[:, o] = p_all
    leavers = np.zeros((G, D))
    total_job = job_exits.sum(axis=0)
    leavers[:, 1:] = total_job[:, :-1]
    leavers[:, -1] += total_job[:, -1]
    ws.pool[0, :, o] = leavers / out1[:, None]
    ws.pool[1, :, o] = ws.pool[0, :, o] * on1 / out2[:, None]
    ws.pool_late[:, o] = ws.pool[1, :, o].sum(axis=1) * on2 / out3
    return change
