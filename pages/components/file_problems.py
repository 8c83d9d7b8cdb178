"""Show what is wrong with a file, and which name is free."""

from __future__ import annotations

from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.language.catalogue import text
from pages.components.escape_markdown import escape_markdown
from pages.session import scenario_store
from pages.session.session import Session

_MOST_PROBLEMS: Final = 20
_LINE_CHARACTERS: Final = 110


def show_problem(error: FileProblem, language: str, source: bytes | None = None) -> None:
    """Draw all that is wrong with a file, as text only; with ``source``, the line that each fault stands in."""
    written = source.decode("utf-8", "replace").splitlines() if source is not None else []
    with st.container(border=True):
        for problem, line in list(zip(error.problems, error.lines(language), strict=True))[:_MOST_PROBLEMS]:
            st.text(line)
            if 0 < problem.line <= len(written):
                there = written[problem.line - 1].replace("\t", " ").rstrip()
                st.text(text("page_library.line", language, n=problem.line, there=there[:_LINE_CHARACTERS]))
        left = len(error.problems) - _MOST_PROBLEMS
        if left > 0:
            st.text(text("page_library.more_problems", language, n=left))


def notify_name_taken(session: Session, name: str) -> None:
    """Leave a notice that the name is taken, that nothing is lost, and which name is free."""
    try:
        free = scenario_store.library().free_name(name)
    except FileProblem:
        return
    st.markdown(escape_markdown(session.text("page_library.kept", name=free)))
