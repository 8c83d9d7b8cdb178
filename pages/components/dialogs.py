"""Dialogs: save, open, and the figures of the chart."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

import streamlit as st

from model.domain import MODEL_VERSION
from model.file_problems import FileProblem, shown
from model.scenario import Results, Scenario
from model.scenario_files import (
    SaveConflict,
    file_hash,
    file_name,
    load_scenario,
    read_scenario,
    save_scenario,
    scenario_files,
    write_scenario,
)
from model.texts import LANGUAGES, text
from pages.components.frame import both_languages
from pages.components.plain import plain
from pages.components.results import Answer, table_rows
from pages.components.visit import Notice, Visit

_log = logging.getLogger("indsatskompas.pages")

ROOT: Final = Path(__file__).resolve().parents[2]
SHIPPED: Final = ROOT / "scenarios"
DATA_VARIABLE: Final = "INDSATSKOMPAS_DATA"
_TABLE_WEEKS: Final = 4
_NAME_LENGTH: Final = 80
_UNNAMED: Final = frozenset(text("page.baseline_name", language) for language in LANGUAGES)


def own_folder() -> Path:
    """Where visitors' scenarios are kept: the data folder's ``scenarios``, or ``scenarios/mine``."""
    given = os.environ.get(DATA_VARIABLE)
    return Path(given).expanduser() / "scenarios" if given else SHIPPED / "mine"


def asked_for(visit: Visit, found: Answer) -> None:
    """The dialog that a button asked for, if any."""
    if visit.dialog == "save":
        save_dialog(visit, found)
    elif visit.dialog == "open":
        open_dialog(visit)
    elif visit.dialog == "table":
        table_dialog(visit, found)
    elif visit.dialog == "download":
        from pages.components.download import download_dialog

        download_dialog(visit, found, lambda: close(visit))


def say(kind: str, key: str, **values: object) -> Notice:
    """A notice in both languages."""
    return Notice(kind, both_languages(f"page.{key}", **values))


def show_problem(error: FileProblem, language: str) -> None:
    """All that is wrong with a file, as text only."""
    with st.container(border=True):
        for line in error.lines(language):
            st.text(line)


def save_dialog(visit: Visit, found: Answer) -> None:
    """Name and description, then a whole file or none."""

    @st.dialog(visit.text("save.title"), on_dismiss=lambda: close(visit))
    def dialog() -> None:
        scenario = visit.history.now
        opened = visit.opened
        name = st.text_input(
            visit.text("save.name"),
            value="" if scenario.name in _UNNAMED else scenario.name,
            max_chars=_NAME_LENGTH,
            placeholder=visit.text("save.name.placeholder"),
            key="save_name",
        )
        description = st.text_area(
            visit.text("save.description"), value=scenario.description, max_chars=2000, key="save_description"
        )
        st.caption(visit.text("save.where", folder="/".join(own_folder().parts[-2:])))
        named = _named(scenario, name or "", description or "", found)
        replaces = opened is not None and opened.path is not None and _same_file(opened.path, name or "")
        with st.container(horizontal=True):
            label = visit.text("save.replace", name=name) if replaces else visit.text("save.button")
            if st.button(label, type="primary", disabled=named is None, key="save_do") and named is not None:
                _save(visit, named, opened.sha256 if replaces and opened else None)
            st.download_button(
                visit.text("save.download"),
                data=write_scenario(named or scenario),
                file_name=_safe_name(name or scenario.name),
                mime="application/yaml",
                on_click="ignore",
                key="save_download",
            )

    dialog()


def _named(scenario: Scenario, name: str, description: str, found: Answer) -> Scenario | None:
    """The scenario under its name, with what it gave; None where the name cannot be used."""
    results = Results(
        headline=found.explanation.headline,
        model_version=MODEL_VERSION,
        baseline_sha256=found.municipality.key,
    )
    try:
        file_name(name)
        return scenario.replaced(name=name, description=description, results=results)
    except ValueError:
        return None


def _same_file(path: Path, name: str) -> bool:
    try:
        return path.name == file_name(name) and path.parent == own_folder()
    except FileProblem:
        return False


def _safe_name(name: str) -> str:
    try:
        return file_name(name)
    except FileProblem:
        return "scenarie.yaml"


def _save(visit: Visit, scenario: Scenario, expected: str | None) -> None:
    try:
        saved = save_scenario(scenario, own_folder(), scenario.name, expected_hash=expected)
    except SaveConflict as error:
        show_problem(error, visit.language)
        return
    except FileProblem as error:
        show_problem(error, visit.language)
        return
    visit.saved_as(scenario, saved.path, saved.sha256)
    visit.dialog = None
    visit.notice = say("success", "save.done", name=scenario.name)
    st.rerun()


def open_dialog(visit: Visit) -> None:
    """The visitor's own scenarios, those that ship, and a file from the visitor's machine."""

    @st.dialog(visit.text("open.title"), on_dismiss=lambda: close(visit))
    def dialog() -> None:
        own, broken = _listed(own_folder())
        shipped, _ = _listed(SHIPPED, leave_out=own_folder())
        choices = {**own, **shipped}
        labels = {path: _label(visit, path, scenario, path in own) for path, scenario in choices.items()}
        if choices:
            chosen = st.selectbox(
                visit.text("open.choose"),
                list(choices),
                index=None,
                format_func=lambda path: labels[path],
                placeholder=visit.text("open.choose"),
                key="open_choice",
            )
            if chosen is not None and choices[chosen].description:
                st.text(choices[chosen].description)
            if st.button(visit.text("open.button"), type="primary", disabled=chosen is None, key="open_do"):
                _open(visit, choices[chosen], chosen if chosen in own else None)
        if not own:
            st.caption(visit.text("open.none"))
        if broken:
            st.caption(visit.text("open.broken", n=len(broken)))
            for line in broken[:5]:
                st.text(line.text(visit.language))
        uploaded = st.file_uploader(visit.text("open.upload"), type=["yaml", "yml"], key="open_upload")
        if uploaded is not None:
            try:
                scenario = read_scenario(uploaded.getvalue(), shown(uploaded.name))
            except FileProblem as error:
                show_problem(error, visit.language)
            else:
                _open(visit, scenario, None)

    dialog()


def _listed(folder: Path, leave_out: Path | None = None) -> tuple[dict[Path, Scenario], list[FileProblem]]:
    """Scenarios of a folder by path, and what is wrong with the files that hold none."""
    found: dict[Path, Scenario] = {}
    broken = []
    for path in scenario_files(folder) if folder.is_dir() else ():
        if leave_out is not None and path.is_relative_to(leave_out):
            continue
        try:
            found[path] = _loaded(path, path.stat().st_mtime_ns)
        except FileProblem as error:
            broken.append(error)
        except OSError as error:
            _log.warning("%s cannot be read: %s", path.name, error)
    return found, broken


def all_scenarios() -> dict[Path, Scenario]:
    """The visitor's own scenarios and those that ship, by path; files that hold none are left out."""
    own, _ = _listed(own_folder())
    shipped, _ = _listed(SHIPPED, leave_out=own_folder())
    return {**own, **shipped}


@lru_cache(maxsize=512)
def _loaded(path: Path, changed_at: int) -> Scenario:
    return load_scenario(path)


def _label(visit: Visit, path: Path, scenario: Scenario, own: bool) -> str:
    where = visit.text("open.own") if own else scenario.municipality.capitalize()
    return f"{scenario.name} ({where})"


def _open(visit: Visit, scenario: Scenario, path: Path | None) -> None:
    visit.open(scenario, path, file_hash(path) if path else None)
    visit.dialog = None
    visit.notice = say("success", "open.done", name=scenario.name)
    _log.info("scenario opened: %s", shown(scenario.name))
    st.rerun()


def table_dialog(visit: Visit, found: Answer) -> None:
    """The figures that the chart draws."""

    @st.dialog(visit.text("table.title"), on_dismiss=lambda: close(visit))
    def dialog() -> None:
        indicator = found.indicator(visit.goal, visit.indicator)
        st.subheader(indicator.title.get(visit.language), anchor=False)
        st.caption(visit.text("table.note"))
        # A table reads Markdown, where "30. september" is the thirtieth item of a list.
        rows = table_rows(visit, indicator, _TABLE_WEEKS)
        st.table([{head: plain(cell) for head, cell in row.items()} for row in rows])

    dialog()


def close(visit: Visit) -> None:
    """No dialog is open."""
    visit.dialog = None
