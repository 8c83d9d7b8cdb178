"""Explore: levers to the left, goals, budget and the chart of the goal in focus to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.session.session import Session
from pages.shell.page import EXPLORE, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw levers, goals, budget and the chart; below them the way to why it moves."""
    from pages.components.live_view import live_view
    from pages.views.explore.leads import leads
    from pages.views.explore.outlook import draw_outlook

    live_view(session, results)
    leads(session)
    if not session.present:
        draw_outlook(session)


show_page(EXPLORE, draw)
