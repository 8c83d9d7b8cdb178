"""Return goals, budget, ranges and stored results of a run as the data of ``--json`` (model/cli/README.md)."""

from __future__ import annotations

from typing import Any

from model.budget.amounts import BudgetRanges, total_amount
from model.budget.result import BudgetResult
from model.cli.context import json_amounts, json_number, json_numbers, suppressed_mark
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import indicator_key
from model.language.drawn_range import range_of_draws
from model.library.stored_results import StoredComparison
from model.uncertainty.band_text import drawn_status
from model.uncertainty.bands import Band, Fan


def json_stored(stored: StoredComparison | None) -> dict[str, Any] | None:
    """Return the file's stored results beside today's as JSON data, None where the file has none."""
    if stored is None:
        return None
    return {
        "same": stored.same,
        "model_version": stored.results.model_version,
        "same_inputs": stored.same_inputs,
        "headline": stored.results.headline,
        "figures": {figure: json_number(value) for figure, value in stored.results.figures.items()},
        "moved": [
            {
                "figure": moved.figure,
                "then": json_number(moved.stored),
                "now": json_number(moved.today),
                "difference": json_number(moved.difference),
            }
            for moved in stored.changed
        ],
    }


def json_band(band: Band | None, indicator: IndicatorResult) -> dict[str, Any]:
    """Return the range of an indicator's difference and the chance of its target as JSON data; None without draws."""
    if band is None or indicator.suppressed:
        return dict.fromkeys(
            ("difference_range", "chance", "chance_baseline", "better_chance", "worse_chance")
        )
    drawn = drawn_status(band, indicator)
    ends = range_of_draws(band.difference.ends)
    return {
        "difference_range": json_numbers((ends.low, ends.high)),
        "chance": json_number(band.chance),
        "chance_baseline": json_number(band.chance_baseline),
        "better_chance": None if drawn is None else json_number(drawn.better),
        "worse_chance": None if drawn is None else json_number(drawn.worse),
    }


def json_goal(goal: GoalResult, fan: Fan | None) -> dict[str, Any]:
    """Return a goal with its indicators' series, ranges and chances as JSON data."""
    bands = {} if fan is None else fan.indicators
    return {
        "id": goal.id,
        "indicators": [
            {
                "id": indicator.id,
                "unit": indicator.unit,
                "baseline": json_numbers(indicator.baseline),
                "scenario": json_numbers(indicator.scenario),
                "target": json_number(indicator.target),
                "comparator": None if indicator.comparator is None else json_numbers(indicator.comparator),
                "status": indicator.status,
                "reached_on": None if indicator.reached_on is None else str(indicator.reached_on),
                "share_of_way": json_number(indicator.share_of_way),
                "reached_in": indicator.reached_in,
                **json_band(bands.get(indicator_key(goal, indicator)), indicator),
                **suppressed_mark(indicator.suppressed),
            }
            for indicator in goal.indicators
        ],
    }


def json_budget(result: BudgetResult, ranges: BudgetRanges | None) -> dict[str, Any]:
    """Return net expenditure in all and by function as JSON data, with the range of its difference."""

    def figures(of: Any) -> dict[str, Any]:
        """Return the three series of a budget line."""
        return {
            "baseline": json_amounts(of.baseline),
            "scenario": json_amounts(of.scenario),
            "difference": json_amounts(of.difference),
        }

    return {
        "years": [int(year) for year in result.years],
        "days": list(result.days),
        "net_municipal_dkk": figures(result.net),
        "difference_range_dkk": json_ranges(result, ranges),
        "guidance_saved_dkk": json_amounts(result.guidance_saved),
        "by_function": {name: figures(function.net) for name, function in result.by_function.items()},
    }


def json_ranges(result: BudgetResult, ranges: BudgetRanges | None) -> dict[str, Any] | None:
    """Return between what the difference lies in nine of ten draws, per year and in all; None without draws."""
    if ranges is None:
        return None
    years = [ranges.of_year(year) for year in range(len(result.years))]
    total = total_amount(result, ranges)
    return {
        "low": json_numbers(year.low for year in years),
        "high": json_numbers(year.high for year in years),
        "total": json_numbers((ranges.total.low, ranges.total.high)),
        "verdict": total.kind,
        "unpriced_levers": list(result.unpriced),
    }
