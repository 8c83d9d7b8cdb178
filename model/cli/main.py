"""The command line: run, check and describe, for people or (``--json``) for machines.

Exit status 0 good, 1 the scenario is wrong, 2 the command is used wrongly or the system says no. Long work says
how far it is on a terminal and is silent in a pipe. The answers of ``--json`` are canonical: the same input
gives the same bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, TextIO

from model.cli.backtest import backtest_command, calibrate_command
from model.cli.check import check_command
from model.cli.compare import compare_command, diff_command
from model.cli.context import GOOD, WRONG_SCENARIO, WRONG_USE, Session, WrongUse, plain_problems
from model.cli.files import municipalities_command, parameters_command, schema_command, validate_command
from model.cli.imports import import_command
from model.cli.report import report_command
from model.cli.run import input_hash, run_command
from model.cli.seek import seek_command
from model.cli.sweep import sweep_command
from model.cli.uncertainty import fan_command, tornado_command
from model.cli.why import why_command
from model.domain import MODEL_VERSION
from model.files.problems import FileProblem, shown, system_reason
from model.language.catalogue import LANGUAGES, text

__all__ = ["COMMANDS", "GOOD", "WRONG_SCENARIO", "WRONG_USE", "input_hash", "main"]

# Faults are told in the reader's language; the log is for those who ask for it.
logging.getLogger("model").addHandler(logging.NullHandler())

# As a shell tells that a command was interrupted.
_INTERRUPTED: Final = 130


@dataclass(frozen=True)
class _Argument:
    """A name or a path that a command takes; its help is ``cli.help.<key>``."""

    name: str
    key: str
    nargs: str | None = None
    default: str | None = None


@dataclass(frozen=True)
class _Option:
    """An option of a command: with a default or a ``value`` it takes one, without them it is said or not.

    ``many`` may be given several times, ``required`` must be given.
    """

    name: str
    key: str
    default: str | None = None
    value: str | None = None  # what the help calls the value
    required: bool = False
    many: bool = False


@dataclass(frozen=True)
class _Command:
    name: str
    run: Callable[[Session], int]
    arguments: tuple[_Argument, ...] = ()
    options: tuple[_Option, ...] = ()


COMMANDS: Final = (
    _Command("run", run_command, (_Argument("file", "file"),), (_Option("--save-results", "save_results"),)),
    _Command("compare", compare_command, (_Argument("files", "files", nargs="+"),)),
    _Command("diff", diff_command, (_Argument("before", "before"), _Argument("after", "after"))),
    _Command("why", why_command, (_Argument("file", "file"),), (_Option("--merge-groups", "merge_groups"),)),
    _Command(
        "sweep",
        sweep_command,
        (_Argument("file", "file"),),
        (
            _Option("--over", "over", value="LEVER=FROM:TO:STEP", many=True, required=True),
            _Option("--csv", "csv", value="FILE"),
            _Option("--dask", "dask", value="ADDRESS"),
        ),
    ),
    _Command(
        "report",
        report_command,
        (_Argument("file", "file"),),
        (
            _Option("--to", "report_to", value="FILE", required=True),
            _Option("--draws", "report_draws", default="128"),
            _Option("--date", "report_date", value="DATE"),
        ),
    ),
    _Command("validate", validate_command, (_Argument("file_or_folder", "file_or_folder"),)),
    _Command(
        "seek",
        seek_command,
        (_Argument("file", "file"),),
        (
            _Option("--goal", "seek_goal", value="GOAL", many=True),
            _Option("--lever", "seek_lever", value="LEVER", many=True),
            _Option("--by", "seek_by", value="DATE"),
            _Option("--budget", "seek_budget", value="DKK"),
            _Option("--certainty", "seek_certainty", value="SHARE"),
            _Option("--from", "seek_from", value="DATE"),
            _Option("--phase-in", "seek_phase_in", default="0"),
            _Option("--seed", "seek_seed", default="1"),
            _Option("--curve", "seek_curve"),
            _Option("--save", "seek_save", value="FILE"),
        ),
    ),
    _Command(
        "fan",
        fan_command,
        (_Argument("file", "file"),),
        (_Option("--draws", "draws", default="128"), _Option("--seed", "seed", default="1")),
    ),
    _Command(
        "tornado",
        tornado_command,
        (_Argument("file", "file"),),
        (_Option("--goal", "goal", default=""), _Option("--by-difference", "by_difference")),
    ),
    _Command(
        "parameters",
        parameters_command,
        (_Argument("municipality", "municipality"),),
        (_Option("--assumption-set", "assumption_set", default="evidence"),),
    ),
    _Command("municipalities", municipalities_command),
    _Command(
        "backtest",
        backtest_command,
        options=(
            _Option("--start", "backtest_start", default=""),
            _Option("--municipality", "backtest_municipality", default=""),
        ),
    ),
    _Command("calibrate", calibrate_command, (_Argument("series", "series"),)),
    _Command(
        "import",
        import_command,
        (_Argument("file", "import_file"),),
        (
            _Option("--municipality", "import_municipality", default=""),
            _Option("--group", "import_group", default=""),
            _Option("--until", "import_until", default=""),
            _Option("--area-is-ours", "import_area_is_ours"),
            _Option("--save", "import_save"),
        ),
    ),
    _Command("schema", schema_command),
    _Command("check", check_command, (_Argument("revision", "revision", nargs="?", default="HEAD"),)),
)


# --- the frame -----------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse with its help and errors in the reader's language."""

    language = LANGUAGES[0]

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, text("cli.error.use", self.language, message=message) + "\n")


def _parser(language: str) -> _Parser:
    _Parser.language = language
    common = _Parser(add_help=False)
    group = common.add_argument_group(text("cli.options", language))
    group.add_argument("-h", "--help", action="help", help=text("cli.help.help", language))
    # SUPPRESS: given before the command or after it, neither overwrites the other.
    group.add_argument(
        "--language",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        help=text("cli.help.language", language),
    )
    group.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help=text("cli.help.json", language)
    )
    group.add_argument(
        "--version",
        action="version",
        version=f"Indsatskompas {MODEL_VERSION}",
        help=text("cli.help.version", language),
    )
    parser = _Parser(
        prog="python -m model",
        description=text("cli.description", language),
        epilog=text("cli.epilog", language),
        parents=[common],
        add_help=False,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(
        dest="command", required=True, title=text("cli.commands", language), metavar="COMMAND"
    )
    for command in COMMANDS:
        words = text(f"cli.help.{command.name}", language)
        sub = commands.add_parser(
            command.name, help=words, description=words, parents=[common], add_help=False, allow_abbrev=False
        )
        for argument in command.arguments:
            more = {"nargs": argument.nargs, "default": argument.default} if argument.nargs else {}
            sub.add_argument(
                argument.name,
                metavar=argument.name.upper(),
                help=text(f"cli.help.{argument.key}", language),
                **more,  # type: ignore[arg-type]
            )
        for option in command.options:
            words = text(f"cli.help.{option.key}", language)
            if option.many:
                sub.add_argument(
                    option.name,
                    action="append",
                    required=option.required,
                    default=None if option.required else [],
                    metavar=option.value,
                    help=words,
                )
            elif option.value is not None:
                sub.add_argument(
                    option.name,
                    required=option.required,
                    default=option.default,
                    metavar=option.value,
                    help=words,
                )
            elif option.default is None:
                sub.add_argument(option.name, action="store_true", help=words)
            else:
                sub.add_argument(option.name, default=option.default, help=words)
        sub.set_defaults(run=command.run)
    return parser


def _language_of(arguments: Sequence[str]) -> str:
    """The language asked for, known before the help is written in it."""
    for i, argument in enumerate(arguments):
        asked = argument.partition("=")[2] if argument.startswith("--language=") else ""
        if argument == "--language" and i + 1 < len(arguments):
            asked = arguments[i + 1]
        if asked in LANGUAGES:
            return asked
    return LANGUAGES[0]


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run one command; ``out`` and ``err`` replace the standard streams. Returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    out, err = out or sys.stdout, err or sys.stderr
    for stream in (out, err):
        if hasattr(stream, "reconfigure"):  # Danish letters also where the system's own encoding has none
            stream.reconfigure(encoding="utf-8")
    language = _language_of(arguments)
    options = _parser(language).parse_args(arguments)
    options.json = getattr(options, "json", False)
    session = Session(options, language, out, err)
    try:
        try:
            return _answered(session)
        finally:
            session.clear_progress()
            out.flush()
    except BrokenPipeError:
        # The reader has closed (head, for instance); nothing more may be written at exit.
        _write_nowhere(sys.stdout)
        return GOOD
    except OSError as error:
        # The disk that the answer goes to is full, a folder may not be opened: nothing the scenario can help.
        with contextlib.suppress(OSError):
            err.write(_system_says_no(error, language) + "\n")
        _write_nowhere(sys.stdout)
        return WRONG_USE


def _answered(session: Session) -> int:
    """Run the command; what is wrong with it or with a file is told and becomes the exit status."""
    from model.municipality.municipality import OwnFileProblem, own_files_must_be_right

    try:
        with own_files_must_be_right():
            status: int = session.options.run(session)
    except OwnFileProblem as problem:
        # Not the scenario's fault: a municipality's own file is broken.
        session.clear_progress()
        if session.json:
            session.answer({"problems": plain_problems(problem)})
        session.tell_own_file(problem)
        return WRONG_USE
    except WrongUse as error:
        session.clear_progress()
        if session.json:
            session.answer({"error": str(error)})
        session.err.write(f"{error}\n")
        return WRONG_USE
    except FileProblem as problem:
        session.clear_progress()
        if session.json:
            session.answer({"problems": plain_problems(problem)})
        session.err.write(problem.text(session.language) + "\n")
        return WRONG_SCENARIO
    except KeyboardInterrupt:
        session.clear_progress()
        return _INTERRUPTED
    return status


def _system_says_no(error: OSError, language: str) -> str:
    where = f"{shown(error.filename)}: " if isinstance(error.filename, str) else ""
    return text("cli.error.system", language, why=where + system_reason(error, language))


def _write_nowhere(stream: TextIO) -> None:
    """What a stream still holds must not fail once more when the program ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
