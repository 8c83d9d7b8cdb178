"""Preview a filled template: every wrong cell with its address, or all that its rows replace; never a part of it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, get_args

from model.files.problems import FileProblem, Problem, sanitised
from model.imports.grid import refused
from model.imports.replacements import NEAR, Choices, NotUsed, Preview, Replacement
from model.imports.template_rows import FilledRow, FilledTemplate
from model.imports.typed_figures import (
    Field,
    TypedFigure,
    TypedFigureFaults,
    preview_typed,
    typed_replacement,
    why_not_own,
)
from model.language.catalogue import listed, long_date
from model.language.messages import Localized, Message, Phrase
from model.language.typed_numbers import Entry
from model.municipality.municipality import Municipality
from model.municipality.municipality_list import UnknownMunicipality, find_municipality
from model.parameters.register import figure, suppressed_of
from model.parameters.sourced_value import Parameter

_MOST_ADDRESSES: Final = 10


def settable(municipality: Municipality) -> tuple[Parameter, ...]:
    """Return the parameters that a municipality's own file may hold, as the register has them."""
    return tuple(p for p in municipality.register if why_not_own(p) is None)


def figures_mark(municipality: Municipality) -> str:
    """Return what a template's figures are known by: twelve signs of a hash of all that it shows.

    Suppressed counts are left out, so that none can be worked out from it.
    """
    suppressed = suppressed_of(municipality.register)
    digest = hashlib.sha256()
    for p in settable(municipality):
        value = p.value
        shown = "hidden" if p.id in suppressed else repr((value.value, value.low, value.high))
        digest.update(f"{p.id}|{shown}|{value.as_of}|{value.quality}|{value.source}\n".encode())
    return digest.hexdigest()[:12]


def preview_template(
    template: FilledTemplate, name: str, municipality: Municipality, choices: Choices | None = None
) -> Preview:
    """Return what a filled template replaces in ``municipality`` (central assumptions); ``name`` of its file.

    Raises FileProblem with every wrong cell, and for another municipality's template. Nothing of it is used then.
    """
    if template.municipality != municipality.id:
        theirs = _name_of(template.municipality)
        raise refused("template_other", name, theirs=theirs, ours=municipality.name)
    replacements: dict[str, Replacement] = {}
    problems: list[Problem] = []
    notes: list[Localized] = [*_changed_since(template, municipality)]
    lines: dict[str, FilledRow] = {}
    for row in template.rows:
        faults = list(_row_faults(row, lines))
        if not faults and "value" in row.cells:
            try:
                replacement = typed_replacement(municipality, _typed(row))
            except TypedFigureFaults as error:
                faults = [(fault.field, fault.why) for fault in error.faults]
            else:
                replacements[replacement.parameter] = replacement
                lines[replacement.parameter] = row
                notes.extend(_shown_otherwise(row, replacement))
        problems.extend(_problem(row, field, why) for field, why in faults)
    if problems:
        key = "template.faults.one" if len(problems) == 1 else "template.faults.many"
        first = Message(key, n=len(problems))
        raise FileProblem([Problem(0, 0, (), first.da, first.en), *problems])
    left_alone = tuple(_left_alone(template.rows))
    if not replacements:
        empty = NotUsed(Message("import.preview.file"), Message("template.empty"))
        return Preview(municipality.id, (), (empty, *left_alone), tuple(notes), (), None)
    result = preview_typed(municipality, replacements.values(), choices, notes)
    return replace(result, not_used=left_alone)


def _name_of(municipality: str) -> str:
    """Return the name of a municipality by the id in a mark."""
    try:
        return find_municipality(municipality).name
    except UnknownMunicipality:
        return sanitised(municipality)


def _typed(row: FilledRow) -> TypedFigure:
    """Return a row as a typed number."""
    fields: Mapping[str, Entry] = row.cells
    return TypedFigure(
        parameter=row.parameter,
        value=fields.get("value"),
        low=fields.get("low"),
        high=fields.get("high"),
        as_of=fields.get("as_of"),
        quality=fields.get("quality"),
        source=fields.get("source"),
        note=fields.get("note"),
    )


def _row_faults(row: FilledRow, earlier: Mapping[str, FilledRow]) -> Iterator[tuple[Field, Localized]]:
    """Yield what is wrong in a row as such: no parameter, one that another row has, a formula, a range alone."""
    for field in get_args(Field):
        if field in row.formulas:
            yield field, Message("template.error.formula")
    if not row.parameter:
        yield "parameter", Message("template.error.no_parameter")
    elif row.parameter in earlier and "value" in row.cells:
        other = earlier[row.parameter]
        yield "value", Message("template.error.twice", sheet=sanitised(other.sheet), line=other.line)
    if "value" not in row.cells and "value" not in row.formulas and {"low", "high"} & row.cells.keys():
        yield "value", Message("template.error.range_alone")


def _problem(row: FilledRow, field: str, why: Localized) -> Problem:
    """Return what is wrong in a cell, with its sheet and address."""
    place = {"sheet": sanitised(row.sheet), "cell": row.address(field)}
    message = Message("template.cell", why=why, **place)
    return Problem(0, 0, (row.sheet, row.address(field)), message.da, message.en)


def _changed_since(template: FilledTemplate, municipality: Municipality) -> Iterator[Localized]:
    """Yield that the municipality's figures are no longer those that the template was made on."""
    if template.figures != figures_mark(municipality):
        try:
            made_on: object = Phrase(long_date, datetime.date.fromisoformat(template.made_on))
        except ValueError:
            made_on = template.made_on
        yield Message("template.changed_since", date=made_on)


def _shown_otherwise(row: FilledRow, replacement: Replacement) -> Iterator[Localized]:
    """Yield that a row showed another number than the municipality has now."""
    shown, before = row.shown, replacement.before
    if before is None or isinstance(shown, bool) or not isinstance(shown, int | float):
        return
    if abs(shown - before.value) > NEAR * max(1.0, abs(before.value)):
        yield Message(
            "template.row_changed",
            sheet=sanitised(row.sheet),
            line=row.line,
            label=Phrase(replacement.label),
            shown=Phrase(figure, float(shown)),
        )


def _left_alone(rows: Sequence[FilledRow]) -> Iterator[NotUsed]:
    """Yield the rows of each sheet that have something filled in but no new number."""
    lines: dict[str, list[str]] = {}
    for row in rows:
        if "value" not in row.cells:
            lines.setdefault(row.sheet, []).append(str(row.line))
    for sheet, numbers in lines.items():
        more = ["…"] if len(numbers) > _MOST_ADDRESSES else []
        some = Phrase(listed, [*numbers[:_MOST_ADDRESSES], *more])
        key = "template.rows.one" if len(numbers) == 1 else "template.rows.many"
        what = Message(key, sheet=sanitised(sheet), n=len(numbers), lines=some)
        yield NotUsed(what, Message("template.no_value"))
