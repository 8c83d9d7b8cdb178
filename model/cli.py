"""The command line: run, check and describe, for people or (``--json``) for machines.

Exit status 0 good, 1 the scenario is wrong, 2 the command is used wrongly. Long work says so on a terminal
and is silent in a pipe. The answers of ``--json`` are canonical: the same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TextIO

from model.domain import EXITS, GROUPS, MODEL_VERSION, ORIGINS
from model.file_problems import FileProblem
from model.texts import LANGUAGES, long_date, number, percent, text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model.budget import BudgetResult
    from model.goals import GoalResult, IndicatorResult
    from model.scenario import Scenario

GOOD: Final = 0
WRONG_SCENARIO: Final = 1
WRONG_USE: Final = 2

# Enough to see a person in a municipality, and the same on every run of one machine.
_SIGNIFICANT: Final = 9
_OVER_52_WEEKS: Final = 3  # the last class of the refund ladder
_NAME_WIDTH: Final = 52
_COLUMN_WIDTH: Final = 19
_MILLION: Final = 1e6
_MONEY_DECIMALS: Final = 2


class WrongUse(Exception):
    """The command names something that is not there."""


@dataclass(frozen=True)
class _Session:
    """What a command is asked for and where it answers."""

    options: argparse.Namespace
    language: str
    out: TextIO
    err: TextIO

    @property
    def json(self) -> bool:
        return bool(self.options.json)

    def say(self, *lines: str) -> None:
        for line in lines:
            self.out.write(line + "\n")

    def answer(self, plain: Any) -> None:
        from model.scenario import canonical_json

        self.say(canonical_json(plain))

    def progress(self, key: str) -> None:
        if self.err.isatty():
            self.err.write(text(key, self.language) + "\n")

    def text(self, key: str, **values: object) -> str:
        return text(f"cli.{key}", self.language, **values)


@dataclass(frozen=True)
class _Command:
    name: str
    run: Callable[[_Session], int]
    arguments: tuple[tuple[str, str], ...] = ()  # name, key of its help
    options: tuple[tuple[str, str], ...] = ()


# --- run -----------------------------------------------------------------------------------------


def run_command(session: _Session) -> int:
    """Run a scenario and answer with its goals and budget."""
    from model.scenario_files import load_scenario

    path = _existing(session.options.file, session)
    scenario = load_scenario(path)
    session.progress("cli.preparing")
    answer = _Run(scenario, session.language)
    if session.json:
        session.answer(answer.as_plain())
    else:
        session.say(*answer.as_text())
    return GOOD


class _Run:
    """A scenario with all that is computed from it."""

    def __init__(self, scenario: Scenario, language: str) -> None:
        from model.budget import budget
        from model.engine import baseline, simulate
        from model.explanation import explain
        from model.goals import evaluate_goals
        from model.scenario import municipality_of

        self.scenario = scenario
        self.language = language
        self.municipality = municipality_of(scenario)
        self.outcome = simulate(self.municipality, scenario)
        self.baseline = baseline(self.municipality, scenario)
        self.goals = evaluate_goals(self.outcome, self.baseline)
        self.budget = budget(self.outcome, self.baseline)
        self.explanation = explain(self.outcome, self.baseline, self.goals, self.budget, language)

    @property
    def notes(self) -> list[str]:
        """What a reader must know beside the figures; each once."""
        # The explanation's warnings hold the budget's.
        return list(dict.fromkeys((*self.explanation.warnings, *self.explanation.limits)))

    def as_plain(self) -> dict[str, Any]:
        """The object that ``run --json`` answers (scenarios.md, command line)."""
        return {
            "scenario": self.scenario.name,
            "municipality": self.municipality.id,
            "model_version": MODEL_VERSION,
            "input_sha256": input_hash(self.scenario, self.municipality.key),
            "weeks": [str(week) for week in self.outcome.weeks],
            "groups": {g: self._population((slice(None), i)) for i, g in enumerate(GROUPS)},
            "origins": {o: self._population((slice(None), slice(None), i)) for i, o in enumerate(ORIGINS)},
            "firm_places": {
                "filled": _plain(self.outcome.firm_filled),
                "unfilled": _plain(self.outcome.firm_unfilled),
            },
            "goals": [_plain_goal(goal) for goal in self.goals],
            "budget": _plain_budget(self.budget),
            "warnings": self.notes,
        }

    def _population(self, of: tuple[Any, ...]) -> dict[str, Any]:
        """Weekly series [T] of one group or origin, summed over the rest."""
        outcome = self.outcome

        def series(values: NDArray[np.float64]) -> list[float | None]:
            part = values[of]
            return _plain(part.reshape(len(part), -1).sum(axis=1))

        inflow = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
        return {
            "caseload": series(outcome.caseload),
            "inflow": series(inflow),
            "exits": {name: series(outcome.exits[..., i]) for i, name in enumerate(EXITS)},
            "in_offer": series(outcome.in_offer),
            "over_52_weeks": series(outcome.refund_class[..., _OVER_52_WEEKS]),
            "baseline_caseload": series(self.baseline.caseload),
        }

    def as_text(self) -> Iterable[str]:
        """Headline, goals, budget and notes for a person."""
        language, weeks = self.language, self.outcome.weeks
        yield text("cli.run.heading", language, name=self.scenario.name, municipality=self.municipality.name)
        yield text(
            "cli.run.period",
            language,
            first=long_date(weeks[0], language),
            last=long_date(weeks[-1] + 6, language),
            weeks=number(len(weeks), language),
            version=MODEL_VERSION,
        )
        yield ""
        yield self.explanation.headline
        yield ""
        columns = ("baseline", "scenario", "difference", "target", "status")
        yield _row(
            text("cli.run.indicator", language), [text(f"cli.run.{column}", language) for column in columns]
        )
        for goal in self.goals:
            yield goal.title.get(language)
            for indicator in goal.indicators:
                yield _row("  " + indicator.title.get(language), self._indicator_cells(indicator))
        yield ""
        yield from self._budget_text()
        if self.notes:
            yield ""
            yield text("cli.run.warnings", language)
            for note in self.notes:
                yield f"- {note}"

    def _indicator_cells(self, indicator: IndicatorResult) -> list[str]:
        language, decimals = self.language, indicator.decimals
        before, after = indicator.value_baseline, indicator.value_scenario
        if indicator.status == "reached" and indicator.reached_on is not None:
            status = text(
                "goals.status.reached_since", language, date=long_date(indicator.reached_on, language)
            )
        else:
            status = text(f"goals.status.{indicator.status}", language)
        target = indicator.target
        return [
            self._with_unit(before, indicator),
            self._with_unit(after, indicator),
            number(after - before, language, decimals, signed=True),
            "" if target is None else self._with_unit(target, indicator),
            status,
        ]

    def _with_unit(self, value: float, indicator: IndicatorResult) -> str:
        shown = number(value, self.language, indicator.decimals)
        if value is None or not math.isfinite(value):
            return shown
        return text(f"goals.unit.{indicator.unit}", self.language, n=shown)

    def _budget_text(self) -> Iterable[str]:
        language, result = self.language, self.budget
        yield text("cli.run.budget", language)
        yield _row(
            text("cli.run.function", language),
            [*(str(year) for year in result.years), text("cli.run.total", language)],
        )
        for function in result.by_function.values():
            cells = _amounts(function.net.difference, language)
            yield _row(f"  {function.function} {function.label.get(language)}", cells)
        yield _row(text("cli.run.total", language), _amounts(result.net.difference, language))
        if result.net.difference.any():
            yield text("cli.run.assumed", language, share=percent(result.share_assumed, language))
        yield result.note.get(language)


def input_hash(scenario: Scenario, municipality_key: str) -> str:
    """SHA-256 of the canonical scenario (stored results left out), the municipality's inputs, the version."""
    from model.scenario_files import scenario_hash

    joined = "\n".join((scenario_hash(scenario), municipality_key, MODEL_VERSION))
    return hashlib.sha256(joined.encode()).hexdigest()


def _plain_goal(goal: GoalResult) -> dict[str, Any]:
    return {
        "id": goal.id,
        "indicators": [
            {
                "id": indicator.id,
                "unit": indicator.unit,
                "baseline": _plain(indicator.baseline),
                "scenario": _plain(indicator.scenario),
                "target": _plain_value(indicator.target),
                "comparator": None if indicator.comparator is None else _plain(indicator.comparator),
                "status": indicator.status,
                "reached_on": None if indicator.reached_on is None else str(indicator.reached_on),
            }
            for indicator in goal.indicators
        ],
    }


def _plain_budget(result: BudgetResult) -> dict[str, Any]:
    def figures(of: Any) -> dict[str, Any]:
        return {
            "baseline": _plain(of.baseline),
            "scenario": _plain(of.scenario),
            "difference": _plain(of.difference),
        }

    return {
        "years": [int(year) for year in result.years],
        "net_municipal_dkk": figures(result.net),
        "by_function": {name: figures(function.net) for name, function in result.by_function.items()},
    }


def _plain(values: Iterable[float]) -> list[float | None]:
    return [_plain_value(value) for value in values]


def _plain_value(value: float | None) -> float | None:
    """To nine significant digits; what is not defined is null."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{_SIGNIFICANT}g}") + 0.0


def _row(name: str, cells: Sequence[str]) -> str:
    width = _NAME_WIDTH
    name = name if len(name) <= width else name[: width - 1] + "…"
    return (name.ljust(width) + "".join(f"  {cell:>{_COLUMN_WIDTH}}" for cell in cells)).rstrip()


def _amounts(per_year: NDArray[np.float64], language: str) -> list[str]:
    amounts = (*per_year, per_year.sum())
    return [number(x / _MILLION, language, _MONEY_DECIMALS, signed=True) for x in amounts]


# --- validate, parameters, municipalities, schema ------------------------------------------------


def validate_command(session: _Session) -> int:
    """Check a scenario or every scenario of a folder."""
    from model.scenario_files import load_scenario, scenario_files

    given = _existing(session.options.file_or_folder, session, folder=True)
    paths = scenario_files(given) if given.is_dir() else (given,)
    if not paths:
        raise WrongUse(session.text("error.no_files", path=given))
    found: list[tuple[Path, FileProblem | None]] = []
    for path in paths:
        try:
            load_scenario(path)
            found.append((path, None))
        except FileProblem as problem:
            found.append((path, problem.named(str(path))))
    bad = sum(fault is not None for _, fault in found)
    if session.json:
        session.answer({"files": [_plain_check(path, fault) for path, fault in found]})
    else:
        for path, fault in found:
            session.say(fault.text(session.language) if fault else session.text("validate.good", file=path))
        session.say(session.text("validate.summary", good=len(found) - bad, bad=bad))
    return WRONG_SCENARIO if bad else GOOD


def _plain_check(path: Path, problem: FileProblem | None) -> dict[str, Any]:
    return {"file": str(path), "valid": problem is None, "problems": _plain_problems(problem)}


def _plain_problems(problem: FileProblem | None) -> list[dict[str, Any]]:
    if problem is None:
        return []
    return [
        {"line": p.line, "column": p.column, "path": list(p.path), "da": p.da, "en": p.en}
        for p in problem.problems
    ]


def parameters_command(session: _Session) -> int:
    """Every number of a municipality with unit, range, source and quality."""
    from model.municipality import UnknownMunicipality, load_municipality
    from model.parameters import UnknownAssumptionSet

    try:
        municipality = load_municipality(session.options.municipality, session.options.assumption_set)
    except (UnknownMunicipality, UnknownAssumptionSet) as error:
        raise WrongUse(error.text(session.language)) from None
    language = session.language
    if session.json:
        session.answer(
            {
                "municipality": municipality.id,
                "model_version": MODEL_VERSION,
                "assumption_set": municipality.assumption_set,
                "parameters": [
                    {
                        "id": p.id,
                        "label": p.label(language),
                        "value": _plain_value(p.value.value),
                        "low": _plain_value(p.value.low),
                        "high": _plain_value(p.value.high),
                        "unit": p.value.unit,
                        "as_of": p.value.as_of,
                        "source": p.value.source,
                        "quality": p.value.quality,
                        "follows": p.follows or None,
                        "computed": p.computed,
                    }
                    for p in municipality.register
                ],
            }
        )
        return GOOD
    session.say("\t".join(session.text(f"parameters.{c}") for c in _PARAMETER_COLUMNS))
    for parameter in municipality.register:
        value = parameter.value
        low_high = "" if value.low is None or value.high is None else f"{value.low:.6g} - {value.high:.6g}"
        quality = text(f"domain.quality.{value.quality}", language)
        cells = (parameter.id, f"{value.value:.6g}", low_high, value.unit, quality, value.source)
        session.say("\t".join(" ".join(cell.split()) for cell in cells))
    return GOOD


_PARAMETER_COLUMNS: Final = ("name", "value", "range", "unit", "quality", "source")


def municipalities_command(session: _Session) -> int:
    """The municipalities that can be run."""
    from model.municipality import municipalities

    infos = municipalities()
    if session.json:
        session.answer(
            {
                "municipalities": [
                    {"id": i.id, "name": i.name, "curated": i.curated, "template": i.template} for i in infos
                ]
            }
        )
    else:
        for info in infos:
            kind = session.text("municipalities.own" if info.curated else "municipalities.template")
            session.say(f"{info.id:<22} {info.name:<22} {kind}")
    return GOOD


def schema_command(session: _Session) -> int:
    """The JSON Schema of scenario files, as it ships in ``scenarios/scenario.schema.json``."""
    from model.scenario_files import schema_text

    session.out.write(schema_text())
    return GOOD


COMMANDS: Final = (
    _Command("run", run_command, (("file", "file"),)),
    _Command("validate", validate_command, (("file_or_folder", "file_or_folder"),)),
    _Command(
        "parameters",
        parameters_command,
        (("municipality", "municipality"),),
        (("--assumption-set", "assumption_set"),),
    ),
    _Command("municipalities", municipalities_command),
    _Command("schema", schema_command),
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
        for argument, key in command.arguments:
            sub.add_argument(argument, metavar=argument.upper(), help=text(f"cli.help.{key}", language))
        for option, key in command.options:
            sub.add_argument(option, default=_DEFAULTS[key], help=text(f"cli.help.{key}", language))
        sub.set_defaults(run=command.run)
    return parser


_DEFAULTS: Final[Mapping[str, str]] = {"assumption_set": "evidence"}


def _language_of(arguments: Sequence[str]) -> str:
    """The language asked for, known before the help is written in it."""
    for i, argument in enumerate(arguments):
        asked = argument.partition("=")[2] if argument.startswith("--language=") else ""
        if argument == "--language" and i + 1 < len(arguments):
            asked = arguments[i + 1]
        if asked in LANGUAGES:
            return asked
    return LANGUAGES[0]


def _existing(given: str, session: _Session, *, folder: bool = False) -> Path:
    path = Path(given)
    try:
        there = path.exists() if folder else path.is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        raise WrongUse(session.text("error.missing", path=given))
    return path


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
    session = _Session(options, language, out, err)
    try:
        status: int = options.run(session)
        out.flush()
    except WrongUse as error:
        if session.json:
            session.answer({"error": str(error)})
        err.write(f"{error}\n")
        return WRONG_USE
    except FileProblem as problem:
        if session.json:
            session.answer({"problems": _plain_problems(problem)})
        err.write(problem.text(language) + "\n")
        return WRONG_SCENARIO
    except BrokenPipeError:
        # The reader has closed (head, for instance); nothing more may be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    return status
