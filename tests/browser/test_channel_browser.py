"""Test the browser's end of the channel on an empty page, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pages.components.mount import FRONTEND

SITE = "http://localhost/"
CLOSED, RUNNING = "DISCONNECTED", "running"
PAGE = """<!doctype html><body>
<div data-testid="stApp" data-test-script-state="notRunning" data-test-connection-state="CONNECTED"></div>
<a href="/budget" onclick="window.went = true; return false">Budget</a>
<div class="st-key-go-register"><button onclick="window.went = true">Videre</button></div></body>"""
# The server as the channel meets it: ``sent`` are its messages, without the time.
SERVER = """
  window.sent = [];
  channel.write = ({ at, ...message }) => sent.push(structuredClone(message));
  window.answer = (seq, more) => channel.answer({
    session: "one", acknowledged: seq === null ? null : { client: channel.client, seq },
    query: "", page: "", poll: null, ...more,
  });
  window.state = (name, value) =>
    document.querySelector("[data-testid=stApp]").setAttribute("data-test-" + name, value);
  answer(null);
"""


class Line:
    """One page with the channel on it."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def do(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def wait(self, milliseconds: float) -> None:
        self.page.clock.run_for(milliseconds)

    def move(self, value: float) -> None:
        self.do("value => channel.move('firm_places', value)", value)

    def press(self, id: str) -> None:
        self.do("id => channel.press('action', { id })", id)

    def answer(self, seq: int | None, **more: Any) -> None:
        self.do("([seq, more]) => answer(seq, more)", [seq, more])

    def app(self, script: str = "notRunning", connection: str = "CONNECTED") -> None:
        """Set the state of Streamlit's script and of its connection."""
        self.do(f"state('script-state', '{script}'); state('connection-state', '{connection}')")
        self.wait(0)

    @property
    def sent(self) -> list[dict[str, Any]]:
        return list(self.do("sent"))

    @property
    def logs(self) -> list[list[tuple[int, Any]]]:
        """List number and value (or name) of every entry of every message."""
        return [[(e["seq"], e.get("value", e["id"])) for e in message["log"]] for message in self.sent]

    @property
    def address(self) -> str:
        return str(self.do("location.pathname + location.search"))


def begin(page: Any, query: str = "") -> None:
    """Open the page at an address, with the channel on it."""
    page.goto(SITE + query)
    page.add_script_tag(content=(FRONTEND / "channel.js").read_text(encoding="utf-8"))
    page.evaluate(SERVER)
    page.clock.run_for(1000)


@pytest.fixture
def line(browser: Any) -> Iterator[Line]:
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=PAGE))
    page.clock.install(time=0)
    page.goto(SITE)
    page.clock.pause_at(1000)
    begin(page)
    yield Line(page)
    context.close()
    assert not errors


def test_one_message_is_under_way_and_the_next_takes_the_latest_value(line: Line) -> None:
    for value in (210, 220, 230):
        line.move(value)
    assert line.logs == [[(1, 210)]]
    line.wait(1000)
    assert line.logs == [[(1, 210)]]
    line.answer(1)
    assert line.logs[1:] == [[(1, 210), (2, 230)]], "a move that has not ended stays in the log"
    line.answer(2)
    line.do("channel.append('end', { id: 'firm_places', value: 230 })")
    assert len(line.sent) == 2, "not sooner than 35 ms after the one before"
    line.wait(60)
    assert line.logs[2:] == [[(2, 230), (3, 230)]]
    line.answer(3)
    line.wait(60_000)
    assert len(line.sent) == 3
    assert line.do("channel.log") == []


def test_the_live_part_lets_the_next_value_go_before_the_page_is_drawn(line: Line) -> None:
    line.move(210)
    line.move(220)
    line.app(RUNNING)
    for script in ("{ session: 'one', client: 'another' }", "{ session: 'two', client: channel.client }"):
        line.do(f"channel.hear({{ ...{script}, seq: 1 }})")
        line.wait(100)
        assert len(line.sent) == 1
    line.do("channel.hear(null)")
    line.do("channel.hear({ session: 'one', client: channel.client, seq: 1 })")
    line.wait(40)
    assert line.logs[1:] == [[(1, 210), (2, 220)]]


def test_what_is_not_answered_is_sent_again_with_what_has_come_since(line: Line) -> None:
    line.press("undo")
    line.wait(1000)
    line.press("redo")
    line.wait(600)
    assert line.logs == [[(1, "undo")], [(1, "undo"), (2, "redo")]]
    line.wait(2800)
    assert len(line.sent) == 2, "the next wait is twice as long"
    line.app(RUNNING)
    line.wait(20_000)
    assert len(line.sent) == 2, "the server is at work"
    line.app()
    line.wait(40)
    assert len(line.sent) == 3
    line.answer(1)
    line.wait(60)
    assert line.logs[3:] == [], "the second is under way"
    line.answer(2)
    line.answer(1)
    line.wait(60_000)
    assert len(line.sent) == 3, "an answer that comes late takes nothing back"


def test_a_value_that_may_have_been_heard_is_never_changed(line: Line) -> None:
    line.move(210)
    line.app(connection=CLOSED)
    line.move(220)
    line.app()
    line.wait(300)
    line.move(230)
    line.wait(5000)
    assert line.logs[-1] == [(1, 210), (2, 220), (3, 230)]


def test_a_press_comes_behind_what_it_ends(line: Line) -> None:
    line.do("void (channel.settle = () => channel.append('end', { id: 'firm_places', value: 210 }))")
    line.move(210)
    line.press("undo")
    line.answer(1)
    line.wait(60)
    assert line.logs[-1] == [(1, 210), (2, 210), (3, "undo")]


def test_a_run_of_a_widget_is_not_broken_off_and_its_own_is(line: Line) -> None:
    line.app(RUNNING)
    line.press("undo")
    line.wait(9000)
    assert not line.sent
    line.app()
    line.wait(40)
    assert line.logs == [[(1, "undo")]]
    line.app(RUNNING)
    line.answer(1)
    line.wait(40)
    line.press("redo")
    assert line.logs[1:] == [[(2, "redo")]], "the end of its own run"
    line.answer(2)
    line.app()
    line.app(RUNNING)
    line.press("undo")
    line.wait(10_100)
    assert line.logs[2:] == [[(3, "undo")]], "but no widget's run is waited for without end"


def test_a_run_that_a_message_asked_for_before_the_last_had_ended_is_its_own(line: Line) -> None:
    line.move(210)
    line.app(RUNNING)
    line.move(220)
    line.wait(60)
    line.do("channel.hear({ session: 'one', client: channel.client, seq: 1 })")
    assert len(line.sent) == 2
    line.app()
    line.app(RUNNING)
    line.move(230)
    line.wait(60)
    line.do("channel.hear({ session: 'one', client: channel.client, seq: 2 })")
    assert line.logs[2:] == [[(2, 220), (3, 230)]]


def test_what_has_begun_is_ended_where_it_is_when_another_server_answers(line: Line) -> None:
    line.do("channel.settle = () => channel.append('end', { id: 'firm_places', value: 210 }); null")
    line.move(210)
    line.answer(1, session="two")
    line.wait(60)
    assert line.logs[1:] == [[(1, 210), (2, 210)]]


@pytest.mark.parametrize("way", ["a", "button"])
def test_nothing_is_sent_while_the_page_is_left(line: Line, way: str) -> None:
    line.page.click(way)
    line.press("undo")
    line.wait(1000)
    line.answer(None)
    line.wait(1000)
    assert not line.sent, "a run of the old page still comes"
    line.answer(None, page="budget")
    line.wait(40)
    assert line.logs == [[(1, "undo")]]


@pytest.mark.parametrize(("way", "patience"), [("a", 10_000), ("button", 3000)])
def test_a_page_that_does_not_come_is_given_up(line: Line, way: str, patience: int) -> None:
    line.page.click(way)
    line.app(RUNNING)
    line.wait(20_000)
    line.app()
    line.press("undo")
    line.wait(patience - 100)
    assert not line.sent
    line.wait(200)
    assert line.logs == [[(1, "undo")]]


@pytest.mark.parametrize("way", ["a", "button"])
def test_a_page_that_does_not_come_is_given_up_though_its_run_was_too_short_to_be_seen(
    line: Line, way: str
) -> None:
    line.page.click(way)
    line.wait(2000)
    line.answer(None)
    line.press("undo")
    line.wait(9900)
    assert not line.sent
    line.wait(200)
    assert line.logs == [[(1, "undo")]]


def test_back_waits_for_its_page_though_the_old_pages_address_returns(line: Line) -> None:
    line.do("history.replaceState({}, '', '/budget'); history.pushState({}, '', '/')")
    line.move(210)
    line.do("() => new Promise((done) => { addEventListener('popstate', done); history.back(); })")
    line.do("channel.append('end', { id: 'firm_places', value: 210 })")
    # Over a slow line the run that the move has asked for comes first.
    line.do("history.pushState({}, '', '/')")
    line.answer(1)
    line.wait(1000)
    assert len(line.sent) == 1
    line.do("history.pushState({}, '', '/budget')")
    line.answer(1, page="budget")
    line.wait(40)
    assert line.logs[1:] == [[(1, 210), (2, 210)]]


def test_what_was_not_answered_before_the_page_was_left_is_sent_by_the_next(line: Line) -> None:
    line.press("undo")
    line.wait(100)
    line.page.click("a")
    line.answer(None, page="budget")
    line.wait(40)
    assert line.logs == [[(1, "undo")], [(1, "undo")]]


def test_a_click_right_behind_a_message_waits_until_that_is_on_its_way(line: Line) -> None:
    line.press("undo")
    line.do("document.querySelector('a').click()")
    assert not line.do("window.went")
    line.wait(30)
    assert line.do("window.went")
    line.wait(5000)
    assert len(line.sent) == 1


def test_parameters_of_others_stay_in_the_address(line: Line) -> None:
    begin(
        line.page,
        "?s=1.old&beside=1.x&made=x&embed=true&lang=da&embed_options=show_toolbar&slang=a%20b&flag",
    )
    others = "embed=true&embed_options=show_toolbar&slang=a%20b&flag"
    line.answer(None, query="")
    assert line.address == f"/?{others}"
    line.answer(None, query="s=1.new&lang=en")
    assert line.address == f"/?{others}&s=1.new&lang=en"
    # As Streamlit goes to another page: it keeps its own parameters alone.
    line.do("history.pushState(null, '', '/budget?embed=true')")
    line.answer(None, query="s=1.new", page="budget")
    assert line.address == f"/budget?{others}&s=1.new"


def test_another_server_gets_what_the_page_shows_and_the_log_at_once(line: Line) -> None:
    line.answer(None, query="s=1.before")
    assert line.address == "/?s=1.before"
    line.move(210)
    line.answer(1, query="s=1.before")
    line.wait(100)
    line.answer(None, session="two", query="")
    assert line.sent[1]["restore"] == "s=1.before"
    assert line.sent[1]["session"] == "one"
    assert line.logs[1] == [(1, 210)], "the move that has not ended"
    assert line.address == "/?s=1.before", "the link stays"
    line.wait(2000)
    assert line.sent[2] == line.sent[1], "until it is acknowledged"
    line.answer(1, session="two", query="s=1.after")
    assert line.address == "/?s=1.after"
    line.press("undo")
    line.wait(60)
    assert line.sent[3]["session"] == "two"
    assert "restore" not in line.sent[3]
    assert len(line.sent) == 4, "though the new server counts from zero"


def test_after_a_lost_connection_the_server_hears_where_one_is(line: Line) -> None:
    line.answer(None, query="s=1.before")
    line.app(connection=CLOSED)
    line.press("undo")
    line.wait(60_000)
    assert not line.sent
    line.app()
    line.wait(200)
    assert not line.sent, "Streamlit first settles the connection"
    line.wait(100)
    assert line.logs == [[(1, "undo")]]
    assert line.sent[0]["restore"] == "s=1.before"


def test_polls_grow_slower_and_keep_out_of_the_way(line: Line) -> None:
    line.answer(None, poll=[500, 100])
    line.wait(510)
    assert line.logs == [[]]
    line.wait(100)
    assert line.logs == [[]] * 2
    line.wait(100)
    assert len(line.sent) == 2
    line.wait(20_000)
    assert 30 < len(line.sent) < 40
    count = len(line.sent)
    line.app(RUNNING)
    line.wait(2000)
    line.app()
    line.do("document.body.insertAdjacentHTML('beforeend', '<div class=stDialog></div>')")
    line.wait(2000)
    line.do("document.querySelector('.stDialog').remove()")
    for _ in range(10):
        line.page.keyboard.press("Tab")
        line.wait(200)
    assert len(line.sent) == count, "not beside a run, a dialog or a hand"
    line.wait(2000)
    assert len(line.sent) > count
    count = len(line.sent)
    line.answer(None, poll=None)
    line.wait(5000)
    assert len(line.sent) == count


def test_how_long_the_visitor_waits(line: Line) -> None:
    def waited() -> int:
        return round(line.do("channel.waited"))

    assert waited() == 0
    line.press("undo")
    line.wait(700)
    assert waited() == 700
    line.app(RUNNING)
    line.answer(1)
    assert waited() == 0
    line.app()
    line.app(RUNNING)
    line.wait(800)
    assert waited() == 800, "a widget of Streamlit's"
    line.app()
    assert waited() == 0
    line.answer(1, poll=[100, 100])
    line.wait(110)
    line.app(RUNNING)
    line.wait(800)
    assert waited() == 0, "nobody waits for a poll"
    line.page.keyboard.press("Tab")
    assert waited() >= 800, "unless a hand has done something since"


def test_the_end_of_a_move_does_not_hold_a_slider_that_something_else_has_set(line: Line) -> None:
    """Undo while a lever moves: the run that answers has the value of before, and nothing may come after it."""
    is_ahead = "seq => channel.isAhead('firm_places', { client: channel.client, seq })"
    line.move(340)
    assert line.do(is_ahead, 0), "a move that the server has not done stands"
    line.do("channel.settle = () => channel.append('end', { id: 'firm_places', value: 340 })")
    line.press("undo")
    # The live part is drawn before the page's end acknowledges the end of the move and the press.
    assert not line.do(is_ahead, 1)
    line.move(350)
    assert line.do(is_ahead, 1)
