"""Draw the part of the page Method that shows the model: the drawing with flows, and the model in words."""

from __future__ import annotations

from typing import Final

import streamlit as st

from model.disclosure import LIMIT
from model.domain import GROUPS
from model.language.catalogue import group_name, number
from model.simulation.state_flows import state_flows
from pages.components import mount, persistent_widget
from pages.components.chart_with_table import table_expander
from pages.components.escape_markdown import escape_markdown
from pages.session.results import ScenarioResults, runs
from pages.session.session import Session
from pages.views.method import view
from pages.views.method.view import page_text

_GROUP: Final = "method_group"
_ALL: Final = ""


def model_part(session: Session, results: ScenarioResults) -> None:
    """Draw the drawing with flows of a group, and the model in words."""
    year = session.scenario.start.year
    st.header(
        escape_markdown(
            page_text(
                session, "drawing", municipality=results.municipality.label(session.language), year=year
            )
        ),
        anchor=False,
    )
    persistent_widget.restore_value(session, _GROUP, _ALL, (_ALL, *GROUPS))
    st.selectbox(
        page_text(session, "group"),
        (_ALL, *GROUPS),
        format_func=lambda group: group_name(group or "all", session.language),
        key=_GROUP,
    )
    group = persistent_widget.store_value(session, _GROUP) or None
    flows = state_flows(runs(session.scenario)[1], group)
    mount.state_diagram(key="states", data=view.drawing(session, flows, results.municipality, year))
    st.caption(escape_markdown(page_text(session, "drawing.note")))
    if flows.suppressed:
        st.caption(escape_markdown(session.text("disclosure.note", limit=number(LIMIT, session.language))))
    with st.container(key="figure-states"):
        st.markdown(escape_markdown(view.sentence(session, flows, results.municipality, year)))
        table_expander(session, "states", view.rows(session, flows), label=page_text(session, "table.label"))

    st.header(page_text(session, "words"), anchor=False)
    st.caption(escape_markdown(page_text(session, "words.note")))
    with st.container(key="method-words"):
        for heading, words, leaves in view.paragraphs(session, results.municipality):
            with st.container():
                st.subheader(escape_markdown(heading), anchor=False)
                st.markdown(escape_markdown(words))
                st.caption(escape_markdown(leaves))
