"""``import``: what a file from Jobindsats or StatBank holds, what it would replace, and saving it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from model.cli.context import GOOD, WRONG_SCENARIO, Session, WrongUse, existing, plain_figures
from model.domain import GROUPS
from model.files.problems import suggestion
from model.language.catalogue import number, text
from model.parameters.register import not_shown
from model.parameters.sourced_value import SourcedValue

_SIGNIFICANT: Final = ".6g"
_MOST_SHOWN: Final = 20


def import_command(session: Session) -> int:
    """Read a file, show before and after for a municipality, save where asked."""
    from model.imports.reader import read_export
    from model.imports.rows import MAX_BYTES

    options = session.options
    path = existing(options.file, session)
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    imported = read_export(data, path.name)
    if not options.municipality:
        if options.save:
            raise WrongUse(session.text("import.save_what"))
        if session.json:
            session.answer({"file": _plain_file(imported)})
        else:
            _say_file(session, imported)
        return GOOD
    return _with_municipality(session, imported)


def _with_municipality(session: Session, imported: Any) -> int:
    from model.imports.own_files import own_file_hash, save_municipality
    from model.imports.replacements import hidden_replacements, preview
    from model.municipality.municipality import UnknownMunicipality, load_municipality

    try:
        municipality = load_municipality(session.options.municipality)
    except UnknownMunicipality as error:
        raise WrongUse(error.text(session.language)) from None
    opened = own_file_hash(municipality.id)
    choices = _choices(session)
    session.progress("preparing")
    found = preview(imported, municipality, choices)
    hidden = hidden_replacements(municipality, found)
    saved: Path | None = None
    if session.options.save:
        saved = save_municipality(municipality, found, expected_hash=opened).path
    if session.json:
        plain = {
            "file": _plain_file(imported),
            "preview": _plain_preview(found, hidden),
            "saved": saved and str(saved),
        }
        session.answer(plain)
    else:
        _say_file(session, imported)
        _say_preview(session, found, municipality.name, hidden)
        if saved is not None:
            session.say(session.text("import.saved", file=saved))
    return WRONG_SCENARIO if found.problem is not None else GOOD


def _choices(session: Session) -> Any:
    from model.imports.periods import BadPeriod, parse_period
    from model.imports.replacements import Choices

    options, until = session.options, None
    if options.group and options.group not in GROUPS:
        unknown = session.text("import.unknown_group", group=options.group)
        raise WrongUse(unknown + suggestion(options.group, GROUPS, session.language))
    if options.until:
        try:
            until = parse_period(options.until)
        except BadPeriod:
            raise WrongUse(session.text("import.bad_period", period=options.until)) from None
    return Choices(group=options.group, until=until, area_is_ours=options.area_is_ours)


def _say_file(session: Session, imported: Any) -> None:
    language, recognised = session.language, imported.recognised
    shown = text(f"import.format.{recognised.format}", language)
    how = ", ".join(p for p in (shown, recognised.encoding, repr(recognised.separator)[1:-1]) if p)
    session.say(session.text("import.read_as", how=how))
    periods = imported.periods
    session.say(
        session.text(
            "import.size",
            figures=number(len(imported.table), language),
            areas=len(imported.areas),
            first=periods[0],
            last=periods[-1],
        )
    )
    for column in recognised.columns:
        role = session.text(f"import.role.{column.role}")
        session.say(f"  {column.name}: {role} ({column.why.text(language)})")
    for note in recognised.notes:
        session.say(f"  {note.text(language)}")
    for unused in imported.unused[:_MOST_SHOWN]:
        where = session.text("import.line", line=unused.line) if unused.line else ""
        session.say("  " + ": ".join(p for p in (where, unused.column, unused.why.text(language)) if p))
    more = len(imported.unused) - _MOST_SHOWN + sum(imported.left_out.values())
    if more > 0:
        session.say("  " + session.text("import.more", n=number(more, language)))


def _say_preview(session: Session, found: Any, name: str, hidden: frozenset[str]) -> None:
    language = session.language
    session.say("", session.text("import.before_after", municipality=name))
    for row in found.replacements:
        few = row.parameter in hidden
        before, after = (_shown(value, language, hidden=few) for value in (row.before, row.after))
        session.say(f"  {row.label(language)}: {before} -> {after}")
        source = row.after_source_da if language == "da" else row.after.source
        session.say(f"    {source}; {row.how.text(language)}")
    if not found.replacements:
        session.say("  " + session.text("import.nothing"))
    for note in found.notes:
        session.say(f"  {note.text(language)}")
    for entry in found.not_used:
        session.say(
            "  "
            + session.text("import.not_used", what=entry.what.text(language), why=entry.why.text(language))
        )
    if found.problem is not None:
        session.say("", found.problem.text(language))


def _shown(value: SourcedValue | None, language: str, *, hidden: bool) -> str:
    if value is None:
        return "–"
    if hidden:
        return f"{not_shown(language)}, {text(f'domain.quality.{value.quality}', language)}"
    spread = ""
    if value.low is not None and value.high is not None:
        spread = f" ({value.low:{_SIGNIFICANT}} - {value.high:{_SIGNIFICANT}})"
    return f"{value.value:{_SIGNIFICANT}}{spread}, {text(f'domain.quality.{value.quality}', language)}"


def _plain_file(imported: Any) -> dict[str, Any]:
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
    }


def _plain_preview(found: Any, hidden: frozenset[str]) -> dict[str, Any]:
    return {
        "municipality": found.municipality,
        "periods": [p.id for p in found.periods],
        "replacements": [
            {
                "id": r.parameter,
                "before": _plain_value(r.before, hidden=r.parameter in hidden),
                "after": _plain_value(r.after, hidden=r.parameter in hidden),
                "how": {"da": r.how.da, "en": r.how.en},
            }
            for r in found.replacements
        ],
        "not_used": [
            {"what": {"da": n.what.da, "en": n.what.en}, "why": {"da": n.why.da, "en": n.why.en}}
            for n in found.not_used
        ],
        "notes": [{"da": n.da, "en": n.en} for n in found.notes],
        "problem": found.problem and {"da": found.problem.da, "en": found.problem.en},
    }


def _plain_value(value: SourcedValue | None, *, hidden: bool) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        **plain_figures(value, hidden=hidden),
        "unit": value.unit,
        "as_of": value.as_of,
        "source": value.source,
        "quality": value.quality,
    }
