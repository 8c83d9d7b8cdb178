"""Draw a step in which each table builds its own proposal with the sliders that the step opens."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.scenario.scenario import municipality_of
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Table
from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.components.live_view import live_view
from pages.session.results import scenario_results
from pages.session.session import Session
from pages.views.workshop.build_desk import build_desk
from pages.views.workshop.build_words import (
    changes_in_words,
    lever_words,
    limit_words,
    money,
    state_of,
    state_words,
    values_in_order,
)
from pages.views.workshop.frame import asked


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw what the room sees: what is asked, within what, and how far each table is; their figures once shown."""
    asked(session, step)
    mount.room_list(key="build-room", data=_room(session, meeting, step))


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the form in which the facilitator types in for a table that has no device."""
    build_desk(session, meeting, step)


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the sliders, what they move, the money against its limit, and the way to hand in.

    What is on screen was put there, and is kept, by ``pages/session/table_draft.py``.
    """
    asked(session, step)
    if session.drafted is None:
        # The room has gone on since; the next look draws what it has come to.
        return
    scenario = session.scenario
    left = [change for change in scenario.changes if not _is_opened(step, change.lever, change.group)]
    if left:
        words = changes_in_words(session, municipality_of(scenario), left)
        st.caption(escape_markdown(session.text("page_workshop.build.goes_on", changes=words)))
    results = live_view(session, scenario_results(scenario))
    answer = meeting.answer(step, table.id)
    state, closed = state_of(answer), meeting.is_closed(step)
    data = {
        "atFoot": True,
        "step": meeting.progress.step,
        "label": session.text("page_workshop.build.bar"),
        "money": money(session, results, step.budget_dkk),
        "state": _own_state(session, state, closed),
        "done": state == "handed_in",
        "hint": _hint(session, state, closed),
        "button": None if closed else _button(session, state),
    }
    mount.draft_bar(key="draft-bar", data=data)


def _is_opened(step: CourseStep, lever: str, group: str | None) -> bool:
    """Return whether the step opens a lever's slider."""
    return (lever if group is None else f"{lever}:{group}") in step.levers


def _own_state(session: Session, state: str, closed: bool) -> str:
    """Return how far the table itself is: what is not handed in is told from the first moment."""
    if state == "handed_in":
        return session.text("page_workshop.build.own.handed_in")
    return session.text(
        "page_workshop.build.own.none" if closed and state == "none" else "page_workshop.build.own.draft"
    )


def _hint(session: Session, state: str, closed: bool) -> str:
    """Return what can be done now."""
    which = "closed" if closed else "handed_in" if state == "handed_in" else "open"
    if which == "closed" and state == "none":
        return session.text("page_workshop.build.hint.closed_none")
    return session.text(f"page_workshop.build.hint.{which}")


def _button(session: Session, state: str) -> dict[str, Any]:
    """Return the button: hand in, or take back."""
    which = "take_back" if state == "handed_in" else "hand_in"
    return {
        "id": which,
        "label": session.text(f"page_workshop.build.{which}"),
        "main": which == "hand_in",
    }


def _room(session: Session, meeting: Meeting, step: CourseStep) -> dict[str, Any]:
    """Return the step's bounds and the tables' states; what they propose only once the room is shown it."""
    town, language = municipality_of(meeting.base()), session.language
    answers, tables = meeting.answers(step), meeting.tables()
    closed, shown = meeting.is_closed(step), meeting.is_shown(step)
    facts = [
        {
            "name": session.text(f"page_workshop.build.{'levers_in_order' if shown else 'levers'}"),
            "words": " · ".join(lever_words(session, town, item, today=shown) for item in step.levers),
        }
    ]
    if step.budget_dkk is not None:
        words = limit_words(session, step.budget_dkk)
        facts.append({"name": session.text("page_workshop.build.limit"), "words": words})

    def row(table: Table) -> dict[str, str]:
        answer = answers.get(table.id)
        state, words = state_of(answer), state_words(session, answer, closed)
        if shown and answer is not None and answer.draft is not None:
            words = values_in_order(town, step.levers, answer.draft.changes, language)
            if state == "draft":
                words = session.text("page_workshop.build.unfinished", values=words)
        return {"name": table.name, "state": state, "words": words}

    kind = "party" if meeting.course.budget_round else "table"
    return {
        "label": session.text(f"page_workshop.build.room.{kind}"),
        "facts": facts,
        "figures": shown,
        "none": "" if tables else session.text(f"page_workshop.build.no_{kind}"),
        "tables": [row(table) for table in tables],
    }
