"""Search in words: letters in any case, and Danish ones also as they are written without æ, ø and å."""

from __future__ import annotations

import unicodedata
from typing import Final

# "ø" is typed as o or oe on a foreign keyboard, "å" as a or aa.
_SHORT: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "é": "e", "ü": "u", "ö": "o", "ä": "a"})
_LONG: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ü": "u", "ö": "oe", "ä": "ae"})
_MOST_CHARACTERS: Final = 200


def searchable(*texts: str) -> str:
    """Return texts as ``finds`` reads them: made once for what is searched often."""
    whole = _comparable("\n".join(texts))
    return "\n".join((whole, whole.translate(_SHORT), whole.translate(_LONG)))


def finds(query: str, haystack: str) -> bool:
    """Return whether each word of ``query`` stands in ``haystack`` (from ``searchable``). Empty finds all."""
    return all(word in haystack for word in _comparable(query[:_MOST_CHARACTERS]).split())


def _comparable(text: str) -> str:
    """Return a text in small, composed letters, without soft hyphens and hard blanks."""
    # Composed letters, so that a decomposed "å" is the same; soft hyphens and hard blanks are not typed.
    composed = unicodedata.normalize("NFC", text).casefold()
    return (
        unicodedata.normalize("NFC", composed)
        .replace("\N{SOFT HYPHEN}", "")
        .replace("\N{NO-BREAK SPACE}", " ")
    )
