"""Test what is taken along from a meeting: nothing secret, nothing that the room has not seen, proposals that run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from model.files.problems import FileProblem
from model.library.share_link import decode_link
from model.scenario.files import load_scenario, read_scenario
from model.workshop.meeting import Meeting, Refused
from model.workshop.outcome import proposals
from model.workshop.parcel import mail_text, packed
from tests.command_line import called
from tests.model.workshop.cases import FIELD_CODE, HOSTILE, go_to, held


def files(content: bytes) -> dict[str, str]:
    """The archive's files without the folder that they lie in."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name.split("/", 1)[1]: archive.read(name).decode() for name in archive.namelist()}


def test_no_key_and_no_hash_of_one_is_in_the_archive_or_the_mail(tmp_path: Path) -> None:
    meeting, secrets = held(tmp_path)
    hashes = [meeting.head.key_sha256, *(t.key_sha256 for t in meeting.tables() if t.key_sha256)]
    assert len(hashes) == 2
    (meeting.folder / ".lock").write_text(hashes[0], encoding="utf-8")
    (meeting.folder / "tables" / "notes.yaml").write_text(f"key_sha256: {hashes[0]}", encoding="utf-8")
    together = "\n".join(
        [*files(packed(meeting, "da", unseen=True)).values(), mail_text(meeting, "da", "https://x")]
    )
    for secret in (*secrets, *hashes, "key_sha256"):
        assert secret not in together


def test_each_proposal_is_a_scenario_that_can_be_validated(tmp_path: Path) -> None:
    meeting, _ = held(tmp_path / "meetings")
    made = files(packed(meeting, "da"))
    scenarios = {name: words for name, words in made.items() if name.startswith("proposals/")}
    assert sorted(scenarios) == [
        "proposals/besluttet.yaml",
        "proposals/byg-t1-cmd-c-calc-a0-b-x.yaml",
        "proposals/byg-t2-bord-2.yaml",
    ]
    for name, words in scenarios.items():
        path = tmp_path / Path(name).name
        path.write_text(words, encoding="utf-8")
        status, out, _ = called("validate", path)
        assert status == 0, out
    first = load_scenario(tmp_path / "byg-t1-cmd-c-calc-a0-b-x.yaml")
    assert first.name == HOSTILE
    assert [(c.lever, c.to, c.why) for c in first.changes] == [("firm_places", 200.0, FIELD_CODE)]
    second = load_scenario(tmp_path / "byg-t2-bord-2.yaml")
    assert {change.lever for change in second.changes} == {"fleksjob_openings"}
    assert second.cards == ("shipped/flere-fleksjob.yaml",)
    chosen = load_scenario(tmp_path / "besluttet.yaml")
    assert chosen.workshop is not None
    assert chosen.workshop.decision == FIELD_CODE
    assert chosen.changes == first.changes


def test_answers_that_were_not_shown_are_taken_along_only_at_the_end_and_when_asked_for(
    tmp_path: Path,
) -> None:
    meeting, _ = held(tmp_path, until="tro", shown=())
    before = files(packed(meeting, "da"))
    assert not [name for name in before if name.startswith(("answers/", "proposals/byg"))]
    assert "Bord 2" not in mail_text(meeting, "da", "https://x")
    with pytest.raises(Refused):
        packed(meeting, "da", unseen=True)
    with pytest.raises(Refused):
        mail_text(meeting, "da", "https://x", unseen=True)
    go_to(meeting, "beslut")  # which goes on from the proposals
    told = files(packed(meeting, "da"))
    assert {name for name in told if name.startswith("answers/")} == {
        "answers/byg/t1.yaml",
        "answers/byg/t2.yaml",
    }
    every = files(packed(meeting, "da", unseen=True))
    assert {name for name in every if name.startswith("answers/")} >= {
        "answers/gaet/t1.yaml",
        "answers/gaet-igen/t2.yaml",
        "answers/tro/t1.yaml",
    }


def test_the_mail_links_to_each_tables_proposal(tmp_path: Path) -> None:
    meeting, _ = held(tmp_path)
    step = meeting.course.step("byg")
    assert step is not None
    mail = mail_text(meeting, "en", "https://kompas.dk/")
    lines = mail.split("\n")
    links = [line for line in lines if line.startswith("https://kompas.dk/?s=")]
    assert all(link.endswith("&lang=en") for link in links)
    opened = [decode_link(link.partition("?s=")[2].removesuffix("&lang=en")) for link in links]
    assert [one.changes for one in opened[1:]] == [
        one.scenario.changes for one in proposals(meeting, step) if one.scenario is not None
    ]
    assert "Bord 2 (not handed in)" in lines
    assert FIELD_CODE in lines


def test_a_damaged_answer_is_left_out(tmp_path: Path) -> None:
    meeting, _ = held(tmp_path)
    (meeting.folder / "answers" / "byg" / "t2.yaml").write_text("answer: [", encoding="utf-8")
    made = files(packed(Meeting(meeting.folder), "da"))
    assert "answers/byg/t1.yaml" in made
    assert "answers/byg/t2.yaml" not in made
    for name, words in made.items():
        if name.startswith("proposals/"):
            try:
                read_scenario(words)
            except FileProblem as problem:  # pragma: no cover
                pytest.fail(problem.text("en"))
