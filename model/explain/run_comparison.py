"""A run beside its baseline: the means, changes and lever values that all explanations read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, GROUPS, OFFER_GROUPS, WEEKS_PER_YEAR
from model.language.catalogue import group_name, has_text, number, text
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

YEAR_WEEKS: Final = WEEKS_PER_YEAR
PERSON: Final = 0.5  # smaller changes in full-time persons or places are not told
_ONE: Final = "1"


@dataclass(frozen=True, eq=False)
class RunComparison:
    """A run beside its baseline: means of the last 52 weeks, all origins together."""

    run: Outcome
    base: Outcome
    language: str

    def says(self, key: str, **values: Any) -> str:
        """A text; one person or place has words of its own where the number is the text's ``n``."""
        key = f"explain.{key}"
        if values.get("n") == _ONE and has_text(f"{key}_one", self.language):
            key += "_one"
        return text(key, self.language, **values)

    def n(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        return number(value, self.language, decimals, signed=signed)

    def mean(self, name: str, outcome: Outcome) -> Floats:
        return totals_by_group(outcome).last_year(name)

    def change(self, name: str) -> Floats:
        """Difference of the last year's means by target group: [G] or [G, n]."""
        return self.mean(name, self.run) - self.mean(name, self.base)

    def lever(self, name: str) -> tuple[Floats, Floats]:
        """A lever's mean over the last year, baseline and scenario: [G] or scalar arrays."""
        return (
            np.asarray(getattr(self.base.paths, name)[-YEAR_WEEKS:].mean(axis=0)),
            np.asarray(getattr(self.run.paths, name)[-YEAR_WEEKS:].mean(axis=0)),
        )

    def moved(self, name: str) -> NDArray[np.bool_]:
        """Where a lever differs from the baseline at any time: [G] or a scalar."""
        return np.asarray((getattr(self.run.paths, name) != getattr(self.base.paths, name)).any(axis=0))

    def groups(self, chosen: Iterable[int]) -> str:
        """Names of target groups in a sentence."""
        names = [GROUPS[g] for g in chosen]
        if len(names) >= len(OFFER_GROUPS):
            return self.says("all_groups")
        if len(names) > 3:
            return self.says("many_groups", n=self.n(len(names)))
        return ", ".join(self.group(GROUP_INDEX[g]) for g in names)

    def group(self, g: int) -> str:
        """Name of one target group inside a sentence: no capital unless it is an abbreviation."""
        name = group_name(GROUPS[g], self.language, short=True)
        return name if name[:2].isupper() else name[:1].lower() + name[1:]
