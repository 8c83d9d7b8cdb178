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
    baseline_kinds,
)

Floats = NDArray[np.float64]

G, O, S, D, K = N_GROUPS, N_ORIGINS, N_SEGMENTS, N_DURATIONS, N_KINDS  # noqa: E741
TOLERANCE = 1e-11
MAX_ROUNDS = 400
# Rounds that the acceleration remembers, and where the iteration begins (any start ends at the same rest).
MEMORY = 8
FIRST_GUESS_START = 0.02
FIRST_GUESS_ENDED = 0.08


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
        if np.count_nonzero(special[g]) > 1:
            raise CalibrationError(f"{GROUPS[g]} can have one progression or opening of flex jobs, not more")
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
    rates = np.zeros((count, G, RATES, PAD))
    scales = np.ones((count, G, O, RATES))
    fixed = np.zeros((count, G, O, PAD))
    routes = np.zeros((count, G, width, PAD))
    route_scales = np.ones((count, G, O, width))
    for i, (params, c) in enumerate(zip(sets, calibrations, strict=True)):
        for row, part in enumerate((c.waiting, c.in_offer, c.after_offer, c.pool[0], c.pool[1])):
            persons[i, :, row, :D] = part
        rates[i, :, 0, :D] = params.job
        rates[i, :, 1, :D] = params.education
        scales[i, :, :, 0] = params.origin_factor / c.mean_job.reshape(G, O)
        scales[i, :, :, 1] = params.origin_factor / c.mean_education.reshape(G, O)
        fixed[i, :, :, :D] = params.other[:, None]
        to, special = _routes(params)
        for g in range(G):
            for n, h in enumerate(to[g]):
                if h < 0:
                    break
                scale = c.transfer_scale[h].copy()
                routes[i, g, n, :D] = params.transfer[g, h]
                if special[g, n] == 0:
                    fixed[i, g, :, :D] += params.transfer[g, h] * scale[:, None]
                else:
                    if special[g, n] == 1:
                        scale /= c.mean_progression.reshape(G, O)[g]
                    rates[i, g, 2, :D] = params.transfer[g, h]
                    scales[i, g, :, 2] = scale
                route_scales[i, g, :, n] = scale
    return KernelStart(
        persons=persons,
        rates=rates,
        scales=scales.reshape(count, S, RATES),
        fixed=fixed.reshape(count, S, PAD),
        routes=routes,
        route_scales=route_scales.reshape(count, S, width),
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
    for g in range(G):
        for o in range(O):
            if offers[g, o] > 0.0:
                baseline_kinds(
                    offers[g, o], firm[g, o], params.firm_mix[g], params.other_mix[g], targets[g, o]
                )
    if (firm > params.firm_ceiling[:, None] * params.stock * (1 + 1e-9)).any():
        raise CalibrationError("the baseline's firm places lie above the ceiling of a group")
    return targets, firm


def _mean(weights: Floats, ratios: Floats) -> Floats:
    """Mean of ratios over the last axis; 1 where nobody is."""
    total = weights.sum(axis=-1)
    return np.where(total > 0, (weights * ratios).sum(axis=-1) / np.where(total > 0, total, 1.0), 1.0)


@lru_cache(maxsize=256)
def calibrate(params: EngineParameters) -> Calibration:
    """The fixed point for these parameters; kept for parameters of equal content.

    Raises
    ------
    CalibrationError
        Where no inflow can hold the stocks at rest, or the iteration does not settle.
    """
    return calibrate_anew(params)


def calibrate_anew(params: EngineParameters) -> Calibration:
    """As :func:`calibrate`, without looking at or filling the cache."""
    targets, firm = _baseline_targets(params)
    shared = _Shared.of(params)
    origins = [_Origin(shared, o, targets[:, o]) for o in range(O)]
    rounds = max(origin.settle() for origin in origins)
    return _result(params, origins, firm, rounds)


@dataclass(frozen=True, eq=False)
class _Shared:
    """What the three origins' fixed points have in common; names as in the kernel."""

    params: EngineParameters
    during: Floats  # [G, K] job hazard ratios after displacement and limits
    after: Floats  # [G, K + 1]
    edu_after: Floats
    prog_after: Floats
    route_to: NDArray[np.int64]
    route_rate: Floats  # [G, R, D]
    route_kind: NDArray[np.int64]  # 1 where progression
    end_rate: Floats  # [G, K]
    fade_rate: Floats
    on: tuple[float, float]  # weekly, from stage to stage of the pool
    out: tuple[Floats, Floats, Floats]  # [G] weekly, out of each stage
    rho: Floats  # [G] share of job leavers who return with their weeks
    sigma: Floats  # [G] share who return at zero
    first: NDArray[np.int64]
    plain_profile: bool  # all external arrivals at zero weeks
    source: Floats  # [D, G, C] unit arrivals: external, then (unless plain_profile) those who return at zero

    @classmethod
    def of(cls, params: EngineParameters) -> _Shared:
        during, after = _net_ratios(params)
        ones = np.ones((G, 1))
        route_to, special = _routes(params)
        route_rate = np.zeros((*route_to.shape, D))
        for g in range(G):
            for n, h in enumerate(route_to[g]):
                if h >= 0:
                    route_rate[g, n] = params.transfer[g, h]
        r1, r2 = params.return_rate[:, 0], params.return_rate[:, 1]
        on1, on2 = 1.0 / params.pool_stage_weeks[0], 1.0 / params.pool_stage_weeks[1]
        out1, out2, out3 = r1 + on1, r2 + params.pool_leave + on2, r2 + params.pool_leave
        late = np.divide(r2, out3, out=np.zeros(G), where=out3 > 0)
        plain = bool((params.inflow_profile[:, 0] == 1.0).all())
        source = np.zeros((D, G, G if plain else 2 * G))
        source[0, :, -G:] = np.eye(G)
        if not plain:
            for g in range(G):
                source[:, g, g] = params.inflow_profile[g]
        return cls(
            params=params,
            during=during,
            after=after,
            edu_after=np.concatenate([params.hr_education_after, ones], axis=1),
            prog_after=np.concatenate([params.hr_progression_after, ones], axis=1),
            route_to=route_to,
            route_rate=route_rate,
            route_kind=(special == 1).astype(np.int64),
            end_rate=1.0 / params.offer_weeks,
            fade_rate=1.0 / params.effect_weeks,
            on=(on1, on2),
            out=(out1, out2, out3),
            rho=r1 / out1 + on1 / out1 * r2 / out2,
            sigma=on1 / out1 * on2 / out2 * late,
            first=np.minimum(params.first_offer_week, D - 1).astype(np.int64),
            plain_profile=plain,
            source=source,
        )


def _ratio(top: Floats, bottom: Floats, otherwise: float = 0.0) -> Floats:
    """top / bottom, ``otherwise`` where the bottom is not positive."""
    return np.divide(top, bottom, out=np.full_like(bottom, otherwise), where=bottom > 0)


class _Origin:
    """The fixed point of one origin.

    The guess is [13, G]: chance of starting an offer (newcomers, others), share of offers that end, scale of the
    transfers into the group, mean hazard ratio (job, education, progression), and the mean ratio in an offer and
    after it for each of the three.
    """

    P_NEW, P_OLD, ENDED, SCALE, MEAN, ROOM = 0, 1, 2, 3, slice(4, 7), slice(7, 13)

    def __init__(self, shared: _Shared, o: int, target: Floats) -> None:
        self.shared = shared
        self.stock = shared.params.stock[:, o]
        self.factor = shared.params.origin_factor[:, o]
        self.participants = target  # [G, K]
        self.guess = np.ones((13, G))
        offered = shared.params.activation_rate > 0
        self.guess[self.P_NEW] = self.guess[self.P_OLD] = np.where(offered, FIRST_GUESS_START, 0.0)
        self.guess[self.ENDED] = FIRST_GUESS_ENDED
        self.inflow = np.zeros(G)
        self.persons = np.zeros((3, G, D))
        self.after = np.zeros((G, K + 1))
        self.job_exits = np.zeros((G, D))

    def settle(self) -> int:
        """Repeats until nothing moves (Anderson's acceleration); returns how many rounds it took."""
        guesses: list[Floats] = []
        steps: list[Floats] = []
        best = np.inf
        for rounds in range(1, MAX_ROUNDS + 1):
            before = self.inflow
            answer = self._round(self.guess)
            step = (answer - self.guess).ravel()
            moved = float((np.abs(step) / np.maximum(np.abs(answer.ravel()), 1e-3)).max())
            moved = max(moved, float((np.abs(self.inflow - before) / np.maximum(np.abs(before), 1e-3)).max()))
            if moved < TOLERANCE:
                self.guess = answer
                return rounds
            if moved > 10 * best:
                guesses, steps = [], []
            best = min(best, moved)
            guesses = [*guesses[-MEMORY:], answer.ravel().copy()]
            steps = [*steps[-MEMORY:], step]
            mixed = guesses[-1]
            if len(steps) > 1:
                slope = np.stack([steps[-1] - s for s in steps[:-1]], axis=1)
                weight = np.linalg.lstsq(slope, steps[-1], rcond=1e-12)[0]
                mixed = mixed - np.stack([guesses[-1] - x for x in guesses[:-1]], axis=1) @ weight
            self.guess = mixed.reshape(13, G)
            # Shares stay shares and ratios positive, whatever the extrapolation says.
            self.guess[:4] = np.clip(self.guess[:4], 0.0, 1.0)
            self.guess[4:] = np.clip(self.guess[4:], 0.05, 20.0)
        _check_starts(self.shared.params, answer[[self.P_NEW, self.P_OLD]].max(axis=0))
        raise CalibrationError(
            f"the baseline did not settle: still moving by {moved:.1e} after {MAX_ROUNDS} rounds"
        )

    def _round(self, guess: Floats) -> Floats:
        """What the guess implies for itself; leaves the persons, compositions and inflow that go with it."""
        k = self.shared
        params = k.params
        p_new, p_old, ended, scale = guess[:4]
        mean = guess[self.MEAN]
        room = guess[self.ROOM].reshape(3, 2, G)
        by_room = np.concatenate([np.ones((3, 1, G)), room], axis=1) / mean[:, None]  # [3, room, G]
        job_f, edu_f, prog_f = self.factor * by_room[0], self.factor * by_room[1], by_room[2]
        unit, eligible_unit = _respond(
            k.source, params.job, params.education, params.other, k.route_to, k.route_rate, k.route_kind,
            scale.copy(), job_f, edu_f, prog_f, ended.copy(), k.rho, k.first, params.newcomer_weeks,
            p_new.copy(), p_old.copy(),
        )  # fmt: skip
        self._solve_inflow(unit, job_f)
        n = self.persons
        eligible = np.maximum(eligible_unit @ self.entrants, 0.0)

        # Exits by room: to jobs, to education, by progression, and all others.
        job = (params.job * job_f[:, :, None] * n).sum(axis=2)
        edu = (params.education * edu_f[:, :, None] * n).sum(axis=2)
        prog = np.zeros((3, G))
        rest = (params.other * n).sum(axis=2)
        into = np.zeros(G)
        into_after = np.zeros(G)
        for g in range(G):
            for r, h in enumerate(k.route_to[g]):
                if h < 0:
                    break
                leaving = n[:, g] @ k.route_rate[g, r] * scale[h]
                if k.route_kind[g, r] == 1:
                    leaving = leaving * prog_f[:, g]
                    prog[:, g] += leaving
                else:
                    rest[:, g] += leaving
                into[h] += leaving.sum()
                into_after[h] += leaving[1] + leaving[2]
        self.job_exits = (params.job * job_f[:, :, None] * n).sum(axis=0)

        def leaving_share(r: int, job_ratio: Floats, edu_ratio: Floats, prog_ratio: Floats) -> Floats:
            """Weekly chance of leaving by kind in room r (1 in an offer, 2 after it)."""
            means = room[:, r - 1][:, :, None]
            exits = (
                job[r][:, None] * job_ratio / means[0]
                + edu[r][:, None] * edu_ratio / means[1]
                + prog[r][:, None] * prog_ratio / means[2]
                + rest[r][:, None]
            )
            share: Floats = _ratio(np.ones(G), n[r].sum(axis=1))[:, None] * exits
            return share

        # In an offer: the kinds stand at their targets, so the starts are what leaves and ends.
        left = self.participants * (
            1.0 - leaving_share(1, k.during, params.hr_education_during, params.hr_progression_during)
        )
        ended_kind = left * k.end_rate
        wanted = (self.participants - left + ended_kind).sum(axis=1)
        new_start, old_start = self._start_shares(wanted, eligible)

        # After an offer: what ends comes in; exits, fading and new offers take out.
        after_total = n[2].sum(axis=1)
        q = leaving_share(2, k.after, k.edu_after, k.prog_after)
        restart = old_start * eligible[2]
        stay = 1.0 - _ratio(restart, after_total + restart)[:, None]
        kinds = stay * ended_kind / (1.0 - stay * (1.0 - q[:, :K]) * (1.0 - k.fade_rate))
        faded = (kinds * (1.0 - q[:, :K]) * k.fade_rate).sum(axis=1)
        last = _ratio(stay[:, 0] * (faded + into_after), 1.0 - stay[:, 0] * (1.0 - q[:, K]))
        after = np.concatenate([kinds, last[:, None]], axis=1)
        after[after_total <= 0] = 0.0
        self.after = after

        a = self.participants
        new_room = np.stack(
            [
                np.stack([_mean(a, k.during), _mean(after, k.after)]),
                np.stack([_mean(a, params.hr_education_during), _mean(after, k.edu_after)]),
                np.stack([_mean(a, params.hr_progression_during), _mean(after, k.prog_after)]),
            ]
        )
        progression = np.where(params.progression[:, :, None], params.transfer, 0.0).sum(axis=1)
        new_mean = np.empty((3, G))
        for i, table in enumerate((params.job, params.education, progression)):
            weights = (n * table).sum(axis=2)  # [room, G]
            top = weights[0] + weights[1] * new_room[i, 0] + weights[2] * new_room[i, 1]
            new_mean[i] = _ratio(top, weights.sum(axis=0), 1.0)

        # Transfers that would overfill a group are scaled down until the external inflow is not negative.
        needs = (into > 0) & ((self.inflow < 0) | (scale < 1.0))
        fitting = np.clip(scale * _ratio(np.maximum(into + self.inflow, 0.0), into, 1.0), 0.0, 1.0)
        answer = np.empty((13, G))
        answer[self.P_NEW], answer[self.P_OLD] = new_start, old_start
        answer[self.ENDED] = _ratio(ended_kind.sum(axis=1), left.sum(axis=1))
        answer[self.SCALE] = np.where(needs, fitting, scale)
        answer[self.MEAN] = new_mean
        answer[self.ROOM] = new_room.reshape(6, G)
        return answer

    def _solve_inflow(self, unit: Floats, job_f: Floats) -> None:
        """External inflow [G] from the stocks, and the persons [3, G, D] that it sustains."""
        k = self.shared
        stock_per = unit.sum(axis=(0, 1))
        weight = k.params.job.T[:, None, :] * job_f[None]  # [D, room, G]
        leave_per = np.einsum("drg,drgc->gc", weight, unit)
        # Those who return at zero are entrants too: v = sigma (J u + J0 v).
        to_late = np.linalg.solve(
            np.eye(G) - k.sigma[:, None] * leave_per[:, -G:], k.sigma[:, None] * leave_per[:, :G]
        )
        length = stock_per[:, :G] + stock_per[:, -G:] @ to_late
        self.inflow = np.linalg.solve(length, self.stock)
        late = to_late @ self.inflow
        self.entrants = self.inflow + late if k.plain_profile else np.concatenate([self.inflow, late])
        self.persons = np.ascontiguousarray(np.moveaxis(np.maximum(unit @ self.entrants, 0.0), 0, -1))

    def _start_shares(self, wanted: Floats, eligible: Floats) -> tuple[Floats, Floats]:
        """Weekly chance of starting an offer [G], newcomers and others, as the kernel draws them."""
        params = self.shared.params
        cap = params.max_start_share
        weight = params.newcomer_priority
        others = eligible[1] + eligible[2]
        lam = _ratio(wanted, weight * eligible[0] + others)
        spill = _ratio(np.maximum(wanted - cap * eligible[0], 0.0), others)
        over = weight * lam > cap
        return np.where(over, cap, weight * lam), np.where(over, spill, lam)


def _check_starts(params: EngineParameters, start: Floats) -> None:
    """Refuses a baseline in which more must start an offer each week than may; ``start`` [G] is their share."""
    if (start > params.max_start_share + 1e-12).any():
        raise CalibrationError(
            f"{GROUPS[int(start.argmax())]}: the activation rate needs more starts a week than people are waiting"
        )


def _result(params: EngineParameters, origins: Sequence[_Origin], firm: Floats, rounds: int) -> Calibration:
    """The calibration that the settled origins make up; refuses what cannot be at rest."""
    guess = np.stack([origin.guess for origin in origins], axis=-1)  # [13, G, O]
    inflow = np.stack([origin.inflow for origin in origins], axis=-1)
    x = np.stack([origin.persons for origin in origins], axis=2)  # [3, G, O, D]
    participants = np.stack([origin.participants for origin in origins], axis=1)
    if (inflow < -1e-9).any():
        g, o = np.unravel_index(int(inflow.argmin()), inflow.shape)
        raise CalibrationError(
            f"{GROUPS[g]}, {ORIGINS[o]}: those who return alone are more than the stock can hold"
        )
    _check_starts(params, guess[[_Origin.P_NEW, _Origin.P_OLD]].max(axis=(0, 2)))
    stock = x.sum(axis=(0, 3))
    deadline = np.minimum(params.offer_deadline_week, D - 1).astype(np.int64)
    at = np.stack([x[:, g, :, deadline[g]] for g in range(G)], axis=1)  # [3, G, O]
    leavers = np.zeros((G, O, D))
    exits = np.stack([origin.job_exits for origin in origins], axis=1)
    leavers[:, :, 1:] = exits[:, :, :-1]
    leavers[:, :, -1] += exits[:, :, -1]
    shared = origins[0].shared
    away = leavers / shared.out[0][:, None, None]
    longer = away * shared.on[0] / shared.out[1][:, None, None]
    late = _ratio(longer.sum(axis=2) * shared.on[1], np.repeat(shared.out[2][:, None], O, axis=1))
    scale, mean = guess[_Origin.SCALE], guess[_Origin.MEAN]
    arrays = {
        "waiting": x[0].reshape(S, D),
        "in_offer": x[1].reshape(S, D),
        "after_offer": x[2].reshape(S, D),
        "participants": participants.reshape(S, K),
        "after": np.stack([origin.after for origin in origins], axis=1).reshape(S, K + 1),
        "pool": np.stack([away, longer]).reshape(2, S, D),
        "pool_late": late.reshape(S),
        "inflow": np.maximum(inflow, 0.0).reshape(S),
        "mean_job": mean[0].reshape(S),
        "mean_education": mean[1].reshape(S),
        "mean_progression": mean[2].reshape(S),
        "firm_share": _ratio(participants[:, :, :N_FIRM].sum(axis=2), stock).reshape(S),
        "offered": _ratio(at[1] + at[2], at.sum(axis=0)).reshape(S),
        "firm_base": firm.reshape(S),
        "transfer_scale": scale,
    }
    frozen = {}
    for name, value in arrays.items():
        array = np.ascontiguousarray(value)
        array.flags.writeable = False
        frozen[name] = array
    scalings = tuple(
        Scaling(GROUPS[g], ORIGINS[o], float(scale[g, o]))
        for g in range(G)
        for o in range(O)
        if scale[g, o] < 1.0 - 1e-9
    )
    return Calibration(**frozen, scalings=scalings, rounds=rounds)
