"""Run the program's commands in this process."""

from __future__ import annotations

import io
from pathlib import Path

from model.cli import main

# Commands that make draws, and as many as they make where a test names no number.
_WITH_DRAWS = ("run", "compare", "why", "report", "fan")
_FEW = "16"


def called(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit status, standard output and errors of one command; with few draws where no number is named."""
    given = [str(argument) for argument in arguments]
    if given and given[0] in _WITH_DRAWS and "--draws" not in given:
        given += ["--draws", _FEW]
    return called_as_typed(*given)


def called_as_typed(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit status, standard output and errors of one command with its own default of draws."""
    out, err = io.StringIO(), io.StringIO()
    return main.main([str(argument) for argument in arguments], out, err), out.getvalue(), err.getvalue()
