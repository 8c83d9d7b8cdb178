"""``compare`` and ``diff``: several scenarios side by side in figures, and two in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from model.budget.amounts import total_amount
from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    CommandContext,
    WrongUse,
    existing,
    json_number,
    json_numbers,
    row,
    scenario_of,
    shortened,
    suppressed_note,
)
from model.cli.run import Run, fan_of
from model.cli.run_json import json_ranges
from model.cli.uncertainty import answer_with
from model.domain import GROUP_INDEX, MODEL_VERSION
from model.files.problems import FileProblem
from model.goals.results import IndicatorResult
from model.language.catalogue import number, short_date, text
from model.municipality.municipality import Municipality
from model.scenario.diff import diff, economy_name, lever_figure, lever_name, projection_name
from model.scenario.files import input_hash
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, baseline_value
from model.scenario.parts import Change
from model.scenario.period import of_one_time
from model.scenario.scenario import Scenario, plain_number, to_dict

FEWEST: Final = 2
MOST: Final = 4
_LETTERS: Final = "ABCD"
_CELL: Final = 30
_NAME: Final = 46
_SIMPLE: Final = 14  # a column that holds one figure


def _read(given: list[str], context: CommandContext) -> list[tuple[Path, Scenario]]:
    """Load the scenarios of the files. Raises WrongUse, or FileProblem under the file's whole name."""
    paths = [existing(name, context) for name in given]
    scenarios = []
    for path in paths:
        try:
            scenarios.append((path, scenario_of(path, context)))
        except FileProblem as problem:
            raise problem.named(str(path)) from None
    return scenarios


# --- compare -------------------------------------------------------------------------------------


def compare_command(context: CommandContext) -> int:
    """Put two to four scenarios side by side: levers that differ, goals, budget per year."""
    given = context.options.files
    if not FEWEST <= len(given) <= MOST:
        raise WrongUse(context.text("error.how_many", fewest=FEWEST, most=MOST, n=len(given)))
    files = _read(given, context)

    def work() -> Iterable[str] | dict[str, Any]:
        """Run every scenario in all draws, and return what to answer."""
        runs = []
        for i, (_, scenario) in enumerate(files):
            context.progress("running", i=i + 1, n=len(files), name=scenario.name)
            runs.append(Run(scenario, context.language, fan_of(scenario, context)))
        comparison = _Comparison([path for path, _ in files], runs, context.language)
        return comparison.to_jsonable() if context.json else comparison.as_text()

    return answer_with(context, work)


class _Comparison:
    """Runs side by side."""

    def __init__(self, paths: list[Path], runs: list[Run], language: str) -> None:
        self.paths = paths
        self.runs = runs
        self.language = language
        self.letters = _LETTERS[: len(runs)]
        self.same_municipality = len({run.municipality.id for run in runs}) == 1
        self.same_inputs = len({run.municipality.key for run in runs}) == 1
        self.same_period = len({(run.scenario.start, run.scenario.years) for run in runs}) == 1
        self.same_time = all(of_one_time(run.scenario, runs[0].scenario) for run in runs)
        self.same_economy = all(run.scenario.world == runs[0].scenario.world for run in runs)

    @property
    def same_baseline(self) -> bool:
        """Return whether all scenarios are compared with the same baseline."""
        return self.same_inputs and self.same_period and self.same_economy

    def text(self, key: str, **values: object) -> str:
        """Return a text of the command line in the reader's language."""
        return text(f"cli.{key}", self.language, **values)

    def notes(self) -> list[str]:
        """List what a reader must know before comparing."""
        notes = []
        if not self.same_municipality:
            notes.append(self.text("compare.other_municipality"))
        elif not self.same_time:
            notes.append(self.text("compare.other_time"))
        elif not self.same_inputs:
            notes.append(self.text("compare.other_assumptions"))
        if not self.same_period:
            notes.append(self.text("compare.other_period"))
        if not self.same_economy:
            notes.append(self.text("compare.other_economy"))
        return notes

    # levers

    def targets(self) -> list[tuple[str, str | None]]:
        """List the levers that are not changed alike in all, in the order of the levers; the baseline counts too."""
        every = {change.target for run in self.runs for change in run.scenario.changes}
        ordered = sorted(every, key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1)))
        return [target for target in ordered if not self._alike(target)]

    def _alike(self, target: tuple[str, str | None]) -> bool:
        """Return whether all runs set a lever alike."""
        first, *others = (
            [(c.to, c.from_, c.phase_in_weeks) for c in self._changes(run, target)] for run in self.runs
        )
        same_from = self.same_inputs or bool(first)
        return same_from and all(other == first for other in others)

    @staticmethod
    def _changes(run: Run, target: tuple[str, str | None]) -> list[Change]:
        """List a run's changes of one lever."""
        return [change for change in run.scenario.changes if change.target == target]

    def _lever_cell(self, run: Run, target: tuple[str, str | None]) -> str:
        """Format what a run sets a lever to."""
        changes = self._changes(run, target)
        if not changes:
            value = _baseline_value(target, run.municipality)
            return self.text("compare.as_baseline", value=lever_figure(target[0], value, self.language))
        last = changes[-1]
        key = "compare.lever" if len(changes) == 1 else "compare.lever_steps"
        return self.text(
            key,
            value=lever_figure(last.lever, last.to, self.language),
            date=short_date(last.from_, self.language),
            steps=len(changes),
        )

    # goals

    def indicators(self) -> dict[tuple[str, str], list[IndicatorResult | None]]:
        """Return each goal's indicators by run; None where a municipality's goals have no such indicator."""
        by_key: dict[tuple[str, str], list[IndicatorResult | None]] = {}
        for i, run in enumerate(self.runs):
            for goal in run.goals:
                for indicator in goal.indicators:
                    by_key.setdefault((goal.id, indicator.id), [None] * len(self.runs))[i] = indicator
        # Goals together, also where a later scenario's goal has more indicators than the first's.
        order = {goal: n for n, goal in enumerate(dict.fromkeys(goal for goal, _ in by_key))}
        return dict(sorted(by_key.items(), key=lambda item: order[item[0][0]]))

    def _goal_title(self, goal_id: str) -> str:
        """Return the title of a goal."""
        goal = next(goal for run in self.runs for goal in run.goals if goal.id == goal_id)
        return goal.title.text(self.language)

    def _indicator_cell(self, indicator: IndicatorResult | None) -> str:
        """Format an indicator's value and change in one run."""
        if indicator is None:
            return text("domain.missing_number", self.language)
        if indicator.suppressed:
            return text("disclosure.not_shown", self.language)
        change = number(indicator.change, self.language, indicator.decimals, signed=True)
        value = indicator.shown(indicator.value_scenario, self.language)
        reached = " ✓" if indicator.reached and not indicator.assumed else ""
        return f"{value} ({change}){reached}"

    # answers

    def to_jsonable(self) -> dict[str, Any]:
        """Return the object that ``compare --json`` answers; lists have one entry per scenario, in the order given."""
        levers = []
        for lever, group in self.targets():
            levers.append(
                {
                    "lever": lever,
                    "group": group,
                    "baseline": [
                        _json_lever(_baseline_value((lever, group), run.municipality)) for run in self.runs
                    ],
                    "changes": [
                        [
                            {k: v for k, v in change.items() if k not in ("lever", "group")}
                            for change in to_dict(run.scenario)["changes"]
                            if (change["lever"], change.get("group")) == (lever, group)
                        ]
                        for run in self.runs
                    ],
                }
            )
        years = sorted({int(year) for run in self.runs for year in run.budget.years})
        return {
            "model_version": MODEL_VERSION,
            "same_municipality": self.same_municipality,
            "same_baseline": self.same_baseline,
            "notes": self.notes(),
            "scenarios": [
                {
                    "file": str(path),
                    "scenario": run.scenario.name,
                    "municipality": run.municipality.id,
                    "start": run.scenario.start,
                    "years": run.scenario.years,
                    "input_sha256": input_hash(run.scenario, run.municipality.key),
                    "headline": run.headline,
                }
                for path, run in zip(self.paths, self.runs, strict=True)
            ],
            "levers": levers,
            "goals": [
                {"goal": goal, "indicator": indicator, **_json_indicators(by_run)}
                for (goal, indicator), by_run in self.indicators().items()
            ],
            "caseload": {
                "baseline": json_numbers(run.persons()[0] for run in self.runs),
                "scenario": json_numbers(run.persons()[1] for run in self.runs),
            },
            "budget": {
                "years": years,
                "net_municipal_dkk": {
                    side: [_of_years(run, side, years) for run in self.runs]
                    for side in ("baseline", "scenario", "difference")
                },
                "difference_range_dkk": [json_ranges(run.budget, run.ranges) for run in self.runs],
            },
        }

    def as_text(self) -> Iterable[str]:
        """Yield legend, notes, levers, goals and budget as tables."""
        for letter, path, run in zip(self.letters, self.paths, self.runs, strict=True):
            yield f"{letter}  {run.scenario.name} · {run.municipality.label(self.language)} ({path})"
        for note in self.notes():
            yield f"! {note}"
        yield ""
        yield from self._lever_table()
        yield ""
        yield from self._goal_table()
        yield ""
        yield from self._budget_table()

    def _lever_table(self) -> Iterable[str]:
        """Yield the levers that differ."""
        targets = self.targets()
        if not targets and self.same_economy:
            yield self.text("compare.no_levers")
            return
        yield _line(self.text("compare.levers"), list(self.letters))
        for target in targets:
            cells = [self._lever_cell(run, target) for run in self.runs]
            yield _line("  " + lever_name(*target, self.language), cells)
        if not self.same_economy:
            cells = [economy_name(run.scenario.economy, self.language) for run in self.runs]
            yield _line("  " + text("levers.economy", self.language), cells)
            cells = [projection_name(run.scenario.projection, self.language) for run in self.runs]
            yield _line("  " + text("diff.name.projection", self.language), cells)

    def _goal_table(self) -> Iterable[str]:
        """Yield each goal's indicators, and persons on support."""
        yield self.text("compare.goals_how")
        shared = [self.text("run.baseline")] if self.same_baseline else []
        yield _line(self.text("compare.goals"), [*shared, *self.letters])
        before = ""
        for (goal, _), by_run in self.indicators().items():
            if goal != before:
                yield self._goal_title(goal)
                before = goal
            defined = [indicator for indicator in by_run if indicator is not None]
            # The baseline is the same in all of them, but hidden where it would give one of them away.
            first = max(defined, key=lambda indicator: not indicator.suppressed)
            cells = [first.shown(first.value_baseline, self.language)] if self.same_baseline else []
            cells += [self._indicator_cell(indicator) for indicator in by_run]
            yield _line("  " + first.title.text(self.language), cells)
        cells = []
        for run in self.runs:
            base, scenario = run.persons()
            change = number(scenario - base, self.language, signed=True)
            cells.append(f"{number(scenario, self.language)} ({change})")
        shared = [number(self.runs[0].persons()[0], self.language)] if self.same_baseline else []
        yield _line(self.text("compare.persons"), [*shared, *cells])
        if any(i is not None and i.suppressed for by_run in self.indicators().values() for i in by_run):
            yield suppressed_note(self.language)

    def _budget_table(self) -> Iterable[str]:
        """Yield the net differences per year."""
        yield self.text("run.budget")
        years = sorted({int(year) for run in self.runs for year in run.budget.years})
        yield row(self.text("compare.year"), list(self.letters), name_width=_SIMPLE, column_width=_SIMPLE)
        by_run = [_of_years(run, "difference", years) for run in self.runs]
        totals = [sum(value for value in values if value is not None) for values in by_run]
        for i, year in enumerate(years):
            yield self._money_row(str(year), [values[i] for values in by_run])
        yield self._money_row(self.text("run.total"), totals)
        amounts = [total_amount(run.budget, run.ranges) for run in self.runs]
        if any(amount.range is not None for amount in amounts):
            yield row(
                text("budget.amount.range_row", self.language),
                [amount.signed_ends(self.language) for amount in amounts],
                name_width=_SIMPLE,
                column_width=_SIMPLE,
            )

    def _money_row(self, name: str, amounts: Iterable[float | None]) -> str:
        """Return a line of amounts in millions."""
        cells = [
            number(None if x is None else x / MILLION, self.language, MONEY_DECIMALS, signed=True)
            for x in amounts
        ]
        return row(name, cells, name_width=_SIMPLE, column_width=_SIMPLE)


def _line(name: str, cells: list[str]) -> str:
    """Return a line of a table, its cells shortened to their width."""
    return row(name, [shortened(cell, _CELL) for cell in cells], name_width=_NAME, column_width=_CELL)


def _baseline_value(target: tuple[str, str | None], municipality: Municipality) -> Any:
    """Return what a lever is set to in a municipality's baseline."""
    return baseline_value(LEVER_BY_ID[target[0]], municipality, target[1])


def _json_lever(value: Any) -> Any:
    """Return a lever's value as JSON data."""
    if isinstance(value, Mapping):
        return {kind: plain_number(share) for kind, share in value.items()}
    return plain_number(value)


def _json_indicators(by_run: list[IndicatorResult | None]) -> dict[str, Any]:
    """Return one indicator of all runs as JSON data."""
    first = next(indicator for indicator in by_run if indicator is not None)
    suppressed = [indicator is not None and indicator.suppressed for indicator in by_run]
    return {
        "unit": first.unit,
        "target": [None if i is None else json_number(i.target) for i in by_run],
        "baseline": [None if i is None else json_number(i.value_baseline) for i in by_run],
        "scenario": [None if i is None else json_number(i.value_scenario) for i in by_run],
        "status": [None if i is None else i.status for i in by_run],
        "reached_on": [None if i is None or i.reached_on is None else str(i.reached_on) for i in by_run],
        **({"hidden": suppressed} if any(suppressed) else {}),
    }


def _of_years(run: Run, side: str, years: list[int]) -> list[float | None]:
    """List the run's net figure of each year, None where the run does not reach it."""
    own = dict(zip(run.budget.years, getattr(run.budget.net, side), strict=True))
    return [json_number(own.get(year)) for year in years]


# --- diff ----------------------------------------------------------------------------------------


def diff_command(context: CommandContext) -> int:
    """Describe in words what the second scenario does differently from the first."""
    (old_path, old), (new_path, new) = _read([context.options.before, context.options.after], context)
    differences = diff(old, new)
    if context.json:
        context.emit_json(
            {
                "before": {"file": str(old_path), "scenario": old.name, "municipality": old.municipality},
                "after": {"file": str(new_path), "scenario": new.name, "municipality": new.municipality},
                "same": not differences,
                "differences": [
                    {
                        "kind": difference.kind,
                        "field": difference.field,
                        "lever": difference.lever,
                        "group": difference.group,
                        "parameter": difference.parameter,
                        "before": difference.before,
                        "after": difference.after,
                        "da": difference.message.da,
                        "en": difference.message.en,
                    }
                    for difference in differences
                ],
            }
        )
        return GOOD
    if not differences:
        context.print(context.text("diff.same", before=old_path, after=new_path))
        return GOOD
    context.print(
        context.text("diff.heading", before=f"{old.name} ({old_path})", after=f"{new.name} ({new_path})")
    )
    context.print(*(f"- {difference.message.text(context.language)}" for difference in differences))
    return GOOD
