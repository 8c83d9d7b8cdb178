"""Name characters that nobody sees, and know where one of them is what is wrong with a file.

They come from web pages, chat and word processors: a no-break space in an indentation, a zero-width space before a
number. Within a text they do no harm and stay.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from model.files.merge_conflict import split_lines
from model.files.problems import Path, Problem

# Spaces that YAML does not take for spaces.
_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Characters without a width: format characters and fillers.
_NO_WIDTH: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_SPACE: Final = re.compile(f"[{_SPACES}]")
_WITHOUT_WIDTH: Final = re.compile(f"[{_NO_WIDTH}]")
INVISIBLE: Final = re.compile(f"[{_SPACES}{_NO_WIDTH}]")
# Line ends of YAML that most editors do not show as such.
LINE_SEPARATORS: Final = "\u0085\u2028\u2029"

_NAMES: Final = {
    "\u0085": ("linjeskift fra store maskiner", "next line"),
    "\u00a0": ("hårdt mellemrum", "no-break space"),
    "\u00ad": ("blød bindestreg", "soft hyphen"),
    "\u200b": ("mellemrum uden bredde", "zero-width space"),
    "\u200c": ("skilletegn uden bredde", "zero-width non-joiner"),
    "\u200d": ("bindetegn uden bredde", "zero-width joiner"),
    "\u2028": ("linjeskilletegn", "line separator"),
    "\u2029": ("afsnitsskilletegn", "paragraph separator"),
    "\u202f": ("smalt hårdt mellemrum", "narrow no-break space"),
    "\u2060": ("sammenføjer uden bredde", "word joiner"),
    "\ufeff": ("mærke for rækkefølgen af bytes (BOM)", "byte order mark (BOM)"),
}
_DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A comment behind a value; what stands in it is nobody's value.
_COMMENT: Final = re.compile(r"\s#.*")


def named(character: str) -> tuple[str, str]:
    """Return an invisible character's name and code point in Danish and English."""
    code = f"U+{ord(character):04X}"
    if character in _NAMES:
        da, en = _NAMES[character]
    elif _DIRECTION.match(character):
        da, en = "tegn, der styrer skriveretningen", "direction mark"
    elif _SPACE.match(character):
        da, en = "særligt mellemrum", "special space"
    else:
        da, en = "tegn uden bredde", unicodedata.name(character, "character without a width").lower()
    return f"{da} ({code})", f"{en} ({code})"


def invisible_problem(character: str, line: int, column: int, path: Path = ()) -> Problem:
    """Return the problem of an invisible character at its own place, with what to do."""
    da, en = named(character)
    if _SPACE.match(character):
        todo = (
            "Skriv almindelige mellemrum i stedet, og ingen i et tal.",
            "Write ordinary spaces instead, and none in a number.",
        )
    elif character in LINE_SEPARATORS:
        todo = (
            "Slet det, og skriv et mellemrum eller et almindeligt linjeskift.",
            "Delete it and write a space or an ordinary line break.",
        )
    else:
        todo = ("Slet det, eller skriv linjen igen.", "Delete it, or write the line again.")
    return Problem(
        line,
        column,
        path,
        f"Her står et usynligt tegn: {da}. {todo[0]}",
        f"There is an invisible character here: {en}. {todo[1]}",
    )


def place_of(source: str, offset: int) -> tuple[int, int]:
    """Return line and column (from 1) of an offset in a text, as editors count them."""
    before = split_lines(source[:offset])
    return len(before), len(before[-1]) + 1


def plain_spaces(text: str) -> str:
    """Return a text with ordinary spaces and nothing without a width."""
    return _SPACE.sub(" ", _WITHOUT_WIDTH.sub("", text))


def without_invisible(data: Any) -> Any:
    """Return plain data as it would be with ordinary spaces at most: a number that held others is a number."""
    if isinstance(data, dict):
        return {key: without_invisible(value) for key, value in data.items()}
    if isinstance(data, list):
        return [without_invisible(value) for value in data]
    if not isinstance(data, str) or INVISIBLE.search(data) is None:
        return data
    text = _COMMENT.sub("", plain_spaces(data)).strip()
    digits = text.replace(" ", "")
    if re.fullmatch(r"[-+]?[0-9]{1,15}", digits):
        return int(digits)
    if re.fullmatch(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}", digits):
        return float(digits)
    return text
