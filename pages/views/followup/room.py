"""Draw a decision for a room, one thing at a time: a month's figures, the course, why it differs, what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Final

import streamlit as st

from model.documents.followup_chart import followed_chart
from model.followup.decided_files import Kept
from model.followup.outcome import PARTS, Followed, LaidMonth, Split, split
from model.followup.told import Told
from model.followup.words import (
    difference_text,
    month_in_words,
    range_text,
    sentences,
    series_name,
    split_rows,
    unit_text,
    value_text,
    what_bands_hold,
    wide_text,
)
from model.language.catalogue import number
from model.language.drawn_range import ENOUGH_DRAWS, DrawnRange
from model.scenario.scenario import municipality_of
from pages.components.escape_markdown import escape_markdown
from pages.components.persistent_widget import persistent_choice, restore_value, store_value
from pages.components.room_rows import RoomLine, RoomRow, room_rows
from pages.components.theme import palette
from pages.session.session import Session
from pages.shell.active_levers import changes_in_words
from pages.views.followup.view import follow_rows, page_text

_VIEW: Final = "followup-view"
_VIEWS: Final = ("figures", "course", "why", "decided")
_ROOM: Final = 0.1  # of the figures, below the lowest
_MOST: Final = 5  # changes, and lines of who follows what, that fit in the lowest window


def room(session: Session, kept: Kept, told: Told, every: Mapping[str, Followed], series: str) -> None:
    """Draw what the room chose to see of a decision; ``series``: the key of the choice among several."""
    names = {key: series_name(one, session.language) for key, one in every.items()}
    with st.container(horizontal=True, key="followup-head", vertical_alignment="center"):
        restore_value(session, series, next(iter(names)), list(names))
        st.selectbox(
            page_text(session, "series"),
            list(names),
            format_func=names.__getitem__,
            key=series,
            label_visibility="collapsed",
        )
        one = every[str(store_value(session, series))]
        view = persistent_choice(
            session,
            _VIEW,
            _VIEWS,
            page_text(session, "view"),
            lambda key: page_text(session, f"view.{key}"),
            widget=st.segmented_control,
        )
    with st.container(key="room"), st.container(key="followup-room"):
        if view == "decided":
            _decided(session, kept)
            return
        st.markdown(f"**{escape_markdown(sentences(one, session.language)[0])}**")
        if view == "figures":
            _figures(session, one)
        elif view == "course":
            _course(session, kept, one)
        else:
            _why(session, one, split(kept.decided, one, told))


def _head(words: str) -> None:
    """Draw what the rows are about."""
    st.html(f'<p class="ik-room-head"><span>{escape(words)}</span></p>')


def _figures(session: Session, one: Followed) -> None:
    """Draw the latest month, or the one a year ahead: without the decision, expected, the bands, and what came."""
    language, look, month = session.language, palette(), one.latest or one.ahead
    when = month_in_words(month.month, language).capitalize()
    unit = unit_text(one, language)
    _head(" · ".join(filter(None, (when, unit, difference_text(one, month, language)))))
    rows, line = _month_rows(session, one, month), RoomLine(month.without, look.baseline, dashed=True)
    # Marks and ranges, no bars: the scale begins a little below the lowest of them, not with nobody.
    known = [x for x in (month.without, month.value, month.low, month.high, *month.ends) if x is not None]
    base = min(known) - _ROOM * ((max(known) - min(known)) or 1.0)
    room_rows([_moved(row, base) for row in rows], [replace(line, at=line.at - base)])
    st.caption(escape_markdown(what_bands_hold(one, language)))


def _moved(row: RoomRow, base: float) -> RoomRow:
    """Return a row on a scale that begins with ``base``."""
    at, low, high = (None if x is None else x - base for x in (row.at, row.low, row.high))
    return replace(row, at=at, low=low, high=high)


def _month_rows(session: Session, one: Followed, month: LaidMonth) -> list[RoomRow]:
    """Return the rows of one month."""
    language, look = session.language, palette()

    def figure(value: float) -> str:
        """Return a value of the series."""
        return number(value, language, one.decimals)

    def between(low: float, high: float) -> str:
        """Return a range of the series."""
        return f"{figure(low)}\N{EN DASH}{figure(high)}"

    def row(key: str, value: str, ends: str, at: float | None, colour: str, mark: str) -> RoomRow:
        """Return a row with a mark alone."""
        return RoomRow(page_text(session, f"table.{key}"), value, ends, at, None, None, colour, mark=mark)

    expected = row(
        *("expected", figure(month.expected), between(month.low, month.high), month.expected),
        *(look.accent, "●"),
    )
    rows = [
        row("without", figure(month.without), "", month.without, look.baseline, "┆"),
        replace(expected, low=month.low, high=month.high),
    ]
    if month.wide is not None:
        low, high = month.wide
        rows.append(replace(row("wide", between(low, high), "", None, look.quiet, ""), low=low, high=high))
    if month.value is not None:
        own = page_text(session, "room.own") if month.source == "own" else ""
        rows.append(replace(row("came", figure(month.value), own, month.value, look.ink, "◆"), whole=True))
    return rows


def _course(session: Session, kept: Kept, one: Followed) -> None:
    """Draw the chart, as high as the window leaves."""
    data, spec = followed_chart(one, session.language, palette(), present=True)
    month = one.latest or one.ahead
    told = [value_text(one, month.expected, session.language), range_text(one, month, session.language)]
    if wide := wide_text(one, month, session.language):
        told.append(f"{page_text(session, 'table.wide')}: {wide}")
    name = session.text("followup.chart.name", series=series_name(one, session.language))
    with st.container(key="followup-course"):
        st.vega_lite_chart(
            data,
            {key: value for key, value in spec.items() if key != "height"},
            theme=None,
            alt=f"{name}. {month_in_words(month.month, session.language).capitalize()}: {', '.join(told)}.",
            width="stretch",
            height="stretch",
        )
    st.caption(escape_markdown(what_bands_hold(one, session.language)))


def _why(session: Session, one: Followed, parts: Split | None) -> None:
    """Draw the parts of the difference as bars, with what may be chance at the rest."""
    if parts is None:
        st.caption(page_text(session, "split.later" if one.latest is None else "split.indicator"))
        return
    language, look = session.language, palette()
    told = split_rows(parts, language)
    when = month_in_words(parts.month, language)
    _head(session.text("followup.split.table", month=when))
    rows = []
    for place, (name, value, _) in enumerate(told):
        part = PARTS[place] if place < len(PARTS) else ""
        at = parts.shown[part] if part else sum(value or 0 for value in parts.shown.values())
        rows.append(
            RoomRow(
                *(name, value, "", at, None, None, look.accent if part else look.ink),
                start=None if at is None else 0.0,
                whole=not part,
            )
        )
    if parts.chance is not None:
        # A row of its own: at the rest it would be read as that figure's range.
        low, high = parts.chance
        ends = DrawnRange(low, high, ENOUGH_DRAWS).signed_ends(language, 0)
        rows.append(RoomRow(page_text(session, "room.chance"), ends, "", None, low, high, look.quiet))
    room_rows(rows, [RoomLine(0.0, look.quiet)])
    rest = told[PARTS.index("rest")]
    st.caption(escape_markdown(f"{rest[0]}: {rest[2]}"))


def _decided(session: Session, kept: Kept) -> None:
    """Draw what was decided, and who follows what."""
    lines = changes_in_words(kept.decided.scenario, municipality_of(kept.decided.scenario), session.language)
    follow = [" · ".join(row.values()) for row in follow_rows(session, kept)]
    for head, all_lines in (("followup.changes", lines), ("followup.follow", follow)):
        st.markdown(f"**{escape_markdown(session.text(head))}**")
        shown = list(all_lines[:_MOST]) or [session.text("followup.follow.none")]
        if len(all_lines) > _MOST:
            shown.append(page_text(session, "room.more", n=len(all_lines) - _MOST))
        st.markdown("\n".join(f"- {escape_markdown(line)}" for line in shown))
