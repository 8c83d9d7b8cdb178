"""Test what a part of a page says whose work has failed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import streamlit

from pages.components.job_progress import show_when_done
from pages.session.jobs import Asker, JobQueue
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
