"""Draw a comparison for a room, one thing at a time: the conclusion, a goal, the money, how often each is best."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from model.budget.amounts import MILLION
from model.documents.comparison import Compared, ComparedGoal, known
from model.documents.comparison_charts import LETTERS, twentieths
from model.language.catalogue import number
from model.uncertainty.end_values import BUDGET
from pages.components.escape_markdown import escape_markdown
from pages.components.persistent_widget import persistent_choice
from pages.components.room_rows import RoomLine, RoomRow, room_rows
from pages.components.theme import palette
from pages.session.session import Session

VIEW: Final = "compare-view"
VERDICT: Final = "verdict"
OFTEN: Final = "often"
_MONEY: Final = "money"
_UNCHANGED: Final = "┆"


def view_names(session: Session, compared: Compared) -> dict[str, str]:
    """Return what the room can see, and what that is called."""
    goals = {
        goal.key: session.text("page_compare.view.goal", n=goal.goal.number) for goal in compared.goals()
    }
    own = {key: session.text(f"page_compare.view.{key}") for key in (VERDICT, _MONEY, OFTEN)}
    return {VERDICT: own.pop(VERDICT), **goals, **own}


def view_choice(session: Session, compared: Compared) -> str:
    """Ask what the room sees, and return it."""
    names = view_names(session, compared)
    label, choose = session.text("page_compare.view"), st.segmented_control
    return persistent_choice(session, VIEW, tuple(names), label, names.__getitem__, widget=choose)


def one_view(session: Session, compared: Compared, chosen: str, *, hint: bool = True) -> None:
    """Draw what is chosen besides the conclusion, which stands above; ``hint``: say how it is read."""
    with st.container(key="compare-big"):
        if chosen == VERDICT:
            st.html(proposal_names(compared))
        elif compared.shares is None:
            return
        elif chosen == _MONEY:
            _money(session, compared)
        elif chosen == OFTEN:
            _often(session, compared)
        else:
            _goal(session, compared, next(goal for goal in compared.goals() if goal.key == chosen))
        if hint:
            st.caption(escape_markdown(session.text(f"page_compare.{'dots' if chosen == OFTEN else 'room'}")))


def says_verdict(session: Session) -> bool:
    """Return whether the room sees the conclusion now."""
    return str(session.widget_values.get(VIEW, VERDICT)) == VERDICT


def proposal_marks(compared: Compared) -> list[tuple[str, str, str]]:
    """Return mark, colour and name of every scenario, in the order of the choice."""
    look = palette()
    return [
        (
            _UNCHANGED if mark is None else LETTERS[mark],
            look.baseline if mark is None else look.proposals[mark],
            side.name,
        )
        for side, mark in zip(compared.sides, compared.marks, strict=True)
    ]


def proposal_names(compared: Compared) -> str:
    """Return the names with their marks, as a list."""
    return '<ul class="ik-proposals">' + "".join(
        f'<li><span aria-hidden="true" style="color:{colour}">{mark}</span> {escape(name)}</li>'
        for mark, colour, name in proposal_marks(compared)
    ) + "</ul>"  # fmt: skip


def _head(title: str, beside: str, told: str) -> None:
    """Draw what the rows are about, what stands beside it, and who is best."""
    st.html(
        f'<p class="ik-room-head"><strong>{escape(title)}</strong> <span>{escape(beside)}</span>'
        f"<br><strong>{escape(told)}</strong></p>"
    )


def _best(session: Session, compared: Compared, key: str) -> str:
    """Say who is best on a goal or cheapest, or that it is equal or not settled."""
    place = compared.best(key)
    if place is not None:
        which = "cheapest" if key == BUDGET else "best"
        return session.text(f"page_compare.room.{which}", name=compared.sides[place].name)
    if key == BUDGET and compared.unpriced:
        return session.text("page_compare.room.unpriced")
    return session.text("page_compare.room.equal" if compared.is_equal(key) else "page_compare.room.open")


def _goal(session: Session, compared: Compared, goal: ComparedGoal) -> None:
    """Draw one goal: a row per proposal, with lines for without changes and the target."""
    language, first, look = session.language, goal.first, palette()
    title = goal.title(language)
    if goal.suppressed:
        _head(title, session.text("disclosure.not_shown"), "")
        return
    said = [
        session.text("page_compare.mark.now_value", value=f"┆ {first.shown(first.value_baseline, language)}")
    ]
    lines = [RoomLine(first.value_baseline, look.baseline, dashed=True)]
    if first.target is not None:
        said.append(session.text("page_compare.mark.target_value", value=f"┃ {first.shown_target(language)}"))
        lines.append(RoomLine(first.target, look.ink))
    told = _best(session, compared, goal.key) if goal.key in (compared.shares or {}) else ""
    _head(title, " · ".join(said), told)
    marks, rows = proposal_marks(compared), []
    for place in compared.drawn:
        value, ends = goal.indicators[place].value_scenario, goal.ends(place)
        low, high = ends if ends is not None else (None, None)
        mark, colour, name = marks[place]
        rows.append(
            RoomRow(
                name=name,
                value=first.shown(value, language),
                ends=goal.ends_shown(place, language),
                at=known(value),
                low=low,
                high=high,
                colour=colour,
                mark=mark,
            )
        )
    room_rows(rows, lines)


def _money(session: Session, compared: Compared) -> None:
    """Draw what each proposal costs or saves over all years."""
    look, language = palette(), session.language
    _head(
        session.text("page_compare.room.money"),
        session.text("page_compare.room.money.unit"),
        _best(session, compared, BUDGET),
    )
    marks, rows = proposal_marks(compared), []
    for place in compared.drawn:
        amount = compared.totals[place]
        low, high = (
            (None, None)
            if amount.range is None
            else (amount.range.low / MILLION, amount.range.high / MILLION)
        )
        mark, colour, name = marks[place]
        central = amount.central / MILLION
        shown = number(central, language, amount.decimals, signed=True)
        rows.append(
            RoomRow(
                *(name, shown, amount.signed_ends(language), central, low, high, colour),
                start=0.0,
                mark=mark,
            )
        )
    room_rows(rows, [RoomLine(0.0, look.quiet)])


def _often(session: Session, compared: Compared) -> None:
    """Draw twenty marks per goal and for the cost: how many of twenty calculations find each proposal best."""
    assert compared.shares is not None
    look, marks = palette(), proposal_marks(compared)
    shorts = {
        goal.key: session.text("page_compare.view.goal", n=goal.goal.number) for goal in compared.goals()
    }
    rows = []
    for key, _ in compared.told:
        found = compared.shares[key]
        counts = twentieths([*found.first, found.equal])
        drawn = "".join(
            f'<b style="color:{colour}">{mark * count}</b>'
            for (mark, colour, _), count in zip([*marks, ("●", look.grid, "")], counts, strict=True)
        )
        label = shorts.get(key, session.text("page_compare.view.money"))
        rows.append(f'<li><span>{escape(label)}</span><span aria-hidden="true">{drawn}</span></li>')
    st.html(proposal_names(compared) + f'<ul class="ik-room-dots">{"".join(rows)}</ul>')
