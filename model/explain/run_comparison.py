"""A run beside its baseline: the means, changes and lever values that all explanations read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUPS, OFFER_GROUPS, WEEKS_PER_YEAR
from model.language.catalogue import group_name, has_text, number
from model.language.messages import Localized, Message, Phrase, joined
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

YEAR_WEEKS: Final = WEEKS_PER_YEAR
PERSON: Final = 0.5  # smaller changes in full-time persons or places are not reported
_MAX_NAMED_GROUPS: Final = 3
_ONE: Final = "1"


@dataclass(frozen=True, eq=False)
class RunComparison:
    """A run beside its baseline: means of the last 52 weeks, all origins together."""

    run: Outcome
    base: Outcome

    def mean(self, name: str, outcome: Outcome) -> Floats:
        """Return a field's mean over the last year by target group: [G] or [G, n]."""
        return totals_by_group(outcome).last_year(name)

    def change(self, name: str) -> Floats:
        """Return the difference of the last year's means by target group: [G] or [G, n]."""
        return self.mean(name, self.run) - self.mean(name, self.base)

    def lever(self, name: str) -> tuple[Floats, Floats]:
        """Return a lever's mean over the last year, baseline and scenario: [G] or scalar arrays."""
        return (
            np.asarray(getattr(self.base.paths, name)[-YEAR_WEEKS:].mean(axis=0)),
            np.asarray(getattr(self.run.paths, name)[-YEAR_WEEKS:].mean(axis=0)),
        )

    def moved(self, name: str) -> NDArray[np.bool_]:
        """Return where a lever differs from the baseline at any time: [G] or a scalar."""
        return np.asarray((getattr(self.run.paths, name) != getattr(self.base.paths, name)).any(axis=0))

    def earlier(self, name: str) -> NDArray[np.bool_]:
        """Return the target groups [G] in which a lever of weeks comes before the baseline's at any time."""
        return np.asarray((getattr(self.run.paths, name) < getattr(self.base.paths, name)).any(axis=0))


def message(key: str, **values: object) -> Message:
    """Return a text of ``explain``; one person or place (field ``n``) has a text of its own where there is one."""
    key = f"explain.{key}"
    n = values.get("n")
    if isinstance(n, Phrase) and n.da == _ONE and has_text(f"{key}_one", "da"):
        key += "_one"
    return Message(key, **values)


def figure(value: float, decimals: int = 0, *, signed: bool = False) -> Phrase:
    """Return a number for a message."""
    return Phrase(number, value, decimals=decimals, signed=signed)


def groups_phrase(groups: Iterable[int]) -> Localized:
    """Return the names of target groups, by number, for the middle of a sentence."""
    chosen = list(groups)
    if len(chosen) >= len(OFFER_GROUPS):
        return message("all_groups")
    if len(chosen) > _MAX_NAMED_GROUPS:
        return message("many_groups", n=figure(len(chosen)))
    return Phrase(joined, [group_phrase(g) for g in chosen], separator=", ")


def group_phrase(group: int) -> Phrase:
    """Return the name of a target group, by number, for the middle of a sentence."""
    return Phrase(_name_inside, GROUPS[group])


def _name_inside(group: str, language: str) -> str:
    """Return a target group's name without a capital, unless it is an abbreviation."""
    name = group_name(group, language, short=True)
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
