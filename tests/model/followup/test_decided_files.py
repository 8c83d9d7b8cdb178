"""Test that a decision is kept as it was: byte for byte, once, whole or not at all."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
from pathlib import Path as FilePath

import pytest

from model.files.atomic_write import yaml_text
from model.files.problems import FileProblem
from model.followup.decided import Decided, Path, Series, Start
from model.followup.decided_files import keep, listing, load, put_away, save_told, told_of
from model.followup.told import Delivered, OwnMonth, Told
from model.scenario.scenario import Scenario
from model.workshop.meeting_parts import FollowUp
from tests.folders import ROOT

DAY = datetime.date(2026, 11, 30)


def decided(name: str = "Forslag æøå", **fields: object) -> Decided:
    """Return a small decision: three months of dagpenge, and a hidden series."""
    scenario = Scenario(name=name, municipality="ballerup", baseline="2026", rules="dated")
    series = (
        Series(
            id="dagpenge",
            start=Start(level=652.417, months=("2025-12", "2026-01")),
            first="2027-01",
            without=Path(value=(680.0, 670.5, 660.0), low=(670.0, 660.0, 650.0), high=(690.0, 680.0, 670.0)),
            expected=Path(value=(675.0, 665.0, 650.0), low=(665.0, 655.0, 640.0), high=(685.0, 675.0, 660.0)),
            difference=Path(value=(-5.0, -5.5, -10.0), low=(-8.0, -9.0, -20.0), high=(1.0, 1.0, -2.0)),
        ),
        Series(id="kontanthjaelp", hidden=True),
    )
    made = {
        "decided_on": DAY,
        "model": "1.0",
        "draws": 128,
        "meeting": "Udvalgets møde",
        "decision": "Vi gør det.\nFra nytår.",
        "follow_ups": (FollowUp(who="Jobcenteret", figure="dagpenge", when="hvert kvartal"),),
        "scenario": scenario.with_change("firm_places", 200),
        "series": series,
    }
    return Decided.model_validate(made | fields)


def test_a_kept_decision_reads_back_byte_for_byte(tmp_path: FilePath) -> None:
    kept = keep(decided(), folder=tmp_path)
    again = load(kept.path)
    assert again == kept.decided
    assert yaml_text(again.plain()).encode() == kept.path.read_bytes()


def test_a_second_decision_is_a_new_file(tmp_path: FilePath) -> None:
    first = keep(decided(), folder=tmp_path)
    before = first.path.read_bytes()
    second = keep(decided(meeting="Et andet møde"), folder=tmp_path)
    assert second.path != first.path
    assert first.path.read_bytes() == before
    assert [one.path for one in listing(folder=tmp_path)[0]] == sorted([first.path, second.path])


def test_the_latest_decision_comes_first(tmp_path: FilePath) -> None:
    old = keep(decided("Gammel", decided_on=DAY - datetime.timedelta(days=400)), folder=tmp_path)
    new = keep(decided("Ny"), folder=tmp_path)
    assert [one.path for one in listing(folder=tmp_path)[0]] == [new.path, old.path]


def test_a_broken_file_is_told_and_the_others_stand(tmp_path: FilePath) -> None:
    kept = keep(decided(), folder=tmp_path)
    text = kept.path.read_text(encoding="utf-8")
    (tmp_path / "in-two.yaml").write_text(text[: len(text) // 2], encoding="utf-8")
    (tmp_path / "unlike.yaml").write_text(text.replace("low:", "lower:", 1), encoding="utf-8")
    found, broken = listing(folder=tmp_path)
    assert [one.path for one in found] == [kept.path]
    assert {one.path.name for one in broken} == {"in-two.yaml", "unlike.yaml"}
    assert all(one.problem.lines("da") for one in broken)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first: 2027-01", "first: 2027-13"),
        ("decided: 1", "decided: 2"),
        ("low:\n        - 670", "low:\n        - 9670"),
        ("hidden: true", "hidden: false"),
        ("level: 652.417", "level: 0"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: FilePath, old: str, new: str) -> None:
    kept = keep(decided(), folder=tmp_path)
    text = kept.path.read_text(encoding="utf-8")
    assert old in text
    kept.path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileProblem):
        load(kept.path)


KILLED = """
import os, signal, sys
sys.path[:0] = [{root!r}]
from pathlib import Path
from model.files import atomic_write
from tests.model.followup.test_decided_files import decided
from model.followup.decided_files import keep
if {write}:
    real = os.fsync
    def fsync(handle):
        os.ftruncate(handle, 100)
        os.kill(os.getpid(), signal.SIGKILL)
    os.fsync = fsync
keep(decided(), folder=Path({folder!r}))
"""


def test_a_kill_while_writing_leaves_no_half_decision(tmp_path: FilePath) -> None:
    first = keep(decided("Første"), folder=tmp_path)
    program = KILLED.format(root=str(ROOT), folder=str(tmp_path), write=True)
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    found, broken = listing(folder=tmp_path)
    assert [one.path for one in found] == [first.path]
    assert broken == ()
    # What was left does not stand in the way of the next.
    keep(decided(), folder=tmp_path)
    assert len(listing(folder=tmp_path)[0]) == 2


def test_a_decision_that_is_put_away_is_kept_in_the_bin(tmp_path: FilePath) -> None:
    one, other = keep(decided("A"), folder=tmp_path), keep(decided("B"), folder=tmp_path)
    data = one.path.read_bytes()
    put_away(one.path)
    assert [left.path for left in listing(folder=tmp_path)[0]] == [other.path]
    assert [path.read_bytes() for path in (tmp_path / ".bin").iterdir()] == [data]


def test_what_is_told_lies_beside_the_decision(tmp_path: FilePath) -> None:
    kept = keep(decided(), folder=tmp_path)
    before = kept.path.read_bytes()
    assert told_of(kept) == Told()
    told = Told().with_delivered(("firm_places", None), 180).with_month("dagpenge", "2027-01", 670)
    save_told(kept, told)
    assert told_of(kept) == told
    assert kept.path.read_bytes() == before
    assert told == Told(
        delivered=(Delivered(lever="firm_places", value=180),),
        months=(OwnMonth(series="dagpenge", month="2027-01", value=670),),
    )
    save_told(kept, told.with_delivered(("firm_places", None), None).with_month("dagpenge", "2027-01", None))
    assert told_of(kept) == Told()


def test_a_name_that_is_not_utf_8_is_told_and_hides_no_other(tmp_path: FilePath) -> None:
    keep(decided(), folder=tmp_path)
    foreign = keep(decided("Andet"), folder=tmp_path).path
    foreign.rename(tmp_path / os.fsdecode(b"bl\xe5.yaml"))
    kept, broken = listing(folder=tmp_path)
    assert [one.decided.scenario.name for one in kept] == ["Forslag æøå"]
    assert "bl%e5.yaml" in broken[0].problem.text("da")
    assert all(one.key.encode() for one in kept)
