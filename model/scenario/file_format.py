"""Check which format a scenario file is written in, before anything else in it is read."""

from __future__ import annotations

from typing import Final

from model.files.problems import FileProblem, Path, sanitised
from model.files.strict_yaml import Document
from model.municipality.rules import DATED
from model.municipality.vintages import newest_vintage
from model.scenario.scenario import FORMAT, FORMAT_BEFORE

_READS: Final = {"da": f"{FORMAT_BEFORE} og {FORMAT}", "en": f"{FORMAT_BEFORE} and {FORMAT}"}


def check_format(document: Document) -> None:
    """Check that a file names a format that this version reads, and has what that asks for. Raises FileProblem."""
    data = document.data
    # First, and alone: what a newer version writes may be unknown in many places.
    if "format" not in data:
        raise problems_at(
            document,
            (("format",), f"»format« mangler. Skriv format: {FORMAT} i første linje.",
             f"“format” is missing. Write format: {FORMAT} in the first line."),
        )  # fmt: skip
    if data["format"] not in (FORMAT_BEFORE, FORMAT) or isinstance(data["format"], bool):
        written, newer = (
            sanitised(data["format"]),
            isinstance(data["format"], int) and data["format"] > FORMAT,
        )
        da = f"Filen har format {written}; denne udgave læser format {_READS['da']}."
        en = f"The file has format {written}; this version reads format {_READS['en']}."
        if newer:
            da += " Den er gemt i en nyere udgave af Indsatskompas. Opdatér programmet."
            en += " It was saved by a newer version of Indsatskompas. Update the program."
        raise problems_at(document, (("format",), da, en))
    _check_fields(document)


def _check_fields(document: Document) -> None:
    """Check that a file has what its format asks for, and nothing of another. Raises FileProblem.

    A file of format 1 says neither figures nor rules: it means those of 2020 and 2021, and is read as such.
    """
    data = document.data
    if data["format"] == FORMAT_BEFORE:
        odd = [name for name in _NEW_IN_FORMAT_2 if name in data]
        faults = [
            ((name,),
             f"»{name}« hører til format {FORMAT}. Skriv format: {FORMAT} i første linje.",
             f"“{name}” belongs to format {FORMAT}. Write format: {FORMAT} in the first line.")
            for name in odd
        ]  # fmt: skip
    else:
        newest = newest_vintage()
        examples = {"baseline": newest, "rules": DATED}
        faults = [
            ((name,),
             f"»{name}« mangler. Skriv for eksempel {name}: {examples[name]}.",
             f"“{name}” is missing. Write for instance {name}: {examples[name]}.")
            for name in _NEW_IN_FORMAT_2 if name not in data
        ]  # fmt: skip
    if faults:
        raise problems_at(document, *faults)


_NEW_IN_FORMAT_2: Final = ("baseline", "rules")


def problems_at(document: Document, *faults: tuple[Path, str, str]) -> FileProblem:
    """Return faults (path, Danish, English) as one error."""
    return FileProblem((document.problem(*fault) for fault in faults), document.name)
