"""Test that a table's proposal is in the meeting's files after each gesture, and only what the step allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.municipality.municipality_list import DATA_VARIABLE
from model.workshop.answers import Draft
from model.workshop.meeting import Meeting
from model.workshop.meetings import join
from pages.session.session import Session
from pages.session.sliders import shows
from pages.session.table_draft import sync_draft
from tests.pages.cases import Hand
from tests.pages.workshop.cases import begun, sitting

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def meeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return begun()[0]


@pytest.fixture
def address(meeting: Meeting) -> str:
    return join(meeting, "Bord 1").address


def kept(meeting: Meeting) -> list[tuple[str, Any, str]]:
    """Return what the files have of the first table's proposal."""
    return [(c.lever, c.to, c.why) for c in meeting.changes_of(meeting.step, "t1")]


def on_screen(visit: Session) -> list[tuple[str, Any, str]]:
    return [(c.lever, c.to, c.why) for c in visit.scenario.changes]


def press(visit: Session, meeting: Meeting, which: str) -> None:
    Hand(visit).send("meeting", id=which, step=meeting.progress.step)


def handed_in(meeting: Meeting) -> bool | None:
    answer = meeting.answer(meeting.step, "t1")
    return None if answer is None else answer.handed_in


def test_a_gesture_is_kept_when_it_ends_and_found_by_a_new_visit(meeting: Meeting, address: str) -> None:
    hand = Hand(sitting(address))
    hand.move("firm_places", 150.0, 180.0, end=False)
    assert kept(meeting) == []
    hand.send("end", id="firm_places", value=200.0)
    assert kept(meeting) == [("firm_places", 200.0, "")]
    hand.send("reason", id="firm_places", text=" Flere i job.\u200b\nNu ")
    assert kept(meeting) == [("firm_places", 200.0, "Flere i job.\u200b Nu")]
    assert handed_in(meeting) is False
    # A server that was killed: the log comes before anything is drawn, on top of what was kept.
    again = sitting(address)
    Hand(again).move("activation_rate:dagpenge", 30.0)
    assert [item[:2] for item in kept(meeting)] == [
        ("firm_places", 200.0),
        ("activation_rate", 30.0),
    ]
    assert on_screen(again) == kept(meeting)


def test_only_the_opened_sliders_move(meeting: Meeting, address: str) -> None:
    visit = sitting(address)
    hand = Hand(visit)
    hand.move("meetings:dagpenge", 3.0)
    hand.move("activation_rate:sygedagpenge", 30.0)
    assert (kept(meeting), on_screen(visit)) == ([], [])
    assert visit.opened_levers == ("firm_places", "activation_rate:dagpenge")
    assert shows(visit, "firm_places")
    assert not shows(visit, "meetings:dagpenge")


def test_handed_in_it_stands_until_it_is_taken_back(meeting: Meeting, address: str) -> None:
    visit = sitting(address)
    Hand(visit).move("firm_places", 200.0)
    press(visit, meeting, "hand_in")
    assert handed_in(meeting) is True
    Hand(visit).move("firm_places", 300.0)
    Hand(visit).send("reset", id="firm_places", to="baseline")
    Hand(visit).send("reason", id="firm_places", text="Sent")
    assert (kept(meeting), handed_in(meeting)) == ([("firm_places", 200.0, "")], True)
    assert on_screen(visit) == kept(meeting)
    press(visit, meeting, "take_back")
    assert handed_in(meeting) is False
    Hand(visit).move("firm_places", 300.0)
    assert (kept(meeting), handed_in(meeting)) == ([("firm_places", 300.0, "")], False)


def test_a_closed_step_takes_nothing(meeting: Meeting, address: str) -> None:
    visit = sitting(address)
    hand = Hand(visit)
    hand.move("firm_places", 200.0)
    hand.move("firm_places", 250.0, end=False)
    meeting.close(meeting.step)
    hand.send("end", id="firm_places", value=250.0)
    press(visit, meeting, "hand_in")
    assert (kept(meeting), handed_in(meeting)) == ([("firm_places", 200.0, "")], False)
    assert on_screen(visit) == kept(meeting)
    assert visit.notice is not None
    assert "lukket" in visit.notice.words.da
    meeting.open_again(meeting.step)
    hand.move("firm_places", 250.0)
    assert kept(meeting) == [("firm_places", 250.0, "")]


def test_two_windows_of_one_table_lose_nothing(meeting: Meeting, address: str) -> None:
    one, other = sitting(address), sitting(address)
    for visit in (one, other):
        sync_draft(visit)
    Hand(one).move("firm_places", 200.0)
    Hand(other).move("activation_rate:dagpenge", 30.0)
    assert {item[:2] for item in kept(meeting)} == {("firm_places", 200.0), ("activation_rate", 30.0)}
    sync_draft(one)
    assert on_screen(one) == on_screen(other) == kept(meeting)


def test_a_press_of_an_old_window_hands_nothing_in(meeting: Meeting, address: str) -> None:
    visit = sitting(address)
    Hand(visit).move("firm_places", 200.0)
    Hand(visit).send("meeting", id="hand_in", step=meeting.progress.step + 1)
    assert handed_in(meeting) is False


def test_a_later_step_goes_on_with_the_tables_own_proposal(meeting: Meeting, address: str) -> None:
    first = meeting.step
    visit = sitting(address)
    Hand(visit).move("firm_places", 200.0)
    meeting.go(0, 2)
    sync_draft(visit)
    assert on_screen(visit) == [("firm_places", 200.0, "")]
    assert handed_in(meeting) is None
    Hand(visit).move("firm_places", 300.0)
    assert handed_in(meeting) is None
    Hand(visit).move("meetings:dagpenge", 3.0)
    assert {item[:2] for item in kept(meeting)} == {("firm_places", 200.0), ("meetings", 3.0)}
    assert [c.to for c in meeting.changes_of(first, "t1")] == [200.0]


def test_a_step_without_sliders_lets_the_visit_go(meeting: Meeting, address: str) -> None:
    visit = sitting(address)
    sync_draft(visit)
    assert visit.drafted is not None
    meeting.go(0, 1)
    sync_draft(visit)
    assert (visit.drafted, visit.opened_levers) == (None, None)


def test_what_the_facilitator_types_comes_on_screen(meeting: Meeting, address: str) -> None:
    visit = sitting(address)
    sync_draft(visit)
    other = sitting(address)
    Hand(other).move("firm_places", 250.0)
    before = meeting.stamp_of_table("t1")
    draft = Draft(changes=meeting.changes_of(meeting.step, "t1"))
    meeting.save_draft(meeting.step, "t1", draft, handed_in=True)
    assert meeting.stamp_of_table("t1") != before
    sync_draft(visit)
    assert on_screen(visit) == [("firm_places", 250.0, "")]
    assert visit.drafted is not None
    assert visit.drafted.locked
