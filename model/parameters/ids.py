"""Say which parameters exist: the tables of ids, the parts an id may have and the bounds of its values.

A parameter has an id, ``table.group.kind`` or the like; a few are a single word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from model.domain import (
    DURATION_CLASSES,
    EXITS,
    FIRM_KINDS,
    GROUPS,
    KINDS,
    N_DURATIONS,
    OFFER_GROUPS,
    ORIGINS,
    OTHER_KINDS,
)
from model.engine.levers import GROUP_LEVERS, MUNICIPAL_LEVERS
from model.files.problems import suggestion
from model.language.messages import LocalizedError, Message, Phrase, joined

ALL: Final = "all"
_BOUNDS = [*DURATION_CLASSES, N_DURATIONS]
# Names of the seven classes in ids: w0_4, w5_13, ..., w104.
CLASS_NAMES: Final = tuple(
    f"w{low}" if low == DURATION_CLASSES[-1] else f"w{low}_{high - 1}" for low, high in pairwise(_BOUNDS)
)
MONTH_NAMES: Final = tuple(f"m{m:02d}" for m in range(1, 13))
WEEK_NAMES: Final = tuple(f"w{w:02d}" for w in range(53))
BENCHMARK_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "dagpenge": ("dagpenge",),
    "sygedagpenge": ("sygedagpenge", "jobafklaring"),
    "kontanthjaelp": (
        "kontanthjaelp_jobparat",
        "kontanthjaelp_aktivitetsparat",
        "uddannelseshjaelp_uddannelsesparat",
        "uddannelseshjaelp_aktivitetsparat",
        "sho",
        "ressourceforloeb",
        "ledighedsydelse",
        "revalidering",
    ),
}
OUTSIDE_BENCHMARK: Final = ("fleksjob", "foertidspension")
PROGRESSIONS: Final = (
    ("kontanthjaelp_aktivitetsparat", "kontanthjaelp_jobparat"),
    ("uddannelseshjaelp_aktivitetsparat", "uddannelseshjaelp_uddannelsesparat"),
)
EDUCATION_KINDS: Final = ("course", "education")
SCALARS: Final[Mapping[str, tuple[float, float]]] = {
    "displacement": (0.0, 0.95),
    "displacement_contact": (0.0, 0.95),
    "diminishing": (0.0, 2.0),
    "diminishing_floor": (0.0001, 1.0),
    "early_weeks": (1.0, 104.0),
    "motivation_weeks": (1.0, 104.0),
    "deadline_compliance": (0.0, 1.0),
    "newcomer_weeks": (1.0, 104.0),
    "max_meetings": (0.5, 26.0),
    "ratio_low": (0.0, 1.0),
    "ratio_high": (1.0, 10.0),
    "max_start_share": (0.01, 1.0),
    "return_hazard_early": (0.0, 0.5),
    "return_hazard_later": (0.0, 0.5),
    "return_to_benefit_share": (0.0, 1.0),
    "pool_leave": (0.0, 0.5),
    "pool_stage_weeks_early": (1.0, 104.0),
    "pool_stage_weeks_later": (1.0, 208.0),
    **{
        lever.id: (lever.engine.low, lever.engine.high)
        for lever in MUNICIPAL_LEVERS
        if lever.engine.low is not None and lever.engine.high is not None
    },
}
RULES: Final[Mapping[str, tuple[float, float]]] = {
    "sygedagpenge_reassessment_week": (0.0, 104.0),
    "sygedagpenge_reassessment_length": (1.0, 52.0),
    "sygedagpenge_reassessment_share": (0.0, 0.95),
    "sygedagpenge_later_reassessment": (0.0, 0.5),
    "dagpenge_expiry": (0.0, 0.9),
    "dagpenge_expiry_to_kontanthjaelp_share": (0.0, 1.0),
    "uddannelsesparat_turn_30": (0.0, 0.2),
    "aktivitetsparat_turn_30": (0.0, 0.2),
}


@dataclass(frozen=True)
class Table:
    """Allowed parts of the ids of one table, in order, and the bounds of its values."""

    axes: tuple[tuple[str, ...], ...]
    low: float
    high: float
    optional_last: bool = False
    uses_fallback_group: bool = False


_OFFER_OR_ALL = (ALL, *OFFER_GROUPS)
_GROUP_OR_ALL = (ALL, *GROUPS)


def _effects() -> dict[str, Table]:
    """Return the tables of offers' and other levers' effects."""
    out = {
        f"hr_{exit_kind}_{when}": Table((_OFFER_OR_ALL, KINDS), 0.0, 10.0, uses_fallback_group=True)
        for exit_kind in ("job", "education", "progression")
        for when in ("during", "after")
    }
    for name in ("offer_weeks", "effect_weeks"):
        out[name] = Table((_OFFER_OR_ALL, KINDS), 1.0, 520.0, uses_fallback_group=True)
    out["return_ratio"] = Table((_OFFER_OR_ALL, KINDS), 0.0, 1.0, uses_fallback_group=True)
    for name in ("hr_meeting", "hr_mentor_job", "hr_mentor_education", "hr_caseworker"):
        out[name] = Table((_OFFER_OR_ALL,), 0.1, 10.0, uses_fallback_group=True)
    for name in ("hr_partial_return", "hr_motivation", "hr_early"):
        out[name] = Table((OFFER_GROUPS,), 0.1, 10.0)
    return out


def _lever_tables() -> dict[str, Table]:
    """Return the tables of baseline values of the levers that differ by target group."""
    out = {}
    for lever in GROUP_LEVERS:
        column = lever.engine
        if column.low is not None and column.high is not None:
            groups = _OFFER_OR_ALL if column.row_for_all else OFFER_GROUPS
            out[lever.id] = Table((groups,), column.low, column.high)
    return out


TABLES: Final[Mapping[str, Table]] = {
    **_effects(),
    "displaced": Table((_GROUP_OR_ALL,), 0.0, 1.0),
    "exit": Table((GROUPS, EXITS, CLASS_NAMES), 0.0, 0.9, optional_last=True),
    "origin_factor": Table((_GROUP_OR_ALL, ORIGINS), 0.01, 5.0),
    "return_factor": Table((_GROUP_OR_ALL,), 0.0, 2.0),
    "season_inflow": Table((GROUPS, WEEK_NAMES), 0.0, 20.0),
    "season_education_month": Table((("uddannelseshjaelp",), MONTH_NAMES), 0.0, 20.0),
    "economy_inflow_sensitivity": Table((GROUPS,), -3.0, 3.0),
    "economy_job_sensitivity": Table((GROUPS,), -3.0, 3.0),
    "firm_mix": Table((OFFER_GROUPS, FIRM_KINDS), 0.0, 1e6),
    "other_mix": Table((OFFER_GROUPS, OTHER_KINDS), 0.0, 1e6),
    "use_factor": Table((_OFFER_OR_ALL, ORIGINS), 0.01, 10.0),
    "firm_ceiling": Table((_OFFER_OR_ALL,), 0.0, 1.0),
    **_lever_tables(),
    "split": Table((tuple(g for g in GROUPS if g not in (*OUTSIDE_BENCHMARK, "dagpenge")),), 0.0, 1e9),
    "per_population": Table((("fleksjob", "foertidspension", "people_18_29"),), 0.0, 1.0),
    "population": Table((("people_16_66", "people_18_29"),), 1.0, 1e8),
    "population_share": Table((ORIGINS[1:],), 0.0, 0.9),
    "overrepresentation": Table((GROUPS, ORIGINS[1:]), 0.0, 1e4),
    "firm_use_share": Table((OFFER_GROUPS,), 0.0, 1.0),
    "firm_use": Table((OFFER_GROUPS,), 0.0, 1e7),
    "stock": Table((GROUPS, ORIGINS), 0.0, 1e8, optional_last=True),
    # Of those who would enter a closed target group, the shares that go to others instead; the rest stay.
    "instead": Table((GROUPS, GROUPS), 0.0, 1.0),
    "benchmark": Table((tuple(BENCHMARK_GROUPS),), 0.0, 1e8),
    "rule": Table((tuple(RULES),), 0.0, 104.0),
}


class UnknownParameter(LocalizedError, LookupError):
    """An override or a rule names a parameter that does not exist; the message offers the nearest of ``known``."""

    def __init__(self, parameter: str, known: Iterable[str]) -> None:
        self.parameter = parameter
        message = Message("parameters.error.unknown", parameter=parameter)
        nearest = Phrase(suggestion, parameter, tuple(known), most=0)
        super().__init__(Phrase(joined, [message, nearest], separator=""))


class BadParameter(LocalizedError):
    """Values that the engine cannot run on; says which and why."""


def bad_parameter(key: str, **values: object) -> BadParameter:
    """Return the error with the text of ``key``."""
    return BadParameter(Message(key, **values))


def id_fault(parameter: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the part of an id that is unknown and what could stand there, or None for a legal id."""
    parts = parameter.split(".")
    if len(parts) == 1:
        return None if parameter in SCALARS else (parameter, tuple(SCALARS))
    table = TABLES.get(parts[0])
    if table is None:
        return parts[0], tuple(TABLES)
    axes = table.axes
    if table.optional_last and len(parts) - 1 == len(axes) - 1:
        axes = axes[:-1]
    if len(parts) - 1 != len(axes):
        return parameter, ()
    for part, axis in zip(parts[1:], axes, strict=True):
        if part not in axis:
            return part, axis
    if parts[0] == "exit" and parts[1] == parts[2]:
        return parts[2], tuple(e for e in EXITS if e != parts[1])
    return None


def is_parameter(parameter: str) -> bool:
    """Return whether an id can exist at all (it need not have a row)."""
    return id_fault(parameter) is None


def bounds_of(parameter: str) -> tuple[float, float]:
    """Return the lowest and the highest value that a parameter may have. Raises KeyError for an unknown id."""
    head, _, rest = parameter.partition(".")
    if not rest:
        return SCALARS[parameter]
    if head == "rule":
        return RULES[rest]
    return TABLES[head].low, TABLES[head].high


def check_bounds(parameter: str, value: float) -> None:
    """Raise BadParameter where a value is no number or outside what its table allows."""
    low, high = bounds_of(parameter)
    if not (math.isfinite(value) and low <= value <= high):
        raise bad_parameter("parameters.error.bounds", parameter=parameter, value=value, low=low, high=high)
