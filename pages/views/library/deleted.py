"""Draw the deleted scenarios, which can be restored."""

from __future__ import annotations

from functools import partial

import streamlit as st

from model.language.catalogue import long_date, time_of_day
from pages.components.escape_markdown import escape_markdown
from pages.session import scenario_store
from pages.session.session import Session
from pages.views.library.actions import (
    attempt,
    restore,
)
from pages.views.library.view import name_in_bin, page_text


def deleted_files(session: Session) -> None:
    """Draw the deleted files with a button each to restore them."""
    binned = scenario_store.library().deleted()
    if not binned:
        st.markdown(page_text(session, "bin.none"))
        return
    st.markdown(page_text(session, "bin.note"))
    for file in binned:
        name = name_in_bin(file)
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"bin-{file.key}"):
            with st.container():
                st.subheader(escape_markdown(name), anchor=False)
                local = file.deleted.astimezone()
                st.caption(
                    escape_markdown(
                        page_text(
                            session,
                            "bin.when",
                            date=long_date(local.date(), session.language),
                            time=time_of_day(local, session.language),
                        )
                    )
                )
            if st.button(page_text(session, "bin.restore"), key=f"restore-{file.key}"):
                attempt(session, partial(restore, session, file.key, name))
