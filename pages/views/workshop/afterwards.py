"""Draw what the facilitator takes along: sheets for tables without screens, and after the meeting its record."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Hashable
from typing import Any, Final

import streamlit as st

from model.files.problems import FileProblem
from model.workshop.meeting import SCENARIOS, Meeting
from model.workshop.outcome import is_over
from model.workshop.parcel import mail_text, packed
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.job_progress import show_when_done
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.public_address import public_address
from pages.session.session import Session
from pages.views.workshop.paper import paper

RECORD: Final = "workshop-record"
_ASKED: Final = "workshop-record-asked"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def afterwards(session: Session, meeting: Meeting) -> None:
    """Draw both."""
    names = [table.name for table in meeting.tables() if not table.key_sha256]
    paper(session, meeting.course, "meeting", names=names, folder=meeting.folder / SCENARIOS)
    with st.expander(session.text("page_workshop.after"), key="afterwards"):
        st.markdown(session.text("page_workshop.after.words"))
        unseen = is_over(meeting) and st.checkbox(
            session.text("page_workshop.after.unseen"), key="after-unseen"
        )
        try:
            _record(session, meeting, unseen=unseen)
            _files(session, meeting, unseen=unseen)
            _mail(session, meeting, unseen=unseen)
        except FileProblem as problem:
            show_problem(problem, session.language)


def _record(session: Session, meeting: Meeting, *, unseen: bool) -> None:
    """Offer the record; it is worked out beside the page when it is asked for, and anew when the files have changed."""
    key = (RECORD, meeting.code, meeting.stamp(), session.language, unseen, _today())
    before = session.jobs.get(RECORD)
    if before is not None and before.key == key and before.is_failed:
        # It can be asked for again.
        st.error(session.page_text("job.failed"))
        st.session_state.pop(_ASKED, None)
    if st.session_state.get(_ASKED) != key:
        if st.button(session.text("page_workshop.after.record.make"), key="make-record", type="primary"):
            session.jobs.pop(RECORD, None)
            st.session_state[_ASKED] = key
            st.rerun()
        st.caption(session.text("page_workshop.after.record.help"))
        return

    def draw(content: Any) -> None:
        """Draw the button that fetches it."""
        st.download_button(
            session.text("page_workshop.after.record"),
            data=content,
            file_name=f"{session.text('workshop.file.record')}.docx",
            mime=_WORD,
            on_click="ignore",
            key="fetch-record",
            type="primary",
        )

    show_when_done(session, RECORD, lambda: _job(session, meeting, key, unseen=unseen), draw)


def _job(session: Session, meeting: Meeting, key: Hashable, *, unseen: bool) -> Job:
    """Begin the work, or return the job that does it already."""
    language = session.language

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Work it all out and write it."""
        # python-docx takes a moment to load.
        from model.documents.workshop_findings import work_out
        from model.documents.workshop_record import workshop_record

        found = work_out(meeting, language, made_on=_today(), unseen=unseen, cancel=cancel, progress=progress)
        return workshop_record(found)

    # The facilitator may look at another page meanwhile.
    return session.ask(STUDIES, RECORD, key, work, stays=True)


def _files(session: Session, meeting: Meeting, *, unseen: bool) -> None:
    """Offer the archive."""
    language = session.language
    st.download_button(
        session.text("page_workshop.after.files"),
        data=lambda: packed(meeting, language, unseen=unseen),
        file_name=f"{session.text('workshop.file.files')}-{meeting.code}.zip",
        mime="application/zip",
        on_click="ignore",
        key="fetch-files",
    )
    st.caption(session.text("page_workshop.after.files.help"))


def _mail(session: Session, meeting: Meeting, *, unseen: bool) -> None:
    """Show the mail when it is asked for, to be copied; warn where its links reach nobody."""
    if not st.toggle(session.text("page_workshop.after.mail"), key="show-mail"):
        return
    address = public_address()
    if address.problem:
        st.warning(escape_markdown(session.text("page_workshop.after.mail.local")))
    st.code(mail_text(meeting, session.language, address.url, unseen=unseen), language=None, wrap_lines=True)


def _today() -> datetime.date:
    """Return today's date on this machine."""
    return datetime.datetime.now().astimezone().date()
