"""Give each test of imports a data folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.municipality.municipality import DATA_VARIABLE, Municipality, load_municipality


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the municipalities' own figures, empty at first."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def ballerup() -> Municipality:
    return load_municipality("ballerup")
