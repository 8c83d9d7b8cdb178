"""Test saving scenario files: conflicts, full disks, names that could be paths."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.files.problems import FileProblem
from model.scenario import files as files
from model.scenario.files import (
    SaveConflict,
    file_hash,
    file_name,
    load_scenario,
    read_scenario,
    save_scenario,
)
from tests.folders import ROOT
from tests.model.scenario.cases import COMMENTED, MARCH, full


def test_save_and_save_again(tmp_path: Path) -> None:
    saved = save_scenario(full(), tmp_path, "Min plan")
    assert saved.path == tmp_path / "min-plan.yaml"
    assert saved.sha256 == file_hash(saved.path)
    assert load_scenario(saved.path) == full()
    changed = full().with_change("firm_places", 300, from_=MARCH)
    again = save_scenario(changed, tmp_path, "Min plan", expected_hash=saved.sha256)
    assert load_scenario(again.path) == changed
    assert [p.name for p in tmp_path.iterdir()] == ["min-plan.yaml"]


def test_saving_keeps_comments_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(COMMENTED, encoding="utf-8")
    save_scenario(read_scenario(COMMENTED), tmp_path, "a", expected_hash=file_hash(path))
    assert path.read_text(encoding="utf-8") == COMMENTED


def test_the_second_of_two_people_is_told_and_loses_nothing(tmp_path: Path) -> None:
    opened = save_scenario(full(), tmp_path, "Budget").sha256
    first = full().with_change("firm_places", 300, from_=MARCH)
    save_scenario(first, tmp_path, "Budget", expected_hash=opened)
    second = full().with_change("firm_places", 500, from_=MARCH)
    with pytest.raises(SaveConflict, match="since you opened it") as caught:
        save_scenario(second, tmp_path, "Budget", expected_hash=opened)
    assert "siden du åbnede det" in caught.value.text("da")
    assert load_scenario(tmp_path / "budget.yaml") == first
    save_scenario(second, tmp_path, "Budget min")
    assert load_scenario(tmp_path / "budget-min.yaml") == second


def test_a_new_scenario_never_replaces_one_of_the_same_name(tmp_path: Path) -> None:
    save_scenario(full(), tmp_path, "Budget A")
    with pytest.raises(SaveConflict, match="already"):
        save_scenario(full().copy_with(name="B"), tmp_path, "budget/a")
    assert load_scenario(tmp_path / "budget-a.yaml") == full()


def test_a_deleted_scenario_is_not_brought_back_in_silence(tmp_path: Path) -> None:
    saved = save_scenario(full(), tmp_path, "Budget")
    saved.path.unlink()
    with pytest.raises(SaveConflict, match="deleted"):
        save_scenario(full(), tmp_path, "Budget", expected_hash=saved.sha256)


def test_of_many_at_once_exactly_one_is_first(tmp_path: Path) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(8)

    def save(i: int) -> None:
        ready.wait()
        try:
            save_scenario(full().copy_with(name=f"Bord {i}"), tmp_path, "Fælles")
            outcomes.append("saved")
        except SaveConflict:
            outcomes.append("told")

    threads = [threading.Thread(target=save, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved"] + ["told"] * 7
    assert load_scenario(tmp_path / "fælles.yaml").name.startswith("Bord")


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_save_that_fails_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    saved = save_scenario(full(), tmp_path, "Budget")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if fails == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    else:
        monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileProblem, match="disk is full") as caught:
        save_scenario(full().copy_with(name="B"), tmp_path, "Budget", expected_hash=saved.sha256)
    assert "Disken er fuld" in caught.value.text("da")
    assert load_scenario(saved.path) == full()
    assert [p.name for p in tmp_path.iterdir()] == ["budget.yaml"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    saved = save_scenario(full(), tmp_path, "Budget")
    program = (
        "import resource, signal, sys\n"
        "from model.scenario.files import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "scenario = load_scenario(sys.argv[1] + '/budget.yaml')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try:\n"
        "    save_scenario(scenario.copy_with(name='B'), sys.argv[1], 'budget', expected_hash=sys.argv[2])\n"
        "except FileProblem as problem:\n"
        "    print(problem.text('en'))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), saved.sha256],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "disk is full" in run.stdout
    assert load_scenario(saved.path) == full()
    assert [p.name for p in tmp_path.iterdir()] == ["budget.yaml"]


def test_a_folder_that_may_not_be_written_in(tmp_path: Path) -> None:
    # Root is stopped by no mode bits, but by the immutable flag where the file system has it.
    made = subprocess.run(["chattr", "+i", str(tmp_path)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("the file system has no immutable flag, or chattr may not be used")
    try:
        with pytest.raises(FileProblem, match="not allowed"):
            save_scenario(full(), tmp_path, "Budget")
    finally:
        subprocess.run(["chattr", "-i", str(tmp_path)], check=True)


def test_a_file_in_the_folders_place_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "mappe").write_text("x")
    with pytest.raises(FileProblem, match="could not be saved"):
        save_scenario(full(), tmp_path / "mappe", "Budget")


def test_a_leftover_of_a_killed_process_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f".budget.{os.getpid()}.{threading.get_ident()}.tmp").write_text("halvt")
    save_scenario(full(), tmp_path, "Budget")
    assert [p.name for p in tmp_path.iterdir()] == ["budget.yaml"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dobbelt virksomhedsindsats", "dobbelt-virksomhedsindsats.yaml"),
        ("Æblegrød & Ål: 50 %!", "æblegrød-ål-50.yaml"),
        ("../../etc/passwd", "etc-passwd.yaml"),
        ("/etc/x", "etc-x.yaml"),
        ("C:\\Windows\\x", "c-windows-x.yaml"),
        (".skjult", "skjult.yaml"),
        ("con", "con-scenarie.yaml"),
        ("LPT1", "lpt1-scenarie.yaml"),
        ("plan.yaml", "plan.yaml"),
        ("plan.yml", "plan.yaml"),
        ("e\u0301te\u0301", "été.yaml"),
        ("a\x00b\nc", "a-b-c.yaml"),
        ("a\ud800b", "a-b.yaml"),
    ],
)
def test_names_never_become_paths(name: str, expected: str) -> None:
    assert file_name(name) == expected


@pytest.mark.parametrize("name", ["", "..", "///", "  ", "---", "\x00", ".yaml", "🙂"])
def test_names_without_a_letter_are_refused(name: str) -> None:
    with pytest.raises(FileProblem, match="at least one letter"):
        file_name(name)


@given(st.text(min_size=1, max_size=300))
def test_any_name_is_one_short_segment_or_refused(name: str) -> None:
    try:
        result = file_name(name)
    except FileProblem:
        return
    assert Path(result).name == result
    assert not result.startswith(".")
    assert len(result.encode()) < 255
    assert file_name(result) == result


def test_hidden_files_are_no_scenarios(tmp_path: Path) -> None:
    (tmp_path / ".skjult").mkdir()
    for name in ("b.yaml", "a.yml", ".c.yaml", ".skjult/d.yaml", "e.txt"):
        (tmp_path / name).write_text("x")
    assert [p.name for p in files.scenario_files(tmp_path)] == ["a.yml", "b.yaml"]
