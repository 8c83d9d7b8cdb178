"""Do what the browser's log asks for, each entry once and in order. The other end is ``pages/frontend/channel.js``.

A message is ``{client, session, log}``: the browser window that sends it, the session it speaks to, and every entry
of its log that the window has seen no acknowledgement of, each with a number ``seq``. Messages may be lost, repeated,
merged or late: an entry is done when its number is higher than the last one done for that window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pages.session.actions import perform
from pages.session.faults import note_fault
from pages.session.focus import pick
from pages.session.guess import keep_guess
from pages.session.lever_draft import draw_step, open_lever_form
from pages.session.meeting import perform_in_meeting
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import MAIN_VIEW, Session
from pages.session.table_draft import give_reason, may_move, sync_draft

Entry = Mapping[str, Any]


def receive(session: Session, message: Mapping[str, Any] | None) -> bool:
    """Do every entry of a message that has not been done yet. Return whether anything was done.

    A message to another session comes from a page whose server has started again. It counts only with ``restore``, the
    address's query of what the page shows: without it the message is one that had been done before.
    """
    if not isinstance(message, Mapping) or not isinstance(message.get("log"), list):
        return False
    client, restore = str(message.get("client")), message.get("restore")
    with session.lock:
        changed = False
        if message.get("session") != session.token:
            if not isinstance(restore, str):
                return False
            changed = session.recover(restore)
        session.client = client
        acknowledged = session.acknowledged.setdefault(client, 0)
        if session.seat:
            sync_draft(session)
        for entry in message["log"]:
            seq = entry.get("seq") if isinstance(entry, Mapping) else None
            if isinstance(seq, int) and seq > acknowledged:
                session.acknowledged[client] = acknowledged = seq
                if entry.get("kind") == "move":
                    session.last_move = session.acknowledgement
                _do(session, entry)
                changed = True
        if session.seat and changed:
            sync_draft(session)
    return changed


def answer(session: Session, page: str) -> dict[str, Any]:
    """Return what a window is told when its page is drawn: how far the log is done, and when to ask again."""
    return {
        "session": session.token,
        "acknowledged": session.acknowledgement,
        "query": session.query,
        "page": page,
        "poll": session.poll,
    }


def _do(session: Session, entry: Entry) -> None:
    """Do one entry. What goes wrong is logged and told, and leaves the scenario as it was."""
    do = _KINDS.get(str(entry.get("kind")))
    if do is None:
        return
    try:
        do(session, entry)
    except Exception as error:
        number = note_fault("an entry of the log failed", error)
        session.notice = Notice("error", both_languages("page.error", id=number))


def _move(session: Session, entry: Entry) -> None:
    """Set a lever that is being moved."""
    if not may_move(session, str(entry.get("id"))):
        return
    try:
        session.move(str(entry["id"]), float(entry["value"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        # The sliders send only what the levers allow.
        session.notice = Notice("warning", problem_text(error))
        session.live = None


def _end(session: Session, entry: Entry) -> None:
    """End a gesture: the lever stays where it is, as one step."""
    _move(session, entry)
    session.keep()


def _animated(session: Session, entry: Entry) -> None:
    """Take down an animation that the sliders have begun."""
    if session.animation is not None and session.animation.token == entry.get("token"):
        session.animation = None


def _action(session: Session, entry: Entry) -> None:
    """Do what was pressed or chosen in the toolbar."""
    session.keep()
    perform(session, entry)


def _reset(session: Session, entry: Entry) -> None:
    """Set one lever back."""
    session.keep()
    if not may_move(session, str(entry["id"])):
        return
    session.reset(str(entry["id"]), str(entry["to"]))


def _view(session: Session, entry: Entry) -> None:
    """Show another set of levers."""
    session.view = str(entry.get("to") or MAIN_VIEW)


def _focus(session: Session, entry: Entry) -> None:
    """Look at another goal."""
    pick(session, entry.get("to"), None)


def _indicator(session: Session, entry: Entry) -> None:
    """Look at another indicator of the goal."""
    pick(session, None, entry.get("to") or session.indicator)


def _table(session: Session, _: Entry) -> None:
    """Show the chart's figures as a table."""
    session.dialog = "table"


def _band(session: Session, _: Entry) -> None:
    """Show the band of the level in place of the difference's, or back."""
    session.level_band = not session.level_band


def _lever(session: Session, entry: Entry) -> None:
    """Open the form of one lever: why it is moved, and its steps."""
    session.keep()
    open_lever_form(session, str(entry.get("id")))


def _reason(session: Session, entry: Entry) -> None:
    """Write why a lever is moved, where a table builds a proposal."""
    session.keep()
    give_reason(session, str(entry.get("id")), str(entry.get("text", "")))


def _meeting(session: Session, entry: Entry) -> None:
    """Do what was pressed in the bar of a meeting."""
    session.keep()
    perform_in_meeting(session, entry)


def _step(session: Session, entry: Entry) -> None:
    """Put a step of the open form where a hand has drawn it."""
    draw_step(session, str(entry["token"]), int(entry["step"]), str(entry["from"]), float(entry["to"]))


def _season(session: Session, _: Entry) -> None:
    """Show the lines with their season in place of those without it, or back."""
    session.with_season = not session.with_season


_KINDS: Final[Mapping[str, Callable[[Session, Entry], None]]] = {
    "move": _move,
    "end": _end,
    "animated": _animated,
    "action": _action,
    "reset": _reset,
    "view": _view,
    "focus": _focus,
    "indicator": _indicator,
    "table": _table,
    "band": _band,
    "season": _season,
    "lever": _lever,
    "reason": _reason,
    "meeting": _meeting,
    "step": _step,
    "guess": keep_guess,
}
