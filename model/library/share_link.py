"""A scenario as a piece of a web address, and back: with its own version and every changed lever.

Beside it an address can have the scenario that it is held against, and the day on which the link was made.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
import string
import zlib
from typing import Any, Final, NoReturn

from model.files.problems import FileProblem, single_problem
from model.files.strict_yaml import MAX_BYTES, MAX_DEPTH, MAX_NODES, Document
from model.scenario.files import scenario_from
from model.scenario.scenario import Scenario, canonical_json, to_dict
from model.scenario.texts import without_reasons

# "1" is canonical JSON, compressed by zlib, in the letters of base64url.
_VERSION: Final = "1"
_SEPARATOR: Final = "."
_MAX_CHARACTERS: Final = 64_000
_LEVEL: Final = 9
# Proxies and mail programs take some 8,000 characters of an address; a host and a page come before the query.
LONGEST_QUERY: Final = 7_500
# Before this no link bore its day, and a machine's clock may be a day off.
_FIRST_DAY: Final = datetime.date(2026, 1, 1)
_ONE_DAY: Final = datetime.timedelta(days=1)
# What a link can end with; and a mark that a mail program wrote as its code, "%3E" for ">".
_LETTERS: Final = frozenset(string.ascii_letters + string.digits + "-_")
_CODED_MARK: Final = re.compile(r"%[0-9A-Fa-f]{2}")


def encode_link(scenario: Scenario) -> str:
    """Encode a scenario as letters, digits, ``-``, ``_`` and one ``.``; stored results are left out."""
    plain = to_dict(scenario)
    plain.pop("results", None)
    packed = zlib.compress(canonical_json(plain).encode(), _LEVEL)
    return _VERSION + _SEPARATOR + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode_link(link: str) -> Scenario:
    """Return the scenario in a link, without marks glued to its end. Raises FileProblem for all else.

    It never unpacks more than a file may hold.
    """
    if len(link) > _MAX_CHARACTERS:
        raise _broken()
    version, separator, letters = without_trailing_marks(link.lstrip()).partition(_SEPARATOR)
    if not separator or not letters.isascii():
        raise _broken()
    if version != _VERSION:
        if version.isdecimal() and len(version) < len("1000") and int(version) > int(_VERSION):
            raise single_problem(
                "Linket er lavet i en nyere udgave af Indsatskompas. Opdatér programmet.",
                "The link was made by a newer version of Indsatskompas. Update the program.",
            )
        raise _broken()
    data = _parsed(_unpacked(letters))
    return scenario_from(Document(data))


def encode_reference(reference: Scenario) -> str:
    """Encode the scenario that another is held against: what it changes, its name and author, no other text."""
    return encode_link(without_reasons(reference))


def decode_reference(part: str) -> Scenario:
    """Return the scenario that a link's own is held against. Raises FileProblem where it cannot be read."""
    try:
        if len(part) > LONGEST_QUERY:
            raise _broken()
        return without_reasons(decode_link(part))
    except FileProblem:
        raise single_problem(
            "Forvaltningens forslag i linket kan ikke læses. Her vises scenariet uden det.",
            "The administration's proposal in the link cannot be read. The scenario is shown without it.",
        ) from None


def decode_day(part: str, today: datetime.date) -> datetime.date | None:
    """Return the day on which a link was made; None where it does not say so, or says what cannot be."""
    try:
        day = datetime.date.fromisoformat(without_trailing_marks(part))
    except ValueError:
        return None
    return day if _FIRST_DAY <= day <= today + _ONE_DAY else None


def without_trailing_marks(value: str) -> str:
    """Cut off what can be no part of a value in an address: the full stop, bracket or quote of the text around it."""
    end = len(value)
    while end:
        if value[end - 1] not in _LETTERS:
            end -= 1
        elif _CODED_MARK.fullmatch(value, max(end - 3, 0), end):
            end -= 3
        else:
            break
    return value[:end]


def _unpacked(letters: str) -> str:
    """Decode and decompress a link's letters. Raises FileProblem where they are no link, or too much."""
    try:
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(packed, MAX_BYTES)
        # More to come means a bomb, bytes behind the end something that is none of ours.
        if not unpacking.eof or unpacking.unconsumed_tail or unpacking.unused_data:
            raise _broken()
        return data.decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, FileProblem):
            raise
        raise _broken() from None


def _parsed(text: str) -> Any:
    """Parse JSON. Raises FileProblem for wrong, doubled, too deep or too many values."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        if isinstance(error, FileProblem):
            raise
        raise _broken() from None
    _check_size(data)
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of pairs. Raises FileProblem where a key stands twice."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise _broken()
    return dict(pairs)


def _refused(_: str) -> NoReturn:
    """Raise FileProblem for NaN and infinity, which JSON does not have."""
    raise _broken()


def _check_size(data: Any) -> None:
    """Check that data are no deeper and no more than a file may have, without recursion. Raises FileProblem."""
    level, depth, nodes = [data], 0, 0
    while level:
        depth += 1
        nodes += len(level)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise _broken()
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level = below


def _broken() -> FileProblem:
    """Return the problem of a link that is not whole."""
    return single_problem(
        "Linket er ikke helt. Bed om at få det sendt igen; her vises kommunen uden ændringer.",
        "The link is not whole. Ask for it to be sent again; the baseline is shown here.",
    )
