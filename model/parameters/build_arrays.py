"""Build the engine's arrays from parameter values: which cell takes which parameter, and what follows from them.

A cell without a row takes the row of its group's fallback group, then the table's ``all``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.domain import (
    DURATION_CLASSES,
    EXITS,
    FIRM_KINDS,
    GROUP_INDEX,
    GROUPS,
    KINDS,
    N_DURATIONS,
    N_EXITS,
    N_GROUPS,
    OFFER_GROUPS,
    ORIGINS,
    OTHER_KINDS,
    SELF_SUPPORT_EXITS,
)
from model.engine.levers import ENGINE_LEVERS, EngineLever
from model.engine.parameters import EngineParameters
from model.parameters.ids import (
    ALL,
    BENCHMARK_GROUPS,
    CLASS_NAMES,
    EDUCATION_KINDS,
    MONTH_NAMES,
    OUTSIDE_BENCHMARK,
    PROGRESSIONS,
    RULES,
    SCALARS,
    TABLES,
    WEEK_NAMES,
    bad_parameter,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# Place of a cell that no row gives a value.
_NO_ROW: Final = -1
_STAGES: Final = ("early", "later")
_DAYS_IN_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


# Scalars that the engine takes as they are, and those that count whole weeks.
_SCALAR_FIELDS: Final = (
    "displacement",
    "displacement_contact",
    "diminishing",
    "diminishing_floor",
    "deadline_compliance",
    "max_meetings",
    "ratio_low",
    "ratio_high",
    "max_start_share",
    "pool_leave",
)
_WEEK_FIELDS: Final = ("early_weeks", "motivation_weeks", "newcomer_weeks")

Axes = tuple[tuple[str, ...], ...]


def _cells() -> dict[str, tuple[Axes, float | None]]:
    """Return each table's axes in the engine and what a cell without a row holds; None: it is worked out."""
    ratios = [table for table in TABLES if table.startswith("hr_")]
    by_kind = [table for table in ratios if len(TABLES[table].axes) == 2]
    by_group = [table for table in ratios if len(TABLES[table].axes) == 1]
    return {
        **dict.fromkeys((*by_kind, "offer_weeks", "effect_weeks", "return_ratio"), ((GROUPS, KINDS), 1.0)),
        **dict.fromkeys((*by_group, "displaced", "return_factor"), ((GROUPS,), 1.0)),
        "economy_inflow_sensitivity": ((GROUPS,), 0.0),
        "economy_job_sensitivity": ((GROUPS,), 0.0),
        "firm_ceiling": ((GROUPS,), 0.0),
        "firm_use": ((GROUPS,), None),
        "firm_use_share": ((GROUPS,), 0.0),
        "stock": ((GROUPS,), None),
        "split": ((GROUPS,), 0.0),
        "origin_factor": ((GROUPS, ORIGINS), 1.0),
        "use_factor": ((GROUPS, ORIGINS), 1.0),
        "overrepresentation": ((GROUPS, ORIGINS), 1.0),
        "firm_mix": ((GROUPS, FIRM_KINDS), 0.0),
        "other_mix": ((GROUPS, OTHER_KINDS), 0.0),
        "season_inflow": ((GROUPS, WEEK_NAMES), 1.0),
        "instead": ((GROUPS, GROUPS), 0.0),
    }


_CELLS: Final[Mapping[str, tuple[Axes, float | None]]] = _cells()
# Tables whose array is the engine's field of the same name.
_UNCHANGED: Final = (
    *(table for table in _CELLS if table.startswith("hr_")),
    "offer_weeks",
    "effect_weeks",
    "return_ratio",
    "displaced",
    "economy_inflow_sensitivity",
    "economy_job_sensitivity",
    "firm_ceiling",
    "origin_factor",
    "use_factor",
    "instead",
)


class EngineArrayBuilder:
    """Which parameter each array cell of the engine takes: made once per set of ids, used for many draws.

    ``build`` takes values in the order of ``ids`` and only indexes, so that a draw is cheap.
    """

    def __init__(self, ids: Sequence[str], fallback_group: Mapping[str, str]) -> None:
        self.ids = tuple(ids)
        self.position = {parameter: i for i, parameter in enumerate(self.ids)}
        self.fallback_group = dict(fallback_group)
        # Values are followed by 1 and 0, then by each lever's default.
        constants = {1.0: len(self.ids), 0.0: len(self.ids) + 1, None: _NO_ROW}
        self._cells = {
            table: self._array(table, axes, constants[missing]) for table, (axes, missing) in _CELLS.items()
        }
        self._stock_by_origin = self._array("stock", (GROUPS, ORIGINS), _NO_ROW)
        self._baselines = tuple(
            (lever, self._baseline(lever, len(self.ids) + 2 + i))
            for i, lever in enumerate(ENGINE_LEVERS)
            if not lever.engine.computed
        )
        self._exits = self._exit_cells(constants[0.0])
        self._months = np.array(
            [self._need(f"season_education_month.uddannelseshjaelp.{m}") for m in MONTH_NAMES]
        )
        for name in SCALARS:
            self._need(name)
        for name in RULES:
            self._need(f"rule.{name}")

    def _exit_cells(self, zero: int) -> Ints:
        """Return where each exit rate by class of weeks stands: its own row, the exit's row for all classes, or 0."""
        cells = np.full((N_GROUPS, N_EXITS, len(CLASS_NAMES)), zero)
        for g, group in enumerate(GROUPS):
            for e, to in enumerate(EXITS):
                whole = self.position.get(f"exit.{group}.{to}", zero)
                for c, name in enumerate(CLASS_NAMES):
                    cells[g, e, c] = self.position.get(f"exit.{group}.{to}.{name}", whole)
        return cells

    def resolve(self, table: str, *parts: str) -> str | None:
        """Return the id that gives a cell its value: its own, the fallback group's, ``all``, or None."""
        exact = ".".join((table, *parts))
        if exact in self.position:
            return exact
        if not parts or parts[0] not in GROUPS:
            return None
        rest = parts[1:]
        if TABLES[table].uses_fallback_group and parts[0] in OFFER_GROUPS:
            group = self.fallback_group.get(parts[0])
            while group is not None:
                parameter = ".".join((table, group, *rest))
                if parameter in self.position:
                    return parameter
                group = self.fallback_group.get(group)
        if (
            parts[0] not in OFFER_GROUPS
            and ALL in TABLES[table].axes[0]
            and GROUPS[-1] not in TABLES[table].axes[0]
        ):
            return None
        parameter = ".".join((table, ALL, *rest))
        return parameter if parameter in self.position else None

    def _need(self, parameter: str) -> int:
        """Return where a parameter stands among the values. Raises BadParameter where it has no row."""
        if parameter not in self.position:
            raise bad_parameter("parameters.error.missing", parameter=parameter)
        return self.position[parameter]

    def _array(self, table: str, axes: Axes, missing: int) -> Ints:
        """Return where each cell of a table stands among the values; ``missing`` where no row gives one."""
        cells = np.full(tuple(map(len, axes)), missing, dtype=np.int64)
        for place in np.ndindex(*cells.shape):
            parameter = self.resolve(table, *(axis[i] for axis, i in zip(axes, place, strict=True)))
            if parameter is not None:
                cells[place] = self.position[parameter]
        return cells

    def _baseline(self, lever: EngineLever, default: int) -> Ints:
        """Return where the baseline of a lever stands among the values; ``default`` is the place of its default."""
        if not lever.engine.has_parameter:
            return np.full(N_GROUPS if lever.scope == "group" else (), default, dtype=np.int64)
        if lever.scope == "group":
            return self._array(lever.id, (GROUPS,), default)
        return np.array(self._need(lever.id))

    def build(self, values: Floats) -> EngineParameters:
        """Return the engine's arrays from values in the order of ``ids`` [P].

        Raises BadParameter where the engine cannot run on them.
        """
        defaults = [lever.engine.default or 0.0 for lever in ENGINE_LEVERS]
        v = np.concatenate([np.asarray(values, dtype=np.float64), [1.0, 0.0], defaults])
        stock = self._stock(v)
        fields: dict[str, Any] = {name: v[self._cells[name]] for name in _UNCHANGED}
        fields |= {name: self._value(v, name) for name in _SCALAR_FIELDS}
        fields |= {name: round(self._value(v, name)) for name in _WEEK_FIELDS}
        fields |= {lever.field: _lever_value(lever, v[place]) for lever, place in self._baselines}
        engine = EngineParameters(
            stock=stock,
            **fields,
            **self._exit_fields(v),
            **self._return_fields(v),
            **self._season_fields(v),
            **self._offer_fields(v, stock, fields["activation_rate"]),
        )
        check_engine(engine)
        return engine

    def _value(self, v: Floats, parameter: str) -> float:
        """Return a parameter's value."""
        return float(v[self.position[parameter]])

    def _exit_fields(self, v: Floats) -> dict[str, Any]:
        """Return the weekly exits [G, D] and transfers [G, G, D], rules included, and which are progression."""
        widths = np.diff([*DURATION_CLASSES, N_DURATIONS])
        exits = np.repeat(v[self._exits], widths, axis=2)
        self._add_rules(exits, v)
        progression = np.zeros((N_GROUPS, N_GROUPS), dtype=bool)
        for origin, destination in PROGRESSIONS:
            progression[GROUP_INDEX[origin], GROUP_INDEX[destination]] = True
        return {
            "job": exits[:, EXITS.index("job")],
            "education": exits[:, EXITS.index("education")],
            "other": exits[:, EXITS.index("other_self_support")],
            "transfer": exits[:, len(SELF_SUPPORT_EXITS) :],
            "progression": progression,
        }

    def _return_fields(self, v: Floats) -> dict[str, Any]:
        """Return how those who left for a job come back: weekly rates [G, 2] and the length of both stages."""
        share = self._value(v, "return_to_benefit_share")
        hazards = np.array([self._value(v, f"return_hazard_{stage}") for stage in _STAGES])
        return {
            "return_rate": share * v[self._cells["return_factor"]][:, None] * hazards[None, :],
            "pool_stage_weeks": tuple(self._value(v, f"pool_stage_weeks_{stage}") for stage in _STAGES),
        }

    def _season_fields(self, v: Floats) -> dict[str, Any]:
        """Return seasons by week of the year [G, 53], mean 1, and the weeks at which people arrive [G, D]."""
        season = v[self._cells["season_inflow"]]
        mean = season[:, :52].mean(axis=1, keepdims=True)
        for g, group in enumerate(GROUPS):
            if mean[g, 0] <= 0:
                raise bad_parameter("parameters.error.season", parameter=f"season_inflow.{group}")
        season /= mean
        profile = np.zeros((N_GROUPS, N_DURATIONS))
        profile[:, 0] = 1.0
        return {
            "season_inflow": season,
            "season_job": np.ones((N_GROUPS, len(WEEK_NAMES))),
            "season_education": self._education_season(v),
            "inflow_profile": profile,
        }

    def _offer_fields(self, v: Floats, stock: Floats, activation_rate: Floats) -> dict[str, Any]:
        """Return the use of offers: firm places in use [G], and shares of kinds among firm and other places.

        Where the places are only known as a share of the caseload they are no more than all offers [G].
        """
        own, share = v[self._cells["firm_use"]], v[self._cells["firm_use_share"]]
        assumed = np.minimum(share, activation_rate) * stock.sum(axis=1)
        firm_use = np.where(self._cells["firm_use"] >= 0, own, assumed)
        firm_mix = _normalised(v[self._cells["firm_mix"]], 0)
        other_mix = _normalised(v[self._cells["other_mix"]], OTHER_KINDS.index("guidance"))
        return {
            "firm_use": firm_use,
            "firm_places": float(firm_use.sum()),
            "firm_mix": firm_mix,
            # More places of the same kinds as today's, until somebody chooses others: the municipality's own mix.
            "additional_firm_mix": _normalised((firm_use @ firm_mix)[None, :], 0)[0],
            "other_mix": other_mix,
            "education_share": other_mix[:, [OTHER_KINDS.index(k) for k in EDUCATION_KINDS]].sum(axis=1),
        }

    def _stock(self, v: Floats) -> Floats:
        """Return full-time persons at rest [G, O]: the benchmark's totals, split, or rows of their own."""
        total = np.zeros(N_GROUPS)
        split = v[self._cells["split"]]
        for benchmark, groups in BENCHMARK_GROUPS.items():
            where = [GROUP_INDEX[g] for g in groups]
            whole = float(v[self._need(f"benchmark.{benchmark}")])
            weights = split[where] if len(where) > 1 else np.ones(1)
            if weights.sum() <= 0:
                raise bad_parameter("parameters.error.shares", parameter="split", value=float(weights.sum()))
            total[where] = whole * weights / weights.sum()
        people = float(v[self._need("population.people_16_66")])
        for group in OUTSIDE_BENCHMARK:
            total[GROUP_INDEX[group]] = people * float(v[self._need(f"per_population.{group}")])
        own = self._cells["stock"]
        total = np.where(own >= 0, v[own], total)
        shares = self._origin_shares(v)
        weights = shares[None, :] * v[self._cells["overrepresentation"]]
        stock = total[:, None] * weights / weights.sum(axis=1, keepdims=True)
        return np.where(self._stock_by_origin >= 0, v[self._stock_by_origin], stock)

    def _origin_shares(self, v: Floats) -> Floats:
        """Return the population's shares by origin [O]; the first is what is left."""
        rest = [float(v[self._need(f"population_share.{o}")]) for o in ORIGINS[1:]]
        if sum(rest) >= 1:
            raise bad_parameter("parameters.error.shares", parameter="population_share", value=sum(rest))
        return np.array([1.0 - sum(rest), *rest])

    def _add_rules(self, exits: Floats, v: Floats) -> None:
        """Add the exits that the law sets to ``exits`` [G, 16, D]: reassessment, end of dagpenge, turning 30."""
        first = len(SELF_SUPPORT_EXITS)
        sick = exits[GROUP_INDEX["sygedagpenge"]]
        to = first + GROUP_INDEX["jobafklaring"]
        start = round(self._value(v, "rule.sygedagpenge_reassessment_week"))
        weeks = slice(start, start + round(self._value(v, "rule.sygedagpenge_reassessment_length")))
        sick[to, weeks] += _reassessment_rate(
            sick.sum(axis=0)[weeks], self._value(v, "rule.sygedagpenge_reassessment_share")
        )
        sick[to, weeks.stop :] += self._value(v, "rule.sygedagpenge_later_reassessment")
        insured = exits[GROUP_INDEX["dagpenge"]]
        expiry = self._value(v, "rule.dagpenge_expiry")
        share = self._value(v, "rule.dagpenge_expiry_to_kontanthjaelp_share")
        insured[first + GROUP_INDEX["kontanthjaelp_jobparat"], -1] += expiry * share
        insured[EXITS.index("other_self_support"), -1] += expiry * (1.0 - share)
        for kind, adult in (("uddannelsesparat", "jobparat"), ("aktivitetsparat", "aktivitetsparat")):
            young = exits[GROUP_INDEX[f"uddannelseshjaelp_{kind}"]]
            young[first + GROUP_INDEX[f"kontanthjaelp_{adult}"]] += self._value(v, f"rule.{kind}_turn_30")

    def _education_season(self, v: Floats) -> Floats:
        """Return education's season by week of the year [G, 53], from months, mean 1."""
        # The month of each week's middle day in a year of 365 days; week 53 is the last days of December.
        month_of_day = np.repeat(np.arange(12), _DAYS_IN_MONTHS)
        middle = np.minimum(np.arange(len(WEEK_NAMES)) * 7 + 3, 364)
        weeks = v[self._months][month_of_day[middle]]
        if weeks.sum() <= 0:
            parameter = "season_education_month.uddannelseshjaelp"
            raise bad_parameter("parameters.error.season", parameter=parameter)
        weeks = weeks / weeks[:52].mean()
        out = np.ones((N_GROUPS, len(WEEK_NAMES)))
        for kind in ("uddannelsesparat", "aktivitetsparat"):
            out[GROUP_INDEX[f"uddannelseshjaelp_{kind}"]] = weeks
        return out

    def population(self, values: Floats) -> dict[str, float]:
        """Return persons aged 16-66 and 18-29, and shares of the former by origin (``danish`` ...)."""
        v = np.concatenate([np.asarray(values, dtype=np.float64), [1.0, 0.0]])
        people = float(v[self._need("population.people_16_66")])
        own = self.position.get("population.people_18_29")
        young = (
            float(v[own]) if own is not None else people * float(v[self._need("per_population.people_18_29")])
        )
        out = {"people_16_66": people, "people_18_29": young}
        out.update({o: float(s) for o, s in zip(ORIGINS, self._origin_shares(v), strict=True)})
        return out


def _lever_value(lever: EngineLever, value: Floats) -> Any:
    """Return a lever's baseline by target group, or as a plain number; whole weeks where the lever counts weeks."""
    rounded = np.round(value) if lever.engine.whole else value
    return rounded if lever.scope == "group" else float(rounded)


def _normalised(weights: Floats, where_empty: int) -> Floats:
    """Return rows that sum to 1; an empty row (a group without offers) has all its weight at ``where_empty``."""
    weights = weights.copy()
    weights[weights.sum(axis=1) <= 0, where_empty] = 1.0
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _reassessment_rate(others: Floats, share: float) -> float:
    """Return the weekly rate at which ``share`` of those who reach the first week leave to one place.

    ``others`` [weeks] are the competing weekly exits. Solved by bisection; at most what they leave room for.
    """

    def left(rate: float) -> float:
        """Return the share that has left after the last week."""
        stay, total = 1.0, 0.0
        for q in others:
            total += stay * rate
            stay *= 1.0 - q - rate
        return total

    low, high = 0.0, max(0.0, 1.0 - float(others.max(initial=0.0)))
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if left(middle) < share else (low, middle)
    return (low + high) / 2.0


def check_engine(engine: EngineParameters) -> None:
    """Check what must hold before any run: exits leave room for the largest ratio, stocks are positive.

    Raises BadParameter naming the first group that fails.
    """
    factor = engine.origin_factor.max(axis=1)[:, None]
    rest = engine.other + engine.transfer.sum(axis=1)
    education = engine.education * factor * engine.season_education.max(axis=1)[:, None]
    worst = engine.job * factor * engine.ratio_high + education + rest
    for g, group in enumerate(GROUPS):
        if worst[g].max() >= 1.0:
            week = int(worst[g].argmax())
            raise bad_parameter(
                "parameters.error.exits_too_large",
                group=group,
                week=week,
                value=round(float(worst[g].max()), 3),
            )
        if not (engine.stock[g] > 0).all():
            raise bad_parameter("parameters.error.stock", group=group)
    check_instead(engine)
    # Of each origin too: the engine shares the places out by use_factor and caps every segment.
    demand = engine.use_factor * engine.stock
    use = engine.firm_use
    limit = engine.firm_ceiling * (engine.stock * demand.sum(axis=1, keepdims=True) / demand).min(axis=1)
    for g, group in enumerate(GROUPS):
        if use[g] > limit[g] + 1e-9:
            raise bad_parameter(
                "parameters.error.firm_use",
                group=group,
                value=round(float(use[g]), 1),
                limit=round(float(limit[g]), 1),
            )


def check_instead(engine: EngineParameters) -> None:
    """Check that those who may not enter a closed group go elsewhere at most once. Raises BadParameter."""
    for g, group in enumerate(GROUPS):
        if engine.instead[g].sum() > 1.0 + 1e-9:
            raise bad_parameter(
                "parameters.error.shares", parameter=f"instead.{group}", value=float(engine.instead[g].sum())
            )


@lru_cache(maxsize=32)
def _array_builder(ids: tuple[str, ...], fallback_group: tuple[tuple[str, str], ...]) -> EngineArrayBuilder:
    """Return the builder of hashable arguments, made once."""
    return EngineArrayBuilder(ids, dict(fallback_group))


def array_builder(ids: Iterable[str], fallback_group: Mapping[str, str]) -> EngineArrayBuilder:
    """Return the builder for a set of ids; kept, because all municipalities without a file share one."""
    return _array_builder(tuple(ids), tuple(sorted(fallback_group.items())))
