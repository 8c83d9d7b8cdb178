"""Compare: two to four scenarios side by side, and how sure it is which one is best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.page import COMPARE, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the choice of scenarios, their levers, goals and budget, and how certain the verdict is."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.views.compare.choice import chosen_scenarios
    from pages.views.compare.sections import certainty, columns_side_by_side
    from pages.views.compare.view import FEWEST, ComparisonView

    scenarios = chosen_scenarios(session)
    if len(scenarios) < FEWEST:
        st.info(escape_markdown(session.text("page_compare.few")))
        return
    view = ComparisonView(session, scenarios)
    st.caption(escape_markdown(session.text("page_compare.common")))
    if not view.same_economy:
        st.warning(escape_markdown(session.text("page_compare.other_economy")))
    columns_side_by_side(session, view)
    certainty(session, results, view)


show_page(COMPARE, draw)
