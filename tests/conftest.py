"""Fixtures that tests of pages share. What they need is imported when it is asked for: most tests need no page."""

from __future__ import annotations

from typing import Any

import pytest

PATIENCE = 240.0


@pytest.fixture(scope="session")
def engine() -> None:
    """The model as the app loads it: in its own thread."""
    from pages.shell import startup

    startup.start()
    assert startup.wait(PATIENCE), "the model was not ready in time"
    assert not startup.has_failed()


@pytest.fixture
def visit() -> Any:
    """A visitor who has done nothing yet."""
    from tests.pages.cases import new_visit

    return new_visit()
