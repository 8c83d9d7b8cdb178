"""Find what a parser stumbled over by trying: with one line put right, is the text read further?

The parser tells what it met, which is often not what the writer did: a no-break space is to it a missing colon, a text
that a comment has cut is a wrong indentation in the line after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from model.files.invisible_characters import INVISIBLE, invisible_problem, plain_spaces
from model.files.merge_conflict import left_over, split_lines
from model.files.problems import FileProblem, Problem, sanitised

# How many lines before the one that the parser names may hold what it stumbled over.
_LINES_BEFORE: Final = 3
_MIDDLE_MARK: Final = "======="
# A comment behind a text; the sign is no comment where it stands within quotes, and then the trial fails.
_COMMENT: Final = re.compile(r"(?<=\S) +(#.*)")


def explained(problem: FileProblem, source: str, read: Callable[[str], Any]) -> FileProblem:
    """Return the problem of a text that cannot be parsed, or what brought it about where a trial shows that.

    ``read`` reads a text and raises FileProblem where it cannot.
    """
    first = problem.problems[0]
    lines = split_lines(source)
    for number in range(min(first.line, len(lines)), max(first.line - 1 - _LINES_BEFORE, 0), -1):
        for repaired, fault in _trials(lines[number - 1], number):
            tried = "\n".join((*lines[: number - 1], repaired, *lines[number:]))
            if _reads_on(tried, max(first.line, number), read):
                return FileProblem((fault,), problem.name)
    return problem


def lost_text(comment: str) -> tuple[str, str]:
    """Return what to tell of a comment that may belong to a text, in Danish and English."""
    rest = sanitised(comment)
    return (
        f"»{rest}« er ikke med i teksten: # efter et mellemrum begynder en bemærkning i YAML. "
        "Sæt hele teksten i anførselstegn, hvis det skal med.",
        f"“{rest}” is not part of the text: # after a blank begins a comment in YAML. "
        "Put the whole text in quotes if it belongs to it.",
    )


def _trials(line: str, number: int) -> Iterator[tuple[str, Problem]]:
    """Yield a line put right in each way that may help, and the problem that it has if it does."""
    invisible = INVISIBLE.search(line)
    if invisible:
        fault = invisible_problem(invisible.group(), number, invisible.start() + 1)
        yield INVISIBLE.sub(" ", line), fault
        yield plain_spaces(line), fault
    comment = _COMMENT.search(line)
    if comment:
        at = comment.start(1)
        yield (
            f"{line[:at]}-{line[at + 1 :]}",
            Problem(number, at + 1, (), *lost_text(comment.group(1).rstrip())),
        )
    if line.rstrip() == _MIDDLE_MARK:
        yield "", left_over(number)


def _reads_on(text: str, line: int, read: Callable[[str], Any]) -> bool:
    """Return whether a text is read to its end, or at least beyond a line."""
    try:
        read(text)
    except FileProblem as left:
        return left.problems[0].line > line
    return True
