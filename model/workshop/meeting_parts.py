"""What a meeting keeps beside answers: how far it is, its tables, and what the room has found and decided."""

from __future__ import annotations

import datetime
from typing import Any, Final

from pydantic import Field

from model.scenario.economy import FileDate
from model.scenario.parts import Change, Line, Lines, ScenarioPart
from model.scenario.scenario import plain_change
from model.workshop.course import MOST_CARDS

MOST_TABLES: Final = 40
MOST_FOLLOW_UPS: Final = 20


class MeetingHead(ScenarioPart):
    """Which meeting this is. The facilitator's key itself is kept nowhere, only its hash."""

    meeting: int = 1
    code: Line
    begun: Line
    key_sha256: Line


class Progress(ScenarioPart):
    """How far the meeting is. A *round* is a step, or its second guess (``model.workshop.course.AGAIN``)."""

    step: int = 0
    since: Line = ""  # when the step was begun
    again: tuple[Line, ...] = Field(default=(), strict=False)  # steps that are asked a second time
    closed: tuple[Line, ...] = Field(default=(), strict=False)  # rounds that take no more answers
    shown: tuple[Line, ...] = Field(default=(), strict=False)  # rounds whose answers the room sees
    clock: bool = False
    inviting: bool = False  # the big screen shows how tables join, in place of the step
    picture: Line = ""  # which of the step's pictures the room sees; "" for its first

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self}


class Table(ScenarioPart):
    """One table, or in a budget round one party. ``key_sha256`` is empty where it has no device of its own."""

    id: Line
    name: Line = Field(min_length=1)
    key_sha256: Line = ""
    ready: Line = ""  # the round for which it has said so
    more_time: Line = ""

    def plain(self) -> dict[str, Any]:
        """Return it as plain data; fields that say nothing are left out."""
        return {name: value for name, value in self if value != ""}


class FollowUp(ScenarioPart):
    """Who follows which figure, and when."""

    who: Line = ""
    figure: Line = ""
    when: Line = ""


class Record(ScenarioPart):
    """What the room asked, expected, found and decided. ``changes``: the decided proposal, None where there is none.

    ``cards`` are the keys of the cards that it was laid of, in order, as long as nothing else is changed in it.
    """

    question: Lines = ""
    expectation: Lines = ""
    findings: Lines = ""
    decision: Lines = ""
    decided_from: Line = ""  # what the decided proposal began from: a table's id, ``shared``, or empty
    decided_on: FileDate | None = None
    changes: tuple[Change, ...] | None = Field(default=None, strict=False)
    cards: tuple[Line, ...] = Field(default=(), strict=False, max_length=MOST_CARDS)
    follow_ups: tuple[FollowUp, ...] = Field(default=(), strict=False, max_length=MOST_FOLLOW_UPS)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data; fields that say nothing are left out."""
        out: dict[str, Any] = {
            name: value
            for name in ("question", "expectation", "findings", "decision", "decided_from", "decided_on")
            if (value := getattr(self, name))
        }
        if self.changes is not None:
            out["changes"] = [plain_change(change) for change in self.changes]
        if self.cards:
            out["cards"] = list(self.cards)
        if self.follow_ups:
            out["follow_ups"] = [{k: v for k, v in one if v} for one in self.follow_ups]
        return out


def begun_on(head: MeetingHead) -> datetime.date:
    """Return the day on which a meeting was begun."""
    return datetime.datetime.fromisoformat(head.begun).date()


def timestamp() -> str:
    """Return this machine's time, with its zone, to the second."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")
