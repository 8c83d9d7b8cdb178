"""Library: all scenarios to search, open, copy, rename and delete; differences in words; files in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pages.components import persistent_widget
from pages.session import scenario_store
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import LIBRARY, show_page
from pages.views.library.actions import PART, RENAME, rename_dialog, undo_line
from pages.views.library.deleted import deleted_files
from pages.views.library.differences import comparison
from pages.views.library.exchange import exchange
from pages.views.library.listing import listing
from pages.views.library.view import page_text

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

_PARTS: Final = ("list", "compare", "import", "bin")


def draw(session: Session, _: ScenarioResults) -> None:
    """Draw the part that was chosen, below what can be undone."""
    active_levers(session)
    part = persistent_widget.persistent_choice(
        session, PART, _PARTS, page_text(session, "part"), lambda part: page_text(session, f"part.{part}")
    )
    entries, broken = scenario_store.library().listing()
    undo_line(session)
    if part == "compare":
        comparison(session, entries)
    elif part == "import":
        exchange(session, entries)
    elif part == "bin":
        deleted_files(session)
    else:
        listing(session, entries, broken)
    if session.dialog == RENAME:
        rename_dialog(session, entries)


show_page(LIBRARY, draw)
