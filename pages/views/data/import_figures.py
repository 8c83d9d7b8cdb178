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
from model.imports.reader import read_export
from model.imports.replacements import Choices, Preview, Replacement, hidden_replacements, preview
from model.imports.rows import MAX_BYTES, MAX_ROWS, Imported
from model.language.catalogue import group_name, number, short_date
from model.municipality.municipality import Municipality, load_municipality
from model.parameters.files import unit_name
from pages.components import persistent_widget
from pages.components.chart_with_table import figures
from pages.components.escape_markdown import plain
from pages.components.job_progress import when_ready
from pages.session import scenario_store
from pages.session.jobs import Desk, Job, Progress
from pages.session.session import Notice, Visit, problem_text
from pages.shell.notices import both_languages
from pages.views.data.shared import facts, go_to_part, hidden_note, quality, says, sourced

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
IMPORTS: Final = Desk("imports", kept=2)


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


def draw(here: Visit) -> None:
    """Where the figures come from, then what they would do."""
    municipality = load_municipality(here.municipality.id)
    st.header(plain(says(here, "fetch", name=municipality.name)), anchor=False)
    if not here.present:
        st.markdown(plain(says(here, "fetch.note")))
    way = persistent_widget.choice(
        here,
        _WAY,
        _WAYS,
        says(here, "fetch.way"),
        lambda way: says(here, f"fetch.way.{way}"),
        widget=st.segmented_control,
    )
    if way == "live":
        _live(here, municipality)
    else:
        _upload(here)
    file = here.kept.get(_FILE)
    if file is not None:
        when_ready(
            here,
            "read",
            lambda: _read_job(here, file, municipality),
            lambda read: _told(here, file, read, municipality),
        )


# --- where the figures come from ------------------------------------------------------------------


def _upload(here: Visit) -> None:
    found = st.file_uploader(
        says(here, "fetch.file", most=MAX_BYTES // _MEGABYTE),
        type=list(_TYPES),
        max_upload_size=MAX_BYTES // _MEGABYTE,
        key=f"data_upload_{here.kept.get(_TURN, 0)}",
    )
    st.caption(
        plain(
            says(
                here,
                "fetch.limits",
                most=MAX_BYTES // _MEGABYTE,
                rows=number(MAX_ROWS, here.language),
            )
        )
    )
    # A file is taken once; the widget forgets it when another part is drawn, the visit does not.
    if found is not None and here.kept.get(_SEEN) != found.file_id:
        here.kept[_SEEN] = found.file_id
        _take(here, File(found.name, found.getvalue()))


def _take(here: Visit, file: File) -> None:
    here.kept[_FILE] = file
    for key in (_UNTIL, _GROUP, _OURS):
        here.kept.pop(key, None)
        st.session_state.pop(key, None)


def _put_away(here: Visit) -> None:
    """Forgets the file; the uploader is empty again."""
    here.kept.pop(_FILE, None)
    here.kept[_TURN] = here.kept.get(_TURN, 0) + 1


def _live(here: Visit, municipality: Municipality) -> None:
    persistent_widget.before(here, _FROM, _SERVICES[0], _SERVICES)
    st.selectbox(
        says(here, "live.from"),
        _SERVICES,
        format_func=lambda service: says(here, f"live.from.{service}"),
        key=_FROM,
        width=420,
    )
    service = persistent_widget.after(here, _FROM)
    statbank = service == "statbank"
    period = f"{_PERIOD}_{service}"
    persistent_widget.before(here, _TABLE, "")
    if statbank:
        persistent_widget.before(here, _WANTED, _SELECTION.format(code=municipality.code))
    else:
        persistent_widget.before(here, period, _PERIODS[service])

    def ask() -> None:
        _begin(here, service)

    with st.form("data-live", border=True, enter_to_submit=False):
        st.text_input(
            says(here, "live.table"),
            placeholder=says(here, f"live.table.{service}"),
            max_chars=80,
            key=_TABLE,
        )
        if statbank:
            st.text_area(says(here, "live.wanted"), max_chars=2000, key=_WANTED)
        else:
            st.text_input(
                says(here, "live.period"),
                max_chars=60,
                key=period,
            )
            # Typed for one request: it is emptied as soon as the button is pressed.
            st.text_input(
                says(here, "live.token"),
                type="password",
                autocomplete="off",
                max_chars=4096,
                key=_TOKEN,
            )
        hints = ("live.wanted.help",) if statbank else (f"live.period.{service}", "live.token.help")
        st.caption(plain(". ".join(says(here, hint).rstrip(".") for hint in hints) + "."))
        st.form_submit_button(says(here, "live.fetch"), type="primary", on_click=ask)
    st.caption(plain(says(here, "live.note" if statbank else "live.note_token")))
    for key in (_TABLE, _WANTED if statbank else period):
        persistent_widget.after(here, key)
    problem = here.kept.get(_FAULT)
    if problem is not None:
        scenario_store.show_problem(problem, here.language)
    elif _FETCH_JOB in here.jobs:
        when_ready(here, "fetch", lambda: here.jobs[_FETCH_JOB], lambda answer: _answered(here, answer))


def _begin(here: Visit, service: str) -> None:
    """Asks beside the page. The key leaves the field for the request's header, and is nowhere else."""
    state = st.session_state
    typed = state.get(_TOKEN, "")
    state[_TOKEN] = ""
    here.kept.pop(_FAULT, None)
    table = str(state.get(_TABLE, "")).strip()
    try:
        request = _request(
            service, table, typed, str(state.get(f"{_PERIOD}_{service}", "")), str(state.get(_WANTED, ""))
        )
    except FileProblem as error:
        here.kept[_FAULT] = error
        return

    def work(cancel: threading.Event, progress: Progress) -> Any:
        try:
            return File(request.name, fetch.fetch(request))
        except FileProblem as error:
            return error

    here.kept[_ASKED] = here.kept.get(_ASKED, 0) + 1
    here.jobs[_FETCH_JOB] = IMPORTS.ask(
        ("fetch", here.token, here.kept[_ASKED]), work, before=here.jobs.get(_FETCH_JOB)
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


def _answered(here: Visit, answer: File | FileProblem) -> None:
    del here.jobs[_FETCH_JOB]
    if isinstance(answer, FileProblem):
        here.kept[_FAULT] = answer
    else:
        _take(here, answer)
    st.rerun()


# --- what the file says ---------------------------------------------------------------------------


def _choices(here: Visit, imported: Imported | None = None) -> Choices:
    until = here.kept.get(_UNTIL) or None
    periods = imported.periods if imported is not None else ()
    return Choices(
        group=here.kept.get(_GROUP) or "",
        until=until if isinstance(until, Period) and (imported is None or until in periods) else None,
        area_is_ours=bool(here.kept.get(_OURS)),
    )


def _read_job(here: Visit, file: File, municipality: Municipality) -> Job:
    choices, expected = _choices(here), own_file_hash(municipality.id)

    def work(cancel: threading.Event, progress: Progress) -> Any:
        try:
            imported = read_export(file.data, file.name)
            return Read(imported, preview(imported, municipality, choices), expected)
        except FileProblem as error:
            return error

    key = ("read", file.name, file.digest, municipality.key, expected, choices)
    here.jobs[_READ_JOB] = IMPORTS.ask(key, work, before=here.jobs.get(_READ_JOB))
    return here.jobs[_READ_JOB]


def _told(here: Visit, file: File, read: Read | FileProblem, municipality: Municipality) -> None:
    """All that is known of the file, in the order in which it is needed."""
    if isinstance(read, FileProblem):
        st.header(plain(says(here, "read.bad", file=file.name)), anchor=False)
        scenario_store.show_problem(read, here.language)
    else:
        st.header(plain(says(here, "read", file=file.name)), anchor=False)
    if st.button(says(here, "use.forget"), key="data_forget"):
        _put_away(here)
        st.rerun()
    if isinstance(read, FileProblem):
        return
    _recognised(here, read.imported)
    _ask_choices(here, read.imported, municipality)
    _changes(here, read, municipality)
    _not_used(here, read)


def _recognised(here: Visit, imported: Imported) -> None:
    language, periods = here.language, imported.periods
    st.markdown(
        plain(
            says(
                here,
                "read.as",
                format=here.words(f"import.format.{imported.recognised.format}"),
                n=number(len(imported.table), language),
                areas=number(len(imported.areas), language),
                first=short_date(min(p.start for p in periods), language),
                last=short_date(periods[-1].end, language),
            )
        )
    )
    for note in imported.recognised.notes:
        st.caption(plain(note.text(language)))


def _ask_choices(here: Visit, imported: Imported, municipality: Municipality) -> None:
    """Only what the file leaves open."""
    ends = sorted({p.end: p for p in imported.periods}.values(), reverse=True)[:_MOST_ENDS]
    with st.container(horizontal=True, vertical_alignment="bottom", key="data-choices"):
        if len(ends) > 1:
            persistent_widget.before(here, _UNTIL, _AS_BASELINE, (_AS_BASELINE, *ends))
            st.selectbox(
                says(here, "read.until"),
                (_AS_BASELINE, *ends),
                format_func=lambda p: _span(here, p),
                key=_UNTIL,
                on_change=lambda: persistent_widget.after(here, _UNTIL),
            )
        if all(not row.group for row in imported.table):
            persistent_widget.before(here, _GROUP, "", ("", *GROUPS))
            st.selectbox(
                says(here, "read.group"),
                ("", *GROUPS),
                format_func=lambda g: group_name(g, here.language) if g else says(here, "read.group.none"),
                key=_GROUP,
                on_change=lambda: persistent_widget.after(here, _GROUP),
            )
        if imported.areas == ("",):
            persistent_widget.before(here, _OURS, default=False)
            st.checkbox(
                plain(says(here, "read.ours", name=municipality.name)),
                key=_OURS,
                on_change=lambda: persistent_widget.after(here, _OURS),
            )


def _span(here: Visit, period: Period | str) -> str:
    if not isinstance(period, Period):
        return says(here, "read.until.baseline")
    first, last = short_date(period.start, here.language), short_date(period.end, here.language)
    return last if first == last else says(here, "read.span", first=first, last=last)


def _changes(here: Visit, read: Read, municipality: Municipality) -> None:
    found, language = read.preview, here.language
    moved = [r for r in found if r.changes]
    same = len(found) - len(moved)
    if not found.replacements:
        st.markdown(plain(says(here, "change.none", name=municipality.name)))
        return
    st.subheader(plain(says(here, "change", name=municipality.name)), anchor=False)
    key = "change.count" if moved else "change.count_same"
    st.markdown(plain(says(here, key, n=number(len(moved), language), same=number(same, language))))
    for note in found.notes:
        st.caption(plain(note.text(language)))
    heads = [says(here, f"change.{h}") for h in ("what", "before", "after", "unit", "quality", "source")]
    ordered = [*moved, *(r for r in found if not r.changes)]
    hidden = hidden_replacements(municipality, ordered) & {r.parameter for r in ordered}
    rows = change_rows(here, ordered, hidden)
    facts(here, "foer-efter", says(here, "change.caption"), heads, rows, numbers=(1, 2))
    if hidden:
        hidden_note(here)
    if found.problem is not None:
        st.warning(plain(f"{says(here, 'change.impossible')} {found.problem.text(language)}"))
        return
    if st.button(plain(says(here, "use", name=municipality.name)), type="primary", key="data_use"):
        _use(here, read, municipality)
    st.caption(plain(says(here, "use.note")))


def change_rows(here: Visit, replacements: Sequence[Replacement], hidden: frozenset[str]) -> list[list[Any]]:
    """Each number before and after with its marks and sources; small counts are not shown."""
    language = here.language
    rows = []
    for r in replacements:
        before, after = (r.before.quality if r.before else None), r.after.quality
        marks = quality(here, after)
        if before is not None and before != after:
            marks = says(here, "change.marks", before=quality(here, before), after=marks)
        new = r.after_source_da if language == "da" else r.after.source
        old = (r.before_source_da if language == "da" else r.before.source if r.before else "") or ""
        source = [says(here, "change.now", source=new), r.how.text(language)]
        if old and old != new:
            source.append(says(here, "change.was", source=old))
        rows.append(
            [
                r.label(language),
                sourced(here, r.before, hidden=r.parameter in hidden),
                sourced(here, r.after, hidden=r.parameter in hidden),
                unit_name(r.after.unit, language),
                marks,
                source,
            ]
        )
    return rows


def _not_used(here: Visit, read: Read) -> None:
    language, imported = here.language, read.imported
    if read.preview.not_used:
        st.subheader(says(here, "unused.figures"), anchor=False)
        rows = [[n.what.text(language), n.why.text(language)] for n in read.preview.not_used]
        heads = [says(here, "unused.what"), says(here, "unused.why")]
        facts(here, "ikke-brugt", says(here, "unused.figures.caption"), heads, rows, csv=False)
    left = sum(imported.left_out.values())
    total = len(imported.unused) + left
    st.subheader(says(here, "unused"), anchor=False)
    if not total:
        st.markdown(says(here, "unused.none"))
        return
    st.markdown(
        plain(
            says(here, "unused.count.one" if total == 1 else "unused.count.many", n=number(total, language))
        )
    )
    told = [
        {
            says(here, "unused.line"): number(u.line, language) if u.line else says(here, "unused.whole"),
            says(here, "unused.column"): u.column or says(here, "unused.all"),
            says(here, "unused.why"): u.why.text(language),
        }
        for u in imported.unused
    ]
    figures(here, "ubrugte-raekker", told, label=says(here, "unused.show", n=number(len(told), language)))
    if left:
        st.caption(plain(says(here, "unused.left", n=number(left, language))))


# --- using it -------------------------------------------------------------------------------------


def _use(here: Visit, read: Read, municipality: Municipality) -> None:
    """Saves what was shown as the municipality's own figures, and opens them."""
    try:
        save_municipality(municipality, read.preview, expected_hash=read.expected)
    except FileProblem as error:
        here.notice = Notice("warning", problem_text(error))
        st.rerun()
    _put_away(here)
    fits = here.figures_changed()
    key = "page_data.use.done" if fits else "page_data.use.done_reset"
    here.notice = Notice("success" if fits else "warning", both_languages(key, name=municipality.name))
    go_to_part(here, "town")
    st.rerun()
