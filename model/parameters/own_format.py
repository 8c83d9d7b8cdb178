"""The format of a municipality's own file, and what an older one calls by another name."""

from __future__ import annotations

from typing import Final

from model.files.problems import sanitised
from model.files.strict_yaml import Document
from model.language.messages import Message

# What is written today. Files from before there was a number are as those of format 1.
OWN_FORMAT: Final = 1
# Tables and numbers that had another name in an earlier version, old to new: whoever renames one adds a row, so that
# figures that a municipality has put in are not lost with the name. A number's id is written whole.
RENAMED: Final[dict[str, str]] = {}


class NewerFormat(Exception):
    """The file was written by a newer version, or its format is none; in both languages."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def check_own_format(document: Document) -> None:
    """Check the format of a municipality's own file, before anything else in it. Raises NewerFormat."""
    data = document.data
    if not isinstance(data, dict) or "municipality" not in data:
        return
    written = data.get("format", OWN_FORMAT)
    if type(written) is not int or not 1 <= written <= OWN_FORMAT:
        newer = type(written) is int and written > OWN_FORMAT
        key = "newer_format" if newer else "unknown_format"
        raise NewerFormat(Message(f"parameters.error.{key}", format=sanitised(written), ours=OWN_FORMAT))


def table_today(name: str, *, own: bool) -> str:
    """Return what a table of a file is called today; only a municipality's own file may be older than the program."""
    return RENAMED.get(name, name) if own else name


def number_today(parameter: str, *, own: bool) -> str:
    """Return what a number of a file is called today."""
    if not own:
        return parameter
    table, dot, rest = parameter.partition(".")
    return RENAMED.get(parameter, f"{RENAMED.get(table, table)}{dot}{rest}" if dot else parameter)
