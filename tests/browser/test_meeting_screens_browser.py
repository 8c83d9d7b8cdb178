"""Test what a meeting shows at each step: clean by axe, readable from eight metres, and usable by a thumb."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from model.scenario.parts import Change
from model.workshop.answers import Belief, Draft, Guess
from model.workshop.course import Course, CourseStep
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import FollowUp, Record
from model.workshop.meetings import begin, join
from tests.browser.conftest import FIRST_START, PATIENCE, settle, too_wide
from tests.browser.meeting_room import at_step, big_screen
from tests.browser.server import ROOT, Server
from tests.browser.test_axe_browser import Tour

CARDS = ("flere-virksomhedspladser", "virksomhedspladser-400", "samtaler-hver-anden-uge", "faerre-samtaler")
# A proposal's mark is a picture, though it is a sign of the font: it needs a contrast of 3 and stands beside its name.
MARK = re.compile(
    r'color-contrast: <(span|b)( aria-hidden="true")? style="[^"]*">[●■▲◆✚▼▶◀┆]<.*measured: [34]', re.DOTALL
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
# The figures of the proposals beside each other and of what is decided.
FIGURES = """() => [...document.querySelectorAll(
    '.ik-room-value strong, .ik-decided-figures :is(p, li), :is(.st-key-meeting-shared, .st-key-meeting-verdict) p')]
  .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.innerText.slice(0, 40)])"""
# What a finger presses and is smaller than 44 px; a link in words may be.
SMALL = """() => [...document.querySelectorAll('button, input, select, summary, textarea, [role=slider]')]
  .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .map((e) => [e, (e.matches('[type=radio], [type=checkbox]') ? e.closest('label') : e).getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && Math.min(box.width, box.height) < 43.5)
  .map(([e, box]) => `${e.tagName} ${(e.innerText || e.ariaLabel || '').slice(0, 30)} ${box.width} x ${box.height}`)"""


def _changes(meeting: Meeting, to: float) -> tuple[Change, ...]:
    """Return changes of all three levers that the step opens."""
    set_to = (("firm_places", None, to), ("activation_rate", "dagpenge", 30.0), ("meetings", "dagpenge", 2.0))
    return tuple(
        Change.model_validate(
            {"lever": lever, "group": group, "to": value, "from": meeting.base().start, "why": "Flere ud."}
        )
        for lever, group, value in set_to
    )


def _course(meeting: Meeting) -> Iterator[str]:
    """Go through the course, and stop wherever the screens show something new; name it."""
    yield "opening"
    meeting.set_inviting(on=True)
    yield "how to join"
    _on(meeting, "tekst")
    yield "text"
    _on(meeting, "gaet")
    yield "guess"
    for table, value in (("t1", 9.5), ("t2", 7.0)):
        meeting.save_guess(meeting.step, table, Guess(low=value, high=value))
    meeting.close(meeting.step)
    yield "guess, closed"
    meeting.close(meeting.step, shown=True)
    yield "guess, shown"
    _on(meeting, "byg")
    yield "build"
    changes = _changes(meeting, 200.0)
    meeting.save_draft(meeting.step, "t1", Draft(changes=changes), handed_in=True)
    meeting.save_draft(meeting.step, "t2", Draft(changes=_changes(meeting, 180.0)))
    yield "build, handed in"
    meeting.close(meeting.step, shown=True)
    yield "build, shown"
    _on(meeting, "vis")
    yield "show"
    meeting.set_picture(meeting.step, "verdict")
    yield "show, picture: verdict"
    meeting.set_picture(meeting.step, "money")
    yield "show, picture: money"
    _on(meeting, "tror")
    yield "beliefs"
    for table, low in (("t1", 0.1), ("t2", 0.3)):
        belief = Belief(parameter="displacement", low=low, likely=low + 0.1, high=low + 0.3)
        meeting.save_beliefs(meeting.step, table, [belief])
    meeting.close(meeting.step, shown=True)
    yield "beliefs, shown"
    _on(meeting, "kort")
    yield "cards"
    for table, first in (("t1", 0), ("t2", 1)):
        meeting.save_draft(meeting.step, table, Draft(cards=CARDS[first : first + 3]), handed_in=True)
    meeting.close(meeting.step, shown=True)
    yield "cards, shown"
    _on(meeting, "beslut")
    who = [FollowUp(who=f"Forvaltning {n}", figure="Pladser i virksomheder", when="Juni") for n in range(4)]
    fields = {"decided_from": "shared", "changes": changes, "follow_ups": tuple(who)}
    meeting.change_record(lambda _: Record(decision="Vi regner videre på det. " * 12, **fields))
    yield "decide"
    for picture in ("effect", "follow"):
        meeting.set_picture(meeting.step, picture)
        yield f"decide, picture: {picture}"


def _on(meeting: Meeting, step: str) -> None:
    """Go on to a step."""
    while meeting.step.id != step:
        assert meeting.go(meeting.progress.step, meeting.progress.step + 1)


def _with_every_kind(course: Course) -> Course:
    """Return the 30 minutes with the kinds of steps that they lack: text, beliefs and cards."""
    opening, guess, build, show, decide = course.steps
    more = {
        "text": {"id": "tekst", "title": "Sådan taler vi sammen", "text": "Skriv først, tal bagefter."},
        "beliefs": {"id": "tror", "title": "Hvad tror I selv?", "question": "Hvor meget?", "previous": "byg"},
        "build": {"id": "kort", "title": "Læg jeres pakke", "question": "Hvilke kort?", "cards": CARDS},
    }
    more["beliefs"]["assumptions"] = ("displacement", "budget.bound_share")
    more["build"] |= {"instrument": "cards", "budget_dkk": 20e6, "goal": build.goal}
    text, beliefs, cards = (CourseStep.model_validate({"kind": kind, **one}) for kind, one in more.items())
    return course.model_copy(update={"steps": (opening, text, guess, build, show, beliefs, cards, decide)})


def test_every_step_is_clean_readable_and_in_one_window(server: Server, visitor: Callable[..., Any]) -> None:
    course = _with_every_kind(load_course(ROOT / "workshops" / "ballerup-30.yaml"))
    meeting, secret = begin(course, folder=server.data / "workshops")
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
        # A picture of the room's is another one on the big screen alone.
        seen = [
            (look, name)
            for look, name in zip(looks, ("lead", "screen", "phone"), strict=True)
            if "picture" not in where or name == "screen"
        ]
        for look, _ in seen:
            at_step(look.page, meeting.step.title)
        lead.wait_for_timeout(1100)  # all three look for news within a second, at the same time
        for look, name in seen:
            settle(look.page)
            look.look(f"{where}, {name}")
        found += [f"{where}: {wide}" for wide in too_wide(phone)]
        found += [f"{where}: {small}" for small in phone.evaluate(SMALL)]
        found += [f"{where}: {size} px: {words}" for size, words in screen.evaluate(LETTERS) if size < 35.9]
        found += [f"{where}: {size} px: {words}" for size, words in screen.evaluate(FIGURES) if size < 55.9]
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
