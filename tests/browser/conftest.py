"""Give browser tests an installed Chromium and a server of their own; allow no request off the machine."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import pytest

from model.library.share_link import encode_link
from model.municipality.vintages import FIRST
from model.scenario.files import load_scenario
from model.uncertainty.draws import DEFAULT_COUNT
from pages.shell.page import PAGES, Page
from tests.browser.server import ROOT, Server, browsing, running

READY = "[data-testid=stVegaLiteChart] svg"
# The very first start after an installation compiles the model.
FIRST_START = 240_000
# Long work on a busy machine.
PATIENCE = 120_000
SCENARIO = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
# What pages keep in a browser, as Chromium names it.
KEPT_BY_PAGES: Final = "cookies,file_systems,indexeddb,local_storage,service_workers,cache_storage"
# Work beside the page is under way where one of these is drawn.
BUSY = "[class*=st-key-waiting-], [data-testid=stSpinner], .st-key-warming, .st-key-seek-stop"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _missing(what: str) -> NoReturn:
    """Skip and give the reason, so that who has no browser can run all other tests.

    On the build machine that is a failure, so that no browser test is ever left out unseen.
    """
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"{what} is missing, and the build machine must have it", pytrace=False)
    pytest.skip(f"{what} is missing: the browser tests are not run")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Run one Chromium for all tests."""
    with browsing(_missing) as instance:
        yield instance


@pytest.fixture(scope="session")
def servers(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Server]]:
    """Run the app once for each number of draws that is asked for."""
    found: dict[int, Server] = {}
    with contextlib.ExitStack() as stack:

        def with_draws(count: int) -> Server:
            if count not in found:
                folder = tmp_path_factory.mktemp("app")
                few = 0 if count == DEFAULT_COUNT else count
                app = running(folder / "data", folder / "server.log", FIRST, few)
                found[count] = stack.enter_context(app)
            return found[count]

        yield with_draws


@pytest.fixture(scope="module")
def server(servers: Callable[[int], Server], draws: int) -> Server:
    """Run the app on the figures of 2020, which no new month moves, with an empty folder for what visitors save.

    It makes few draws, as in the tests of pages, where the module does not say ``DRAWS = DEFAULT_COUNT``: there the
    number itself matters, or that the bands take their time.
    """
    return servers(draws)


@pytest.fixture
def own(server: Server) -> Iterator[Server]:
    """Give the app to be stopped or killed, and start it again for the next test if it does not run."""
    yield server
    if server.process is None:
        server.start()


def is_local(url: str) -> bool:
    """Return whether a request stays on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme in ("data", "blob", "about") or host == "127.0.0.1" or host.endswith("localhost")


_OPEN_PAGES: Final = pytest.StashKey[list[Any]]()
# What a page that a test gave up on shows: what runs, what is waited for, what has the focus, what stands on it.
_STATE: Final = """() => ({
  url: location.href.slice(0, 120),
  script: document.querySelector('[data-testid=stApp]')?.dataset.testScriptState,
  unheard: document.ikChannel?.pending.length, polling: document.ikChannel?.polling, waits: window.line?.waits,
  focus: document.activeElement?.outerHTML.slice(0, 300),
  fields: [...document.querySelectorAll('input:not([type=range]), textarea')].map((one) => one.value),
  dialog: document.querySelector('[role=dialog]')?.innerText,
  words: document.querySelector('[data-testid=stMain]')?.innerText.slice(0, 3000),
})"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say beside a failure what its pages show."""
    report = yield
    if report.when == "call" and report.failed:
        for page in item.stash.get(_OPEN_PAGES, []):
            try:
                state = page.evaluate(_STATE)
            except Exception as error:  # the page may be what failed
                state = {"gone": repr(error)}
            report.sections.append(("page", "\n".join(f"{name}: {told}" for name, told in state.items())))
        for name in ("server", "own"):
            asked = item.funcargs.get(name)
            if isinstance(asked, Server):
                log = asked.log.read_text(encoding="utf-8", errors="replace")
                report.sections.append((f"log of {name}", log[-_LOG:]))
    return report


# Characters of a server's log that stand in the report of a test that fails.
_LOG: Final = 6000


class Profiles:
    """Profiles of browsers for visitors who have been nowhere: what one keeps is wiped before the next has it.

    Who has a profile that was in use before has the app's scripts compiled already. That is half of a page's opening.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: dict[tuple[Any, ...], list[Any]] = {}

    @contextlib.contextmanager
    def one(self, **options: Any) -> Iterator[Any]:
        """Give a context of Playwright's with these options while the block runs."""
        free = self._free.setdefault(tuple(sorted(options.items())), [])
        if free:
            context = free.pop()
        else:
            # Playwright waits for functions by evaluating texts, which the app's own policy forbids to all.
            options = {"bypass_csp": True, **options}
            context = self._browser.new_context(accept_downloads=True, **options)
            context.add_init_script(LISTENS)
        addresses: set[str] = set()

        def note(request: Any) -> None:
            parts = urlsplit(request.url)
            addresses.add(f"{parts.scheme}://{parts.netloc}")

        context.on("request", note)
        wiped = False
        try:
            yield context
            context.remove_listener("request", note)
            wiped = _wipe(context, addresses)
        finally:
            if wiped:
                free.append(context)
            else:
                context.close()


def _wipe(context: Any, addresses: set[str]) -> bool:
    """Close all pages and forget what they have kept; return whether that could be done."""
    from playwright.sync_api import Error

    try:
        first, *others = context.pages
        for page in others:
            page.close()
        # The last words of a page that is left may be kept too.
        first.goto("about:blank")
        session = context.new_cdp_session(first)
        for address in addresses:
            session.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": KEPT_BY_PAGES})
        first.close()
    except (Error, ValueError):
        return False
    return True


@pytest.fixture(scope="session")
def profiles(browser: Any) -> Profiles:
    """Keep the profiles of visitors between tests."""
    return Profiles(browser)


@pytest.fixture
def visitor(profiles: Profiles, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Open pages as new visitors do; requests off the machine and errors in scripts fail the test."""
    pages: list[Any] = request.node.stash.setdefault(_OPEN_PAGES, [])
    foreign: list[str] = []
    errors: list[str] = []

    def note(request: Any) -> None:
        if not is_local(request.url):
            foreign.append(request.url)

    with contextlib.ExitStack() as in_use:

        def open_page(
            url: str,
            *,
            width: int = 1366,
            height: int = 768,
            locale: str = "da-DK",
            wait: bool = True,
            **options: Any,
        ) -> Any:
            context = in_use.enter_context(profiles.one(locale=locale, **options))
            context.on("request", note)
            in_use.callback(context.remove_listener, "request", note)
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
            pages.append(page)
            page.on("websocket", lambda socket: note(socket) if not is_local(_http(socket.url)) else None)
            page.on("pageerror", lambda error: errors.append(str(error)))
            # What the page needs and its headers do not allow.
            page.on(
                "console",
                lambda told: errors.append(told.text) if "Content Security Policy" in told.text else None,
            )
            page.goto(url)
            if wait:
                page.wait_for_selector(READY, timeout=FIRST_START)
                settle(page)
            return page

        yield open_page
    assert not foreign, f"requests off the machine: {foreign}"
    assert not errors, f"errors in scripts: {errors}"


def _http(url: str) -> str:
    return url.replace("ws", "http", 1)


def comes_back(page: Any, server: Server, end: Callable[[], None]) -> None:
    """End the server, start it again, and wait until the page has found the new one by itself."""
    session = page.evaluate("document.ikChannel.session")
    end()
    page.wait_for_timeout(500)
    server.start()
    page.wait_for_function("old => document.ikChannel.session !== old", arg=session, timeout=60_000)
    # The new server may still be loading the model: the page says so, and goes on by itself.
    page.wait_for_function(
        "document.querySelector('.ik-bar h1') && !document.querySelector('.st-key-warming')", timeout=60_000
    )
    settle(page)


# Remembers whether the server has answered since the page last said something.
LISTENS = """
const { WebSocket: Plain } = window;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    window.line = this;
    this.addEventListener("message", () => (this.waits = false));
  }
  send(said) {
    this.waits = true;
    super.send(said);
  }
};
"""


def eventually(page: Any, holds: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
    """Wait until the page shows what it comes to; until then it may show what was there before, or nothing.

    An element that is exchanged while ``holds`` looks at it is looked at again.
    """
    from playwright.sync_api import Error

    until = time.monotonic() + timeout / 1000
    while time.monotonic() < until:
        with contextlib.suppress(Error):
            if holds():
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"the page does not show {what}")


def settle(page: Any, quiet: float = 0.3) -> None:
    """Wait until the app has heard all and has run, no figure is out of date, and the page stands still."""
    page.wait_for_timeout(50)
    page.evaluate(
        """(quiet) => new Promise((done) => {
             const app = () => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
             let timer = setTimeout(end, quiet * 1000);
             const again = () => { clearTimeout(timer); timer = setTimeout(end, quiet * 1000); };
             const watch = new MutationObserver(again);
             watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
             const until = performance.now() + 20000;
             const unheard = () => window.line?.readyState === 1 && window.line.waits;
             const old = () => document.querySelector('.ik-stale') || document.ikChannel?.pending.length || unheard();
             function end() {
               if (app() === 'running' || (old() && performance.now() < until)) return again();
               watch.disconnect();
               done();
             }
           })""",
        quiet,
    )


def link(server: Server, place: Page = PAGES[0], query: str = "", scenario: Path = SCENARIO) -> str:
    """Return the address of a page with a scenario that has changes."""
    address = "" if place is PAGES[0] else place.address
    return f"{server.url}{address}?s={encode_link(load_scenario(scenario))}{query}"


def done(page: Any) -> None:
    """Wait for the page and for the work beside it."""
    page.wait_for_function(f'() => !document.querySelector("{BUSY}")', timeout=PATIENCE)
    settle(page)


def arrived(page: Any) -> None:
    """Wait for a page that has been opened by its address."""
    page.locator(":is(.ik-bar, .ik-meeting) h1").wait_for(timeout=PATIENCE)
    done(page)


def too_wide(page: Any) -> list[str]:
    """List why the page can be scrolled sideways, or what is cut off to the right."""
    return page.evaluate(
        """() => {
          const scrolls = ['html', '[data-testid=stAppViewContainer]', '[data-testid=stMain]']
            .map((part) => document.querySelector(part))
            .filter((e) => e.scrollWidth > Math.min(e.clientWidth, innerWidth))
            .map((e) => (e.dataset.testid || 'html') + ' ' + e.scrollWidth);
          // What is only there for screen readers stands in a box of a pixel.
          const within = (e) => {
            for (let p = e.parentElement; p && p.dataset.testid !== 'stMain'; p = p.parentElement)
              if (p.clientWidth <= 1 && getComputedStyle(p).overflowX === 'hidden') return true;
              else if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return true;
            return false; };
          const part = (e) => e instanceof SVGElement && e.tagName !== 'svg';
          const cut = [...document.querySelectorAll('[data-testid=stMain] *')]
            .filter((e) => e.checkVisibility() && !part(e) && !within(e))
            .map((e) => [e, e.getBoundingClientRect()])
            .filter(([, box]) => box.width && box.right > innerWidth + 1)
            .map(([e, box]) => e.tagName + '.' + e.getAttribute('class') + ' ' + Math.round(box.right));
          return [...scrolls, ...cut.slice(0, 8)];
        }"""
    )
