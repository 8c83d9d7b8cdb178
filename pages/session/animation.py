"""Move a lever by itself for the room to watch, in ten seconds: the last move again, or one that is chosen."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from model.municipality.municipality import Municipality
from model.scenario.levers import LEVER_BY_ID, LEVERS
from model.scenario.scenario import Scenario, municipality_of
from pages.session.session import MAIN_VIEW, Animation, Session, value_in
from pages.session.sliders import MAIN, Section, item_of, items_of, shows, slider_facts, view_of

_SECONDS: Final = 10.0
_FIRST: Final = items_of(MAIN[0])[0]
# A lever is offered to move at least this part of its slider, so that there is something to see.
_PART: Final = 0.2


@lru_cache(maxsize=1)
def movable() -> tuple[str, ...]:
    """Return the ids of the sliders that can move by themselves.

    The kinds of places are not among them: one of them drags the others along, so that where they end depends on
    the way there.
    """
    return tuple(item for lever in LEVERS if lever.scope != "mix" for item in items_of(Section(lever.id)))


def animation_offer(session: Session) -> dict[str, Any]:
    """Return the form: every lever with the values it is offered to move between, and which lever is chosen."""
    scenario = session.history.current
    municipality = municipality_of(scenario)
    levers = []
    for item in movable():
        words = slider_facts(municipality, item, session.language)
        lever = LEVER_BY_ID[item.partition(":")[0]]
        start, end = _suggested(scenario, municipality, words)
        levers.append(
            {
                "id": item,
                "label": words["label"],
                "group": lever.label.text(session.language) if lever.scope == "group" else "",
                "unit": words["suffix"].strip(),
                "min": words["min"],
                "max": words["max"],
                "step": words["step"],
                "from": start,
                "to": end,
            }
        )
    return {
        "label": session.page_text("play"),
        "hint": session.page_text("play.hint"),
        "levers": levers,
        "chosen": _chosen(session),
        "decimal": "," if session.language == "da" else ".",
        "words": {
            word: session.page_text(f"play.{word}")
            for word in ("lever", "from", "to", "start", "stop", "same", "unreadable", "possible")
        },
    }


def _chosen(session: Session) -> str:
    """Return the lever that was moved last, else the one that stands first on the page."""
    last = last_move(session)
    moved = [item_of(c.lever, c.group) for c in session.history.current.changes]
    wanted = [last.item] if last is not None else []
    return next((item for item in [*wanted, *reversed(moved)] if item in movable()), _FIRST)


def _suggested(
    scenario: Scenario, municipality: Municipality, words: Mapping[str, Any]
) -> tuple[float, float]:
    """Return the baseline and the scenario's value; where they are the same, twice the baseline or further."""
    base = float(words["base"])
    lever, _, group = str(words["id"]).partition(":")
    value = value_in(scenario, municipality, lever, group or None)
    if value != base:
        return base, float(value)
    low, high = float(words["min"]), float(words["max"])
    part = _PART * (high - low)
    up = on_a_step(words, max(2 * base, base + part))
    return base, up if up != base else on_a_step(words, base - part)


def on_a_step(words: Mapping[str, Any], value: float) -> float:
    """Return the nearest value that the slider has: one of its steps, or the baseline's own."""
    low, high, step, base = (float(words[key]) for key in ("min", "max", "step", "base"))
    value = min(max(value, low), high)
    whole = round(min(low + math.floor((value - low) / step + 0.5) * step, high), 6)
    return base if abs(value - base) < abs(value - whole) else whole


def last_move(session: Session) -> Animation | None:
    """Return the last step as a move, if it moved a single slider."""
    history = session.history
    if not history.can_undo:
        return None
    before, now = history.steps[history.at - 1].scenario, history.current
    if before.municipality != now.municipality:
        return None
    municipality = municipality_of(now)
    moved = []
    for lever, group in dict.fromkeys(c.target for c in (*before.changes, *now.changes)):
        old = value_in(before, municipality, lever, group)
        new = value_in(now, municipality, lever, group)
        if old != new and isinstance(old, float) and isinstance(new, float):
            moved.append((item_of(lever, group), old, new))
    return Animation(uuid.uuid4().hex, *moved[0]) if len(moved) == 1 else None


def replay(session: Session, _: Any) -> None:
    """Move the lever that was moved last once more."""
    move = last_move(session)
    if move is not None:
        _begin(session, move)


def begin(session: Session, asked: Any) -> None:
    """Move a lever as the form asks. What is not offered is left alone."""
    move = _asked(municipality_of(session.history.current), session.language, asked)
    if move is not None:
        _begin(session, move)


def _asked(municipality: Municipality, language: str, asked: Any) -> Animation | None:
    if not isinstance(asked, Mapping) or asked.get("item") not in movable():
        return None
    item = str(asked["item"])
    values = [_number(asked.get("from")), _number(asked.get("to"))]
    words = slider_facts(municipality, item, language)
    ends = [on_a_step(words, value) for value in values if value is not None]
    if len(ends) < len(values):
        return None
    start, end = ends
    return Animation(uuid.uuid4().hex, item, start, end, _SECONDS) if start != end else None


def _number(value: Any) -> float | None:
    """Return a finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        parsed = float(value)
    except OverflowError:
        return None
    return parsed if math.isfinite(parsed) else None


def _begin(session: Session, move: Animation) -> None:
    """Turn the panel to the lever, wherever it stands."""
    session.animation = move
    session.last_animated = move.item
    if not shows(session, move.item):
        session.view = MAIN_VIEW if session.present else view_of(move.item)
