"""Draw the page Why: the two waterfalls, and folded below them every goal, what holds back, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from model.language.catalogue import percent
from pages.components.chart_with_table import chart_with_table, columns, table
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.persistent_widget import persistent_choice
from pages.components.room_rows import MOST, RoomLine, room_rows, rows_of_bars
from pages.components.theme import palette
from pages.session.session import Session
from pages.views.why.jobs import known_parts, mechanisms_job, shares_job
from pages.views.why.view import WhyView

if TYPE_CHECKING:
    from model.explain.contributions import Attribution, Contributions
    from model.language.drawn_range import DrawnRange
    from pages.components.chart_with_table import Row
    from pages.session.results import ScenarioResults

_MOST_SENTENCES: Final = 6
_BY: Final = ("lever", "kind")
_WHAT: Final = ("money", "persons")


def waterfalls(session: Session, results: ScenarioResults) -> None:
    """Draw the choice of what the parts are, and the waterfalls of money and of persons beside each other."""
    if session.present:
        _one(session, results)
        return
    by = persistent_choice(
        session,
        "why-by",
        _BY,
        session.text("page_why.by"),
        lambda key: session.text(f"page_why.by.{key}"),
    )
    parts = known_parts(session, results)
    if (parts.levers if by == "lever" else parts.parts) is None:
        st.caption(escape_markdown(session.text("page_why.soon")))
    elif parts.sketched is not None:
        share = percent(parts.sketched, session.language)
        st.caption(escape_markdown(session.text("page_why.sketch", share=share)))
    view = WhyView(session, results, parts)
    look = palette()
    if by == "kind":
        _two(session, view.money_by_kind(look), view.persons_by_group(look))
        return
    show_when_done(
        session,
        "why",
        lambda: shares_job(session, results),
        lambda shares: _two(session, view.money_by_lever(shares, look), view.persons_by_lever(shares, look)),
    )


def _two(session: Session, money: Mapping[str, Any], persons: Mapping[str, Any]) -> None:
    """Draw the two waterfalls."""
    left, right = columns(session)
    for place, what, parts in ((left, "money", money), (right, "persons", persons)):
        with place:
            st.header(session.text(f"page_why.{what}"), anchor=False)
            chart_with_table(session, f"why-{what}", **parts)


def _one(session: Session, results: ScenarioResults) -> None:
    """Draw for a room: the waterfall of money or of persons by lever, in rows."""
    what = persistent_choice(
        session,
        "why-room",
        _WHAT,
        session.text("page_why.by"),
        lambda key: session.text(f"page_why.{key}"),
        widget=st.segmented_control,
    )
    parts, look = known_parts(session, results), palette()
    view = WhyView(session, results, parts)

    def drawn(shares: Attribution) -> None:
        """Draw the rows, the largest parts first."""
        bars = view.money_bars(shares) if what == "money" else view.persons_bars(shares)
        left = len(bars) - MOST
        with st.container(key="room"):
            unit = session.text(f"page_why.{what}.unit")
            st.html(f'<p class="ik-room-head"><span>{escape(unit)}</span></p>')
            shown = [*bars[: MOST - 1], bars[-1]] if left > 0 else bars
            room_rows(rows_of_bars(shown, look), [RoomLine(0.0, look.quiet)])
            more = [session.text("page_why.room.left", n=left)] if left > 0 else []
            note = "page_why.soon" if parts.levers is None else "page_why.room"
            st.caption(escape_markdown(" ".join([*more, session.text(note)])))

    show_when_done(session, "why", lambda: shares_job(session, results), drawn)


def goals(session: Session, results: ScenarioResults) -> None:
    """Draw, folded, what each lever adds to every goal, what holds back and what the effect rests on."""
    with st.expander(session.text("page_why.goals")):
        show_when_done(
            session,
            "why-goals",
            lambda: shares_job(session, results),
            lambda shares: _draw_attribution(session, results, shares, _ranges(session, results)),
        )


def _ranges(session: Session, results: ScenarioResults) -> Mapping[str, DrawnRange]:
    """Return between what the change in each figure lies, as far as the draws are run."""
    from pages.session.certainty import known_certainty

    known = known_certainty(session, results)
    return {} if known is None else known.fan.difference_ranges()


def _draw_attribution(
    session: Session, results: ScenarioResults, attribution: Attribution, ranges: Mapping[str, DrawnRange]
) -> None:
    """Draw the table of all goals, the sentences, and the mechanisms when they are run."""
    from model.explain.attribution_sentences import attribution_sentences

    st.subheader(session.text("page_why.levers"), anchor=False)
    table(_rows(session, attribution, ranges), "why-levers", session)
    note = session.text("page_why.note" if attribution.exact else "page_why.sampled")
    if ranges:
        note = f"{session.text('page_why.ranges')} {note}"
    st.caption(escape_markdown(note))
    left, right = columns(session)
    with left:
        _list(session, "in_words", attribution_sentences(attribution, ranges)[:_MOST_SENTENCES])
        _list(session, "limits", attribution.limits())
    with right:
        show_when_done(
            session,
            "why-mechanisms",
            lambda: mechanisms_job(session, results, attribution),
            lambda mechanisms: _draw_mechanisms(session, mechanisms),
        )


def _draw_mechanisms(session: Session, mechanisms: Any) -> None:
    """Draw what would have to hold for more of an effect, and what the effect rests on."""
    from model.explain.mechanisms import mechanism_sentences

    back, others = (
        [line for parts in mechanisms.values() for line in mechanism_sentences(parts, holding_back=which)]
        for which in (True, False)
    )
    _list(session, "more", back)
    _list(session, "rests", others)
    if back or others:
        st.caption(escape_markdown(session.text("why.mechanism.note")))


def _list(session: Session, heading: str, sentences: Any) -> None:
    """Draw sentences under a heading; nothing where there are none."""
    if not sentences:
        return
    st.subheader(session.text(f"page_why.{heading}"), anchor=False)
    for sentence in sentences:
        st.markdown(escape_markdown(sentence.text(session.language)))


def _rows(session: Session, attribution: Attribution, ranges: Mapping[str, DrawnRange]) -> list[Row]:
    """List per lever its part of each goal's first measuring point, of the persons and of the cost, and the totals."""
    from model.explain.figures import difference_shown, range_shown
    from model.goals.series import indicator_key

    language = session.language
    columns: list[tuple[str, Contributions]] = []
    for goal in attribution.goals:
        key = indicator_key(goal, goal.key)
        if key in attribution.indicators:
            columns.append((f"{goal.number}. {goal.key.title.text(language)}", attribution.indicators[key]))
    columns.append((session.text("page_why.persons.column"), attribution.persons))
    columns.append((session.text("page_why.cost"), attribution.budget.total))

    def row(name: str, values: list[float], within: Mapping[str, DrawnRange]) -> Row:
        cells = {
            head: difference_shown(
                figure.key, value, attribution.goals, unit=False, within=within.get(figure.key)
            ).text(language)
            for (head, figure), value in zip(columns, values, strict=True)
        }
        return {session.text("page_why.lever"): name, **cells}

    rows = [
        row(lever.label.text(language), [figure.parts[i] for _, figure in columns], {})
        for i, lever in enumerate(attribution.levers)
    ]
    rows.append(row(session.text("page_why.total"), [figure.change for _, figure in columns], ranges))
    if ranges:
        told = {
            head: range_shown(figure.key, ranges[figure.key], attribution.goals, language)
            for head, figure in columns
            if figure.key in ranges
        }
        unknown = {head: "" for head, _ in columns}
        rows.append(
            {session.text("page_why.lever"): session.text("budget.amount.range_row"), **unknown, **told}
        )
    return rows
