"""Say which rules hold when: dated rule sets, each with what it changes, how certain that is, and its sources.

A scenario names the rules it runs under: ``2021-01`` for those of the source documents' time for ever, ``dated`` for
each set from its date on, ``start`` for those that hold at the scenario's start, for ever.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from model.domain import GROUP_INDEX, GROUPS, N_GROUPS
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.language.messages import LocalizedError, Message, Text

# The rules of the source documents' time: what files of format 1 mean.
FIRST_RULES: Final = "2021-01"
DATED: Final = "dated"
AS_AT_START: Final = "start"
RULES: Final = (FIRST_RULES, DATED, AS_AT_START)
Status = Literal["in_force", "adopted", "expected", "assumption"]
Kind = Literal["rates", "groups", "flows", "duties", "finance"]
# In the order in which a rule set is told.
KINDS_OF_CONTENT: Final[tuple[Kind, ...]] = ("groups", "flows", "duties", "rates", "finance")


class UnknownRules(LocalizedError, LookupError):
    """There are no rules of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(Message("parameters.error.unknown_rules", name=name[:20], known=", ".join(RULES)))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleChange(_Part):
    """One thing that a rule set changes, in words. ``modelled``: the model follows it; else it is told only."""

    kind: Kind
    text: Text
    source: str
    modelled: bool = False


class NarrowedLever(_Part):
    """A lever that reaches fewer people from the date on than the model reckons with, in words."""

    lever: str
    group: str | None = None  # None: of all target groups, or a lever of the municipality
    text: Text


class GroupName(_Part):
    """What a target group is called; ``short`` where there is little room."""

    name: Text
    short: Text


class RuleSet(_Part):
    """What changes at one date."""

    from_: datetime.date = Field(alias="from")
    status: Status
    title: Text
    changes: tuple[RuleChange, ...] = Field(default=(), strict=False)
    # Target groups that nobody enters from the date on; those inside run off.
    closed: tuple[str, ...] = Field(default=(), strict=False)
    narrows: tuple[NarrowedLever, ...] = Field(default=(), strict=False)
    # What a target group is called from the date on.
    names: Mapping[str, GroupName] = {}


@lru_cache(maxsize=1)
def rule_sets() -> tuple[RuleSet, ...]:
    """Return all rule sets by date. Raises FileProblem; ValueError where a file names no target group."""
    sets = []
    for path in sorted((DATA_FOLDER / "rules").glob("*.yaml")):
        one = RuleSet.model_validate(load_data_file(path).data)
        if path.stem != f"{one.from_:%Y-%m}" or not {*one.closed, *one.names} <= set(GROUPS):
            raise ValueError(f"{path.name}: the date or a target group is wrong")
        sets.append(one)
    return tuple(sets)


def check_rules(name: str) -> None:
    """Raise UnknownRules where there are no rules of that name."""
    if name not in RULES:
        raise UnknownRules(name)


def sets_at(rules: str, date: datetime.date, start: datetime.date) -> tuple[RuleSet, ...]:
    """Return the sets that hold at ``date`` in a run from ``start``, the oldest first."""
    if rules == FIRST_RULES:
        return tuple(one for one in rule_sets() if f"{one.from_:%Y-%m}" == FIRST_RULES)
    last = min(date, start) if rules == AS_AT_START else date
    return tuple(one for one in rule_sets() if one.from_ <= last)


def sets_passed(rules: str, start: datetime.date, end: datetime.date) -> tuple[RuleSet, ...]:
    """Return the sets that come into force after ``start`` and before ``end``: what changes within a run."""
    if rules != DATED:
        return ()
    return tuple(one for one in rule_sets() if start < one.from_ < end)


def name_at(group: str, rules: str, date: datetime.date, start: datetime.date) -> GroupName | None:
    """Return what a target group is called at a date, None where it is called as it always was."""
    names = [one.names[group] for one in sets_at(rules, date, start) if group in one.names]
    return names[-1] if names else None


def entry_by_week(rules: str, weeks: NDArray[np.datetime64], start: datetime.date) -> NDArray[np.float64]:
    """Return which target groups may be entered, by week: 1 open, 0 closed [T, G]. ``weeks`` are Mondays."""
    entry = np.ones((len(weeks), N_GROUPS))
    if rules == FIRST_RULES:
        return entry
    for one in rule_sets():
        if rules == AS_AT_START and one.from_ > start:
            continue
        since = weeks >= np.datetime64(one.from_, "D")
        for group in one.closed:
            entry[since, GROUP_INDEX[group]] = 0.0
    return entry


def least_certain(sets: Sequence[RuleSet]) -> Status:
    """Return the status that a result resting on these sets has: that of the least certain."""
    order: tuple[Status, ...] = ("in_force", "adopted", "expected", "assumption")
    return max((one.status for one in sets), key=order.index, default="in_force")
