"""Draw the baseline of a municipality: its figures with source and quality, and its own figures."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from model.disclosure import LIMIT
from model.files.problems import FileProblem
from model.imports.own_files import own_file_hash
from model.imports.removal import remove_own_file, restore_own_file
from model.language.catalogue import group_name, number, percent
from model.municipality.municipality import (
    Municipality,
    shipped_municipality,
)
from model.municipality.municipality_list import MunicipalityInfo, municipalities
from model.municipality.own_file import own_municipality_file
from model.municipality.rules import FIRST_RULES
from model.parameters.files import load_parameter_file
from model.parameters.labels import unit_name
from model.parameters.register import suppressed_of
from model.validation.overview_98 import basis_of, own_figures
from model.validation.steady_state import BaselineCheck, baseline_check
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.shell.page import EXPLORE, METHOD, go_to
from pages.views.data import known, persons
from pages.views.data.shared import not_shown, page_text, quality, responsive_table, sourced, suppressed_note

_UNDO: Final = "data_undo"
_TINY_DRIFT: Final = 0.0005


def draw(session: Session) -> None:
    """Draw one sentence and one picture, the own figures, and the tables a click away."""
    municipality = session.municipality
    info = next(i for i in municipalities() if i.id == municipality.id)
    if municipality.own_problem is not None:
        info = replace(info, own=False)
    _undo_line(session)
    municipality = municipality.under()
    known.draw(session, municipality)
    _own(session, municipality)
    with st.expander(page_text(session, "rest.open")):
        _at_rest(session, municipality, info)
    with st.expander(page_text(session, "rests.open")):
        persons.draw(session, municipality)


# --- the municipality on screen -------------------------------------------------------------------


@lru_cache(maxsize=8)
def _checked(municipality: Municipality) -> BaselineCheck:
    """Check a municipality's baseline."""
    return baseline_check(municipality)


def _at_rest(session: Session, municipality: Municipality, info: MunicipalityInfo) -> None:
    """Draw the baseline at rest: stocks, flows, durations and their quality."""
    language, check = session.language, _checked(municipality)
    st.markdown(escape_markdown(f"{_basis_sentence(session, municipality, info)} {_counted(session, check)}"))
    heads = [
        page_text(session, f"rest.{h}") for h in ("group", "stock", "quality", "in", "out", "job", "long")
    ]
    register = {p.id: p for p in municipality.register}
    rows: list[list[Any]] = []
    for group in check.groups:
        source = register[f"stock.{group.group}"].source(language)
        figures = [
            number(group.stock, language),
            [quality(session, group.quality), source],
            number(group.inflow, language, 1),
            percent(group.exit_share, language, 1),
            percent(group.job_share, language),
            percent(group.over_52_share, language),
        ]
        if group.group in check.suppressed:
            figures = [not_shown(session), figures[1], *["–"] * 4]
        rows.append([group_name(group.group, language), *figures])
    responsive_table(
        session,
        f"rest-{municipality.id}",
        page_text(session, "rest.caption"),
        heads,
        rows,
        numbers=(1, 3, 4, 5, 6),
    )
    if check.suppressed:
        suppressed_note(session)
    shown = [group for group in check.groups if group.group not in check.suppressed]
    worst = max(shown or check.groups, key=lambda g: abs(g.drift))
    key = "rest.still" if abs(worst.drift) < _TINY_DRIFT else "rest.drift"
    note = page_text(
        session, key, drift=percent(abs(worst.drift), language, 2), group=group_name(worst.group, language)
    )
    if municipality.rules != FIRST_RULES:
        note += " " + page_text(session, "rest.rules")
    for scaling in check.scalings:
        note += " " + session.text(
            "backtest.baseline.scaling",
            group=group_name(scaling.group, language),
            origin=session.text(f"domain.origin.{scaling.origin}"),
            factor=number(scaling.factor, language, 2),
        )
    st.markdown(escape_markdown(note))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(escape_markdown(page_text(session, "rest.assumed")))
        if st.button(page_text(session, "rest.register"), key="go-register"):
            session.widget_values["method_part"] = "register"
            st.session_state.pop("method_part", None)
            go_to(METHOD)


def _basis_sentence(session: Session, municipality: Municipality, info: MunicipalityInfo) -> str:
    """Return what the municipality's figures rest on."""
    figures = municipality.vintage
    try:
        n = own_figures(info, figures)
    except FileProblem:
        n = 0
    basis = basis_of(info, figures)
    return page_text(session, f"basis.{basis}.said", name=info.name, n=number(n, session.language))


def _counted(session: Session, check: BaselineCheck) -> str:
    """Count the numbers of each quality."""
    listed = ", ".join(
        page_text(session, f"count.{name}", n=number(n, session.language))
        for name, n in check.qualities.items()
        if n
    )
    return page_text(
        session, "counts", n=number(sum(check.qualities.values()), session.language), listed=listed
    )


# --- the municipality's own figures ---------------------------------------------------------------


def _own(session: Session, municipality: Municipality) -> None:
    """Draw the municipality's own figures beside what ships."""
    if municipality.own_problem is not None:
        _broken(session, municipality, municipality.own_problem)
    path = municipality.own_file
    if path is None:
        return
    st.header(escape_markdown(page_text(session, "own", name=municipality.name)), anchor=False)
    rows = own_rows(session, municipality)
    st.markdown(
        escape_markdown(page_text(session, "own.note", n=number(len(rows), session.language), file=path.name))
    )
    heads = [
        page_text(session, f"change.{h}") for h in ("what", "before", "after", "unit", "quality", "source")
    ]
    responsive_table(
        session, f"own-{municipality.id}", page_text(session, "own.caption"), heads, rows, numbers=(1, 2)
    )
    if any(not_shown(session) in row for row in rows):
        suppressed_note(session)
    with st.container(horizontal=True):
        if st.button(page_text(session, "own.explore"), type="primary", key="go-explore"):
            go_to(EXPLORE)
        _download(session, path)
        if st.button(page_text(session, "own.remove"), key="data_remove"):
            _remove(session, municipality)
    st.caption(
        escape_markdown(page_text(session, "own.download.note", limit=number(LIMIT, session.language)))
    )


def _download(session: Session, path: Path) -> None:
    """Draw the button that takes the own file along."""
    st.download_button(
        page_text(session, "own.download"),
        data=path.read_bytes,
        file_name=path.name,
        mime="application/yaml",
        on_click="ignore",
        key="data_own_file",
    )


def _broken(session: Session, municipality: Municipality, problem: FileProblem) -> None:
    """Draw what is wrong with the municipality's own file, line by line, and the ways out."""
    path = own_municipality_file(municipality.id, municipality.vintage)
    st.header(escape_markdown(page_text(session, "own.broken", name=municipality.name)), anchor=False)
    st.warning(escape_markdown(page_text(session, "own.broken.text", file=path.name)))
    show_problem(problem, session.language)
    with st.container(horizontal=True):
        if path.is_file():
            _download(session, path)
        if st.button(page_text(session, "own.broken.remove"), key="data_remove"):
            _remove(session, municipality)


def own_rows(session: Session, municipality: Municipality) -> list[list[Any]]:
    """List every figure of the municipality's own file beside what ships."""
    if municipality.own_file is None:
        return []
    own = load_parameter_file(municipality.own_file)
    before = {p.id: p for p in shipped_municipality(municipality.id, municipality.vintage).register}
    labels = {p.id: p.label(session.language) for p in municipality.register}
    suppressed = suppressed_of(before.values(), municipality.register)
    rows: list[list[Any]] = []
    for key, value in own.values.items():
        old = before.get(key)
        source = (
            own.danish_sources.get(value.source, value.source) if session.language == "da" else value.source
        )
        rows.append(
            [
                labels.get(key, key),
                sourced(session, old.value if old else None, suppressed=key in suppressed),
                sourced(session, value, suppressed=key in suppressed),
                unit_name(value.unit, session.language),
                _marks(session, old.value.quality if old else None, value.quality),
                source,
            ]
        )
    return rows


def _marks(session: Session, before: str | None, after: str) -> str:
    """Return the quality of a figure, before and after where it changes."""
    if before is None or before == after:
        return quality(session, after)
    return page_text(session, "change.marks", before=quality(session, before), after=quality(session, after))


def _remove(session: Session, municipality: Municipality) -> None:
    """Remove the own file and remember it for the line with undo."""
    try:
        removed = remove_own_file(municipality.id, municipality.vintage)
        session.widget_values[_UNDO] = (municipality.id, municipality.name, municipality.vintage, removed)
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
    else:
        session.figures_changed()
    st.rerun()


def _undo_line(session: Session) -> None:
    """Draw after a removal what is gone, and the button that restores it."""
    if _UNDO not in session.widget_values:
        return
    town, name, figures, data = session.widget_values[_UNDO]
    if own_file_hash(town, figures) is not None:
        del session.widget_values[_UNDO]
        return
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="data-undo"):
        st.markdown(escape_markdown(page_text(session, "own.removed", name=name)))
        if st.button(page_text(session, "own.undo"), type="primary", key="data_undo_do"):
            try:
                restore_own_file(town, data, figures=figures)
                session.notice = Notice("success", both_languages("page_data.own.restored", name=name))
            except FileProblem as error:
                session.notice = Notice("warning", problem_text(error))
            del session.widget_values[_UNDO]
            session.figures_changed()
            st.rerun()
