"""Test hostile and mistaken scenario files on the command line: status 1, one message, never a traceback."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.language.catalogue import LANGUAGES
from model.scenario.files import load_scenario, read_scenario, write_scenario
from model.scenario.levers import LEVERS
from tests.command_line import called
from tests.folders import ROOT
from tests.model.files.hostile_yaml import HEAD, HOSTILE_FILES

SCENARIO = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
# What takes seconds to read is left to the reader's own test; the command reads it no other way.
ON_THE_COMMAND_LINE = HOSTILE_FILES.keys() - {"too_many_values"}
# Only a guard against hanging; how long each takes is measured by hand.
HANGS = 60


def written(folder: Path, name: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_bytes(HOSTILE_FILES[name].content)
    return path


def place(name: str, line: int, language: str) -> str:
    word = "line" if language == "en" else "linje"
    return f"{name}.yaml, {word} {line}" if line else f"{name}.yaml: "


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(ON_THE_COMMAND_LINE))
def test_one_clear_message_with_its_line_in_both_languages(tmp_path: Path, name: str, language: str) -> None:
    path, expected = written(tmp_path, name), HOSTILE_FILES[name]
    status, out, err = called("run", str(path), "--draws", "0", "--language", language)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith(place(name, expected.line, language))
    assert expected.message(language) in err
    assert err.rstrip("\n").isprintable()
    assert len(err) < 1000
    status, out, err = called("validate", str(path), "--language", language)
    assert (status, err) == (1, "")
    message, summary = out.splitlines()
    assert expected.message(language) in message
    assert summary[0] == "0"
    # Where two are asked for, the wrong one is named.
    status, out, err = called("diff", str(SCENARIO), str(path), "--language", language)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", sorted(ON_THE_COMMAND_LINE))
def test_machines_are_told_the_same(tmp_path: Path, name: str) -> None:
    status, out, _ = called("run", str(written(tmp_path, name)), "--draws", "0", "--json")
    (problem,) = json.loads(out)["problems"]
    expected = HOSTILE_FILES[name]
    assert status == 1
    assert problem["line"] == expected.line
    assert expected.da in problem["da"]
    assert expected.en in problem["en"]


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=HANGS, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "language"),
    [("alias_bomb", "da"), ("depth_100000", "en"), ("number_of_5000_digits", "da"), ("300_kb", "en")],
)
def test_in_a_process_of_its_own(tmp_path: Path, name: str, language: str) -> None:
    run = process("validate", str(written(tmp_path, name)), "--language", language)
    expected = HOSTILE_FILES[name]
    assert (run.returncode, run.stderr) == (1, "")
    assert expected.message(language) in run.stdout.splitlines()[0]
    assert len(run.stdout.splitlines()) == 2


def test_a_folder_of_all_of_them_in_one_process(tmp_path: Path) -> None:
    for name in ON_THE_COMMAND_LINE:
        written(tmp_path, name)
    run = process("validate", str(tmp_path), "--json")
    assert (run.returncode, run.stderr) == (1, "")
    checks = {Path(check["file"]).stem: check for check in json.loads(run.stdout)["files"]}
    assert set(checks) == ON_THE_COMMAND_LINE
    for name, check in checks.items():
        assert check["valid"] is False
        (problem,) = check["problems"]
        assert problem["line"] == HOSTILE_FILES[name].line


# --- generated files -----------------------------------------------------------------------------

SHIPPED = SCENARIO.read_text(encoding="utf-8")
# What YAML and the scenario format make something of.
PIECES = st.sampled_from(
    [
        *(lever.id for lever in LEVERS), "format: 1\n", "format: 99\n", "name: x\n", "municipality: ballerup\n",
        "changes:\n", "  - lever: firm_places\n", "    to: 400\n", "    from: 2021-03-01\n", "    group: dagpenge\n",
        "    phase_in_weeks: 26\n", "    why: |\n", "assumptions:\n", "  - parameter: displacement\n",
        "    value: 0.5\n", "workshop:\n", "results:\n", "  figures: {a: 1}\n", "economy: {inflow: [{index: 100}]}\n",
        "years: ", "start: ", "null", "~", "true", "no", "12:30", "0x1f", "0o17", "1_000", "1e400", "-.inf", ".nan",
        "&a ", "*a ", "!!set ", "<<: ", "? ", "%YAML 1.1\n", "---\n", "...\n", "- ", "[", "]", "{", "}", ",", ":",
        "'", '"', "\\", "|", ">", "#", "\t", "\n", "  ", "\ufeff", "\x00", "\x85", "\u2028", "\ud800", "æøå", "9" * 400,
    ]
)  # fmt: skip
GENERATED = st.one_of(
    st.lists(PIECES, max_size=40).map("".join),
    st.text(max_size=300),
    st.tuples(st.just(HEAD), st.lists(PIECES, max_size=20).map("".join)).map("".join),
    # A shipped scenario with a piece cut out and another put in its place.
    st.tuples(st.integers(0, len(SHIPPED)), st.integers(0, 60), PIECES).map(
        lambda t: SHIPPED[: t[0]] + t[2] + SHIPPED[t[0] + t[1] :]
    ),
).map(lambda text: text.encode("utf-8", "surrogatepass"))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(GENERATED, st.binary(max_size=300)))
def test_generated_files_are_valid_or_told_and_never_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fil.yaml"
    path.write_bytes(content)
    status, out, err = called("validate", str(path), "--json")
    assert err == ""
    (check,) = json.loads(out)["files"]
    assert status == (0 if check["valid"] else 1)
    assert check["valid"] == (not check["problems"])
    for problem in check["problems"]:
        for language in LANGUAGES:
            assert problem[language].rstrip(".?…")
            assert problem[language].isprintable()
            assert "Traceback" not in problem[language]
        assert 0 <= problem["line"] <= content.count(b"\n") + content.count(b"\r") + 300
    if check["valid"]:
        scenario = load_scenario(path)
        assert read_scenario(write_scenario(scenario)) == scenario


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=GENERATED)
def test_generated_files_in_a_persons_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fil.yaml"
    path.write_bytes(content)
    for language in LANGUAGES:
        status, out, err = called("diff", str(SCENARIO), str(path), "--language", language)
        assert status in (0, 1)
        assert bool(err) == (status == 1)
        for line in err.splitlines():
            assert re.match(r".+(, (linje|line) \d+.*)?: .+", line)
        assert "{" not in re.sub(r"[»“].*?[«”]", "", out)


def test_the_largest_file_that_is_allowed_is_read_and_one_more_is_told(tmp_path: Path) -> None:
    def step(day: int) -> str:
        date = datetime.date(2021, 1, 4) + datetime.timedelta(days=day)
        return f"  - lever: firm_places\n    to: {200 + day}\n    from: {date}\n"

    def written_with(changes: int) -> str:
        path = tmp_path / f"{changes}.yaml"
        text = "".join(step(day) for day in range(changes))
        path.write_text(f"{HEAD}description: {'ord ' * 900}\nchanges:\n{text}", encoding="utf-8")
        return str(path)

    assert called("validate", written_with(200))[0] == 0
    status, out, _ = called("validate", written_with(201))
    assert status == 1
    assert "Højst 200 ændringer" in out
