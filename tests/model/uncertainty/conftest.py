"""Share a few draws and their bands between the tests of uncertainty."""

from __future__ import annotations

import pytest

from model.uncertainty.draws import Draws, draws_for
from tests.model.uncertainty.cases import COUNT, SEED, ballerup


@pytest.fixture(scope="module")
def drawn() -> Draws:
    return draws_for(ballerup(), count=COUNT, seed=SEED)
