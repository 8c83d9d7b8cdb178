"""Test what a part of a page says whose work has failed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import streamlit

from pages.components import job_progress
from pages.components.job_progress import show_when_done
from pages.session.jobs import Asker, Job, JobQueue
from tests.pages.cases import new_visit


def test_work_that_failed_is_told_with_its_number_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(cancel: threading.Event, progress: Any) -> None:
        raise ValueError("secret detail")

    job = JobQueue("test", capacity=1).request("a", broken, Asker("anna"))
    assert job.done.wait(10)
    shown: list[str] = []
    monkeypatch.setattr(streamlit, "error", shown.append)
    show_when_done(new_visit(), "part", lambda: job, lambda _: None)
    (logged,) = [record for record in caplog.records if record.exc_info]
    assert shown == [
        f"Det kunne ikke beregnes. Det er skrevet i loggen. Fejlen har nummer {logged.getMessage()[-8:]}."
    ]


class _Queue:
    """Expects an answer in so many seconds, and has so many who wait for it."""

    def __init__(self, expected: float, waiting: int) -> None:
        self._expected, self._waiting = expected, waiting

    def expected(self, job: Job) -> float:
        return self._expected

    def waiting(self, job: Job) -> int:
        return self._waiting


@pytest.mark.parametrize(
    ("expected", "waiting", "looks"),
    [
        (0.0, 1, (400, 400)),
        (1.0, 1, (1100, 400)),
        (1.0, 10, (1100, 1000)),
        (0.0, 10, (1000, 1000)),
        (20.0, 1, (400, 400)),
    ],
    ids=["any moment", "soon", "soon for ten", "any moment for ten", "a while: how far it is can be seen"],
)
def test_a_page_looks_when_an_answer_is_expected_and_slower_the_more_wait(
    expected: float, waiting: int, looks: tuple[int, int]
) -> None:
    job = Job("a", _Queue(expected, waiting))  # type: ignore[arg-type]
    assert job_progress._looks(job) == looks
