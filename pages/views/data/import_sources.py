"""Draw where real figures come from: a file of the visitor's, or a request to a live source."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.files.problems import FileProblem
from model.imports import fetch
from model.imports.rows import MAX_BYTES, MAX_ROWS
from model.language.catalogue import number
from model.municipality.municipality import Municipality
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.job_progress import show_when_done
from pages.components.upload_area import EXPORT_TYPES, upload_area
from pages.session.jobs import JobQueue, Progress
from pages.session.session import Session
from pages.views.data.shared import page_text

FILE: Final = "data_file"
_SEEN: Final = "data_upload_seen"
_TURN: Final = "data_upload_turn"
_FROM: Final = "data_from"
_SERVICES: Final = ("jobindsats_v3", "statbank")
_TABLE: Final = "data_table"
_PERIOD: Final = "data_period"
_TOKEN: Final = "data_token"
_WANTED: Final = "data_wanted"
_ASKED: Final = "data_asked"
_FAULT: Final = "data_fault"
UNTIL: Final = "data_until"
GROUP: Final = "data_group"
OURS: Final = "data_ours"
UNLIKELY: Final = "data_unlikely"
_FETCH_JOB: Final = "data-fetch"
_LATEST: Final = "latest:12"
_MEGABYTE: Final = 1_000_000
# The population by age, as StatBank names its variables.
_SELECTION: Final = "OMRÅDE={code}\nALDER=*\nTid=2020K4"
# Only the latest files are kept: they may be large, and they are the visitor's own.
# How long figures are fetched or read for a visitor whose connection is gone, s: they do not come by themselves again.
PATIENCE: Final = 60.0
IMPORTS: Final = JobQueue("imports", capacity=2, grace=PATIENCE)


@dataclass(frozen=True, eq=False)
class File:
    """Bytes to be read as figures, and what they are called."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """Return the hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def upload(session: Session) -> None:
    """Draw the upload of a file."""
    most = MAX_BYTES // _MEGABYTE
    turn = session.widget_values.get(_TURN, 0)
    label = page_text(session, "fetch.file")
    upload = upload_area(session, "figures", label, EXPORT_TYPES, most, key=f"data_upload_{turn}")
    limits = page_text(session, "fetch.limits", rows=number(MAX_ROWS, session.language))
    st.caption(escape_markdown(limits))
    # A file is taken once; the widget forgets it when another part is drawn, the visit does not.
    if upload is not None and session.widget_values.get(_SEEN) != upload.file_id:
        session.widget_values[_SEEN] = upload.file_id
        take(session, File(upload.name, upload.getvalue()))


def take(session: Session, file: File) -> None:
    """Store a file for the following runs."""
    session.widget_values[FILE] = file
    for key in (UNTIL, GROUP, OURS, UNLIKELY):
        session.widget_values.pop(key, None)
        st.session_state.pop(key, None)


def put_away(session: Session) -> None:
    """Forget the file; the uploader is empty again."""
    session.widget_values.pop(FILE, None)
    session.widget_values[_TURN] = session.widget_values.get(_TURN, 0) + 1


def live(session: Session, municipality: Municipality) -> None:
    """Draw the request to a live source."""
    persistent_widget.restore_value(session, _FROM, _SERVICES[0], _SERVICES)
    st.selectbox(
        page_text(session, "live.from"),
        _SERVICES,
        format_func=lambda service: page_text(session, f"live.from.{service}"),
        key=_FROM,
        width=420,
    )
    service = persistent_widget.store_value(session, _FROM)
    statbank = service == "statbank"
    persistent_widget.restore_value(session, _TABLE, "")
    if statbank:
        persistent_widget.restore_value(session, _WANTED, _SELECTION.format(code=municipality.code))
    else:
        persistent_widget.restore_value(session, _PERIOD, _LATEST)

    def ask() -> None:
        """Start the request."""
        _begin(session, service)

    with st.form("data-live", border=True, enter_to_submit=False):
        st.text_input(
            page_text(session, "live.table"),
            placeholder=page_text(session, f"live.table.{service}"),
            max_chars=80,
            key=_TABLE,
        )
        if statbank:
            st.text_area(page_text(session, "live.wanted"), max_chars=2000, key=_WANTED)
        else:
            st.text_input(
                page_text(session, "live.period"),
                max_chars=60,
                key=_PERIOD,
            )
            # Typed for one request: it is emptied as soon as the button is pressed.
            st.text_input(
                page_text(session, "live.token"),
                type="password",
                autocomplete="off",
                max_chars=4096,
                key=_TOKEN,
            )
        hints = ("live.wanted.help",) if statbank else (f"live.period.{service}", "live.token.help")
        st.caption(escape_markdown(". ".join(page_text(session, hint).rstrip(".") for hint in hints) + "."))
        st.form_submit_button(page_text(session, "live.fetch"), type="primary", on_click=ask)
    st.caption(escape_markdown(page_text(session, "live.note" if statbank else "live.note_token")))
    for key in (_TABLE, _WANTED if statbank else _PERIOD):
        persistent_widget.store_value(session, key)
    problem = session.widget_values.get(_FAULT)
    if problem is not None:
        show_problem(problem, session.language)
    elif _FETCH_JOB in session.jobs:
        show_when_done(
            session, "fetch", lambda: session.jobs[_FETCH_JOB], lambda answer: _answered(session, answer)
        )


def _begin(session: Session, service: str) -> None:
    """Request the figures beside the page; the key leaves the field for the request's header alone."""
    state = st.session_state
    typed = state.get(_TOKEN, "")
    state[_TOKEN] = ""
    session.widget_values.pop(_FAULT, None)
    table = str(state.get(_TABLE, "")).strip()
    try:
        request = _request(service, table, typed, str(state.get(_PERIOD, "")), str(state.get(_WANTED, "")))
    except FileProblem as error:
        session.widget_values[_FAULT] = error
        return

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Fetch the figures."""
        try:
            return File(request.name, fetch.fetch(request))
        except FileProblem as error:
            return error

    session.widget_values[_ASKED] = session.widget_values.get(_ASKED, 0) + 1
    key = ("fetch", session.token, session.widget_values[_ASKED])
    session.ask(IMPORTS, _FETCH_JOB, key, work, stays=True)


def _request(service: str, table: str, typed: str, period: str, wanted: str) -> fetch.Request:
    """Return the request of the fields."""
    if service == "statbank":
        return fetch.statbank(table, _variables(wanted), base=fetch.statbank_base())
    return fetch.jobindsats_v3(table, fetch.Token(typed), period=period.strip(), base=fetch.jobindsats_base())


def _variables(wanted: str) -> dict[str, list[str]]:
    """Parse ``OMRÅDE=151`` or ``TID=2020,2021``, one variable a line."""
    variables = {}
    for line in wanted.splitlines():
        name, mark, values = line.partition("=")
        if mark and name.strip():
            variables[name.strip()] = [v.strip() for v in values.split(",") if v.strip()]
    return variables


def _answered(session: Session, answer: File | FileProblem) -> None:
    """Take what a live source has answered."""
    del session.jobs[_FETCH_JOB]
    if isinstance(answer, FileProblem):
        session.widget_values[_FAULT] = answer
    else:
        take(session, answer)
    st.rerun()
