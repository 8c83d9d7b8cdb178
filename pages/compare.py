"""Compare: two to eight scenarios in one picture, the verdict first, and how sure it is which one is best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.page import COMPARE, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the choice, the verdict, the pictures of goals and money, and below them all that explains them."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.components.comparison_room import VIEW, one_view
    from pages.views.compare.choice import chosen_scenarios, offered_scenarios
    from pages.views.compare.jobs import finished_shares
    from pages.views.compare.sections import below, head, pictures, verdict
    from pages.views.compare.view import FEWEST, ComparisonView

    offered = offered_scenarios(session)
    chosen, told = chosen_scenarios(session, offered)
    enough = len(chosen) >= FEWEST
    view = ComparisonView(session, chosen) if enough else None
    shares = finished_shares(session, results, view) if view is not None else None
    head(session, results, view, offered)
    if told:
        st.warning(escape_markdown(" ".join(told)))
    if view is None:
        st.info(escape_markdown(session.text("page_compare.few")))
        return
    compared = view.with_shares(shares)
    verdict(session, results, view, compared)
    if session.present:
        one_view(session, compared, str(session.widget_values[VIEW]))
        return
    pictures(session, view, compared)
    below(session, results, view, compared)


show_page(COMPARE, draw)
