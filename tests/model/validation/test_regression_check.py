"""Test the regression check: what counts as moved, another revision's answer, and how both are reported."""

from __future__ import annotations

import io
import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from model.cli import main
from model.domain import GROUPS, MODEL_VERSION
from model.municipality.municipality import load_municipality
from model.scenario.files import load_scenario, read_scenario, scenario_files
from model.scenario.levers import LEVERS
from model.scenario.scenario import Scenario
from model.simulation.simulate import simulate
from model.validation import regression_check
from model.validation.regression_check import (
    CannotCheck,
    VersionFigures,
    changes_between,
    figures_of,
    measure,
    measure_revision,
    revision_hash,
)
from tests.folders import ROOT

SCENARIOS = ROOT / "scenarios"
# A model that answers at once and does no more than say which scenarios it was asked for.
TINY = """import json, pathlib, sys
cases = {"scenario:" + p.stem: {"x": 1.0} for p in pathlib.Path(sys.argv[1]).glob("*.yaml")}
print(json.dumps({"model_version": "0.0.7", "cases": cases, "failed": {}}))
"""


def measured(version: str = "1", failed: dict[str, str] | None = None, **cases: Any) -> VersionFigures:
    return VersionFigures(version, cases, failed or {})


# --- what counts as moved ------------------------------------------------------------------------


def test_rounding_does_not_count_and_all_else_does() -> None:
    before = measured(
        a={"same": 1.0, "rounding": 1e9, "moved": 100.0, "word": "none", "gone": 1.0, "nan": None}
    )
    after = measured(
        a={
            "same": 1.0,
            "rounding": 1e9 + 0.9,
            "moved": 100.000001,
            "word": "reached",
            "new": 2.0,
            "nan": None,
        }
    )
    found = changes_between(before, after)
    assert [(m.figure, m.before, m.after) for m in found.changed] == [
        ("moved", 100.0, 100.000001),
        ("word", "none", "reached"),
        ("gone", 1.0, None),
        ("new", None, 2.0),
    ]
    moved, word = found.changed[:2]
    assert moved.difference == pytest.approx(1e-6, rel=1e-3)
    assert moved.relative == pytest.approx(1e-8, rel=1e-3)
    assert (word.difference, word.relative) == (None, None)
    assert not found.is_unchanged


def test_what_is_next_to_nothing_is_rounding() -> None:
    assert changes_between(measured(a={"unfilled": 0.0}), measured(a={"unfilled": 1e-13})).is_unchanged
    assert not changes_between(measured(a={"unfilled": 0.0}), measured(a={"unfilled": 1e-9})).is_unchanged


def test_cases_come_go_and_fail() -> None:
    before = measured(failed={"new": "unknown lever", "both": "x"}, kept={"x": 1.0}, old={"x": 1.0})
    after = measured(failed={"both": "x"}, kept={"x": 1.0}, new={"x": 1.0}, newer={"x": 1.0})
    found = changes_between(before, after)
    assert found.compared == ("kept",)
    assert (found.added, found.removed) == (("newer",), ("old",))
    assert dict(found.failed_before) == {"new": "unknown lever"}
    assert dict(found.failed_here) == {"both": "x"}
    assert not found.is_unchanged
    assert changes_between(measured(a={"x": 1.0}), measured(a={"x": 1.0})).is_unchanged


# --- what this version answers -------------------------------------------------------------------


def test_figures_are_the_engines() -> None:
    scenario = load_scenario(SCENARIOS / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    figures = figures_of(scenario)
    outcome = simulate(load_municipality("ballerup"), scenario)
    for i, group in enumerate(GROUPS):
        expected = outcome.caseload[-52:, i].sum(axis=1).mean()
        assert figures[f"persons.{group}"] == pytest.approx(expected, rel=1e-9)
    goals = load_municipality("ballerup").goals
    for goal in goals:
        for indicator in goal.indicators:
            assert f"goal.{goal.id}.{indicator.id}" in figures
    assert {f"budget.net.year{n}" for n in range(1, 5)} <= set(figures)
    assert all(
        isinstance(x, str | float) and (isinstance(x, str) or math.isfinite(x)) for x in figures.values()
    )


def test_all_scenarios_and_the_whole_matrix_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Scenario] = []
    monkeypatch.setattr(regression_check, "figures_of", lambda scenario: asked.append(scenario) or {})
    reported: list[tuple[int, int]] = []
    found = measure(SCENARIOS, lambda i, n, case: reported.append((i, n)))
    assert found.failed == {}
    assert found.model_version == MODEL_VERSION
    shipped = {f"scenario:{p.parent.name}/{p.stem}" for p in scenario_files(SCENARIOS)}
    assert shipped <= set(found.cases)
    assert reported == [(i + 1, len(found.cases)) for i in range(len(found.cases))]
    by_case = dict(zip(found.cases, asked, strict=True))
    for municipality in ("ballerup", "broendby", "albertslund"):
        assert by_case[f"matrix:{municipality}/rest"].changes == ()
        for lever in LEVERS:
            if lever.scope == "mix":
                continue
            for end in ("min", "max"):
                changes = by_case[f"matrix:{municipality}/{lever.id} at {end}"].changes
                assert {c.lever for c in changes} == {lever.id}
                assert {c.group for c in changes} == set(lever.groups or (None,))
        every = {c.lever for c in by_case[f"matrix:{municipality}/all at max"].changes}
        assert every == {lever.id for lever in LEVERS if lever.scope != "mix"}


def test_one_that_fails_does_not_hide_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "god.yaml").write_text("format: 1\nname: x\nmunicipality: ballerup\n", encoding="utf-8")
    (tmp_path / "forkert.yaml").write_text("format: 9\n", encoding="utf-8")
    monkeypatch.setattr(regression_check, "_matrix", lambda: iter(()))
    found = measure(tmp_path)
    assert set(found.cases) == {"scenario:god"}
    assert "newer version" in found.failed["scenario:forkert"]


def test_two_runs_of_one_version_stand_still() -> None:
    scenario = load_scenario(SCENARIOS / "ballerup" / "samlet-forslag.yaml")
    first, second = (measured(a=figures_of(scenario)) for _ in range(2))
    assert changes_between(first, second).is_unchanged
    other = measured(a=figures_of(scenario.copy_with(years=3)))
    assert not changes_between(first, other).is_unchanged


def test_the_answer_of_the_module_is_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(regression_check, "_matrix", lambda: iter(()))
    (tmp_path / "a.yaml").write_text("format: 1\nname: x\nmunicipality: ballerup\n", encoding="utf-8")
    assert regression_check.main([str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["model_version"] == MODEL_VERSION
    assert list(answer["cases"]) == ["scenario:a"]
    assert answer["failed"] == {}


# --- what another revision answers ---------------------------------------------------------------

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")


def git(root: Path, *arguments: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    command = ["git", *who, "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of four commits: without a model, without the module, with it, with a broken one."""
    root = tmp_path / "checkout"
    root.mkdir()
    git(root, "init", "-q")
    module = root / "model" / "validation" / "regression_check.py"
    for content in ("nothing", "model", TINY, "raise RuntimeError('itu')"):
        if content == "nothing":
            (root / "README.md").write_text("x")
        else:
            module.parent.mkdir(parents=True, exist_ok=True)
            (module.parents[1] / "__init__.py").write_text("")
            (module.parent / "__init__.py").write_text("")
            if content != "model":
                module.write_text(content)
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", content[:10])
    return root


@needs_git
def test_a_revision_is_asked_in_its_own_tree(checkout: Path, tmp_path: Path) -> None:
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "min.yaml").write_text("x")
    commit = revision_hash("HEAD~1", checkout)
    assert commit == git(checkout, "rev-parse", "HEAD~1")
    before = git(checkout, "status", "--porcelain")
    found = measure_revision(commit, scenarios, checkout)
    assert found == VersionFigures("0.0.7", {"scenario:min": {"x": 1.0}}, {})
    assert git(checkout, "status", "--porcelain") == before
    assert git(checkout, "worktree", "list").count("\n") == 0


@needs_git
def test_a_revision_reads_what_is_to_be_run_and_no_stored_results(checkout: Path, tmp_path: Path) -> None:
    # As an older version does: a result that it does not know makes it refuse the file.
    module = checkout / "model" / "validation" / "regression_check.py"
    module.write_text(
        "import json, pathlib, sys\n"
        "texts = {p.relative_to(sys.argv[1]).as_posix(): p.read_bytes().decode('latin-1')"
        " for p in pathlib.Path(sys.argv[1]).rglob('*.yaml')}\n"
        "print(json.dumps({'model_version': '0', 'cases': {}, 'failed': texts}))\n"
    )
    git(checkout, "commit", "-qam", "strict")
    scenarios = tmp_path / "scenarios"
    (scenarios / "by").mkdir(parents=True)
    original = (SCENARIOS / "ballerup" / "2027-spar-paa-indsatsen.yaml").read_bytes()
    assert b"\nresults:" in original
    (scenarios / "by" / "spar.yaml").write_bytes(original)
    (scenarios / "unreadable.yaml").write_bytes(b"name: \xff\n")
    read = measure_revision(revision_hash("HEAD", checkout), scenarios, checkout).failed
    assert sorted(read) == ["by/spar.yaml", "unreadable.yaml"]
    assert read["unreadable.yaml"] == "name: \xff\n"
    mine, theirs = (read_scenario(text) for text in (original, read["by/spar.yaml"].encode("latin-1")))
    assert theirs.results is None
    assert theirs == mine.copy_with(results=None)
    assert (scenarios / "by" / "spar.yaml").read_bytes() == original


@needs_git
@pytest.mark.parametrize(
    ("revision", "key"), [("HEAD~3", "no_model"), ("HEAD~2", "no_model"), ("HEAD", "broken")]
)
def test_a_revision_that_cannot_be_measured_says_so(checkout: Path, revision: str, key: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        measure_revision(revision_hash(revision, checkout), SCENARIOS, checkout)
    assert caught.value.key == key
    if key == "broken":
        assert "itu" in caught.value.values["message"]


@needs_git
@pytest.mark.parametrize("revision", ["nej", "--all", "-x", "", "HEAD:model", "a b", "HEAD..HEAD"])
def test_an_unknown_revision_is_refused_and_never_an_option(checkout: Path, revision: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        revision_hash(revision, checkout)
    assert caught.value.key == "no_revision"


@needs_git
def test_outside_a_checkout_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(CannotCheck) as caught:
        revision_hash("HEAD", tmp_path)
    assert caught.value.key == "no_git"


def test_without_git_there_is_nothing_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotCheck) as caught:
        revision_hash("HEAD")
    assert caught.value.key == "no_program"


# --- the command ---------------------------------------------------------------------------------


def called(
    monkeypatch: pytest.MonkeyPatch, before: VersionFigures, after: VersionFigures, *more: str
) -> tuple[int, str]:
    monkeypatch.setattr("model.cli.check.revision_hash", lambda revision: "0123456789abcdef")
    monkeypatch.setattr("model.cli.check.measure", lambda folder, report: after)
    monkeypatch.setattr("model.cli.check.measure_revision", lambda commit, folder: before)
    out = io.StringIO()
    return main.main(["check", "v1", *more], out, io.StringIO()), out.getvalue()


def test_nothing_moved_is_status_0(monkeypatch: pytest.MonkeyPatch) -> None:
    same = measured(a={"x": 1.0})
    status, out = called(monkeypatch, same, same)
    assert status == 0
    assert out.endswith("Intet har flyttet sig.\n")
    status, out = called(monkeypatch, same, same, "--json")
    assert status == 0
    assert json.loads(out) == {
        "revision": "v1", "commit": "0123456789abcdef", "model_version": {"before": "1", "after": "1"},
        "stands_still": True, "compared": 1, "moved": [], "added": [], "removed": [],
        "failed": {"before": {}, "after": {}},
    }  # fmt: skip


def test_what_moved_is_listed_and_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = {f"x{i}": float(i + 1) for i in range(5)}
    before = VersionFigures(
        "0.1.0", {"scenario:a": scenario, "matrix:b": scenario, "old": {}}, {"new": "why not"}
    )
    more = {figure: value * 1.5 for figure, value in scenario.items()}
    after = VersionFigures(
        "0.2.0", {"scenario:a": more, "matrix:b": more, "new": {}, "newer": {}}, {"bad": "because"}
    )
    status, out = called(monkeypatch, before, after, "--language", "en")
    assert status == 1
    lines = out.splitlines()
    assert lines[0] == "Model 0.1.0 (v1, 0123456789) against model 0.2.0 here: 2 cases."
    assert lines[1] == "10 figures in 2 of 2 cases have moved."
    of_scenario = lines[lines.index("scenario:a") + 1 : lines.index("matrix:b")]
    assert of_scenario[0].split() == ["x0", "1", "1.5", "+0.5", "+3.33e-01"]
    assert len(of_scenario) == 5
    of_matrix = lines[lines.index("matrix:b") + 1 :]
    assert of_matrix[3] == "  ... and 2 other figures"
    assert "Only here: newer" in lines
    assert "Only in v1, 0123456789: old" in lines
    assert "new cannot be run with v1, 0123456789: why not" in lines
    assert "bad cannot be run here: because" in lines
    status, out = called(monkeypatch, before, after, "--json")
    answer = json.loads(out)
    assert status == 1
    assert answer["moved"][0] == {
        "case": "scenario:a", "figure": "x0", "before": 1.0, "after": 1.5, "difference": 0.5,
        "relative": pytest.approx(1 / 3),
    }  # fmt: skip
    assert answer["failed"] == {"before": {"new": "why not"}, "after": {"bad": "because"}}


@pytest.mark.parametrize("key", ["no_git", "no_program", "no_revision", "no_model", "broken"])
def test_what_cannot_be_checked_is_status_2_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    def refuse(revision: str) -> str:
        raise CannotCheck(key, revision=revision, message="itu")

    monkeypatch.setattr("model.cli.check.revision_hash", refuse)
    words = set()
    for language in ("da", "en"):
        out, err = io.StringIO(), io.StringIO()
        assert main.main(["check", "v1", "--language", language], out, err) == 2
        assert out.getvalue() == ""
        assert err.getvalue().count("\n") == 1
        words.add(err.getvalue())
    assert len(words) == 2
