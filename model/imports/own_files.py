"""A municipality's own file: imported figures kept as YAML that reads like the shipped ones and can lie in git.

The file holds only what was imported; everything else stays as shipped. Saving is atomic, and somebody else's save
in the meantime is never overwritten.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.files.atomic_write import locked, write_atomically, yaml_text
from model.files.problems import FileProblem, Problem, single_problem, system_reason
from model.files.strict_yaml import DATA_BYTES, DATA_NODES, load
from model.imports.replacements import Preview, Replacement, cannot_rest
from model.language import catalogue
from model.language.messages import Localized, Message, Phrase
from model.municipality.municipality import Municipality
from model.municipality.own_file import own_municipality_file
from model.municipality.vintages import FIRST
from model.parameters.files import BUDGET_TABLE, ParameterFile, load_parameter_file, read_parameters, table_of
from model.parameters.ids import TABLES
from model.parameters.own_format import OWN_FORMAT
from model.parameters.price_bounds import known_prices
from model.parameters.sourced_value import SourcedValue

_log = logging.getLogger(__name__)
_SCALARS: Final = "scalars"
_UNREADABLE: Final = "unreadable"


class OwnFileConflict(FileProblem):
    """Somebody else has saved the municipality's file in the meantime. Nothing has been written."""


@dataclass(frozen=True)
class SavedMunicipality:
    """Where a municipality's own file lies, and the hash that the next save must expect."""

    path: Path
    sha256: str


def own_file_hash(municipality: str, figures: str = FIRST) -> str | None:
    """Return the SHA-256 of a municipality's own file, for ``expected_hash``; None where it has none."""
    try:
        return hashlib.sha256(own_municipality_file(municipality, figures).read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
    except OSError:
        # There is something that cannot be read: no save may take it for nothing.
        return _UNREADABLE


def municipality_text(
    municipality: Municipality, replacements: Iterable[Replacement], earlier: ParameterFile | None = None
) -> str:
    """Return the text of a municipality's own file: ``earlier`` with the replacements put in."""
    values: dict[str, SourcedValue] = dict(earlier.values) if earlier else {}
    danish: dict[str, str] = dict(earlier.danish_sources) if earlier else {}
    for replacement in replacements:
        values[replacement.parameter] = replacement.after
        danish[replacement.after.source] = replacement.after_source_da
    sources = sorted({v.source for v in values.values()})
    keys = {source: f"k{i}" for i, source in enumerate(sources, 1)}
    notes: dict[tuple[str, str], str] = {}
    for parameter in sorted(values):
        note = values[parameter].note
        if note is not None:
            notes.setdefault((note.da, note.en), f"n{len(notes) + 1}")
    tables: list[dict[str, Any]] = []
    for table in (*TABLES, _SCALARS, BUDGET_TABLE):
        rows = {p: v for p, v in values.items() if table_of(p) == table}
        if rows:
            tables.append(_plain_table(table, rows, keys, notes))
    first = values[min(values)] if values else None
    plain = {
        "format": OWN_FORMAT,
        "municipality": {
            "id": municipality.id,
            "name": municipality.name,
            "start": municipality.start.isoformat(),
        },
        "sources": {keys[s]: {"da": danish.get(s, s), "en": s} for s in sources},
        "notes": {key: {"da": da, "en": en} for (da, en), key in notes.items()},
        "defaults": {
            "as_of": first.as_of if first else str(municipality.start.year - 1),
            "quality": "statistic",
            "source": keys[sources[0]] if sources else catalogue.text("import.own_file.none", "en"),
        },
        "tables": tables,
    }
    head = catalogue.text("import.own_file.head", "da", name=municipality.name)
    return f"# {head}\n{yaml_text(plain)}"


def apply(
    municipality: Municipality, replacements: Iterable[Replacement], earlier: ParameterFile | None = None
) -> ParameterFile:
    """Return what the municipality's own file would hold, as it reads back. Raises FileProblem."""
    return _read(
        municipality_text(municipality, replacements, earlier),
        own_municipality_file(municipality.id, municipality.vintage).name,
    )


def _read(text: str, name: str) -> ParameterFile:
    """Return the file as it reads back. Raises FileProblem."""
    return read_parameters(load(text, name, max_bytes=DATA_BYTES, max_nodes=DATA_NODES))


def _order(parameter: str) -> tuple[int, ...]:
    """Return what rows are sorted by: the order of the model's own words, not of the alphabet."""
    table, *parts = parameter.split(".")
    if table == BUDGET_TABLE:
        return (tuple(known_prices()).index(parameter),)
    axes = TABLES[table].axes if table in TABLES else ()
    return tuple(axis.index(part) for part, axis in zip(parts, axes, strict=False))


def _plain_table(
    table: str,
    rows: Mapping[str, SourcedValue],
    keys: Mapping[str, str],
    notes: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    """Return a table as plain data."""
    ordered = sorted(rows, key=lambda p: (_order(p), p))
    unit = rows[ordered[0]].unit
    plain: dict[str, Any] = {"table": table, "unit": unit, "rows": {}}
    for parameter in ordered:
        value = rows[parameter]
        row: dict[str, Any] = {"value": value.value}
        if value.low is not None:
            row |= {"low": value.low, "high": value.high}
        if value.unit != unit:
            row["unit"] = value.unit
        row |= {"as_of": value.as_of, "quality": value.quality, "source": keys[value.source]}
        if value.note is not None:
            row["note"] = notes[value.note.da, value.note.en]
        if value.label is not None:
            row["label"] = {"da": value.label.da, "en": value.label.en}
        plain["rows"][parameter.removeprefix(f"{table}.")] = row
    return plain


def save_municipality(
    municipality: Municipality,
    preview: Preview,
    *,
    only: Iterable[str] | None = None,
    expected_hash: str | None = None,
) -> SavedMunicipality:
    """Save an import in the municipality's own file, whole or not at all.

    ``expected_hash`` is the ``own_file_hash`` that the preview was made on (None: there was no file). Raises
    FileProblem where the figures cannot be calibrated, the file is not this municipality's or the disk says no,
    OwnFileConflict where somebody else was first.
    """
    chosen = preview.replacements if only is None else _chosen(preview, frozenset(only))
    if not chosen:
        raise _refused(Message("import.own_file.nothing"))
    if preview.municipality != municipality.id:
        raise _refused(Message("import.own_file.other_municipality", name=municipality.name))
    problem = preview.problem if only is None else cannot_rest(municipality, chosen)
    if problem is not None:
        raise _refused(problem)
    path = own_municipality_file(municipality.id, municipality.vintage)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent):
            present_hash = own_file_hash(municipality.id, municipality.vintage)
            if present_hash != expected_hash:
                raise conflict(path.name)
            earlier = load_parameter_file(path) if present_hash is not None else None
            text = municipality_text(municipality, chosen, earlier)
            # What is written must be readable before it replaces anything.
            _read(text, path.name)
            write_atomically(path, text.encode())
    except OSError as error:
        _log.warning("municipality %s not saved: %s", municipality.id, error.strerror)
        raise _refused(
            Message("import.own_file.disk", why=Phrase(system_reason, error)), path.name
        ) from error
    digest = hashlib.sha256(text.encode()).hexdigest()
    _log.info("municipality %s saved with %d values, sha256 %s", municipality.id, len(chosen), digest[:12])
    return SavedMunicipality(path, digest)


def _chosen(preview: Preview, only: frozenset[str]) -> tuple[Replacement, ...]:
    """Return the replacements that are chosen."""
    return tuple(r for r in preview.replacements if r.parameter in only)


def conflict(name: str) -> OwnFileConflict:
    """Return the problem of an own file that somebody else has changed in the meantime."""
    message = Message("import.own_file.conflict")
    return OwnFileConflict((Problem(0, 0, (), message.da, message.en),), name)


def _refused(why: Localized, name: str = "") -> FileProblem:
    """Return the problem with that reason."""
    return single_problem(why.da, why.en, name=name)
