"""Draw the fetch of all tables with one key: its progress, what came of each table, and what it would change."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.files.problems import FileProblem
from model.imports.answer_store import AnswerStore
from model.imports.fetch import Token
from model.imports.fetch_all import (
    FetchedAll,
    FetchedTable,
    assumptions_by_area,
    fetch_all,
    quality_counts,
)
from model.imports.own_files import own_file_hash
from model.imports.replacements import Choices
from model.imports.table_catalogue import fetched_tables
from model.language.catalogue import number
from model.municipality.municipality import Municipality
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.session.jobs import Job, JobQueue, Progress
from pages.session.session import Session
from pages.views.data.import_preview import draw_changes, draw_doubtful, draw_not_used
from pages.views.data.import_sources import PATIENCE, UNLIKELY
from pages.views.data.shared import page_text, responsive_table

_JOB: Final = "data-fetch-all"
_TOKEN: Final = "data_token_all"
_ASKED: Final = "data_asked_all"
_FAULT: Final = "data_fault_all"
_FOR: Final = "data_municipality_all"
_POLL: Final = 400  # ms
# One at a time: the sources count how much is asked of them.
FETCHES: Final = JobQueue("fetch-all", capacity=2, grace=PATIENCE)


@dataclass(frozen=True, eq=False)
class _Fetched:
    """What was fetched, for whom, and by which choice; ``expected`` is the municipality's own file as it stood."""

    all: FetchedAll
    expected: str | None
    unlikely: bool


def draw_all(session: Session, municipality: Municipality) -> None:
    """Draw the key and the button, then the fetch that is under way or its answer."""
    year = municipality.start.year - 1
    note = page_text(session, "every.note", name=municipality.name, year=year, n=len(fetched_tables()))
    st.markdown(escape_markdown(note))

    def ask() -> None:
        """Start the fetch."""
        _begin(session, municipality)

    with st.form("data-all", border=True, enter_to_submit=False):
        # Typed for one fetch: it is emptied as soon as the button is pressed.
        st.text_input(
            page_text(session, "every.token"),
            type="password",
            autocomplete="off",
            max_chars=4096,
            key=_TOKEN,
        )
        st.caption(escape_markdown(page_text(session, "every.token.help")))
        st.form_submit_button(page_text(session, "every.fetch"), type="primary", on_click=ask)
    problem = session.widget_values.get(_FAULT)
    job = session.jobs.get(_JOB)
    if problem is not None:
        show_problem(problem, session.language)
    elif job is not None and session.widget_values.get(_FOR) == municipality.id:
        _draw_job(session, municipality, job)


def _begin(session: Session, municipality: Municipality) -> None:
    """Fetch beside the page; the key leaves the field for the requests' header alone."""
    typed = st.session_state.get(_TOKEN, "")
    st.session_state[_TOKEN] = ""
    session.widget_values.pop(_FAULT, None)
    try:
        token = Token(typed) if typed.strip() else None
    except FileProblem as error:
        session.widget_values[_FAULT] = error
        return
    _start(session, municipality, token)


def _start(session: Session, municipality: Municipality, token: Token | None) -> None:
    """Fetch all tables beside the page; without a key what is kept of an earlier fetch is used."""
    expected = own_file_hash(municipality.id, municipality.vintage)
    unlikely = bool(session.widget_values.get(UNLIKELY))

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Fetch all tables."""
        choices = Choices(unlikely_is_right=unlikely)
        fetched = fetch_all(municipality, token, choices=choices, progress=progress, cancel=cancel)
        return _Fetched(fetched, expected, unlikely)

    session.widget_values[_FOR] = municipality.id
    session.widget_values[_ASKED] = session.widget_values.get(_ASKED, 0) + 1
    key = ("all", session.token, session.widget_values[_ASKED])
    session.ask(FETCHES, _JOB, key, work, stays=True)


def _draw_job(session: Session, municipality: Municipality, job: Job) -> None:
    """Draw how far the fetch is, or what came of it."""
    if job.is_ready:
        if job.result.unlikely != bool(session.widget_values.get(UNLIKELY)):
            _start(session, municipality, None)
            st.rerun()
        _draw_result(session, municipality, job.result)
    elif job.is_stopped:
        st.info(escape_markdown(page_text(session, "every.stopped")))
    elif job.is_failed:
        st.error(session.page_text("job.failed"))
    else:
        done, of = job.progress
        shown = {"n": done + 1, "of": of, "table": job.sketch or ""}
        words = page_text(session, "every.progress", **shown) if of else page_text(session, "every.start")
        with st.container(key="waiting-fetch-all"):
            st.progress(done / of if of else 0.0, text=escape_markdown(words))
            st.button(
                page_text(session, "every.stop"), key="data_all_stop", on_click=session.leave, args=(_JOB,)
            )
        session.poll_after(_POLL, _POLL)


def _draw_result(session: Session, municipality: Municipality, fetched: _Fetched) -> None:
    """Draw what came of the fetch, what it would change, and what stays an assumption."""
    language, result = session.language, fetched.all
    used = sum(row.state == "used" for row in result.tables)
    heading = page_text(session, "every.result", used=used, n=len(result.tables))
    st.header(escape_markdown(heading), anchor=False)
    if result.interrupted is not None:
        why = result.interrupted.text(language)
        st.warning(escape_markdown(page_text(session, "every.interrupted", why=why)))
    before, after = quality_counts(municipality), quality_counts(municipality, result.preview)
    counts = {
        "n": number(sum(after.values()), language),
        "before": number(before["assumption"], language),
        "after": number(after["assumption"], language),
    }
    st.markdown(escape_markdown(page_text(session, "every.counts", **counts)))
    draw_doubtful(session, result.preview)
    draw_changes(
        session,
        result.preview,
        fetched.expected,
        municipality,
        after_use=AnswerStore(municipality.id).clear,
        origin="every.change",
    )
    _draw_assumptions(session, municipality, result)
    _draw_tables(session, result)
    draw_not_used(session, result.preview)


def _draw_tables(session: Session, result: FetchedAll) -> None:
    """Draw what came of each table."""
    st.subheader(page_text(session, "every.tables"), anchor=False)
    heads = [page_text(session, f"every.{head}") for head in ("table", "outcome")]
    rows = [
        [f"{row.table.id} {row.table.name(session.language)}", _outcome(session, row)]
        for row in result.tables
    ]
    caption = page_text(session, "every.tables.caption")
    responsive_table(session, "hentede-tabeller", caption, heads, rows)


def _outcome(session: Session, row: FetchedTable) -> str:
    """Return what came of a table, in words."""
    if row.state == "used":
        key = "every.used.one" if row.figures == 1 else "every.used.many"
        return page_text(session, key, n=number(row.figures, session.language))
    why = "" if row.why is None else row.why.text(session.language)
    return page_text(session, f"every.{row.state}", why=why).strip()


def _draw_assumptions(session: Session, municipality: Municipality, result: FetchedAll) -> None:
    """Draw how many numbers of each area would still be assumptions."""
    st.subheader(page_text(session, "every.assumed"), anchor=False)
    heads = [page_text(session, f"every.{head}") for head in ("area", "n_assumed", "n_all")]
    rows = [
        [
            session.text(f"parameters.area.{area}"),
            number(n, session.language),
            number(of, session.language),
        ]
        for area, (n, of) in assumptions_by_area(municipality, result.preview).items()
    ]
    caption = page_text(session, "every.assumed.caption")
    responsive_table(session, "stadig-antagelser", caption, heads, rows, numbers=(1, 2))
