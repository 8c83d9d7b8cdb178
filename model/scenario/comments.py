"""Keep the comments of a scenario's file when it is written anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.files import strict_yaml
from model.files.problems import FileProblem, Path
from model.files.strict_yaml import Document


@dataclass(frozen=True)
class _Comments:
    above: Mapping[tuple[Any, ...], tuple[str, ...]]
    beside: Mapping[tuple[Any, ...], str]
    below: tuple[str, ...]


def with_comments(text: str, previous: str) -> str:
    """Put the comments of the previous text into the new one, at what they stood above or beside."""
    try:
        old = strict_yaml.load(previous)
    except FileProblem:
        return text  # what cannot be read has no places to keep comments at
    comments = _comments(previous, old)
    new = strict_yaml.load(text)
    first_at: dict[int, Path] = {}
    for path, (line, _) in new.positions.items():
        if path and (line not in first_at or len(path) < len(first_at[line])):
            first_at[line] = path
    last_line_of = {path: end[0] - (end[1] == 1) for path, end in new.ends.items()}
    above, beside = dict(comments.above), dict(comments.beside)
    out: list[str] = []
    beside_line: dict[int, str] = {}
    for path, (line, _) in new.positions.items():
        name = _lasting(path, new.data)
        if name in beside:
            beside_line[last_line_of.get(path, line)] = beside.pop(name)
    lines = text.splitlines()
    for number, content in enumerate(lines, 1):
        path_at_line = first_at.get(number)
        if path_at_line is not None:
            indent = content[: len(content) - len(content.lstrip())]
            out.extend(indent + comment for comment in above.pop(_lasting(path_at_line, new.data), ()))
        comment = beside_line.get(number)
        # A comment cannot stand in a block of text.
        if comment is not None and _takes_comment(number, new):
            content = f"{content}  {comment}"
        elif comment is not None:
            out.append(comment)
        out.append(content)
    orphans = [comment for block in above.values() for comment in block] + list(beside.values())
    out.extend([*comments.below, *(o for o in orphans if o not in comments.below)])
    return "\n".join(out) + "\n"


def _takes_comment(line: int, document: Document) -> bool:
    """Return whether a comment may stand behind a line: not inside or at the head of a block of text."""
    for path, (end, column) in document.ends.items():
        if document.positions[path][0] <= line < end and column == 1:
            return False
    return True


def _comments(source: str, document: Document) -> _Comments:
    """Return the comments of a text by what they stand above or beside."""
    lines = source.removeprefix("\ufeff").splitlines()
    in_text: set[int] = set()
    for path, (end, column) in document.ends.items():
        start = document.positions[path][0]
        in_text.update(range(start + 1, end + (column > 1)))
    first_at: dict[int, Path] = {}
    last_at: dict[int, Path] = {}
    for path, (line, _) in document.positions.items():
        if path and (line not in first_at or len(path) < len(first_at[line])):
            first_at[line] = path
        if path and (line not in last_at or len(path) > len(last_at[line])):
            last_at[line] = path
    above: dict[tuple[Any, ...], tuple[str, ...]] = {}
    beside: dict[tuple[Any, ...], str] = {}
    waiting: list[str] = []
    for number, content in enumerate(lines, 1):
        if number in in_text and not _ends_here(number, document):
            continue
        if content.lstrip().startswith("#") and number not in in_text:
            waiting.append(content.strip())
            continue
        path_at_line = first_at.get(number)
        if path_at_line is not None and waiting:
            above[_lasting(path_at_line, document.data)] = tuple(waiting)
            waiting = []
        beside_value = _beside(number, content, document, last_at.get(number))
        if beside_value is not None:
            beside[_lasting(beside_value[0], document.data)] = beside_value[1]
    return _Comments(above, beside, tuple(waiting))


def _ends_here(line: int, document: Document) -> bool:
    """Return whether a value ends in this line."""
    return any(end == line and column > 1 for end, column in document.ends.values())


def _beside(line: int, content: str, document: Document, last: Path | None) -> tuple[Path, str] | None:
    """Return the comment behind a value, or behind a name without one, and the path it stands beside."""
    for path, (end, column) in document.ends.items():
        if end == line and column > 1:
            rest = re.fullmatch(r"\s+(#.*)", content[column - 1 :])
            if rest and path:
                return path, rest.group(1).rstrip()
    if last is not None and last not in document.ends:
        rest = re.search(r":\s+(#.*)", content[document.positions[last][1] - 1 :])
        if rest:
            return last, rest.group(1).rstrip()
    return None


def _lasting(path: Path, data: Any) -> tuple[Any, ...]:
    """Return a path whose entries of lists are named by what they are and not by their number."""
    out: list[Any] = []
    for step in path:
        data = data[step]
        if isinstance(step, int) and isinstance(data, dict):
            words = [data.get(k) for k in ("lever", "group", "parameter", "from")]
            out.append(tuple(str(w) for w in words if w is not None) or step)
        else:
            out.append(step)
    return tuple(out)
