"""Compute the rows of the answers to questions of money."""

from __future__ import annotations

from model.language.catalogue import number
from model.language.drawn_range import range_decimals
from model.seek.money import GoalEffect, LeverYield, MoneyAnswer
from pages.components.chart_with_table import Row
from pages.session.session import Session


def lever_rows(session: Session, answer: MoneyAnswer) -> list[Row]:
    """List the levers that the answer moves."""
    head = [session.text(f"page_seek.move.{part}") for part in ("lever", "before", "after")]
    return [
        {
            head[0]: move.label(session.language),
            head[1]: move.shown(move.before, session.language),
            head[2]: move.shown(move.after, session.language),
        }
        for move in answer.moved
    ]


def goal_rows(session: Session, answer: MoneyAnswer) -> list[Row]:
    """List each goal without and with the answer, the difference with its range, and its status in words."""
    language = session.language

    def label(key: str) -> str:
        """Return a heading."""
        return session.text(f"page_seek.money.head.{key}")

    return [
        {
            label("goal"): session.text(
                "page_seek.item", number=effect.goal_number, indicator=effect.indicator.title.text(language)
            ),
            label("without"): effect.indicator.shown(effect.indicator.value_baseline, language),
            label("with"): effect.indicator.shown(effect.indicator.value_scenario, language),
            label("change"): effect.shown(language),
            label("status"): effect.status(language)[1],
        }
        for effect in answer.effects
    ]


def yield_rows(session: Session, answer: MoneyAnswer) -> list[Row]:
    """List what each lever does alone, the best first: its move, the amount with range, goals and persons."""
    language = session.language
    rows: list[Row] = []
    for one in answer.yields:
        moved = [e for e in one.effects if e.kind not in ("same", "hidden")]
        moved.sort(key=lambda e: -abs(e.gain) / e.indicator.smallest_movement)
        what = "; ".join(_goal_text(session, answer, one, effect) for effect in moved[:2])
        ends = one.amount.signed_ends(language)
        amount = number(one.amount.central / 1e6, language, one.amount.decimals, signed=True)
        rows.append(
            {
                session.text("page_seek.move.lever"): one.move.label(language),
                session.text("page_seek.money.head.from_to"): session.text(
                    "page_seek.money.from_to",
                    before=number(one.move.before, language, 1 if one.move.before % 1 else 0),
                    after=one.move.shown(one.move.after, language),
                ),
                session.text("page_seek.cost.amount"): f"{amount} ({ends})" if ends else amount,
                session.text(f"page_seek.money.head.goals_{answer.mode}"): what
                or session.text("page_seek.money.nothing"),
                session.text("page_seek.money.head.persons"): _persons(session, one),
            }
        )
    return rows


def _goal_text(session: Session, answer: MoneyAnswer, one: LeverYield, effect: GoalEffect) -> str:
    """Return what a lever does to a goal: per million where an amount is spent, in all where one is saved."""
    language = session.language
    title = effect.indicator.title.text(language)
    if answer.mode == "save":
        return f"{title}: {effect.shown(language)}"
    change, low, high = one.per_million(effect)
    decimals = effect.indicator.decimals + 1
    allowed = range_decimals(low, high, decimals)
    ends = [number(end, language, allowed, signed=True) for end in (low, high)]
    between = session.text("budget.amount.between", low=ends[0], high=ends[1])
    return f"{title}: {effect.indicator.shown_difference(change, language, allowed)} ({between})"


def _persons(session: Session, one: LeverYield) -> str:
    """Return how many more or fewer are on support, with the range."""
    change = number(one.persons.central, session.language, 0, signed=True)
    if one.persons.range is None:
        return change
    return f"{change} ({one.persons.range.signed_ends(session.language, 0)})"


def year_rows(session: Session, answer: MoneyAnswer) -> list[Row]:
    """List the difference per budget year and in all, with its range."""
    head, amount = session.text("page_seek.cost.year"), session.text("page_seek.cost.amount")
    ends = session.text("budget.amount.range_row")
    labels = (*map(str, answer.years), session.text("page_seek.cost.total"))
    return [
        {
            head: label,
            amount: number(one.central / 1e6, session.language, one.decimals, signed=True),
            ends: one.signed_ends(session.language) or session.text("budget.amount.no_range"),
        }
        for label, one in zip(labels, (*answer.year_amounts, answer.total_amount), strict=True)
    ]
