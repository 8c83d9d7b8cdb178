"""Hold a figure of both runs, and of the administration's proposal where one is chosen, as bars and tables show it."""

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
    third: float | None = None  # in the administration's proposal; None: none is drawn
    third_text: str = ""

    @property
    def high(self) -> float:
        """Return the largest of them."""
        return max(self.before, self.after, self.third or 0.0)
