"""Test a scenario that git could merge but for its stored results: read without them, renewed by one command."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from model.files.problems import FileProblem
from model.scenario.files import load_scenario, load_with_warnings, read_scenario, read_with_warnings
from tests.command_line import called
from tests.folders import DATA
from tests.model.cli.cases import DOUBLE

HEADLINE = DATA / "yaml_by_hand" / "conflict-in-headline.yaml"
ONLY_RESULTS = "git kunne ikke flette de gemte resultater; resten af filen er flettet."
BOTH = """\
# øverst
format: 1
name: Prøve
municipality: ballerup
changes:
  - lever: firm_places
    to: 400  # aftalt
    from: 2021-03-01
<<<<<<< HEAD
results:
  model_version: 0.1.0
  baseline_sha256: ab
||||||| 1a2b
=======
results:
  model_version: 0.1.0
  baseline_sha256: cd
>>>>>>> anna
# nederst
"""


def committed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in a folder as somebody without settings of their own."""
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "merge.conflictStyle=merge"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


def moved(text: str, lever: tuple[str, str], by: str) -> str:
    """Return a scenario's text with one lever changed and other stored results."""
    head, results, tail = text.replace(*lever).partition("results:")
    assert head.count(lever[1]) == 1
    return (
        head
        + results
        + tail.replace("10,1", by).replace("net_difference_dkk: ", f"net_difference_dkk: {by[:1]}")
    )


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """A file of two planners who each changed a lever and saved results, as git leaves it."""
    path = tmp_path / "Fælles forslag.yaml"
    text = Path(DOUBLE).read_text(encoding="utf-8").replace("    to: 400", "    to: 400  # aftalt i marts")
    committed(tmp_path, "init", "-b", "main")
    for branch, content in (
        ("main", text),
        ("anna", moved(text, ("to: 400", "to: 450"), "11,1")),
        ("bo", moved(text, ("    to: 24\n", "    to: 50\n"), "22,2")),
    ):
        if branch != "main":
            committed(tmp_path, "checkout", "-q", "-b", branch, "main")
        path.write_text(content, encoding="utf-8")
        committed(tmp_path, "add", ".")
        committed(tmp_path, "commit", "-q", "-m", branch)
    assert committed(tmp_path, "merge", "anna").returncode == 1
    assert "<<<<<<< HEAD" in path.read_text(encoding="utf-8")
    return path


def test_two_planners_who_save_results_need_one_command(merged: Path) -> None:
    status, out, _ = called("validate", merged)
    assert status == 1
    assert ONLY_RESULTS in out
    assert "python -m model run FIL --save-results" in out
    status, out, err = called("run", merged, "--save-results")
    assert (status, err) == (0, "")
    assert "git kunne ikke flette de gamle resultater; de er nu beregnet igen." in out
    assert f"git add {merged}" in out
    assert called("validate", merged)[0] == 0
    text = merged.read_text(encoding="utf-8")
    assert "<<<<<<<" not in text
    assert "to: 450  # aftalt i marts" in text
    assert text.startswith("# yaml-language-server")
    changed = {change.lever: change.to for change in load_scenario(merged).changes}
    assert (changed["firm_places"], changed["activation_rate"]) == (450, 50)
    stored = json.loads(called("run", merged, "--json")[1])["stored"]
    assert stored["same"] is True
    committed(merged.parent, "add", merged.name)
    assert committed(merged.parent, "commit", "-q", "-m", "flettet").returncode == 0


def test_other_commands_read_it_and_say_so(merged: Path) -> None:
    status, out, err = called("run", merged, "--json")
    assert status == 0
    assert json.loads(out)["stored"] is None
    assert err.startswith(f"Se efter: {merged.name}, linje ")
    assert ONLY_RESULTS in err


def test_it_is_read_without_its_results_and_every_line_keeps_its_number() -> None:
    for source in (BOTH, BOTH.replace("\n", "\r\n"), HEADLINE.read_bytes()):
        read = read_with_warnings(source)
        assert read.scenario.results is None
        assert read.scenario.changes[0].to == 400
        (warning,) = read.warnings
        assert warning.line == (13 if source == HEADLINE.read_bytes() else 9)
        assert warning.en.startswith("git could not merge the stored results")
        with pytest.raises(FileProblem) as caught:
            read_scenario(source)
        assert ONLY_RESULTS in caught.value.text("da")
    with pytest.raises(FileProblem) as caught:
        read_with_warnings(BOTH.replace("to: 400", "to: 4000"))
    assert caught.value.problems[0].line == 7


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            BOTH.replace("format: 1\n", "format: 1\n<<<<<<< a\nyears: 4\n=======\n>>>>>>> b\n"),
            id="elsewhere too",
        ),
        pytest.param(
            BOTH.replace("results:\n  model", "author: x\nresults:\n  model", 1), id="a field beside them"
        ),
        pytest.param(BOTH.replace(">>>>>>> anna\n", ""), id="the last mark is missing"),
        pytest.param(BOTH + ">>>>>>> anna\n", id="a mark too many"),
        pytest.param(BOTH.replace("results:\n", "results_of_ours:\n"), id="another name"),
    ],
)
def test_a_conflict_in_anything_else_is_refused(source: str) -> None:
    with pytest.raises(FileProblem) as caught:
        read_with_warnings(source)
    assert ONLY_RESULTS not in caught.value.text("da")
    assert "git" in caught.value.text("da")


def test_a_whole_file_has_no_conflict() -> None:
    assert load_with_warnings(DOUBLE).conflict is None
