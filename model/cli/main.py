"""Parse the command line, run one command and turn its problems into an exit status.

Exit status 0 good, 1 the scenario is wrong, 2 the command is used wrongly or the system says no. Long work says
how far it is on a terminal and is silent in a pipe. The answers of ``--json`` are canonical: the same input
gives the same bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TextIO

from model.cli.context import GOOD, WRONG_SCENARIO, WRONG_USE, CommandContext, WrongUse, json_problems
from model.domain import MODEL_VERSION
from model.files.problems import FileProblem, sanitised, system_reason
from model.language.catalogue import LANGUAGES, group_names_of_one_answer, text
from model.municipality.own_file import OwnFileProblem, own_files_must_be_right

__all__ = ["COMMANDS", "GOOD", "WRONG_SCENARIO", "WRONG_USE", "main"]

# Faults are reported in the reader's language; the log is for those who ask for it.
logging.getLogger("model").addHandler(logging.NullHandler())

# The status that a shell gives a command that was interrupted.
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
    """An option of a command: with a default or a ``value`` it takes one, without them it is a switch.

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
    """A command with what it takes: ``NAME_command`` of the module ``model.cli.MODULE`` runs it."""

    name: str
    module: str
    arguments: tuple[_Argument, ...] = ()
    options: tuple[_Option, ...] = ()

    def run(self, context: CommandContext) -> int:
        """Run the command and return its exit status.

        Its module is loaded only now: the engine takes a second to load, and ``--help`` does not need it.
        """
        module = importlib.import_module(f"model.cli.{self.module}")
        status: int = getattr(module, f"{self.name}_command")(context)
        return status


# Which starting figures a command is about; without it the newest.
_BASELINE: Final = _Option("--baseline", "baseline", value="YEAR")
# The administration's proposal, which a scenario is held against.
_REFERENCE: Final = _Option("--reference", "reference", value="OTHER")

COMMANDS: Final = (
    _Command(
        "run",
        "run",
        (_Argument("file", "file"),),
        (
            _Option("--save-results", "save_results"),
            _Option("--draws", "run_draws", default="128"),
            _REFERENCE,
        ),
    ),
    _Command(
        "compare",
        "compare",
        (_Argument("files", "files", nargs="+"),),
        (_Option("--draws", "run_draws", default="128"),),
    ),
    _Command(
        "stack",
        "stack",
        (_Argument("files", "stack_files", nargs="+"),),
        (
            _Option("--municipality", "stack_municipality", default=""),
            _Option("--name", "stack_name", default=""),
            _Option("--out", "stack_out", value="FILE"),
            _Option("--sheet", "stack_sheet", value="FILE"),
            _Option("--draws", "run_draws", default="128"),
        ),
    ),
    _Command("diff", "compare", (_Argument("before", "before"), _Argument("after", "after"))),
    _Command(
        "why",
        "why",
        (_Argument("file", "file"),),
        (_Option("--merge-groups", "merge_groups"), _Option("--draws", "run_draws", default="128")),
    ),
    _Command(
        "sweep",
        "sweep",
        (_Argument("file", "file"),),
        (
            _Option("--over", "over", value="LEVER=FROM:TO:STEP", many=True, required=True),
            _Option("--csv", "csv", value="FILE"),
            _Option("--dask", "dask", value="ADDRESS"),
        ),
    ),
    _Command(
        "report",
        "report",
        (_Argument("file", "file"),),
        (
            _Option("--to", "report_to", value="FILE", required=True),
            _Option("--draws", "report_draws", default="128"),
            _Option("--date", "report_date", value="DATE"),
            _REFERENCE,
        ),
    ),
    _Command("validate", "files", (_Argument("file_or_folder", "file_or_folder"),)),
    _Command(
        "seek",
        "seek",
        (_Argument("file", "file"),),
        (
            _Option("--goal", "seek_goal", value="GOAL", many=True),
            _Option("--lever", "seek_lever", value="LEVER", many=True),
            _Option("--by", "seek_by", value="DATE"),
            _Option("--budget", "seek_budget", value="DKK"),
            _Option("--free", "seek_free", value="LEVER", many=True),
            _Option("--certainty", "seek_certainty", value="SHARE"),
            _Option("--from", "seek_from", value="DATE"),
            _Option("--phase-in", "seek_phase_in", default="0"),
            _Option("--seed", "seek_seed", default="1"),
            _Option("--spend", "seek_spend", value="DKK"),
            _Option("--cut", "seek_cut", value="DKK"),
            _Option("--year", "seek_year", value="YEAR"),
            _Option("--limit", "seek_limit", value="GOAL", many=True),
            _Option("--draws", "seek_draws", value="NUMBER"),
            _Option("--curve", "seek_curve"),
            _Option("--save", "seek_save", value="FILE"),
        ),
    ),
    _Command(
        "fan",
        "uncertainty",
        (_Argument("file", "file"),),
        (_Option("--draws", "draws", default="128"), _Option("--seed", "seed", default="1")),
    ),
    _Command(
        "tornado",
        "uncertainty",
        (_Argument("file", "file"),),
        (_Option("--goal", "goal", default=""), _Option("--by-difference", "by_difference")),
    ),
    _Command(
        "parameters",
        "files",
        (_Argument("municipality", "municipality"),),
        (_Option("--assumption-set", "assumption_set", default="evidence"), _BASELINE),
    ),
    _Command("municipalities", "files"),
    _Command(
        "backtest",
        "backtest",
        options=(
            _Option("--start", "backtest_start", default=""),
            _Option("--municipality", "backtest_municipality", default=""),
            _Option("--all", "backtest_all"),
            _Option("--freeze", "backtest_freeze"),
        ),
    ),
    _Command("calibrate", "calibrate", (_Argument("series", "series"),), (_BASELINE,)),
    _Command(
        "import",
        "imports",
        (_Argument("file", "import_file"),),
        (
            _Option("--municipality", "import_municipality", default=""),
            _BASELINE,
            _Option("--group", "import_group", default=""),
            _Option("--until", "import_until", default=""),
            _Option("--area-is-ours", "import_area_is_ours"),
            _Option("--unlikely-is-right", "import_unlikely_is_right"),
            _Option("--column", "import_column", value="LABEL=ROLE[:WHAT]", many=True),
            _Option("--keep-reading", "import_keep_reading"),
            _Option("--save", "import_save"),
        ),
    ),
    _Command(
        "fetch",
        "fetch",
        (_Argument("municipality", "municipality"),),
        (
            _BASELINE,
            _Option("--until", "fetch_until", default=""),
            _Option("--key-file", "fetch_key_file", value="FILE"),
            _Option("--again", "fetch_again"),
            _Option("--unlikely-is-right", "import_unlikely_is_right"),
            _Option("--save", "import_save"),
        ),
    ),
    _Command(
        "set",
        "typed_figures",
        (
            _Argument("municipality", "municipality"),
            _Argument("parameter", "set_parameter"),
            _Argument("value", "set_value", nargs="?"),
        ),
        (
            _BASELINE,
            _Option("--source", "set_source", value="TEXT"),
            _Option("--as-of", "set_as_of", value="PERIOD"),
            _Option("--quality", "set_quality", default="statistic"),
            _Option("--low", "set_low", value="NUMBER"),
            _Option("--high", "set_high", value="NUMBER"),
            _Option("--note", "set_note", value="TEXT"),
            _Option("--unlikely-is-right", "import_unlikely_is_right"),
            _Option("--remove", "set_remove"),
            _Option("--save", "import_save"),
        ),
    ),
    _Command(
        "template",
        "typed_figures",
        (_Argument("municipality", "municipality"),),
        (
            _BASELINE,
            _Option("--to", "template_to", value="FILE"),
            _Option("--date", "template_date", value="DATE"),
        ),
    ),
    _Command(
        "vintage",
        "vintage",
        (_Argument("name", "vintage_name"),),
        (
            _Option("--until", "vintage_until", default=""),
            _Option("--from", "vintage_from", default=""),
            _Option("--to", "vintage_to", default=""),
            _Option("--show", "vintage_show", default=""),
        ),
    ),
    _Command(
        "workshop",
        "workshop",
        (_Argument("action", "workshop_action"), _Argument("what", "workshop_what", nargs="*")),
        (
            _Option("--out", "workshop_out", value="FILE"),
            _Option("--tables", "workshop_tables", default="6"),
            _Option("--address", "workshop_address", value="URL"),
            _Option("--with-unshown", "workshop_unshown"),
            _Option("--draws", "report_draws", default="128"),
            _Option("--date", "report_date", value="DATE"),
        ),
    ),
    _Command(
        "followup",
        "followup",
        (_Argument("action", "followup_action"), _Argument("file", "followup_file", nargs="?")),
    ),
    _Command("schema", "files", (), (_Option("--course", "schema_course"),)),
    _Command("compile", "upkeep"),
    _Command("backup", "upkeep", (_Argument("file", "backup_file"),)),
    _Command(
        "restore", "upkeep", (_Argument("file", "restore_file"),), (_Option("--replace", "restore_replace"),)
    ),
    _Command("check", "check", (_Argument("revision", "revision", nargs="?", default="HEAD"),)),
)


# --- arguments -----------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse with its help and errors in the reader's language."""

    language = LANGUAGES[0]

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and exit."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, text("cli.error.use", self.language, message=message) + "\n")


def _parser(language: str) -> _Parser:
    """Build the parser of all commands with help in ``language``."""
    _Parser.language = language
    common = _common_options(language)
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
        subparser = commands.add_parser(
            command.name,
            help=_help(command.name, language),
            description=text(f"cli.help.{command.name}", language),
            parents=[common],
            add_help=False,
            allow_abbrev=False,
        )
        for argument in command.arguments:
            _add_argument(subparser, argument, language)
        for option in command.options:
            _add_option(subparser, option, language)
        subparser.set_defaults(run=command.run)
    return parser


def _help(key: str, language: str) -> str:
    """Return a help text as argparse takes it, which fills in what stands behind a per cent sign."""
    return text(f"cli.help.{key}", language).replace("%", "%%")


def _common_options(language: str) -> _Parser:
    """Build the parser of the options that may stand before the command or after it."""
    common = _Parser(add_help=False)
    group = common.add_argument_group(text("cli.options", language))
    group.add_argument("-h", "--help", action="help", help=_help("help", language))
    # SUPPRESS: given before the command or after it, neither overwrites the other.
    group.add_argument(
        "--language",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        help=_help("language", language),
    )
    group.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_help("json", language))
    group.add_argument(
        "--version",
        action="version",
        version=f"Indsatskompas {MODEL_VERSION}",
        help=_help("version", language),
    )
    return common


def _add_argument(parser: argparse.ArgumentParser, argument: _Argument, language: str) -> None:
    """Add a command's argument to its parser."""
    more: dict[str, Any] = {"nargs": argument.nargs, "default": argument.default} if argument.nargs else {}
    help_text = _help(argument.key, language)
    parser.add_argument(argument.name, metavar=argument.name.upper(), help=help_text, **more)


def _add_option(parser: argparse.ArgumentParser, option: _Option, language: str) -> None:
    """Add a command's option to its parser."""
    settings: dict[str, Any]
    if option.many:
        settings = {
            "action": "append",
            "required": option.required,
            "default": None if option.required else [],
            "metavar": option.value,
        }
    elif option.value is not None:
        settings = {"required": option.required, "default": option.default, "metavar": option.value}
    elif option.default is None:
        settings = {"action": "store_true"}
    else:
        settings = {"default": option.default}
    parser.add_argument(option.name, help=_help(option.key, language), **settings)


def _language_of(arguments: Sequence[str]) -> str:
    """Return the language that is asked for, which must be known before the help is written in it."""
    for i, argument in enumerate(arguments):
        language = argument.partition("=")[2] if argument.startswith("--language=") else ""
        if argument == "--language" and i + 1 < len(arguments):
            language = arguments[i + 1]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


# --- running -------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run one command and return its exit status; ``out`` and ``err`` replace the standard streams."""
    arguments = sys.argv[1:] if arguments is None else arguments
    out, err = out or sys.stdout, err or sys.stderr
    for stream in (out, err):
        if hasattr(stream, "reconfigure"):  # Danish letters also where the system's own encoding has none
            stream.reconfigure(encoding="utf-8")
    language = _language_of(arguments)
    options = _parser(language).parse_args(arguments)
    options.json = getattr(options, "json", False)
    context = CommandContext(options, language, out, err)
    try:
        try:
            return _run_reporting(context)
        finally:
            context.clear_progress()
            out.flush()
    except BrokenPipeError:
        # The reader has closed (head, for instance); nothing more may be written at exit.
        _write_nowhere(sys.stdout)
        return GOOD
    except OSError as error:
        # The disk that the answer goes to is full, a folder may not be opened: nothing the scenario can help.
        with contextlib.suppress(OSError):
            err.write(_system_error_text(error, language) + "\n")
        _write_nowhere(sys.stdout)
        return WRONG_USE


def _run_reporting(context: CommandContext) -> int:
    """Run the command; report what is wrong with it or with a file, and return the exit status."""
    try:
        with own_files_must_be_right(), group_names_of_one_answer():
            status: int = context.options.run(context)
    except OwnFileProblem as problem:
        # Not the scenario's fault: a municipality's own file is broken.
        context.clear_progress()
        if context.json:
            context.emit_json({"problems": json_problems(problem)})
        context.warn_own_file(problem)
        return WRONG_USE
    except WrongUse as error:
        context.clear_progress()
        if context.json:
            context.emit_json({"error": str(error)})
        context.err.write(f"{error}\n")
        return WRONG_USE
    except FileProblem as problem:
        context.clear_progress()
        if context.json:
            context.emit_json({"problems": json_problems(problem)})
        context.err.write(problem.text(context.language) + "\n")
        return WRONG_SCENARIO
    except KeyboardInterrupt:
        context.clear_progress()
        return _INTERRUPTED
    return status


def _system_error_text(error: OSError, language: str) -> str:
    """Describe an error of the operating system for a person."""
    where = f"{sanitised(error.filename)}: " if isinstance(error.filename, str) else ""
    return text("cli.error.system", language, why=where + system_reason(error, language))


def _write_nowhere(stream: TextIO) -> None:
    """Redirect a stream so that what it still holds does not fail once more when the program ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
