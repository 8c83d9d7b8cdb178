"""Ask what the columns hold that are not known, and keep the answer for the next file like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from model.domain import GROUPS
from model.files.problems import FileProblem
from model.imports import vocabulary
from model.imports.own_tables import OwnColumn, OwnTable, save_own_table
from model.imports.rows import Imported
from model.imports.table_catalogue import measures
from model.language.catalogue import group_name
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.session.notices import Notice, both_languages
from pages.session.session import Session
from pages.views.data.import_sources import GROUP
from pages.views.data.shared import page_text

_UNKNOWN: Final = ""
_BREAKDOWNS: Final = ("group", "category", "origin", "age", "sex", "function", "dranst", "art")
# A breakdown with more members than these is no list to choose from.
_MOST_MEMBERS: Final = 60
_MOST_GROUPS: Final = 20


def own_reading(session: Session, imported: Imported) -> None:
    """Draw a form with one question for each column and group label that is not known; nothing where all are."""
    figures, breakdowns = _unknown_columns(imported)
    groups = _unknown_groups(imported)
    if not (figures or breakdowns or groups):
        return
    with st.expander(escape_markdown(page_text(session, "reading.heading")), expanded=not _is_used(imported)):
        st.markdown(escape_markdown(page_text(session, "reading.note")))
        with st.form("data-reading", border=False):
            for label in figures:
                _ask(
                    session,
                    "column",
                    label,
                    {"unused": page_text(session, "reading.unused")} | _measures(session),
                )
            for label, members in breakdowns.items():
                _ask(session, "column", label, _parts(session, members) | _roles(session))
            for label in groups:
                _ask(session, "group", label, {g: group_name(g, session.language) for g in GROUPS})
            pressed = st.form_submit_button(
                page_text(session, "reading.keep"), type="primary", key="data-reading-keep"
            )
        if pressed:
            _keep(session, imported, [*figures, *breakdowns], groups)


def _ask(session: Session, what: str, label: str, options: Mapping[str, str]) -> None:
    """Draw one question."""
    words = {_UNKNOWN: page_text(session, "reading.unknown"), **options}
    question = page_text(session, f"reading.{what}", label=label)
    with st.container(gap="xxsmall"):
        st.markdown(escape_markdown(question))
        # A label is read aloud as it is written, signs that escape others too: it is told as it stands, and not shown.
        st.selectbox(
            question,
            list(words),
            format_func=lambda key: words[key],
            label_visibility="collapsed",
            key=f"data-reading-{what}-{label}",
            width=520,
        )


def _unknown_columns(imported: Imported) -> tuple[list[str], dict[str, list[str]]]:
    """Return the columns of figures that are no measure, and the breakdowns that are not known with their members."""
    known = {row.measure for row in imported.table if row.measure_id}
    columns = imported.recognised.columns
    # A column of values is named by another column; where every figure is a measure, none is left to ask about.
    all_known = all(row.measure_id for row in imported.table)
    figures = [c.name for c in columns if c.role == "measure" and c.name not in known and not all_known]
    members: dict[str, dict[str, None]] = {c.name: {} for c in columns if c.role == "other"}
    for row in imported.table:
        for label, member in row.other:
            if label in members:
                members[label][member] = None
    return figures, {label: list(found) for label, found in members.items() if len(found) <= _MOST_MEMBERS}


def _unknown_groups(imported: Imported) -> list[str]:
    """Return the labels of the group column that are no target group, no benefit of several and no total."""
    labels = dict.fromkeys(row.group for row in imported.table if row.group)
    unknown = [
        label
        for label in labels
        if not (
            vocabulary.is_total(label)
            or vocabulary.group_of(label)
            or vocabulary.is_split_benefit(label)
            or vocabulary.benchmark_of(label)
        )
    ]
    return unknown[:_MOST_GROUPS]


def _is_used(imported: Imported) -> bool:
    """Return whether any figure of the file is a measure that is known."""
    return any(row.measure_id for row in imported.table)


def _measures(session: Session) -> dict[str, str]:
    """Return the measures by what a column of them is chosen by."""
    return {f"measure:{name}": session.text(f"import.measure.{name}") for name in measures()}


def _parts(session: Session, members: list[str]) -> dict[str, str]:
    """Return the members of a breakdown of which one may be all that is used."""
    return {f"only:{m}": page_text(session, "reading.only", member=m) for m in members if m}


def _roles(session: Session) -> dict[str, str]:
    """Return the breakdowns that the model knows."""
    return {role: page_text(session, f"reading.role.{role}") for role in _BREAKDOWNS}


def _keep(session: Session, imported: Imported, labels: list[str], groups: list[str]) -> None:
    """Keep what was answered, and read the file anew."""
    columns: dict[str, OwnColumn] = {}
    for label in labels:
        role, _, what = str(st.session_state.get(f"data-reading-column-{label}", _UNKNOWN)).partition(":")
        if role:
            own = {"measure": {"measure": what}, "only": {"member": what}}.get(role, {})
            columns[label] = OwnColumn.model_validate({"role": role, **own})
    named = {label: str(st.session_state.get(f"data-reading-group-{label}", _UNKNOWN)) for label in groups}
    of_groups = next((c.name for c in imported.recognised.columns if c.role == "group"), None)
    chosen = {label: group for label, group in named.items() if group}
    if of_groups is not None and chosen:
        columns[of_groups] = OwnColumn(role="group", members=chosen)
    if not columns:
        session.notice = Notice("warning", both_languages("page_data.reading.nothing"))
        st.rerun()
    earlier = imported.recognised.own
    header = tuple(column.name for column in imported.recognised.columns)
    try:
        known = {} if earlier is None else earlier.columns
        group = session.widget_values.get(GROUP) or ("" if earlier is None else earlier.group)
        save_own_table(OwnTable(header=header, columns=known | columns, group=group))
    except FileProblem as error:
        show_problem(error, session.language)
        return
    st.rerun()
