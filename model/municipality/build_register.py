"""Build the register of a municipality: every number with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import product
from typing import Final

from model.domain import GROUP_INDEX, GROUPS, OFFER_GROUPS
from model.engine.parameters import EngineParameters
from model.language.messages import Message, Text
from model.municipality.municipality_list import benchmark_rows
from model.parameters.build_arrays import EngineArrayBuilder, array_builder
from model.parameters.files import ParameterFile
from model.parameters.ids import ALL, BENCHMARK_GROUPS, TABLES
from model.parameters.sourced_value import Parameter, SourcedValue

# The benchmark's names of our groups of benefits.
_BENCHMARK_NAMES: Final = {
    "dagpenge": "A-dagpenge mv.",
    "sygedagpenge": "Sygedagpenge mv.",
    "kontanthjaelp": "Kontanthjælp mv.",
}
_BENCHMARK_TOTAL: Final = "Ydelsesgrupper i alt"
_BENCHMARK_SOURCE: Final = "Jobindsats Y30R21, Beskæftigelsesministeriets benchmark, 2020QMAT04"
_PEOPLE_SOURCE: Final = (
    f"{_BENCHMARK_SOURCE}: full-time persons on all its benefits / their share of the 16-66-year-olds"
)
_USER_SOURCE: Final = "The user's own value"
_SUM_SOURCE: Final = "The sum of the target groups' firm places"
_EDUCATION_SOURCE: Final = "The shares of courses and of ordinary education together"
# Sources that the code names, in Danish.
DANISH_SOURCES: Final[Mapping[str, str]] = {
    _PEOPLE_SOURCE: f"{_BENCHMARK_SOURCE}: fuldtidspersoner på alle dens ydelser / deres andel af de 16-66-årige",
    _USER_SOURCE: "Brugerens egen værdi",
    _SUM_SOURCE: "Summen af målgruppernes virksomhedspladser",
    _EDUCATION_SOURCE: "Andelene for kurser og ordinær uddannelse lagt sammen",
}


def benchmark_values(name: str) -> dict[str, SourcedValue]:
    """Return what the ministry's benchmark says of a municipality by name: persons on benefits, and population."""
    rows = benchmark_rows()[name]
    values = {
        f"benchmark.{group}": SourcedValue(
            value=float(rows[label]["actual_fte"]),
            unit="full-time persons",
            as_of="2020",
            source=_BENCHMARK_SOURCE,
            quality="statistic",
        )
        for group, label in _BENCHMARK_NAMES.items()
    }
    row = rows[_BENCHMARK_TOTAL]
    people = float(row["actual_fte"]) / float(row["actual_pct"]) * 100
    # The percentage has two decimals and the count is rounded to tens; the rounding gives the range. The total is the
    # largest count, and so the least rounded: from dagpenge alone Samsø would be 9 per cent too small.
    half = 0.005 / float(row["actual_pct"]) + 5.0 / float(row["actual_fte"])
    values["population.people_16_66"] = SourcedValue(
        value=people,
        low=people * (1 - half),
        high=people * (1 + half),
        unit="persons",
        as_of="2020",
        source=_PEOPLE_SOURCE,
        quality="derived",
    )
    return values


def value_before_override(
    parameter: str, sourced: Mapping[str, SourcedValue], national: ParameterFile
) -> SourcedValue:
    """Return what an overridden cell without a row was before: the value it took from another cell, or zero."""
    table, *parts = parameter.split(".")
    builder = array_builder(sourced, national.fallback_group)
    origin = builder.resolve(table, *parts) if table in TABLES else None
    if origin is None and table == "exit" and len(parts) == 3:
        origin = ".".join((table, *parts[:2]))
    if origin is not None and origin in sourced:
        return sourced[origin]
    unit = next((v.unit for k, v in sourced.items() if k.startswith(f"{table}.")), "number")
    return SourcedValue(value=0.0, unit=unit, as_of="2020", source=_USER_SOURCE, quality="derived")


def with_value(sourced: SourcedValue, value: float, by_set: str | None) -> SourcedValue:
    """Return a number with its value replaced by a set of assumptions (named) or by the user, and a note on it."""
    if value == sourced.value:
        return sourced
    before = f"{sourced.value:g}"
    note = (
        Message("parameters.note.by_set", name=by_set, value=before)
        if by_set is not None
        else Message("parameters.note.by_user", value=before)
    )
    low = min(value, sourced.value if sourced.low is None else sourced.low)
    high = max(value, sourced.value if sourced.high is None else sourced.high)
    return sourced.model_copy(
        update={
            "value": value,
            "low": low,
            "high": high,
            "quality": "assumption",
            "note": _fixed_text(note),
        }
    )


def build_register(
    shown: Mapping[str, SourcedValue],
    builder: EngineArrayBuilder,
    engine: EngineParameters,
    budget: AbstractSet[str],
    danish_sources: Mapping[str, str],
) -> tuple[Parameter, ...]:
    """Return every number: those with a row, cells that take another's value, and figures computed from them.

    Arguments: ``shown`` the rows by parameter id; ``budget`` the ids among them that are prices, which come last;
    ``danish_sources`` the Danish of sources that are given in English.
    """
    register = [Parameter(k, v) for k, v in shown.items() if k not in budget]
    for table, parts in _cells():
        origin = builder.resolve(table, *parts)
        cell = ".".join((table, *parts))
        if origin is not None and origin != cell:
            register.append(Parameter(cell, _borrowed(shown[origin], origin), follows=origin))
    register += _computed_stocks(shown, engine)
    register += _computed_firm_use(shown, engine)
    register += _computed_education(engine)
    register.append(_computed_firm_places(engine))
    register += [Parameter(k, v) for k, v in shown.items() if k in budget]
    return tuple(_with_danish_source(parameter, danish_sources) for parameter in register)


def _cells() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield table and names of the cells that may take their value from another cell."""
    for table, spec in TABLES.items():
        if ALL in spec.axes[0]:
            groups = tuple(group for group in spec.axes[0] if group != ALL)
            yield from ((table, parts) for parts in product(groups, *spec.axes[1:]))


def _with_danish_source(parameter: Parameter, danish_sources: Mapping[str, str]) -> Parameter:
    """Return a number of the register with the Danish of its source, where that is known."""
    danish = danish_sources.get(parameter.value.source, "")
    return replace(parameter, source_da=danish) if danish else parameter


def _borrowed(value: SourcedValue, origin: str) -> SourcedValue:
    """Return the value of a cell as another cell takes it, with a note that says where from."""
    note = Message("parameters.note.nearest", parameter=origin)
    text = _fixed_text(note)
    if value.note is not None:
        text = Text(da=f"{text.da} {value.note.da}", en=f"{text.en} {value.note.en}")
    update: dict[str, object] = {"note": text, "label": None}
    if value.low is not None:
        update["quality"] = "assumption"
    return value.model_copy(update=update)


def _computed_stocks(shown: Mapping[str, SourcedValue], engine: EngineParameters) -> Iterator[Parameter]:
    """Yield the stock of each target group that has no row: a part of the benchmark's, or of the population."""
    totals = engine.stock.sum(axis=1)
    benchmark_of = {g: name for name, groups in BENCHMARK_GROUPS.items() for g in groups}
    for g, group in enumerate(GROUPS):
        if f"stock.{group}" in shown:
            continue
        if group == "dagpenge":
            yield Parameter("stock.dagpenge", shown["benchmark.dagpenge"], follows="benchmark.dagpenge")
            continue
        value = float(totals[g])
        base = shown[f"split.{group}" if benchmark_of.get(group) else f"per_population.{group}"]
        scale = value / base.value if base.value else 0.0
        yield Parameter(f"stock.{group}", _scaled(base, value, scale, "full-time persons"), computed=True)


def _computed_firm_use(shown: Mapping[str, SourcedValue], engine: EngineParameters) -> Iterator[Parameter]:
    """Yield the firm places in use of each target group for which only their share of the stock has a row."""
    totals = engine.stock.sum(axis=1)
    for group in OFFER_GROUPS:
        if f"firm_use.{group}" not in shown and f"firm_use_share.{group}" in shown:
            value = float(engine.firm_use[GROUP_INDEX[group]])
            base = shown[f"firm_use_share.{group}"]
            scale = float(totals[GROUP_INDEX[group]])
            yield Parameter(
                f"firm_use.{group}", _scaled(base, value, scale, "full-time places"), computed=True
            )


def _computed_education(engine: EngineParameters) -> Iterator[Parameter]:
    """Yield each target group's share of education among offers outside firms."""
    note = _fixed_text(Message("parameters.note.computed"))
    for group in OFFER_GROUPS:
        share = SourcedValue(
            value=float(engine.education_share[GROUP_INDEX[group]]),
            unit="share of offers outside firms",
            as_of="2020",
            source=_EDUCATION_SOURCE,
            quality="derived",
            note=note,
        )
        yield Parameter(f"education_share.{group}", share, computed=True)


def _computed_firm_places(engine: EngineParameters) -> Parameter:
    """Return the firm places of all target groups together."""
    places = SourcedValue(
        value=engine.firm_places,
        unit="full-time places",
        as_of="2013-2014",
        source=_SUM_SOURCE,
        quality="derived",
        note=_fixed_text(Message("parameters.note.computed")),
    )
    return Parameter("firm_places", places, computed=True)


def _scaled(base: SourcedValue, value: float, scale: float, unit: str) -> SourcedValue:
    """Return ``value`` with the range of ``base`` times ``scale``, in another unit."""
    low = value if base.low is None else min(value, base.low * scale)
    high = value if base.high is None else max(value, base.high * scale)
    return base.model_copy(update={"value": value, "low": low, "high": high, "unit": unit, "label": None})


def _fixed_text(message: Message) -> Text:
    """Return a message rendered in both languages, as data files hold texts."""
    return Text(da=message.da, en=message.en)
