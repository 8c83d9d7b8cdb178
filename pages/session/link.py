"""Write a visit into the address, and read it from there: the scenario, what it is held against, the day, the language.

The address is also what a reload begins with, so what is in the link is what survives one.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from model.files.problems import FileProblem
from model.language.catalogue import LANGUAGES, long_date, text
from model.language.messages import Text
from model.library.share_link import (
    LONGEST_QUERY,
    decode_day,
    decode_reference,
    encode_link,
    encode_reference,
)
from model.scenario.comparable import misfit
from model.scenario.scenario import Scenario
from pages.session.notices import Notice, both_languages, problem_text

if TYPE_CHECKING:
    from pages.session.session import Session

# The parts of the address's query that are ours; channel.js names them too.
SCENARIO: Final = "s"
REFERENCE: Final = "beside"
DAY: Final = "made"
LANGUAGE: Final = "lang"
# Of a meeting: the facilitator's secret, a table's, or the code that somebody was sent. They go into no link.
FACILITATOR: Final = "m"
SEAT: Final = "b"
INVITED: Final = "kode"
# What opens the plans that somebody is writing.
PLAN: Final = "plan"
# A meeting's window that the room sees: a restart or a reload must not show it what is only the facilitator's.
ROOM: Final = "rum"
PARTS: Final = (SCENARIO, REFERENCE, DAY, LANGUAGE, FACILITATOR, SEAT, INVITED, PLAN, ROOM)
_MOST_KEY: Final = 80


@dataclass(frozen=True)
class Linked:
    """What a link brought: the two scenarios, and the day on which it was made where it says so."""

    scenario: Scenario
    reference: Scenario | None
    day: datetime.date | None


def today() -> datetime.date:
    """Return this machine's date."""
    return datetime.datetime.now().astimezone().date()


def is_as_linked(session: Session) -> bool:
    """Return whether what is on screen is what a link brought."""
    linked = session.linked
    return linked is not None and (linked.scenario, linked.reference) == (
        session.history.current,
        session.reference,
    )


def link_day(session: Session) -> datetime.date | None:
    """Return the day that a link to what is on screen bears: that of the link it came by, else today."""
    return session.linked.day if session.linked is not None and is_as_linked(session) else today()


def query_of(session: Session, start: Scenario, language: str) -> str:
    """Return the address's query; empty where the visit shows ``start`` in ``language`` beside nothing.

    What it is held against is left out where the address would be too long; :func:`link_note` says so.
    """
    if session.seat:
        # A table's proposal is in the meeting's files; its address need not hold it.
        spoken = {} if session.language == language else {LANGUAGE: session.language}
        return urlencode({SEAT: session.seat, **spoken})
    parts = _parts(session, start, language)
    if _is_too_long(parts):
        parts.pop(REFERENCE, None)
    own = {INVITED: session.invited, PLAN: session.plan}
    if session.facilitator:
        own = {FACILITATOR: session.facilitator, ROOM: "1" if session.present else ""}
    return urlencode({**{name: value for name, value in own.items() if value}, **parts})


def read_meeting(query: Mapping[str, str]) -> tuple[str, str, str]:
    """Return what an address says of a meeting: the facilitator's secret, a table's, and a code; "" where not there."""
    facilitator, seat, invited = (query.get(part, "")[:_MOST_KEY] for part in (FACILITATOR, SEAT, INVITED))
    return facilitator, seat, invited


def read_plan(query: Mapping[str, str]) -> str:
    """Return the secret of the plans that somebody is writing; "" where the address has none."""
    return query.get(PLAN, "")[:_MOST_KEY]


def _parts(session: Session, start: Scenario, language: str) -> dict[str, str]:
    """Return the parts of the address's query, whatever their length."""
    parts = {}
    if session.history.current != start:
        parts[SCENARIO] = encode_link(session.history.current)
    if session.reference is not None:
        parts[REFERENCE] = encode_reference(session.reference)
    day = link_day(session)
    if parts and day is not None:
        parts[DAY] = day.isoformat()
    if session.language != language:
        parts[LANGUAGE] = session.language
    return parts


def _is_too_long(parts: Mapping[str, str]) -> bool:
    return len(urlencode(parts)) > LONGEST_QUERY


def link_note(session: Session, start: Scenario, language: str) -> str:
    """Return what to know of the link before it is sent; "" where there is nothing."""
    parts = _parts(session, start, language)
    reference = parts.pop(REFERENCE, None)
    if _is_too_long(parts):
        return session.page_text("link.long")
    if reference is None or session.reference is None:
        return ""
    key = "link.without" if _is_too_long({**parts, REFERENCE: reference}) else "link.with"
    return session.page_text(key, name=session.reference.name)


def read_reference(
    query: Mapping[str, str], scenario: Scenario
) -> tuple[Scenario | None, Linked, Notice | None]:
    """Return what the address holds a scenario against, all that its link brought, and what is told of it."""
    day = decode_day(query.get(DAY, ""), today())
    if not query.get(REFERENCE):
        return None, Linked(scenario, None, day), None
    try:
        reference = decode_reference(query[REFERENCE])
    except FileProblem as error:
        return None, Linked(scenario, None, day), Notice("warning", problem_text(error))
    linked = Linked(scenario, reference, day)
    reasons = {language: misfit(scenario, reference, reference.name, language) for language in LANGUAGES}
    if all(reasons.values()):
        return reference, linked, Notice("warning", Text(**{k: str(v) for k, v in reasons.items()}))
    return reference, linked, Notice("success", whose(reference))


def whose(reference: Scenario) -> Text:
    """Return which proposal is the administration's here, and who wrote it."""
    key = "page.reference.by" if reference.author else "page.reference"
    return both_languages(key, name=reference.name, author=reference.author)


def made_on(session: Session) -> str:
    """Return in words on which day the link was made that brought what is on screen; "" where none says so."""
    if session.linked is None or session.linked.day is None or not is_as_linked(session):
        return ""
    return text("page.link.made", session.language, date=long_date(session.linked.day, session.language))
