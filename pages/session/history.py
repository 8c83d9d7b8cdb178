"""Undo and redo: the states a visitor has been in, one per gesture. Immutable; every move gives a new history."""

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
        """The scenario on screen."""
        return self.steps[self.at].scenario

    @property
    def can_undo(self) -> bool:
        """Whether there is a state before this one."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a state that was undone."""
        return self.at < len(self.steps) - 1

    def append(self, scenario: Scenario, kind: Kind = "moved") -> History:
        """A new state after this one; what was undone is forgotten. The same state again changes nothing."""
        if scenario == self.current:
            return self
        steps = (*self.steps[: self.at + 1], Step(scenario, kind))[-MOST_STEPS:]
        return History(steps, len(steps) - 1)

    def replace_current(self, scenario: Scenario) -> History:
        """The state on screen with other words in it (a name, a description): no step of its own."""
        steps = list(self.steps)
        steps[self.at] = replace(steps[self.at], scenario=scenario)
        return History(tuple(steps), self.at)

    def undo(self) -> History:
        """One state back, or the same where there is none."""
        return self.go_to(self.at - 1)

    def redo(self) -> History:
        """One state forward, or the same where there is none."""
        return self.go_to(self.at + 1)

    def go_to(self, index: int) -> History:
        """The state of that number; nothing is forgotten."""
        return replace(self, at=index) if 0 <= index < len(self.steps) else self
