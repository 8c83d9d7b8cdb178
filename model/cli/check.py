"""``check``: this version of the model held against a revision in git, as material for CHANGELOG.md."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from model.cli.context import GOOD, CommandContext, WrongUse, json_number, row
from model.validation.regression_check import (
    SHIPPED,
    CannotCheck,
    ChangedFigure,
    Changes,
    Figure,
    changes_between,
    measure,
    measure_revision,
    revision_hash,
)

MOVED: Final = 1
_FIGURE: Final = 66
_COLUMN: Final = 18
_COMMIT: Final = 10
# How many figures of a case are listed for a person, the largest first; a machine gets all.
_OF_SCENARIO: Final = 8
_OF_MATRIX: Final = 3


def check_command(context: CommandContext) -> int:
    """Run all shipped scenarios and the lever matrix here and in a revision; 1 where something has moved."""
    revision = context.options.revision
    try:
        commit = revision_hash(revision)
        figures = measure(SHIPPED, lambda i, n, case: context.progress("running", i=i, n=n, name=case))
        context.progress("check.running_other", revision=revision)
        changes = changes_between(measure_revision(commit, SHIPPED), figures)
    except CannotCheck as error:
        raise WrongUse(context.text(f"check.{error.key}", **error.values)) from None
    if context.json:
        context.emit_json(_to_jsonable(changes, revision, commit))
    else:
        context.print(*_as_text(changes, context, f"{revision}, {commit[:_COMMIT]}"))
    return GOOD if changes.is_unchanged else MOVED


def _to_jsonable(changes: Changes, revision: str, commit: str) -> dict[str, Any]:
    """Return the object that ``check --json`` answers."""
    return {
        "revision": revision,
        "commit": commit,
        "model_version": {"before": changes.before.model_version, "after": changes.after.model_version},
        "stands_still": changes.is_unchanged,
        "compared": len(changes.compared),
        "moved": [
            {
                "case": moved.case,
                "figure": moved.figure,
                "before": _json_figure(moved.before),
                "after": _json_figure(moved.after),
                "difference": json_number(moved.difference),
                "relative": json_number(moved.relative),
            }
            for moved in changes.changed
        ],
        "added": list(changes.added),
        "removed": list(changes.removed),
        "failed": {"before": dict(changes.failed_before), "after": dict(changes.failed_here)},
    }


def _json_figure(figure: Figure) -> Figure:
    """Return a figure as JSON data; a word stays as it is."""
    return figure if isinstance(figure, str) else json_number(figure)


def _as_text(changes: Changes, context: CommandContext, revision: str) -> Iterable[str]:
    """Yield for a person what has moved, case by case."""
    n = len(changes.compared)
    yield context.text(
        "check.heading",
        before=changes.before.model_version,
        after=changes.after.model_version,
        revision=revision,
        n=n,
    )
    if changes.changed:
        cases = len({moved.case for moved in changes.changed})
        yield context.text("check.summary", figures=len(changes.changed), cases=cases, n=n)
        yield ""
        columns = ("before", "after", "difference", "relative")
        heads = [context.text(f"check.{column}") for column in columns]
        yield _line(context.text("check.figure"), heads)
        for case, group in groupby(changes.changed, key=lambda moved: moved.case):
            yield from _case(case, list(group), context)
    elif changes.is_unchanged:
        yield context.text("check.nothing")
    for key, cases_only in (("added", changes.added), ("removed", changes.removed)):
        if cases_only:
            yield context.text(f"check.{key}", cases=", ".join(cases_only), revision=revision)
    for key, failed in (("failed_before", changes.failed_before), ("failed_after", changes.failed_here)):
        for case, message in failed.items():
            yield context.text(f"check.{key}", case=case, message=message, revision=revision)


def _case(case: str, moved: list[ChangedFigure], context: CommandContext) -> Iterable[str]:
    """Yield the largest changes of one case."""
    yield case
    most = _OF_MATRIX if case.startswith("matrix:") else _OF_SCENARIO
    listed = sorted(moved, key=_size, reverse=True)[:most]
    for figure in listed:
        yield _line("  " + figure.figure, [_shown(figure.before), _shown(figure.after), *_change(figure)])
    if len(listed) < len(moved):
        yield "  " + context.text("check.more", n=len(moved) - len(listed))


def _size(moved: ChangedFigure) -> float:
    """Return the relative size of a change; a figure that has come, gone or changed its word is largest."""
    # A figure that has come, gone or turned from one word to another is told first.
    return float("inf") if moved.relative is None else abs(moved.relative)


def _change(moved: ChangedFigure) -> list[str]:
    """Format the difference and the relative difference of a figure."""
    if moved.difference is None or moved.relative is None:
        return ["", ""]
    return [f"{moved.difference:+.6g}", f"{moved.relative:+.2e}"]


def _shown(figure: Figure) -> str:
    """Format a figure."""
    # Nine digits without thousands: these lines are for developers and for CHANGELOG.
    return "-" if figure is None else figure if isinstance(figure, str) else f"{figure:.9g}"


def _line(name: str, cells: list[str]) -> str:
    """Return a line of the table."""
    return row(name, cells, name_width=_FIGURE, column_width=_COLUMN)
