"""Run long work once for several commands that ask the same: a search in words and as JSON, for instance."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# Told to whoever waits; moves no answer.
_BESIDE_THE_QUESTION = ("progress", "cancel")


class Remembered:
    """A function that answers from memory what it has been asked before."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.answers: dict[str, Any] = {}

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return the answer to a question; municipalities and scenarios are told apart by their keys."""
        asked = [
            *arguments,
            *((name, named[name]) for name in sorted(named) if name not in _BESIDE_THE_QUESTION),
        ]
        question = repr([getattr(part, "key", part) for part in asked])
        if question not in self.answers:
            self.answers[question] = self.function(*arguments, **named)
        return self.answers[question]


@contextlib.contextmanager
def remembering(module: str, name: str, *users: str) -> Iterator[Remembered]:
    """Let a module's function answer from memory while the block runs, also in modules that have imported it."""
    remembered = Remembered(getattr(importlib.import_module(module), name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{module}.{name}", remembered)
        for user in users:
            if hasattr(importlib.import_module(user), name):
                patch.setattr(f"{user}.{name}", remembered)
        yield remembered
