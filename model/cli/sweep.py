"""``sweep``: a scenario at many values of one or two levers, as a table, as CSV and for machines."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Final

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    Session,
    WrongUse,
    existing,
    hidden_keys,
    hidden_note,
    place_to_write,
    plain,
    plain_value,
    row,
)
from model.cli.run import input_hash
from model.domain import MODEL_VERSION
from model.files.problems import shown
from model.language.catalogue import long_date, number, text

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality
    from model.seek.sweep import Axis, Point, Sweep

_NAME: Final = 26
_CELL: Final = 10
_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it spreadsheets misread Danish letters


def sweep_command(session: Session) -> int:
    """The scenario at every point of one or two axes."""
    from model.files.atomic_write import write_whole
    from model.scenario.files import load_scenario
    from model.scenario.scenario import municipality_of
    from model.seek.sweep import CannotSweep, as_csv, axis, sweep

    path = existing(session.options.file, session)
    scenario = load_scenario(path)
    table = None if session.options.csv is None else place_to_write(session.options.csv, session, path)
    session.progress("preparing")
    municipality = municipality_of(scenario)
    try:
        axes = [axis(asked, municipality) for asked in session.options.over]
        with _executor(session) as executor:
            found = sweep(
                municipality,
                scenario,
                axes,
                executor=executor,
                progress=lambda done, total: session.progress("sweep.running", done=done, total=total),
            )
    except CannotSweep as error:
        raise WrongUse(error.text(session.language)) from None
    if table is not None:
        write_whole(table, (_BOM + as_csv(found, session.language)).encode())
    if session.json:
        session.answer(_as_plain(found, municipality))
    else:
        session.say(*_as_text(found, municipality, session.language))
        if table is not None:
            session.say("", session.text("sweep.saved", file=table))
    return GOOD


@contextlib.contextmanager
def _executor(session: Session) -> Iterator[Executor | None]:
    """The Dask cluster's executor where one is asked for. Raises WrongUse."""
    address = session.options.dask
    if address is None:
        yield None
        return
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise WrongUse(session.text("error.no_dask")) from None
    try:
        client = distributed.Client(address)
    except (OSError, ValueError) as error:
        raise WrongUse(session.text("error.dask", address=shown(address), why=shown(error))) from None
    with client:
        yield client.get_executor()


def _as_text(found: Sweep, municipality: Municipality, language: str) -> Iterable[str]:
    """One line per point: the levers, each goal's key indicator, persons and money."""
    yield text("cli.run.heading", language, name=found.scenario.name, municipality=municipality.name)
    yield text("cli.sweep.how", language)
    keys = [(f"{goal.id}.{goal.key.id}", goal.key) for goal in found.goals]
    names = [
        *(_axis_name(axis, found, language) for axis in found.axes),
        *(f"{goal.title.get(language)}: {goal.key.title.get(language)}" for goal in found.goals),
        text("cli.sweep.persons", language),
        text("cli.sweep.net", language),
    ]
    yield ""
    for i, name in enumerate(names):
        yield text("cli.sweep.column", language, n=i + 1, name=name)
    yield ""
    columns = [f"[{i + 1}]" for i in range(len(names))]
    yield row("", columns, name_width=_NAME, column_width=_CELL)

    def line(name: str, point: Point, values: list[str]) -> str:
        cells = [
            *values,
            *(
                text("small_numbers.not_shown", language)
                if key in point.hidden
                else number(point.indicators[key], language, indicator.decimals)
                for key, indicator in keys
            ),
            number(point.persons, language),
            number(point.net_total / MILLION, language, MONEY_DECIMALS, signed=True),
        ]
        return row(name, cells, name_width=_NAME, column_width=_CELL)

    yield line(text("cli.sweep.baseline", language), found.baseline, [""] * len(found.axes))
    for point in found.points:
        yield line("", point, [_value(value, language) for value in point.values])
    if any(key in point.hidden for point in (found.baseline, *found.points) for key, _ in keys):
        yield ""
        yield hidden_note(language)


def _axis_name(axis: Axis, found: Sweep, language: str) -> str:
    """The lever and the date from which it takes the values."""
    last = found.scenario.change_of(axis.lever, axis.group)
    date = found.scenario.start if last is None else last.from_
    return text("cli.sweep.axis", language, name=axis.name(language), date=long_date(date, language))


def _value(value: float, language: str) -> str:
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return number(value, language, decimals)


def _as_plain(found: Sweep, municipality: Municipality) -> dict[str, Any]:
    """The object that ``sweep --json`` answers."""
    return {
        "scenario": found.scenario.name,
        "municipality": municipality.id,
        "model_version": MODEL_VERSION,
        "input_sha256": input_hash(found.scenario, municipality.key),
        "axes": [{"lever": a.lever, "group": a.group, "values": plain(a.values)} for a in found.axes],
        "years": list(found.years),
        "baseline": _plain_point(found.baseline),
        "points": [_plain_point(point) for point in found.points],
    }


def _plain_point(point: Point) -> dict[str, Any]:
    return {
        "values": plain(point.values),
        "indicators": {key: plain_value(value) for key, value in point.shown.items()},
        **hidden_keys(point.hidden),
        "persons_on_support": plain_value(point.persons),
        "net_difference_dkk": plain(point.net),
        "net_difference_dkk_total": plain_value(point.net_total),
    }
