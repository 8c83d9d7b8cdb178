"""Describe what is to be read without choosing the language: messages, phrases, fixed texts, localised errors.

The model returns a ``Message`` (a key of the catalogue with the values for its fields); whoever shows it (pages,
command line, documents) renders it with ``.text(language)``. Nothing is looked up or formatted before that.

    Message("seek.binding.budget", amount=Phrase(money, 3_000_000, decimals=0), lever=lever.label)

A value that depends on the language is itself one of these four and is rendered with the message:

- ``Message``: another text of the catalogue.
- ``Phrase``: a call of any function that takes ``language``. Numbers, amounts, dates, names and lists keep the
  functions of the catalogue: ``Phrase(number, 3.5, decimals=1)``, ``Phrase(group_name, "dagpenge")``,
  ``Phrase(short_date, day)``, ``Phrase(listed, [lever.label, other.label])``, ``Phrase(joined, sentences)``. A
  sentence that needs more than a key has a function of its own: ``Phrase(_limit_sentence, outcome)``.
- ``Text``: fixed Danish and English words from a data file.
- ``LocalizedError``: an error that a reader is shown; it carries any of the others.

All have ``.text(language)``, and ``.da`` and ``.en`` for output that holds both; ``Localized`` is their common type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from model.language import catalogue


class Localized(Protocol):
    """Anything that can be read in Danish and in English."""

    def text(self, language: str) -> str:
        """Return the words in ``language`` ("da" or "en")."""
        ...

    @property
    def da(self) -> str:
        """Return the words in Danish."""
        return self.text("da")

    @property
    def en(self) -> str:
        """Return the words in English."""
        return self.text("en")


@dataclass(frozen=True, init=False)
class Message(Localized):
    """A text of the catalogue and the values for its fields."""

    key: str
    values: tuple[tuple[str, object], ...]

    def __init__(self, key: str, /, **values: object) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", tuple(values.items()))

    def text(self, language: str) -> str:
        """Return the filled-in text. Raises KeyError for an unknown key or a missing value."""
        values = {field: _rendered(value, language) for field, value in self.values}
        return catalogue.text(self.key, language, **values)


@dataclass(frozen=True, init=False)
class Phrase(Localized):
    """A call that waits for its language: ``function(*arguments, language=language, **options)``."""

    function: Callable[..., str]
    arguments: tuple[object, ...]
    options: tuple[tuple[str, object], ...]

    def __init__(self, function: Callable[..., str], /, *arguments: object, **options: object) -> None:
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "arguments", arguments)
        object.__setattr__(self, "options", tuple(options.items()))

    def text(self, language: str) -> str:
        """Return what the function gives in ``language``; messages among its arguments are rendered first."""
        arguments = [_rendered(argument, language) for argument in self.arguments]
        options = {name: _rendered(option, language) for name, option in self.options}
        return self.function(*arguments, language=language, **options)


class Text(BaseModel):
    """The same short text in Danish and English, as data files hold it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    da: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """Return the text in ``language`` ("da" or "en")."""
        return self.en if language == "en" else self.da


class LocalizedError(Localized, ValueError):
    """An error for the reader: what is wrong and what would be right, in either language."""

    def __init__(self, message: Localized) -> None:
        self.message = message
        super().__init__(message)

    def __str__(self) -> str:
        return self.en

    def text(self, language: str) -> str:
        """Return the message in ``language`` ("da" or "en")."""
        return self.message.text(language)


def joined(parts: Iterable[str], language: str, separator: str = " ") -> str:
    """Return the parts one after another. For ``Phrase(joined, parts)``: any language joins alike."""
    return separator.join(parts)


def _rendered(value: object, language: str) -> object:
    """Return a value in ``language`` where it is a message, in lists too; any other value as it is."""
    if isinstance(value, Message | Phrase | Text | LocalizedError):
        return value.text(language)
    if isinstance(value, tuple | list):
        return tuple(_rendered(part, language) for part in value)
    return value
