"""Draw the import of real figures: where they come from, what was read, what they would replace, and saving them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.domain import GROUPS
from model.files.problems import FileProblem
from model.imports.limited_process import read_export_limited
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.own_tables import own_tables
from model.imports.periods import Period
from model.imports.preview import preview
from model.imports.replacements import Choices, Preview, Replacement, suppressed_replacements
from model.imports.rows import MAX_UNUSED, Imported
from model.language.catalogue import group_name, number, short_date
from model.municipality.municipality import Municipality, load_municipality
from model.parameters.labels import unit_name
from pages.components import persistent_widget
from pages.components.chart_with_table import table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.job_progress import show_when_done
from pages.session.jobs import Job, Progress
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
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
from pages.views.data.shared import go_to_part, page_text, quality, responsive_table, sourced, suppressed_note

_WAY: Final = "data_way"
_WAYS: Final = ("file", "live")
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
    municipality = load_municipality(session.municipality.id)
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
    if way == "live":
        live(session, municipality)
    else:
        upload(session)
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
    choices, expected = chosen_options(session), own_file_hash(municipality.id)
    own = own_tables()

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Read the file and compute what it replaces."""
        try:
            imported = read_export_limited(file.data, file.name, own)
            return Read(imported, preview(imported, municipality, choices), expected)
        except FileProblem as error:
            return error

    key = ("read", file.name, file.digest, municipality.key, expected, choices, repr(own.tables))
    session.jobs[_READ_JOB] = IMPORTS.request(key, work, before=session.jobs.get(_READ_JOB))
    return session.jobs[_READ_JOB]


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
    _recognised(session, read.imported)
    own_reading(session, read.imported)
    _ask_choices(session, read.imported, municipality)
    _doubtful(session, read.preview)
    _changes(session, read, municipality)
    _not_used(session, read)


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
        if all(not row.group for row in imported.table):
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
                escape_markdown(page_text(session, "read.ours", name=municipality.name)),
                key=OURS,
                on_change=lambda: persistent_widget.store_value(session, OURS),
            )


def _doubtful(session: Session, result: Preview) -> None:
    """Draw what can hardly be right and is left out, with the choice to use it all the same."""
    if not result.doubtful and not session.widget_values.get(UNLIKELY):
        return
    lines = [
        f"{entry.what.text(session.language)}. {entry.why.text(session.language)}"
        for entry in result.doubtful
    ]
    if lines:
        st.warning(
            "\n\n".join(escape_markdown(line) for line in (f"{page_text(session, 'doubtful')}:", *lines))
        )
    persistent_widget.restore_value(session, UNLIKELY, default=False)
    st.checkbox(
        page_text(session, "doubtful.right"),
        key=UNLIKELY,
        on_change=lambda: persistent_widget.store_value(session, UNLIKELY),
    )


def _span(session: Session, period: Period | str) -> str:
    """Return the first and the last period."""
    if not isinstance(period, Period):
        return page_text(session, "read.until.baseline")
    first, last = short_date(period.start, session.language), short_date(period.end, session.language)
    return last if first == last else page_text(session, "read.span", first=first, last=last)


def _changes(session: Session, read: Read, municipality: Municipality) -> None:
    """Draw what would change."""
    result, language = read.preview, session.language
    moved = [r for r in result if r.changes]
    same = len(result) - len(moved)
    if not result.replacements:
        st.markdown(escape_markdown(page_text(session, "change.none", name=municipality.name)))
        return
    st.subheader(
        escape_markdown(page_text(session, "change", name=municipality.label(session.language))), anchor=False
    )
    key = "change.count" if moved else "change.count_same"
    st.markdown(
        escape_markdown(page_text(session, key, n=number(len(moved), language), same=number(same, language)))
    )
    for note in result.notes:
        st.caption(escape_markdown(note.text(language)))
    heads = [
        page_text(session, f"change.{h}") for h in ("what", "before", "after", "unit", "quality", "source")
    ]
    ordered = [*moved, *(r for r in result if not r.changes)]
    suppressed = suppressed_replacements(municipality, ordered) & {r.parameter for r in ordered}
    rows = change_rows(session, ordered, suppressed)
    responsive_table(session, "foer-efter", page_text(session, "change.caption"), heads, rows, numbers=(1, 2))
    if suppressed:
        suppressed_note(session)
    if result.problem is not None:
        st.warning(
            escape_markdown(f"{page_text(session, 'change.impossible')} {result.problem.text(language)}")
        )
        return
    if st.button(
        escape_markdown(page_text(session, "use", name=municipality.name)), type="primary", key="data_use"
    ):
        _use(session, read, municipality)
    st.caption(escape_markdown(page_text(session, "use.note")))


def change_rows(
    session: Session, replacements: Sequence[Replacement], suppressed: frozenset[str]
) -> list[list[Any]]:
    """List each number before and after with its marks and sources; small counts are not shown."""
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
                sourced(session, r.before, suppressed=r.parameter in suppressed),
                sourced(session, r.after, suppressed=r.parameter in suppressed),
                unit_name(r.after.unit, language),
                marks,
                source,
            ]
        )
    return rows


def _not_used(session: Session, read: Read) -> None:
    """Draw what of the file is not used."""
    language, imported = session.language, read.imported
    if read.preview.not_used:
        st.subheader(page_text(session, "unused.figures"), anchor=False)
        shown = read.preview.not_used[:MAX_UNUSED]
        rows = [[n.what.text(language), n.why.text(language)] for n in shown]
        heads = [page_text(session, "unused.what"), page_text(session, "unused.why")]
        responsive_table(
            session, "ikke-brugt", page_text(session, "unused.figures.caption"), heads, rows, csv=False
        )
        more = len(read.preview.not_used) - len(shown)
        if more:
            st.caption(escape_markdown(page_text(session, "unused.left", n=number(more, language))))
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


# --- using it -------------------------------------------------------------------------------------


def _use(session: Session, read: Read, municipality: Municipality) -> None:
    """Save what was shown as the municipality's own figures, and open them."""
    try:
        save_municipality(municipality, read.preview, expected_hash=read.expected)
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
        st.rerun()
    put_away(session)
    fits = session.figures_changed()
    key = "page_data.use.done" if fits else "page_data.use.done_reset"
    session.notice = Notice("success" if fits else "warning", both_languages(key, name=municipality.name))
    go_to_part(session, "town")
    st.rerun()
