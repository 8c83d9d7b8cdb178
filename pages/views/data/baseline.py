"""The municipality's baseline: its figures with source and quality, its own figures, and all 98 beside each other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from model.disclosure import LIMIT
from model.files.problems import FileProblem, shown
from model.imports.own_files import own_file_hash
from model.imports.removal import remove_own_file, restore_own_file
from model.language.catalogue import group_name, number, percent
from model.language.search import finds, searchable
from model.municipality.municipality import (
    Municipality,
    MunicipalityInfo,
    load_municipality,
    municipalities,
    own_municipality_file,
    own_problems,
    shipped_municipality,
)
from model.parameters.files import load_parameter_file, unit_name
from model.parameters.register import hidden_of
from model.validation.overview_98 import Basis, Town, basis_of, overview, own_figures
from model.validation.steady_state import BaselineCheck, baseline_check
from pages.components import persistent_widget
from pages.components.escape_markdown import plain
from pages.components.job_progress import when_ready
from pages.session import scenario_store
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Notice, Visit, problem_text
from pages.shell.notices import both_languages
from pages.shell.page import EXPLORE, METHOD, go_to
from pages.views.data.shared import facts, hidden_note, not_shown, quality, says, sourced

_SEARCH: Final = "data_search"
_TOWN: Final = "data_choose"
_UNDO: Final = "data_undo"
_TINY_DRIFT: Final = 0.0005


def draw(here: Visit) -> None:
    """The part, from the municipality on screen to all 98."""
    municipality = here.municipality
    info = next(i for i in municipalities() if i.id == municipality.id)
    if municipality.own_problem is not None:
        info = replace(info, own=False)
    _undo_line(here)
    _own(here, load_municipality(municipality.id))
    _at_rest(here, load_municipality(municipality.id), info)
    _all(here, info)


# --- the municipality on screen -------------------------------------------------------------------


@lru_cache(maxsize=8)
def _checked(municipality: Municipality) -> BaselineCheck:
    return baseline_check(municipality)


def _at_rest(here: Visit, municipality: Municipality, info: MunicipalityInfo) -> None:
    language, check = here.language, _checked(municipality)
    st.header(plain(says(here, "rest", name=municipality.name, year=municipality.start.year)), anchor=False)
    st.markdown(plain(f"{_basis_said(here, info)} {_counted(here, check)}"))
    heads = [says(here, f"rest.{h}") for h in ("group", "stock", "quality", "in", "out", "job", "long")]
    register = {p.id: p for p in municipality.register}
    rows: list[list[Any]] = []
    for group in check.groups:
        source = register[f"stock.{group.group}"].source(language)
        figures = [
            number(group.stock, language),
            [quality(here, group.quality), source],
            number(group.inflow, language, 1),
            percent(group.exit_share, language, 1),
            percent(group.job_share, language),
            percent(group.over_52_share, language),
        ]
        if group.group in check.hidden:
            figures = [not_shown(here), figures[1], *["–"] * 4]
        rows.append([group_name(group.group, language), *figures])
    facts(here, f"rest-{municipality.id}", says(here, "rest.caption"), heads, rows, numbers=(1, 3, 4, 5, 6))
    if check.hidden:
        hidden_note(here)
    shown = [group for group in check.groups if group.group not in check.hidden]
    worst = max(shown or check.groups, key=lambda g: abs(g.drift))
    key = "rest.still" if abs(worst.drift) < _TINY_DRIFT else "rest.drift"
    said = says(
        here, key, drift=percent(abs(worst.drift), language, 2), group=group_name(worst.group, language)
    )
    for scaling in check.scalings:
        said += " " + here.words(
            "backtest.baseline.scaling",
            group=group_name(scaling.group, language),
            origin=here.words(f"domain.origin.{scaling.origin}"),
            factor=number(scaling.factor, language, 2),
        )
    st.markdown(plain(said))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(says(here, "rest.assumed")))
        if st.button(says(here, "rest.register"), key="go-register"):
            here.kept["method_part"] = "register"
            st.session_state.pop("method_part", None)
            go_to(METHOD)


def _basis_said(here: Visit, info: MunicipalityInfo) -> str:
    try:
        n = own_figures(info)
    except FileProblem:
        n = 0
    return says(here, f"basis.{basis_of(info)}.said", name=info.name, n=number(n, here.language))


def _counted(here: Visit, check: BaselineCheck) -> str:
    listed = ", ".join(
        says(here, f"count.{name}", n=number(n, here.language)) for name, n in check.qualities.items() if n
    )
    return says(here, "counts", n=number(sum(check.qualities.values()), here.language), listed=listed)


# --- the municipality's own figures ---------------------------------------------------------------


def _own(here: Visit, municipality: Municipality) -> None:
    if municipality.own_problem is not None:
        _broken(here, municipality, municipality.own_problem)
    path = municipality.own_file
    if path is None:
        return
    st.header(plain(says(here, "own", name=municipality.name)), anchor=False)
    rows = own_rows(here, municipality)
    st.markdown(plain(says(here, "own.note", n=number(len(rows), here.language), file=path.name)))
    heads = [says(here, f"change.{h}") for h in ("what", "before", "after", "unit", "quality", "source")]
    facts(here, f"own-{municipality.id}", says(here, "own.caption"), heads, rows, numbers=(1, 2))
    if any(not_shown(here) in row for row in rows):
        hidden_note(here)
    with st.container(horizontal=True):
        if st.button(says(here, "own.explore"), type="primary", key="go-explore"):
            go_to(EXPLORE)
        _download(here, path)
        if st.button(says(here, "own.remove"), key="data_remove"):
            _remove(here, municipality)
    st.caption(plain(says(here, "own.download.note", limit=number(LIMIT, here.language))))


def _download(here: Visit, path: Path) -> None:
    st.download_button(
        says(here, "own.download"),
        data=path.read_bytes,
        file_name=path.name,
        mime="application/yaml",
        on_click="ignore",
        key="data_own_file",
    )


def _broken(here: Visit, municipality: Municipality, problem: FileProblem) -> None:
    """What is wrong with the municipality's own file, line by line, and the ways out."""
    path = own_municipality_file(municipality.id)
    st.header(plain(says(here, "own.broken", name=municipality.name)), anchor=False)
    st.warning(plain(says(here, "own.broken.text", file=path.name)))
    scenario_store.show_problem(problem, here.language)
    with st.container(horizontal=True):
        if path.is_file():
            _download(here, path)
        if st.button(says(here, "own.broken.remove"), key="data_remove"):
            _remove(here, municipality)


def own_rows(here: Visit, municipality: Municipality) -> list[list[Any]]:
    """Every figure of the municipality's own file beside what ships."""
    if municipality.own_file is None:
        return []
    own = load_parameter_file(municipality.own_file)
    before = {p.id: p for p in shipped_municipality(municipality.id).register}
    labels = {p.id: p.label(here.language) for p in municipality.register}
    hidden = hidden_of(before.values(), municipality.register)
    rows: list[list[Any]] = []
    for key, value in own.values.items():
        old = before.get(key)
        source = own.danish_sources.get(value.source, value.source) if here.language == "da" else value.source
        rows.append(
            [
                labels.get(key, key),
                sourced(here, old.value if old else None, hidden=key in hidden),
                sourced(here, value, hidden=key in hidden),
                unit_name(value.unit, here.language),
                _marks(here, old.value.quality if old else None, value.quality),
                source,
            ]
        )
    return rows


def _marks(here: Visit, before: str | None, after: str) -> str:
    if before is None or before == after:
        return quality(here, after)
    return says(here, "change.marks", before=quality(here, before), after=quality(here, after))


def _remove(here: Visit, municipality: Municipality) -> None:
    try:
        here.kept[_UNDO] = (municipality.id, municipality.name, remove_own_file(municipality.id))
    except FileProblem as error:
        here.notice = Notice("warning", problem_text(error))
    else:
        here.figures_changed()
    st.rerun()


def _undo_line(here: Visit) -> None:
    """After a removal: what is gone, and the way back."""
    if _UNDO not in here.kept:
        return
    town, name, data = here.kept[_UNDO]
    if own_file_hash(town) is not None:
        del here.kept[_UNDO]
        return
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="data-undo"):
        st.markdown(plain(says(here, "own.removed", name=name)))
        if st.button(says(here, "own.undo"), type="primary", key="data_undo_do"):
            try:
                restore_own_file(town, data)
                here.notice = Notice("success", both_languages("page_data.own.restored", name=name))
            except FileProblem as error:
                here.notice = Notice("warning", problem_text(error))
            del here.kept[_UNDO]
            here.figures_changed()
            st.rerun()


# --- all of them ----------------------------------------------------------------------------------


def _all(here: Visit, now: MunicipalityInfo) -> None:
    infos = municipalities()
    st.header(says(here, "all"), anchor=False)
    st.markdown(plain(says(here, "all.note")))
    for problem in own_problems():
        if problem.name != f"{now.id}.yaml":
            st.warning(plain(says(here, "own.broken.listed", file=shown(problem.name))))
            scenario_store.show_problem(problem, here.language)
    st.session_state[_TOWN] = now.id
    persistent_widget.before(here, _SEARCH, "")
    names = {info.id: info.name for info in infos}

    def choose() -> None:
        here.choose_municipality(st.session_state[_TOWN])

    with st.container(horizontal=True, key="data-search"):
        st.selectbox(
            says(here, "all.choose"),
            list(names),
            format_func=lambda town: names[town],
            key=_TOWN,
            on_change=choose,
        )
        st.text_input(
            says(here, "all.search"),
            placeholder=says(here, "all.search.hint"),
            max_chars=60,
            type="search",
            key=_SEARCH,
        )
    words = persistent_widget.after(here, _SEARCH)
    when_ready(
        here, "overview", lambda: _overview_job(here), lambda towns: _towns(here, towns, words, now.id)
    )


def _overview_job(here: Visit) -> Job:
    def work(cancel: threading.Event, progress: Progress) -> Any:
        return overview(cancel=cancel, progress=progress)

    key = ("overview", tuple((i.id, own_file_hash(i.id)) for i in municipalities() if i.own))
    here.jobs["overview"] = STUDIES.ask(key, work, before=here.jobs.get("overview"))
    return here.jobs["overview"]


def _towns(here: Visit, towns: Sequence[Town], words: str, now: str) -> None:
    language = here.language
    chosen = [t for t in towns if finds(words, searchable(t.name, _basis(here, t.basis)))]
    if not chosen:
        st.markdown(says(here, "all.none"))
        return
    heads = [says(here, f"all.{h}") for h in ("town", "basis", "own", "assumed", "recipients", "drift")]
    rows = [
        [
            says(here, "all.now", name=t.name) if t.id == now else t.name,
            _basis(here, t.basis),
            number(t.own_figures, language),
            says(here, "all.of", n=number(t.assumed, language), of=number(t.numbers, language)),
            number(t.recipients, language),
            percent(t.drift, language, 2),
        ]
        for t in chosen
    ]
    caption = says(here, "all.caption", n=number(len(chosen), language))
    with st.container(key="data-towns"):
        facts(here, "kommuner", caption, heads, rows, numbers=(2, 3, 4, 5), csv=False)


def _basis(here: Visit, basis: Basis) -> str:
    return says(here, f"basis.{basis}")
