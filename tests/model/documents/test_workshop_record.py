"""Test that the record of a meeting tells what the files tell: the same figures, the tables' words as plain text."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from model.budget.limit import Limit
from model.documents.workshop_findings import MeetingFindings, work_out
from model.documents.workshop_record import workshop_record
from model.language.catalogue import number, text
from model.language.drawn_range import DrawnRange
from model.workshop.meeting import Meeting, Refused
from model.workshop.parcel import packed
from tests.command_line import called
from tests.model.documents.cases import needs_office, words_of
from tests.model.workshop.cases import FIELD_CODE, HOSTILE, held

DRAWS = 16
MADE_ON = datetime.date(2026, 11, 30)


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    return held(tmp_path_factory.mktemp("meetings"))[0]


@pytest.fixture(scope="module")
def found(meeting: Meeting) -> MeetingFindings:
    return work_out(meeting, "da", count=DRAWS, made_on=MADE_ON, unseen=True)


@pytest.fixture(scope="module")
def record(found: MeetingFindings) -> bytes:
    return workshop_record(found)


def tables(content: bytes) -> dict[str, list[list[str]]]:
    """The document's tables by their captions without the number."""
    document = docx.Document(io.BytesIO(content))
    captions = [p.text.partition(". ")[2] for p in document.paragraphs if p.style.name == "Caption"]
    rows = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return dict(zip(captions, rows, strict=True))


def test_its_figures_are_those_of_run_on_the_proposals_file(
    meeting: Meeting, found: MeetingFindings, record: bytes, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(meeting, "da"))) as archive:
        name = next(name for name in archive.namelist() if "byg-t1" in name)
        (tmp_path / "proposal.yaml").write_bytes(archive.read(name))
    status, out, _ = called("run", tmp_path / "proposal.yaml", "--json", "--draws", str(DRAWS))
    assert status == 0
    run = json.loads(out)
    told = tables(record)
    goals = told[f"Virkning på målene: {HOSTILE}"][1:]
    worked = next(one for proposal, one in found.proposals if proposal.table.name == HOSTILE)
    assert worked is not None
    by_key = {f"{g['id']}.{i['id']}": i for g in run["goals"] for i in g["indicators"]}
    rows = worked.findings.committee_rows
    assert len(goals) == len(rows)
    for cells, row in zip(goals, rows, strict=True):
        ends = DrawnRange(*by_key[row.key]["difference_range"], DRAWS)
        assert cells[4] == ends.signed_ends("da", row.indicator.decimals)
        assert cells[2] == row.indicator.shown(row.indicator.value_scenario, "da")
    net = run["budget"]["difference_range_dkk"]
    money = told[f"Forskel i kommunens udgift: {HOSTILE}"]
    total = DrawnRange(*net["total"], DRAWS)
    assert money[2][-1] == total.signed_ends("da", 1, 1e6)
    assert money[2][1] == DrawnRange(net["low"][0], net["high"][0], DRAWS).signed_ends("da", 1, 1e6)
    in_all = sum(run["budget"]["net_municipal_dkk"]["difference"])
    assert money[1][-1] in {number(in_all / 1e6, "da", d, signed=True) for d in (0, 1)}
    overview = {row[0]: row[-1] for row in told["Forslagene ved siden af hinanden"][1:]}
    assert overview[HOSTILE] == f"{money[1][-1]} ({money[2][-1]})"


def test_two_proposals_of_sliders_have_the_verdict_of_the_comparison(tmp_path: Path) -> None:
    meeting, _ = held(tmp_path, cards=False)
    found = work_out(meeting, "da", count=DRAWS)
    (sentences,) = found.verdicts.values()
    assert sentences
    words = words_of(docx.Document(io.BytesIO(workshop_record(found))))
    assert " ".join(sentences) in words
    assert work_out(meeting, "da", count=0).verdicts == {"byg": ()}  # no verdict without draws


def test_it_tells_guesses_beliefs_reasons_and_who_has_not_handed_in(
    found: MeetingFindings, record: bytes
) -> None:
    told = tables(record)
    guesses = told["Gæt på Deltagelse i virksomhedsrettede tilbud og lønnede timer"]
    assert guesses[1:] == [[HOSTILE, "7,25\xa0% til 9,00\xa0%", "intet gæt"], ["Bord 2", "12\xa0%", "8\xa0%"]]
    words = words_of(docx.Document(io.BytesIO(record)))
    row = next(r for r in found.guessed["gaet"].key_rows if r.indicator.id == "participation")
    assert found.guessed["gaet"].value(row, row.indicator.value_scenario) in words
    assert found.guessed["gaet"].range_text(row) in words
    believed = next(rows for caption, rows in told.items() if caption.startswith("Bordenes tal for:"))
    assert believed[1] == [HOSTILE, "0,10", "0,25", "0,60", HOSTILE]
    assert "Bord 2 (ikke afleveret)" in words
    first = next(one for proposal, one in found.proposals if proposal.table.name == HOSTILE)
    assert first is not None
    assert Limit(10e6, first.total).sentence().text("da") in words
    assert told[f"Ændringer: {HOSTILE}"][1][-1] == FIELD_CODE
    assert told["Hvem følger hvad"][1] == ["Formanden", "Pladser i brug", "Maj 2027"]
    assert told["Ændringer: Det besluttede forslag"][1:] == told[f"Ændringer: {HOSTILE}"][1:]


def test_a_hostile_name_or_reason_is_text(record: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(record)) as parts:
        body = parts.read("word/document.xml").decode()
        footer = parts.read("word/footer1.xml").decode()
    assert "<w:fldSimple" not in body
    assert "instrText" not in body
    assert "hyperlink" not in body.replace("HYPERLINK", "")
    assert footer.count("<w:fldSimple") == 1  # the page's number
    assert HOSTILE in words_of(docx.Document(io.BytesIO(record)))


def test_what_the_room_has_not_seen_is_told_only_at_the_end_and_when_asked_for(tmp_path: Path) -> None:
    meeting, _ = held(tmp_path, until="tro", shown=())
    found = work_out(meeting, "en", count=0)
    words = words_of(docx.Document(io.BytesIO(workshop_record(found))))
    assert words.count(text("workshop_record.unseen", "en")) == 3
    assert found.proposals == ()
    for secret in ("7.25", "Færre", "0.25"):
        assert secret not in words
    with pytest.raises(Refused):
        work_out(meeting, "en", count=0, unseen=True)


def test_a_meeting_without_answers_has_a_record(tmp_path: Path) -> None:
    from model.workshop.course import Course
    from model.workshop.meetings import begin
    from tests.model.workshop.cases import COURSE

    meeting, _ = begin(Course.model_validate(COURSE), folder=tmp_path)
    words = words_of(docx.Document(io.BytesIO(workshop_record(work_out(meeting, "da", count=0)))))
    assert text("workshop_record.tables.none", "da") in words
    assert text("workshop_record.decision.none", "da") in words


@needs_office
def test_libreoffice_opens_it(record: bytes, office: Callable[[bytes, str, str], bytes]) -> None:
    assert office(record, "docx", "pdf").startswith(b"%PDF")
