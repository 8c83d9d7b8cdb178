"""Hold a figure of both runs, as bars and tables show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """One figure in both runs: for the bars, the label beside them, and the table."""

    label: str
    before: float
    after: float
    text: str
    figures: tuple[str, str, str]  # baseline, scenario, difference
    suppressed: bool

    @property
    def high(self) -> float:
        """Return the larger of the two."""
        return max(self.before, self.after)
