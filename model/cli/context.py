"""Share what the commands need: where a command answers, how figures and tables are written, how far long work is."""

from __future__ import annotations

import argparse
import contextlib
import math
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from model.disclosure import LIMIT
from model.files.problems import FileProblem, Problem, sanitised, system_reason
from model.language.catalogue import number, text
from model.municipality.municipality_list import own_municipalities_folder
from model.parameters.sourced_value import SourcedValue
from model.scenario.files import load_with_warnings
from model.scenario.period import use_names_of
from model.scenario.scenario import Scenario, canonical_json

GOOD: Final = 0
WRONG_SCENARIO: Final = 1
WRONG_USE: Final = 2

# Enough to see a person in a municipality, and the same on every run of one machine.
_SIGNIFICANT: Final = 9
_HALF_OERE: Final = 0.005  # DKK
NAME_WIDTH: Final = 52
COLUMN_WIDTH: Final = 19
MILLION: Final = 1e6
MONEY_DECIMALS: Final = 2
_CLEAR_LINE: Final = "\r\x1b[K"


class WrongUse(Exception):
    """The command names something that is not there, or asks for what cannot be done."""


class CommandContext:
    """The options of a command, the reader's language and the streams that it answers on."""

    def __init__(self, options: argparse.Namespace, language: str, out: TextIO, err: TextIO) -> None:
        self.options = options
        self.language = language
        self.out = out
        self.err = err
        self._on_terminal = err.isatty()
        self._showing = False

    @property
    def json(self) -> bool:
        """Return whether a machine reads the answer."""
        return bool(self.options.json)

    def print(self, *lines: str) -> None:
        """Write lines for a person."""
        self.clear_progress()
        for line in lines:
            # A file's name may hold bytes that are no text; they are written as the system has them, `\udce5`.
            self.out.write(line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")

    def emit_json(self, plain: Any) -> None:
        """Write one object for a machine, always the same bytes for the same data."""
        self.print(canonical_json(plain))

    def warn_own_file(self, problem: FileProblem) -> None:
        """Write to standard error what is wrong with a municipality's own file, and where it lies."""
        self.clear_progress()
        heading = self.text("error.own_file", folder=own_municipalities_folder())
        self.err.write(f"{heading}\n{problem.text(self.language)}\n")

    def warn(self, lines: Iterable[str]) -> None:
        """Write to standard error what to ask about a file that can be used."""
        for line in lines:
            self.clear_progress()
            self.err.write(f"{self.text('warning')} {line}\n")

    def text(self, key: str, **values: object) -> str:
        """Return a text of the command line in the reader's language."""
        return text(f"cli.{key}", self.language, **values)

    def progress(self, key: str, **values: object) -> None:
        """Show how far long work is: one line that replaces the last on a terminal, nothing in a pipe."""
        if not self._on_terminal:
            return
        width = shutil.get_terminal_size().columns - 1
        self.err.write(_CLEAR_LINE + self.text(key, **values)[:width])
        self.err.flush()
        self._showing = True

    def clear_progress(self) -> None:
        """Remove the line of progress before anything else is written."""
        if self._showing:
            self.err.write(_CLEAR_LINE)
            self.err.flush()
            self._showing = False


def scenario_of(path: Path, context: CommandContext) -> Scenario:
    """Return the scenario in a file; what to ask about it goes to standard error. Raises FileProblem."""
    read = load_with_warnings(path)
    context.warn(read.lines(context.language))
    use_names_of(read.scenario)
    return read.scenario


def existing(given: str, context: CommandContext, *, folder: bool = False) -> Path:
    """Return the path of a file (or with ``folder`` also a folder) that exists. Raises WrongUse."""
    path = Path(given)
    try:
        if path.is_file() or (folder and path.is_dir()):
            return path
        reason = "is_folder" if path.is_dir() else "no_file" if path.exists() else "missing"
    except PermissionError:
        reason = "not_allowed"
    except (OSError, ValueError):
        reason = "missing"
    raise WrongUse(context.text(f"error.{reason}", path=given))


def place_to_write(given: str, context: CommandContext, *sources: Path) -> Path:
    """Return the path that an answer goes to, checked before the long work begins; never one of what is read.

    Raises WrongUse.
    """
    path = Path(given)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.lstat()  # says so where no file can have the name
        if path.is_dir():
            raise WrongUse(context.text("error.is_folder", path=sanitised(given)))
        if path.exists() and any(path.samefile(source) for source in sources):
            raise WrongUse(context.text("error.would_replace_scenario", path=sanitised(given)))
        if not path.parent.is_dir():
            raise WrongUse(context.text("error.missing", path=sanitised(path.parent)))
    except (OSError, ValueError) as error:
        raise WrongUse(context.text("error.system", why=system_reason(error, context.language))) from None
    return path


def json_problems(problem: FileProblem | None) -> list[dict[str, Any]]:
    """Return a file's problems as JSON data."""
    if problem is None:
        return []
    return [json_problem(fault) for fault in problem.problems]


def json_problem(problem: Problem) -> dict[str, Any]:
    """Return one problem or warning with its place as JSON data."""
    return {
        "line": problem.line,
        "column": problem.column,
        "path": list(problem.path),
        "da": problem.da,
        "en": problem.en,
    }


def json_numbers(values: Iterable[float]) -> list[float | None]:
    """Return numbers as JSON data."""
    return [json_number(value) for value in values]


def json_amounts(dkk: Iterable[float]) -> list[float | None]:
    """Return amounts as JSON data; what is less than half an øre is nothing.

    A difference of two sums that are equal is the noise of their last bits, which is not the same in every process.
    """
    return [json_number(0.0 if abs(value) < _HALF_OERE else value) for value in dkk]


def json_number(value: float | None) -> float | None:
    """Round to nine significant digits; what is not defined is None."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{_SIGNIFICANT}g}") + 0.0


def json_figures(value: SourcedValue, *, suppressed: bool) -> dict[str, float | bool | None]:
    """Return a number of a register with its range as JSON data, unrounded; a suppressed count is null and marked.

    A run can be reproduced from the numbers as they are written.
    """
    if suppressed:
        return {"value": None, "low": None, "high": None, "hidden": True}
    return {"value": value.value, "low": value.low, "high": value.high}


def suppressed_keys(suppressed: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of what is null in the JSON because it is too small to be shown; nothing where none is."""
    names = sorted(suppressed)
    return {"hidden": names} if names else {}


def suppressed_mark(suppressed: bool) -> dict[str, bool]:
    """Return the mark of an object whose figures are null because they are too small; else nothing."""
    return {"hidden": True} if suppressed else {}


def suppressed_note(language: str) -> str:
    """Explain to a person what is not shown and why."""
    return text("disclosure.note", language, limit=number(LIMIT, language))


def row(
    name: str, cells: Sequence[str], *, name_width: int = NAME_WIDTH, column_width: int = COLUMN_WIDTH
) -> str:
    """Return one line of a table: a name and right-aligned cells."""
    name = shortened(name, name_width)
    return (name.ljust(name_width) + "".join(f"  {cell:>{column_width}}" for cell in cells)).rstrip()


def shortened(words: str, width: int) -> str:
    """Cut a text to a width, with a sign where some is left out."""
    return words if len(words) <= width else words[: width - 1] + "…"
