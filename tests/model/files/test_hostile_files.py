"""Hostile and mistaken scenario files through the command line: exit 1, one clear message, never a traceback."""

from __future__ import annotations

import datetime
import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.cli import main
from model.language.catalogue import LANGUAGES
from model.scenario.files import load_scenario, read_scenario, write_scenario
from model.scenario.levers import LEVERS
from tests.folders import ROOT

SCENARIO = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
HEAD = "format: 1\nname: Prøve\nmunicipality: ballerup\n"
# Only a guard against hanging; how long each takes is measured by hand.
HANGS = 60


@dataclass(frozen=True)
class Case:
    """A file, the line that is named (0: the whole file) and a piece of the message in both languages."""

    content: bytes
    line: int
    da: str
    en: str


def case(content: str | bytes, line: int, da: str, en: str) -> Case:
    return Case(content.encode() if isinstance(content, str) else content, line, da, en)


def change(**fields: object) -> str:
    given: dict[str, object] = {"lever": "firm_places", "to": 400, "from": "2021-03-01"} | fields
    lines = [f"{key}: {value}" for key, value in given.items() if value is not None]
    return HEAD + "changes:\n  - " + "\n    ".join(lines) + "\n"


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
)
CASES = {
    "duplicate_key": case(
        HEAD + "name: Anden\n", 4, "står to gange; første gang i linje 2", "stands twice; first in line 2"
    ),
    "duplicate_key_in_a_change": case(
        change() + "    to: 300\n", 8, "»to« står to gange", "“to” stands twice"
    ),
    "alias_bomb": case(HEAD + BOMB, 4, "Ankre og henvisninger", "Anchors and aliases"),
    "tag": case(HEAD + "author: !!python/object/apply:os.system ['id']\n", 4, "Typemærker (!)", "Tags (!)"),
    "merge_key": case(HEAD + "<<: {name: x}\n", 4, "Fletning med <<", "Merging with <<"),
    "no_as_a_municipality": case(
        HEAD.replace("ballerup", "no"), 3, "Kommunen »no« kendes ikke", "municipality “no” is not known"
    ),
    "no_as_a_number": case(change(to="no"), 6, "skal være et tal; her står »no«", "must be a number; here it is “no”"),
    "on_as_a_key": case(HEAD + "on: x\n", 4, "»on« kendes ikke", "“on” is not known"),
    "time_as_a_number": case(change(to="12:30"), 6, "her står »12:30«", "here it is “12:30”"),
    "time_as_a_date": case(change(**{"from": "12:30"}), 7, "en dato, skrevet som 2021-03-01; her står »12:30«",
                           "a date here, written as 2021-03-01; here it is “12:30”"),
    "number_of_5000_digits": case(change(to="9" * 5000), 6, "skal være et tal", "must be a number"),
    "exponent_beyond_all": case(change(to="1e999"), 6, "skal være et tal", "must be a number"),
    "depth_100000": case(HEAD + "author: " + "[" * 100_000, 4, "for dybt: højst 12", "too deeply: at most 12"),
    "depth_100000_in_blocks": case(
        HEAD + "author:\n" + "- " * 100_000 + "x\n", 5, "for dybt: højst 12", "too deeply: at most 12"
    ),
    "wrong_type_of_a_list": case(HEAD + "changes: 12\n", 4, "skal være en liste", "must be a list"),
    "wrong_type_of_a_number": case(HEAD + "years: [4]\n", 4, "skal være et helt tal", "must be a whole number"),
    "true_as_a_number": case(change(to="true"), 6, "her står true", "here it is true"),
    "decimal_comma": case(change(to="400,5"), 6, "Skriv decimaler med punktum", "Write decimals with a point"),
    "unknown_lever": case(
        change(lever="firm_place"), 5, "Mente du »firm_places«?", "Did you mean “firm_places”?"
    ),
    "unknown_group": case(
        change(lever="meetings", to=3, group="dagpnge"), 8, "Mente du »dagpenge«?", "Did you mean “dagpenge”?"
    ),
    "not_a_number": case(change(to=".nan"), 6, "her står ».nan«", "here it is “.nan”"),
    "infinite": case(change(to=".inf"), 6, "her står ».inf«", "here it is “.inf”"),
    "out_of_bounds": case(change(to=-1), 6, "skal være mellem 0 og", "must be between 0 and"),
    "before_the_horizon": case(
        change(**{"from": "2020-12-31"}), 7, "periode, 2021-01-04 til 2024-12-29", "period, 2021-01-04 to 2024-12-29"
    ),
    "after_the_horizon": case(
        change(**{"from": "2031-01-01"}), 7, "skal ligge i scenariets periode", "must lie in the scenario's period"
    ),
    "a_date_that_is_none": case(change(**{"from": "2021-02-30"}), 7, "skal stå en dato", "must be a date"),
    "path_as_municipality": case(
        HEAD.replace("ballerup", "../../etc/passwd"), 3,
        "»../../etc/passwd« kendes ikke. Skriv kommunens id, for eksempel",
        "“../../etc/passwd” is not known. Write the municipality's id",
    ),
    "windows_encoding": case(HEAD.encode("cp1252"), 2, "ikke gemt som UTF-8", "not saved as UTF-8"),
    "utf_16": case(HEAD.encode("utf-16"), 1, "ikke gemt som UTF-8", "not saved as UTF-8"),
    "empty": case("", 1, "Filen er tom: der skal stå", "The file is empty: there must be"),
    "only_a_comment": case(
        "# kun en bemærkning\n", 1, "Filen er tom: der skal stå", "The file is empty: there must be"
    ),
    "nothing_but_zeros": case(b"\x00" * 1000, 1, "U+0000", "U+0000"),
    "300_kb": case(HEAD + "#" * 300_000, 0, "for stor: højst 256 kB", "too large: at most 256 kB"),
    "newer_format": case(
        HEAD.replace("format: 1", "format: 2") + "new_field: 1\n", 1, "Opdatér programmet", "Update the program"
    ),
    "no_format": case("name: x\n", 1, "»format« mangler", "“format” is missing"),
    "a_list": case("- format: 1\n", 1, "ikke et scenarie", "not a scenario"),
    "two_documents": case(HEAD + "---\n" + HEAD, 4, "kun indeholde ét dokument", "one document only"),
    "an_unclosed_quote": case(HEAD + "author: 'x\n", 5, "før et anførselstegn", "before a quote"),
    "a_tab": case(HEAD + "changes:\n\t- lever: x\n", 5, "rykket ind med tabulator", "indented with a tab"),
    "terminal_codes": case(HEAD + "author: \x1b[31mrød\n", 4, "U+001B", "U+001B"),
    "lines_in_a_name": case('format: 1\nname: "a\\nb"\nmunicipality: ballerup\n', 2, "linjeskift", "line break"),
}  # fmt: skip


def called(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main.main(arguments, out, err), out.getvalue(), err.getvalue()


def written(folder: Path, name: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_bytes(CASES[name].content)
    return path


def place(name: str, line: int, language: str) -> str:
    word = "line" if language == "en" else "linje"
    return f"{name}.yaml, {word} {line}" if line else f"{name}.yaml: "


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_one_clear_message_with_its_line_in_both_languages(tmp_path: Path, name: str, language: str) -> None:
    path, expected = written(tmp_path, name), CASES[name]
    status, out, err = called("run", str(path), "--language", language)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith(place(name, expected.line, language))
    assert (expected.en if language == "en" else expected.da) in err
    assert err.rstrip("\n").isprintable()
    assert len(err) < 1000
    status, out, err = called("validate", str(path), "--language", language)
    assert (status, err) == (1, "")
    message, summary = out.splitlines()
    assert (expected.en if language == "en" else expected.da) in message
    assert summary[0] == "0"
    # Where two are asked for, the wrong one is named.
    status, out, err = called("diff", str(SCENARIO), str(path), "--language", language)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", CASES)
def test_machines_are_told_the_same(tmp_path: Path, name: str) -> None:
    status, out, _ = called("run", str(written(tmp_path, name)), "--json")
    (problem,) = json.loads(out)["problems"]
    expected = CASES[name]
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
    expected = CASES[name]
    assert (run.returncode, run.stderr) == (1, "")
    assert (expected.en if language == "en" else expected.da) in run.stdout.splitlines()[0]
    assert len(run.stdout.splitlines()) == 2


def test_a_folder_of_all_of_them_in_one_process(tmp_path: Path) -> None:
    for name in CASES:
        written(tmp_path, name)
    run = process("validate", str(tmp_path), "--json")
    assert (run.returncode, run.stderr) == (1, "")
    checks = {Path(check["file"]).stem: check for check in json.loads(run.stdout)["files"]}
    assert set(checks) == set(CASES)
    for name, check in checks.items():
        assert check["valid"] is False
        (problem,) = check["problems"]
        assert problem["line"] == CASES[name].line


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
