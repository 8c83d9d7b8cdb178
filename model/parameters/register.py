"""The register of all parameters as people look through it: areas, search in words, order, figures as they are read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from model.disclosure import COUNTS, Mask, is_small, suppress_parts, suppress_sums
from model.domain import GROUPS
from model.engine.levers import ENGINE_LEVERS
from model.language.catalogue import LANGUAGES, number, text
from model.language.search import finds, searchable
from model.parameters.ids import BENCHMARK_GROUPS
from model.parameters.labels import unit_name
from model.parameters.sourced_value import Parameter, Quality, SourcedValue

Order = Literal["area", "quality", "range"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)

# Where a parameter belongs, by the first part of its id, in the order in which the areas are listed. The
# levers' baselines are in the order of levers.yaml.
AREAS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "people": (
            "benchmark",
            "stock",
            "split",
            "population",
            "population_share",
            "per_population",
            "overrepresentation",
        ),
        "exits": ("exit", "rule", "origin_factor", "instead"),
        "returns": (
            "return_factor",
            "return_hazard_early",
            "return_hazard_later",
            "return_to_benefit_share",
            "pool_leave",
            "pool_stage_weeks_early",
            "pool_stage_weeks_later",
        ),
        "seasons": (
            "season_inflow",
            "season_education_month",
            "economy_inflow_sensitivity",
            "economy_job_sensitivity",
        ),
        "offers": (
            *(lever.field for lever in ENGINE_LEVERS),
            "firm_use",
            "firm_use_share",
            "firm_mix",
            "firm_ceiling",
            "other_mix",
            "use_factor",
            "max_start_share",
            "newcomer_weeks",
        ),
        "effects": (
            "hr_job_during",
            "hr_job_after",
            "hr_education_during",
            "hr_education_after",
            "hr_progression_during",
            "hr_progression_after",
            "offer_weeks",
            "effect_weeks",
            "return_ratio",
            "hr_meeting",
            "max_meetings",
            "hr_mentor_job",
            "hr_mentor_education",
            "hr_caseworker",
            "hr_partial_return",
            "hr_motivation",
            "motivation_weeks",
            "deadline_compliance",
            "hr_early",
            "early_weeks",
            "displacement",
            "displacement_contact",
            "displaced",
            "diminishing",
            "diminishing_floor",
            "ratio_low",
            "ratio_high",
        ),
        "money": ("budget",),
    }
)
_AREA_OF: Final = {table: area for area, tables in AREAS.items() for table in tables}
_RANK: Final = {table: i for i, table in enumerate(_AREA_OF)}
_SIGNIFICANT: Final = 4
_SIGNIFICANT_IN_FILES: Final = 9


# Published as they stand: the benchmark and the population.
_PUBLISHED: Final = ("benchmark", "population")


def suppressed_counts(*registers: Iterable[tuple[str, SourcedValue]]) -> frozenset[str]:
    """Return the ids of counts of persons that are not shown, in one register or several side by side.

    Target groups add up to the published benchmark and to the municipality, places in firms to all of them. An
    assumption of places is no count of persons: it is shown, unless an observed count could be worked out from it.
    """
    values = [dict(register) for register in registers]
    ids = {i for v in values for i, value in v.items() if value.unit in COUNTS}
    stocks = [f"stock.{group}" for group in GROUPS]
    places = sorted(i for i in ids if i.startswith("firm_use."))
    suppressed = {
        i
        for i in ids.difference(stocks, places)
        if i.partition(".")[0] not in _PUBLISHED and any(i in v and _is_secret(v[i]) for v in values)
    }

    def of(v: Mapping[str, SourcedValue], names: Sequence[str]) -> list[float]:
        """Return the values of those names; 0 where the register has none."""
        return [max(v[i].value, 0.0) if i in v else 0.0 for i in names]

    mask = suppressed_stocks(*(np.array(of(v, stocks)) for v in values))
    suppressed |= {i for i, is_suppressed in zip(stocks, mask, strict=True) if is_suppressed}
    secret = _secret_places(values, places, suppressed)
    if secret:
        suppressed |= secret
        mask = suppress_parts(*(np.array(of(v, places)) for v in values))
        suppressed |= {i for i, is_suppressed in zip(places, mask, strict=True) if is_suppressed}
    return frozenset(suppressed)


def _is_observed(value: SourcedValue) -> bool:
    """Return whether a number is counted or worked out from what is, and not assumed."""
    return value.quality != "assumption"


def _is_secret(value: SourcedValue) -> bool:
    """Return whether a count is about persons that one could know."""
    return _is_observed(value) and is_small(value.value)


def _secret_places(
    registers: Sequence[Mapping[str, SourcedValue]], places: Sequence[str], suppressed: AbstractSet[str]
) -> set[str]:
    """Return the places in firms that are secret: observed and few, or a share of an observed stock that is hidden."""

    def is_secret(register: Mapping[str, SourcedValue], place: str) -> bool:
        """Return whether places are secret in one register."""
        stock = f"stock.{place.partition('.')[2]}"
        of_hidden = stock in suppressed and stock in register and _is_observed(register[stock])
        return place in register and (_is_secret(register[place]) or of_hidden)

    return {place for place in places if any(is_secret(register, place) for register in registers)}


def suppressed_stocks(*runs: NDArray[np.float64], also: Mask | None = None) -> Mask:
    """Return which target groups' persons are not shown [G], for one or more runs [G] side by side.

    The groups add up to the published benchmark's benefits and to the municipality. ``also``: what is hidden already.
    """
    n, whole, end = len(GROUPS), 0, 1
    family = {g: n for n, groups in enumerate(BENCHMARK_GROUPS.values(), 2) for g in groups}
    arcs = [(family.get(group, whole), end) for group in GROUPS]
    arcs += [(whole, n) for n in range(2, 2 + len(BENCHMARK_GROUPS))] + [(end, whole)]
    members = [[GROUPS.index(g) for g in groups] for groups in BENCHMARK_GROUPS.values()]
    values = [[*counts, *(counts[m].sum() for m in members), counts.sum()] for counts in runs]
    before = None if also is None else np.concatenate([also, np.zeros(len(arcs) - n, dtype=np.bool_)])
    return suppress_sums(arcs, np.array(values), sums=range(n, len(arcs)), also=before)[:n]


def suppressed_of(*registers: Iterable[Parameter]) -> frozenset[str]:
    """Return :func:`suppressed_counts` of whole registers."""
    return suppressed_counts(*([(p.id, p.value) for p in register] for register in registers))


def area_of(parameter: str) -> str:
    """Return the area of a parameter's id. Raises KeyError for a table that belongs nowhere."""
    return _AREA_OF[parameter.split(".")[0]]


def looked_up(
    register: Sequence[Parameter],
    words: str = "",
    *,
    area: str | None = None,
    quality: str | None = None,
    order: Order = "area",
) -> tuple[Parameter, ...]:
    """Return the parameters that hold every word, in one area and of one quality, in order.

    ``order``: by area, by quality (the best known first), or by range (the least certain first: the width of
    the range beside the value).
    """
    chosen = [
        p
        for p in register
        if (area is None or area_of(p.id) == area)
        and (quality is None or p.value.quality == quality)
        and finds(words, _words_of(p))
    ]
    if order == "quality":
        chosen.sort(key=lambda p: (QUALITIES.index(p.value.quality), _place(p)))
    elif order == "range":
        chosen.sort(key=lambda p: (-_width(p), _place(p)))
    else:
        chosen.sort(key=_place)
    return tuple(chosen)


def _place(parameter: Parameter) -> int:
    """Return where the parameter's area stands among the areas."""
    # Within a table as the register has them: groups and kinds in their own order.
    return _RANK[parameter.id.split(".")[0]]


def _width(parameter: Parameter) -> float:
    """Return the width of the range beside the value; below zero where there is none."""
    value = parameter.value
    if value.low is None or value.high is None:
        return -1.0
    if value.value:
        return (value.high - value.low) / abs(value.value)
    return math.inf if value.high > value.low else 0.0


@lru_cache(maxsize=8192)
def _search_text(parameter_id: str, labels: tuple[str, ...], sources: tuple[str, ...]) -> str:
    """Return what a parameter is searched by."""
    return searchable(parameter_id, *labels, *sources)


def _words_of(parameter: Parameter) -> str:
    """Return what a parameter is searched by, in both languages."""
    note = parameter.value.note
    notes = (note.da, note.en) if note is not None else ()
    return _search_text(
        parameter.id,
        tuple(parameter.label(language) for language in LANGUAGES),
        (parameter.value.source, parameter.source_da, *notes),
    )


@dataclass(frozen=True)
class Shown:
    """One parameter as texts."""

    id: str
    name: str
    area: str
    value: str
    range: str  # "" where there is none
    unit: str
    quality: str
    as_of: str
    source: str
    note: str


def shown(parameter: Parameter, language: str, *, in_full: bool = False, suppressed: bool = False) -> Shown:
    """Return a parameter in words, with four significant digits (nine ``in_full``), or ``suppressed``."""
    value = parameter.value
    digits = _SIGNIFICANT_IN_FILES if in_full else _SIGNIFICANT
    ends = ""
    if not suppressed and value.low is not None and value.high is not None:
        low, high = figure(value.low, language, digits), figure(value.high, language, digits)
        ends = text("parameters.range", language, low=low, high=high)
    return Shown(
        id=parameter.id,
        name=parameter.label(language),
        area=text(f"parameters.area.{area_of(parameter.id)}", language),
        value=not_shown(language) if suppressed else figure(value.value, language, digits),
        range=ends,
        unit=unit_name(value.unit, language),
        quality=text(f"domain.quality.{value.quality}", language),
        as_of=value.as_of,
        source=parameter.source(language),
        note=value.note.text(language) if value.note is not None else "",
    )


def not_shown(language: str) -> str:
    """Return the mark of a hidden count."""
    return text("disclosure.not_shown", language)


def figure(value: float, language: str, digits: int = _SIGNIFICANT) -> str:
    """Return a number with at most so many significant digits, and no zeros that say nothing."""
    exponent = Decimal(f"{value:.{digits}g}").normalize().as_tuple().exponent
    return number(value, language, max(0, -int(exponent)))


def sources(register: Iterable[Parameter], language: str) -> tuple[tuple[str, int], ...]:
    """Return each source and how many numbers of its own rest on it, the weightiest first."""
    count: dict[str, int] = {}
    for parameter in register:
        if not parameter.follows and not parameter.computed:
            source = parameter.source(language)
            count[source] = count.get(source, 0) + 1
    return tuple(sorted(count.items(), key=lambda pair: (-pair[1], pair[0])))
