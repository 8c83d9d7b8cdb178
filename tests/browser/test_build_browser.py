"""Test a table that builds on a phone: a reload and a killed server lose nothing, and the room sees it hand in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.uncertainty.draws import DEFAULT_COUNT
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meetings import begin, join
from tests.browser.conftest import FIRST_START, eventually, settle, too_wide
from tests.browser.explore_page import FIRM_PLACES, rest
from tests.browser.server import ROOT, Server

# The table reads in how many of ten calculations something holds.
DRAWS = DEFAULT_COUNT
COURSE = ROOT / "workshops" / "ballerup-30.yaml"
HAND_IN = ".ik-draft-button"
REASON = "[data-reason=firm_places]"


def _begun(server: Server) -> tuple[Meeting, str]:
    """Begin a meeting that stands at the step in which tables build. Return it with the facilitator's secret."""
    meeting, secret = begin(load_course(COURSE), folder=server.data / "workshops")
    build = [step.id for step in meeting.course.steps].index("byg")
    meeting.go(0, build)
    return meeting, secret


def _figures(page: Any) -> list[str]:
    """Return where the slider stands, the reason, and what it costs, when all of it is known."""
    page.wait_for_function("!document.ikChannel.polling", timeout=FIRST_START)
    settle(page)
    places, reason = (page.locator(one).input_value() for one in (FIRM_PLACES, REASON))
    return [places, reason, *page.locator(".ik-draft-money p").all_inner_texts()]


def test_a_table_builds_reloads_and_hands_in(own: Server, visitor: Callable[..., Any]) -> None:
    meeting, secret = _begun(own)
    meeting.add_table("Bord 1")
    seat = join(meeting, "Bord 2")
    room = visitor(f"{own.url}moede?m={secret}", wait=False)
    phone = visitor(f"{own.url}moede?b={seat.address}", width=360, height=700, wait=False)
    phone.locator(HAND_IN).wait_for(timeout=FIRST_START)
    settle(phone)
    assert too_wide(phone) == []
    assert phone.locator("input[type=range]").evaluate_all("all => all.map(one => one.dataset.lever)") == [
        "firm_places",
        "activation_rate:dagpenge",
        "meetings:dagpenge",
    ]
    assert phone.locator(HAND_IN).evaluate("one => one.getBoundingClientRect().bottom <= innerHeight")
    assert not phone.locator(".ik-theme, .ik-try, [class*=st-key-go-]").count()

    phone.focus(FIRM_PLACES)
    for _ in range(6):
        phone.keyboard.press("ArrowRight")
    rest(phone)
    phone.locator(REASON).fill("Flere skal ud på en arbejdsplads.")
    phone.locator(REASON).press("Tab")
    before = _figures(phone)
    assert before[:2] == ["190", "Flere skal ud på en arbejdsplads."]
    assert "9 af 10 beregninger" in before[2]
    phone.reload()
    phone.locator(HAND_IN).wait_for(timeout=FIRST_START)
    assert _figures(phone) == before

    # A gesture on its way when the server dies is done by the next one, on top of what was kept.
    phone.locator(FIRM_PLACES).focus()
    room.locator(".ik-seats-table").nth(1).wait_for(timeout=FIRST_START)
    session = room.evaluate("document.ikChannel.session")
    own.kill()
    phone.keyboard.press("ArrowRight")
    phone.wait_for_timeout(1000)
    own.start()
    eventually(phone, lambda: _kept(meeting, seat.table.id) == 200.0, "the last gesture in the files")

    room.wait_for_function("old => document.ikChannel.session !== old", arg=session, timeout=FIRST_START)
    room.locator(".ik-seats-table").nth(1).wait_for(timeout=FIRST_START)
    eventually(room, lambda: room.locator("[data-state=draft]").count() == 1, "that a table is under way")
    settle(room)
    room.evaluate("document.querySelectorAll('.ik-seats-table').forEach(row => (row.isThatOne = true))")
    settle(phone)
    phone.locator(HAND_IN).click()
    eventually(room, lambda: room.locator("[data-state=handed_in]").count() == 1, "the hand-in")
    # Nothing was exchanged, so nothing can have flickered.
    assert room.locator(".ik-seats-table").evaluate_all("rows => rows.map(row => row.isThatOne)") == [
        True,
        True,
    ]
    assert "190" not in room.locator(".ik-seats").inner_text()
    eventually(phone, lambda: phone.locator(FIRM_PLACES).is_disabled(), "that the proposal stands")
    phone.locator(HAND_IN).click()
    eventually(phone, lambda: phone.locator(FIRM_PLACES).is_enabled(), "that it was taken back")
    eventually(room, lambda: room.locator("[data-state=draft]").count() == 1, "that it was taken back")
    room.locator("[data-meeting=close]").click()
    eventually(phone, lambda: phone.locator(FIRM_PLACES).is_disabled(), "that the step is closed")
    eventually(phone, lambda: not phone.locator(HAND_IN).is_visible(), "that nothing can be handed in")


def _kept(meeting: Meeting, table: str) -> float | None:
    """Return how many places the files have in a table's proposal."""
    changes = meeting.changes_of(meeting.step, table)
    return next((change.to for change in changes if change.lever == "firm_places"), None)
