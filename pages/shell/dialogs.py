"""Draw the dialogs: save, open, another municipality, the figures of the chart; open those of other modules."""

from __future__ import annotations

from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.scenario.files import SaveConflict, write_scenario
from model.scenario.parts import NAME_LENGTH
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.transfer import METHODS
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import notify_name_taken, show_problem
from pages.components.scenario_labels import scenario_labels
from pages.components.upload_area import SCENARIO_MEGABYTES, SCENARIO_TYPES, upload_area
from pages.session import scenario_store
from pages.session.focus import focus
from pages.session.published import gap_sentence
from pages.session.reference import reference_indicator
from pages.session.results import ScenarioResults, table_rows
from pages.session.scenario_store import own_folder
from pages.session.session import LEVER_DIALOG, MUNICIPALITY_DIALOG, Session
from pages.shell.about_dialog import DIALOGS as ABOUT_DIALOGS
from pages.shell.about_dialog import about_dialog
from pages.shell.active_levers import changes_in_words
from pages.shell.lever_dialog import lever_dialog

_TABLE_WEEKS: Final = 4
_NAME_LENGTH: Final = 80


def open_requested_dialog(session: Session, results: ScenarioResults) -> None:
    """Draw the dialog that a button asked for, if any."""
    if session.dialog == "save":
        save_dialog(session)
    elif session.dialog == "open":
        open_dialog(session)
    elif session.dialog == "table":
        table_dialog(session, results)
    elif session.dialog == "download":
        from pages.shell.download_dialog import download_dialog

        download_dialog(session, results, lambda: close(session))
    elif session.dialog == MUNICIPALITY_DIALOG:
        municipality_dialog(session)
    elif session.dialog == LEVER_DIALOG:
        lever_dialog(session)
    elif session.dialog in ABOUT_DIALOGS:
        about_dialog(session)


def save_dialog(session: Session) -> None:
    """Name and description, then a whole file or none."""

    @st.dialog(session.page_text("save.title"), on_dismiss=lambda: close(session))
    def dialog() -> None:
        scenario = session.history.current
        opened = session.opened
        name = st.text_input(
            session.page_text("save.name"),
            value="" if scenario.name in scenario_store.UNNAMED else scenario.name,
            max_chars=_NAME_LENGTH,
            placeholder=session.page_text("save.name.placeholder"),
            key="save_name",
        )
        description = st.text_area(
            session.page_text("save.description"),
            value=scenario.description,
            max_chars=2000,
            key="save_description",
        )
        author = st.text_input(
            session.text("page_about.author"), value=scenario.author, max_chars=NAME_LENGTH, key="save_author"
        )
        st.caption(session.page_text("save.where", folder="/".join(own_folder().parts[-2:])))
        ready, unusable = scenario, None
        try:
            ready = scenario_store.with_name(session, scenario, name or "", description or "", author or "")
        except FileProblem as error:
            unusable = error
        replaces = (
            opened is not None
            and opened.path is not None
            and scenario_store.same_file(opened.path, name or "")
        )
        with st.container(horizontal=True):
            label = (
                session.page_text("save.replace", name=escape_markdown(name or ""))
                if replaces
                else session.page_text("save.button")
            )
            # A button that waits for the name would lose the press that ends its typing.
            pressed = st.button(label, type="primary", key="save_do")
            st.download_button(
                session.page_text("save.download"),
                data=write_scenario(ready),
                file_name=scenario_store.safe_name(name or scenario.name),
                mime="application/yaml",
                on_click="ignore",
                key="save_download",
            )
        if pressed and unusable is not None:
            show_problem(unusable, session.language)
        elif pressed:
            _save(session, ready, opened.sha256 if replaces and opened else None)

    dialog()


def _save(session: Session, scenario: Scenario, expected: str | None) -> None:
    """Save and close the dialog; what is in the way is told in it. ``expected``: the hash of the file to replace."""
    try:
        scenario_store.save(session, scenario, expected)
    except SaveConflict as error:
        show_problem(error, session.language)
        notify_name_taken(session, scenario.name)
    except FileProblem as error:
        show_problem(error, session.language)
    else:
        session.dialog = None
        st.rerun()


def open_dialog(session: Session) -> None:
    """Offer the visitor's own scenarios, those that ship, and a file from the visitor's machine."""

    @st.dialog(session.page_text("open.title"), width="medium", on_dismiss=lambda: close(session))
    def dialog() -> None:
        entries, broken = scenario_store.library().listing()
        choices = {entry.key: entry for entry in entries}
        labels = scenario_labels(session, entries)
        if choices:
            chosen = st.selectbox(
                session.page_text("open.choose"),
                list(choices),
                index=None,
                format_func=labels.__getitem__,
                placeholder=session.page_text("open.choose"),
                key="open_choice",
            )
            if chosen is not None and choices[chosen].scenario.description:
                st.text(choices[chosen].scenario.description)
            pressed = st.button(
                session.page_text("open.button"), type="primary", disabled=chosen is None, key="open_do"
            )
            if pressed and chosen is not None:
                scenario_store.open_entry(session, choices[chosen])
                session.dialog = None
                st.rerun()
        if not any(entry.own for entry in entries):
            st.caption(session.page_text("open.none"))
        if broken:
            st.caption(session.page_text("open.broken", n=len(broken)))
            for file in broken[:5]:
                st.text(file.problem.text(session.language))
        uploaded = upload_area(
            session,
            "scenario",
            session.page_text("open.upload"),
            SCENARIO_TYPES,
            SCENARIO_MEGABYTES,
            key="open_upload",
        )
        if uploaded is not None:
            data = uploaded.getvalue()
            try:
                read = scenario_store.uploaded(data, uploaded.name)
            except FileProblem as error:
                show_problem(error, session.language, data)
            else:
                scenario_store.open_scenario(session, read.scenario, warnings=read.warnings)
                session.dialog = None
                st.rerun()

    dialog()


def municipality_dialog(session: Session) -> None:
    """Ask what becomes of the changes in another municipality, and show what each answer makes of them."""
    chosen = session.asked_municipality
    if chosen is None or chosen == session.history.current.municipality:
        close(session)
        return
    names = {
        "to": scenario_store.municipality_name(chosen, session.language),
        "before": scenario_store.municipality_name(session.history.current.municipality, session.language),
    }

    def say(key: str, **values: object) -> str:
        return session.page_text(f"municipality.{key}", **names, **values)

    @st.dialog(say("title"), on_dismiss=lambda: close(session))
    def dialog() -> None:
        method = st.radio(
            say("ask"),
            METHODS,
            format_func=lambda method: say(method),
            captions=[say(f"{method}.help") for method in METHODS],
            key="municipality_method",
        )
        moved = session.in_municipality(chosen, method)
        municipality = municipality_of(moved.scenario)
        lines = changes_in_words(moved.scenario, municipality, session.language)
        if lines:
            st.markdown(escape_markdown(say("preview")))
            st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
        for misfit in moved.misfits:
            st.warning(escape_markdown(misfit.text(session.language)))
        with st.container(horizontal=True):
            go = st.button(say("go"), type="primary", key="municipality_go")
            stay = st.button(say("stay"), key="municipality_stay")
        if go or stay:
            if go:
                session.choose_municipality(chosen, method)
            close(session)
            st.rerun()

    dialog()


def table_dialog(session: Session, results: ScenarioResults) -> None:
    """Draw the figures of the chart as a table."""

    @st.dialog(session.page_text("table.title"), on_dismiss=lambda: close(session))
    def dialog() -> None:
        goal, indicator = focus(session, results)
        st.subheader(indicator.title.text(session.language), anchor=False)
        notes = (session.page_text("table.note"), gap_sentence(session, results, indicator))
        st.caption(escape_markdown(" ".join(filter(None, notes))))
        # A table reads Markdown, where "30. september" is the thirtieth item of a list.
        third = reference_indicator(session, goal.id, indicator.id)
        rows = table_rows(session, indicator, _TABLE_WEEKS, third)
        st.table([{head: escape_markdown(cell) for head, cell in row.items()} for row in rows])

    dialog()


def close(session: Session) -> None:
    """Note that no dialog is open."""
    session.dialog = session.asked_municipality = None
