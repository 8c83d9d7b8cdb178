"""Draw what one scenario does differently from another, in words."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.library.library import Entry
from model.scenario.diff import diff
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.components.scenario_labels import scenario_labels
from pages.session.session import Session
from pages.views.library.actions import (
    FROM,
    SCREEN,
    TO,
)
from pages.views.library.view import count_text, page_text


def comparison(session: Session, entries: Sequence[Entry]) -> None:
    """Draw the choice of two scenarios and the differences between them."""
    st.markdown(page_text(session, "compare.note"))
    by_key = {entry.key: entry for entry in entries}
    options = [SCREEN, *by_key]
    labels = {SCREEN: page_text(session, "compare.screen"), **scenario_labels(session, entries)}
    persistent_widget.restore_value(session, FROM, None, options)
    persistent_widget.restore_value(session, TO, SCREEN, options)
    with st.container(horizontal=True, vertical_alignment="bottom", key="library-pair"):
        for key, name in ((FROM, "before"), (TO, "after")):
            st.selectbox(
                page_text(session, f"compare.{name}"),
                options,
                index=None,
                format_func=labels.__getitem__,
                placeholder=page_text(session, "compare.choose"),
                key=key,
            )
        st.button(page_text(session, "compare.swap"), on_click=_swap, key="library_swap")
    chosen = persistent_widget.store_value(session, FROM), persistent_widget.store_value(session, TO)
    if None in chosen:
        return
    if chosen[0] == chosen[1]:
        st.markdown(page_text(session, "compare.itself"))
        return
    before, after = (session.scenario if key == SCREEN else by_key[key].scenario for key in chosen)
    names = (before.name, after.name) if before.name != after.name else [labels[key] for key in chosen]
    st.header(
        escape_markdown(page_text(session, "compare.heading", before=names[0], after=names[1])),
        anchor=False,
    )
    differences = diff(before, after)
    if not differences:
        st.markdown(page_text(session, "compare.same"))
        return
    st.caption(count_text(session, "compare", len(differences)))
    st.markdown(
        "\n".join(
            f"- {escape_markdown(difference.message.text(session.language))}" for difference in differences
        )
    )


def _swap() -> None:
    """Swap the two choices."""
    state = st.session_state
    state[FROM], state[TO] = state.get(TO), state.get(FROM)
