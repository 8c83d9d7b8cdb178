"""Test the lock of a folder: one save at a time in each, and none waits for another folder's."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.files.atomic_write import locked

PATIENCE = 10.0


def test_a_save_that_takes_long_holds_up_no_other_folder(tmp_path: Path) -> None:
    slow, other = tmp_path / "slow", tmp_path / "other"
    slow.mkdir()
    other.mkdir()
    held, go, saved = threading.Event(), threading.Event(), threading.Event()

    def save_slowly() -> None:
        with locked(slow):
            held.set()
            go.wait(PATIENCE)

    def save() -> None:
        with locked(other):
            saved.set()

    threads = [threading.Thread(target=work, daemon=True) for work in (save_slowly, save)]
    threads[0].start()
    assert held.wait(PATIENCE)
    threads[1].start()
    try:
        assert saved.wait(PATIENCE), "it waits for a lock that is none of its own"
    finally:
        go.set()
        for thread in threads:
            thread.join(PATIENCE)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 2), min_size=2, max_size=12))
def test_saves_in_one_folder_never_overlap(tmp_path: Path, order: list[int]) -> None:
    places = [tmp_path / name for name in "abc"]
    for place in places:
        place.mkdir(exist_ok=True)
        (place / "count").write_text("0")
    begin = threading.Barrier(len(order))

    def save(place: Path) -> None:
        begin.wait(PATIENCE)
        for _ in range(5):
            with locked(place):
                # Read and write apart: whoever comes between makes a count too few.
                (place / "count").write_text(str(int((place / "count").read_text()) + 1))

    threads = [threading.Thread(target=save, args=(places[at],), daemon=True) for at in order]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [int((place / "count").read_text()) for place in places] == [5 * order.count(n) for n in range(3)]


def test_a_folder_has_one_lock_by_whatever_name_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model.files import atomic_write

    folder = tmp_path / "folder"
    folder.mkdir()
    link = tmp_path / "link"
    link.symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    lock = atomic_write._lock_of(folder)
    for name in (Path("folder"), folder / ".." / "folder", link):
        assert atomic_write._lock_of(name) is lock
    assert atomic_write._lock_of(tmp_path) is not lock


def test_what_goes_wrong_in_a_save_leaves_the_lock(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path):
        raise RuntimeError
    with locked(tmp_path):
        pass
