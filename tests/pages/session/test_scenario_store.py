"""Test where a visitor's scenarios are saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.municipality.municipality_list import DATA_VARIABLE
from pages.session import scenario_store
from tests.folders import ROOT


def test_saved_files_lie_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert scenario_store.own_folder() == tmp_path / "scenarios"
    monkeypatch.delenv(DATA_VARIABLE)
    assert scenario_store.own_folder() == ROOT / "scenarios" / "mine"
