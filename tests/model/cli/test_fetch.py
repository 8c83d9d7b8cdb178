"""Test ``fetch``: the key, what is printed and saved, and a command that is killed and run again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.imports import fetch as fetching
from model.imports import fetch_all as fetching_all
from model.municipality.municipality import load_municipality
from tests.command_line import called
from tests.recorded_source import KEY, fulltime_persons, recorded_source

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0


@pytest.fixture
def source(monkeypatch, tmp_path):
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    monkeypatch.setattr(fetching_all, "_PAUSE", 0.0)
    monkeypatch.setattr(fetching, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(fetching, "LONGEST_PAUSE_SECONDS", 0.01)
    with recorded_source(fulltime_persons("odense", growth=1.04)) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key.txt"
    path.write_text(f"{KEY}\n", encoding="ascii")
    return path


def test_counts_before_and_after_are_printed_and_the_figures_saved(source, key_file, tmp_path):
    status, out, err = called("fetch", "odense", "--key-file", key_file, "--save")
    assert (status, err) == (0, "")
    assert "13 af 24 tabeller er brugt" in out
    assert "Statistik: 7 før, 20 efter" in out
    assert "Antagelse: 1.557 før, 1.536 efter" in out
    assert "Y38A02 Uddannelseshjælp: ikke hentet. Tabellen findes ikke dér." in out
    saved = tmp_path / "municipalities" / "odense.yaml"
    assert str(saved) in out
    assert load_municipality("odense").own_file == saved
    assert not list((tmp_path / "fetched").glob("*/*")), "what is saved is not kept for another fetch"
    assert KEY not in out + saved.read_text(encoding="utf-8")


def test_a_refused_key_saves_nothing_and_says_how_to_go_on(source, tmp_path, monkeypatch):
    monkeypatch.setenv("INDSATSKOMPAS_JOBINDSATS_KEY", "forkert-noegle")
    status, out, err = called("fetch", "odense", "--save")
    assert status == 2
    assert "Serveren siger nej til nøglen" in out
    assert "Ikke spurgt om 20 tabeller (Y01A02, Y36A02," in out
    assert "Der er ikke gemt noget." in out
    assert not (tmp_path / "municipalities").exists()
    assert "forkert-noegle" not in out + err


def test_a_machine_gets_what_a_person_gets(source, key_file):
    status, out, _ = called("fetch", "odense", "--key-file", key_file, "--json")
    answer = json.loads(out)
    assert status == 0
    assert answer["qualities"]["before"]["statistic"] == 7
    assert answer["qualities"]["after"]["statistic"] == 20
    assert answer["saved"] is None
    assert answer["interrupted"] is None
    states = {row["id"]: row["state"] for row in answer["tables"]}
    assert states["Y01A02"] == "used"
    assert states["Y38A02"] == "refused"
    assert answer["assumptions"]["people"] == {"assumptions": 43, "numbers": 61}


@pytest.mark.parametrize("language", ["da", "en"])
def test_without_a_key_it_says_where_one_comes_from(source, language):
    status, out, err = called("fetch", "odense", "--language", language)
    assert status == 0
    assert "INDSATSKOMPAS_JOBINDSATS_KEY" in err
    assert "AUK01" in out


def test_what_is_no_municipality_no_period_and_no_key(source, tmp_path):
    assert called("fetch", "odnese")[0] == 2
    status, _, err = called("fetch", "odense", "--until", "i fjor")
    assert status == 2
    assert "i fjor" in err
    bad = tmp_path / "bad.txt"
    bad.write_bytes("nøgle med mellemrum".encode())
    status, _, err = called("fetch", "odense", "--key-file", bad)
    assert status == 1
    assert "har tegn, en nøgle ikke har" in err
    assert not source.asked


def test_a_killed_fetch_goes_on_where_it_was(source, key_file, tmp_path):
    command = [sys.executable, "-m", "model", "fetch", "odense", "--key-file", str(key_file)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + PATIENCE
    while len(source.asked) < 7 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    kept = [path for path in (tmp_path / "fetched" / "odense").iterdir() if path.suffix == ".json"]
    assert len(kept) >= 4
    for path in kept:
        json.loads(path.read_bytes())
        assert KEY not in path.read_text(encoding="utf-8") + path.name
    source.asked = []
    status, out, _ = called("fetch", "odense", "--key-file", key_file)
    assert status == 0
    assert "13 af 24 tabeller er brugt" in out
    assert ("y30r21", "table") not in source.asked
    assert ("y01a02", "table") not in source.asked
