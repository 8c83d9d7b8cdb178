"""Clean what an author types, and part a scenario's runs from it.

What is kept for all visitors holds nobody's texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from model.files.invisible_characters import INVISIBLE
from model.scenario.parts import DIRECTION, TEXT_LENGTH, Change
from model.scenario.scenario import Scenario

# Line ends of word processors and of other machines.
_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control, surrogate, private and unassigned characters: a scenario file takes none of them.
_NOT_WRITTEN: Final = ("Cc", "Cs", "Co", "Cn")


def as_typed(typed: str, length: int = TEXT_LENGTH, *, lines: bool = True) -> str:
    """Return what somebody typed or pasted as a scenario can hold it: at most ``length`` characters, no hidden ones.

    Line ends of other programs become ordinary ones (blanks unless ``lines``), tabs blanks; what nobody can see goes.
    A text of invisible characters alone is none.
    """
    written = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", typed)).replace("\t", " ")
    if not lines:
        written = written.replace("\n", " ")
    kept = "".join(
        character
        for character in written
        if character == "\n"
        or not (unicodedata.category(character) in _NOT_WRITTEN or character in DIRECTION)
    )
    return kept.strip()[:length].strip() if INVISIBLE.sub("", kept).strip() else ""


def without_texts(scenario: Scenario) -> Scenario:
    """Return the scenario with all that moves a run and no text of its author; its key is the same.

    Answers that are kept by ``Scenario.key`` serve everyone who asks the same, so they are made of this.
    """
    return without_reasons(scenario).copy_with(name=scenario.municipality, author="")


def without_reasons(scenario: Scenario) -> Scenario:
    """Return the scenario with its name and author and no other text, as it stands beside another one."""
    return scenario.copy_with(
        description="",
        changes=tuple(change.model_copy(update={"why": ""}) for change in scenario.changes),
        assumptions=tuple(own.model_copy(update={"why": ""}) for own in scenario.assumptions),
        cards=(),
        workshop=None,
        results=None,
    )


def with_changes_of(scenario: Scenario, answer: Scenario) -> Scenario:
    """Return a scenario with the changes of an answer to it, and with all that its own author wrote.

    A change keeps the reason that the scenario gives for it: the one of the same day, else the lever's last.
    """
    by_day = {(*change.target, change.from_): change.why for change in scenario.changes}
    by_lever: Mapping[tuple[str, str | None], str] = {c.target: c.why for c in scenario.changes}

    def with_reason(change: Change) -> Change:
        """Return a change of the answer with the scenario's reason."""
        why = by_day.get((*change.target, change.from_), by_lever.get(change.target, ""))
        return change.model_copy(update={"why": why})

    changes = tuple(with_reason(change) for change in answer.changes)
    return scenario.copy_with(changes=changes, results=None)
