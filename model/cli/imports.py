"""``import``: show what a file from Jobindsats or StatBank holds and what it would replace, and save it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from model.cli.chosen_municipality import chosen_municipality
from model.cli.context import GOOD, WRONG_SCENARIO, CommandContext, WrongUse, existing, json_figures
from model.domain import GROUPS
from model.files.problems import suggestion
from model.imports.limited_process import read_export_limited
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.own_tables import OwnTable, OwnTables, column_from, own_tables, save_own_table
from model.imports.periods import BadPeriod, Period, parse_period
from model.imports.preview import preview
from model.imports.reader import header_of
from model.imports.replacements import Choices, suppressed_replacements
from model.imports.rows import MAX_BYTES, Imported
from model.language.catalogue import number, text
from model.parameters.register import figure, not_shown
from model.parameters.sourced_value import SourcedValue

_SIGNIFICANT: Final = 6
_MOST_SHOWN: Final = 20


def import_command(context: CommandContext) -> int:
    """Read a file, show before and after for a municipality, save where asked."""
    options = context.options
    path = existing(options.file, context)
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    imported = _read(context, data, path.name)
    if not options.municipality:
        if options.save:
            raise WrongUse(context.text("import.save_what"))
        if context.json:
            context.emit_json({"file": _json_file(imported)})
        else:
            _print_file(context, imported)
        return GOOD
    return _with_municipality(context, imported)


def _read(context: CommandContext, data: bytes, name: str) -> Imported:
    """Read a file by what is kept and what the options say of its columns, and keep that where asked."""
    options, own = context.options, own_tables()
    if not context.json:
        for problem in own.broken:
            why = problem.text(context.language)
            context.print(text("import.note.own_table_broken", context.language, problem=why))
    if not options.column:
        if options.keep_reading:
            raise WrongUse(context.text("import.keep_what"))
        return read_export_limited(data, name, own)
    header = header_of(data, name)
    columns = dict(column_from(text, header) for text in options.column)
    stated = OwnTable(header=header, columns=columns, group=_choices(context).group)
    imported = read_export_limited(data, name, OwnTables((stated, *own.tables)))
    if options.keep_reading:
        path = save_own_table(stated)
        if not context.json:
            context.print(context.text("import.reading_kept", file=path))
    return imported


def _with_municipality(context: CommandContext, imported: Any) -> int:
    """Show what the file would replace in a municipality, and save it where asked."""
    municipality = chosen_municipality(context)
    opened = own_file_hash(municipality.id, municipality.vintage)
    choices = _choices(context)
    context.progress("preparing")
    comparison = preview(imported, municipality, choices)
    suppressed = suppressed_replacements(municipality, comparison)
    saved: Path | None = None
    if context.options.save:
        saved = save_municipality(municipality, comparison, expected_hash=opened).path
    if context.json:
        data = {
            "file": _json_file(imported),
            "preview": json_preview(comparison, suppressed),
            "saved": saved and str(saved),
        }
        context.emit_json(data)
    else:
        _print_file(context, imported)
        print_preview(context, comparison, municipality.name, suppressed)
        if saved is not None:
            context.print(context.text("import.saved", file=saved))
    return WRONG_SCENARIO if comparison.problem is not None else GOOD


def _choices(context: CommandContext) -> Any:
    """Read the options that the preview takes. Raises WrongUse."""
    options = context.options
    if options.group and options.group not in GROUPS:
        unknown = context.text("import.unknown_group", group=options.group)
        raise WrongUse(unknown + suggestion(options.group, GROUPS, context.language))
    return Choices(
        group=options.group,
        until=period_option(context),
        area_is_ours=options.area_is_ours,
        unlikely_is_right=options.unlikely_is_right,
    )


def period_option(context: CommandContext) -> Period | None:
    """Return the period that ``--until`` names, None where it names none. Raises WrongUse."""
    label = context.options.until
    if not label:
        return None
    try:
        return parse_period(label)
    except BadPeriod:
        raise WrongUse(context.text("import.bad_period", period=label)) from None


def _print_file(context: CommandContext, imported: Any) -> None:
    """Print what the file was read as, its size, its columns and what was not used."""
    language, recognised = context.language, imported.recognised
    if imported.template is not None:
        filled = sum("value" in row.cells for row in imported.template.rows)
        values = {"name": imported.template.municipality, "date": imported.template.made_on, "n": filled}
        context.print(text("template.read", language, **values))
        return
    shown = text(f"import.format.{recognised.format}", language)
    how = ", ".join(p for p in (shown, recognised.encoding, repr(recognised.separator)[1:-1]) if p)
    context.print(context.text("import.read_as", how=how))
    periods = imported.periods
    context.print(
        context.text(
            "import.size",
            figures=number(len(imported.table), language),
            areas=len(imported.areas),
            first=periods[0],
            last=periods[-1],
        )
    )
    for column in recognised.columns:
        role = context.text(f"import.role.{column.role}")
        context.print(f"  {column.name}: {role} ({column.why.text(language)})")
    for note in recognised.notes:
        context.print(f"  {note.text(language)}")
    for unused in imported.unused[:_MOST_SHOWN]:
        where = context.text("import.line", line=unused.line) if unused.line else ""
        context.print("  " + ": ".join(p for p in (where, unused.column, unused.why.text(language)) if p))
    more = len(imported.unused) - _MOST_SHOWN + sum(imported.left_out.values())
    if more > 0:
        context.print("  " + context.text("import.more", n=number(more, language)))


def print_preview(context: CommandContext, comparison: Any, name: str, suppressed: frozenset[str]) -> None:
    """Print each figure before and after, and what was not used."""
    language = context.language
    context.print("", context.text("import.before_after", municipality=name))
    for row in comparison.replacements:
        few = row.parameter in suppressed
        before, after = (_shown(value, language, suppressed=few) for value in (row.before, row.after))
        context.print(f"  {row.label(language)}: {before} -> {after}")
        source = row.after_source_da if language == "da" else row.after.source
        context.print(f"    {source}; {row.how.text(language)}")
    if not comparison.replacements:
        context.print("  " + context.text("import.nothing"))
    for entry in comparison.doubtful:
        what, why = entry.what.text(language), entry.why.text(language)
        context.print("  " + context.text("import.doubtful", what=what, why=why))
    if comparison.doubtful:
        context.print("  " + context.text("import.doubtful_how"))
    for note in comparison.notes:
        context.print(f"  {note.text(language)}")
    for entry in comparison.not_used:
        context.print(
            "  "
            + context.text("import.not_used", what=entry.what.text(language), why=entry.why.text(language))
        )
    if comparison.problem is not None:
        context.print("", comparison.problem.text(language))


def _shown(value: SourcedValue | None, language: str, *, suppressed: bool) -> str:
    """Format a figure with its range and quality; suppress a count that is too small."""
    if value is None:
        return "–"
    if suppressed:
        return f"{not_shown(language)}, {text(f'domain.quality.{value.quality}', language)}"
    spread = ""
    if value.low is not None and value.high is not None:
        low, high = figure(value.low, language, _SIGNIFICANT), figure(value.high, language, _SIGNIFICANT)
        spread = f" ({low} - {high})"
    shown = figure(value.value, language, _SIGNIFICANT)
    return f"{shown}{spread}, {text(f'domain.quality.{value.quality}', language)}"


def _json_file(imported: Any) -> dict[str, Any]:
    """Return what the file holds as JSON data."""
    recognised, source = imported.recognised, imported.source
    return {
        "format": recognised.format,
        "encoding": recognised.encoding,
        "separator": recognised.separator,
        "decimal": recognised.decimal,
        "columns": [
            {"name": c.name, "role": c.role, "da": c.why.da, "en": c.why.en} for c in recognised.columns
        ],
        "notes": [{"da": n.da, "en": n.en} for n in recognised.notes],
        "figures": len(imported.table),
        "areas": list(imported.areas),
        "periods": [p.id for p in imported.periods],
        "measures": list(imported.measures),
        "publisher": source.publisher,
        "table": source.table,
        "updated": source.updated,
        "unused": [
            {"line": u.line, "column": u.column, "da": u.why.da, "en": u.why.en} for u in imported.unused
        ],
        "unused_more": sum(imported.left_out.values()),
        "template": imported.template and imported.template.municipality,
    }


def json_preview(comparison: Any, suppressed: frozenset[str]) -> dict[str, Any]:
    """Return what the file would replace as JSON data."""
    return {
        "municipality": comparison.municipality,
        "periods": [p.id for p in comparison.periods],
        "replacements": [
            {
                "id": r.parameter,
                "before": _json_value(r.before, suppressed=r.parameter in suppressed),
                "after": _json_value(r.after, suppressed=r.parameter in suppressed),
                "how": {"da": r.how.da, "en": r.how.en},
            }
            for r in comparison.replacements
        ],
        "doubtful": [
            {"what": {"da": n.what.da, "en": n.what.en}, "why": {"da": n.why.da, "en": n.why.en}}
            for n in comparison.doubtful
        ],
        "not_used": [
            {"what": {"da": n.what.da, "en": n.what.en}, "why": {"da": n.why.da, "en": n.why.en}}
            for n in comparison.not_used
        ],
        "notes": [{"da": n.da, "en": n.en} for n in comparison.notes],
        "problem": comparison.problem and {"da": comparison.problem.da, "en": comparison.problem.en},
    }


def _json_value(value: SourcedValue | None, *, suppressed: bool) -> dict[str, Any] | None:
    """Return a figure with its source as JSON data."""
    if value is None:
        return None
    return {
        **json_figures(value, suppressed=suppressed),
        "unit": value.unit,
        "as_of": value.as_of,
        "source": value.source,
        "quality": value.quality,
    }
