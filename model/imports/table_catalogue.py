"""The catalogue of published tables: what each is about, and which measure each of its columns holds.

Read once from ``model/data/tables/``: ``measures.yaml`` has the labels of measures, one further file per publisher its
tables. A column is the measure that its whole label names, and only where its table has that measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.imports.vocabulary import normalised

FOLDER: Final = DATA_FOLDER / "tables"
_MEASURES_FILE: Final = FOLDER / "measures.yaml"
_PUBLISHER_FILES: Final = (FOLDER / "jobindsats.yaml", FOLDER / "statbank.yaml")
# Labels that are remembered with what they mean; a file has few different ones.
_KEPT: Final = 4096


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Strict):
    """A measure: the labels of its columns, its unit, and whether it counts whole persons or places.

    ``across``: labels of columns side by side, one for each class of a breakdown, with that breakdown's role;
    ``under``: headings that it stands under, before a colon or in the row above, and stays what it is; ``members``:
    labels that name it in another column, beside a column of values.
    """

    labels: tuple[str, ...]
    unit: str
    count: bool
    across: dict[str, str] = {}
    under: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


class _Measures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class TableKind(_Strict):
    """A kind of table.

    Its measures; labels of groups that only it uses so; columns that mean nothing in the model; the measure of a lone
    column of values; the breakdowns that are asked for where the table is fetched, and the one member that is asked
    for of others, by their role.
    """

    measures: tuple[str, ...] = ()
    groups: dict[str, str] = {}
    unused: tuple[str, ...] = ()
    value: str = ""
    breakdowns: tuple[str, ...] = ()
    members: dict[str, str] = {}


class _TableRow(_Strict):
    kind: str
    api: str = ""
    group: str = ""
    covers: tuple[str, ...] = ()
    da: str
    en: str


class _Publisher(_Strict):
    publisher: str
    kinds: dict[str, TableKind]
    tables: dict[str, _TableRow]
    fetched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A published table: the group or benefit that all of it is about ("" where a column says it), and its kind.

    ``covers``: the target groups that its figures hold together, none where each figure is of one group alone;
    ``api``: its id in requests.
    """

    id: str
    publisher: str
    group: str
    da: str
    en: str
    kind: TableKind
    covers: tuple[str, ...] = ()
    api: str = ""

    def name(self, language: str) -> str:
        """Return the table's name."""
        return self.en if language == "en" else self.da


def _validated(model: Any, path: Any) -> Any:
    """Return a data file in its form. Raises FileProblem where the file is wrong."""
    document = load_data_file(path)
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


@lru_cache(maxsize=1)
def measures() -> Mapping[str, Measure]:
    """Return the measures by id. Raises FileProblem where the file is wrong."""
    return {
        name: Measure.model_validate(row)
        for name, row in (_validated(_Measures, _MEASURES_FILE).model_extra or {}).items()
    }


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Table]:
    """Return the tables by id. Raises FileProblem where a file is wrong."""
    known = {}
    for path in _PUBLISHER_FILES:
        publisher = _validated(_Publisher, path)
        for name, row in publisher.tables.items():
            kind = publisher.kinds[row.kind]
            known[name] = Table(
                name,
                publisher.publisher,
                row.group,
                row.da,
                row.en,
                kind,
                row.covers,
                row.api or name.lower(),
            )
    return known


@lru_cache(maxsize=1)
def fetched_tables() -> tuple[Table, ...]:
    """Return the tables that are fetched for a municipality, in the order in which they count."""
    publishers = [_validated(_Publisher, path) for path in _PUBLISHER_FILES]
    return tuple(tables()[name] for publisher in publishers for name in publisher.fetched)


def table_with(labels: Iterable[str]) -> str:
    """Return the id of the only table that has all measures that the labels name, "" where none or several have."""
    named = {measure for label in labels if (measure := _measure_labels().get(normalised(label))) is not None}
    fitting = [name for name, row in tables().items() if named and named <= set(row.kind.measures)]
    return fitting[0] if len(fitting) == 1 else ""


def table(name: str) -> Table | None:
    """Return a table by its id, None where it is not known."""
    return tables().get(name)


@lru_cache(maxsize=1)
def _measure_labels() -> Mapping[str, str]:
    """Return the measures by label."""
    return {
        normalised(label): name for name, row in measures().items() for label in (*row.labels, *row.members)
    }


@lru_cache(maxsize=_KEPT)
def names_measure_column(label: str) -> bool:
    """Return whether a label is the name of a column of figures, and not a member that says what figures are."""
    measure = _measure_labels().get(normalised(label))
    members = () if measure is None else measures()[measure].members
    return measure is not None and normalised(label) not in map(normalised, members)


@lru_cache(maxsize=1)
def _across_labels() -> Mapping[str, tuple[str, str]]:
    """Return measure and breakdown of columns side by side, by what stands before the colon."""
    return {
        normalised(label): (name, role)
        for name, row in measures().items()
        for label, role in row.across.items()
    }


@lru_cache(maxsize=_KEPT)
def measure_of(label: str, table_id: str = "") -> str | None:
    """Return the measure that a column's label names, None where it names none, or none of its table's."""
    measure = _measure_labels().get(normalised(label))
    known = table(table_id)
    if measure is None or known is None or known.kind.value:
        return measure
    return measure if measure in known.kind.measures else None


@lru_cache(maxsize=_KEPT)
def across_of(prefix: str) -> tuple[str, str] | None:
    """Return measure and breakdown of columns that stand side by side below a heading, or None."""
    return _across_labels().get(normalised(prefix))


@lru_cache(maxsize=1)
def _headings() -> frozenset[str]:
    """Return the headings that measures stand under without becoming others."""
    return frozenset(normalised(label) for row in measures().values() for label in row.under)


@lru_cache(maxsize=_KEPT)
def is_heading(label: str) -> bool:
    """Return whether a heading above measures leaves them what they are; under "Kvinder" they are of a part only."""
    return normalised(label) in _headings()


@lru_cache(maxsize=_KEPT)
def counts(label: str) -> bool:
    """Return whether a column counts whole persons, places or spells."""
    measure = _measure_labels().get(normalised(label))
    if measure is not None:
        return measures()[measure].count
    # Of a column that is not known only how its figures are written depends on this.
    name = normalised(label)
    return name.startswith(("antal", "number of")) and "pct" not in name


def unit_of(measure: str) -> str:
    """Return the unit of a measure; "" for none."""
    return measures()[measure].unit if measure else ""


def is_unused(label: str, table_id: str) -> bool:
    """Return whether a column is known to mean nothing in the model."""
    known = table(table_id)
    return known is not None and normalised(label) in {normalised(name) for name in known.kind.unused}
