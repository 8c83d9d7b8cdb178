"""What is wrong in a file, told to the person who wrote it: where, what stands there, what would be right.

The reader's wording stands in the code, in both languages, and not in the text catalogues: those are read
with the same reader, and a broken catalogue must still be able to say so.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]

# How far a misspelt name may be from the one that is offered (difflib's ratio).
_NEAREST_CUTOFF = 0.55
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Problem:
    """One fault at one place. Line and column count from 1; 0 where the fault belongs to the whole file."""

    line: int
    column: int
    path: Path
    da: str
    en: str

    def text(self, language: str) -> str:
        """Return the message alone, in "da" or "en"."""
        return self.en if language == "en" else self.da


class FileProblem(ValueError):
    """A file (or a link) that cannot be used. Nothing of it has been loaded."""

    def __init__(self, problems: Iterable[Problem], name: str = "") -> None:
        self.problems = tuple(problems)
        self.name = name
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """Return one line per problem: ``navn.yaml, linje 8, tegn 3: ...``."""
        return "\n".join(self.lines(language))

    def lines(self, language: str) -> tuple[str, ...]:
        """Return one text per problem, with its place in front."""
        return located(self.problems, self.name, language)

    def named(self, name: str) -> FileProblem:
        """Return the same problems under another file name."""
        return FileProblem(self.problems, name)


def located(problems: Iterable[Problem], name: str, language: str) -> tuple[str, ...]:
    """Return one text per problem of a file, with its place in front: ``navn.yaml, linje 8, tegn 3: ...``."""
    line_word, column_word = ("line", "column") if language == "en" else ("linje", "tegn")
    out = []
    for problem in problems:
        place = [sanitised(name)] if name else []
        if problem.line:
            place.append(f"{line_word} {problem.line}")
            if problem.column:
                place.append(f"{column_word} {problem.column}")
        head = ", ".join(place)
        out.append(f"{head}: {problem.text(language)}" if head else problem.text(language))
    return tuple(out)


def single_problem(
    da: str, en: str, *, name: str = "", line: int = 0, column: int = 0, path: Path = ()
) -> FileProblem:
    """Return a FileProblem that holds a single problem."""
    return FileProblem((Problem(line, column, path, da, en),), name)


def sanitised(value: object) -> str:
    """Return a value from a file for a message: one line, no control characters, not too long."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value)[:1000])
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def number_text(value: object) -> str:
    """Return a number as it is written: 400 rather than 400.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return sanitised(value)


def quoted(value: object, language: str) -> str:
    """Return what stands in the file as a message quotes it."""
    if value is None:
        return "nothing" if language == "en" else "ingenting"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, str):
        return f"“{sanitised(value)}”" if language == "en" else f"»{sanitised(value)}«"
    if isinstance(value, Mapping):
        return "a group of names" if language == "en" else "en gruppe af navne"
    if isinstance(value, list | tuple):
        return "a list" if language == "en" else "en liste"
    return sanitised(value)


def nearest(word: object, names: Iterable[str]) -> str | None:
    """Return the name that a misspelt word most likely meant, or None."""
    candidates = {name.casefold(): name for name in names}
    matches = difflib.get_close_matches(str(word)[:200].casefold(), candidates, n=1, cutoff=_NEAREST_CUTOFF)
    return candidates[matches[0]] if matches else None


def suggestion(word: object, names: Iterable[str], language: str, most: int = 20) -> str:
    """Return ``Mente du »x«?``, or all names where none is near and they are few; with a leading blank."""
    names = tuple(names)
    name = nearest(word, names)
    if name is not None:
        return f" Did you mean “{name}”?" if language == "en" else f" Mente du »{name}«?"
    if names and len(names) <= most:
        listed = ", ".join(names)
        return f" Possible: {listed}." if language == "en" else f" Muligt: {listed}."
    return ""


# What the system says most often, in Danish and English; the rest is told in the system's own words.
_SYSTEM = {
    errno.EACCES: ("adgang er nægtet", "permission denied"),
    errno.EPERM: ("adgang er nægtet", "permission denied"),
    errno.EROFS: ("der kan kun læses her", "it can only be read"),
    errno.ENOENT: ("den findes ikke", "it does not exist"),
    errno.EISDIR: ("det er en mappe", "it is a folder"),
    errno.ENOTDIR: ("en del af stien er ikke en mappe", "a part of the path is not a folder"),
    errno.ENAMETOOLONG: ("navnet er for langt", "the name is too long"),
    errno.ELOOP: ("genvejen fører i ring", "the link leads in a circle"),
    errno.ENOSPC: ("disken er fuld", "the disk is full"),
    errno.EDQUOT: ("disken er fuld", "the disk is full"),
    errno.EIO: ("disken svarer ikke", "the disk does not answer"),
    errno.EILSEQ: (
        "maskinen kan ikke skrive æ, ø og å i navne; start programmet med PYTHONUTF8=1",
        "the machine cannot write æ, ø and å in names; start the program with PYTHONUTF8=1",
    ),
}
# Windows' own numbers: a file that another program has open cannot be replaced, renamed or removed there. It says
# the first also where one may not.
OPEN_ELSEWHERE = (5, 32, 33)


def system_reason(error: OSError | ValueError, language: str) -> str:
    """Return why the system refused, in "da" or "en"."""
    if getattr(error, "winerror", None) in OPEN_ELSEWHERE:
        return (
            "another program has the file open, or permission is denied"
            if language == "en"
            else "et andet program har filen åben, eller adgang er nægtet"
        )
    known = _SYSTEM.get(getattr(error, "errno", None) or 0)
    if known is not None:
        return known[1] if language == "en" else known[0]
    return sanitised(getattr(error, "strerror", None) or error)
