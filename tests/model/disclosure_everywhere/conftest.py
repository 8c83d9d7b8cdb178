"""Share two small municipalities between the tests of suppression."""

from __future__ import annotations

import pytest

from model.scenario.files import write_scenario
from tests.model.disclosure_everywhere.cases import Small, plan


@pytest.fixture(scope="module", params=["laesoe", "samsoe"])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Small:
    path = tmp_path_factory.mktemp("small") / f"{request.param}.yaml"
    scenario = plan(request.param)
    path.write_text(write_scenario(scenario), encoding="utf-8")
    return Small(scenario, str(path))
