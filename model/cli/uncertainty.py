"""``fan`` and ``tornado``: how uncertain a scenario's results are, and which assumptions move them most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    WRONG_SCENARIO,
    CommandContext,
    WrongUse,
    existing,
    json_number,
    json_numbers,
    row,
    scenario_of,
    suppressed_keys,
    suppressed_mark,
    suppressed_note,
)
from model.disclosure import is_small
from model.domain import MODEL_VERSION
from model.goals.evaluate import evaluate_goals
from model.goals.results import counts_persons, suppressed_indicators, without_small
from model.language.catalogue import number, percent, text
from model.municipality.goal_specs import GoalSpec, IndicatorSpec
from model.municipality.municipality import Municipality
from model.scenario.files import input_hash
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.uncertainty.bands import QUANTILES, Band, BudgetBand, Fan, Quantiles
from model.uncertainty.draws import TooManyRefused, WrongDraws, draws_for
from model.uncertainty.end_values import BUDGET
from model.uncertainty.fan import fan
from model.uncertainty.tornado import Swing, tornado

_CELL: Final = 30
_FAMILY: Final = 66
_LEVELS: Final = ("central", "low", "lower", "median", "upper", "high")
# Rows of a tornado that a person reads; a machine gets them all.
_MOST_ROWS: Final = 8


def _read(context: CommandContext) -> tuple[Scenario, Municipality]:
    """Load the scenario and its municipality. Raises WrongUse, FileProblem."""
    scenario = scenario_of(existing(context.options.file, context), context)
    return scenario, municipality_of(scenario)


def _suppressed(scenario: Scenario, municipality: Municipality) -> frozenset[str]:
    """Return the indicators (``goal.indicator``) that ``run`` does not show: their bands would give them away."""
    base = baseline(municipality, scenario)
    return suppressed_indicators(evaluate_goals(simulate(municipality, scenario), base))


def whole(context: CommandContext, option: str) -> int:
    """Parse the whole number given for an option. Raises WrongUse."""
    given = getattr(context.options, option)
    try:
        return int(given)
    except ValueError:
        raise WrongUse(
            text("uncertainty.error.whole", context.language, option=f"--{option}", given=given[:40])
        ) from None


def calibrating(context: CommandContext, done: int, count: int) -> None:
    """Show how many of the draws are ready."""
    context.progress("running", i=done, n=count, name=text("uncertainty.draws", context.language))


def fan_command(context: CommandContext) -> int:
    """Show the bands of a scenario, its baseline and the difference, and the chance of reaching each target."""
    scenario, municipality = _read(context)
    count, seed = whole(context, "draws"), whole(context, "seed")

    def work() -> Iterable[str] | dict[str, Any]:
        """Make the draws and the fan."""
        draws = draws_for(
            municipality, count=count, seed=seed, progress=lambda done, n: calibrating(context, done, n)
        )
        report = _FanReport(fan(municipality, scenario, draws), scenario, municipality, context.language)
        return report.to_jsonable() if context.json else report.as_text()

    return answer_with(context, work)


def tornado_command(context: CommandContext) -> int:
    """Show which assumptions move a goal's indicator, or the budget, most."""
    scenario, municipality = _read(context)
    keys = _tornado_keys(context, municipality)

    def work() -> Iterable[str] | dict[str, Any]:
        """Compute the swings of every key."""
        swings = {
            key: tornado(municipality, scenario, key, progress=lambda done, n: calibrating(context, done, n))
            for key in keys
        }
        report = _TornadoReport(swings, scenario, municipality, context.language)
        return report.to_jsonable() if context.json else report.as_text()

    return answer_with(context, work)


def answer_with(context: CommandContext, work: Callable[[], Iterable[str] | dict[str, Any]]) -> int:
    """Answer with what ``work`` returns; report draws that cannot be made, and return the exit status."""
    context.progress("preparing")
    try:
        result = work()
    except WrongDraws as error:
        raise WrongUse(error.text(context.language)) from None
    except TooManyRefused as error:
        message = error.text(context.language)
        context.clear_progress()
        if context.json:
            context.emit_json({"error": message})
        context.err.write(message + "\n")
        return WRONG_SCENARIO
    if context.json:
        context.emit_json(result)
    else:
        context.print(*result)
    return GOOD


def _tornado_keys(context: CommandContext, municipality: Municipality) -> Sequence[str]:
    """List what ``--goal`` names: a goal's number or id (its key indicator), ``goal.indicator``, ``budget``, or all."""
    goals = municipality.goals
    keys = {str(goal.number): f"{goal.id}.{goal.key_indicator}" for goal in goals}
    given = context.options.goal
    if given == "":
        return (*keys.values(), BUDGET)
    names = keys | {goal.id: keys[str(goal.number)] for goal in goals} | {BUDGET: BUDGET}
    # What is none of these is left for the tornado to refuse, with the nearest indicator.
    return (names.get(given, given),)


def _head(scenario: Scenario, municipality: Municipality) -> dict[str, Any]:
    """Return what the objects of both commands begin with."""
    return {
        "scenario": scenario.name,
        "municipality": municipality.id,
        "model_version": MODEL_VERSION,
        "input_sha256": input_hash(scenario, municipality.key),
    }


# --- fan -----------------------------------------------------------------------------------------


class _FanReport:
    """A fan as people and machines read it."""

    def __init__(self, fan: Fan, scenario: Scenario, municipality: Municipality, language: str) -> None:
        self.fan = fan
        self.scenario = scenario
        self.municipality = municipality
        self.language = language
        self.suppressed = _suppressed(scenario, municipality)

    def _text(self, key: str, **values: object) -> str:
        """Return a text about uncertainty in the reader's language."""
        return text(f"uncertainty.{key}", self.language, **values)

    def notes(self) -> list[str]:
        """List what a reader must know beside the figures."""
        draws = self.fan.draws
        count = number(draws.count, self.language)
        notes = [self._text("band", count=count), self._text("range"), self._text("given")]
        if self.municipality.overrides:
            notes.append(self._text("fixed"))
        if draws.refused:
            notes.append(self._text("refused", count=number(draws.refused, self.language)))
        if self.suppressed:
            notes.append(suppressed_note(self.language))
        return notes

    def to_jsonable(self) -> dict[str, Any]:
        """Return the object that ``fan --json`` answers."""
        fan = self.fan
        return {
            **_head(self.scenario, self.municipality),
            "draws": {
                "count": fan.draws.count,
                "seed": fan.draws.seed,
                "refused": fan.draws.refused,
                "parameters": list(fan.draws.parameters),
            },
            "quantiles": dict(zip(_LEVELS[1:], QUANTILES, strict=True)),
            "weeks": [str(week) for week in fan.weeks],
            "goals": [self._json_goal(goal) for goal in self.municipality.goals],
            "budget": None if fan.budget is None else _json_budget(fan.budget),
            "notes": self.notes(),
        }

    def _json_goal(self, goal: GoalSpec) -> dict[str, Any]:
        """Return the bands of a goal's indicators as JSON data."""
        return {
            "id": goal.id,
            "indicators": [self._json_band(spec, band) for spec, band in self._bands(goal)],
        }

    def _json_band(self, spec: IndicatorSpec, band: Band) -> dict[str, Any]:
        """Return a band as JSON data; of one that is hidden only its target, for a chance is a reading too."""
        suppressed = band.key in self.suppressed
        sides = (
            dict.fromkeys(("scenario", "baseline", "difference")) if suppressed else _json_sides(spec, band)
        )
        return {
            "id": spec.id,
            "unit": spec.unit,
            "target": json_number(band.target),
            "holds": band.holds,
            "chance": None if suppressed else json_number(band.chance),
            "chance_baseline": None if suppressed else json_number(band.chance_baseline),
            **sides,
            **suppressed_mark(suppressed),
        }

    def _bands(self, goal: GoalSpec) -> Iterable[tuple[IndicatorSpec, Band]]:
        """Yield a goal's indicators with their bands."""
        for spec in goal.indicators:
            yield spec, self.fan.indicators[f"{goal.id}.{spec.id}"]

    def _cells(self, spec: IndicatorSpec, band: Band) -> list[str]:
        """Format baseline, scenario, difference and chance."""
        if band.key in self.suppressed:
            return [text("disclosure.not_shown", self.language)] * 3 + [""]
        after, before = band.central_ends
        return [
            self._cell(before, band.baseline, spec),
            self._cell(after, band.scenario, spec),
            self._cell(after - before, band.difference, spec, signed=True),
            percent(band.chance, self.language) if band.chance is not None else "",
        ]

    def as_text(self) -> Iterable[str]:
        """Yield goals and budget with their bands for a person: values at the horizon's end."""
        language = self.language
        yield text(
            "cli.run.heading",
            language,
            name=self.scenario.name,
            municipality=self.municipality.label(language),
        )
        yield ""
        columns = [text(f"cli.run.{column}", language) for column in ("baseline", "scenario", "difference")]
        yield row(
            text("cli.run.indicator", language),
            [*columns, self._text("chance_column")],
            column_width=_CELL,
        )
        for goal in self.municipality.goals:
            yield goal.title.text(language)
            for spec, band in self._bands(goal):
                yield row("  " + spec.title.text(language), self._cells(spec, band), column_width=_CELL)
        if self.fan.budget is not None:
            yield ""
            yield from self._budget(self.fan.budget)
        yield ""
        for note in self.notes():
            yield f"- {note}"

    def _cell(self, central: float, spread: Quantiles, spec: IndicatorSpec, *, signed: bool = False) -> str:
        """Format a central value with its range; suppress a small count of persons."""
        known = spread.ends[np.isfinite(spread.ends)]
        ends = np.quantile(known, (QUANTILES[0], QUANTILES[-1])) if len(known) else (np.nan, np.nan)
        shown = [number(float(v), self.language, spec.decimals, signed=signed) for v in (central, *ends)]
        if counts_persons(spec.unit) and not signed:
            not_shown = text("disclosure.not_shown", self.language)
            shown = [
                not_shown if is_small(v) else cell for cell, v in zip(shown, (central, *ends), strict=True)
            ]
        return self._text("cell", central=shown[0], low=shown[1], high=shown[2])

    def _budget(self, band: BudgetBand) -> Iterable[str]:
        """Yield the net difference per year with its band."""
        yield row(
            self._text("budget_difference"),
            [*(str(year) for year in band.years), text("cli.run.total", self.language)],
            column_width=_CELL,
        )
        spread, total = band.difference, band.total_difference
        cells = [
            self._money(spread.central[y], spread.low[y], spread.high[y]) for y in range(len(band.years))
        ]
        cells.append(self._money(total.central, total.low, total.high))
        yield row("", cells, column_width=_CELL)

    def _money(self, *values: Any) -> str:
        """Format a central amount with its range in millions."""
        shown = [number(float(v) / MILLION, self.language, MONEY_DECIMALS, signed=True) for v in values]
        return self._text("cell", central=shown[0], low=shown[1], high=shown[2])


def _json_sides(spec: IndicatorSpec, band: Band) -> dict[str, Any]:
    """Return a band's sides; null for a small count, and for the difference that it stands in."""
    data: dict[str, dict[str, Any]] = {"scenario": {}, "baseline": {}, "difference": {}}
    for name in (*_LEVELS, "ends"):
        sides = [without_small(getattr(side, name), spec.unit) for side in (band.scenario, band.baseline)]
        known = np.isfinite(sides[0]) & np.isfinite(sides[1])
        difference = np.where(known, getattr(band.difference, name), np.nan)
        for side, values in zip(data, (*sides, difference), strict=True):
            data[side][name] = json_numbers(values)
    return data


def _json_spread(spread: Quantiles) -> dict[str, Any]:
    """Return a series' quantiles as JSON data."""
    return {level: json_numbers(getattr(spread, level)) for level in _LEVELS} | {
        "ends": json_numbers(spread.ends)
    }


def _json_total(spread: Quantiles) -> dict[str, Any]:
    """Return a sum's quantiles as JSON data."""
    levels: dict[str, Any] = {level: json_number(float(getattr(spread, level))) for level in _LEVELS}
    return levels | {"ends": json_numbers(spread.ends)}


def _json_budget(band: BudgetBand) -> dict[str, Any]:
    """Return the bands of the budget as JSON data."""
    sides = ("scenario", "baseline", "difference")
    return {
        "years": list(band.years),
        "net_municipal_dkk": {side: _json_spread(getattr(band, side)) for side in sides},
        "total_net_dkk": {side: _json_total(getattr(band, f"total_{side}")) for side in sides},
    }


# --- tornado -------------------------------------------------------------------------------------


class _TornadoReport:
    """Swings of some indicators, or of the budget, as people and machines read them."""

    def __init__(
        self,
        swings: dict[str, tuple[Swing, ...]],
        scenario: Scenario,
        municipality: Municipality,
        language: str,
    ) -> None:
        self.swings = swings
        self.scenario = scenario
        self.municipality = municipality
        self.language = language
        self.specs = {f"{goal.id}.{spec.id}": spec for goal in municipality.goals for spec in goal.indicators}
        self.suppressed = _suppressed(scenario, municipality) & swings.keys()

    def to_jsonable(self) -> dict[str, Any]:
        """Return the object that ``tornado --json`` answers: every family, widest first; null where it is hidden."""
        return {
            **_head(self.scenario, self.municipality),
            "of": {
                key: None
                if key in self.suppressed
                else [
                    {"family": swing.family.id, "parameters": list(swing.parameters)}
                    | {name: json_number(value) for name, value in self._figures(key, swing).items()}
                    | {name: json_number(getattr(swing, name)) for name in ("low_reach", "high_reach")}
                    for swing in swings
                ]
                for key, swings in self.swings.items()
            },
            **suppressed_keys(self.suppressed),
        }

    def _figures(self, key: str, swing: Swing) -> dict[str, float]:
        """Return levels and differences at the ends and the centre; NaN where a level is a small count."""
        spec = self.specs.get(key)
        counted = spec is not None and counts_persons(spec.unit)
        figures = {}
        for at in ("low", "high", "central"):
            level, difference = getattr(swing, at), getattr(swing, f"{at}_difference")
            few = counted and (is_small(level) or is_small(level - difference))
            figures[at], figures[f"{at}_difference"] = (math.nan, math.nan) if few else (level, difference)
        return figures

    def as_text(self) -> Iterable[str]:
        """Yield the widest swings for a person: level and difference from the baseline at both ends."""
        language = self.language
        yield text(
            "cli.run.heading",
            language,
            name=self.scenario.name,
            municipality=self.municipality.label(language),
        )
        for key, swings in self.swings.items():
            spec = self.specs.get(key)
            title = text("uncertainty.budget", language) if spec is None else spec.title.text(language)
            columns = [text(f"uncertainty.{column}", language) for column in ("level", "difference")]
            yield ""
            yield row(title, columns, name_width=_FAMILY, column_width=_CELL)
            if key in self.suppressed:
                yield "  " + text("disclosure.not_shown", language)
                continue
            moved = [swing for swing in swings if swing.width > 0][:_MOST_ROWS]
            for swing in moved:
                figures = self._figures(key, swing)
                cells = [
                    self._cell(spec, figures["low"], figures["high"]),
                    self._cell(spec, figures["low_difference"], figures["high_difference"], signed=True),
                ]
                yield row("  " + swing.family.title(language), cells, name_width=_FAMILY, column_width=_CELL)
                for share in {swing.low_reach, swing.high_reach} - {1.0}:
                    yield "    " + text("uncertainty.reach", language, share=percent(share, language))
            if not moved:
                yield "  " + text("uncertainty.nothing_moves", language)
        if self.suppressed:
            yield ""
            yield suppressed_note(language)

    def _cell(self, spec: IndicatorSpec | None, low: float, high: float, *, signed: bool = False) -> str:
        """Format the two ends of a swing."""
        scale, decimals = (MILLION, MONEY_DECIMALS) if spec is None else (1.0, spec.decimals)
        not_shown = text("disclosure.not_shown", self.language)
        shown = [
            number(v / scale, self.language, decimals, signed=signed) if math.isfinite(v) else not_shown
            for v in (low, high)
        ]
        return text("uncertainty.ends", self.language, low=shown[0], high=shown[1])
