"""Undo and redo: the states of a visit, one per gesture. Immutable; every move gives a new history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from model.scenario.scenario import Scenario

Kind = Literal["start", "moved", "reset", "opened"]

# Older states fall out at the far end; what is on screen never does.
MOST_STEPS: Final = 200


@dataclass(frozen=True)
class Step:
    """A state and how the visitor came to it."""

    scenario: Scenario
    kind: Kind = "moved"


@dataclass(frozen=True)
class History:
    """All states in order, and which of them is on screen."""

    steps: tuple[Step, ...]
    at: int = 0

    @property
    def current(self) -> Scenario:
        """Return the scenario on screen."""
        return self.steps[self.at].scenario

    @property
    def can_undo(self) -> bool:
        """Return whether there is a state before this one."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Return whether there is a state that was undone."""
        return self.at < len(self.steps) - 1

    def append(self, scenario: Scenario, kind: Kind = "moved") -> History:
        """Return the history with a state after this one and nothing to redo; the same state again changes nothing."""
        if scenario == self.current:
            return self
        steps = (*self.steps[: self.at + 1], Step(scenario, kind))[-MOST_STEPS:]
        return History(steps, len(steps) - 1)

    def replace_current(self, scenario: Scenario) -> History:
        """Return the history with another name or description of the state on screen, which is no step of its own."""
        steps = list(self.steps)
        steps[self.at] = replace(steps[self.at], scenario=scenario)
        return History(tuple(steps), self.at)

    def undo(self) -> History:
        """Return the history one state back, or the same where there is none."""
        return self.go_to(self.at - 1)

    def redo(self) -> History:
        """Return the history one state forward, or the same where there is none."""
        return self.go_to(self.at + 1)

    def go_to(self, index: int) -> History:
        """Return the history at the state of that number; nothing is forgotten."""
        return replace(self, at=index) if 0 <= index < len(self.steps) else self
