"""Draw the upload of scenario files and the download of all one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from model.files.problems import FileProblem, located, sanitised
from model.library.library import Entry
from model.scenario.files import SaveConflict
from model.scenario.scenario import Scenario
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import notify_name_taken, show_problem
from pages.components.upload_area import SCENARIO_MEGABYTES, SCENARIO_TYPES, upload_area
from pages.session import scenario_store
from pages.session.session import Session
from pages.shell.page import EXPLORE, go_to
from pages.views.library.actions import (
    NAME_LENGTH,
)
from pages.views.library.view import changes_text, count_text, page_text, shortened

_MOST_FILES: Final = 10


def exchange(session: Session, entries: Sequence[Entry]) -> None:
    """Draw upload and download of scenario files."""
    st.header(page_text(session, "import.title"), anchor=False)
    st.markdown(page_text(session, "import.note"))
    files = upload_area(
        session,
        "scenarios",
        page_text(session, "import.files"),
        SCENARIO_TYPES,
        SCENARIO_MEGABYTES,
        key="library_files",
        many=True,
    )
    for index, file in enumerate(files[:_MOST_FILES]):
        _imported(session, file.getvalue(), file.name, f"{index}-{file.file_id}")
    if len(files) > _MOST_FILES:
        st.caption(page_text(session, "import.too_many", n=_MOST_FILES))
    own = sum(e.own for e in entries)
    st.header(page_text(session, "export.title"), anchor=False)
    if not own:
        st.markdown(page_text(session, "export.none"))
        return
    st.markdown(page_text(session, "export.note"))
    st.download_button(
        count_text(session, "export", own),
        data=scenario_store.library().exported,
        file_name=page_text(session, "export.file"),
        mime="application/zip",
        on_click="ignore",
        key="library_export",
    )


def _imported(session: Session, data: bytes, file: str, key: str) -> None:
    """Draw one uploaded file: what is wrong with it, or what it is and what can be done with it."""
    try:
        read = scenario_store.uploaded(data, file)
    except FileProblem as error:
        st.subheader(
            escape_markdown(count_text(session, "import.bad", len(error.problems), file=sanitised(file))),
            anchor=False,
        )
        show_problem(error, session.language, data)
        return
    scenario = read.scenario
    with st.container(border=True, key=f"import-{key}"):
        st.subheader(escape_markdown(scenario.name), anchor=False)
        st.caption(
            f"{escape_markdown(scenario_store.municipality_name(scenario.municipality, session.language))} · "
            f"{page_text(session, 'import.good')}"
        )
        if read.warnings:
            lines = (session.page_text("open.check"), *located(read.warnings, "", session.language))
            st.warning("\n\n".join(map(escape_markdown, lines)))
        if scenario.description:
            st.markdown(escape_markdown(shortened(scenario.description)))
        st.markdown(escape_markdown(changes_text(session, scenario)))
        name = st.text_input(
            page_text(session, "import.name"), value=scenario.name, max_chars=NAME_LENGTH, key=f"name-{key}"
        )
        with st.container(horizontal=True):
            save = st.button(page_text(session, "import.save"), type="primary", key=f"save-{key}")
            if st.button(page_text(session, "import.open"), key=f"go-open-{key}"):
                scenario_store.open_scenario(session, scenario, warnings=read.warnings)
                go_to(EXPLORE)
        if save:
            _save_imported(session, scenario, name)


def _save_imported(session: Session, scenario: Scenario, name: str) -> None:
    """Save an uploaded scenario under a name, and report the result."""
    try:
        saved = scenario_store.renamed(scenario, name)
        scenario_store.library().save(saved)
    except SaveConflict as error:
        show_problem(error, session.language)
        notify_name_taken(session, name)
    except FileProblem as error:
        show_problem(error, session.language)
    else:
        st.success(escape_markdown(page_text(session, "import.saved", name=saved.name)))
