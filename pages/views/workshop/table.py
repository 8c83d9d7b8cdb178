"""Draw what a table sees on its own device: the step, its own answer, and what the room has been shown."""

from __future__ import annotations

from typing import Any

from model.scenario.period import use_names_of
from model.workshop.course import ASKING
from model.workshop.meetings import Seat
from pages.session.live_band import band_so_far
from pages.session.session import Session
from pages.session.table_draft import sync_draft
from pages.views.workshop.frame import bar, button, follow
from pages.views.workshop.kinds import view_of


def table_page(session: Session, seat: Seat) -> None:
    """Draw the step that the room is at, for this table."""
    meeting, table = seat.meeting, seat.table
    use_names_of(meeting.base())
    stamp = _stamp(session, seat)
    step = meeting.step
    bar(session, meeting, step.title, _buttons(session, seat), code=table.name)
    view_of(step).device(session, meeting, step, table)

    def now() -> tuple[object, object]:
        """Return what a look compares: the files, and the band, which in a full room comes when nobody expects it."""
        return meeting.stamp_of_table(table.id), band_so_far(session)

    follow(now, (stamp, band_so_far(session)))


def _stamp(session: Session, seat: Seat) -> object:
    """Bring the table's proposal and its files together. Return the stamp that holds for both.

    What a table itself has just done is then no news to its own page.
    """
    while True:
        stamp = seat.meeting.stamp_of_table(seat.table.id)
        sync_draft(session)
        if seat.meeting.stamp_of_table(seat.table.id) == stamp:
            return stamp


def _buttons(session: Session, seat: Seat) -> list[dict[str, Any]]:
    """Return what a table can say: that it is ready, or wants more time."""
    step, which = seat.meeting.step, seat.meeting.round_of(seat.meeting.step)
    out = [button("language", session.page_text("other_language"))]
    if step.kind not in ASKING or seat.meeting.is_closed(step):
        return out
    said = [
        button(
            "quiet" if getattr(seat.table, name) == which else name,
            session.text(f"page_workshop.bar.{name}"),
            pressed=getattr(seat.table, name) == which,
        )
        for name in ("ready", "more_time")
    ]
    return [*said, *out]
