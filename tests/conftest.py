"""Fixtures that tests of pages share. What they need is imported when it is asked for: most tests need no page."""

from __future__ import annotations

import os
from typing import Any

import pytest

PATIENCE = 240.0
# As many draws as a page needs to have bands, chances and shares.
FEW_DRAWS = 16
# The answers of the pages' queues with few draws, which must not be taken for those with many.
_ANSWERS_OF_FEW: dict[str, Any] = {}


def pytest_xdist_auto_num_workers() -> int:
    """Use one worker more than there are cores with ``-n logical``, since browser tests wait much of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def engine() -> None:
    """Load the model as the app does: in its own thread."""
    from pages.shell import startup

    startup.start()
    assert startup.wait(PATIENCE), "the model was not ready in time"
    assert not startup.has_failed()


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make 16 draws where nobody names a number, for tests in which the number of draws does not matter."""
    from collections import OrderedDict

    from model.uncertainty.draws import are_ready, draws_for
    from pages.session import jobs

    monkeypatch.setitem(draws_for.__kwdefaults__, "count", FEW_DRAWS)
    monkeypatch.setattr(are_ready, "__defaults__", (FEW_DRAWS, *are_ready.__defaults__[1:]))
    for name in ("DRAWS", "BANDS", "STUDIES"):
        answers = _ANSWERS_OF_FEW.setdefault(name, OrderedDict())
        monkeypatch.setattr(getattr(jobs, name), "_kept", answers)
    return FEW_DRAWS


@pytest.fixture
def visit() -> Any:
    """Return a visitor who has done nothing yet."""
    from tests.pages.cases import new_visit

    return new_visit()
