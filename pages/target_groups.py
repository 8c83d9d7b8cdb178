"""Target groups: who comes, where they go, how long they stay, by origin, and what gets worse elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from model.disclosure import LIMIT
from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import TARGET_GROUPS, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, _: ScenarioResults) -> None:
    """Draw everything about the chosen group, then the whole municipality."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.views.target_groups import history, sections, third
    from pages.views.target_groups.choices import choices
    from pages.views.target_groups.view import group_view

    active_levers(session)
    view = group_view(session, session.scenario)
    choices(session, view)
    beside = third.note(view)
    if beside:
        st.caption(escape_markdown(beside))
    if view.suppressed:
        st.info(escape_markdown(view.text("suppressed", segment=view.title, limit=view.n(LIMIT))))
    else:
        mount.key_figures(key="tiles", data=view.tiles())
        st.markdown(escape_markdown(view.sentence()))
        sections.over_time(session, view)
        history.draw(session, view)
        sections.in_and_out(session, view)
        sections.durations_and_origins(session, view)
        if not session.present:
            st.caption(escape_markdown(session.text("disclosure.note", limit=view.n(LIMIT))))
    sections.flow_map(session, view)
    sections.side_effects(session, view)


show_page(TARGET_GROUPS, draw)
