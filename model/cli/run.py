"""``run`` and ``compare``: what scenarios give, for people as tables and for machines as one object."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    Session,
    existing,
    hidden_keys,
    hidden_mark,
    hidden_note,
    plain,
    plain_value,
    row,
)
from model.domain import EXITS, GROUPS, MODEL_VERSION, ORIGINS
from model.language.catalogue import LANGUAGES, long_date, number, percent, text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from model.budget.budget import BudgetResult
    from model.goals.evaluate import GoalResult, IndicatorResult, SideEffect
    from model.library.stored_results import Comparison
    from model.scenario.scenario import Scenario

_OVER_52_WEEKS = 3  # the last class of the refund ladder

# What is told of a target group or an origin, week by week.
_SERIES = ("caseload", "inflow", "exits", "in_offer", "over_52_weeks", "baseline_caseload")

# --- run -----------------------------------------------------------------------------------------


def run_command(session: Session) -> int:
    """Run a scenario and answer with its goals and budget."""
    from model.scenario.files import file_hash, load_scenario

    path = existing(session.options.file, session)
    before = None
    if session.options.save_results:
        with contextlib.suppress(OSError):  # the reader says why
            before = file_hash(path)
    scenario = load_scenario(path)
    session.progress("preparing")
    answer = Run(scenario, session.language)
    if session.options.save_results:
        _save_results(answer, path, before)
    if session.json:
        session.answer(answer.as_plain())
    else:
        session.say(*answer.as_text())
        if session.options.save_results:
            session.say("", session.text("run.saved", file=path))
    return GOOD


def _save_results(answer: Run, path: Path, before: str | None) -> None:
    """The headline and its figures into the file, all else as it is. Raises FileProblem."""
    from model.library.stored_results import results_of
    from model.scenario.files import replace_scenario

    results = results_of(answer.outcome, answer.goals, answer.budget, answer.explanation.headline)
    replace_scenario(answer.scenario.replaced(results=results), path, expected_hash=before)


class Run:
    """A scenario with all that is computed from it."""

    def __init__(self, scenario: Scenario, language: str) -> None:
        from model.budget.budget import budget
        from model.explain.headline import explain
        from model.goals.evaluate import evaluate_goals, published, watch
        from model.scenario.scenario import municipality_of
        from model.simulation.simulate import baseline, simulate

        self.scenario = scenario
        self.language = language
        self.municipality = municipality_of(scenario)
        self.outcome = simulate(self.municipality, scenario)
        self.baseline = baseline(self.municipality, scenario)
        self.goals = published(evaluate_goals(self.outcome, self.baseline))
        self.budget = budget(self.outcome, self.baseline)
        self.watch = watch(self.outcome, self.baseline)
        self.explanation = explain(self.outcome, self.baseline, self.goals, self.budget, language)

    def stored(self) -> Comparison | None:
        """What the file says the scenario gave when it was saved, beside today; None where it says nothing."""
        from model.explain.headline import explain
        from model.library.stored_results import compared

        results = self.scenario.results
        if results is None:
            return None
        headlines = [
            explain(self.outcome, self.baseline, self.goals, self.budget, language).headline
            for language in LANGUAGES
        ]
        return compared(results, self.outcome, self.goals, self.budget, headlines)

    def persons(self) -> tuple[float, float]:
        """Full-time persons on public support, mean of the last 52 weeks: baseline, scenario."""
        from model.simulation.totals_by_group import group_totals

        base, scenario = (group_totals(o).last_year("caseload").sum() for o in (self.baseline, self.outcome))
        return float(base), float(scenario)

    @cached_property
    def hidden_groups(self) -> frozenset[str]:
        """Target groups of whom too few are on support to be shown, or who would give away such a one."""
        from model.simulation.flows import hidden_groups

        mask = hidden_groups(self.outcome, self.baseline)
        return frozenset(group for group, hidden in zip(GROUPS, mask, strict=True) if hidden)

    @cached_property
    def hidden_series(self) -> dict[str, frozenset[str]]:
        """Series of target groups and origins that are not shown, by group or origin."""
        from model.simulation.flows import hidden_origins, hidden_weekly

        found: dict[str, frozenset[str]] = {group: frozenset(_SERIES) for group in self.hidden_groups}
        hidden = hidden_origins(self.outcome, self.baseline)
        found |= {o: frozenset(_SERIES) for o, few in zip(ORIGINS, hidden, strict=True) if few}
        for names, by_origin in ((GROUPS, False), (ORIGINS, True)):
            masks = hidden_weekly(self.outcome, self.baseline, by_origin=by_origin)
            for series, mask in zip(("in_offer", "over_52_weeks"), masks, strict=True):
                for name, few in zip(names, mask, strict=True):
                    if few:
                        found[name] = found.get(name, frozenset()) | {series}
        return found

    def is_hidden(self, effect: SideEffect) -> bool:
        """Whether a side effect's persons are not shown."""
        return effect.hidden or effect.id in self.hidden_groups

    @property
    def notes(self) -> list[str]:
        """What a reader must know beside the figures; each once."""
        # The explanation's warnings hold the budget's.
        return list(dict.fromkeys((*self.explanation.warnings, *self.explanation.limits)))

    def as_plain(self) -> dict[str, Any]:
        """The object that ``run --json`` answers (model/cli/README.md)."""
        return {
            "scenario": self.scenario.name,
            "municipality": self.municipality.id,
            "model_version": MODEL_VERSION,
            "input_sha256": input_hash(self.scenario, self.municipality.key),
            "weeks": [str(week) for week in self.outcome.weeks],
            "groups": {
                g: self._population((slice(None), i), self.hidden_series.get(g, frozenset()))
                for i, g in enumerate(GROUPS)
            },
            "origins": {
                o: self._population((slice(None), slice(None), i), self.hidden_series.get(o, frozenset()))
                for i, o in enumerate(ORIGINS)
            },
            "firm_places": {
                "filled": plain(self.outcome.firm_filled),
                "unfilled": plain(self.outcome.firm_unfilled),
            },
            "goals": [plain_goal(goal) for goal in self.goals],
            "budget": plain_budget(self.budget),
            "side_effects": [
                {
                    "id": effect.id,
                    "baseline": None if self.is_hidden(effect) else plain_value(effect.baseline),
                    "scenario": None if self.is_hidden(effect) else plain_value(effect.scenario),
                    "worse": effect.worse,
                    **hidden_mark(self.is_hidden(effect)),
                }
                for effect in self.watch.side_effects
            ],
            "benchmark": [
                {"group": b.group}
                | {name: plain_value(getattr(b, name)) for name in ("expected", "baseline", "scenario")}
                for b in self.watch.benchmark
            ],
            "stored": plain_stored(self.stored()),
            "warnings": self.notes,
        }

    def _population(self, of: tuple[Any, ...], hidden: frozenset[str]) -> dict[str, Any]:
        """Weekly series [T] of one group or origin, summed over the rest; null where they are ``hidden``."""
        outcome = self.outcome

        def series(name: str, values: NDArray[np.float64]) -> list[float | None]:
            part = values[of]
            if name in hidden:
                return [None] * len(part)
            return plain(part.reshape(len(part), -1).sum(axis=1))

        inflow = outcome.inflow_external + outcome.inflow_returners + outcome.inflow_transfers
        exits = {name: series("exits", outcome.exits[..., i]) for i, name in enumerate(EXITS)}
        return {
            "caseload": series("caseload", outcome.caseload),
            "inflow": series("inflow", inflow),
            "exits": exits,
            "in_offer": series("in_offer", outcome.in_offer),
            "over_52_weeks": series("over_52_weeks", outcome.refund_class[..., _OVER_52_WEEKS]),
            "baseline_caseload": series("baseline_caseload", self.baseline.caseload),
            **hidden_keys(hidden),
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
        yield row(
            text("cli.run.indicator", language), [text(f"cli.run.{column}", language) for column in columns]
        )
        for goal in self.goals:
            yield goal.title.get(language)
            for indicator in goal.indicators:
                yield row("  " + indicator.title.get(language), self._indicator_cells(indicator))
        yield ""
        yield from self._budget_text()
        yield ""
        yield text("cli.run.watch", language)
        not_shown = text("small_numbers.not_shown", language)
        for effect in self.watch.side_effects:
            mark = "  ! " if effect.worse else "    "
            if self.is_hidden(effect):
                yield row(mark + effect.title.get(language), [not_shown] * 3)
                continue
            cells = [number(v, language) for v in (effect.baseline, effect.scenario)]
            yield row(
                mark + effect.title.get(language),
                [*cells, number(effect.difference, language, 1, signed=True)],
            )
        for group in self.watch.benchmark:
            yield "    " + group.told(language)
        yield ""
        yield self.budget.ministry_check.told.get(language)
        if any(map(self.is_hidden, self.watch.side_effects)) or any(
            indicator.hidden for goal in self.goals for indicator in goal.indicators
        ):
            yield ""
            yield hidden_note(language)
        if self.notes:
            yield ""
            yield text("cli.run.warnings", language)
            for note in self.notes:
                yield f"- {note}"
        stored = self.stored()
        if stored is not None:
            yield ""
            yield from stored.lines(language)

    def _indicator_cells(self, indicator: IndicatorResult) -> list[str]:
        language, decimals = self.language, indicator.decimals
        before, after = indicator.value_baseline, indicator.value_scenario
        if indicator.hidden:
            return [text("small_numbers.not_shown", language)] * 3
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
        yield row(
            text("cli.run.function", language),
            [*(str(year) for year in result.years), text("cli.run.total", language)],
        )
        for function in result.by_function.values():
            cells = amounts(function.net.difference, language)
            yield row(f"  {function.function} {function.label.get(language)}", cells)
        yield row(text("cli.run.total", language), amounts(result.net.difference, language))
        if result.net.difference.any():
            yield text("cli.run.assumed", language, share=percent(result.share_assumed, language))
        yield result.note.get(language)


def input_hash(scenario: Scenario, municipality_key: str) -> str:
    """SHA-256 of all that an answer of ``--json`` rests on (see ``scenario_files.input_hash``)."""
    from model.scenario import files

    return files.input_hash(scenario, municipality_key)


def plain_stored(stored: Comparison | None) -> dict[str, Any] | None:
    """The file's stored results beside today's, or None where the file has none."""
    if stored is None:
        return None
    return {
        "same": stored.same,
        "model_version": stored.results.model_version,
        "same_inputs": stored.same_inputs,
        "headline": stored.results.headline,
        "figures": {figure: plain_value(value) for figure, value in stored.results.figures.items()},
        "moved": [
            {
                "figure": moved.figure,
                "then": plain_value(moved.then),
                "now": plain_value(moved.now),
                "difference": plain_value(moved.difference),
            }
            for moved in stored.moved
        ],
    }


def plain_goal(goal: GoalResult) -> dict[str, Any]:
    return {
        "id": goal.id,
        "indicators": [
            {
                "id": indicator.id,
                "unit": indicator.unit,
                "baseline": plain(indicator.baseline),
                "scenario": plain(indicator.scenario),
                "target": plain_value(indicator.target),
                "comparator": None if indicator.comparator is None else plain(indicator.comparator),
                "status": indicator.status,
                "reached_on": None if indicator.reached_on is None else str(indicator.reached_on),
                **hidden_mark(indicator.hidden),
            }
            for indicator in goal.indicators
        ],
    }


def plain_budget(result: BudgetResult) -> dict[str, Any]:
    def figures(of: Any) -> dict[str, Any]:
        return {
            "baseline": plain(of.baseline),
            "scenario": plain(of.scenario),
            "difference": plain(of.difference),
        }

    return {
        "years": [int(year) for year in result.years],
        "net_municipal_dkk": figures(result.net),
        "by_function": {name: figures(function.net) for name, function in result.by_function.items()},
    }


def amounts(per_year: NDArray[np.float64], language: str) -> list[str]:
    amounts = (*per_year, per_year.sum())
    return [number(x / MILLION, language, MONEY_DECIMALS, signed=True) for x in amounts]
