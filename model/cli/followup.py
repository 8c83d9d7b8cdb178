"""``followup``: the decisions that are followed, and what came of one month by month."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from model.cli.context import GOOD, CommandContext, WrongUse, existing, json_number
from model.followup.decided_files import Kept, decided_folder, listing, load, told_of
from model.followup.outcome import PARTS, Followed, Split, followed, split
from model.followup.words import decided_line, how_to_read, sentences, series_name, split_rows

_ACTIONS: Final = ("list", "show")
_INDENT: Final = "  "


def followup_command(context: CommandContext) -> int:
    """List the decisions, or show one."""
    action = context.options.action
    if action not in _ACTIONS:
        raise WrongUse(context.text("followup.action", action=action))
    if action == "list":
        return _list(context)
    if context.options.file is None:
        raise WrongUse(context.text("followup.no_file"))
    return _show(context, _path_of(context))


def _path_of(context: CommandContext) -> Path:
    """Return the file: a path, or a name in the folder of decisions. Raises WrongUse."""
    inside = decided_folder() / context.options.file
    return inside if inside.is_file() else existing(context.options.file, context)


def _list(context: CommandContext) -> int:
    """Write all decisions, and what is wrong with files that hold none."""
    kept, broken = listing()
    if context.json:
        context.emit_json(
            {
                "decisions": [
                    {
                        "file": str(one.path),
                        "scenario": one.decided.scenario.name,
                        "municipality": one.decided.scenario.municipality,
                        "decided_on": one.decided.decided_on,
                        "first_awaited": one.decided.first_awaited,
                    }
                    for one in kept
                ],
                "broken": [str(one.path) for one in broken],
            }
        )
    elif not kept:
        context.print(context.text("followup.none"))
    else:
        for one in kept:
            context.print(one.decided.scenario.name, _INDENT + decided_line(one.decided, context.language))
            context.print(_INDENT + str(one.path))
    for file in broken:
        context.warn(file.problem.lines(context.language))
    return GOOD


def _show(context: CommandContext, path: Path) -> int:
    """Write what was expected of a decision and what came."""
    kept = Kept(path, load(path))
    decided, told = kept.decided, told_of(kept)
    every = [followed(decided, series, told) for series in decided.shown]
    parts = [split(decided, one, told) for one in every]
    if context.json:
        context.emit_json(
            {
                "file": str(path),
                "decided": decided.plain(),
                "series": [_plain(one, split_) for one, split_ in zip(every, parts, strict=True)],
            }
        )
        return GOOD
    context.print(decided.scenario.name, decided_line(decided, context.language))
    for one, split_ in zip(every, parts, strict=True):
        context.print("", series_name(one, context.language))
        context.print(*(_INDENT + line for line in sentences(one, context.language)))
        context.print(_INDENT + how_to_read(decided, one, context.language))
        for name, value, words in () if split_ is None else split_rows(split_, context.language):
            context.print(f"{_INDENT}{name}: {value} ({words})")
    return GOOD


def _plain(one: Followed, parts: Split | None) -> dict[str, Any]:
    """Return a series for a machine."""
    return {
        "id": one.series.id,
        "first_awaited": one.awaited,
        "band": "predicted" if one.has_wide_band else "assumptions",
        "months": [
            {
                "month": month.month,
                "value": json_number(month.value),
                "source": month.source,
                "hidden": month.hidden,
                "place": month.place(one.decimals),
                "ends": [json_number(end) for end in month.ends],
            }
            for month in one.months
            if month.value is not None or month.hidden
        ],
        "split": None
        if parts is None
        else {
            "month": parts.month,
            "difference": json_number(parts.difference),
            "others": parts.others,
            **{part: json_number(getattr(parts, part)) for part in PARTS},
            "chance": None if parts.chance is None else [json_number(end) for end in parts.chance],
        },
    }
