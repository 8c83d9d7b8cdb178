"""A small, strict part of YAML: plain data with a line for every value, errors in the reader's language.

YAML's surprises are left out: no anchors, aliases, tags, merge keys or directives, no key twice, and no
guessing of types: whole numbers, decimal numbers, ``true``, ``false`` and ``null`` are what they look
like, and everything else (``no``, ``on``, ``12:30``, ``0751``, dates, ``.nan``) is text. Keys are always
text. The parser is PyYAML's pure Python one, asked for one event at a time, so that depth and size are
checked before anything is built. The project's own many files are read through libyaml, at a tenth of the time.
"""

from __future__ import annotations

import contextlib
import math
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from model.files.invisible_characters import (
    INVISIBLE,
    LINE_SEPARATORS,
    invisible_problem,
    place_of,
)
from model.files.merge_conflict import refuse_conflicts
from model.files.parse_trials import explained
from model.files.problems import FileProblem, Path, Problem, sanitised, single_problem, system_reason

# What a scenario may hold; the project's own data files may pass the larger pair.
MAX_BYTES: Final = 256_000
MAX_NODES: Final = 20_000
DATA_BYTES: Final = 8_000_000
DATA_NODES: Final = 400_000
MAX_DEPTH: Final = 12
MAX_TEXT: Final = 20_000

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})")
FLOAT_PATTERN: Final = (
    r"[-+]?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,25}(?:[eE][-+]?[0-9]{1,3})?|[-+]?[0-9]{1,15}[eE][-+]?[0-9]{1,3}"
)
_FLOAT = re.compile(FLOAT_PATTERN)
# Control characters other than line ends and tab, line ends that editors do not show, lone surrogates and the byte
# order mark.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Document:
    """Plain data (dict, list, str, int, float, bool, None) and where each value stands in its file."""

    data: Any
    positions: Mapping[Path, tuple[int, int]] = field(repr=False, default_factory=dict)
    name: str = ""
    # Where each plain or quoted value ends; a block of text ends at the beginning of the line after it.
    ends: Mapping[Path, tuple[int, int]] = field(repr=False, default_factory=dict)
    # The text itself; "" where the data comes from no file.
    source: str = field(repr=False, default="")

    def position(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Return line and column (from 1) of the value at ``path``, or of its nearest ancestor in the file.

        Data that comes from no file (a link) has no places: 0, 0.
        """
        known = tuple(path)
        while known and known not in self.positions:
            known = known[:-1]
        return self.positions.get(known, (1, 1) if self.positions else (0, 0))

    def problem(self, path: Sequence[str | int], da: str, en: str) -> Problem:
        """Return a problem at the place of ``path``."""
        line, column = self.position(path)
        return Problem(line, column, tuple(path), da, en)


class _Events(Reader, Scanner, Parser):
    """PyYAML's reader, scanner and parser without its composer and constructor."""

    def __init__(self, source: str) -> None:
        Reader.__init__(self, source)
        Scanner.__init__(self)
        Parser.__init__(self)


def load_data_file(path: FilePath) -> Document:
    """Read one of the project's own files, as :func:`load_file` does; what is wrong in it the slower parser tells."""
    source = _decoded(_bytes_of(path, DATA_BYTES), path.name, DATA_BYTES)
    if yaml.__with_libyaml__:
        with contextlib.suppress(FileProblem):
            return _Builder(source, path.name, DATA_NODES, yaml.CLoader(source)).document()
    return load(source, path.name, max_bytes=DATA_BYTES, max_nodes=DATA_NODES)


def load_file(path: FilePath, *, max_bytes: int = MAX_BYTES, max_nodes: int = MAX_NODES) -> Document:
    """Read one file. Raises FileProblem, also where the file is missing or cannot be read."""
    return load(_bytes_of(path, max_bytes), path.name, max_bytes=max_bytes, max_nodes=max_nodes)


def _bytes_of(path: FilePath, max_bytes: int) -> bytes:
    """Return a file's bytes, one more than allowed where it is too large. Raises FileProblem."""
    name = path.name
    try:
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except FileNotFoundError:
        raise single_problem("Filen findes ikke.", "The file does not exist.", name=name) from None
    except IsADirectoryError:
        raise single_problem(
            "Dette er en mappe, ikke en fil.", "This is a folder, not a file.", name=name
        ) from None
    except (OSError, ValueError) as error:
        raise single_problem(
            f"Filen kan ikke læses: {system_reason(error, 'da')}.",
            f"The file cannot be read: {system_reason(error, 'en')}.",
            name=name,
        ) from error


def load(
    source: str | bytes, name: str = "", *, max_bytes: int = MAX_BYTES, max_nodes: int = MAX_NODES
) -> Document:
    """Read one YAML document.

    Arguments: the text or its bytes (UTF-8, with or without a byte order mark); ``name`` of the file for
    messages; ``max_bytes`` and ``max_nodes`` (keys and values together). Raises FileProblem and nothing else.
    """
    text = _decoded(source, name, max_bytes)

    def read(tried: str) -> Document:
        """Read a text as this file."""
        return _Builder(tried, name, max_nodes).document()

    try:
        return read(text)
    except FileProblem as problem:
        raise explained(problem, text, read) from None


def _decoded(source: str | bytes, name: str, max_bytes: int) -> str:
    """Return the text of a file that is not too large, is UTF-8, merged and holds text alone. Raises FileProblem."""
    too_large = single_problem(
        f"Filen er for stor: højst {max_bytes // 1000} kB.",
        f"The file is too large: at most {max_bytes // 1000} kB.",
        name=name,
    )
    if len(source) > max_bytes:
        raise too_large
    if isinstance(source, bytes):
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = source.count(b"\n", 0, error.start) + 1
            raise single_problem(
                "Filen er ikke gemt som UTF-8. Gem den igen med tegnsættet UTF-8.",
                "The file is not saved as UTF-8. Save it again with the encoding UTF-8.",
                name=name,
                line=line,
            ) from None
    else:
        text = source.removeprefix("\ufeff")
        if len(text.encode("utf-8", "surrogatepass")) > max_bytes:
            raise too_large
    refuse_conflicts(text, name)
    # Checked here for a line number; PyYAML's reader gives only an offset.
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        raise _forbidden_character(forbidden.group(), name, *place_of(text, forbidden.start()))
    return text


def _forbidden_character(character: str, name: str, line: int, column: int, path: Path = ()) -> FileProblem:
    """Return the problem of a character that is not text."""
    if character in LINE_SEPARATORS or INVISIBLE.match(character):
        return FileProblem((invisible_problem(character, line, column, path),), name)
    code = f"U+{ord(character):04X}"
    return single_problem(
        f"Her står et tegn, som ikke er tekst ({code}). Slet det.",
        f"There is a character here that is not text ({code}). Delete it.",
        name=name,
        line=line,
        column=column,
        path=path,
    )


class _Builder:
    """From events to data; the recursion is never deeper than MAX_DEPTH."""

    def __init__(self, source: str, name: str, max_nodes: int, events: Any = None) -> None:
        self.name = name
        self.max_nodes = max_nodes
        self.nodes = 0
        self.positions: dict[Path, tuple[int, int]] = {}
        self.ends: dict[Path, tuple[int, int]] = {}
        self.source = source
        try:
            self.events = events or _Events(source)
        except yaml.YAMLError as error:
            raise self._syntax(error) from None

    def document(self) -> Document:
        """Return the document that the events describe. Raises FileProblem."""
        self._next()  # stream start
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            raise single_problem(
                "Filen er tom: der skal stå linjer med navn, kolon og værdi.",
                "The file is empty: there must be lines with a name, a colon and a value.",
                name=self.name,
                line=1,
            )
        if getattr(start, "version", None) or getattr(start, "tags", None):
            raise self._problem_at(
                start,
                (),
                "Linjer, der begynder med %, bruges ikke her. Slet linjen.",
                "Lines that begin with % are not used here. Delete the line.",
            )
        data = self._node(self._next(), (), 1)
        self._next()  # document end
        end = self._next()
        if not isinstance(end, yaml.StreamEndEvent):
            raise self._problem_at(
                end,
                (),
                "Filen må kun indeholde ét dokument. Slet linjen med --- og det, der følger.",
                "The file must hold one document only. Delete the line with --- and what follows.",
            )
        return Document(
            data,
            types.MappingProxyType(self.positions),
            self.name,
            types.MappingProxyType(self.ends),
            self.source,
        )

    def _next(self) -> yaml.Event:
        """Return the next event. Raises FileProblem where the text is not YAML."""
        try:
            event: yaml.Event = self.events.get_event()
        except yaml.YAMLError as error:
            raise self._syntax(error) from None
        except (ValueError, OverflowError, RecursionError, IndexError) as error:
            # PyYAML lets some through: "\UFFFFFFFF", a version number with 5,000 digits.
            raise single_problem(
                "Her står noget, der ikke er gyldig YAML, for eksempel et ukendt tegn efter \\.",
                "This is not valid YAML, for instance an unknown character after \\.",
                name=self.name,
                line=self.events.line + 1,
                column=self.events.column + 1,
            ) from error
        return event

    def _node(self, event: yaml.Event, path: Path, depth: int) -> Any:
        """Return the value that begins with an event; ``depth`` counts from 1. Raises FileProblem."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._problem_at(
                event,
                path,
                "Ankre og henvisninger (& og *) bruges ikke her. Skriv værdien ud, eller sæt "
                "teksten i anførselstegn.",
                "Anchors and aliases (& and *) are not used here. Write the "
                "value out, or put the text in quotes.",
            )
        if getattr(event, "tag", None) is not None:
            raise self._problem_at(
                event,
                path,
                "Typemærker (!) bruges ikke her. Slet mærket, eller sæt teksten i anførselstegn.",
                "Tags (!) are not used here. Delete the tag, or put the text in quotes.",
            )
        self.nodes += 1
        if self.nodes > self.max_nodes:
            raise self._problem_at(
                event,
                path,
                f"Filen har for mange værdier: højst {self.max_nodes}.",
                f"The file has too many values: at most {self.max_nodes}.",
            )
        if depth > MAX_DEPTH:
            raise self._problem_at(
                event,
                path,
                f"Filen er indlejret for dybt: højst {MAX_DEPTH} niveauer.",
                f"The file is nested too deeply: at most {MAX_DEPTH} levels.",
            )
        self.positions.setdefault(path, _place(event))
        if isinstance(event, yaml.ScalarEvent):
            self.ends[path] = _place(event, at_end=True)
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        """Return the list whose start has been read."""
        out: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            out.append(self._node(event, (*path, len(out)), depth + 1))
        return out

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        """Return the names and values of a group whose start has been read."""
        out: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._problem_at(
                    event,
                    path,
                    "Et navn foran kolon skal være tekst på én linje.",
                    "A name before a colon must be text on one line.",
                )
            key = event.value
            key_path: Path = (*path, key)
            invisible = INVISIBLE.search(key)
            if invisible:
                line, column = _place(event)
                at = column + (invisible.start() if event.style is None else 0)
                raise FileProblem((invisible_problem(invisible.group(), line, at, key_path),), self.name)
            if key == "<<":
                raise self._problem_at(
                    event,
                    key_path,
                    "Fletning med << bruges ikke her. Skriv værdierne ud.",
                    "Merging with << is not used here. Write the values out.",
                )
            if key in out:
                first = self.positions[key_path][0]
                raise self._problem_at(
                    event,
                    key_path,
                    f"»{sanitised(key)}« står to gange; første gang i linje {first}. Slet den ene.",
                    f"“{sanitised(key)}” stands twice; first in line {first}. Delete one of them.",
                )
            self._node(event, key_path, depth + 1)  # the key's own checks; its place is the value's place
            del self.ends[key_path]
            out[key] = self._node(self._next(), key_path, depth + 1)
        return out

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Scalar:
        """Return a single value: quoted ones as text, plain ones as what they look like."""
        value: str = event.value
        if len(value) > MAX_TEXT:
            raise self._problem_at(
                event,
                path,
                f"Teksten er for lang: højst {MAX_TEXT} tegn.",
                f"The text is too long: at most {MAX_TEXT} characters.",
            )
        forbidden = _FORBIDDEN.search(value)  # written as an escape, so the reader has not seen it
        if forbidden:
            raise _forbidden_character(forbidden.group(), self.name, *_place(event), path)
        return value if event.style else _typed(value)

    def _problem_at(self, event: yaml.Event, path: Path, da: str, en: str) -> FileProblem:
        """Return a problem at the place of an event."""
        line, column = _place(event)
        return single_problem(da, en, name=self.name, line=line, column=column, path=path)

    def _syntax(self, error: yaml.YAMLError) -> FileProblem:
        """Return the problem behind one of PyYAML's errors."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        technical = f"{getattr(error, 'context', None) or ''} {getattr(error, 'problem', None) or ''}"
        da, en = next(((da, en) for sign, da, en in _SYNTAX if sign in technical), _NOT_YAML)
        if _NO_COLON in technical:
            # The name itself; the parser has gone on to what follows it.
            mark = getattr(error, "context_mark", None) or mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return single_problem(da, en, name=self.name, line=line, column=column)


_NO_COLON: Final = "could not find expected ':'"
# What PyYAML says (a part of it), and what to tell a person.
_SYNTAX: Final = (
    (
        r"'\t' that cannot start",
        "Linjen er rykket ind med tabulator. Brug mellemrum.",
        "The line is indented with a tab. Use spaces.",
    ),
    (
        "mapping values are not allowed",
        "Her står et kolon for meget, eller linjen er rykket forkert ind. Sæt tekst med "
        "kolon i anførselstegn.",
        "There is a colon too many here, or the line is indented wrongly. Put text with a colon in quotes.",
    ),
    (
        _NO_COLON,
        "Linjen mangler et kolon efter navnet.",
        "The line lacks a colon after its name.",
    ),
    (
        "end of stream",
        "Filen slutter, før et anførselstegn eller en parentes er lukket.",
        "The file ends before a quote or a bracket is closed.",
    ),
    (
        "unknown escape",
        "Efter \\ i en tekst med dobbelte anførselstegn skal stå et kendt tegn. Brug enkelte anførselstegn.",
        "After \\ in a text with double quotes there must be a known character. Use single quotes.",
    ),
    (
        "undefined alias",
        "Henvisninger (*) bruges ikke her. Sæt teksten i anførselstegn.",
        "Aliases (*) are not used here. Put the text in quotes.",
    ),
    (
        "alphabetic or numeric character",
        "Her står & eller * uden for anførselstegn. Sæt teksten i anførselstegn.",
        "There is & or * outside quotes here. Put the text in quotes.",
    ),
    (
        "cannot start any token",
        "Teksten begynder med et særligt tegn. Sæt den i anførselstegn.",
        "The text begins with a special character. Put it in quotes.",
    ),
    (
        "block end",
        "Linjen er rykket ind på en anden måde end linjerne omkring den.",
        "The line is indented differently from the lines around it.",
    ),
    (
        "flow",
        "En liste i [ ] eller { } er skrevet forkert: der mangler et komma eller en parentes.",
        "A list in [ ] or { } is written wrongly: a comma or a bracket is missing.",
    ),
    (
        "undefined tag handle",
        "Typemærker (!) bruges ikke her. Sæt teksten i anførselstegn.",
        "Tags (!) are not used here. Put the text in quotes.",
    ),
)
_NOT_YAML: Final = (
    "Dette er ikke gyldig YAML. Se efter indrykning, kolon og anførselstegn.",
    "This is not valid YAML. Check indentation, colons and quotes.",
)


def _place(event: yaml.Event, *, at_end: bool = False) -> tuple[int, int]:
    """Return line and column (from 1) of an event."""
    mark = event.end_mark if at_end else event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _typed(text: str) -> Scalar:
    """Return a plain value as number, truth value or nothing where it is written as one, else as text."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
    return text
