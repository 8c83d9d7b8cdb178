"""Draw the parts of the page Follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from model.documents.followup_chart import followed_chart
from model.files.problems import FileProblem
from model.followup.decided_files import BrokenDecision, Kept, put_away, told_of
from model.followup.outcome import Followed, followed, split
from model.followup.told import Told
from model.followup.words import decided_line, how_to_read, sentences, series_name
from model.scenario.scenario import municipality_of
from pages.components import persistent_widget
from pages.components.chart_with_table import chart_with_table, columns, table
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.theme import palette
from pages.session.follow import is_done_with, name_of, under_way
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.scenario_store import now
from pages.session.session import Session
from pages.shell.active_levers import changes_in_words
from pages.shell.page import LIBRARY, go_to
from pages.views.followup.room import room
from pages.views.followup.told_form import told_forms
from pages.views.followup.view import follow_rows, label_of, month_rows, page_text, split_table

_WHICH: Final = "followup_which"
_SERIES: Final = "followup_series"
_POLL: Final = 400  # ms
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def waiting(session: Session) -> None:
    """Draw how far the freezing is that was asked for, and say when it is done."""
    job = under_way(session)
    if job is None:
        return
    name = name_of(job)
    if job.is_ready:
        is_done_with(session)
        if isinstance(job.result, Kept):
            session.widget_values[_WHICH] = job.result.key
            st.session_state.pop(_WHICH, None)
        st.success(escape_markdown(page_text(session, "done", name=name)))
    elif job.is_failed:
        is_done_with(session)
        if isinstance(job.error, FileProblem):
            show_problem(job.error, session.language)
        else:
            st.error(session.page_text("job.failed"))
    else:
        done, of = job.progress
        with st.container(key="waiting-follow"):
            words = escape_markdown(page_text(session, "waiting", name=name))
            st.progress(done / of if of else 0.0, text=words)
        session.poll_after(_POLL, _POLL)


def empty(session: Session) -> None:
    """Say how a decision comes here."""
    st.markdown(page_text(session, "empty"))
    st.caption(page_text(session, "empty.more"))
    if st.button(page_text(session, "to_library"), key="go-library"):
        go_to(LIBRARY)


def choice(session: Session, kept: Sequence[Kept]) -> Kept:
    """Ask which decision, where there are several; at first the latest of the municipality on screen."""
    here = session.municipality.id
    kept = sorted(kept, key=lambda one: one.decided.scenario.municipality != here)
    by_key = {one.key: one for one in kept}
    if len(kept) == 1:
        return kept[0]
    persistent_widget.restore_value(session, _WHICH, kept[0].key, list(by_key))
    st.selectbox(
        page_text(session, "which"),
        list(by_key),
        format_func=lambda key: label_of(session, by_key[key]),
        key=_WHICH,
        label_visibility="collapsed" if session.present else "visible",
    )
    return by_key[str(persistent_widget.store_value(session, _WHICH))]


def one_page(session: Session, kept: Kept) -> None:
    """Draw a decision on one page."""
    try:
        told = told_of(kept)
    except FileProblem as problem:
        show_problem(problem, session.language)
        told = Told()
    decided = kept.decided
    if session.present and decided.shown:
        room(session, kept, told, {one.id: followed(decided, one, told) for one in decided.shown}, _SERIES)
        return
    st.header(escape_markdown(decided.scenario.name), anchor=False)
    st.caption(escape_markdown(decided_line(decided, session.language)))
    every = {one.id: followed(decided, one, told) for one in decided.shown}
    for one in decided.series:
        if one.hidden:
            name = session.text(f"followup.series.{one.id}") if not one.is_indicator else one.id
            st.info(escape_markdown(page_text(session, "hidden", series=name)))
    chosen = _series(session, kept, told, every) if every else None
    left, right = columns(session)
    with left:
        _decision(session, kept)
    with right:
        _follow_ups(session, kept)
    told_forms(session, kept, told, every)
    with st.container(horizontal=True):
        if chosen is not None:
            _word(session, kept, told, chosen)
        _put_away(session, kept)


def _series(session: Session, kept: Kept, told: Told, every: dict[str, Followed]) -> str:
    """Draw the series that was chosen: one sentence, one chart, and why it turned out otherwise. Return its id."""
    names = {key: series_name(one, session.language) for key, one in every.items()}
    chosen = next(iter(names))
    if len(names) > 1:
        chosen = persistent_widget.persistent_choice(
            session, _SERIES, list(names), page_text(session, "series"), names.__getitem__
        )
    one = every[chosen]
    with st.container(key="followup-words"):
        first, *more = (escape_markdown(line) for line in sentences(one, session.language))
        st.markdown(f"**{first}** {' '.join(more)}")
    data, spec = followed_chart(one, session.language, palette(), present=session.present)
    chart_with_table(
        session,
        f"followup-{one.series.id.replace('.', '-')}",
        data,
        spec,
        name=session.text("followup.chart.name", series=names[chosen]),
        sentence=how_to_read(kept.decided, one, session.language),
        rows=month_rows(session, one),
        scenarios=(kept.decided.scenario,),
    )
    _split(session, kept, told, one)
    return chosen


def _word(session: Session, kept: Kept, told: Told, series_id: str) -> None:
    """Offer the page as a document, of the series that is on screen."""
    language = session.language

    def made() -> bytes:
        """Make the document."""
        # Imported when it is asked for: the library that draws its chart is slow to load.
        from model.documents.followup import followup_document

        return followup_document(kept.decided, told, series_id, language, made_on=now().date())

    st.download_button(
        page_text(session, "word"),
        data=made,
        file_name=f"{kept.path.stem}.docx",
        mime=_WORD,
        on_click="ignore",
        key=f"followup-word-{kept.key}",
    )


def _split(session: Session, kept: Kept, told: Told, one: Followed) -> None:
    """Draw the parts of the difference, where there is one."""
    if one.latest is None:
        st.caption(page_text(session, "split.later"))
        return
    st.subheader(session.text("followup.split"), anchor=False)
    parts = split(kept.decided, one, told)
    if parts is None:
        st.caption(page_text(session, "split.indicator"))
        return
    table(split_table(session, parts), "followup-split", session)


def _decision(session: Session, kept: Kept) -> None:
    """Draw what was decided."""
    decided = kept.decided
    st.subheader(session.text("followup.changes"), anchor=False)
    lines = changes_in_words(decided.scenario, municipality_of(decided.scenario), session.language)
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
    if decided.decision:
        st.markdown(escape_markdown(session.text("followup.decision", decision=decided.decision)))


def _follow_ups(session: Session, kept: Kept) -> None:
    """Draw who follows what, and when."""
    st.subheader(session.text("followup.follow"), anchor=False)
    rows = follow_rows(session, kept)
    if rows:
        table(rows, "followup-who")
    else:
        st.caption(session.text("followup.follow.none"))


def _put_away(session: Session, kept: Kept) -> None:
    """Offer to follow a decision no longer, once it is said what becomes of it."""
    name = kept.decided.scenario.name
    with st.popover(page_text(session, "put_away")):
        st.markdown(escape_markdown(page_text(session, "put_away.sure", name=name)))
        if st.button(page_text(session, "put_away.do"), key=f"put-away-{kept.key}"):
            try:
                put_away(kept.path)
                session.notice = Notice("success", both_languages("page_followup.put_away.done", name=name))
            except FileProblem as problem:
                session.notice = Notice("warning", problem_text(problem))
            st.rerun()


def broken_files(session: Session, broken: Sequence[BrokenDecision]) -> None:
    """Draw the files that cannot be read, with what is wrong; the others stand."""
    if not broken:
        return
    st.header(page_text(session, "broken"), anchor=False)
    for file in broken:
        show_problem(file.problem, session.language)
