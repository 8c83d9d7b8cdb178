"""Hold a message to the visitor, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from model.files.problems import FileProblem
from model.language.catalogue import LANGUAGES, text
from model.language.messages import LocalizedError, Text


@dataclass(frozen=True)
class Notice:
    """A message to the visitor, once."""

    kind: str  # "success", "warning" or "error"
    words: Text
    more: tuple[Text, ...] = ()  # what belongs to it, line by line


def problem_text(error: Exception) -> Text:
    """Return an error in both languages, in plain words."""
    if isinstance(error, FileProblem | LocalizedError):
        return Text(da=error.text("da"), en=error.text("en"))
    return Text(**{language: text("page.error.move", language) for language in LANGUAGES})


def both_languages(key: str, **values: object) -> Text:
    """Return a text in Danish and English."""
    return Text(**{language: text(key, language, **values) for language in LANGUAGES})
