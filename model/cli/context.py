"""What the commands share: where a command answers, how figures and tables are written, how far long work is."""

from __future__ import annotations

import argparse
import contextlib
import math
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from model.disclosure import LIMIT
from model.files.problems import FileProblem, shown, system_reason
from model.language.catalogue import number, text
from model.parameters.sourced_value import SourcedValue

GOOD: Final = 0
WRONG_SCENARIO: Final = 1
WRONG_USE: Final = 2

# Enough to see a person in a municipality, and the same on every run of one machine.
_SIGNIFICANT: Final = 9
NAME_WIDTH: Final = 52
COLUMN_WIDTH: Final = 19
MILLION: Final = 1e6
MONEY_DECIMALS: Final = 2
_CLEAR_LINE: Final = "\r\x1b[K"


class WrongUse(Exception):
    """The command names something that is not there, or asks for what cannot be done."""


class Session:
    """What a command is asked for and where it answers."""

    def __init__(self, options: argparse.Namespace, language: str, out: TextIO, err: TextIO) -> None:
        self.options = options
        self.language = language
        self.out = out
        self.err = err
        self._on_terminal = err.isatty()
        self._showing = False

    @property
    def json(self) -> bool:
        """Whether a machine reads the answer."""
        return bool(self.options.json)

    def say(self, *lines: str) -> None:
        """Lines for a person."""
        self.clear_progress()
        for line in lines:
            self.out.write(line + "\n")

    def answer(self, plain: Any) -> None:
        """One object for a machine, always the same bytes for the same data."""
        from model.scenario.scenario import canonical_json

        self.say(canonical_json(plain))

    def tell_own_file(self, problem: FileProblem) -> None:
        """What is wrong with a municipality's own file, and where it lies."""
        from model.municipality.municipality import own_municipalities_folder

        self.clear_progress()
        told = self.text("error.own_file", folder=own_municipalities_folder())
        self.err.write(f"{told}\n{problem.text(self.language)}\n")

    def text(self, key: str, **values: object) -> str:
        """A text of the command line in the reader's language."""
        return text(f"cli.{key}", self.language, **values)

    def progress(self, key: str, **values: object) -> None:
        """How far long work is: one line that replaces the last on a terminal, nothing in a pipe."""
        if not self._on_terminal:
            return
        width = shutil.get_terminal_size().columns - 1
        self.err.write(_CLEAR_LINE + self.text(key, **values)[:width])
        self.err.flush()
        self._showing = True

    def clear_progress(self) -> None:
        """Take the line away before anything else is written."""
        if self._showing:
            self.err.write(_CLEAR_LINE)
            self.err.flush()
            self._showing = False


def existing(given: str, session: Session, *, folder: bool = False) -> Path:
    """A file (or with ``folder`` also a folder) that is there. Raises WrongUse."""
    path = Path(given)
    try:
        if path.is_file() or (folder and path.is_dir()):
            return path
        reason = "is_folder" if path.is_dir() else "no_file" if path.exists() else "missing"
    except PermissionError:
        reason = "not_allowed"
    except (OSError, ValueError):
        reason = "missing"
    raise WrongUse(session.text(f"error.{reason}", path=given))


def place_to_write(given: str, session: Session, scenario: Path) -> Path:
    """Where an answer goes, never the scenario itself; known to be possible before the long work begins.

    Raises WrongUse.
    """
    path = Path(given)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.lstat()  # says so where no file can have the name
        if path.is_dir():
            raise WrongUse(session.text("error.is_folder", path=shown(given)))
        if path.exists() and path.samefile(scenario):
            raise WrongUse(session.text("error.would_replace_scenario", path=shown(given)))
        if not path.parent.is_dir():
            raise WrongUse(session.text("error.missing", path=shown(path.parent)))
    except (OSError, ValueError) as error:
        raise WrongUse(session.text("error.system", why=system_reason(error, session.language))) from None
    return path


def plain_problems(problem: FileProblem | None) -> list[dict[str, Any]]:
    """A file's problems as ``--json`` answers them."""
    if problem is None:
        return []
    return [
        {"line": p.line, "column": p.column, "path": list(p.path), "da": p.da, "en": p.en}
        for p in problem.problems
    ]


def plain(values: Iterable[float]) -> list[float | None]:
    """Numbers as ``--json`` answers them."""
    return [plain_value(value) for value in values]


def plain_value(value: float | None) -> float | None:
    """To nine significant digits; what is not defined is null."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{_SIGNIFICANT}g}") + 0.0


def plain_figures(value: SourcedValue, *, hidden: bool) -> dict[str, float | bool | None]:
    """A number with its range as ``--json`` answers it; a count that is not shown is null and says so."""
    if hidden:
        return {"value": None, "low": None, "high": None, "hidden": True}
    return {"value": plain_value(value.value), "low": plain_value(value.low), "high": plain_value(value.high)}


def hidden_keys(hidden: Iterable[str]) -> dict[str, list[str]]:
    """The names of what ``--json`` answers as null because it is too small to be shown; nothing where none is."""
    names = sorted(hidden)
    return {"hidden": names} if names else {}


def hidden_mark(hidden: bool) -> dict[str, bool]:
    """The mark of an object of ``--json`` whose figures are null because they are too small; else nothing."""
    return {"hidden": True} if hidden else {}


def hidden_note(language: str) -> str:
    """What is not shown and why, for a person."""
    return text("small_numbers.note", language, limit=number(LIMIT, language))


def row(
    name: str, cells: Sequence[str], *, name_width: int = NAME_WIDTH, column_width: int = COLUMN_WIDTH
) -> str:
    """One line of a table: a name and right-aligned cells."""
    name = shortened(name, name_width)
    return (name.ljust(name_width) + "".join(f"  {cell:>{column_width}}" for cell in cells)).rstrip()


def shortened(words: str, width: int) -> str:
    """Words that fit, with a sign where some are left out."""
    return words if len(words) <= width else words[: width - 1] + "…"
