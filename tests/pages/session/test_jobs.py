"""Test jobs beside the page: kept, stopped, superseded, never shown when they failed."""

from __future__ import annotations

import threading
from typing import Any

from pages.session.jobs import JobQueue


def wait(job: Any) -> Any:
    assert job.done.wait(10)
    return job


def test_an_answer_is_kept_for_the_next_who_asks() -> None:
    desk = JobQueue("test", capacity=2)
    times = []

    def work(cancel: threading.Event, progress: Any) -> str:
        times.append(1)
        progress(1, 2)
        return "answer"

    first = wait(desk.request("a", work))
    assert first.is_ready
    assert first.result == "answer"
    assert first.progress == (1, 2)
    assert wait(desk.request("a", work)) is first
    assert len(times) == 1
    for key in "bc":
        wait(desk.request(key, work))
    assert desk.existing("a") is None, "only the latest are kept"


def test_what_is_known_so_far_can_be_seen() -> None:
    desk = JobQueue("test", capacity=2)
    told, go = threading.Event(), threading.Event()

    def work(cancel: threading.Event, progress: Any) -> str:
        progress(1, 2, "half")
        progress(1, 2)
        told.set()
        go.wait(10)
        return "whole"

    job = desk.request("a", work)
    assert told.wait(10)
    assert job.sketch == "half"
    assert not job.is_ready
    go.set()
    assert wait(job).result == "whole"


def test_another_question_stops_the_one_before() -> None:
    desk = JobQueue("test", capacity=4)
    begun = threading.Event()

    def long(cancel: threading.Event, progress: Any) -> str:
        begun.set()
        assert cancel.wait(10)
        raise RuntimeError("stopped")

    first = desk.request("a", long)
    assert begun.wait(10)
    second = desk.request("b", lambda cancel, progress: "b", before=first)
    assert wait(second).result == "b"
    assert wait(first).is_stopped
    assert not first.is_ready
    assert not first.is_failed
    assert desk.existing("a") is None


def test_the_same_question_goes_on() -> None:
    desk = JobQueue("test", capacity=4)
    go = threading.Event()
    first = desk.request("a", lambda cancel, progress: go.wait(10))
    assert desk.request("a", lambda cancel, progress: None, before=first) is first
    go.set()
    assert wait(first).is_ready


def test_a_moving_hand_starts_nothing() -> None:
    desk = JobQueue("test", capacity=4, rest=0.2)
    worked = []
    job = None
    for i in range(5):
        job = desk.request(i, lambda cancel, progress, i=i: worked.append(i), before=job)
    wait(job)
    assert worked == [4]


def test_what_went_wrong_is_said_and_tried_anew() -> None:
    desk = JobQueue("test", capacity=4)

    def broken(cancel: threading.Event, progress: Any) -> None:
        raise ValueError("no")

    job = wait(desk.request("a", broken))
    assert job.is_failed
    assert not job.is_ready
    assert wait(desk.request("a", lambda cancel, progress: 1)).result == 1


def test_half_an_answer_is_not_kept_for_the_next_who_asks() -> None:
    """Work that is stopped may still come to an end with what it had; nobody waits for it for ever."""
    desk = JobQueue("test", capacity=4)
    begun = threading.Event()

    def half(cancel: threading.Event, progress: Any) -> str:
        begun.set()
        assert cancel.wait(10)
        return "half"

    first = desk.request("a", half)
    assert begun.wait(10)
    first.stop()
    wait(first)
    again = wait(desk.request("a", lambda cancel, progress: "whole"))
    assert again is not first
    assert again.is_ready
    assert again.result == "whole"
