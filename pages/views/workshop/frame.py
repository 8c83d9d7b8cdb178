"""Draw what every view of a meeting has: the bar, a notice, and a look every second whether anything has changed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from pages.components import mount
from pages.session.session import Session
from pages.shell import notices

_LOOK: Final = 1.0  # seconds


def bar(
    session: Session,
    meeting: Meeting | None,
    heading: str,
    buttons: list[dict[str, Any]],
    *,
    code: str = "",
    keys: bool = False,
    spoken: str = "",
) -> None:
    """Draw the bar. ``buttons``: id, label, disabled, main, pressed; ``keys``: arrow keys go forward and back."""
    data = {
        "language": session.language,
        "present": session.present,
        "brand": session.page_text("app"),
        "count": "" if meeting is None else _count(session, meeting),
        "code": code,
        "heading": heading,
        "spoken": spoken,
        "buttons": buttons,
        "clock": None if meeting is None else _clock(session, meeting),
        "step": None if meeting is None else meeting.progress.step,
        "keys": keys,
        "words": {"tools": session.page_text("tools")},
    }
    mount.meeting_bar(key="meeting-bar", data=data)
    notices.show_notice(session)


def button(
    identifier: str,
    label: str,
    *,
    disabled: bool = False,
    main: bool = False,
    pressed: bool | None = None,
) -> dict[str, Any]:
    """Return one button of the bar."""
    out: dict[str, Any] = {"id": identifier, "label": label, "disabled": disabled, "main": main}
    return out if pressed is None else {**out, "pressed": pressed}


def common_buttons(session: Session) -> list[dict[str, Any]]:
    """Return the buttons that every view has."""
    if session.present:
        return [button("present", session.page_text("present.off"))]
    return [
        button("present", session.page_text("present")),
        button("language", session.page_text("other_language")),
    ]


def follow(stamp: Callable[[], object], shown: object) -> None:
    """Look every second whether what the page shows has changed, and run it again when it has.

    ``shown`` is the stamp from before anything was read: what changes while the page is drawn is seen by the next look.
    """

    @st.fragment(run_every=_LOOK)
    def look() -> None:
        if stamp() != shown:
            st.rerun()

    look()


def asked(session: Session, step: CourseStep) -> None:
    """Write what the room is asked, and the step's text."""
    from pages.components.escape_markdown import escape_markdown

    with st.container(key="asked"):
        for words in (step.question, step.text):
            if words:
                st.markdown(escape_markdown(words))


def answered(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Write how many of the tables have answered."""
    done = sum(answer.handed_in for answer in meeting.answers(step).values())
    of = len(meeting.tables())
    st.markdown(session.text("page_workshop.answered", n=done, of=of))


def _count(session: Session, meeting: Meeting) -> str:
    """Return which step of how many this is."""
    n, of = meeting.progress.step + 1, len(meeting.course.steps)
    return session.text("page_workshop.count", n=n, of=of)


def _clock(session: Session, meeting: Meeting) -> dict[str, Any] | None:
    """Return the step's minutes and how long it has lasted, in seconds; None where no clock is shown."""
    progress, minutes = meeting.progress, meeting.step.minutes
    if not progress.clock or minutes is None or not progress.since:
        return None
    begun = datetime.datetime.fromisoformat(progress.since)
    elapsed = (datetime.datetime.now().astimezone() - begun).total_seconds()
    return {
        "minutes": minutes,
        "elapsed": round(max(elapsed, 0.0), 1),
        "left": session.text("page_workshop.clock.left", time="{time}"),
        "over": session.text("page_workshop.clock.over", time="{time}"),
    }
