"""Test ``workshop``: what is listed, the faults of a course, and the files that are written."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest

from tests.command_line import called, called_as_typed
from tests.folders import ROOT
from tests.model.workshop.cases import held

SHORT = ROOT / "workshops" / "ballerup-30.yaml"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and no address of the app."""
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("INDSATSKOMPAS_PUBLIC_URL", raising=False)
    return tmp_path / "data"


def test_list_has_courses_and_meetings_and_never_a_key(data: Path) -> None:
    meeting, secrets = held(data / "workshops")
    status, out, err = called("workshop", "list", "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert "shipped/ballerup-30.yaml" in [course["key"] for course in answer["courses"]]
    (only,) = answer["meetings"]
    assert (only["code"], only["tables"], only["step"], only["steps"]) == (meeting.code, 2, 5, 5)
    person = called("workshop", "list")[1]
    assert meeting.code in person
    for secret in (*secrets, meeting.head.key_sha256):
        assert secret not in out + person


def test_check_names_every_fault_with_its_place(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        "course: 1\ntitle: Prøve\nmunicipality: ballerup\nsteps:\n"
        "  - id: a\n    kind: build\n    title: A\n    levers: [firm_place, meetings]\n"
        "  - id: b\n    kind: guess\n    title: B\n    minutes: 0\n",
        encoding="utf-8",
    )
    status, out, _ = called("workshop", "check", SHORT, wrong, "--json")
    assert status == 1
    good, bad = json.loads(out)["files"]
    assert good == {"file": str(SHORT), "valid": True, "problems": []}
    assert bad["valid"] is False
    places = {(problem["line"], problem["column"] > 0) for problem in bad["problems"]}
    assert {(8, True), (12, True)} <= places
    assert len(bad["problems"]) >= 3
    status, out, _ = called("workshop", "check", wrong, "--language", "en")
    assert status == 1
    assert "line 8" in out
    assert "firm_places" in out  # what was meant


def test_check_finds_cards_assumptions_and_scenarios_that_are_not_there(tmp_path: Path) -> None:
    course = tmp_path / "course.yaml"
    course.write_text(
        "course: 1\ntitle: Prøve\nmunicipality: ballerup\nsteps:\n"
        "  - {id: a, kind: build, title: A, cards: [flere-fleksjob, findes-ikke]}\n"
        "  - {id: b, kind: beliefs, title: B, assumptions: [displacment]}\n"
        "  - {id: c, kind: opening, title: C, scenario: ballerup/nej.yaml}\n",
        encoding="utf-8",
    )
    status, out, _ = called("workshop", "check", course, "--json")
    problems = json.loads(out)["files"][0]["problems"]
    assert status == 1
    assert sorted(problem["line"] for problem in problems) == [5, 6, 7]
    assert any("displacement" in problem["en"] for problem in problems)


def test_cards_are_written_as_a_pdf(tmp_path: Path) -> None:
    target = tmp_path / "cards.pdf"
    status, out, _ = called(
        "workshop", "cards", "shipped/ballerup-30.yaml", "--out", target, "--tables", "2", "--json"
    )
    assert status == 0
    assert json.loads(out)["files"][0]["bytes"] == target.stat().st_size
    assert len(pypdf.PdfReader(io.BytesIO(target.read_bytes())).pages) == 4


def test_export_writes_record_archive_and_mail(data: Path, tmp_path: Path) -> None:
    meeting, _ = held(data / "workshops")
    asked = ("workshop", "export", meeting.code.lower(), "--out", tmp_path / "out", "--draws", "0")
    status, _, err = called(*asked)
    assert status == 0
    assert "--address" in err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["filer.zip", "referat.docx"]
    status, out, err = called(*asked, "--address", "https://kompas.dk", "--with-unshown", "--json")
    assert (status, err) == (0, "")
    assert [Path(one["file"]).name for one in json.loads(out)["files"]] == [
        "referat.docx",
        "filer.zip",
        "mail.txt",
    ]
    assert docx.Document(str(tmp_path / "out" / "referat.docx")).core_properties.title == "Prøvemøde"
    with zipfile.ZipFile(tmp_path / "out" / "filer.zip") as archive:
        assert any("answers/tro" in name for name in archive.namelist())
    assert "https://kompas.dk/?s=" in (tmp_path / "out" / "mail.txt").read_text(encoding="utf-8")


def test_wrong_use_is_told(data: Path, tmp_path: Path) -> None:
    meeting, _ = held(data / "workshops", until="tro")
    for arguments in (
        ("tell",),
        ("list", "x"),
        ("check",),
        ("check", tmp_path / "none.yaml"),
        ("export", "AAAAAA", "--out", tmp_path),
        ("export", meeting.code),
        ("export", meeting.code, "--out", tmp_path / "no" / "such"),
        ("export", meeting.code, "--out", tmp_path, "--with-unshown", "--draws", "0"),
        ("cards", SHORT),
        ("cards", SHORT, "--out", tmp_path / "x.pdf", "--tables", "0"),
    ):
        status, out, err = called_as_typed("workshop", *arguments)
        assert (status, out) == (2, ""), arguments
        assert err
    assert not list(tmp_path.glob("*.*"))
