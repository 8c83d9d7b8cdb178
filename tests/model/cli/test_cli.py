"""The command line: the shape of its answers, the same bytes twice, exit status, both languages."""

from __future__ import annotations

import errno
import io
import json
import math
import os
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.cli import main
from model.domain import EXITS, GROUPS, MODEL_VERSION, ORIGINS
from model.files.problems import one_problem, shown
from model.language.catalogue import LANGUAGES
from model.library.stored_results import Moved
from model.municipality.municipality import load_municipality
from model.scenario.files import (
    SaveConflict,
    file_hash,
    load_scenario,
    replace_scenario,
    scenario_files,
    schema_text,
    write_scenario,
)
from model.simulation.simulate import simulate
from tests.folders import ROOT

BALLERUP = ROOT / "scenarios" / "ballerup"
DOUBLE = str(BALLERUP / "dobbelt-virksomhedsindsats.yaml")
UNCHANGED = str(BALLERUP / "uaendret.yaml")


def called(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and errors of one command."""
    out, err = io.StringIO(), io.StringIO()
    return main.main(arguments, out, err), out.getvalue(), err.getvalue()


@lru_cache(maxsize=4)
def run_json(path: str) -> str:
    status, out, err = called("run", path, "--json")
    assert (status, err) == (0, "")
    return out


@pytest.fixture(scope="module")
def double() -> dict[str, Any]:
    return json.loads(run_json(DOUBLE))


# --- run -----------------------------------------------------------------------------------------


def test_run_answers_the_agreed_shape(double: dict[str, Any]) -> None:
    assert set(double) == {
        "scenario",
        "municipality",
        "model_version",
        "input_sha256",
        "weeks",
        "groups",
        "origins",
        "firm_places",
        "goals",
        "budget",
        "side_effects",
        "benchmark",
        "stored",
        "warnings",
    }
    assert double["scenario"] == "Dobbelt virksomhedsindsats"
    assert double["municipality"] == "ballerup"
    assert double["model_version"] == MODEL_VERSION
    assert len(double["input_sha256"]) == 64
    assert (double["weeks"][0], len(double["weeks"])) == ("2021-01-04", 208)
    assert set(double["groups"]) == set(GROUPS)
    assert set(double["origins"]) == set(ORIGINS)
    for population in (*double["groups"].values(), *double["origins"].values()):
        assert set(population) - {"hidden"} == {
            "caseload",
            "inflow",
            "exits",
            "in_offer",
            "over_52_weeks",
            "baseline_caseload",
        }
        assert set(population["exits"]) == set(EXITS)
        assert {len(v) for k, v in population.items() if k not in ("exits", "hidden")} == {208}
        assert {len(v) for v in population["exits"].values()} == {208}
    assert {len(v) for v in double["firm_places"].values()} == {208}
    assert set(double["firm_places"]) == {"filled", "unfilled"}
    assert [goal["id"] for goal in double["goals"]] == [g.id for g in load_municipality("ballerup").goals]
    for goal in double["goals"]:
        assert set(goal) == {"id", "indicators"}
        for indicator in goal["indicators"]:
            assert set(indicator) == {
                "id",
                "unit",
                "baseline",
                "scenario",
                "target",
                "comparator",
                "status",
                "reached_on",
            }
            assert len(indicator["baseline"]) == len(indicator["scenario"]) == 208
            assert indicator["status"] in ("reached", "on_the_way", "standing_still", "moving_away", "none")
    budget = double["budget"]
    assert set(budget) == {"years", "net_municipal_dkk", "by_function"}
    for figures in (budget["net_municipal_dkk"], *budget["by_function"].values()):
        assert set(figures) == {"baseline", "scenario", "difference"}
        assert {len(v) for v in figures.values()} == {len(budget["years"])}
    assert all(isinstance(warning, str) for warning in double["warnings"])


def test_run_answers_the_engines_figures(double: dict[str, Any]) -> None:
    outcome = simulate(load_municipality("ballerup"), load_scenario(DOUBLE))
    for i, group in enumerate(GROUPS):
        answered = double["groups"][group]
        assert answered["caseload"] == pytest.approx(outcome.caseload[:, i].sum(axis=1), rel=1e-8, abs=1e-9)
        for j, destination in enumerate(EXITS):
            exits = outcome.exits[:, i, :, j].sum(axis=1)
            assert answered["exits"][destination] == pytest.approx(exits, rel=1e-8, abs=1e-9)
    total = outcome.caseload.sum(axis=(1, 2))
    assert np.sum([double["origins"][o]["caseload"] for o in ORIGINS], axis=0) == pytest.approx(
        total, rel=1e-7
    )
    places = double["firm_places"]
    assert np.add(places["filled"], places["unfilled"]) == pytest.approx(outcome.paths.firm_places, rel=1e-7)


def test_what_comes_in_and_goes_out_is_what_the_caseload_moves(double: dict[str, Any]) -> None:
    for population in double["groups"].values():
        gone = np.sum(list(population["exits"].values()), axis=0)
        moved = np.diff(population["caseload"])
        assert moved == pytest.approx((np.array(population["inflow"]) - gone)[1:], abs=1e-5)


def test_the_same_input_gives_the_same_bytes() -> None:
    first = run_json(DOUBLE)
    run_json.cache_clear()
    assert run_json(DOUBLE) == first
    assert (
        first
        == json.dumps(json.loads(first), sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"
    )


def test_the_same_input_gives_the_same_bytes_in_a_new_process() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "model", "run", DOUBLE, "--json"], capture_output=True, cwd=ROOT, check=True
    )
    assert run.stdout.decode("utf-8") == run_json(DOUBLE)
    assert run.stderr == b""


def test_numbers_have_nine_significant_digits_and_no_nan() -> None:
    def numbers(value: Any) -> Any:
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                yield from numbers(inner)
        elif isinstance(value, float):
            yield value

    found = list(numbers(json.loads(run_json(DOUBLE))))
    assert len(found) > 10_000
    assert all(math.isfinite(x) and float(f"{x:.9g}") == x for x in found)
    assert re.search(r"[\[,:]-0\.0[,\]}]", run_json(DOUBLE)) is None


def test_no_change_moves_nothing_and_costs_nothing() -> None:
    plain = json.loads(run_json(UNCHANGED))
    for population in plain["groups"].values():
        assert population["caseload"] == population["baseline_caseload"]
    assert set(plain["budget"]["net_municipal_dkk"]["difference"]) == {0.0}
    for goal in plain["goals"]:
        for indicator in goal["indicators"]:
            assert indicator["baseline"] == indicator["scenario"]


def test_the_hash_sees_the_scenario_and_not_its_comments_or_results(tmp_path: Path) -> None:
    text = Path(DOUBLE).read_text(encoding="utf-8")
    same, other = tmp_path / "same.yaml", tmp_path / "other.yaml"
    saved = "results:\n  model_version: 0.0.1\n  baseline_sha256: ab\n"
    # Other results in place of the shipped ones.
    same.write_text("# anden bemærkning\n" + text[: text.index("results:\n")] + saved, encoding="utf-8")
    other.write_text(text.replace("to: 400", "to: 401"), encoding="utf-8")
    key = "x" * 64
    hashes = [main.input_hash(load_scenario(p), key) for p in (DOUBLE, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert main.input_hash(load_scenario(DOUBLE), "y" * 64) != hashes[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_run_tells_a_person_goals_and_budget(language: str) -> None:
    status, out, err = called("run", DOUBLE, "--language", language)
    assert (status, err) == (0, "")
    goals = load_municipality("ballerup").goals
    for goal in goals:
        assert goal.title.get(language) in out
    assert ("Udgangspunkt" in out) == (language == "da")
    assert ("Baseline" in out) == (language == "en")
    assert "2021" in out
    assert "{" not in out
    assert "nan" not in out.lower().split()


@pytest.mark.parametrize("path", scenario_files(ROOT / "scenarios"), ids=lambda path: path.stem)
def test_every_shipped_scenario_moves_something(path: Path) -> None:
    scenario = load_scenario(path)
    plain = json.loads(run_json(str(path)))
    moved = any(p["caseload"] != p["baseline_caseload"] for p in plain["groups"].values())
    assert moved == bool(scenario.changes)
    run_json.cache_clear()


# --- stored results ------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A copy of a shipped scenario with a remark of its own, and its answer written into it."""
    path = tmp_path / "Mit forslag.yaml"
    text = Path(DOUBLE).read_text(encoding="utf-8")
    path.write_text(text.replace("    to: 400", "    to: 400 # aftalt i marts"), encoding="utf-8")
    status, out, err = called("run", str(path), "--save-results")
    assert (status, err) == (0, "")
    assert str(path) in out
    return path


def test_saved_results_stand_in_the_file_and_nothing_else_changes(saved: Path) -> None:
    scenario, before = load_scenario(saved), load_scenario(DOUBLE)
    results = scenario.results
    assert results is not None
    assert scenario.replaced(results=None) == before.replaced(results=None)
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
    assert called("run", str(saved), "--save-results")[0] == 0
    assert saved.read_text(encoding="utf-8") == text
    assert [p.name for p in saved.parent.iterdir()] == [saved.name]


def test_run_says_that_today_is_as_when_it_was_saved(saved: Path) -> None:
    assert "Resultatet er som da det blev gemt" in called("run", str(saved))[1]
    assert "The result is as when it was saved" in called("run", str(saved), "--language", "en")[1]
    stored = json.loads(called("run", str(saved), "--json")[1])["stored"]
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
    out = called("run", str(saved))[1]
    assert "Resultatet er et andet end da det blev gemt (model 0.0.9):" in out
    assert re.search(
        r"- Kommunens nettoudgift.*: .*kr\. nu, .*kr\. da det blev gemt \(\+1\.000\.000\skr\.\)", out
    )
    assert re.search(r"- På offentlig forsørgelse.* nu, .*\(−12\)", out)
    assert "- gone.away: måles ikke længere; 7 da det blev gemt" in out
    assert f"Modellen er siden gået fra 0.0.9 til {MODEL_VERSION}." in out
    stored = json.loads(called("run", str(saved), "--json")[1])["stored"]
    assert stored["same"] is False
    moved = {m["figure"]: m["difference"] for m in stored["moved"]}
    assert moved == {
        "gone.away": None,
        "net_difference_dkk": pytest.approx(1e6),
        "persons_on_support": pytest.approx(-12),
    }


def test_a_small_movement_is_shown_with_the_decimals_it_takes() -> None:
    for language, expected in (("da", "5.000,002 fulltid"), ("en", "5,000.002 full")):
        words = Moved("persons_on_support", 5000.0, 5000.002, None).text(language)
        assert expected[:9] in words
        assert "0.002" in words.replace(",", ".")


def test_where_only_a_headline_was_stored_it_decides(saved: Path) -> None:
    scenario = load_scenario(saved)
    assert scenario.results is not None
    old = scenario.results.model_copy(update={"figures": {}})
    replace_scenario(scenario.replaced(results=old), saved, expected_hash=file_hash(saved))
    for language in LANGUAGES:  # written in Danish, the same answer in English
        stored = json.loads(called("run", str(saved), "--json", "--language", language)[1])["stored"]
        assert stored["same"] is True
    other = old.model_copy(update={"headline": "Noget helt andet."})
    replace_scenario(scenario.replaced(results=other), saved, expected_hash=file_hash(saved))
    assert "Da det blev gemt, lød svaret: Noget helt andet." in called("run", str(saved))[1]


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


# --- compare and diff ----------------------------------------------------------------------------


def test_compare_puts_scenarios_side_by_side() -> None:
    combined = str(BALLERUP / "samlet-forslag.yaml")
    status, out, err = called("compare", DOUBLE, combined, UNCHANGED, "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert set(answer) == {
        "model_version", "same_municipality", "same_baseline", "notes", "scenarios", "levers", "goals",
        "caseload", "budget",
    }  # fmt: skip
    assert (answer["same_municipality"], answer["same_baseline"], answer["notes"]) == (True, True, [])
    assert [s["file"] for s in answer["scenarios"]] == [DOUBLE, combined, UNCHANGED]
    levers = {(lever["lever"], lever["group"]): lever for lever in answer["levers"]}
    places = levers["firm_places", None]
    assert places["baseline"] == [200, 200, 200]
    assert [[change["to"] for change in changes] for changes in places["changes"]] == [[400], [300, 400], []]
    single = json.loads(run_json(DOUBLE))
    assert answer["scenarios"][0]["input_sha256"] == single["input_sha256"]
    budget = answer["budget"]
    for side in ("baseline", "scenario", "difference"):
        assert budget["net_municipal_dkk"][side][0] == single["budget"]["net_municipal_dkk"][side]
    assert set(budget["net_municipal_dkk"]["difference"][2]) == {0.0}
    goals = load_municipality("ballerup").goals
    assert [(g["goal"], g["indicator"]) for g in answer["goals"]] == [
        (goal.id, indicator.id) for goal in goals for indicator in goal.indicators
    ]
    statuses = {i["id"]: i["status"] for goal in single["goals"] for i in goal["indicators"]}
    for goal in answer["goals"]:
        assert goal["status"][0] == statuses[goal["indicator"]]
        assert goal["baseline"][2] == goal["scenario"][2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_tells_a_person(language: str) -> None:
    status, out, err = called("compare", DOUBLE, UNCHANGED, "--language", language)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("A  Dobbelt virksomhedsindsats · Ballerup")
    places = next(line for line in lines if line.startswith(("  Pladser i virksomheder ", "  Firm places ")))
    date = "mar. 2021" if language == "da" else "Mar 2021"
    assert f"400 {'fra' if language == 'da' else 'from'} {date}" in places
    assert "200)" in places
    years = [line.split() for line in lines if re.match(r"20\d\d ", line)]
    assert [line[0] for line in years] == ["2021", "2022", "2023", "2024"]
    assert all(re.fullmatch(r"0[,.]00", line[2]) for line in years)
    assert not any(line.startswith("!") for line in lines)
    assert "{" not in out


def test_compare_says_what_cannot_be_compared(tmp_path: Path) -> None:
    def written(name: str, more: str) -> str:
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"format: 1\nname: {name}\n{more}", encoding="utf-8")
        return str(path)

    plain = written("a", "municipality: ballerup\n")
    other = written("b", "municipality: albertslund\n")
    period = written("c", "municipality: ballerup\nyears: 2\n")
    economy = written("d", "municipality: ballerup\neconomy: second_wave\n")
    assumed = written("e", "municipality: ballerup\nassumption_set: cautious\n")
    for file, words in (
        (other, "forskellige kommuner"),
        (period, "forskellige perioder"),
        (economy, "forskellig konjunktur"),
        (assumed, "forskellige antagelser"),
    ):
        out = called("compare", plain, file)[1]
        (note,) = [line for line in out.splitlines() if line.startswith("!")]
        assert words in note
    answer = json.loads(called("compare", plain, other, "--json")[1])
    assert (answer["same_municipality"], answer["same_baseline"]) == (False, False)
    only_one = [goal for goal in answer["goals"] if goal["scenario"].count(None) == 1]
    assert only_one
    answer = json.loads(called("compare", plain, period, "--json")[1])
    assert answer["budget"]["net_municipal_dkk"]["difference"][1][2:] == [None, None]


def test_compare_takes_two_to_four() -> None:
    for files in ([DOUBLE], [DOUBLE] * 5):
        status, out, err = called("compare", *files)
        assert (status, out) == (2, "")
        assert "to 4" in called("compare", *files, "--language", "en")[2]
        assert str(len(files)) in err


def test_diff_in_words_and_as_json(tmp_path: Path) -> None:
    changed = tmp_path / "ny.yaml"
    text = Path(DOUBLE).read_text(encoding="utf-8")
    changed.write_text(text.replace("to: 400", "to: 300"), encoding="utf-8")
    expected = {
        "da": "Pladser i virksomheder: 300 i stedet for 400 fuldtidspladser fra 1. marts 2021, "
        "indfaset over 26 uger.",
        "en": "Firm places: 300 instead of 400 full-time places from 1 March 2021, phased in over 26 weeks.",
    }
    for language in LANGUAGES:
        status, out, err = called("diff", DOUBLE, str(changed), "--language", language)
        assert (status, err) == (0, "")
        heading, *found = out.splitlines()
        assert DOUBLE in heading
        assert found == [f"- {expected[language]}"]
    answer = json.loads(called("diff", DOUBLE, str(changed), "--json")[1])
    assert answer["same"] is False
    (difference,) = answer["differences"]
    assert {k: difference[k] for k in ("kind", "field", "lever", "group", "parameter", "da", "en")} == {
        "kind": "changed", "field": "changes", "lever": "firm_places", "group": None, "parameter": None,
        **expected,
    }  # fmt: skip
    assert (difference["before"]["to"], difference["after"]["to"]) == (400, 300)
    assert difference["after"]["from"] == "2021-03-01"


def test_diff_of_a_scenario_with_itself() -> None:
    assert "det samme scenarie" in called("diff", DOUBLE, DOUBLE)[1]
    answer = json.loads(called("diff", DOUBLE, DOUBLE, "--json")[1])
    assert (answer["same"], answer["differences"]) == (True, [])


@pytest.mark.parametrize("command", ["compare", "diff"])
def test_a_wrong_file_among_several_is_named(tmp_path: Path, command: str) -> None:
    wrong = tmp_path / "forkert.yaml"
    wrong.write_text("format: 1\nname: x\nmunicipality: balerup\n", encoding="utf-8")
    status, out, err = called(command, DOUBLE, str(wrong))
    assert (status, out) == (1, "")
    assert err.startswith(f"{shown(wrong)}, linje 3, tegn 1:")
    assert called(command, DOUBLE, str(tmp_path / "ingen.yaml"))[0] == 2


# --- progress ------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_long_work_says_how_far_it_is_on_a_terminal_and_leaves_nothing_behind() -> None:
    out, err = io.StringIO(), Terminal()
    assert main.main(["compare", DOUBLE, UNCHANGED], out, err) == 0
    shown_there = err.getvalue()
    assert "1/2 Dobbelt virksomhedsindsats" in shown_there
    assert "2/2 Uændret" in shown_there
    assert shown_there.endswith("\r\x1b[K")
    assert "\n" not in shown_there
    assert "\x1b" not in out.getvalue()


def test_an_error_is_not_written_into_the_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise one_problem("Nej.", "No.", name="x.yaml")

    monkeypatch.setattr("model.cli.run.Run.__init__", refuse)
    out, err = io.StringIO(), Terminal()
    assert main.main(["run", DOUBLE], out, err) == 1
    assert err.getvalue().endswith("\r\x1b[Kx.yaml: Nej.\n")


def test_what_is_logged_does_not_stand_between_the_lines_for_a_person() -> None:
    program = "import logging, model.cli.main; logging.getLogger('model.scenario.files').warning('not saved')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, check=True)
    assert run.stderr == b""


# --- what the system refuses ---------------------------------------------------------------------


def test_a_folder_and_what_is_no_file_are_told_apart(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path, words in ((BALLERUP, "er en mappe, ikke en fil"), (pipe, "er ikke en almindelig fil")):
        for arguments in (("run", str(path)), ("diff", DOUBLE, str(path))):
            status, out, err = called(*arguments)
            assert (status, out) == (2, "")
            assert words in err


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_may_not_be_read_is_told_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    path = tmp_path / "hemmelig.yaml"
    path.write_text("format: 1\n", encoding="utf-8")
    opened = Path.open

    def refused(self: Path, *arguments: Any, **more: Any) -> Any:
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return opened(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", refused)
    words = {
        "da": "Filen kan ikke læses: adgang er nægtet.",
        "en": "The file cannot be read: permission denied.",
    }
    for command in ("run", "validate"):
        status, out, err = called(command, str(path), "--language", language)
        assert status == 1
        assert words[language] in out + err
    # Saving the answer needs the file's hash first, outside the reader.
    status, _, err = called("compare", str(path), DOUBLE, "--language", language)
    assert status == 1
    assert words[language] in err


def test_a_disk_that_is_full_is_status_2_and_no_traceback() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    for command in (["municipalities"], ["parameters", "ballerup", "--json"], ["run", UNCHANGED]):
        with full.open("w") as out:
            run = subprocess.run(
                [sys.executable, "-m", "model", *command], stdout=out, stderr=subprocess.PIPE, cwd=ROOT
            )
        assert run.returncode == 2
        assert run.stderr.decode() == "Systemet siger nej: disken er fuld.\n"


def test_saving_where_nothing_may_be_written_keeps_the_file(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = saved.read_text(encoding="utf-8")

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("model.scenario.files.write_whole", refuse)
    status, _, err = called("run", str(saved), "--save-results", "--language", "en")
    assert status == 1
    assert err == "Mit forslag.yaml: Writing in the folder is not allowed. Nothing was saved or changed.\n"
    assert saved.read_text(encoding="utf-8") == text


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_wrong_scenario_is_status_1_with_file_line_and_words(tmp_path: Path, command: str) -> None:
    path = tmp_path / "forkert.yaml"
    path.write_text("format: 1\nname: x\nmunicipality: balerup\n", encoding="utf-8")
    for language, words in (
        ("da", "linje 3, tegn 1: Kommunen"),
        ("en", "line 3, column 1: The municipality"),
    ):
        status, out, err = called(command, str(path), "--language", language)
        assert status == 1
        assert words in out + err
    status, out, _ = called(command, str(path), "--json")
    assert status == 1
    answer = json.loads(out)
    (problem,) = answer["problems"] if command == "run" else answer["files"][0]["problems"]
    assert (problem["line"], problem["column"], problem["path"]) == (3, 1, ["municipality"])
    assert problem["da"] != problem["en"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "findes-ikke.yaml"),
        ("run", str(BALLERUP)),
        ("run", "\x00"),
        ("validate", "findes-ikke"),
        ("parameters", "atlantis"),
        ("parameters", "ballerup", "--assumption-set", "nej"),
    ],
)
def test_what_is_not_there_is_status_2(arguments: tuple[str, ...]) -> None:
    status, out, err = called(*arguments)
    assert (status, out) == (2, "")
    assert err
    status, out, _ = called(*arguments, "--json")
    assert status == 2
    assert json.loads(out)["error"]


@pytest.mark.parametrize(
    "arguments", [(), ("nej",), ("run",), ("run", "a", "b"), ("run", "a", "--nej"), ("--language", "sv")]
)
def test_wrong_use_is_status_2_in_the_readers_language(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for language, words in (("da", "Forkert brug"), ("en", "Wrong use")):
        with pytest.raises(SystemExit) as caught:
            main.main(["--language", language, *arguments])
        assert caught.value.code == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "words"), [("da", "regn et scenarie igennem"), ("en", "run a scenario")]
)
def test_help_is_in_the_readers_language(
    language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["--help"], ["run", "--help"]):
        with pytest.raises(SystemExit) as caught:
            main.main([*arguments, "--language", language])
        assert caught.value.code == 0
        assert words in capsys.readouterr().out


@pytest.mark.parametrize("language", ["da", "en"])
def test_version_is_the_models(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["--language", language, "--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"Indsatskompas {MODEL_VERSION}\n"


# --- the others ----------------------------------------------------------------------------------


def test_validate_a_folder(tmp_path: Path) -> None:
    assert called("validate", str(ROOT / "scenarios"))[0] == 0
    (tmp_path / "god.yaml").write_text("format: 1\nname: x\nmunicipality: ballerup\n", encoding="utf-8")
    (tmp_path / "dårlig.yaml").write_text("format: 9\n", encoding="utf-8")
    status, out, _ = called("validate", str(tmp_path))
    assert status == 1
    assert "1 i orden, 1 med fejl." in out
    status, out, _ = called("validate", str(tmp_path), "--json")
    checks = json.loads(out)["files"]
    assert status == 1
    assert {Path(c["file"]).name: c["valid"] for c in checks} == {"god.yaml": True, "dårlig.yaml": False}


def test_validate_an_empty_folder_is_wrong_use(tmp_path: Path) -> None:
    assert called("validate", str(tmp_path))[0] == 2


def test_parameters_have_source_and_quality() -> None:
    status, out, _ = called("parameters", "ballerup", "--json")
    answer = json.loads(out)
    register = load_municipality("ballerup").register
    assert status == 0
    assert [p["id"] for p in answer["parameters"]] == [p.id for p in register]
    for parameter in answer["parameters"]:
        assert parameter["unit"]
        assert parameter["source"]
        assert parameter["quality"] in ("document", "statistic", "study", "derived", "assumption")
        if parameter.get("hidden"):
            assert parameter["unit"] == "full-time persons" or parameter["unit"] == "full-time places"
            assert (parameter["low"], parameter["value"], parameter["high"]) == (None, None, None)
        elif parameter["quality"] == "assumption":
            assert parameter["low"] <= parameter["value"] <= parameter["high"]
    status, out, _ = called("parameters", "ballerup")
    lines = out.splitlines()
    assert len(lines) == len(register) + 1
    assert {line.count("\t") for line in lines} == {5}


def test_municipalities() -> None:
    status, out, _ = called("municipalities", "--json")
    answer = json.loads(out)["municipalities"]
    assert status == 0
    assert len(answer) == 98
    assert {m["id"] for m in answer if m["curated"]} == {"ballerup", "broendby", "albertslund"}
    assert len(called("municipalities")[1].splitlines()) == 98


def test_schema_is_the_one_that_ships() -> None:
    assert called("schema") == (0, schema_text(), "")
    assert called("schema", "--json")[1] == schema_text()


def test_options_hold_before_and_after_the_command() -> None:
    after, before = called("municipalities", "--json"), called("--json", "municipalities")
    assert after == before
    assert called("--language", "en", "municipalities")[1] != called("municipalities")[1]


def test_a_reader_that_closes_early_is_no_error() -> None:
    run = subprocess.run(
        f'"{sys.executable}" -m model parameters ballerup | head -1',
        shell=True,
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert run.stderr == b""


def test_nothing_heavy_is_imported_for_light_commands() -> None:
    program = "import sys, model.cli; print(sorted({'numba', 'pandas', 'streamlit'} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout.strip() == "[]"
