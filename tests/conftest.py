"""Fixtures that tests of pages share. What they need is imported when it is asked for: most tests need no page."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# No example fails for the time that it takes: a busy machine is no fault.
settings.register_profile("indsatskompas", deadline=None)
settings.load_profile("indsatskompas")
# What tests say of the first page is said of the figures of 2020, which no new month moves; tests of others name them.
os.environ["INDSATSKOMPAS_BASELINE"] = "2020"
PATIENCE = 240.0
# As many draws as a page needs to have bands, chances and shares.
FEW_DRAWS = 16
# The answers of the pages' queues with few draws, which must not be taken for those with many.
_ANSWERS_OF_FEW: dict[tuple[str, int], OrderedDict[Any, Any]] = {}


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


@pytest.fixture(scope="module", autouse=True)
def draws(request: pytest.FixtureRequest) -> Iterator[int]:
    """Make 16 draws where nobody names a number: in most tests the number of draws does not matter.

    A module in which it does says ``DRAWS = 128`` (or another number).
    """
    from model.uncertainty.draws import DEFAULT_COUNT, are_ready, draws_for
    from pages.session import jobs

    count = getattr(request.module, "DRAWS", FEW_DRAWS)
    if count == DEFAULT_COUNT:
        yield count
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(draws_for.__kwdefaults__, "count", count)
        patch.setattr(are_ready, "__defaults__", (count, *are_ready.__defaults__[1:]))
        for name in ("DRAWS", "BANDS", "STUDIES"):
            answers = _ANSWERS_OF_FEW.setdefault((name, count), OrderedDict())
            patch.setattr(getattr(jobs, name), "_kept", answers)
        yield count


@pytest.fixture
def visit() -> Any:
    """Return a visitor who has done nothing yet."""
    from tests.pages.cases import new_visit

    return new_visit()
