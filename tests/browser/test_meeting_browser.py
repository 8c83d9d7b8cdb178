"""Test a whole meeting in browsers: five tables with devices, a server that dies, and one laptop without devices."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from model.language.typed_numbers import number_text
from model.uncertainty.draws import DEFAULT_COUNT
from model.workshop.answers import Guess
from model.workshop.meeting import Meeting
from tests.browser.conftest import PATIENCE, eventually, settle, too_wide
from tests.browser.explore_page import FIRM_PLACES, rest
from tests.browser.meeting_room import at_step, big_screen, files, lead, sit_down, title
from tests.browser.server import Server
from tests.browser.test_build_browser import HAND_IN, REASON
from tests.browser.test_guess_browser import HANDLE, SAVE, TYPED, drag, kept, number, saved

# How soon the room sees a table hand in is measured beside all the work of the other tables.
DRAWS = DEFAULT_COUNT
NAMES = ("Nordlys", "Sydkors", "Vestvind", "Østersø", "Midtby")
# What each table moves the slider of places by, in steps of the keyboard, and why.
BUILT = (
    (6, "Flere skal ud på en arbejdsplads."),
    (4, "Vi begynder forsigtigt."),
    (8, "Virksomhederne har sagt, at de kan."),
    (5, "Det kan vi betale."),
    (7, "Vi er ikke færdige."),
)
DECISION = "Forvaltningen regner videre på det, alle har fælles."


def _guess(meeting: Meeting, facilitator: Any, screen: Any, tables: list[Any]) -> None:
    """Guess at each table, one of them by drawing and one too late, and show the room all of it."""
    for page in tables:
        page.locator(HANDLE).first.wait_for(timeout=PATIENCE)
    settle(tables[0])
    drag(tables[0], tables[0].locator(HANDLE).first, -40)
    drawn = number(tables[0])
    saved(tables[0], meeting, "t1", drawn, drawn)
    for i, typed in ((1, "9,5"), (2, "7"), (3, "12,5")):
        tables[i].locator(TYPED).first.fill(typed)
        value = float(typed.replace(",", "."))
        saved(tables[i], meeting, f"t{i + 1}", value, value)
    eventually(screen, lambda: "4 af 5" in screen.locator(".ik-guess-status").inner_text(), "four answers")
    facilitator.locator("[data-meeting=close]").click()
    eventually(tables[0], lambda: not tables[0].locator(SAVE).is_visible(), "that it is closed")
    tables[4].locator(TYPED).first.fill("8,2")
    saved(tables[4], meeting, "t5", 8.2, 8.2)
    facilitator.locator("[data-meeting=show]").click()
    for page in (screen, *tables):
        page.locator(".ik-guess-answer").wait_for(state="attached", timeout=PATIENCE)
        assert page.locator(".ik-guess-spot").count() == 5
    assert screen.locator(".ik-guess-spot[data-late]").count() == 1


def _build(page: Any, steps: int, why: str) -> None:
    """Move the slider of places by the keyboard, and say why."""
    page.locator(FIRM_PLACES).wait_for(timeout=PATIENCE)
    settle(page)
    page.focus(FIRM_PLACES)
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    rest(page)
    page.locator(REASON).fill(why)
    page.locator(REASON).press("Tab")


def _hand_in(page: Any, screen: Any, n: int) -> float:
    """Hand in; return how many seconds it takes until the big screen shows it."""
    settle(page)
    begun = time.monotonic()
    page.locator(HAND_IN).click()
    screen.wait_for_function(
        "n => document.querySelectorAll('.ik-seats-table[data-state=handed_in]').length === n",
        arg=n,
        timeout=PATIENCE,
    )
    return time.monotonic() - begun


def _built(meeting: Meeting) -> dict[str, tuple[float, str, bool]]:
    """Return what the files have of each table's proposal: the places, why, and whether it is handed in."""
    found = {}
    for table, answer in meeting.answers(meeting.step).items():
        assert answer.draft is not None
        (change,) = answer.draft.changes
        assert isinstance(change.to, float)
        found[table] = (change.to, change.why, answer.handed_in)
    return found


def _watch(screen: Any) -> None:
    """Note from now on which elements of the tables' list are exchanged; words and marks in them may change."""
    screen.evaluate(
        """() => { window.exchanged = [];
             const part = (node) => node.matches?.('ul, li, span, dl');
             new MutationObserver((all) => all.forEach((one) => window.exchanged.push(
               ...[...one.removedNodes].filter(part).map((node) => node.outerHTML))))
               .observe(document.querySelector('.ik-seats').parentNode, {subtree: true, childList: true}); }"""
    )


def _server_dies(own: Server, meeting: Meeting, pages: list[Any]) -> None:
    """Kill the server, start it again, and wait until every page has found it; the files are as they were."""
    sessions = [page.evaluate("document.ikChannel.session") for page in pages]
    before = files(meeting)
    own.kill()
    own.start()
    assert files(meeting) == before
    for page, session in zip(pages, sessions, strict=True):
        page.wait_for_function(
            "old => document.ikChannel.session !== old && !document.querySelector('.st-key-warming')",
            arg=session,
            timeout=PATIENCE,
        )
    assert files(meeting) == before, "a page that comes back changes nothing"
    assert [page.locator("html[data-ik-present]").count() for page in pages] == [0, 1, *[0] * 5], (
        "the room must not see what is only the facilitator's"
    )


def test_five_tables_go_through_the_30_minutes(own: Server, visitor: Callable[..., Any]) -> None:
    facilitator, meeting = lead(own, visitor)
    screen = big_screen(visitor, facilitator.url)
    tables = [sit_down(own, visitor, meeting.code, name, typed=i == 0) for i, name in enumerate(NAMES)]
    assert [table.name for table in meeting.tables()] == list(NAMES)
    for page in (facilitator, screen, *tables):
        at_step(page, title(meeting, "velkommen"))
    screen.keyboard.press("ArrowRight")
    _guess(meeting, facilitator, screen, tables)
    guesses = meeting.answers(meeting.step)
    assert [answer.late for answer in guesses.values()] == [False] * 4 + [True]
    assert guesses["t4"].guess == Guess(low=12.5, high=12.5)

    screen.keyboard.press("ArrowRight")
    screen.locator(".ik-seats-table").nth(4).wait_for(timeout=PATIENCE)
    for page, built in zip(tables[:2], BUILT, strict=False):
        _build(page, *built)
    _hand_in(tables[0], screen, 1)
    eventually(tables[1], lambda: len(_built(meeting)) == 2, "the second proposal in the files")
    settle(tables[1])
    _server_dies(own, meeting, [facilitator, screen, *tables])
    assert tables[1].locator(REASON).input_value() == BUILT[1][1]

    screen.locator(".ik-seats-table[data-state=handed_in]").wait_for(timeout=PATIENCE)
    _watch(screen)
    for page, built in zip(tables[2:], BUILT[2:], strict=True):
        _build(page, *built)
    seconds = [_hand_in(tables[i], screen, n) for n, i in enumerate((1, 2, 3), start=2)]
    assert min(seconds) < 2.0, seconds
    eventually(tables[4], lambda: len(_built(meeting)) == 5, "the last proposal in the files")
    assert screen.evaluate("window.exchanged") == [], "what is exchanged flickers"
    assert _built(meeting) == {
        f"t{i + 1}": (130.0 + 10 * steps, why, i != 4) for i, (steps, why) in enumerate(BUILT)
    }
    facilitator.locator("[data-meeting=close]").click()
    eventually(tables[4], lambda: tables[4].locator(FIRM_PLACES).is_disabled(), "that it is closed")
    _show_and_decide(own, meeting, facilitator, screen, tables)


def _show_and_decide(own: Server, meeting: Meeting, facilitator: Any, screen: Any, tables: list[Any]) -> None:
    """Show all proposals beside each other, decide on what they share, and keep it."""
    screen.keyboard.press("ArrowRight")
    for page in (facilitator, screen, tables[0]):
        at_step(page, title(meeting, "vis"))
        page.locator(".ik-proposals li").nth(4).wait_for(timeout=PATIENCE)
        assert "Midtby (ikke afleveret)" in page.locator(".ik-proposals").inner_text()
        said = page.get_by_text("Fælles for alle:")
        said.wait_for(timeout=PATIENCE)
        assert "fra 136 til 170" in said.inner_text()
    assert too_wide(tables[0]) == []

    screen.keyboard.press("ArrowRight")
    at_step(facilitator, title(meeting, "beslut"))
    facilitator.locator(".st-key-decide-decision textarea").fill(DECISION)
    facilitator.keyboard.press("Tab")
    settle(facilitator)
    facilitator.get_by_role("button", name="Sæt ind", exact=True).click()
    settle(facilitator)
    for part, typed in (("who", "Jobcenteret"), ("figure", "Pladser"), ("when", "1. marts 2027")):
        facilitator.locator(f".st-key-decide-follow-0-{part} input").fill(typed)
        facilitator.keyboard.press("Tab")
        settle(facilitator)
    # What does not fit on one picture for the room stands on several, which the facilitator goes through.
    for picture, words in (
        ("Beslutning", DECISION),
        ("Ændringer", "136 → 170"),
        ("Hvem følger op", "Jobcenteret"),
    ):
        choice = facilitator.locator("[data-testid=stButtonGroup] button", has_text=picture)
        if choice.count():
            choice.first.click()
            settle(facilitator)
        for page in (screen, tables[2]):
            page.get_by_text(words).first.wait_for(timeout=PATIENCE)
    record = meeting.record
    assert (record.decision, record.decided_from) == (DECISION, "shared")
    assert record.changes is not None
    assert [(change.lever, change.to) for change in record.changes] == [("firm_places", 170.0)]
    assert [dict(one) for one in record.follow_ups] == [
        {"who": "Jobcenteret", "figure": "Pladser", "when": "1. marts 2027"}
    ]
    _the_record_says_what_the_files_say(facilitator, meeting)


def _the_record_says_what_the_files_say(page: Any, meeting: Meeting) -> None:
    """Fetch the Word record as the facilitator does, and hold every answer and note of the files against it."""
    from docx import Document

    page.locator(".st-key-afterwards summary").click()
    page.locator(".st-key-make-record button").wait_for(timeout=PATIENCE)
    settle(page)  # a press while the page draws what the tables have seen is lost
    page.locator(".st-key-make-record button").click()
    fetch = page.locator(".st-key-fetch-record button")
    fetch.wait_for(timeout=PATIENCE)
    settle(page)
    with page.expect_download() as download:
        fetch.click()
    document = Document(download.value.path())
    tables = [
        [tuple(cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row.cells) for row in table.rows]
        for table in document.tables
    ]
    paragraphs = "\n".join(paragraph.text for paragraph in document.paragraphs)
    names = {table.id: table.name for table in meeting.tables()}
    guess, build = meeting.course.step("gaet"), meeting.course.step("byg")
    assert guess is not None
    assert build is not None

    told = next(table[1:] for table in tables if table[0][-1] == "Gæt")
    for (name, shown), (table, answer) in zip(told, meeting.answers(guess).items(), strict=True):
        assert answer.guess is not None
        value = number_text(answer.guess.low, "da")
        assert (name, shown) == (names[table], f"{value} % (efter lukning)" if answer.late else f"{value} %")
    changes = [row for table in tables if table[0][0] == "Skyder" for row in table[1:]]
    for answer in meeting.answers(build).values():
        assert answer.draft is not None
        (change,) = answer.draft.changes
        assert isinstance(change.to, float)
        assert [row[2] for row in changes if row[4] == change.why] == [number_text(change.to, "da")]
    assert "Midtby (ikke afleveret)" in paragraphs
    assert DECISION in paragraphs
    assert [row for table in tables for row in table if row[0] == "Jobcenteret"] == [
        ("Jobcenteret", "Pladser", "1. marts 2027")
    ]


def _is_kept(meeting: Meeting, table: str, value: float) -> bool:
    """Return whether the files have a table's guess."""
    return kept(meeting, table) == Guess(low=value, high=value)


def _choose(page: Any, words: str, option: str) -> None:
    """Choose from a list by its label."""
    page.get_by_role("combobox", name=words).click()
    page.get_by_role("option", name=option).first.click()
    settle(page)


def test_one_laptop_goes_through_the_30_minutes_without_devices(
    server: Server, visitor: Callable[..., Any]
) -> None:
    page, meeting = lead(server, visitor)
    for i, name in enumerate(NAMES[:3], start=1):
        page.locator(".st-key-new-table input").fill(name)
        page.get_by_role("button", name="Tilføj", exact=True).click()
        eventually(page, lambda i=i: len(meeting.tables()) == i, f"table {i}")
        settle(page)
    page.locator("[data-meeting=next]").click()
    at_step(page, title(meeting, "gaet"))
    for i, (name, typed) in enumerate(zip(NAMES, ("9,5", "7", "12"), strict=False), start=1):
        settle(page)
        _choose(page, "Skriv et gæt ind for", name)
        page.locator(TYPED).first.fill(typed)
        value = float(typed.replace(",", "."))
        page.locator(f"{SAVE}:visible").click()
        is_kept = partial(_is_kept, meeting, f"t{i}", value)
        eventually(page, is_kept, "a kept guess")
    page.locator("[data-meeting=close]").click()
    page.locator("[data-meeting=show]").click()
    page.locator(".ik-guess-answer").wait_for(state="attached", timeout=PATIENCE)
    assert page.locator(".ik-guess-spot").count() == 3
    page.locator("[data-meeting=next]").click()
    at_step(page, title(meeting, "byg"))
    for i, (name, places) in enumerate(zip(NAMES, ("200", "180", "220"), strict=False), start=1):
        settle(page)
        _choose(page, "Hvilket bord skriver du for?", name)
        page.locator(f".st-key-build-byg-t{i}-firm_places-to input").fill(places)
        page.locator(f".st-key-build-byg-t{i}-firm_places-why input").fill(BUILT[i][1])
        page.locator(f".st-key-hand-in-byg-t{i} button").click()
        eventually(page, lambda i=i: len(_built(meeting)) == i, "a proposal that is handed in")
    assert _built(meeting) == {
        f"t{i}": (places, BUILT[i][1], True) for i, places in ((1, 200.0), (2, 180.0), (3, 220.0))
    }
    page.locator("[data-meeting=close]").click()
    page.locator("[data-meeting=show]").click()
    page.locator("[data-meeting=next][data-main]").click()
    at_step(page, title(meeting, "vis"))
    page.get_by_text("fra 136 til 180").wait_for(timeout=PATIENCE)
    page.keyboard.press("ArrowRight")
    at_step(page, title(meeting, "beslut"))
    settle(page)
    page.get_by_role("button", name="Sæt ind", exact=True).click()
    page.get_by_text("136 → 180").wait_for(timeout=PATIENCE)
    assert meeting.record.changes is not None
    assert [change.to for change in meeting.record.changes] == [180.0]
