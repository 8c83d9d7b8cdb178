"""``run``: what a scenario gives, for people as tables and for machines as one object."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import total_amount, year_amounts
from model.budget.budget import budget
from model.budget.sentences import closed_guidance
from model.cli.context import (
    MILLION,
    MONEY_DECIMALS,
    CommandContext,
    existing,
    json_number,
    json_numbers,
    row,
    suppressed_keys,
    suppressed_mark,
    suppressed_note,
)
from model.cli.reference import Held, held_against, reference_of
from model.cli.run_json import json_budget, json_goal, json_stored
from model.cli.uncertainty import answer_with, calibrating, whole
from model.domain import EXITS, GROUPS, MODEL_VERSION, ORIGINS
from model.explain.headline import explain
from model.explain.lever_shares import lever_shares
from model.goals.benchmark import basis
from model.goals.evaluate import evaluate_goals
from model.goals.results import GoalResult, IndicatorResult, suppress
from model.goals.series import indicator_key
from model.goals.side_effects import SideEffect, watch
from model.goals.status_text import status_words
from model.language.catalogue import LANGUAGES, long_date, number, percent, text
from model.library.stored_results import StoredComparison, compare_with_today, results_of
from model.scenario.files import file_hash, input_hash, load_with_warnings, replace_scenario
from model.scenario.period import period_notes, rules_of, use_names_of
from model.scenario.scenario import FORMAT_BEFORE, Scenario, municipality_of
from model.simulation.flows import suppressed_groups, suppressed_origins, suppressed_weekly
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import persons_on_support
from model.uncertainty.band_text import difference_ends, drawn_status
from model.uncertainty.bands import Band, Fan
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan

_OVER_52_WEEKS = 3  # the last class of the refund ladder

# What is told of a target group or an origin, week by week.
_SERIES = ("caseload", "inflow", "exits", "in_offer", "over_52_weeks", "baseline_caseload")

# --- run -----------------------------------------------------------------------------------------


def run_command(context: CommandContext) -> int:
    """Run a scenario and answer with its goals and budget."""
    path = existing(context.options.file, context)
    before = None
    if context.options.save_results:
        with contextlib.suppress(OSError):  # the reader says why
            before = file_hash(path)
    read = load_with_warnings(path)
    merges = read.conflict is not None and context.options.save_results
    if merges:  # what this command is about to clear up need not be asked
        read = replace(read, warnings=tuple(w for w in read.warnings if w.path != ("results",)))
    context.warn(read.lines(context.language))
    scenario = read.scenario
    use_names_of(scenario)
    reference = reference_of(context)

    def work() -> Iterable[str] | dict[str, Any]:
        """Run the scenario in all draws, save its results if asked to, and return what to answer."""
        bands = fan_of(scenario, context)
        answer = Run(scenario, context.language, bands)
        held = held_against(scenario, reference, bands, context.language)
        if context.options.save_results:
            _save_results(answer, path, before)
        if context.json:
            return {**answer.to_jsonable(), **({} if held is None else {"reference": held.to_jsonable()})}
        saved_text = context.text("run.merged" if merges else "run.saved", file=path)
        saved = ["", saved_text] if context.options.save_results else []
        return [*answer.as_text(), *_beside(answer, held), *saved]

    return answer_with(context, work)


def _beside(answer: Run, held: Held | None) -> Iterable[str]:
    """Return the proposal that the scenario is held against, for people; nothing without one."""
    return [] if held is None else held.as_text(answer.goals)


def json_period(scenario: Scenario) -> dict[str, Any]:
    """Return which figures and rules a scenario of format 2 stands on; nothing for one of format 1, as before."""
    if scenario.format == FORMAT_BEFORE:
        return {}
    sets = [
        {"from": str(one.from_), "status": one.status, "title": {"da": one.title.da, "en": one.title.en}}
        for one in rules_of(scenario)
    ]
    return {"baseline": scenario.baseline, "rules": scenario.rules, "rule_sets": sets}


def fan_of(scenario: Scenario, context: CommandContext) -> Fan | None:
    """Compute the bands of a scenario over the draws that are asked for; None for none. Raises WrongUse."""
    count = whole(context, "draws")
    if not count:
        return None

    municipality = municipality_of(scenario)
    draws = draws_for(municipality, count=count, progress=lambda done, n: calibrating(context, done, n))
    return fan(municipality, scenario, draws)


def _save_results(answer: Run, path: Path, before: str | None) -> None:
    """Save the headline and its figures in the file, all else as it is. Raises FileProblem."""
    results = results_of(answer.outcome, answer.goals, answer.budget, answer.explanation, answer.language)
    replace_scenario(answer.scenario.copy_with(results=results), path, expected_hash=before)


class Run:
    """A scenario with all that is computed from it."""

    def __init__(self, scenario: Scenario, language: str, fan: Fan | None = None) -> None:
        self.scenario = scenario
        self.language = language
        self.municipality = municipality_of(scenario)
        self.outcome = simulate(self.municipality, scenario)
        self.baseline = baseline(self.municipality, scenario)
        self.goals = suppress(evaluate_goals(self.outcome, self.baseline))
        self.budget = budget(self.outcome, self.baseline)
        self.watch = watch(self.outcome, self.baseline)
        self.fan = fan
        self.ranges = None if fan is None else fan.ranges
        shares = lever_shares(self.municipality, scenario)
        explanation = explain(self.outcome, self.baseline, self.goals, self.budget, shares)
        self.explanation = explanation if fan is None else explanation.with_ranges(fan.ranges, fan.persons)

    @property
    def headline(self) -> str:
        """Return the headline in the command's language."""
        return self.explanation.headline.text(self.language)

    def stored(self) -> StoredComparison | None:
        """Compare what the file holds as its results with today's; None where it holds none."""
        results = self.scenario.results
        if results is None:
            return None
        headlines = [self.explanation.headline.text(language) for language in LANGUAGES]
        return compare_with_today(results, self.outcome, self.goals, self.budget, headlines)

    def persons(self) -> tuple[float, float]:
        """Return full-time persons on public support, mean of the last 52 weeks: baseline, scenario."""
        return persons_on_support(self.baseline), persons_on_support(self.outcome)

    @cached_property
    def suppressed_groups(self) -> frozenset[str]:
        """Return the target groups that are too small to be shown, or that would give away such a one."""
        mask = suppressed_groups(self.outcome, self.baseline)
        return frozenset(group for group, suppressed in zip(GROUPS, mask, strict=True) if suppressed)

    @cached_property
    def suppressed_series(self) -> dict[str, frozenset[str]]:
        """Return the series of target groups and origins that are not shown, by group or origin."""
        suppressed_of: dict[str, frozenset[str]] = {
            group: frozenset(_SERIES) for group in self.suppressed_groups
        }
        suppressed = suppressed_origins(self.outcome, self.baseline)
        suppressed_of |= {o: frozenset(_SERIES) for o, few in zip(ORIGINS, suppressed, strict=True) if few}
        for names, by_origin in ((GROUPS, False), (ORIGINS, True)):
            masks = suppressed_weekly(self.outcome, self.baseline, by_origin=by_origin)
            for series, mask in zip(("in_offer", "over_52_weeks"), masks, strict=True):
                for name, few in zip(names, mask, strict=True):
                    if few:
                        suppressed_of[name] = suppressed_of.get(name, frozenset()) | {series}
        return suppressed_of

    def is_suppressed(self, effect: SideEffect) -> bool:
        """Return whether a side effect's persons are not shown."""
        return effect.suppressed or effect.id in self.suppressed_groups

    @property
    def notes(self) -> list[str]:
        """List what a reader must know beside the figures; each once."""
        # The explanation's warnings hold the budget's.
        notes = (*period_notes(self.scenario), *self.explanation.warnings, *self.explanation.limits)
        return list(dict.fromkeys(note.text(self.language) for note in notes))

    def to_jsonable(self) -> dict[str, Any]:
        """Return the object that ``run --json`` answers (model/cli/README.md)."""
        return {
            "scenario": self.scenario.name,
            "municipality": self.municipality.id,
            "model_version": MODEL_VERSION,
            "input_sha256": input_hash(self.scenario, self.municipality.key),
            **json_period(self.scenario),
            "weeks": [str(week) for week in self.outcome.weeks],
            "groups": {
                g: self._population((slice(None), i), self.suppressed_series.get(g, frozenset()))
                for i, g in enumerate(GROUPS)
            },
            "origins": {
                o: self._population((slice(None), slice(None), i), self.suppressed_series.get(o, frozenset()))
                for i, o in enumerate(ORIGINS)
            },
            "firm_places": {
                "filled": json_numbers(self.outcome.firm_filled),
                "unfilled": json_numbers(self.outcome.firm_unfilled),
                "last_year": {
                    name: json_number(value)
                    for name, value in self.outcome.firm_places._asdict().items()
                    if name != "above_ceilings"
                },
            },
            "goals": [json_goal(goal, self.fan) for goal in self.goals],
            "budget": json_budget(self.budget, self.ranges),
            "persons_on_support": self._json_persons(),
            "headline": self.headline,
            "draws": None if self.fan is None else self.fan.draws.count,
            "side_effects": [
                {
                    "id": effect.id,
                    "baseline": None if self.is_suppressed(effect) else json_number(effect.baseline),
                    "scenario": None if self.is_suppressed(effect) else json_number(effect.scenario),
                    "worse": effect.worse,
                    **suppressed_mark(self.is_suppressed(effect)),
                }
                for effect in self.watch.side_effects
            ],
            "benchmark": [
                {"group": b.group}
                | {name: json_number(getattr(b, name)) for name in ("expected", "baseline", "scenario")}
                for b in self.watch.benchmark
            ],
            "stored": json_stored(self.stored()),
            "warnings": self.notes,
        }

    def _json_persons(self) -> dict[str, Any]:
        """Return the persons on public support, mean of the last 52 weeks, with the range of the difference."""
        (base, scenario), change = self.persons(), self.explanation.persons
        return {
            "baseline": json_number(base),
            "scenario": json_number(scenario),
            "difference": json_number(change.central),
            "difference_range": None
            if change.range is None
            else json_numbers((change.range.low, change.range.high)),
            "verdict": change.kind,
        }

    def _population(self, of: tuple[Any, ...], suppressed: frozenset[str]) -> dict[str, Any]:
        """Return weekly series [T] of one group or origin, summed over the rest; null where they are ``suppressed``."""
        outcome = self.outcome

        def series(name: str, values: NDArray[np.float64]) -> list[float | None]:
            """Return one series [T], null where it is hidden."""
            part = values[of]
            if name in suppressed:
                return [None] * len(part)
            return json_numbers(part.reshape(len(part), -1).sum(axis=1))

        inflow = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
        exits = {name: series("exits", outcome.exits[..., i]) for i, name in enumerate(EXITS)}
        return {
            "caseload": series("caseload", outcome.caseload),
            "inflow": series("inflow", inflow),
            "exits": exits,
            "in_offer": series("in_offer", outcome.in_offer),
            "over_52_weeks": series("over_52_weeks", outcome.refund_class[..., _OVER_52_WEEKS]),
            "baseline_caseload": series("baseline_caseload", self.baseline.caseload),
            **suppressed_keys(suppressed),
        }

    def as_text(self) -> Iterable[str]:
        """Yield headline, goals, budget and notes for a person."""
        language, weeks = self.language, self.outcome.weeks
        where = self.municipality.label(language)
        yield text("cli.run.heading", language, name=self.scenario.name, municipality=where)
        yield text(
            "cli.run.period",
            language,
            first=long_date(weeks[0], language),
            last=long_date(weeks[-1] + 6, language),
            weeks=number(len(weeks), language),
            version=MODEL_VERSION,
        )
        yield ""
        yield self.headline
        yield ""
        columns = ("baseline", "scenario", "difference", "range", "target", "status")
        yield row(
            text("cli.run.indicator", language), [text(f"cli.run.{column}", language) for column in columns]
        )
        for goal in self.goals:
            yield goal.title.text(language)
            for indicator in goal.indicators:
                yield row("  " + indicator.title.text(language), self._indicator_cells(goal, indicator))
        yield ""
        yield from self._budget_text()
        yield ""
        yield text("cli.run.watch", language)
        not_shown = text("disclosure.not_shown", language)
        for effect in self.watch.side_effects:
            mark = "  ! " if effect.worse else "    "
            if self.is_suppressed(effect):
                yield row(mark + effect.title.text(language), [not_shown] * 3)
                continue
            cells = [number(v, language) for v in (effect.baseline, effect.scenario)]
            yield row(
                mark + effect.title.text(language),
                [*cells, number(effect.difference, language, 1, signed=True)],
            )
        for group in self.watch.benchmark:
            yield "    " + group.sentence(language)
        yield "    " + basis(self.municipality).text(language)
        yield ""
        yield self.budget.ministry_check.sentence.text(language)
        if any(map(self.is_suppressed, self.watch.side_effects)) or any(
            indicator.suppressed for goal in self.goals for indicator in goal.indicators
        ):
            yield ""
            yield suppressed_note(language)
        if self.notes:
            yield ""
            yield text("cli.run.warnings", language)
            for note in self.notes:
                yield f"- {note}"
        stored = self.stored()
        if stored is not None:
            yield ""
            yield from stored.lines(language)

    def band(self, key: str) -> Band | None:
        """Return an indicator's band; None where none is computed."""
        return None if self.fan is None else self.fan.indicators.get(key)

    def _indicator_cells(self, goal: GoalResult, indicator: IndicatorResult) -> list[str]:
        """Format baseline, scenario, difference, its range, target and status of an indicator."""
        language, decimals = self.language, indicator.decimals
        before, after = indicator.value_baseline, indicator.value_scenario
        if indicator.suppressed:
            return [text("disclosure.not_shown", language)] * 3
        band = self.band(indicator_key(goal, indicator))
        status = status_words(indicator, language, drawn_status(band, indicator))[1]
        target = indicator.target
        return [
            self._with_unit(before, indicator),
            self._with_unit(after, indicator),
            number(after - before, language, decimals, signed=True),
            "" if band is None else difference_ends(band, indicator, language),
            "" if target is None else self._with_unit(target, indicator),
            status,
        ]

    def _with_unit(self, value: float, indicator: IndicatorResult) -> str:
        """Format a value with the indicator's unit."""
        shown = number(value, self.language, indicator.decimals)
        if value is None or not math.isfinite(value):
            return shown
        return text(f"goals.unit.{indicator.unit}", self.language, n=shown)

    def _budget_text(self) -> Iterable[str]:
        """Yield the net differences by function and year."""
        language, result = self.language, self.budget
        yield text("cli.run.budget", language)
        yield row(
            text("cli.run.function", language),
            [*(str(year) for year in result.years), text("cli.run.total", language)],
        )
        for function in result.by_function.values():
            cells = amounts(function.net.difference, language)
            yield row(f"  {function.function} {function.label.text(language)}", cells)
        yield row(text("cli.run.total", language), amounts(result.net.difference, language))
        if self.ranges is not None:
            told = (*year_amounts(result, self.ranges), total_amount(result, self.ranges))
            yield row(text("budget.amount.range_row", language), [one.signed_ends(language) for one in told])
        if result.net.difference.any():
            yield text("cli.run.assumed", language, share=percent(result.share_assumed, language))
        closed = closed_guidance(result, total_amount(result, self.ranges))
        if closed is not None:
            yield closed.text(language)
        yield result.note.text(language)


def amounts(per_year: NDArray[np.float64], language: str) -> list[str]:
    """Format the amounts of each year and their sum in millions."""
    amounts = (*per_year, per_year.sum())
    return [number(x / MILLION, language, MONEY_DECIMALS, signed=True) for x in amounts]
