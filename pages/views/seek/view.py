"""Compute what the page What would it take offers, and the rows of its answer."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from model.goals.results import IndicatorResult
from model.goals.series import indicator_key
from model.language.catalogue import number
from model.scenario.diff import lever_name
from model.scenario.levers import LEVERS
from model.seek.answer import SeekAnswer
from pages.components.chart_with_table import Row
from pages.session.questions import Question
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.session.sliders import item_of

MODES: Final = ("reach", "buy", "save")
MOST_LEVERS: Final = 5
CERTAINTIES: Final[dict[str, float | None]] = {"central": None, "half": 0.5, "most": 0.8}
# Without a target of its own an indicator is asked for this much better than it is.
_BETTER: Final = 0.2


def offered_indicators(results: ScenarioResults) -> dict[str, IndicatorResult]:
    """Return the indicators that can be asked for: those that should go up or down and have a status."""
    return {
        indicator_key(goal, indicator): indicator
        for goal in results.goals
        for indicator in goal.indicators
        if indicator.direction != "watch" and math.isfinite(indicator.value_scenario)
    }


def offered_levers(language: str) -> dict[str, str]:
    """Return the names of all levers with one figure, by the id of their slider."""
    names = {}
    for lever in LEVERS:
        if lever.scope == "mix":
            continue
        groups = lever.groups if lever.scope == "group" else (None,)
        for group in groups:
            names[item_of(lever.id, group)] = lever_name(lever.id, group, language)
    return names


def levers_of_goal(session: Session, keys: Collection[str], chosen: Collection[str]) -> dict[str, str]:
    """Return the names of the levers that can move some indicators, and of those that are chosen already."""
    from model.seek.offered import levers_that_move

    moving = {item_of(free.lever, free.group) for free in levers_that_move(session.scenario, keys)}
    return {
        item: name
        for item, name in offered_levers(session.language).items()
        if item in moving or item in chosen
    }


def indicator_names(session: Session, results: ScenarioResults) -> dict[str, str]:
    """Return the indicators that can be asked for by key, named with their goal's number."""
    numbers = {f"{goal.id}.{i.id}": goal.number for goal in results.goals for i in goal.indicators}
    return {
        key: session.text("page_seek.item", number=numbers[key], indicator=i.title.text(session.language))
        for key, i in offered_indicators(results).items()
    }


def years_of(session: Session) -> list[int]:
    """List the years that the scenario covers."""
    scenario = session.scenario
    return list(range(scenario.start.year, scenario.start.year + scenario.years))


def first_question(session: Session, results: ScenarioResults) -> Question:
    """Return the question before the visitor has asked any: the indicator in focus, by the end."""
    offered = offered_indicators(results)
    key = indicator_key(results.goal(session.goal), results.indicator(session.goal, session.indicator))
    key = key if key in offered else next(iter(offered))
    return with_indicator(Question(key, 0.0, years_of(session)[-1]), offered[key])


def current_question(session: Session, results: ScenarioResults) -> Question:
    """Return the session's question, or the first one where it does not fit the scenario on screen."""
    question = session.question
    offered = offered_indicators(results)
    if question is None or question.indicator not in offered or question.year not in years_of(session):
        question = session.question = first_question(session, results)
    years = years_of(session)
    more = tuple(goal for goal in question.more if goal.indicator in offered and goal.year in years)
    if more != question.more:
        question = session.question = replace(question, more=more)
    return question


def with_indicator(question: Question, indicator: IndicatorResult) -> Question:
    """Return the question about another indicator, at its own target or somewhat better than it is."""
    now = indicator.value_scenario
    target = indicator.target
    if target is None:
        target = now * (1 + _BETTER if indicator.direction == "up" else 1 - _BETTER)
    return replace(question, target=round(float(target), indicator.decimals))


# --- the answer -----------------------------------------------------------------------------------


def move_rows(session: Session, answer: SeekAnswer) -> list[Row]:
    """List the levers of the answer."""

    def label(key: str) -> str:
        """Return a text of the page."""
        return session.text(f"page_seek.{key}")

    return [
        {
            label("move.lever"): move.label(session.language),
            label("move.before"): move.shown(move.before, session.language),
            label("move.after"): move.shown(move.after, session.language)
            if move.moved
            else label("move.none"),
        }
        for move in answer.moves
    ]


def cost_rows(session: Session, answer: SeekAnswer) -> list[Row]:
    """List what it costs per year and in all, with the range over the draws."""
    head, amount = session.text("page_seek.cost.year"), session.text("page_seek.cost.amount")
    ends = session.text("budget.amount.range_row")
    total = session.text("page_seek.cost.total")
    return [
        {
            head: label,
            amount: number(one.central / 1e6, session.language, one.decimals, signed=True),
            ends: one.signed_ends(session.language) or session.text("budget.amount.no_range"),
        }
        for label, one in zip(
            (*map(str, answer.years), total), (*answer.year_amounts, answer.total_amount), strict=True
        )
    ]
