"""Follow-up: decided scenarios, what was expected of them, the months since, and why they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.session.session import Session
from pages.shell.page import FOLLOWUP, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, _: ScenarioResults) -> None:
    """Draw the decision that was chosen, and what is under way or cannot be read."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from model.followup.decided_files import listing
    from pages.views.followup.sections import broken_files, choice, empty, one_page, waiting

    waiting(session)
    kept, broken = listing()
    if kept:
        one_page(session, choice(session, kept))
    else:
        empty(session)
    broken_files(session, broken)


show_page(FOLLOWUP, draw)
