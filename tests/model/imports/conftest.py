"""Give each test of imports a data folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.municipality.municipality import Municipality, load_municipality
from model.municipality.municipality_list import DATA_VARIABLE


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the municipalities' own figures, empty at first."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def ballerup() -> Municipality:
    return load_municipality("ballerup")
