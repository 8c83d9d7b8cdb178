"""Real figures in: a file or a live answer, what it would replace, what cannot be used and why, and using it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.domain import GROUPS
from model.files.problems import FileProblem
from model.imports import fetch
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.periods import Period
from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.replacements import Choices, Preview, Replacement, hidden_replacements
from model.imports.rows import MAX_BYTES, MAX_ROWS, Imported
from model.language.catalogue import group_name, number, short_date
from model.municipality.municipality import Municipality, load_municipality
from model.parameters.labels import unit_name
from pages.components import persistent_widget
from pages.components.chart_with_table import table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.job_progress import show_when_done
from pages.session.jobs import Job, JobQueue, Progress
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.views.data.shared import go_to_part, hidden_note, page_text, quality, responsive_table, sourced

_WAY: Final = "data_way"
_WAYS: Final = ("file", "live")
_FILE: Final = "data_file"
_SEEN: Final = "data_upload_seen"
_TURN: Final = "data_upload_turn"
_FROM: Final = "data_from"
_SERVICES: Final = ("jobindsats_v3", "jobindsats_v2", "statbank")
_TABLE: Final = "data_table"
_PERIOD: Final = "data_period"
_TOKEN: Final = "data_token"
_WANTED: Final = "data_wanted"
_ASKED: Final = "data_asked"
_FAULT: Final = "data_fault"
_UNTIL: Final = "data_until"
_GROUP: Final = "data_group"
_OURS: Final = "data_ours"
_FETCH_JOB: Final = "data-fetch"
_READ_JOB: Final = "data-read"
_TYPES: Final = ("csv", "txt", "tsv", "xlsx", "xlsm", "json", "jsonl")
_PERIODS: Final = {"jobindsats_v3": "latest:12", "jobindsats_v2": "l(m:12)"}
_MEGABYTE: Final = 1_000_000
_MOST_ENDS: Final = 40
_AS_BASELINE: Final = ""
# The population by age, as StatBank names its variables.
_SELECTION: Final = "OMRÅDE={code}\nALDER=*\nTid=2020K4"

# Only the latest files are kept: they may be large, and they are the visitor's own.
IMPORTS: Final = JobQueue("imports", capacity=2)


@dataclass(frozen=True, eq=False)
class File:
    """Bytes to be read as figures, and what they are called."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """Hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, eq=False)
class Read:
    """What a file holds and would do; ``expected`` is the municipality's own file as it stood then."""

    imported: Imported
    preview: Preview
    expected: str | None


def draw(session: Session) -> None:
    """Where the figures come from, then what they would do."""
    municipality = load_municipality(session.municipality.id)
    st.header(escape_markdown(page_text(session, "fetch", name=municipality.name)), anchor=False)
    if not session.present:
        st.markdown(escape_markdown(page_text(session, "fetch.note")))
    way = persistent_widget.persistent_choice(
        session,
        _WAY,
        _WAYS,
        page_text(session, "fetch.way"),
        lambda way: page_text(session, f"fetch.way.{way}"),
        widget=st.segmented_control,
    )
    if way == "live":
        _live(session, municipality)
    else:
        _upload(session)
    file = session.widget_values.get(_FILE)
    if file is not None:
        show_when_done(
            session,
            "read",
            lambda: _read_job(session, file, municipality),
            lambda read: _told(session, file, read, municipality),
        )


# --- where the figures come from ------------------------------------------------------------------


def _upload(session: Session) -> None:
    found = st.file_uploader(
        page_text(session, "fetch.file", most=MAX_BYTES // _MEGABYTE),
        type=list(_TYPES),
        max_upload_size=MAX_BYTES // _MEGABYTE,
        key=f"data_upload_{session.widget_values.get(_TURN, 0)}",
    )
    st.caption(
        escape_markdown(
            page_text(
                session,
                "fetch.limits",
                most=MAX_BYTES // _MEGABYTE,
                rows=number(MAX_ROWS, session.language),
            )
        )
    )
    # A file is taken once; the widget forgets it when another part is drawn, the visit does not.
    if found is not None and session.widget_values.get(_SEEN) != found.file_id:
        session.widget_values[_SEEN] = found.file_id
        _take(session, File(found.name, found.getvalue()))


def _take(session: Session, file: File) -> None:
    session.widget_values[_FILE] = file
    for key in (_UNTIL, _GROUP, _OURS):
        session.widget_values.pop(key, None)
        st.session_state.pop(key, None)


def _put_away(session: Session) -> None:
    """Forgets the file; the uploader is empty again."""
    session.widget_values.pop(_FILE, None)
    session.widget_values[_TURN] = session.widget_values.get(_TURN, 0) + 1


def _live(session: Session, municipality: Municipality) -> None:
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
    period = f"{_PERIOD}_{service}"
    persistent_widget.restore_value(session, _TABLE, "")
    if statbank:
        persistent_widget.restore_value(session, _WANTED, _SELECTION.format(code=municipality.code))
    else:
        persistent_widget.restore_value(session, period, _PERIODS[service])

    def ask() -> None:
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
                key=period,
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
    for key in (_TABLE, _WANTED if statbank else period):
        persistent_widget.store_value(session, key)
    problem = session.widget_values.get(_FAULT)
    if problem is not None:
        show_problem(problem, session.language)
    elif _FETCH_JOB in session.jobs:
        show_when_done(
            session, "fetch", lambda: session.jobs[_FETCH_JOB], lambda answer: _answered(session, answer)
        )


def _begin(session: Session, service: str) -> None:
    """Asks beside the page. The key leaves the field for the request's header, and is nowhere else."""
    state = st.session_state
    typed = state.get(_TOKEN, "")
    state[_TOKEN] = ""
    session.widget_values.pop(_FAULT, None)
    table = str(state.get(_TABLE, "")).strip()
    try:
        request = _request(
            service, table, typed, str(state.get(f"{_PERIOD}_{service}", "")), str(state.get(_WANTED, ""))
        )
    except FileProblem as error:
        session.widget_values[_FAULT] = error
        return

    def work(cancel: threading.Event, progress: Progress) -> Any:
        try:
            return File(request.name, fetch.fetch(request))
        except FileProblem as error:
            return error

    session.widget_values[_ASKED] = session.widget_values.get(_ASKED, 0) + 1
    session.jobs[_FETCH_JOB] = IMPORTS.request(
        ("fetch", session.token, session.widget_values[_ASKED]), work, before=session.jobs.get(_FETCH_JOB)
    )


def _request(service: str, table: str, typed: str, period: str, wanted: str) -> fetch.Request:
    if service == "statbank":
        return fetch.statbank(table, _variables(wanted), base=fetch.STATBANK)
    token = fetch.Token(typed)
    if service == "jobindsats_v2":
        return fetch.jobindsats_v2(table, token, period=period.strip(), base=fetch.JOBINDSATS_V2)
    return fetch.jobindsats_v3(table, token, period=period.strip(), base=fetch.JOBINDSATS_V3)


def _variables(wanted: str) -> dict[str, list[str]]:
    """``OMRÅDE=151`` or ``TID=2020,2021``, one variable a line."""
    found = {}
    for line in wanted.splitlines():
        name, mark, values = line.partition("=")
        if mark and name.strip():
            found[name.strip()] = [v.strip() for v in values.split(",") if v.strip()]
    return found


def _answered(session: Session, answer: File | FileProblem) -> None:
    del session.jobs[_FETCH_JOB]
    if isinstance(answer, FileProblem):
        session.widget_values[_FAULT] = answer
    else:
        _take(session, answer)
    st.rerun()


# --- what the file says ---------------------------------------------------------------------------


def _choices(session: Session, imported: Imported | None = None) -> Choices:
    until = session.widget_values.get(_UNTIL) or None
    periods = imported.periods if imported is not None else ()
    return Choices(
        group=session.widget_values.get(_GROUP) or "",
        until=until if isinstance(until, Period) and (imported is None or until in periods) else None,
        area_is_ours=bool(session.widget_values.get(_OURS)),
    )


def _read_job(session: Session, file: File, municipality: Municipality) -> Job:
    choices, expected = _choices(session), own_file_hash(municipality.id)

    def work(cancel: threading.Event, progress: Progress) -> Any:
        try:
            imported = read_export(file.data, file.name)
            return Read(imported, preview(imported, municipality, choices), expected)
        except FileProblem as error:
            return error

    key = ("read", file.name, file.digest, municipality.key, expected, choices)
    session.jobs[_READ_JOB] = IMPORTS.request(key, work, before=session.jobs.get(_READ_JOB))
    return session.jobs[_READ_JOB]


def _told(session: Session, file: File, read: Read | FileProblem, municipality: Municipality) -> None:
    """All that is known of the file, in the order in which it is needed."""
    if isinstance(read, FileProblem):
        st.header(escape_markdown(page_text(session, "read.bad", file=file.name)), anchor=False)
        show_problem(read, session.language)
    else:
        st.header(escape_markdown(page_text(session, "read", file=file.name)), anchor=False)
    if st.button(page_text(session, "use.forget"), key="data_forget"):
        _put_away(session)
        st.rerun()
    if isinstance(read, FileProblem):
        return
    _recognised(session, read.imported)
    _ask_choices(session, read.imported, municipality)
    _changes(session, read, municipality)
    _not_used(session, read)


def _recognised(session: Session, imported: Imported) -> None:
    language, periods = session.language, imported.periods
    st.markdown(
        escape_markdown(
            page_text(
                session,
                "read.as",
                format=session.text(f"import.format.{imported.recognised.format}"),
                n=number(len(imported.table), language),
                areas=number(len(imported.areas), language),
                first=short_date(min(p.start for p in periods), language),
                last=short_date(periods[-1].end, language),
            )
        )
    )
    for note in imported.recognised.notes:
        st.caption(escape_markdown(note.text(language)))


def _ask_choices(session: Session, imported: Imported, municipality: Municipality) -> None:
    """Only what the file leaves open."""
    ends = sorted({p.end: p for p in imported.periods}.values(), reverse=True)[:_MOST_ENDS]
    with st.container(horizontal=True, vertical_alignment="bottom", key="data-choices"):
        if len(ends) > 1:
            persistent_widget.restore_value(session, _UNTIL, _AS_BASELINE, (_AS_BASELINE, *ends))
            st.selectbox(
                page_text(session, "read.until"),
                (_AS_BASELINE, *ends),
                format_func=lambda p: _span(session, p),
                key=_UNTIL,
                on_change=lambda: persistent_widget.store_value(session, _UNTIL),
            )
        if all(not row.group for row in imported.table):
            persistent_widget.restore_value(session, _GROUP, "", ("", *GROUPS))
            st.selectbox(
                page_text(session, "read.group"),
                ("", *GROUPS),
                format_func=lambda g: (
                    group_name(g, session.language) if g else page_text(session, "read.group.none")
                ),
                key=_GROUP,
                on_change=lambda: persistent_widget.store_value(session, _GROUP),
            )
        if imported.areas == ("",):
            persistent_widget.restore_value(session, _OURS, default=False)
            st.checkbox(
                escape_markdown(page_text(session, "read.ours", name=municipality.name)),
                key=_OURS,
                on_change=lambda: persistent_widget.store_value(session, _OURS),
            )


def _span(session: Session, period: Period | str) -> str:
    if not isinstance(period, Period):
        return page_text(session, "read.until.baseline")
    first, last = short_date(period.start, session.language), short_date(period.end, session.language)
    return last if first == last else page_text(session, "read.span", first=first, last=last)


def _changes(session: Session, read: Read, municipality: Municipality) -> None:
    found, language = read.preview, session.language
    moved = [r for r in found if r.changes]
    same = len(found) - len(moved)
    if not found.replacements:
        st.markdown(escape_markdown(page_text(session, "change.none", name=municipality.name)))
        return
    st.subheader(escape_markdown(page_text(session, "change", name=municipality.name)), anchor=False)
    key = "change.count" if moved else "change.count_same"
    st.markdown(
        escape_markdown(page_text(session, key, n=number(len(moved), language), same=number(same, language)))
    )
    for note in found.notes:
        st.caption(escape_markdown(note.text(language)))
    heads = [
        page_text(session, f"change.{h}") for h in ("what", "before", "after", "unit", "quality", "source")
    ]
    ordered = [*moved, *(r for r in found if not r.changes)]
    hidden = hidden_replacements(municipality, ordered) & {r.parameter for r in ordered}
    rows = change_rows(session, ordered, hidden)
    responsive_table(session, "foer-efter", page_text(session, "change.caption"), heads, rows, numbers=(1, 2))
    if hidden:
        hidden_note(session)
    if found.problem is not None:
        st.warning(
            escape_markdown(f"{page_text(session, 'change.impossible')} {found.problem.text(language)}")
        )
        return
    if st.button(
        escape_markdown(page_text(session, "use", name=municipality.name)), type="primary", key="data_use"
    ):
        _use(session, read, municipality)
    st.caption(escape_markdown(page_text(session, "use.note")))


def change_rows(
    session: Session, replacements: Sequence[Replacement], hidden: frozenset[str]
) -> list[list[Any]]:
    """Each number before and after with its marks and sources; small counts are not shown."""
    language = session.language
    rows = []
    for r in replacements:
        before, after = (r.before.quality if r.before else None), r.after.quality
        marks = quality(session, after)
        if before is not None and before != after:
            marks = page_text(session, "change.marks", before=quality(session, before), after=marks)
        new = r.after_source_da if language == "da" else r.after.source
        old = (r.before_source_da if language == "da" else r.before.source if r.before else "") or ""
        source = [page_text(session, "change.now", source=new), r.how.text(language)]
        if old and old != new:
            source.append(page_text(session, "change.was", source=old))
        rows.append(
            [
                r.label(language),
                sourced(session, r.before, hidden=r.parameter in hidden),
                sourced(session, r.after, hidden=r.parameter in hidden),
                unit_name(r.after.unit, language),
                marks,
                source,
            ]
        )
    return rows


def _not_used(session: Session, read: Read) -> None:
    language, imported = session.language, read.imported
    if read.preview.not_used:
        st.subheader(page_text(session, "unused.figures"), anchor=False)
        rows = [[n.what.text(language), n.why.text(language)] for n in read.preview.not_used]
        heads = [page_text(session, "unused.what"), page_text(session, "unused.why")]
        responsive_table(
            session, "ikke-brugt", page_text(session, "unused.figures.caption"), heads, rows, csv=False
        )
    left = sum(imported.left_out.values())
    total = len(imported.unused) + left
    st.subheader(page_text(session, "unused"), anchor=False)
    if not total:
        st.markdown(page_text(session, "unused.none"))
        return
    st.markdown(
        escape_markdown(
            page_text(
                session, "unused.count.one" if total == 1 else "unused.count.many", n=number(total, language)
            )
        )
    )
    told = [
        {
            page_text(session, "unused.line"): number(u.line, language)
            if u.line
            else page_text(session, "unused.whole"),
            page_text(session, "unused.column"): u.column or page_text(session, "unused.all"),
            page_text(session, "unused.why"): u.why.text(language),
        }
        for u in imported.unused
    ]
    table_expander(
        session,
        "ubrugte-raekker",
        told,
        label=page_text(session, "unused.show", n=number(len(told), language)),
    )
    if left:
        st.caption(escape_markdown(page_text(session, "unused.left", n=number(left, language))))


# --- using it -------------------------------------------------------------------------------------


def _use(session: Session, read: Read, municipality: Municipality) -> None:
    """Saves what was shown as the municipality's own figures, and opens them."""
    try:
        save_municipality(municipality, read.preview, expected_hash=read.expected)
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
        st.rerun()
    _put_away(session)
    fits = session.figures_changed()
    key = "page_data.use.done" if fits else "page_data.use.done_reset"
    session.notice = Notice("success" if fits else "warning", both_languages(key, name=municipality.name))
    go_to_part(session, "town")
    st.rerun()
