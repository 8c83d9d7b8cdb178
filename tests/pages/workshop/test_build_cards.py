"""Test the step of cards: what a party's device keeps, what the room sees, and what is told of a card that is gone."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from model.catalogue.effects import effects
from model.catalogue.files import Catalogue, own_folder
from model.municipality.municipality_list import DATA_VARIABLE
from model.workshop.answers import Draft
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meetings import begin, join
from pages.session.card_draft import change_cards
from pages.session.link import FACILITATOR
from pages.session.results import scenario_results
from pages.views.workshop.build_cards import _room
from pages.views.workshop.card_editor import move_card
from pages.views.workshop.card_sheets import all_sheets
from pages.views.workshop.cards_grid import card_rows, shared_cards_sentence
from pages.views.workshop.package_effect import priced
from pages.views.workshop.proposals import compared, proposals_in
from tests.model.workshop.test_cards import COURSE, FOUR_HUNDRED, MORE, OFTEN, OWN
from tests.pages.cases import Hand, new_visit, the_visit
from tests.pages.workshop.cases import at_table, opened

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def led(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Meeting, str]:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    meeting, secret = begin(load_course(COURSE))
    meeting.go(0, 1)
    return meeting, secret


def keys(meeting: Meeting, table: str = "t1") -> tuple[str, ...] | None:
    return meeting.cards_of(meeting.step, table)


def said(app: Any) -> str:
    """Return what is written, without the marks that keep it from being read as Markdown."""
    found = [str(one.value) for one in (*app.markdown, *app.caption, *app.warning)]
    return "\n".join([*found, *(one.proto.body for one in app.get("html"))]).replace("\\", "")


def test_a_card_is_kept_at_once_and_the_order_and_handing_in_are_in_the_files(
    led: tuple[Meeting, str],
) -> None:
    meeting, _ = led
    address = join(meeting, "Parti A").address
    app = at_table(address).run()
    assert not app.exception
    for key in (MORE, OFTEN):
        app.toggle(key=f"card-t1-{key}").set_value(True).run()
        assert not app.exception
    assert keys(meeting) == (MORE, OFTEN)
    visit = the_visit(app)
    move_card(visit, meeting, meeting.step, "t1", OFTEN, "up")
    assert keys(meeting) == (OFTEN, MORE)
    Hand(visit).send("meeting", id="hand_in", step=meeting.progress.step)
    answer = meeting.answer(meeting.step, "t1")
    assert answer is not None
    assert answer.handed_in
    again = at_table(address).run()
    assert again.toggle(key=f"card-t1-{MORE}").value is True
    assert again.toggle(key=f"card-t1-{MORE}").disabled
    change_cards(visit, meeting, meeting.step, "t1", lambda _: ())
    assert keys(meeting) == (OFTEN, MORE)
    assert visit.notice is not None
    Hand(visit).send("meeting", id="take_back", step=meeting.progress.step)
    move_card(visit, meeting, meeting.step, "t1", MORE, "off")
    assert keys(meeting) == (OFTEN,)
    meeting.close(meeting.step)
    move_card(visit, meeting, meeting.step, "t1", OFTEN, "off")
    assert keys(meeting) == (OFTEN,)


def test_the_facilitator_lays_a_package_for_a_party(led: tuple[Meeting, str]) -> None:
    meeting, secret = led
    meeting.add_table("Parti A")
    app = opened(**{FACILITATOR: secret}).run()
    app.selectbox[0].set_value("t1").run()
    app.toggle(key=f"card-t1-{MORE}").set_value(True).run()
    app.button(key="cards-hand-t1").click().run()
    assert not app.exception
    answer = meeting.answer(meeting.step, "t1")
    assert answer is not None
    assert answer.handed_in
    assert keys(meeting) == (MORE,)
    assert "1 parti" in [one.value for one in app.subheader]


def test_a_card_that_is_in_no_file_is_told_on_the_device(led: tuple[Meeting, str]) -> None:
    meeting, _ = led
    address = join(meeting, "Parti A").address
    gone = "own/eget-kort.yaml"
    meeting.save_draft(meeting.step, "t1", Draft(cards=(MORE, gone)))
    app = at_table(address).run()
    assert not app.exception
    assert "»eget-kort« findes ikke længere" in said(app)
    assert keys(meeting) == (MORE, gone)


def test_the_room_sees_packages_only_when_they_are_shown(led: tuple[Meeting, str]) -> None:
    meeting, secret = led
    for name in ("Parti A", "Parti B"):
        meeting.add_table(name)
    meeting.save_draft(meeting.step, "t1", Draft(cards=(MORE, OFTEN)), handed_in=True)
    meeting.save_draft(meeting.step, "t2", Draft(cards=(FOUR_HUNDRED, MORE)))
    visit = new_visit()
    room = json.dumps(_room(visit, meeting, meeting.step), ensure_ascii=False)
    assert "pladser" not in room
    assert "Samtale" not in room
    proposals = proposals_in(visit, meeting, meeting.step)
    assert [one.name for one in proposals] == ["Parti A", "Parti B (ikke afleveret)"]
    rows = {card.key: has for card, has in card_rows(proposals)}
    assert next(iter(rows)) == MORE
    assert rows == {MORE: (True, True), OFTEN: (True, False), FOUR_HUNDRED: (False, True)}
    assert shared_cards_sentence(visit, proposals) == "Alle har »50 flere pladser i virksomheder«."
    app = opened(**{FACILITATOR: secret}).run()
    assert "Alle har" not in said(app)
    meeting.close(meeting.step, shown=True)
    app.run()
    assert not app.exception
    assert "Alle har »50 flere pladser i virksomheder«." in said(app)


def test_a_party_that_does_nothing_in_the_next_round_stands_by_its_package(led: tuple[Meeting, str]) -> None:
    meeting, _ = led
    meeting.add_table("Parti A")
    meeting.save_draft(meeting.step, "t1", Draft(cards=(MORE,)), handed_in=True)
    meeting.go(1, 3)
    found = proposals_in(new_visit(), meeting, meeting.step)
    assert [one.name for one in found] == ["Parti A (som før)"]
    assert found[0].scenario.cards == (MORE,)


def test_own_prices_are_in_the_amounts_of_the_device_and_of_the_comparison(led: tuple[Meeting, str]) -> None:
    meeting, _ = led
    meeting.add_table("Parti A")
    card = Catalogue(own_folder()).save(OWN)
    meeting.save_draft(meeting.step, "t1", Draft(cards=(card.key, OFTEN)))
    visit = new_visit()
    proposals = proposals_in(visit, meeting, meeting.step)
    assert proposals[0].package is not None
    made = proposals[0].package.stack
    told = effects(made).money.together.central
    model = scenario_results(made.scenario).total_amount.central
    assert told - model == pytest.approx(4e6, rel=0.01)
    assert priced(scenario_results(made.scenario), made).total_amount.central == pytest.approx(told)
    assert compared(visit, proposals).totals[0].central == pytest.approx(told)


def test_what_all_share_is_decided_as_cards_until_a_lever_is_set(led: tuple[Meeting, str]) -> None:
    meeting, secret = led
    for name in ("Parti A", "Parti B"):
        meeting.add_table(name)
    card = Catalogue(own_folder()).save(OWN)
    meeting.save_draft(meeting.step, "t1", Draft(cards=(MORE, card.key)))
    meeting.save_draft(meeting.step, "t2", Draft(cards=(card.key, OFTEN)))
    meeting.go(1, 5)
    app = opened(**{FACILITATOR: secret}).run()
    next(button for button in app.button if button.label == "Sæt ind").click().run()
    assert not app.exception
    record = meeting.record
    assert record.cards == (card.key,)
    assert [(change.lever, change.to) for change in record.changes or ()] == [("firm_places", 146.0)]
    assert "Kort: »Eget kort«" in said(app)
    # The fields are new ones since something was put in.
    field = next(one for one in app.text_input if (one.key or "").startswith("decide-lever-firm_places-"))
    field.set_value("150").run()
    assert not app.exception
    assert meeting.record.cards == ()


def test_two_parties_with_the_same_cards_have_a_sheet_each_under_its_own_name(
    led: tuple[Meeting, str],
) -> None:
    meeting, _ = led
    visit = new_visit()
    for at, name in enumerate(("Parti A", "Parti B"), start=1):
        meeting.add_table(name)
        meeting.save_draft(meeting.step, f"t{at}", Draft(cards=(MORE,)), handed_in=True)
    proposals = proposals_in(visit, meeting, meeting.step)
    with zipfile.ZipFile(io.BytesIO(all_sheets(visit, proposals))) as archive:
        assert archive.namelist() == ["1 Parti A.docx", "2 Parti B.docx"]
        texts = [
            "\n".join(
                paragraph.text for paragraph in docx.Document(io.BytesIO(archive.read(name))).paragraphs
            )
            for name in archive.namelist()
        ]
    assert ["Stillet af: Parti A" in words for words in texts] == [True, False]
    assert ["Stillet af: Parti B" in words for words in texts] == [False, True]
    assert all("beregninger: fra" in " ".join(words.split()) for words in texts)


def test_sheets_of_one_name_are_both_in_the_zip() -> None:
    from model.documents.amendment import packed

    with zipfile.ZipFile(io.BytesIO(packed([("A/S æ", b"1"), ("A/S æ", b"2")]))) as archive:
        assert archive.namelist() == ["1 A-S æ.docx", "2 A-S æ.docx"]
        assert archive.read("2 A-S æ.docx") == b"2"
