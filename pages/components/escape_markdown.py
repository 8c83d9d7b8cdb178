"""Escape text from people for places where Streamlit reads Markdown."""

from __future__ import annotations

import re
from typing import Final

# A figure and its per cent sign stay on one line.
_PER_CENT: Final = re.compile(r"(?<=\d) (?=%)")
_SIGNS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=])")


def escape_markdown(text: str) -> str:
    """Escape ``text`` so that Markdown shows it as it stands, on one line."""
    return _SIGNS.sub(r"\\\1", _PER_CENT.sub("\xa0", " ".join(text.split())))
