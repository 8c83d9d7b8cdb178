"""Test what a meeting shows at each step: clean by axe, readable from eight metres, and usable by a thumb."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from model.scenario.parts import Change
from model.workshop.answers import Draft, Guess
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Record
from model.workshop.meetings import begin, join
from tests.browser.conftest import FIRST_START, PATIENCE, settle, too_wide
from tests.browser.meeting_room import at_step, big_screen
from tests.browser.server import ROOT, Server
from tests.browser.test_axe_browser import Tour

# A proposal's mark is a picture, though it is a sign of the font: it needs a contrast of 3 and stands beside its name.
MARK = re.compile(
    r'color-contrast: <(span aria-hidden="true"|b) style="[^"]*">[●■▲◆✚▼▶◀┆]<.*measured: [34]', re.DOTALL
)
SIZES = ((1366, 650), (1920, 1080))
# All words on screen with the size of their letters, but for the bar's buttons; what only screen readers get stands in
# a box of a pixel.
LETTERS = """() => {
  const hidden = (e) => { for (let p = e; p; p = p.parentElement)
    if (p.matches('.ik-meeting-tools, script, style')
      || (p.clientWidth <= 1 && getComputedStyle(p).overflowX === 'hidden'))
      return true;
    return false; };
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, words = walk.currentNode.data.trim();
    if (!words || !e.checkVisibility({visibilityProperty: true, opacityProperty: true}) || hidden(e)) continue;
    const scale = e instanceof SVGElement ? e.getScreenCTM().a : 1;
    found.push([parseFloat(getComputedStyle(e).fontSize) * scale, words.slice(0, 40)]);
  }
  return found;
}"""
# What a finger presses and is smaller than 44 px; a link in words may be.
SMALL = """() => [...document.querySelectorAll('button, input, select, summary, textarea, [role=slider]')]
  .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .map((e) => [e, (e.matches('[type=radio], [type=checkbox]') ? e.closest('label') : e).getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && Math.min(box.width, box.height) < 43.5)
  .map(([e, box]) => `${e.tagName} ${(e.innerText || e.ariaLabel || '').slice(0, 30)} ${box.width} x ${box.height}`)"""


def _change(meeting: Meeting, to: float) -> tuple[Change, ...]:
    fields = {"lever": "firm_places", "to": to, "from": meeting.base().start, "why": "Flere skal ud."}
    return (Change.model_validate(fields),)


def _course(meeting: Meeting) -> Iterator[str]:
    """Go through the course, and stop wherever the screens show something new; name it."""
    yield "opening"
    meeting.set_inviting(on=True)
    yield "how to join"
    meeting.go(0, 1)
    yield "guess"
    for table, value in (("t1", 9.5), ("t2", 7.0)):
        meeting.save_guess(meeting.step, table, Guess(low=value, high=value))
    meeting.close(meeting.step)
    yield "guess, closed"
    meeting.close(meeting.step, shown=True)
    yield "guess, shown"
    meeting.go(1, 2)
    yield "build"
    meeting.save_draft(meeting.step, "t1", Draft(changes=_change(meeting, 200.0)), handed_in=True)
    meeting.save_draft(meeting.step, "t2", Draft(changes=_change(meeting, 180.0)))
    yield "build, handed in"
    meeting.close(meeting.step, shown=True)
    yield "build, shown"
    meeting.go(2, 3)
    yield "show"
    meeting.go(3, 4)
    record = Record(decision="Vi regner videre.", decided_from="shared", changes=_change(meeting, 180.0))
    meeting.change_record(lambda _: record)
    yield "decide"


def test_every_step_is_clean_readable_and_in_one_window(server: Server, visitor: Callable[..., Any]) -> None:
    meeting, secret = begin(
        load_course(ROOT / "workshops" / "ballerup-30.yaml"), folder=server.data / "workshops"
    )
    seat, _ = join(meeting, "Bord 1"), join(meeting, "Bordet ved vinduet")
    page = f"{server.url}moede"
    lobby = Tour(visitor(page, wait=False))
    lobby.page.locator(".st-key-code input").wait_for(timeout=FIRST_START)
    settle(lobby.page)
    lobby.look("the lobby")
    lead = visitor(f"{page}?m={secret}", wait=False, height=650)
    lead.locator("[data-meeting=next]").wait_for(timeout=PATIENCE)
    screen = big_screen(visitor, f"{page}?m={secret}")
    phone = visitor(
        f"{page}?b={seat.address}", wait=False, width=360, height=740, has_touch=True, is_mobile=True
    )
    phone.locator(".ik-meeting").wait_for(timeout=PATIENCE)
    looks = [Tour(one) for one in (lead, screen, phone)]
    found: list[str] = []
    for where in _course(meeting):
        for look, name in zip(looks, ("lead", "screen", "phone"), strict=True):
            at_step(look.page, meeting.step.title)
            look.page.wait_for_timeout(1100)
            settle(look.page)
            look.look(f"{where}, {name}")
        found += [f"{where}: {wide}" for wide in too_wide(phone)]
        found += [f"{where}: {small}" for small in phone.evaluate(SMALL)]
        found += [f"{where}: {size} px: {words}" for size, words in screen.evaluate(LETTERS) if size < 35.9]
        found += _too_high(screen, where)
        button = lead.locator(".ik-meeting-tools button").last
        assert button.get_attribute("data-meeting") in ("close", "show", "next")
    assert not found, "\n".join(found)
    wrong = [line for look in (lobby, *looks) for line in look.ours if not MARK.search(line)]
    assert not wrong, "\n".join(wrong)


def _too_high(screen: Any, where: str) -> list[str]:
    """List the windows that the room would have to scroll."""
    found = []
    for width, height in SIZES:
        screen.set_viewport_size({"width": width, "height": height})
        settle(screen)
        inside = screen.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        if inside > height:
            found.append(f"{where}: {inside} px in {width} x {height}")
    return found
