"""``check``: this version of the model held against a revision in git, as material for CHANGELOG.md."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from model.cli.context import GOOD, Session, WrongUse, plain_value, row

if TYPE_CHECKING:
    from model.validation.regression_check import Figure, Moved, Movement

MOVED: Final = 1
_FIGURE: Final = 66
_COLUMN: Final = 18
_COMMIT: Final = 10
# How many figures of a case are listed for a person, the largest first; a machine gets all.
_OF_SCENARIO: Final = 8
_OF_MATRIX: Final = 3


def check_command(session: Session) -> int:
    """Run all shipped scenarios and the lever matrix here and in a revision; 1 where something has moved."""
    from model.validation.regression_check import (
        SHIPPED,
        CannotCheck,
        measure,
        measure_revision,
        movement,
        revision_hash,
    )

    revision = session.options.revision
    try:
        commit = revision_hash(revision)
        here = measure(SHIPPED, lambda i, n, case: session.progress("running", i=i, n=n, name=case))
        session.progress("check.running_other", revision=revision)
        found = movement(measure_revision(commit, SHIPPED), here)
    except CannotCheck as error:
        raise WrongUse(session.text(f"check.{error.key}", **error.values)) from None
    if session.json:
        session.answer(_as_plain(found, revision, commit))
    else:
        session.say(*_as_text(found, session, f"{revision}, {commit[:_COMMIT]}"))
    return GOOD if found.stands_still else MOVED


def _as_plain(found: Movement, revision: str, commit: str) -> dict[str, Any]:
    return {
        "revision": revision,
        "commit": commit,
        "model_version": {"before": found.before.model_version, "after": found.after.model_version},
        "stands_still": found.stands_still,
        "compared": len(found.compared),
        "moved": [
            {
                "case": moved.case,
                "figure": moved.figure,
                "before": _plain_figure(moved.before),
                "after": _plain_figure(moved.after),
                "difference": plain_value(moved.difference),
                "relative": plain_value(moved.relative),
            }
            for moved in found.moved
        ],
        "added": list(found.added),
        "removed": list(found.removed),
        "failed": {"before": dict(found.failed_before), "after": dict(found.failed_here)},
    }


def _plain_figure(figure: Figure) -> Figure:
    return figure if isinstance(figure, str) else plain_value(figure)


def _as_text(found: Movement, session: Session, revision: str) -> Iterable[str]:
    n = len(found.compared)
    yield session.text(
        "check.heading",
        before=found.before.model_version,
        after=found.after.model_version,
        revision=revision,
        n=n,
    )
    if found.moved:
        cases = len({moved.case for moved in found.moved})
        yield session.text("check.summary", figures=len(found.moved), cases=cases, n=n)
        yield ""
        columns = ("before", "after", "difference", "relative")
        heads = [session.text(f"check.{column}") for column in columns]
        yield _line(session.text("check.figure"), heads)
        for case, group in groupby(found.moved, key=lambda moved: moved.case):
            yield from _case(case, list(group), session)
    elif found.stands_still:
        yield session.text("check.nothing")
    for key, cases_only in (("added", found.added), ("removed", found.removed)):
        if cases_only:
            yield session.text(f"check.{key}", cases=", ".join(cases_only), revision=revision)
    for key, failed in (("failed_before", found.failed_before), ("failed_after", found.failed_here)):
        for case, message in failed.items():
            yield session.text(f"check.{key}", case=case, message=message, revision=revision)


def _case(case: str, moved: list[Moved], session: Session) -> Iterable[str]:
    yield case
    most = _OF_MATRIX if case.startswith("matrix:") else _OF_SCENARIO
    listed = sorted(moved, key=_size, reverse=True)[:most]
    for figure in listed:
        yield _line("  " + figure.figure, [_shown(figure.before), _shown(figure.after), *_change(figure)])
    if len(listed) < len(moved):
        yield "  " + session.text("check.more", n=len(moved) - len(listed))


def _size(moved: Moved) -> float:
    # A figure that has come, gone or turned from one word to another is told first.
    return float("inf") if moved.relative is None else abs(moved.relative)


def _change(moved: Moved) -> list[str]:
    if moved.difference is None or moved.relative is None:
        return ["", ""]
    return [f"{moved.difference:+.6g}", f"{moved.relative:+.2e}"]


def _shown(figure: Figure) -> str:
    # Nine digits without thousands: these lines are for developers and for CHANGELOG.
    return "-" if figure is None else figure if isinstance(figure, str) else f"{figure:.9g}"


def _line(name: str, cells: list[str]) -> str:
    return row(name, cells, name_width=_FIGURE, column_width=_COLUMN)
