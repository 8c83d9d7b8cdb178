"""Make a vintage and check it before anything is written: figures, rows, national sums, every municipality at rest.

``python -m model vintage`` calls :func:`make_vintage`; what is wrong is told all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from model.files.problems import FileProblem, Problem
from model.language.catalogue import long_date, number, percent
from model.language.messages import Localized, Message, Phrase
from model.municipality.build_vintage import (
    FIRST_UNTIL,
    KONTANTHJAELP_REFORM,
    MONTHS_A_YEAR,
    SYSTEM,
    VintageRow,
    build_first_rows,
    build_rows,
    latest_month,
)
from model.municipality.check_figures import faults_of_files, faults_of_months, gaps
from model.municipality.figures import FIGURES_FOLDER, NATION, mean_of, monthly, months_of
from model.municipality.municipality import municipality_on
from model.municipality.municipality_list import MunicipalityInfo, municipalities
from model.municipality.vintages import (
    FIRST,
    VINTAGES_FOLDER,
    Vintage,
    VintageHead,
    as_written,
    assembled,
    read_head,
)
from model.parameters.ids import BadParameter, check_bounds, is_parameter
from model.parameters.sourced_value import SourcedValue

# How far a sum of the municipalities may be from the nation's row.
TOLERANCE: Final = 0.01
_MOST_FAULTS: Final = 12

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class NationalSum:
    """What the municipalities add up to, beside the nation's own row; full-time persons."""

    what: str  # "dagpenge" or "kontanthjaelp"
    total: float
    published: float

    @property
    def difference(self) -> float:
        """Return how far the sum is from what is published, as a share of it."""
        return self.total / self.published - 1.0


@dataclass(frozen=True)
class MadeVintage:
    """A vintage that may be written: its rows, the last month, and what to tell about it."""

    vintage: Vintage
    rows: tuple[VintageRow, ...]
    until: str
    sums: tuple[NationalSum, ...]
    notes: tuple[Message, ...]


def make_vintage(
    name: str,
    until: str = "",
    figures: Path = FIGURES_FOLDER,
    heads: Path = VINTAGES_FOLDER,
) -> MadeVintage:
    """Return the vintage of a name, made of the figures in a folder and checked, all but :func:`check_at_rest`.

    Arguments: ``until`` its last month, "" for the latest; ``heads`` the folder with NAME.yaml. Raises FileProblem
    with all faults that were found.
    """
    is_first = name == FIRST
    head = read_head(name, heads)
    _stop_at(faults_of_files(figures, activation_only=is_first))
    until = FIRST_UNTIL if is_first else until or latest_month(figures)
    _stop_at(faults_of_months(figures, until, activation_only=is_first))
    rows = tuple(build_first_rows(figures) if is_first else build_rows(until, figures))
    _stop_at(faults_of_rows(rows, head))
    sums = () if is_first else national_sums(rows, until, figures)
    _stop_at(_fault_of_sum(one) for one in sums if not abs(one.difference) <= TOLERANCE)
    made = assembled(name, head, sourced_rows(rows, head), heads)
    notes = gaps(figures, until, activation_only=is_first)
    if not is_first and f"{head.start:%YM%m}" != until:
        start = Phrase(long_date, head.start)
        notes += (Message("vintage.note.start", file=f"{name}.yaml", start=start, month=until),)
    return MadeVintage(made, rows, until, sums, notes)


def _stop_at(faults: Iterable[Localized]) -> None:
    """Raise FileProblem where there is a fault."""
    found = list(faults)
    told = found[:_MOST_FAULTS]
    if len(found) > len(told):
        told.append(Message("vintage.fault.more", n=len(found) - len(told)))
    if told:
        raise FileProblem(Problem(0, 0, (), fault.da, fault.en) for fault in told)


def faults_of_rows(rows: Sequence[VintageRow], head: VintageHead) -> tuple[Message, ...]:
    """Return what is wrong with rows: a number, its range, its origin, or a municipality that others have more of."""
    faults = [fault for row in rows for fault in _faults_of_row(row, head)]
    by_municipality: dict[str, list[str]] = {info.id: [] for info in municipalities()}
    for row in rows:
        by_municipality.setdefault(row.municipality, []).append(row.parameter)
    everything = sorted({row.parameter for row in rows})
    for municipality, own in by_municipality.items():
        if sorted(own) != everything:
            faults.append(Message("vintage.fault.other_rows", municipality=municipality))
    return tuple(faults)


def _faults_of_row(row: VintageRow, head: VintageHead) -> Iterator[Message]:
    """Yield what is wrong with one row."""
    where = f"{row.municipality}, {row.parameter}"
    if row.source not in head.sources:
        yield Message("vintage.fault.no_source", where=where, source=row.source)
        return
    if row.note and row.note not in head.notes:
        yield Message("vintage.fault.no_note", where=where, note=row.note)
        return
    try:
        _sourced(row, head)
        as_written(row)
        if not is_parameter(row.parameter):
            yield Message("vintage.fault.no_parameter", where=where)
        else:
            check_bounds(row.parameter, row.value)
    except BadParameter as error:
        yield Message("vintage.fault.row", where=where, why=error)
    except ValidationError as error:
        yield Message("vintage.fault.row", where=where, why=error.errors()[0]["msg"])
    except ValueError as error:
        yield Message("vintage.fault.row", where=where, why=str(error))


def _sourced(row: VintageRow, head: VintageHead) -> SourcedValue:
    """Return a row as a number of the register, rounded as its file has it. Raises ValidationError."""
    cells = as_written(row)
    return SourcedValue(
        value=float(cells["value"]),
        low=float(cells["low"]) if cells["low"] else None,
        high=float(cells["high"]) if cells["high"] else None,
        unit=row.unit,
        as_of=row.as_of,
        source=head.sources[row.source].en,
        quality=row.quality,
        note=head.notes[row.note] if row.note else None,
    )


def sourced_rows(rows: Iterable[VintageRow], head: VintageHead) -> Mapping[str, Mapping[str, SourcedValue]]:
    """Return rows as numbers of the register, by municipality id and parameter id. Raises ValidationError."""
    by_municipality: dict[str, dict[str, SourcedValue]] = {}
    for row in rows:
        by_municipality.setdefault(row.municipality, {})[row.parameter] = _sourced(row, head)
    return by_municipality


def national_sums(
    rows: Iterable[VintageRow], until: str, folder: Path = FIGURES_FOLDER
) -> tuple[NationalSum, ...]:
    """Return what dagpenge and the kontanthjælp system add up to, beside the nation's mean of the same months."""
    rows = tuple(rows)
    parts = {
        "dagpenge": ({"benchmark.dagpenge"}, "unemployment_y25i01", "dagpenge", ""),
        "kontanthjaelp": (
            {f"split.{group}" for group in SYSTEM},
            "kontanthjaelp_y60a02",
            "fullTime",
            KONTANTHJAELP_REFORM,
        ),
    }
    sums = []
    for what, (parameters, file, column, first) in parts.items():
        series = monthly(file, column, folder)[NATION]
        published = mean_of(series, months_of(series, until, MONTHS_A_YEAR, first))
        total = sum(row.value for row in rows if row.parameter in parameters)
        sums.append(NationalSum(what, total, published))
    return tuple(sums)


def _fault_of_sum(one: NationalSum) -> Message:
    """Return the fault of a sum that is too far from the nation's row."""
    return Message(
        "vintage.fault.sum",
        what=Message(f"vintage.sum.{one.what}"),
        total=Phrase(number, one.total),
        published=Phrase(number, one.published),
        difference=Phrase(percent, one.difference, decimals=1, signed=True),
        most=Phrase(percent, TOLERANCE),
    )


def check_at_rest(made: Vintage, of: Sequence[MunicipalityInfo], progress: Progress | None = None) -> None:
    """Raise FileProblem with the municipalities that cannot be calibrated on a vintage's figures.

    ``progress`` is told (municipalities done, of all).
    """
    _stop_at(_faults_at_rest(made, of, progress))


def _faults_at_rest(
    made: Vintage, of: Sequence[MunicipalityInfo], progress: Progress | None
) -> Iterator[Message]:
    """Yield the municipalities that cannot be calibrated."""
    # Compiled, and not needed where a fault was found before.
    from model.engine.calibration import CalibrationError, calibrate

    for i, info in enumerate(of):
        if progress is not None:
            progress(i, len(of))
        try:
            calibrate(municipality_on(made, info.id).engine)
        except (BadParameter, CalibrationError) as error:
            yield Message("vintage.fault.not_at_rest", name=info.name, why=error)
