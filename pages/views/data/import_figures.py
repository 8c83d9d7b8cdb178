"""Draw the import of real figures: where they come from, what was read, what they would replace, and saving them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.domain import GROUPS
from model.files.problems import FileProblem
from model.imports.accounts import is_account
from model.imports.limited_process import read_export_limited
from model.imports.own_files import own_file_hash
from model.imports.own_tables import own_tables
from model.imports.periods import Period
from model.imports.preview import preview
from model.imports.replacements import Choices, Preview
from model.imports.rows import Imported
from model.language.catalogue import group_name, number, short_date
from model.municipality.municipality import Municipality
from pages.components import persistent_widget
from pages.components.chart_with_table import table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.job_progress import show_when_done
from pages.session.jobs import Job, Progress
from pages.session.session import Session
from pages.views.data.import_all import draw_all
from pages.views.data.import_preview import draw_changes, draw_doubtful, draw_not_used
from pages.views.data.import_sources import (
    FILE,
    GROUP,
    IMPORTS,
    OURS,
    UNLIKELY,
    UNTIL,
    File,
    live,
    put_away,
    upload,
)
from pages.views.data.own_reading import own_reading
from pages.views.data.shared import page_text
from pages.views.data.template import template_contents, template_offer

_WAY: Final = "data_way"
_WAYS: Final = ("file", "all", "live")
_READ_JOB: Final = "data-read"
_MOST_ENDS: Final = 40
_AS_BASELINE: Final = ""


@dataclass(frozen=True, eq=False)
class Read:
    """What a file holds and would do; ``expected`` is the municipality's own file as it stood then."""

    imported: Imported
    preview: Preview
    expected: str | None


def draw(session: Session) -> None:
    """Draw where the figures come from, then what they would do."""
    municipality = session.municipality.under()
    st.header(
        escape_markdown(page_text(session, "fetch", name=municipality.label(session.language))), anchor=False
    )
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
    if way == "all":
        draw_all(session, municipality)
        return
    if way == "live":
        live(session, municipality)
    else:
        upload(session)
        template_offer(session, municipality)
    file = session.widget_values.get(FILE)
    if file is not None:
        show_when_done(
            session,
            "read",
            lambda: _read_job(session, file, municipality),
            lambda read: _file_contents(session, file, read, municipality),
        )


# --- what the file says ---------------------------------------------------------------------------


def chosen_options(session: Session, imported: Imported | None = None) -> Choices:
    """Return what the visitor has chosen."""
    until = session.widget_values.get(UNTIL) or None
    periods = imported.periods if imported is not None else ()
    return Choices(
        group=session.widget_values.get(GROUP) or "",
        until=until if isinstance(until, Period) and (imported is None or until in periods) else None,
        area_is_ours=bool(session.widget_values.get(OURS)),
        unlikely_is_right=bool(session.widget_values.get(UNLIKELY)),
    )


def _read_job(session: Session, file: File, municipality: Municipality) -> Job:
    """Read the file and compute what it replaces, or return the job that does."""
    choices, expected = chosen_options(session), own_file_hash(municipality.id, municipality.vintage)
    own = own_tables()

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Read the file and compute what it replaces."""
        try:
            imported = read_export_limited(file.data, file.name, own)
            return Read(imported, preview(imported, municipality, choices), expected)
        except FileProblem as error:
            return error

    key = ("read", file.name, file.digest, municipality.key, expected, choices, repr(own.tables))
    return session.ask(IMPORTS, _READ_JOB, key, work, stays=True)


def _file_contents(
    session: Session, file: File, read: Read | FileProblem, municipality: Municipality
) -> None:
    """Draw all that is known of the file, in the order in which it is needed."""
    if isinstance(read, FileProblem):
        st.header(escape_markdown(page_text(session, "read.bad", file=file.name)), anchor=False)
        show_problem(read, session.language)
    else:
        st.header(escape_markdown(page_text(session, "read", file=file.name)), anchor=False)
    if st.button(page_text(session, "use.forget"), key="data_forget"):
        put_away(session)
        st.rerun()
    if isinstance(read, FileProblem):
        return
    if read.imported.template is not None:
        template_contents(session, read.imported.template)
    else:
        _recognised(session, read.imported)
        own_reading(session, read.imported)
        _ask_choices(session, read.imported, municipality)
    draw_doubtful(session, read.preview)
    draw_changes(session, read.preview, read.expected, municipality, after_use=lambda: put_away(session))
    draw_not_used(session, read.preview)
    if read.imported.template is None:  # of a template all rows are read, or none is used
        _unused_rows(session, read.imported)


def _recognised(session: Session, imported: Imported) -> None:
    """Draw what the file was read as."""
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
    for problem in own_tables().broken:
        st.caption(
            escape_markdown(session.text("import.note.own_table_broken", problem=problem.text(language)))
        )


def _ask_choices(session: Session, imported: Imported, municipality: Municipality) -> None:
    """Draw the choices that the file leaves open, and no others."""
    ends = sorted({p.end: p for p in imported.periods}.values(), reverse=True)[:_MOST_ENDS]
    with st.container(horizontal=True, vertical_alignment="bottom", key="data-choices"):
        if len(ends) > 1:
            persistent_widget.restore_value(session, UNTIL, _AS_BASELINE, (_AS_BASELINE, *ends))
            st.selectbox(
                page_text(session, "read.until"),
                (_AS_BASELINE, *ends),
                format_func=lambda p: _span(session, p),
                key=UNTIL,
                on_change=lambda: persistent_widget.store_value(session, UNTIL),
            )
        if not is_account(imported) and all(not row.group for row in imported.table):
            persistent_widget.restore_value(session, GROUP, "", ("", *GROUPS))
            st.selectbox(
                page_text(session, "read.group"),
                ("", *GROUPS),
                format_func=lambda g: (
                    group_name(g, session.language) if g else page_text(session, "read.group.none")
                ),
                key=GROUP,
                on_change=lambda: persistent_widget.store_value(session, GROUP),
            )
        if imported.areas == ("",):
            persistent_widget.restore_value(session, OURS, default=False)
            st.checkbox(
                page_text(session, "read.ours", name=municipality.name),
                key=OURS,
                on_change=lambda: persistent_widget.store_value(session, OURS),
            )


def _span(session: Session, period: Period | str) -> str:
    """Return the first and the last period."""
    if not isinstance(period, Period):
        return page_text(session, "read.until.baseline")
    first, last = short_date(period.start, session.language), short_date(period.end, session.language)
    return last if first == last else page_text(session, "read.span", first=first, last=last)


def _unused_rows(session: Session, imported: Imported) -> None:
    """Draw the rows of the file that could not be used."""
    language = session.language
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
    lines = [
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
        lines,
        label=page_text(session, "unused.show", n=number(len(lines), language)),
    )
    if left:
        st.caption(escape_markdown(page_text(session, "unused.left", n=number(left, language))))
