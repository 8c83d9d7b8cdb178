"""Test jobs beside the page: shared, kept, superseded, left, stopped, in which order, and never shown half."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.session import jobs
from pages.session.jobs import Asker, Job, JobQueue
from pages.session.session import Session
from tests.pages.cases import new_visit

ANNA, BO, CARL = (Asker(name, "part", name) for name in ("anna", "bo", "carl"))
PATIENCE = 10.0


class Works:
    """Work that counts how often it was begun, and goes on until it is let go or stopped."""

    def __init__(self) -> None:
        self.begun: list[Any] = []
        self.gone_on: list[Any] = []  # beyond the sketch
        self.stopped: list[Any] = []
        self._go = threading.Event()
        self._one = threading.Condition()

    def of(self, name: Any, *, with_sketch: bool = False) -> Callable[..., Any]:
        """Return the work of that name; its answer is the name."""

        def work(cancel: threading.Event, progress: Any) -> Any:
            with self._one:
                self.begun.append(name)
                self._one.notify_all()
            progress(1, 2, f"half of {name}" if with_sketch else None)
            with self._one:
                self.gone_on.append(name)
                self._one.notify_all()
            while not self._go.is_set():
                if cancel.wait(0.01):
                    self.stopped.append(name)
                    raise RuntimeError("stopped")
            return name

        return work

    def wait_for(self, name: Any, *, gone_on: bool = False) -> None:
        """Wait until that work has begun, or has gone on after its sketch."""
        with self._one:
            assert self._one.wait_for(lambda: name in (self.gone_on if gone_on else self.begun), PATIENCE)

    def finish(self) -> None:
        """Let all work come to its end."""
        self._go.set()


@pytest.fixture
def works() -> Iterator[Works]:
    made = Works()
    yield made
    made.finish()


@pytest.fixture
def left() -> set[str | None]:
    """Return the connections that are gone."""
    return set()


@pytest.fixture
def desk(left: set[str | None]) -> JobQueue:
    return JobQueue("test", capacity=2, is_here=lambda connection: connection not in left)


def wait(job: Job) -> Job:
    assert job.done.wait(PATIENCE)
    return job


def at_once(answer: Any) -> Callable[..., Any]:
    return lambda cancel, progress: answer


# --- shared ---------------------------------------------------------------------------------------


def test_all_who_ask_the_same_get_one_job_with_its_progress_and_its_answer(
    desk: JobQueue, works: Works
) -> None:
    first = desk.request("a", works.of("a", with_sketch=True), ANNA)
    while_waiting = desk.request("a", works.of("a"), BO)
    works.wait_for("a", gone_on=True)
    while_running = desk.request("a", works.of("a"), CARL)
    assert first is while_waiting is while_running
    assert (while_running.progress, while_running.sketch) == ((1, 2), "half of a")
    assert not first.is_ready
    works.finish()
    assert wait(first).result == "a"
    assert desk.request("a", works.of("a"), Asker("later")) is first
    assert works.begun == ["a"]


def test_only_the_latest_answers_are_kept(desk: JobQueue) -> None:
    for key in "abc":
        assert wait(desk.request(key, at_once(key), ANNA)).is_ready
    assert desk.existing("a") is None
    assert desk.existing("c") is not None


def test_what_went_wrong_is_told_to_all_who_waited_and_tried_anew_for_the_next(desk: JobQueue) -> None:
    go = threading.Event()

    def broken(cancel: threading.Event, progress: Any) -> None:
        go.wait(PATIENCE)
        raise ValueError("no")

    job = desk.request("a", broken, ANNA)
    assert desk.request("a", broken, BO) is job
    go.set()
    assert wait(job).is_failed
    # A look of the page does not have it tried again and again.
    assert desk.request("a", at_once(1), ANNA, job) is job
    anew = wait(desk.request("a", at_once(1), CARL))
    assert anew.result == 1
    assert desk.request("a", at_once(2), ANNA, job) is anew


# --- left and stopped -----------------------------------------------------------------------------


def test_another_question_stops_the_one_before(desk: JobQueue, works: Works) -> None:
    first = desk.request("a", works.of("a"), ANNA)
    works.wait_for("a")
    second = desk.request("b", at_once("b"), ANNA, first)
    assert wait(second).result == "b"
    assert wait(first).is_stopped
    assert not first.is_ready
    assert not first.is_failed
    assert desk.existing("a") is None
    assert works.stopped == ["a"]


def test_what_one_leaves_goes_on_for_another(desk: JobQueue, works: Works) -> None:
    job = desk.request("a", works.of("a"), ANNA)
    desk.request("a", works.of("a"), BO)
    works.wait_for("a")
    job.leave(ANNA)
    job.leave(ANNA)
    job.leave(Asker("nobody"))
    desk.request("b", at_once("b"), ANNA, job)
    assert not job.is_stopped
    # Whoever comes back waits for the same again.
    assert desk.request("a", works.of("a"), ANNA, job) is job
    job.leave(BO)
    assert not job.is_stopped
    works.finish()
    assert wait(job).result == "a"
    assert works.begun == ["a"]


def test_a_moving_hand_starts_nothing_and_its_rest_blocks_nobody() -> None:
    worked: list[Any] = []
    desk = JobQueue("test", capacity=8, rest=1e6)
    job = None
    for i in range(5):
        job = desk.request(i, lambda cancel, progress, i=i: worked.append(i), ANNA, job)
    assert job is not None
    others = desk.request("bo", lambda cancel, progress: worked.append("bo"), BO)
    assert desk.next_of(job.asked) is None, "no hand has rested"
    assert desk.next_of(others.asked + 2e6) is others
    job.leave(ANNA)
    others.leave(BO)
    assert others.done.is_set()
    desk._rest = 0.05
    last = None
    for i in range(5):
        last = desk.request(i, lambda cancel, progress, i=i: worked.append(i), ANNA, last)
    assert last is not None
    wait(last)
    assert worked == [4]


def test_one_who_rests_does_not_hold_up_one_who_has_rested() -> None:
    rest = 1e6
    desk = JobQueue("test", capacity=8, rest=rest)
    rested = desk.request("a", at_once("a"), ANNA)
    time.sleep(0.05)
    resting = desk.request("b", at_once("b"), BO)
    assert desk.next_of((rested.asked + resting.asked) / 2 + rest) is rested
    assert desk.next_of(resting.asked + 2 * rest) is resting
    rested.leave(ANNA)
    resting.leave(BO)


def test_half_an_answer_is_not_kept_for_the_next_who_asks(desk: JobQueue) -> None:
    """Work that is stopped may still come to an end with what it had; nobody is given it."""
    begun = threading.Event()

    def half(cancel: threading.Event, progress: Any) -> str:
        begun.set()
        assert cancel.wait(PATIENCE)
        return "half"

    first = desk.request("a", half, ANNA)
    assert begun.wait(PATIENCE)
    first.leave(ANNA)
    again = desk.request("a", at_once("whole"), ANNA, first)
    assert again is not first
    assert wait(again).result == "whole"
    assert again.is_ready
    assert not wait(first).is_ready
    assert desk.existing("a") is again


def test_nothing_goes_on_for_those_whose_browser_has_gone(
    desk: JobQueue, works: Works, left: set[str | None]
) -> None:
    running = desk.request("a", works.of("a"), ANNA)
    works.wait_for("a")
    waiting = desk.request("b", works.of("b"), ANNA)
    shared = desk.request("c", works.of("c"), ANNA)
    desk.request("c", works.of("c"), BO)
    for_the_server = desk.request("d", works.of("d"))
    left.add(ANNA.connection)
    assert wait(running).is_stopped
    assert wait(waiting).is_stopped
    works.finish()
    assert wait(shared).is_ready
    assert wait(for_the_server).is_ready
    assert works.stopped == ["a"]
    assert "b" not in works.begun


def test_a_connection_that_comes_back_soon_has_lost_nothing(works: Works) -> None:
    away = True
    desk = JobQueue("test", capacity=2, grace=1e3, is_here=lambda connection: not away)
    job = desk.request("a", works.of("a"), ANNA)
    now = job.asked
    desk.leave_absent(now)
    desk.leave_absent(now + 900.0)
    away = False
    desk.leave_absent(now + 950.0)
    away = True
    desk.leave_absent(now + 1100.0)
    assert not job.is_stopped, "it was away for 150 s only"
    desk.leave_absent(now + 2200.0)
    assert job.is_stopped


def test_work_that_nobody_waits_for_is_noticed_within_a_second() -> None:
    assert 2 * jobs._LOOK + jobs._GRACE <= 1.0


# --- the order ------------------------------------------------------------------------------------


def order_of(desk: JobQueue, works: Works, ask: Callable[[], list[Job]]) -> list[Any]:
    """Return in which order jobs are begun that are asked for while another is worked on."""
    first = desk.request("first", works.of("first"), Asker("first"))
    works.wait_for("first")
    asked = ask()
    works.finish()
    for job in (first, *asked):
        wait(job)
    return works.begun[1:]


def test_whoever_asked_last_comes_first(desk: JobQueue, works: Works) -> None:
    def ask() -> list[Job]:
        return [desk.request(who.visit, works.of(who.visit), who) for who in (ANNA, BO, CARL)]

    assert order_of(desk, works, ask) == ["carl", "bo", "anna"]


def test_what_one_visit_waits_for_comes_in_the_order_of_its_page(desk: JobQueue, works: Works) -> None:
    def ask() -> list[Job]:
        named = [(ANNA, "anna 1"), (BO, "bo 1"), (BO, "bo 2"), (ANNA, "anna 2")]
        return [desk.request(name, works.of(name), Asker(who.visit, name)) for who, name in named]

    assert order_of(desk, works, ask) == ["anna 1", "anna 2", "bo 1", "bo 2"]


def test_a_look_is_no_new_question_and_one_more_who_waits_is(desk: JobQueue, works: Works) -> None:
    def ask() -> list[Job]:
        job = desk.request("a", works.of("a"), ANNA)
        asked = [job, desk.request("b", works.of("b"), BO)]
        desk.request("a", works.of("a"), ANNA, job)
        assert desk.next_of(job.asked + 1.0) is asked[1]
        desk.request("a", works.of("a"), CARL)
        assert desk.next_of(job.asked + 1.0) is job
        return asked

    assert order_of(desk, works, ask) == ["a", "b"]


def test_nobody_waits_for_ever_while_others_ask(works: Works) -> None:
    desk = JobQueue("test", capacity=2, patience=20.0)
    desk.request("first", works.of("first"), Asker("first"))
    works.wait_for("first")
    old = desk.request("old", works.of("old"), ANNA)
    new = desk.request("new", works.of("new"), BO)
    assert desk.next_of(old.asked + 19.0) is new
    assert desk.next_of(old.asked + 21.0) is old


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_work_gives_way_to_pages_with_all_threads_that_it_begins(desk: JobQueue) -> None:
    def niceness(*_: Any) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    go = threading.Event()

    def work(cancel: threading.Event, progress: Any) -> list[int]:
        go.wait(PATIENCE)
        with ThreadPoolExecutor(2) as pool:
            return [niceness(), *pool.map(niceness, range(2))]

    page = niceness()
    # All but the first are begun by the end of the one before.
    wanted = [desk.request(key, work, Asker(key)) for key in "abcd"]
    go.set()
    for job in wanted:
        assert wait(job).result == [min(page + 5, 19)] * 3
    assert niceness() == page, "the page that asks stays as it is"


@given(
    # For each job that waits: how long ago it was asked for, and whether it has a sketch.
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=20),
)
def test_a_table_that_rests_has_its_band_before_those_that_move(waiting: list[tuple[int, bool]]) -> None:
    # Nothing is requested of this queue, so that nobody works on what is put into it.
    desk, patience, now = JobQueue("test", capacity=2, patience=3.0), 3.0, time.monotonic()
    with desk._changed:
        for place, (ago, sketched) in enumerate(sorted(waiting, reverse=True)):
            entry = jobs._Entry(Job(place, desk), at_once(place), now, turn=place, has_sketch=sketched)
            entry.job.asked = now - ago
            entry.askers[Asker(str(place))] = None
            desk._under_way[place] = entry
    entries = list(desk._under_way.values())
    blank = [entry.job for entry in entries if not entry.has_sketch]
    late = [job for job in blank if now - job.asked > patience]
    first = desk.next_of(now)
    if late:
        assert first is late[0], "the oldest of those that have nothing and have waited too long"
    elif all(now - entry.job.asked <= 4 * patience for entry in entries if entry.has_sketch):
        assert first is (blank or [entry.job for entry in entries])[-1], "else the newest that has nothing"
    assert first is not None


def sketched_while_others_wait(desk: JobQueue, works: Works) -> tuple[Job, Job, Callable[[], None]]:
    """Have one job at its sketch while another that has nothing yet waits; return both and what lets them go on."""
    go = threading.Event()

    def work(cancel: threading.Event, progress: Any) -> str:
        works.begun.append("sketched")
        go.wait(PATIENCE)
        progress(1, 2, "sketch")
        works.gone_on.append("sketched")
        if cancel.is_set():
            works.stopped.append("sketched")
        return "whole"

    sketched = desk.request("sketched", work, ANNA)
    other = desk.request("other", works.of("other", with_sketch=True), BO)
    return sketched, other, go.set


def test_whoever_has_nothing_comes_before_the_rest_of_what_has_a_sketch(desk: JobQueue, works: Works) -> None:
    sketched, other, go_on = sketched_while_others_wait(desk, works)
    # Though it has been asked for last.
    assert desk.request("sketched", works.of("sketched"), CARL) is sketched
    go_on()
    works.wait_for("other", gone_on=True)
    assert sketched.sketch == "sketch"
    assert works.gone_on == ["other"], (
        "one at a time is worked on, and it does not give way for what has a sketch"
    )
    third = desk.request("third", works.of("third"), Asker("third"))
    assert desk.request("sketched", works.of("sketched"), Asker("fourth")) is sketched
    works.finish()
    for job in (sketched, other, third):
        assert wait(job).is_ready
    assert works.begun == ["sketched", "other", "third"]
    assert works.gone_on == ["other", "third", "sketched"]


def test_what_has_given_way_can_be_left(desk: JobQueue, works: Works) -> None:
    sketched, other, go_on = sketched_while_others_wait(desk, works)
    go_on()
    works.wait_for("other", gone_on=True)
    sketched.leave(ANNA)
    assert wait(sketched).is_stopped
    assert works.stopped == ["sketched"]
    later = desk.request("later", works.of("later"), CARL)
    assert "later" not in works.begun, "its end gives nobody a turn who was not worked on"
    works.finish()
    assert wait(other).is_ready
    assert wait(later).is_ready


def test_the_next_look_is_sooner_for_whoever_comes_sooner(desk: JobQueue, works: Works) -> None:
    first = desk.request("first", works.of("first"), Asker("first"))
    works.wait_for("first")
    old, new = (desk.request(who.visit, works.of(who.visit), who) for who in (ANNA, BO))
    assert 0.0 <= desk.expected(first) < desk.expected(new) < desk.expected(old)
    works.finish()
    for job in (first, old, new):
        wait(job)
    assert desk.expected(old) == 0.0


def test_each_kind_of_work_is_expected_to_last_as_long_as_its_own_did() -> None:
    desk = JobQueue("test", capacity=4, of_kinds=True)
    for _ in range(2):
        for kind, lasts in (("slow", 0.4), ("quick", 0.0)):
            wait(desk.request((kind, object()), lambda cancel, _, s=lasts: cancel.wait(s), ANNA))
    works = Works()
    first = desk.request(("slow", 1), works.of("slow"), ANNA)
    second = desk.request(("quick", 1), works.of("quick"), ANNA)
    works.wait_for("slow")
    assert desk.expected(first) > 0.2
    assert 0.0 <= desk.expected(second) - desk.expected(first) < 0.1
    works.finish()
    wait(second)


def test_who_waits_for_the_same_is_counted(desk: JobQueue, works: Works) -> None:
    job = desk.request("a", works.of("a"), ANNA)
    assert desk.request("a", works.of("a"), BO) is job
    assert desk.waiting(job) == 2
    works.finish()
    assert desk.waiting(wait(job)) == 0


# --- a visit --------------------------------------------------------------------------------------


@pytest.fixture
def visits() -> tuple[Session, Session]:
    first, second = new_visit(), new_visit()
    first.token, second.token = "first", "second"
    return first, second


def test_a_part_of_a_page_waits_for_one_thing_and_each_visit_for_itself(
    desk: JobQueue, works: Works, visits: tuple[Session, Session]
) -> None:
    anna, bo = visits
    job = anna.ask(desk, "part", "a", works.of("a"))
    assert bo.ask(desk, "part", "a", works.of("a")) is job
    assert bo.ask(desk, "other", "a", works.of("a")) is job
    works.wait_for("a")
    bo.ask(desk, "part", "b", at_once("b"))
    anna.leave("part", "unknown")
    assert not job.is_stopped, "another part of the second visit waits for it"
    bo.leave("other")
    assert wait(job).is_stopped


def test_a_page_waits_no_longer_for_what_its_run_has_not_asked_for(
    desk: JobQueue, works: Works, visits: tuple[Session, Session]
) -> None:
    visit = visits[0]
    shown = visit.ask(desk, "shown", "a", works.of("a"))
    gone = visit.ask(desk, "gone", "b", works.of("b"))
    stays = visit.ask(desk, "stays", "c", works.of("c"), stays=True)
    visit.leave_unasked()
    assert not gone.is_stopped
    visit.waits.clear()
    visit.ask(desk, "shown", "a", works.of("a"))
    visit.leave_unasked()
    assert [job.is_stopped for job in (shown, gone, stays)] == [False, True, False]
    visit.leave()
    assert shown.is_stopped
    assert stays.is_stopped


def test_a_visit_is_known_by_itself_and_by_its_connection(
    desk: JobQueue, works: Works, visits: tuple[Session, Session], left: set[str | None]
) -> None:
    anna, bo = visits
    anna.connection, bo.connection = "connection of anna", "connection of bo"
    alone, shared = (anna.ask(desk, part, part, works.of(part)) for part in ("alone", "shared"))
    bo.ask(desk, "shared", "shared", works.of("shared"))
    left.add("connection of anna")
    assert wait(alone).is_stopped
    assert not shared.is_stopped
