"""Tell a visitor that somebody else has put in or taken away a municipality's own figures."""

from __future__ import annotations

from pages.session.notices import Notice, both_languages
from pages.session.session import Session


def tell_of_others_figures(session: Session) -> None:
    """Look whether the figures of the municipality on screen are others than at the last look; then say so once.

    What the visitor does to them is noted where it is done (``Session.figures_changed``).
    """
    seen = session.own_seen
    now = session.note_own_figures()
    if seen is None or seen[:2] != now[:2] or seen[2] == now[2]:
        return
    fits = session.figures_changed()
    key = "removed" if now[2] is None else "new"
    words = both_languages(f"page.others_figures.{key}", name=session.municipality.name)
    reset = () if fits else (both_languages("page.others_figures.reset"),)
    # What was about to be told is told below it.
    before = () if session.notice is None else (session.notice.words, *session.notice.more)
    session.notice = Notice("warning", words, (*reset, *before))
