"""Test the page of meetings as the facilitator and a table use it, with all that matters in files."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from model.followup.decided_files import listing
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.parts import Change
from model.workshop.answers import Draft, Guess
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import FollowUp
from model.workshop.meetings import begin, facilitated, join, meetings, seat_of
from pages.session.follow import under_way
from pages.session.inbox import receive
from pages.session.meeting import led_meeting
from pages.session.session import KEY, Session
from pages.views.workshop.facilitator import buttons
from tests.folders import MAIN, ROOT

pytestmark = pytest.mark.usefixtures("engine")
COURSE = ROOT / "workshops" / "ballerup-30.yaml"
Opened = Callable[..., AppTest]
_LOOKS = 240  # of half a second, while ranges are made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Opened:
    """Open the page at an address's query."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))

    def opening(**query: str) -> AppTest:
        page = AppTest.from_file(str(MAIN), default_timeout=120)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        page.switch_page(str(ROOT / "pages" / "workshop.py")).run()
        assert not page.exception
        return page

    return opening


def visit(page: AppTest) -> Session:
    session = page.session_state[KEY]
    assert isinstance(session, Session)
    return session


def press(page: AppTest, seq: int, which: str, step: int | None) -> None:
    """Send what the bar sends."""
    entry = {"kind": "meeting", "seq": seq, "id": which, "step": step}
    receive(visit(page), {"client": "a window", "session": visit(page).token, "log": [entry]})
    page.run()
    assert not page.exception


def said(page: AppTest) -> str:
    return "\n".join(
        str(element.value) for element in (*page.markdown, *page.caption, *page.error, *page.warning)
    )


def test_a_course_is_begun_and_the_address_alone_leads_back(opened: Opened) -> None:
    page = opened()
    page.button(key="begin-shipped/ballerup-30.yaml").click().run()
    secret = visit(page).facilitator
    meeting = facilitated(secret)
    assert meeting is not None
    assert meetings() == (meeting,)
    assert parse_qs(visit(page).query)["m"] == [secret]
    press(page, 1, "next", 0)
    again = opened(m=secret)
    assert "godt 6 ud af 100" in said(again)
    assert led_meeting(visit(again)) == meeting


def test_a_wrong_key_opens_nothing_and_says_so(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    for wrong in (secret[:-1], f"{meeting.code}.", meeting.code):
        page = opened(m=wrong)
        assert "åbner ikke noget møde" in said(page)
    page = opened(b=f"{meeting.code}.t1.x")
    assert "åbner ikke noget møde" in said(page)


def test_the_facilitators_note_is_not_for_the_room(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    note = meeting.course.steps[0].note[:25]
    page = opened(m=secret)
    assert note in said(page)
    press(page, 1, "present", 0)
    assert note not in said(page)
    assert note not in said(opened(b=join(meeting, "Bord 1").address))


def test_a_table_joins_by_the_code_and_finds_its_seat_again(opened: Opened) -> None:
    meeting, _ = begin(load_course(COURSE))
    page = opened(kode=meeting.code)
    page.text_input(key="table-name").set_value("Bord 1")
    page.button[0].click().run()
    address = visit(page).seat
    seat = seat_of(address)
    assert seat is not None
    assert seat.table.name == "Bord 1"
    assert parse_qs(visit(page).query) == {"b": [address]}
    assert visit(opened(b=address)).seat == address
    assert len(meeting.tables()) == 1


def test_a_wrong_code_is_refused_in_words(opened: Opened) -> None:
    page = opened()
    page.text_input(key="code").set_value("ABCDEF")
    page.text_input(key="table-name").set_value("Bord 1")
    page.button[0].click().run()
    assert "intet møde med den kode" in said(page)


def test_a_table_cannot_press_what_is_the_facilitators(opened: Opened) -> None:
    meeting, _ = begin(load_course(COURSE))
    page = opened(b=join(meeting, "Bord 1").address)
    for seq, which in enumerate(("next", "close", "show", "again", "clock", "invite"), start=1):
        press(page, seq, which, 0)
    assert meeting.progress.step == 0
    assert not meeting.progress.closed
    assert not meeting.progress.inviting
    press(page, 9, "ready", 0)
    assert meeting.tables()[0].ready == meeting.course.steps[0].id


def test_what_comes_next_is_always_the_last_button(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    session = visit(opened(m=secret))
    for expected, press_it in (
        ("next", lambda: meeting.go(0, 1)),
        ("close", lambda: meeting.close(meeting.step)),
        ("show", lambda: meeting.close(meeting.step, shown=True)),
        ("next", lambda: meeting.go(1, 2)),
        ("close", lambda: meeting.go(2, 3)),
        ("next", lambda: None),
    ):
        drawn = buttons(session, meeting, meeting.step)
        assert [one["id"] for one in drawn if one["main"]] == [expected]
        assert drawn[-1]["id"] == expected
        press_it()


def test_the_big_screen_shows_how_to_join_until_the_meeting_goes_on(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    meeting.add_table("Bordet ved vinduet")
    page = opened(m=secret)
    press(page, 1, "present", 0)
    assert not any(meeting.code in one.proto.body for one in page.get("html"))
    press(page, 2, "invite", 0)
    (way_in,) = (one.proto.body for one in page.get("html") if meeting.code in one.proto.body)
    assert "<img" in way_in
    assert "Bordet ved vinduet" in way_in
    press(page, 3, "next", 0)
    assert not meeting.progress.inviting
    assert visit(page).query == urlencode({"m": secret, "rum": "1"})
    assert visit(opened(m=secret, rum="1")).present
    assert not visit(opened(rum="1")).present, "only the facilitator's window is one of a room"
    assert not any(meeting.code in one.proto.body for one in page.get("html"))


def test_a_press_in_two_windows_goes_one_step(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    first, second = opened(m=secret), opened(m=secret)
    press(first, 1, "next", 0)
    press(second, 1, "next", 0)
    assert meeting.progress.step == 1


def at(meeting: Meeting, step_id: str) -> None:
    meeting.go(meeting.progress.step, [step.id for step in meeting.course.steps].index(step_id))


def test_proposals_are_shown_beside_each_other_in_every_picture(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    seat = join(meeting, "Bord 1")
    at(meeting, "byg")
    change = Change.model_validate({"lever": "firm_places", "to": 200, "from": meeting.base().start})
    meeting.save_draft(meeting.step, seat.table.id, Draft(changes=(change,)), handed_in=True)
    at(meeting, "vis")
    device = opened(b=seat.address)
    page = opened(m=secret)
    for one, first in ((device, ["Skydere", "Mål", "Penge"]), (page, ["Skydere", "Konklusion", "Mål 1"])):
        (choice,) = one.button_group
        assert [option.content for option in choice.proto.options][:3] == first
        assert "Pladser i virksomheder mindst fra 136 til 200" in said(one)
    for one, views in ((device, ("goals", "money", "often")), (page, ("verdict", "often", "money"))):
        for view in views:
            one.button_group[0].set_value(view).run()
            assert not one.exception
            assert not one.error
    assert meeting.progress.picture == "money", "a table's device chooses for itself alone"
    projector = opened(m=secret)
    press(projector, 1, "present", None)
    assert projector.button_group[0].value == "money"
    page.button_group[0].set_value("verdict").run()
    assert projector.run().button_group[0].value == "verdict"
    assert meeting.progress.picture == "verdict"


def test_what_is_decided_is_kept_as_it_is_typed(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    at(meeting, "beslut")
    page = opened(m=secret)
    page.text_area(key="decide-decision").set_value("Vi regner på 180").run()
    page.text_input(key="decide-lever-firm_places-").set_value("180,0").run()
    page.text_input(key="decide-follow-0-who").set_value("Jobcenteret").run()
    record = meeting.record
    assert record.decision == "Vi regner på 180"
    assert record.changes is not None
    assert [(change.lever, change.to) for change in record.changes] == [("firm_places", 180.0)]
    assert record.follow_ups[0].who == "Jobcenteret"
    again = opened(m=secret)
    assert again.text_area(key="decide-decision").value == "Vi regner på 180"
    assert again.text_input(key="decide-lever-firm_places-").value == "180"


def test_the_last_typed_value_of_a_field_wins_over_what_another_window_has_only_drawn(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    at(meeting, "beslut")
    one, other = opened(m=secret), opened(m=secret)
    places, rate = "decide-lever-firm_places-", "decide-lever-activation_rate-dagpenge"
    one.text_input(key=places).set_value("180").run()
    # A browser that has not been told yet says of a field what it drew there, as if it had been typed.
    untold, drawn = other._tree, other.text_input(key=places)
    other.run()
    drawn.set_value("136")
    other._tree = untold
    other.run()
    assert meeting.record.changes is not None
    assert [change.to for change in meeting.record.changes] == [180.0]
    assert other.text_input(key=f"{places}-1").value == "180"
    other.text_input(key=rate).set_value("30").run()
    one.run()
    one.text_input(key=f"{rate}-1").set_value("25").run()
    other.run().text_input(key=f"{rate}-1").set_value("24").run()
    assert meeting.record.changes is not None
    assert {change.lever: change.to for change in meeting.record.changes} == {
        "firm_places": 180.0,
        "activation_rate": 24.0,
    }


def test_two_windows_write_different_fields_of_the_same_follow_up(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    at(meeting, "beslut")
    one = opened(m=secret)
    one.text_input(key="decide-follow-0-who").set_value("Jobcenteret").run()
    other = opened(m=secret)
    one.text_input(key="decide-follow-0-figure").set_value("Pladser").run()
    other.text_input(key="decide-follow-0-when").set_value("Juni").run()
    one.text_input(key="decide-follow-1-who").set_value("Udvalget").run()
    assert [dict(row) for row in meeting.record.follow_ups] == [
        {"who": "Jobcenteret", "figure": "Pladser", "when": "Juni"},
        {"who": "Udvalget", "figure": "", "when": ""},
    ]
    # A row that is gone takes nothing else with it.
    one.text_input(key="decide-follow-0-who").set_value("").run()
    one.text_input(key="decide-follow-0-figure").set_value("").run()
    rows = [FollowUp(who="Udvalget")]
    meeting.change_record(lambda record: record.model_copy(update={"follow_ups": tuple(rows)}))
    other.text_input(key="decide-follow-0-who").set_value("Formanden").run()
    assert [row.who for row in meeting.record.follow_ups] == ["Udvalget", "Formanden"]


def test_what_is_saved_is_followed_with_who_follows_what(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    at(meeting, "beslut")
    page = opened(m=secret)
    page.text_area(key="decide-decision").set_value("Vi regner på 180").run()
    page.text_input(key="decide-lever-firm_places-").set_value("180").run()
    page.text_input(key="decide-follow-0-who").set_value("Jobcenteret").run()
    save = "Gem det besluttede som scenarie"
    for _ in range(_LOOKS):
        button = next(button for button in page.button if button.label == save)
        if not button.disabled:
            break
        time.sleep(0.5)
        page.run()
    button.click().run()
    job = under_way(visit(page))
    assert job is not None
    assert job.done.wait(300)
    (kept,), broken = listing()
    assert broken == ()
    assert kept.decided.decision == "Vi regner på 180"
    assert kept.decided.meeting == meeting.course.title
    assert [one.who for one in kept.decided.follow_ups] == ["Jobcenteret"]
    assert [(change.lever, change.to) for change in kept.decided.scenario.changes] == [("firm_places", 180.0)]


def test_a_value_outside_its_bounds_changes_nothing(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    at(meeting, "beslut")
    page = opened(m=secret)
    page.text_input(key="decide-lever-firm_places-").set_value("999999").run()
    assert not meeting.record.changes
    assert "mellem" in said(page)


def test_a_damaged_answer_is_told_to_the_facilitator(opened: Opened) -> None:
    meeting, secret = begin(load_course(COURSE))
    at(meeting, "gaet")
    table, _ = meeting.add_table("Bord 1")
    meeting.save_guess(meeting.step, table.id, Guess(low=1, high=1))
    (meeting.folder / "answers" / "gaet" / "t1.yaml").write_text("guess: {", encoding="utf-8")
    page = opened(m=secret)
    assert any("t1.yaml" in text.value for text in page.text)


def test_the_courses_of_the_municipality_at_hand_come_first(opened: Opened) -> None:
    page = opened()
    begun = [button.key for button in page.button if (button.key or "").startswith("begin-")]
    of_ballerup = ["ballerup" in key for key in begun]
    assert of_ballerup == sorted(of_ballerup, reverse=True)
    assert of_ballerup[0]
