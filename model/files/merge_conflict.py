"""Find what git leaves in a file where it could not merge two versions of it.

The marks (``<<<<<<<``, ``|||||||``, ``=======``, ``>>>>>>>``) are looked for in the text and not in the YAML: between
quotes and in blocks of text they are valid YAML, and nobody would notice them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from model.files.problems import FileProblem, Problem

# Seven of one kind as a word of their own. They may be indented, or stand in the middle of a line: a file with a
# conflict between quotes that was read and written again has all of it in one line.
_MARK: Final = re.compile(r"(?<!\S)(?:<{7}|\|{7}|={7}|>{7})(?!\S)")
_LINE_END: Final = re.compile(r"\r\n|[\n\r]")
_MOST_CONFLICTS: Final = 20


@dataclass(frozen=True)
class Conflict:
    """Lines (from 1) of the marks of one conflict; ``base`` is None where git does not show the older version.

    What is left of a conflict that was cleared up in part has one line alone: ``middle`` and ``end`` are None.
    """

    start: int
    base: int | None = None
    middle: int | None = None
    end: int | None = None


class MergeConflict(FileProblem):
    """A file that git could not merge. ``source`` is its text."""

    def __init__(self, conflicts: tuple[Conflict, ...], source: str, name: str = "") -> None:
        super().__init__((_problem(conflict) for conflict in conflicts[:_MOST_CONFLICTS]), name)
        self.source = source


def split_lines(text: str) -> list[str]:
    """Split a text into lines as editors count them: at line feed, carriage return, or both together."""
    return _LINE_END.split(text)


def refuse_conflicts(text: str, name: str = "") -> None:
    """Raise MergeConflict where a text holds marks of a conflict."""
    # Nearly every file has none of the marks: one search of the text is enough for it.
    if "<<<<<<<" not in text and ">>>>>>>" not in text and "|||||||" not in text:
        return
    conflicts = find_conflicts(text)
    if conflicts:
        raise MergeConflict(conflicts, text, name)


def find_conflicts(text: str) -> tuple[Conflict, ...]:
    """Return the conflicts of a text, and of each that was cleared up in part the mark that is left.

    A single mark counts only at the beginning of a line, where git writes it; ``=======`` alone never, as it
    underlines headings.
    """
    whole: list[Conflict] = []
    single: list[int] = []
    open_marks: dict[str, int] = {}
    for number, line in enumerate(split_lines(text), 1):
        for match in _MARK.finditer(line):
            mark = match.group()[0]
            if match.start() == 0 and mark != "=":
                single.append(number)
            if mark == "<":
                open_marks = {mark: number}
            elif mark == ">" and "=" in open_marks:
                start, base, middle = open_marks["<"], open_marks.get("|"), open_marks["="]
                whole.append(Conflict(start, base, middle, number))
                open_marks = {}
            elif "<" in open_marks and mark != ">":
                open_marks.setdefault(mark, number)
    in_whole = {line for c in whole for line in (c.start, c.base, c.end)}
    left_over = [Conflict(line) for line in single if line not in in_whole]
    return tuple(sorted([*whole, *left_over], key=lambda conflict: conflict.start))


def sides(text: str) -> tuple[list[str], list[str]] | None:
    """Return the lines of both versions, each line where it stands in ``text`` and empty where it is the other's.

    None where a conflict is not whole, so that nobody knows what belongs to which version.
    """
    conflicts = find_conflicts(text)
    lines = split_lines(text)
    ours, theirs = list(lines), list(lines)
    for conflict in conflicts:
        if conflict.middle is None or conflict.end is None or conflict.start == conflict.end:
            return None
        for line in range(conflict.start, conflict.end + 1):
            if not conflict.start < line < (conflict.base or conflict.middle):
                ours[line - 1] = ""
            if not conflict.middle < line < conflict.end:
                theirs[line - 1] = ""
    return ours, theirs


def left_over(line: int) -> Problem:
    """Return the problem of a single mark that is left of a conflict."""
    return Problem(
        line,
        1,
        (),
        "Her står en rest af en fletning i git. Slet linjen, og se efter, at kun den ene udgave er tilbage.",
        "This is left of a merge in git. Delete the line, and see that only one version is left.",
    )


def _problem(conflict: Conflict) -> Problem:
    """Return what to tell of a conflict, at its first line."""
    start, middle, end = conflict.start, conflict.middle, conflict.end
    if middle is None or end is None:
        return left_over(start)
    if start == end:
        return Problem(
            start,
            1,
            (),
            "git kunne ikke flette to udgaver af teksten i denne linje. Skriv teksten igen uden mærkerne "
            "<<<<<<<, ======= og >>>>>>>.",
            "git could not merge two versions of the text in this line. Write the text again without the marks "
            "<<<<<<<, ======= and >>>>>>>.",
        )
    last = (conflict.base or middle) - 1
    return Problem(
        start,
        1,
        (),
        f"git kunne ikke flette to udgaver af filen. Den ene {_where(start + 1, last, 'da')}, "
        f"den anden {_where(middle + 1, end - 1, 'da')}. "
        "Behold den ene, og slet mærkerne fra git (<<<<<<<, ======= og >>>>>>>).",
        f"git could not merge two versions of the file. One {_where(start + 1, last, 'en')}, "
        f"the other {_where(middle + 1, end - 1, 'en')}. "
        "Keep one of them and delete git's marks (<<<<<<<, ======= and >>>>>>>).",
    )


def _where(first: int, last: int, language: str) -> str:
    """Return where one of the versions stands, from its first to its last line."""
    english = language == "en"
    if last < first:
        return "has deleted the lines" if english else "har slettet linjerne"
    if first == last:
        return f"stands in line {first}" if english else f"står i linje {first}"
    return f"stands in lines {first} to {last}" if english else f"står i linje {first} til {last}"
