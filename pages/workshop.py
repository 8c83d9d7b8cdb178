"""Meeting: a room of politicians, one screen, a few tables; what is drawn depends on who has which secret."""

from __future__ import annotations

from pages.session.session import Session
from pages.shell.page import WORKSHOP, show_meeting_page


def draw(session: Session) -> None:
    """Draw the facilitator's page, a table's, or the way into a meeting."""
    # Imported once the model is ready.
    from pages.session.meeting import led_meeting, own_seat
    from pages.views.workshop.facilitator import facilitator_page
    from pages.views.workshop.lobby import lobby_page
    from pages.views.workshop.table import table_page

    if (seat := own_seat(session)) is not None:
        table_page(session, seat)
    elif (meeting := led_meeting(session)) is not None:
        facilitator_page(session, meeting)
    else:
        lobby_page(session)


show_meeting_page(WORKSHOP, draw)
