"""Test progress, help, options and the commands that only look things up."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from model.cli import main
from model.domain import MODEL_VERSION
from model.files.problems import single_problem
from model.municipality.municipality import load_municipality
from model.scenario.schema import schema_text
from model.workshop.schema import course_schema_text
from tests.command_line import called
from tests.folders import ROOT
from tests.model.cli.cases import DOUBLE, UNCHANGED


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_and_erased() -> None:
    out, err = io.StringIO(), Terminal()
    assert main.main(["compare", DOUBLE, UNCHANGED, "--draws", "0"], out, err) == 0
    shown_there = err.getvalue()
    assert "1/2 Dobbelt virksomhedsindsats" in shown_there
    assert "2/2 Uændret" in shown_there
    assert shown_there.endswith("\r\x1b[K")
    assert "\n" not in shown_there
    assert "\x1b" not in out.getvalue()


def test_an_error_is_not_written_into_the_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise single_problem("Nej.", "No.", name="x.yaml")

    monkeypatch.setattr("model.cli.run.Run.__init__", refuse)
    out, err = io.StringIO(), Terminal()
    assert main.main(["run", DOUBLE, "--draws", "0"], out, err) == 1
    assert err.getvalue().endswith("\r\x1b[Kx.yaml: Nej.\n")


def test_what_is_logged_does_not_stand_between_the_lines_for_a_person() -> None:
    program = "import logging, model.cli.main; logging.getLogger('model.scenario.files').warning('not saved')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, check=True)
    assert run.stderr == b""


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
@pytest.mark.parametrize("command", [command.name for command in main.COMMANDS])
def test_every_command_has_help_whatever_signs_its_texts_have(
    command: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main([command, "--help", "--language", language])
    assert caught.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "%%" not in shown
    if command == "set":
        assert {"da": "45 % og 0,45", "en": "45 % and 0.45"}[language] in shown


@pytest.mark.parametrize("language", ["da", "en"])
def test_version_is_the_models(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["--language", language, "--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"Indsatskompas {MODEL_VERSION}\n"


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


def test_validate_says_what_format_1_means_and_how_it_comes_to_2026(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "gammel.yaml", tmp_path / "ny.yaml"
    old.write_text("format: 1\nname: x\nmunicipality: ballerup\n", encoding="utf-8")
    monkeypatch.setenv("INDSATSKOMPAS_BASELINE", "2026")
    status, out, _ = called("validate", str(old))
    assert status == 0
    assert "Filer af format 1: 1. Format 1 betyder tal fra 2020 og reglerne fra januar 2021." in out
    # What it says to write makes a file of today.
    for line in ("format: 2", "baseline: 2026", "rules: dated", "start: 2027-01-04"):
        assert line in out
    new.write_text(
        "format: 2\nname: x\nmunicipality: ballerup\nbaseline: 2026\nrules: dated\nstart: 2027-01-04\n",
        encoding="utf-8",
    )
    assert "format 1" not in called("validate", str(new))[1].lower()
    formats = {
        Path(c["file"]).name: c["format"]
        for c in json.loads(called("validate", str(tmp_path), "--json")[1])["files"]
    }
    assert formats == {"gammel.yaml": 1, "ny.yaml": 2}
    assert "Files of format 1: 1." in called("validate", str(old), "--language", "en")[1]
    # Who holds the app to the figures of 2020 knows.
    monkeypatch.setenv("INDSATSKOMPAS_BASELINE", "2020")
    assert "format 1" not in called("validate", str(old))[1].lower()


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
    stock = next(line for line in lines if line.startswith("stock.sygedagpenge\t"))
    assert stock.split("\t")[1:3] == ["699,588", "454,732 - 944,443"]
    english = called("parameters", "ballerup", "--language", "en")[1]
    assert "\t699.588\t454.732 - 944.443\t" in english


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
    assert called("schema", "--course")[1] == course_schema_text()


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
    program = (
        "import io, sys\n"
        "from model.cli.main import main\n"
        "assert main(['municipalities'], io.StringIO()) == main(['schema'], io.StringIO()) == 0\n"
        "print(sorted({'numba', 'pandas', 'streamlit'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout.strip() == "[]"
