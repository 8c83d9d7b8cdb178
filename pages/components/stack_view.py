"""Draw what a stack of cards comes to: a bar with its range per card, the sum, the interaction and the total."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from model.budget.amounts import MILLION
from model.catalogue.effects import GoalEffect, StackEffects
from model.catalogue.files import Card
from model.catalogue.sentences import EffectRow, change_text, goal_rows, money_rows, unpriced_text
from model.language.catalogue import years_text
from model.language.drawn_range import DrawnRange
from pages.components import persistent_widget
from pages.components.chart_with_table import Row, chart_with_table
from pages.components.escape_markdown import escape_markdown
from pages.components.stack_chart import bars_chart
from pages.components.theme import palette
from pages.session.session import Session

MONEY: Final = "money"
_WHAT: Final = "catalogue_what"


def figure_choice(session: Session, found: StackEffects) -> str:
    """Ask which figure the chart shows: money, or one of the goals."""
    goals = {effect.goal.id: effect for effect in found.goals}

    def name(what: str) -> str:
        """Return a figure's short name."""
        if what == MONEY:
            return session.text("page_catalogue.money.short")
        return session.text("page_catalogue.goal.short", number=goals[what].goal.number)

    return persistent_widget.persistent_choice(
        session, _WHAT, (MONEY, *goals), session.text("page_catalogue.what"), name
    )


def bars_figure(session: Session, found: StackEffects, what: str) -> None:
    """Draw the chart of one figure: a bar with its range per card, the sum, the interaction and the total."""
    rows = effect_rows(session, found, what)
    years = years_text(found.stack.base.years, session.language)
    if what == MONEY:
        heading = session.text("page_catalogue.unit.money", years=years)
        unit = session.text("page_catalogue.unit.million")
    else:
        indicator = goal_effect(found, what).indicator
        heading = session.text("page_catalogue.unit.goal", title=indicator.title.text(session.language))
        unit = indicator.difference_unit(session.language)
    # Above the chart and not in it: a long title would leave the bars no room on a phone.
    st.caption(escape_markdown(heading))
    if not rows:
        st.caption(escape_markdown(session.text("disclosure.not_shown")))
        return
    drawn, spec = bars_chart(rows, bars(found, what), unit, (session.language, palette(), session.present))
    chart_with_table(
        session,
        "catalogue-bars",
        drawn,
        spec,
        name=session.text("page_catalogue.chart"),
        sentence=bars_sentence(session, rows),
        rows=effect_table(session, rows),
        scenarios=(found.stack.scenario,),
    )


def effect_rows(session: Session, found: StackEffects, what: str) -> list[EffectRow]:
    """Return the lines of money, or of a goal by its id."""
    if what == MONEY:
        return money_rows(found, session.language)
    return goal_rows(found, goal_effect(found, what), session.language)


def goal_effect(found: StackEffects, goal: str) -> GoalEffect:
    """Return the effect on a goal."""
    return next(effect for effect in found.goals if effect.goal.id == goal)


def effect_table(session: Session, rows: Sequence[EffectRow]) -> list[Row]:
    """Return the lines as a table; a column that nothing is known of is left out."""
    heads = {
        "card": [row.name for row in rows],
        "alone": [row.shown for row in rows],
        "range": [row.ends for row in rows],
        "share": [row.share for row in rows],
    }
    known = {key: cells for key, cells in heads.items() if any(cells)}
    return [
        {session.text(f"page_catalogue.column.{key}"): cells[at] for key, cells in known.items()}
        for at in range(len(rows))
    ]


def bars(found: StackEffects, what: str) -> list[tuple[str, float, DrawnRange | None]]:
    """Return what the chart draws: kind, value and range of each line, money in millions."""
    if what == MONEY:
        money = found.money
        drawn: list[tuple[str, float, DrawnRange | None]] = [
            ("card", amount.central / MILLION, _millions(amount.range)) for amount in money.alone
        ]
        if len(drawn) > 1:
            drawn.append(("sum", money.total_alone / MILLION, _millions(money.total_alone_range)))
            drawn.append(("interaction", money.interaction / MILLION, _millions(money.interaction_range)))
        drawn.append(("total", money.together.central / MILLION, _millions(money.together.range)))
        return drawn
    effect = goal_effect(found, what)
    drawn = [("card", value, ends) for value, ends in zip(effect.alone, effect.alone_ranges, strict=True)]
    if len(drawn) > 1:
        drawn.append(("sum", effect.total_alone, effect.total_alone_range))
        drawn.append(("interaction", effect.interaction, effect.interaction_range))
    drawn.append(("total", effect.together, effect.together_range))
    return drawn


def _millions(drawn: DrawnRange | None) -> DrawnRange | None:
    """Return a range of money in millions."""
    return None if drawn is None else DrawnRange(drawn.low / MILLION, drawn.high / MILLION, drawn.draws)


def bars_sentence(session: Session, rows: Sequence[EffectRow]) -> str:
    """Return the chart in words."""
    cards = [
        session.text("page_catalogue.one", name=row.name, shown=with_ends(session, row.shown, row.ends))
        for row in rows
    ]
    return session.text("page_catalogue.sentence", lines="; ".join(cards))


def with_ends(session: Session, shown: str, ends: str) -> str:
    """Return a figure with its range behind it."""
    if not ends or ends == shown:
        return shown
    return session.text("page_catalogue.with_range", shown=shown, ends=ends)


def card_changes(session: Session, card: Card) -> str:
    """Return a card's changes in one line, with what to know of it: that it is an assumption, that it has no price."""
    shown = "; ".join(change_text(change, session.language) for change in card.measure.changes)
    marks = []
    if card.measure.quality == "assumption":
        marks.append(session.text("page_catalogue.mark.assumption"))
    if unpriced_text(card.measure, session.language):
        marks.append(session.text("page_catalogue.mark.unpriced"))
    if not marks:
        return shown
    return session.text("page_catalogue.marked", changes=shown, marks=", ".join(marks))
