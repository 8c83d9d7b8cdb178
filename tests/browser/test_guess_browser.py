"""Test a guess in a real browser: drawn, moved, typed, kept, and shown with all others once the facilitator says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.workshop.answers import Guess
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meetings import begin, join
from tests.browser.conftest import FIRST_START, PATIENCE, eventually, settle, too_wide
from tests.browser.server import ROOT, Server
from tests.browser.test_axe_browser import Tour

HANDLE = ".ik-guess [role=slider]:visible"
TYPED = ".ik-guess-typed input:visible"
SAVE = "[data-guess=save]"
SAID = ".ik-guess-said"
RUN = ".ik-guess-run"
SIZES = ((1366, 650), (1280, 720), (1920, 1080))


def room(server: Server) -> tuple[Meeting, str, list[str]]:
    """Begin a meeting at its guess with two tables; return it with the addresses of facilitator and tables."""
    meeting, secret = begin(
        load_course(ROOT / "workshops" / "ballerup-30.yaml"), folder=server.data / "workshops"
    )
    meeting.go(0, 1)
    seats = [join(meeting, name) for name in ("Nordlys", "Sydkors")]
    page = f"{server.url}moede"
    return meeting, f"{page}?m={secret}", [f"{page}?b={seat.address}" for seat in seats]


def at_table(visitor: Callable[..., Any], address: str, **options: Any) -> Any:
    page = visitor(address, wait=False, **{"width": 360, "height": 740, **options})
    page.wait_for_selector(HANDLE, timeout=FIRST_START)
    settle(page)
    return page


def kept(meeting: Meeting, table: str) -> Guess | None:
    answer = meeting.answer(meeting.step, table)
    return None if answer is None else answer.guess


def saved(page: Any, meeting: Meeting, table: str, low: float, high: float) -> None:
    """Save, and wait until it is in the table's file and the page says so."""
    page.locator(SAVE).click()
    eventually(page, lambda: kept(meeting, table) == Guess(low=low, high=high), "a kept guess")
    eventually(page, lambda: "er gemt" in page.locator(SAID).inner_text(), "that the guess is kept")


def drag(page: Any, handle: Any, by: float) -> None:
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part in (0.3, 0.7, 1.0):
        page.mouse.move(x, y + by * part)
    page.mouse.up()


def number(page: Any, i: int = 0) -> float:
    return float(page.locator(TYPED).nth(i).input_value().replace(",", "."))


def test_a_guess_is_drawn_moved_and_typed_and_the_reload_has_it(
    server: Server, visitor: Callable[..., Any]
) -> None:
    meeting, _, (address, _) = room(server)
    page = at_table(visitor, address)
    assert too_wide(page) == []
    handle = page.locator(HANDLE).first
    assert page.locator(SAVE).is_disabled(), "there is nothing to save before somebody guesses"
    for part in (HANDLE, SAVE, TYPED, ".ik-guess-kind"):
        for box in (one.bounding_box() for one in page.locator(part).all()):
            assert min(box["width"], box["height"]) >= 44, part

    drag(page, handle, -60)
    drawn = number(page)
    assert drawn == float(handle.get_attribute("aria-valuenow") or "nan")
    assert handle.get_attribute("aria-valuetext").startswith(f"{drawn:.1f}".replace(".", ","))
    handle.press("ArrowUp")
    once = number(page)
    assert once > drawn
    handle.press("ArrowDown")
    handle.press("PageDown")
    assert number(page) < drawn
    handle.press("Home")
    assert number(page) == 0

    page.locator(TYPED).first.fill("9,5")
    assert handle.get_attribute("aria-valuenow") == "9.5", "the mark follows what is typed"
    saved(page, meeting, "t1", 9.5, 9.5)
    page.locator(TYPED).first.fill("10.5")
    saved(page, meeting, "t1", 10.5, 10.5)

    page.locator(TYPED).first.fill("1.000")
    assert page.locator(".ik-guess-problem").is_visible(), "a thousand, or one"
    assert page.locator(SAVE).is_disabled()
    page.locator(TYPED).first.fill("850")
    assert page.locator(".ik-guess-problem").is_visible()
    page.keyboard.press("Enter")
    settle(page)
    assert kept(meeting, "t1") == Guess(low=10.5, high=10.5)

    page.reload()
    page.wait_for_selector(HANDLE)
    settle(page)
    assert number(page) == 10.5
    assert len(meeting.answers(meeting.step)) == 1, "a reload is no second voice"

    page.locator("input[value=range]").check()
    page.locator(TYPED).nth(0).fill("8")
    page.locator(TYPED).nth(1).fill("12,5")
    drag(page, page.locator(HANDLE).first, -400)
    assert number(page, 0) == 12.5, "neither end passes the other"
    page.locator(TYPED).nth(0).fill("8")
    page.reload()
    page.wait_for_selector(HANDLE)
    settle(page)
    assert (number(page, 0), number(page, 1)) == (8, 12.5), "what was not saved is still there on this device"
    saved(page, meeting, "t1", 8, 12.5)


def test_nobody_sees_another_guess_before_all_do(server: Server, visitor: Callable[..., Any]) -> None:
    meeting, lead, addresses = room(server)
    tables = [at_table(visitor, address) for address in addresses]
    screen = visitor(lead, wait=False)
    screen.wait_for_selector(".ik-guess svg", timeout=FIRST_START)
    looks = [Tour(page) for page in (*tables, screen)]
    guesses = ("7,3", "13,7")
    for i, (page, guess) in enumerate(zip(tables, guesses, strict=True)):
        page.locator(TYPED).first.fill(guess)
        value = float(guess.replace(",", "."))
        saved(page, meeting, f"t{i + 1}", value, value)
    eventually(screen, lambda: "2 af 2" in screen.locator(".ik-guess-status").inner_text(), "two answers")
    for look in looks:
        look.look("before the reveal")

    def html(page: Any) -> str:
        return page.evaluate(
            "document.body.innerHTML + [...document.querySelectorAll('input')].map((one) => one.value)"
        )

    hidden = ((tables[0], guesses[1]), (tables[1], guesses[0]), (screen, guesses[0]), (screen, guesses[1]))
    for page, guess in hidden:
        assert guess not in html(page)

    screen.locator("[data-meeting=close]").click()
    eventually(screen, lambda: screen.locator("[data-meeting=show]").count() == 1, "the button that shows")
    eventually(tables[0], lambda: not tables[0].locator(SAVE).is_visible(), "that it is closed")
    for page, guess in hidden:
        assert guess not in html(page)
        assert page.locator(RUN).count() == 0
    screen.locator("[data-meeting=present]").click()
    settle(screen)
    screen.locator("[data-meeting=show]").click()
    for page in (screen, *tables):
        page.locator(".ik-guess-answer").wait_for(state="attached", timeout=PATIENCE)
        assert page.locator(".ik-guess-spot").count() == 2
    assert "Nordlys" not in html(screen).partition("ik-guess")[2]
    for page in tables:
        assert page.locator(".ik-guess-spot[data-own]").count() == 1

    for width, height in SIZES:
        screen.set_viewport_size({"width": width, "height": height})
        settle(screen)
        room_, window = screen.evaluate(
            "[document.querySelector('[data-testid=stMain]').scrollHeight, innerHeight]"
        )
        assert room_ <= window, (width, height)
        assert too_wide(screen) == []
    sizes = screen.evaluate(
        """() => [...document.querySelectorAll('.ik-guess :is(text, p, li span:last-child)')]
             .map((one) => [one.getAttribute('class'), parseFloat(getComputedStyle(one).fontSize)])"""
    )
    assert min(size for _, size in sizes) >= 36, sizes
    assert all(size >= 56 for name, size in sizes if name == "ik-guess-figure")

    screen.locator("[data-guess=play]").click()
    assert screen.locator(".ik-guess-answer").count() == 0, "the line is drawn before the figure is told"
    screen.locator(".ik-guess-answer").wait_for(state="attached")
    for look in looks:
        look.look("after the reveal")
        assert look.ours == []


def test_a_guess_that_is_saved_while_the_server_is_away_arrives(
    own: Server, visitor: Callable[..., Any]
) -> None:
    meeting, _, (address, _) = room(own)
    page = at_table(visitor, address)
    page.locator(TYPED).first.fill("9,5")
    saved(page, meeting, "t1", 9.5, 9.5)
    own.kill()
    page.wait_for_timeout(500)
    page.locator(TYPED).first.fill("11,5")
    page.locator(SAVE).click()
    page.wait_for_timeout(500)
    assert kept(meeting, "t1") == Guess(low=9.5, high=9.5)
    own.start()
    eventually(page, lambda: kept(meeting, "t1") == Guess(low=11.5, high=11.5), "the guess, kept after all")
    eventually(page, lambda: "gemt: 11,5" in page.locator(SAID).inner_text(), "that it is kept")
    assert number(page) == 11.5
