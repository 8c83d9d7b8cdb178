"""Test that what killed saves leave is removed, what was deleted long ago too, and nothing else."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from model.files.atomic_write import write_atomically
from model.files.binned import BIN, binned_path
from model.files.left_over import KEPT, remove_left_over

NOW = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)


def aged(path: Path, hours: float) -> Path:
    """Let a file, or a folder, have been changed so long ago."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    then = (NOW - datetime.timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))
    return path


def test_what_a_killed_save_left_goes_and_what_is_being_saved_stays(tmp_path: Path) -> None:
    old = aged(tmp_path / "deep" / ".x.12.34.tmp", 2)
    begun = tmp_path / ".abcd.tmp"
    begun.mkdir()
    (begun / "course.yaml").write_text("x")
    aged(begun, 2)
    kept = [
        aged(tmp_path / ".y.12.34.tmp", 0.5),
        aged(tmp_path / "mine.tmp", 99),
        aged(tmp_path / "x.yaml", 9_999),
    ]
    assert remove_left_over(tmp_path, NOW) == 2
    assert not old.exists()
    assert not begun.exists()
    assert all(path.exists() for path in kept)


def test_a_killed_saves_file_is_one_that_is_found(tmp_path: Path) -> None:
    """The names are made elsewhere: whoever changes them there must change them here."""
    before = set(tmp_path.iterdir())
    written: list[str] = []
    plain = Path.replace

    def replace(self: Path, target: object) -> Path:
        written.append(self.name)
        raise KeyboardInterrupt

    Path.replace = replace  # type: ignore[method-assign, assignment]
    try:
        write_atomically(tmp_path / "x.yaml", b"x")
    except KeyboardInterrupt:
        pass
    finally:
        Path.replace = plain  # type: ignore[method-assign]
    assert set(tmp_path.iterdir()) == before
    left = aged(tmp_path / written[0], 2)
    assert remove_left_over(tmp_path, NOW) == 1
    assert not left.exists()


def test_what_was_deleted_more_than_a_year_ago_goes(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "below"):
        (folder / BIN).mkdir(parents=True)
        for age in (KEPT - datetime.timedelta(hours=1), KEPT + datetime.timedelta(hours=1)):
            binned_path(folder, "x.yaml", NOW - age)[0].write_text("x")
        (folder / BIN / "stranger.txt").write_text("x")
    assert remove_left_over(tmp_path, NOW) == 2
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 4


def test_a_folder_that_is_not_there_and_a_link_out_of_it_do_no_harm(tmp_path: Path) -> None:
    assert remove_left_over(tmp_path / "none", NOW) == 0
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.yaml").write_text("x")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / ".out.tmp").symlink_to(outside, target_is_directory=True)
    os.utime(inside / ".out.tmp", (0, 0), follow_symlinks=False)
    assert remove_left_over(inside, NOW) == 1
    assert (outside / "x.yaml").exists()
