"""Draw a step in which each party lays its own package of cards from the catalogue."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.workshop.cards import offered
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Table
from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.session.card_draft import is_locked, set_handed_in
from pages.session.session import Session
from pages.views.workshop.build_words import limit_words, state_of, state_words
from pages.views.workshop.card_editor import card_editor
from pages.views.workshop.card_sheets import amendment_sheets
from pages.views.workshop.frame import asked
from pages.views.workshop.proposals import MOST, proposals_in
from pages.views.workshop.show import draw_proposals
from pages.views.workshop.table_choice import table_choice


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw what the room sees: what is asked, within what, and how far each party is; the packages once shown."""
    asked(session, step)
    if meeting.is_shown(step):
        proposals = proposals_in(session, meeting, step)
        if proposals:
            draw_proposals(session, meeting, step, proposals[:MOST])
            return
    mount.room_list(key="build-room", data=_room(session, meeting, step))


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the package of a party that has no device, for the facilitator to lay, and the sheets once it is closed."""
    names = {table.id: table.name for table in meeting.tables()}
    for name in offered(step.cards, meeting.cards())[1]:
        st.warning(escape_markdown(session.text("page_workshop.cards.missing", name=name)))
    if names:
        st.subheader(session.text("page_workshop.cards.desk"), anchor=False)
        chosen = table_choice(session, meeting, step, "cards")
        if chosen is not None:
            answer = meeting.answer(step, chosen)
            words = state_words(session, answer, meeting.is_closed(step))
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{escape_markdown(names[chosen])}**: {escape_markdown(words)}")
                if not meeting.is_closed(step):
                    back = answer is not None and answer.handed_in
                    st.button(
                        session.text(f"page_workshop.build.{'take_back' if back else 'hand_in'}"),
                        key=f"cards-hand-{chosen}",
                        on_click=lambda: set_handed_in(session, meeting, step, chosen, handed_in=not back),
                    )
            above = st.container()
            money = card_editor(session, meeting, step, chosen)
            with above:
                mount.draft_bar(key="cards-money", data=_bar(session, meeting, money))
    if meeting.is_closed(step):
        amendment_sheets(session, meeting, step)


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the party's package, what it comes to, the cards to choose among, and the way to hand in."""
    asked(session, step)
    money = card_editor(session, meeting, step, table.id)
    answer = meeting.answer(step, table.id)
    state, closed = state_of(answer), meeting.is_closed(step)
    if closed and state == "none" and meeting.cards_of(step, table.id) is not None:
        # Its package of the round before stands, not handed in.
        state = "draft"
    locked = is_locked(meeting, step, answer)
    hint = (
        "closed_none"
        if closed and state == "none"
        else "closed"
        if closed
        else "handed_in"
        if locked
        else "open"
    )
    button = None
    if not closed:
        which = "take_back" if locked else "hand_in"
        words = session.text(f"page_workshop.build.{which}")
        button = {"id": which, "label": words, "main": which == "hand_in"}
    own = "draft" if state == "none" and not closed else state
    data = {
        **_bar(session, meeting, money),
        "atFoot": True,
        "state": session.text(f"page_workshop.build.own.{own}"),
        "done": state == "handed_in",
        "hint": session.text(f"page_workshop.build.hint.{hint}"),
        "button": button,
    }
    mount.draft_bar(key="draft-bar", data=data)


def _bar(session: Session, meeting: Meeting, money: dict[str, Any]) -> dict[str, Any]:
    """Return the bar of the money, with nothing to press."""
    return {
        "atFoot": False,
        "step": meeting.progress.step,
        "label": session.page_text("budget.title"),
        "money": money,
        "state": "",
        "done": False,
        "hint": "",
        "button": None,
    }


def _room(session: Session, meeting: Meeting, step: CourseStep) -> dict[str, Any]:
    """Return the step's bounds and how far the parties are; nothing of what they have laid."""
    found, _ = offered(step.cards, meeting.cards())
    facts = [
        {
            "name": session.text("page_workshop.cards.fact"),
            "words": session.text("page_workshop.cards.count", n=len(found)),
        }
    ]
    if step.budget_dkk is not None:
        name = session.text("page_workshop.build.limit")
        facts.append({"name": name, "words": limit_words(session, step.budget_dkk)})
    answers, tables = meeting.answers(step), meeting.tables()
    kind = "party" if meeting.course.budget_round else "table"
    return {
        "label": session.text(f"page_workshop.build.room.{kind}"),
        "facts": facts,
        "none": "" if tables else session.text(f"page_workshop.build.no_{kind}"),
        "tables": [
            {
                "name": table.name,
                "state": state_of(answers.get(table.id)),
                "words": state_words(session, answers.get(table.id), meeting.is_closed(step)),
                "said": "",
            }
            for table in tables
        ],
    }
