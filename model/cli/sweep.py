"""``sweep``: a scenario at many values of one or two levers, as a table, as CSV and for machines."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any, Final

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    CommandContext,
    WrongUse,
    existing,
    json_number,
    json_numbers,
    place_to_write,
    row,
    scenario_of,
    suppressed_keys,
    suppressed_note,
)
from model.domain import MODEL_VERSION
from model.files.atomic_write import write_atomically
from model.files.problems import sanitised
from model.language.catalogue import long_date, number, text
from model.municipality.municipality import Municipality
from model.scenario.files import input_hash
from model.scenario.scenario import municipality_of
from model.seek.sweep import CannotSweep, Sweep, SweepAxis, SweepPoint, as_csv, axis, sweep

_NAME: Final = 26
_CELL: Final = 10
_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it spreadsheets misread Danish letters


def sweep_command(context: CommandContext) -> int:
    """Run the scenario at every point of one or two axes."""
    path = existing(context.options.file, context)
    scenario = scenario_of(path, context)
    table = None if context.options.csv is None else place_to_write(context.options.csv, context, path)
    context.progress("preparing")
    municipality = municipality_of(scenario)
    try:
        axes = [axis(text_of_axis, municipality) for text_of_axis in context.options.over]
        with _executor(context) as executor:
            result = sweep(
                municipality,
                scenario,
                axes,
                executor=executor,
                progress=lambda done, total: context.progress("sweep.running", done=done, total=total),
            )
    except CannotSweep as error:
        raise WrongUse(error.text(context.language)) from None
    if table is not None:
        write_atomically(table, (_BOM + as_csv(result, context.language)).encode())
    if context.json:
        context.emit_json(_to_jsonable(result, municipality))
    else:
        context.print(*_as_text(result, municipality, context.language))
        if table is not None:
            context.print("", context.text("sweep.saved", file=table))
    return GOOD


@contextlib.contextmanager
def _executor(context: CommandContext) -> Iterator[Executor | None]:
    """Yield the Dask cluster's executor where one is asked for. Raises WrongUse."""
    address = context.options.dask
    if address is None:
        yield None
        return
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise WrongUse(context.text("error.no_dask")) from None
    try:
        client = distributed.Client(address)
    except (OSError, ValueError) as error:
        raise WrongUse(context.text("error.dask", address=sanitised(address), why=sanitised(error))) from None
    with client:
        yield client.get_executor()


def _as_text(result: Sweep, municipality: Municipality, language: str) -> Iterable[str]:
    """Yield one line per point: the levers, each goal's key indicator, persons and money."""
    yield text(
        "cli.run.heading", language, name=result.scenario.name, municipality=municipality.label(language)
    )
    yield text("cli.sweep.how", language)
    keys = [(f"{goal.id}.{goal.key.id}", goal.key) for goal in result.goals]
    names = [
        *(_axis_name(axis, result, language) for axis in result.axes),
        *(f"{goal.title.text(language)}: {goal.key.title.text(language)}" for goal in result.goals),
        text("cli.sweep.persons", language),
        text("cli.sweep.net", language),
    ]
    yield ""
    for i, name in enumerate(names):
        yield text("cli.sweep.column", language, n=i + 1, name=name)
    yield ""
    columns = [f"[{i + 1}]" for i in range(len(names))]
    yield row("", columns, name_width=_NAME, column_width=_CELL)

    def line(name: str, point: SweepPoint, values: list[str]) -> str:
        """Return the line of one point."""
        cells = [
            *values,
            *(
                text("disclosure.not_shown", language)
                if key in point.suppressed
                else number(point.indicators[key], language, indicator.decimals)
                for key, indicator in keys
            ),
            number(point.persons, language),
            number(point.net_total / MILLION, language, MONEY_DECIMALS, signed=True),
        ]
        return row(name, cells, name_width=_NAME, column_width=_CELL)

    yield line(text("cli.sweep.baseline", language), result.baseline, [""] * len(result.axes))
    for point in result.points:
        yield line("", point, [_value(value, language) for value in point.values])
    if any(key in point.suppressed for point in (result.baseline, *result.points) for key, _ in keys):
        yield ""
        yield suppressed_note(language)


def _axis_name(axis: SweepAxis, result: Sweep, language: str) -> str:
    """Name a lever and the date from which it takes the values."""
    last = result.scenario.change_of(axis.lever, axis.group)
    date = result.scenario.start if last is None else last.from_
    return text("cli.sweep.axis", language, name=axis.name(language), date=long_date(date, language))


def _value(value: float, language: str) -> str:
    """Format a lever's value with as many decimals as it has, at most four."""
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return number(value, language, decimals)


def _to_jsonable(result: Sweep, municipality: Municipality) -> dict[str, Any]:
    """Return the object that ``sweep --json`` answers."""
    return {
        "scenario": result.scenario.name,
        "municipality": municipality.id,
        "model_version": MODEL_VERSION,
        "input_sha256": input_hash(result.scenario, municipality.key),
        "axes": [{"lever": a.lever, "group": a.group, "values": json_numbers(a.values)} for a in result.axes],
        "years": list(result.years),
        "baseline": _json_point(result.baseline),
        "points": [_json_point(point) for point in result.points],
    }


def _json_point(point: SweepPoint) -> dict[str, Any]:
    """Return one point as JSON data."""
    return {
        "values": json_numbers(point.values),
        "indicators": {key: json_number(value) for key, value in point.shown.items()},
        **suppressed_keys(point.suppressed),
        "persons_on_support": json_number(point.persons),
        "net_difference_dkk": json_numbers(point.net),
        "net_difference_dkk_total": json_number(point.net_total),
    }
