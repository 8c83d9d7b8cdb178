"""Dialogs: save, open, and the figures of the chart."""

from __future__ import annotations

from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.library.library import Entry
from model.scenario.files import SaveConflict, write_scenario
from pages.components.escape_markdown import plain
from pages.session import scenario_store
from pages.session.results import Answer, table_rows
from pages.session.scenario_store import own_folder, show_problem
from pages.session.session import Visit

_TABLE_WEEKS: Final = 4
_NAME_LENGTH: Final = 80


def asked_for(visit: Visit, found: Answer) -> None:
    """The dialog that a button asked for, if any."""
    if visit.dialog == "save":
        save_dialog(visit)
    elif visit.dialog == "open":
        open_dialog(visit)
    elif visit.dialog == "table":
        table_dialog(visit, found)
    elif visit.dialog == "download":
        from pages.shell.download_dialog import download_dialog

        download_dialog(visit, found, lambda: close(visit))


def save_dialog(visit: Visit) -> None:
    """Name and description, then a whole file or none."""

    @st.dialog(visit.text("save.title"), on_dismiss=lambda: close(visit))
    def dialog() -> None:
        scenario = visit.history.now
        opened = visit.opened
        name = st.text_input(
            visit.text("save.name"),
            value="" if scenario.name in scenario_store.UNNAMED else scenario.name,
            max_chars=_NAME_LENGTH,
            placeholder=visit.text("save.name.placeholder"),
            key="save_name",
        )
        description = st.text_area(
            visit.text("save.description"), value=scenario.description, max_chars=2000, key="save_description"
        )
        st.caption(visit.text("save.where", folder="/".join(own_folder().parts[-2:])))
        ready = scenario_store.named(visit, scenario, name or "", description or "")
        replaces = (
            opened is not None
            and opened.path is not None
            and scenario_store.same_file(opened.path, name or "")
        )
        with st.container(horizontal=True):
            label = (
                visit.text("save.replace", name=plain(name or "")) if replaces else visit.text("save.button")
            )
            pressed = st.button(label, type="primary", disabled=ready is None, key="save_do")
            st.download_button(
                visit.text("save.download"),
                data=write_scenario(ready or scenario),
                file_name=scenario_store.safe_name(name or scenario.name),
                mime="application/yaml",
                on_click="ignore",
                key="save_download",
            )
        if pressed and ready is not None:
            try:
                scenario_store.save(visit, ready, opened.sha256 if replaces and opened else None)
            except SaveConflict as error:
                show_problem(error, visit.language)
                scenario_store.say_taken(visit, ready.name)
            except FileProblem as error:
                show_problem(error, visit.language)
            else:
                visit.dialog = None
                st.rerun()

    dialog()


def open_dialog(visit: Visit) -> None:
    """The visitor's own scenarios, those that ship, and a file from the visitor's machine."""

    @st.dialog(visit.text("open.title"), on_dismiss=lambda: close(visit))
    def dialog() -> None:
        entries, broken = scenario_store.library().listing()
        choices = {entry.key: entry for entry in entries}
        if choices:
            chosen = st.selectbox(
                visit.text("open.choose"),
                list(choices),
                index=None,
                format_func=lambda key: entry_label(visit, choices[key]),
                placeholder=visit.text("open.choose"),
                key="open_choice",
            )
            if chosen is not None and choices[chosen].scenario.description:
                st.text(choices[chosen].scenario.description)
            pressed = st.button(
                visit.text("open.button"), type="primary", disabled=chosen is None, key="open_do"
            )
            if pressed and chosen is not None:
                scenario_store.open_entry(visit, choices[chosen])
                visit.dialog = None
                st.rerun()
        if not any(entry.own for entry in entries):
            st.caption(visit.text("open.none"))
        if broken:
            st.caption(visit.text("open.broken", n=len(broken)))
            for file in broken[:5]:
                st.text(file.problem.text(visit.language))
        uploaded = st.file_uploader(visit.text("open.upload"), type=["yaml", "yml"], key="open_upload")
        if uploaded is not None:
            data = uploaded.getvalue()
            try:
                scenario = scenario_store.uploaded(data, uploaded.name)
            except FileProblem as error:
                show_problem(error, visit.language, data)
            else:
                scenario_store.open_scenario(visit, scenario)
                visit.dialog = None
                st.rerun()

    dialog()


def entry_label(visit: Visit, entry: Entry) -> str:
    """A scenario's name and whose it is, for lists to choose from."""
    where = visit.text("open.own") if entry.own else scenario_store.town(entry.scenario.municipality)
    return f"{entry.scenario.name} ({where})"


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
