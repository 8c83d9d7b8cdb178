"""Draw the proposals beside each other: levers, goals, money and how often each is best; one picture at a time."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import Final

import streamlit as st

from model.documents.comparison import Compared
from model.documents.comparison_charts import LETTERS, goals_chart, money_chart, often_chart
from model.documents.comparison_levers import levers_chart
from model.language.catalogue import listed
from model.scenario.diff import lever_figure, lever_name
from model.workshop.common_ground import LeverSpread, lever_spreads
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Table
from pages.components.comparison_room import (
    OFTEN,
    VERDICT,
    one_view,
    proposal_marks,
    proposal_names,
    view_names,
)
from pages.components.escape_markdown import escape_markdown
from pages.components.room_rows import MarkAt, MarkRow, mark_rows
from pages.components.theme import palette
from pages.session.session import Session
from pages.views.workshop.card_sheets import amendment_sheets
from pages.views.workshop.cards_grid import cards_grid
from pages.views.workshop.frame import asked
from pages.views.workshop.picture_choice import is_led, picture_choice
from pages.views.workshop.proposals import MOST, Proposal, compared, proposals_of, shares_job, with_shares

_LEVERS: Final = "levers"
_CARDS: Final = "cards"
_PICTURES: Final = (
    "goals",
    "money",
    "often",
)  # of a table's device, below each other what the room sees one by one
_OWN: Final = (_LEVERS, _CARDS, "goals")  # views that Compare does not have
_LOOK: Final = 500  # ms
_HEIGHT: Final = 220.0
# So many levers in large figures, and the sentence of what is shared in them, fit in one window.
_PER_PICTURE: Final = 3


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw what the room looks at: one picture, and the sentence that belongs to it."""
    asked(session, step)
    proposals = proposals_of(session, meeting, step)
    if not proposals:
        kind = "_party" if meeting.course.budget_round else ""
        st.info(session.text(f"page_workshop.show.none{kind}"))
        return
    if len(proposals) > MOST:
        st.caption(session.text("page_workshop.show.first", n=MOST, of=len(proposals)))
    draw_proposals(session, meeting, step, proposals[:MOST])


def draw_proposals(
    session: Session, meeting: Meeting, step: CourseStep, proposals: tuple[Proposal, ...]
) -> None:
    """Draw names and marks, the choice of picture, and that picture."""
    comparison = compared(session, proposals)
    job = shares_job(session, comparison, proposals)
    if job.is_ready:
        comparison = with_shares(comparison, job.result)
    elif not job.is_failed:
        session.poll_after(_LOOK, _LOOK)
    (_of_room if is_led(session) else _of_device)(session, meeting, step, proposals, comparison)


def _of_device(
    session: Session,
    meeting: Meeting,
    step: CourseStep,
    proposals: tuple[Proposal, ...],
    comparison: Compared,
) -> None:
    """Draw for a table, which chooses for itself what it looks at."""
    what = _CARDS if any(proposal.package for proposal in proposals) else _LEVERS
    names = {
        name: session.text(f"page_{'workshop.show' if name in _OWN else 'compare.view'}.{name}")
        for name in (what, *_PICTURES)
    }
    with st.container(horizontal=True, vertical_alignment="center", key="compare-head"):
        st.html(_names(comparison))
        which = picture_choice(session, meeting, step, names)
    if which == _LEVERS:
        _levers(session, proposals, lever_spreads([proposal.scenario for proposal in proposals]))
    elif which == _CARDS:
        cards_grid(session, proposals, comparison.marks)
    else:
        _picture(session, comparison, which)


def _of_room(
    session: Session,
    meeting: Meeting,
    step: CourseStep,
    proposals: tuple[Proposal, ...],
    comparison: Compared,
) -> None:
    """Draw one thing for the room, the same in all windows of the facilitator: what the tables have done, first."""
    spreads = lever_spreads([proposal.scenario for proposal in proposals])
    parts = _parts(spreads)
    if any(proposal.package for proposal in proposals):
        first = {_CARDS: session.text("page_workshop.show.cards")}
    elif len(parts) < 2:
        first = {_LEVERS: session.text("page_workshop.show.levers")}
    else:
        first = {
            f"{_LEVERS}-{n}": session.text("page_workshop.show.levers_n", n=n)
            for n in range(1, len(parts) + 1)
        }
    which = picture_choice(session, meeting, step, {**first, **view_names(session, comparison)})
    if which.startswith(_LEVERS):
        part = parts[int(which.partition("-")[2] or 1) - 1] if parts else ()
        if session.present:
            _levers_in_room(session, part, comparison)
        else:
            st.html(_names(comparison))
            _levers(session, proposals, part)
        return
    if which == _CARDS:
        with st.container(key="compare-big"):
            st.html(proposal_names(comparison))
            cards_grid(session, proposals, comparison.marks)
        return
    if which == VERDICT and comparison.verdict:
        with st.container(key="meeting-verdict"):
            st.markdown(f"**{escape_markdown(' '.join(comparison.verdict))}**")
    if comparison.shares is None:
        st.caption(session.text("page_workshop.opening.ranges_soon"))
    one_view(session, comparison, which, hint=which == OFTEN)


def _parts(spreads: tuple[LeverSpread, ...]) -> list[tuple[LeverSpread, ...]]:
    """Return the levers of each picture, about as many in all."""
    pictures = -(-len(spreads) // _PER_PICTURE)
    edges = [round(n * len(spreads) / max(pictures, 1)) for n in range(pictures + 1)]
    return [spreads[start:end] for start, end in pairwise(edges)]


def _levers_in_room(session: Session, spreads: tuple[LeverSpread, ...], comparison: Compared) -> None:
    """Draw what each proposal sets the levers to in letters that grow with the window, and what they share."""
    if not spreads:
        st.info(session.text("page_workshop.show.no_change"))
        return
    marks = proposal_marks(comparison)
    rows = []
    for spread in spreads:
        lever, group = spread.target
        set_to = [
            MarkAt(value, mark, colour)
            for (mark, colour, _), value in zip(marks, spread.values, strict=True)
            if value != spread.base
        ]
        today = session.text(
            "page_workshop.show.today", value=lever_figure(lever, spread.base, session.language)
        )
        between = _between(session, lever, [one.at for one in set_to])
        name = lever_name(lever, group, session.language)
        rows.append(MarkRow(name, between, today, spread.base, tuple(set_to)))
    with st.container(key="compare-big"):
        st.html(proposal_names(comparison))
        mark_rows(rows, palette())
        with st.container(key="meeting-shared"):
            st.markdown(escape_markdown(shared_sentence(session, spreads)))


def _between(session: Session, lever: str, values: list[float]) -> str:
    """Return between what the proposals set a lever."""
    low, high = min(values), max(values)
    shown = lever_figure(lever, high, session.language, beside=low)
    if low == high:
        return shown
    return session.text(
        "page_compare.range", low=lever_figure(lever, low, session.language, beside=high), high=shown
    )


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Offer the sheets of amendment, where the proposals are laid of cards."""
    build = meeting.course.step(step.previous)
    if build is not None and build.instrument == "cards":
        amendment_sheets(session, meeting, build)


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the same as on the big screen, once the tables' proposals are closed."""
    stage(session, meeting, step)


def _names(comparison: Compared) -> str:
    """Return the names of the proposals with their marks and colours."""
    look = palette()
    items = [
        (look.baseline, "┆", side.name) if mark is None else (look.proposals[mark], LETTERS[mark], side.name)
        for side, mark in zip(comparison.sides, comparison.marks, strict=True)
    ]
    items.append((look.baseline, "┆", comparison.text("mark.now")))
    return '<ul class="ik-proposals">' + "".join(
        f'<li><span aria-hidden="true" style="color:{colour}">{mark}</span> {escape(name)}</li>'
        for colour, mark, name in dict.fromkeys(items)
    ) + "</ul>"  # fmt: skip


def _levers(session: Session, proposals: tuple[Proposal, ...], spreads: tuple[LeverSpread, ...]) -> None:
    """Draw what each proposal sets the levers to, and say what they share."""
    if not spreads:
        st.info(session.text("page_workshop.show.no_change"))
        return
    names = [proposal.name for proposal in proposals if proposal.scenario.changes]
    moved = [i for i, proposal in enumerate(proposals) if proposal.scenario.changes]
    drawn = [LeverSpread(s.target, s.base, tuple(s.values[i] for i in moved)) for s in spreads]
    chart, spec = levers_chart(drawn, names, session.language, palette())
    st.vega_lite_chart(chart, spec, theme=None, alt=_spoken(session, spreads, proposals), width="stretch")
    st.markdown(escape_markdown(shared_sentence(session, spreads)))


def shared_sentence(session: Session, spreads: tuple[LeverSpread, ...]) -> str:
    """Say what all proposals do at least, and that levers on which they differ are not among it."""
    shared = [
        session.text(
            "page_workshop.show.shared_part",
            lever=lever_name(*spread.target, session.language),
            base=lever_figure(spread.target[0], spread.base, session.language, beside=spread.shared),
            value=lever_figure(spread.target[0], spread.shared, session.language, beside=spread.base),
        )
        for spread in spreads
        if spread.shared is not None
    ]
    if not shared:
        return session.text("page_workshop.show.nothing_shared")
    return session.text("page_workshop.show.shared", list=listed(shared, session.language))


def _spoken(session: Session, spreads: tuple[LeverSpread, ...], proposals: tuple[Proposal, ...]) -> str:
    """Return the picture of levers in words."""
    parts = []
    for spread in spreads:
        lever = spread.target[0]
        values = [
            f"{proposal.name} {lever_figure(lever, value, session.language)}"
            for proposal, value in zip(proposals, spread.values, strict=True)
        ]
        parts.append(f"{lever_name(*spread.target, session.language)}: {', '.join(values)}")
    return ". ".join(parts)


def _picture(session: Session, comparison: Compared, which: str) -> None:
    """Draw goals, money, or how often each is best; the last needs the draws. The verdict stands below."""
    if which == "often" and comparison.shares is None:
        st.caption(session.text("page_workshop.opening.ranges_soon"))
        return
    look = palette()
    if which == "goals":
        table, spec = goals_chart(comparison, look)
    elif which == "money":
        table, spec = money_chart(comparison, look, _HEIGHT)
    else:
        table, spec = often_chart(comparison, look)
    name = session.text("page_compare.sure" if which == "often" else f"page_compare.{which}.name")
    with st.container(key="meeting-picture"):
        st.vega_lite_chart(table, dict(spec), theme=None, alt=name, width="stretch")
    if comparison.verdict:
        st.markdown(f"**{escape_markdown(' '.join(comparison.verdict))}**")
    elif comparison.shares is None:
        st.caption(session.text("page_workshop.opening.ranges_soon"))
