"""Test where a visitor's scenarios are saved, and what is told when one is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.municipality.municipality_list import DATA_VARIABLE
from model.municipality.vintages import BASELINE_VARIABLE
from model.scenario.files import load_scenario
from model.scenario.period import on_figures
from model.scenario.scenario import Scenario
from pages.session import scenario_store
from pages.session.scenario_store import SHIPPED, open_scenario
from pages.session.session import encode_link
from tests.folders import ROOT
from tests.pages.cases import new_visit


def test_saved_files_lie_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert scenario_store.own_folder() == tmp_path / "scenarios"
    monkeypatch.delenv(DATA_VARIABLE)
    assert scenario_store.own_folder() == ROOT / "scenarios" / "mine"


@pytest.mark.parametrize("by", ["file", "link"])
def test_a_scenario_of_2020_is_told_to_be_so_where_the_app_opens_on_2026(
    by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(scenario: Scenario) -> str:
        visit = new_visit()
        if by == "file":
            open_scenario(visit, scenario)
        else:
            visit.restore({"s": encode_link(scenario)})
        assert visit.history.current.baseline == scenario.baseline
        if visit.notice is None:
            return ""
        return " ".join(one.da for one in (visit.notice.words, *visit.notice.more))

    old = load_scenario(SHIPPED / "ballerup" / "uaendret.yaml")
    assert "tal fra 2020" not in told(old)  # the tests' app opens on 2020
    monkeypatch.setenv(BASELINE_VARIABLE, "2026")
    words = told(old)
    assert "lavet på tal fra 2020 og reglerne fra januar 2021" in words
    assert "Vælg »januar 2026« under »Forudsætninger« og »Tal fra«" in words
    # What it says can be done: the same scenario on the newer figures, and then nothing is told.
    moved = on_figures(old, "2026")
    assert (moved.format, moved.baseline, moved.rules) == (2, "2026", "dated")
    assert "tal fra 2020" not in told(moved)
