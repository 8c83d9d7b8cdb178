"""``fetch``: fetch all tables of a municipality with one key, show what they replace, and save it."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Any, Final

from model.cli.chosen_municipality import chosen_municipality
from model.cli.context import GOOD, WRONG_SCENARIO, WRONG_USE, CommandContext, existing
from model.cli.imports import json_preview, period_option, print_preview
from model.imports.answer_store import AnswerStore
from model.imports.fetch import Token
from model.imports.fetch_all import FetchedAll, assumptions_by_area, fetch_all, quality_counts
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.replacements import Choices, suppressed_replacements
from model.language.catalogue import number, text
from model.municipality.municipality import Municipality

KEY_VARIABLE: Final = "INDSATSKOMPAS_JOBINDSATS_KEY"
_MOST_KEY_BYTES: Final = 8192


def fetch_command(context: CommandContext) -> int:
    """Fetch all tables, show table by table and number by number what comes of it, save where asked."""
    municipality = chosen_municipality(context)
    opened = own_file_hash(municipality.id, municipality.vintage)
    choices = Choices(until=period_option(context), unlikely_is_right=context.options.unlikely_is_right)
    fetched = fetch_all(
        municipality,
        _token(context),
        choices=choices,
        progress=lambda done, of, table: context.progress("fetch.progress", n=done + 1, of=of, table=table),
        again=context.options.again,
    )
    context.clear_progress()
    saved = _saved(context, municipality, fetched, opened)
    if context.json:
        context.emit_json(_json(municipality, fetched, saved))
    else:
        _print(context, municipality, fetched)
        _print_end(context, fetched, saved)
    if fetched.interrupted is not None:
        return WRONG_USE
    return WRONG_SCENARIO if fetched.preview.problem is not None else GOOD


def _token(context: CommandContext) -> Token | None:
    """Return the key from the file, the environment or the keyboard, None where nobody gives one.

    It is no argument of the command: those stand in the shell's history and in the list of processes.
    """
    if context.options.key_file:
        with existing(context.options.key_file, context).open("rb") as file:
            return Token(file.read(_MOST_KEY_BYTES).decode("ascii", "replace"))
    key = os.environ.get(KEY_VARIABLE, "")
    if not key and not context.json and sys.stdin is not None and sys.stdin.isatty():
        key = getpass.getpass(context.text("fetch.ask_key"), stream=context.err)
    if key.strip():
        return Token(key)
    context.warn([context.text("fetch.no_key")])
    return None


def _saved(
    context: CommandContext, municipality: Municipality, fetched: FetchedAll, opened: str | None
) -> Path | None:
    """Save what was fetched where that was asked for and all of it came; return the file."""
    preview = fetched.preview
    if (
        not context.options.save
        or fetched.interrupted is not None
        or preview.problem is not None
        or not preview.replacements
    ):
        return None
    path = save_municipality(municipality, preview, expected_hash=opened).path
    AnswerStore(municipality.id).clear()
    return path


def _print(context: CommandContext, municipality: Municipality, fetched: FetchedAll) -> None:
    """Print what came of each table, each number before and after, and what stays an assumption."""
    language, preview = context.language, fetched.preview
    context.print(
        context.text(
            "fetch.tables",
            name=municipality.name,
            used=sum(row.state == "used" for row in fetched.tables),
            n=len(fetched.tables),
            figures=number(len(preview), language),
            until=fetched.year_end.isoformat(),
        )
    )
    for row in fetched.tables:
        if row.state != "not_asked":
            context.print(
                context.text(
                    f"fetch.table_{row.state}",
                    table=row.table.id,
                    name=row.table.name(language),
                    figures=number(row.figures, language),
                    why="" if row.why is None else row.why.text(language),
                )
            )
    for why, ids in fetched.not_asked(language).items():
        shown = {"n": number(len(ids), language), "tables": ", ".join(ids)}
        context.print(context.text("fetch.not_asked", why=why, **shown))
    if preview.replacements:
        print_preview(context, preview, municipality.name, suppressed_replacements(municipality, preview))
    before, after = quality_counts(municipality), quality_counts(municipality, preview)
    context.print("", context.text("fetch.counts"))
    for quality, n in before.items():
        name = text(f"domain.quality.{quality}", language)
        counts = {"before": number(n, language), "after": number(after[quality], language)}
        context.print(context.text("fetch.count", quality=name, **counts))
    context.print(context.text("fetch.still_assumed"))
    for area, (n, of) in assumptions_by_area(municipality, preview).items():
        if n:
            name = text(f"parameters.area.{area}", language)
            counts = {"n": number(n, language), "of": number(of, language)}
            context.print(context.text("fetch.still_assumed_in", area=name, **counts))


def _print_end(context: CommandContext, fetched: FetchedAll, saved: Path | None) -> None:
    """Print where the numbers are saved, or why they are not."""
    if fetched.interrupted is not None:
        why = fetched.interrupted.text(context.language)
        context.print("", context.text("fetch.interrupted", why=why))
    if saved is not None:
        context.print("", context.text("import.saved", file=saved))
    elif context.options.save:
        context.print(context.text("fetch.not_saved"))


def _json(municipality: Municipality, fetched: FetchedAll, saved: Path | None) -> dict[str, Any]:
    """Return what was fetched as JSON data."""
    preview = fetched.preview
    interrupted = fetched.interrupted
    return {
        "tables": [
            {
                "id": row.table.id,
                "publisher": row.table.publisher,
                "state": row.state,
                "figures": row.figures,
                "why": row.why and {"da": row.why.da, "en": row.why.en},
            }
            for row in fetched.tables
        ],
        "preview": json_preview(preview, suppressed_replacements(municipality, preview)),
        "qualities": {
            "before": dict(quality_counts(municipality)),
            "after": dict(quality_counts(municipality, preview)),
        },
        "assumptions": {
            area: {"assumptions": n, "numbers": of}
            for area, (n, of) in assumptions_by_area(municipality, preview).items()
        },
        "interrupted": interrupted and {"da": interrupted.da, "en": interrupted.en},
        "saved": saved and str(saved),
    }
