"""Test exit status and messages: wrong files, wrong use, and what the system refuses."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from model.cli import main
from model.language.catalogue import LANGUAGES
from tests.command_line import called
from tests.folders import ROOT
from tests.model.cli.cases import BALLERUP, DOUBLE, UNCHANGED


def test_a_folder_and_what_is_no_file_are_told_apart(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path, words in ((BALLERUP, "er en mappe, ikke en fil"), (pipe, "er ikke en almindelig fil")):
        for arguments in (("run", str(path)), ("diff", DOUBLE, str(path))):
            status, out, err = called(*arguments)
            assert (status, out) == (2, "")
            assert words in err


def test_a_name_that_is_not_utf_8_is_printed_with_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"bl\xe5.yaml")
    path.write_bytes(Path(DOUBLE).read_bytes())
    for more in ((), ("--json",)):
        status, out, _ = called("validate", str(tmp_path), *more)
        assert status == 0
        assert out.encode()
        assert "bl\\udce5.yaml" in out


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
    for command in (
        ["municipalities"],
        ["parameters", "ballerup", "--json"],
        ["run", UNCHANGED, "--draws", "0"],
    ):
        with full.open("w") as out:
            run = subprocess.run(
                [sys.executable, "-m", "model", *command], stdout=out, stderr=subprocess.PIPE, cwd=ROOT
            )
        assert run.returncode == 2
        assert run.stderr.decode() == "Systemet siger nej: disken er fuld.\n"


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
def test_missing_files_and_municipalities_are_status_2(arguments: tuple[str, ...]) -> None:
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
