"""Text from people, for places where Streamlit reads Markdown: every sign that means something is escaped."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=])")


def plain(text: str) -> str:
    """``text`` so that Markdown shows it as it stands, on one line."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
