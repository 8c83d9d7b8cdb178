"""Lead a meeting and sit at its tables in a browser, as several tests do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.workshop.meeting import Meeting
from model.workshop.meetings import meetings
from tests.browser.conftest import FIRST_START, PATIENCE, settle
from tests.browser.server import Server

COURSE = "ballerup-30"
CODE = ".ik-meeting-code"


def lead(server: Server, visitor: Callable[..., Any], **options: Any) -> tuple[Any, Meeting]:
    """Begin the 30 minutes in the lobby. Return the facilitator's page, and the meeting's files."""
    page = visitor(f"{server.url}moede", wait=False, height=650, **options)
    button = page.locator(f"[class*=st-key-begin-][class*={COURSE}] button")
    button.wait_for(timeout=FIRST_START)
    settle(page)
    button.click()
    page.wait_for_url("**/moede?m=*", timeout=PATIENCE)
    page.locator("[data-meeting=next]").wait_for(timeout=PATIENCE)
    return page, meetings(folder=server.data / "workshops")[0]


def big_screen(visitor: Callable[..., Any], address: str) -> Any:
    """Open the facilitator's page once more, for the room."""
    page = visitor(address, wait=False, width=1920, height=1080)
    page.locator("[data-meeting=present]").wait_for(timeout=PATIENCE)
    settle(page)
    page.locator("[data-meeting=present]").click()
    page.wait_for_selector("html[data-ik-present]", state="attached")
    return page


def sit_down(server: Server, visitor: Callable[..., Any], code: str, name: str, *, typed: bool) -> Any:
    """Join as a table, with the code typed or in the address, as a QR code has it."""
    address = f"{server.url}moede" + ("" if typed else f"?kode={code}")
    page = visitor(address, wait=False, width=360, height=740)
    field = page.locator(".st-key-table-name input")
    field.wait_for(timeout=PATIENCE)
    settle(page)
    if typed:
        page.locator(".st-key-code input").fill(code)
    field.fill(name)
    page.locator("[data-testid=stFormSubmitButton] button").click()
    page.locator(CODE, has_text=name).wait_for(timeout=PATIENCE)
    return page


def at_step(page: Any, words: str) -> None:
    """Wait until a page shows the step of that title."""
    page.locator(".ik-meeting .ik-heading", has_text=words).wait_for(timeout=PATIENCE)


def title(meeting: Meeting, step: str) -> str:
    """Return what the course calls a step."""
    return next(one.title for one in meeting.course.steps if one.id == step)


def files(meeting: Meeting) -> dict[str, bytes]:
    """Return all that the meeting has in files, by path."""
    return {
        str(path.relative_to(meeting.folder)): path.read_bytes()
        for path in sorted(Path(meeting.folder).rglob("*.yaml"))
    }
