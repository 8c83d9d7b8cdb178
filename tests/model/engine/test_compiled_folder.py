"""Test where the compiled engine is kept when the code cannot be written and the user has no home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core.caching import UserProvidedCacheLocator

from model.engine import compiled_folder
from model.engine.compiled_folder import FOLDER_VARIABLE, KEPT_IN_DATA, choose_folder
from model.files.folders import DATA_VARIABLE
from tests.folders import ROOT

TAG = f"py{sys.version_info.major}{sys.version_info.minor}"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder of code with a compiled function, in which nothing can be written, not even by root."""
    folder = tmp_path / "code" / "engine"
    (folder / "__pycache__").mkdir(parents=True)
    for ending in ("nbi", "1.nbc"):
        (folder / "__pycache__" / f"run.f-1.{TAG}.{ending}").write_bytes(ending.encode())
    return folder


@pytest.fixture
def read_only(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    can_write = compiled_folder._can_write
    monkeypatch.setattr(
        compiled_folder, "_can_write", lambda folder: source not in folder.parents and can_write(folder)
    )
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", os.devnull)


def test_the_engine_loads_from_code_that_cannot_be_written_for_a_user_without_a_home(tmp_path: Path) -> None:
    program = tmp_path / "program"
    shutil.copytree(
        ROOT / "model", program / "model", ignore=shutil.ignore_patterns("__pycache__", "figures")
    )
    for folder in (program / "model" / "engine", program / "model" / "engine" / "kernel"):
        # A file in the folder's place holds up root as well.
        (folder / "__pycache__").write_bytes(b"")
    ran = subprocess.run(
        [
            sys.executable,
            "-B",
            "-c",
            "import os, model.engine.kernel.run; print(os.environ['NUMBA_CACHE_DIR'])",
        ],
        cwd=program,
        env={"HOME": os.devnull, DATA_VARIABLE: str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == str(tmp_path / "data" / KEPT_IN_DATA)


def test_numbas_own_choice_stands_where_the_code_can_be_written(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    assert choose_folder((source,)) is None
    assert FOLDER_VARIABLE not in os.environ


@pytest.mark.usefixtures("read_only")
def test_a_folder_that_somebody_has_chosen_stands(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "/elsewhere")
    assert choose_folder((source,)) is None
    assert os.environ[FOLDER_VARIABLE] == "/elsewhere"


@pytest.mark.usefixtures("read_only")
def test_what_was_compiled_at_install_time_comes_along(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    folder = choose_folder((source,))
    assert folder == tmp_path / "data" / KEPT_IN_DATA
    assert os.environ[FOLDER_VARIABLE] == str(folder)
    # Numba's own rule: a folder of another name would be passed by, and the engine compiled anew.
    kept = folder / UserProvidedCacheLocator.get_suitable_cache_subpath(str(source / "run.py"))
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == {
        f"run.f-1.{TAG}.nbi": b"nbi",
        f"run.f-1.{TAG}.1.nbc": b"1.nbc",
    }


@pytest.mark.usefixtures("read_only")
def test_newer_than_what_is_kept_counts(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    index = source / "__pycache__" / f"run.f-1.{TAG}.nbi"

    def kept_after(then: int) -> bytes:
        monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
        os.utime(index, (then, then))
        folder = choose_folder((source,))
        assert folder is not None
        (kept,) = folder.rglob(index.name)
        return kept.read_bytes()

    assert kept_after(1_000) == b"nbi"
    index.write_bytes(b"older than the copy")
    assert kept_after(1_000) == b"nbi"
    index.write_bytes(b"of a newer version")
    assert kept_after(4_000_000_000) == b"of a newer version"


@pytest.mark.usefixtures("read_only")
def test_without_data_folder_and_home_it_is_a_folder_of_this_process_alone(source: Path) -> None:
    folder = choose_folder((source,))
    assert folder is not None
    assert folder.stat().st_mode & 0o077 == 0
    assert list(folder.rglob("*.nbi"))
    shutil.rmtree(folder)
