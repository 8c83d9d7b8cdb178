"""Draw what the facilitator takes along: sheets for tables without screens, and after the meeting its record."""

from __future__ import annotations

from model.workshop.meeting import SCENARIOS, Meeting
from pages.session.session import Session
from pages.views.workshop.paper import paper


def afterwards(session: Session, meeting: Meeting) -> None:
    """Draw both."""
    names = [table.name for table in meeting.tables() if not table.key_sha256]
    paper(session, meeting.course, "meeting", names=names, folder=meeting.folder / SCENARIOS)
