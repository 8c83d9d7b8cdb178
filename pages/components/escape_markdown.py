"""Escape text from people for places where Streamlit reads Markdown."""

from __future__ import annotations

import re
from typing import Final

# A figure and its per cent sign stay on one line.
_PER_CENT: Final = re.compile(r"(?<=\d) (?=%)")
# What becomes a link by itself, whatever is escaped in it: behind its first part stands a sign that nobody sees.
_LINK: Final = re.compile(r"(?<=https://)|(?<=http://)|(?<=www)(?=\.)|(?<=@)(?=[-\w])", re.IGNORECASE)
_NO_BREAK: Final = "\N{WORD JOINER}"
_SIGNS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=])")


def escape_markdown(text: str) -> str:
    """Escape ``text`` so that Markdown shows it as it stands, on one line; an address in it is no link."""
    words = _LINK.sub(_NO_BREAK, _PER_CENT.sub("\xa0", " ".join(text.split())))
    return _SIGNS.sub(r"\\\1", words)
