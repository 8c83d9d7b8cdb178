"""Test run --save-results and the comparison of stored results with today's."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path

import numpy as np
import pytest

from model.domain import MODEL_VERSION
from model.language.catalogue import LANGUAGES
from model.library.stored_results import StoredFigure
from model.municipality.municipality import load_municipality
from model.scenario.files import (
    SaveConflict,
    file_hash,
    load_scenario,
    replace_scenario,
    scenario_files,
    write_scenario,
)
from tests.command_line import called
from tests.folders import ROOT
from tests.model.cli.cases import DOUBLE, run_json


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A copy of a shipped scenario with a remark of its own, and its answer written into it."""
    path = tmp_path / "Mit forslag.yaml"
    text = Path(DOUBLE).read_text(encoding="utf-8")
    path.write_text(text.replace("    to: 400", "    to: 400 # aftalt i marts"), encoding="utf-8")
    status, out, err = called("run", str(path), "--draws", "0", "--save-results")
    assert (status, err) == (0, "")
    assert str(path) in out
    return path


def test_saved_results_stand_in_the_file_and_nothing_else_changes(saved: Path) -> None:
    scenario, before = load_scenario(saved), load_scenario(DOUBLE)
    results = scenario.results
    assert results is not None
    assert scenario.copy_with(results=None) == before.copy_with(results=None)
    text = saved.read_text(encoding="utf-8")
    assert "to: 400  # aftalt i marts" in text
    assert text == write_scenario(scenario, text)
    assert results.headline.startswith("Mål 3: »Deltagelse")
    assert (results.model_version, results.baseline_sha256) == (
        MODEL_VERSION,
        load_municipality("ballerup").key,
    )
    plain = json.loads(run_json(DOUBLE))
    budget = sum(plain["budget"]["net_municipal_dkk"]["difference"])
    assert results.figures["net_difference_dkk"] == pytest.approx(budget, abs=1)
    last_year = [np.mean(g["caseload"][-52:]) for g in plain["groups"].values()]
    assert results.figures["persons_on_support"] == pytest.approx(sum(last_year), rel=1e-8)
    keys = [f"{goal.id}.{goal.key_indicator}" for goal in load_municipality("ballerup").goals]
    assert set(results.figures) >= set(keys)
    # A second save writes the same bytes, and leaves nothing beside the file.
    assert called("run", str(saved), "--draws", "0", "--save-results")[0] == 0
    assert saved.read_text(encoding="utf-8") == text
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]


def test_run_says_that_today_is_as_when_it_was_saved(saved: Path) -> None:
    assert "Resultatet er som da det blev gemt" in called("run", str(saved), "--draws", "0")[1]
    assert (
        "The result is as when it was saved"
        in called("run", str(saved), "--draws", "0", "--language", "en")[1]
    )
    stored = json.loads(called("run", str(saved), "--draws", "0", "--json")[1])["stored"]
    assert stored["same"] is True
    assert stored["same_inputs"] is True
    assert stored["moved"] == []


def test_run_says_by_how_much_today_differs(saved: Path) -> None:
    results = load_scenario(saved).results
    assert results is not None
    then = dict(results.figures)
    text = saved.read_text(encoding="utf-8")
    net, persons = then["net_difference_dkk"], then["persons_on_support"]
    text = re.sub(r"net_difference_dkk: .*", f"net_difference_dkk: {net - 1_000_000}", text)
    text = re.sub(r"persons_on_support: .*", f"persons_on_support: {persons + 12}", text)
    text = text.replace(f"model_version: {MODEL_VERSION}", "model_version: 0.0.9")
    text = re.sub(r"figures:\n", "figures:\n    gone.away: 7\n", text)
    saved.write_text(text, encoding="utf-8")
    out = called("run", str(saved), "--draws", "0")[1]
    assert "Resultatet er et andet end da det blev gemt (model 0.0.9):" in out
    assert re.search(
        r"- Ændring i kommunens nettoudgift.*: .*kr\. nu, .*kr\. da det blev gemt \(\+1\.000\.000\skr\.\)",
        out,
    )
    assert re.search(r"- På offentlig forsørgelse.* nu, .*\(−12\)", out)
    assert "- gone.away: måles ikke længere; 7 da det blev gemt" in out
    assert f"Modellen er siden gået fra 0.0.9 til {MODEL_VERSION}." in out
    stored = json.loads(called("run", str(saved), "--draws", "0", "--json")[1])["stored"]
    assert stored["same"] is False
    moved = {m["figure"]: m["difference"] for m in stored["moved"]}
    assert moved == {
        "gone.away": None,
        "net_difference_dkk": pytest.approx(1e6),
        "persons_on_support": pytest.approx(-12),
    }


def test_a_small_movement_is_shown_with_the_decimals_it_takes() -> None:
    for language, expected in (("da", "5.000,002 fulltid"), ("en", "5,000.002 full")):
        words = StoredFigure("persons_on_support", 5000.0, 5000.002, None).text(language)
        assert expected[:9] in words
        assert "0.002" in words.replace(",", ".")


def test_where_only_a_headline_was_stored_it_decides(saved: Path) -> None:
    scenario = load_scenario(saved)
    assert scenario.results is not None
    old = scenario.results.model_copy(update={"figures": {}})
    replace_scenario(scenario.copy_with(results=old), saved, expected_hash=file_hash(saved))
    for language in LANGUAGES:  # written in Danish, the same answer in English
        stored = json.loads(called("run", str(saved), "--draws", "0", "--json", "--language", language)[1])[
            "stored"
        ]
        assert stored["same"] is True
    other = old.model_copy(update={"headline": "Noget helt andet."})
    replace_scenario(scenario.copy_with(results=other), saved, expected_hash=file_hash(saved))
    assert "Da det blev gemt, lød svaret: Noget helt andet." in called("run", str(saved), "--draws", "0")[1]


def test_a_file_that_changed_meanwhile_is_not_overwritten(saved: Path) -> None:
    scenario, text = load_scenario(saved), saved.read_text(encoding="utf-8")
    with pytest.raises(SaveConflict):
        replace_scenario(scenario, saved, expected_hash="0" * 64)
    assert saved.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("path", scenario_files(ROOT / "scenarios"), ids=lambda path: path.stem)
def test_a_shipped_scenario_gives_what_its_file_says(path: Path) -> None:
    """Where one moves: bump the model version, write a line in CHANGELOG, `run FILE --save-results`."""
    stored = json.loads(run_json(str(path)))["stored"]
    run_json.cache_clear()
    assert (stored is None) == (load_scenario(path).results is None)
    assert stored is None or stored["same"], stored


def test_saving_where_nothing_may_be_written_keeps_the_file(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = saved.read_text(encoding="utf-8")

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("model.scenario.files.write_atomically", refuse)
    status, _, err = called("run", str(saved), "--draws", "0", "--save-results", "--language", "en")
    assert status == 1
    assert err == "Mit forslag.yaml: Writing in the folder is not allowed. Nothing was saved or changed.\n"
    assert saved.read_text(encoding="utf-8") == text
