"""Draw a part of a page that waits for work beside it: how far it is, and the answer when it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from model.language.catalogue import percent
from pages.components.escape_markdown import escape_markdown
from pages.components.time_left import seconds_left, time_left_text
from pages.session.jobs import Job
from pages.session.session import Session

_POLL: Final = 400  # ms
# Each look runs the whole page, and the work needs the processor: ten who wait for the same look as often as four.
_LOOKING_OFTEN: Final = 4
# An answer that is expected so soon, s, is waited for without a look before it, and a little longer than expected.
_SOON: Final = 2.0
_LATER: Final = 1.1


def show_when_done(
    session: Session,
    key: str,
    ask: Callable[[], Job],
    draw: Callable[[Any], None],
    *,
    in_shares: bool = False,
    even: bool = True,
) -> None:
    """Draw ``draw(result)`` as soon as the job of ``ask`` is done; until then its progress and about how long is left.

    ``ask`` is called on every run and must give the same job for the same question. ``in_shares``: its progress
    counts no calculations but is a share of the work; ``even``: its work goes on evenly, so that what is done says how
    long the rest takes.
    """
    job = ask()
    if job.is_ready:
        draw(job.result)
        return
    if job.is_failed or job.is_stopped:
        # Said outside the part that looks again: nothing more will come.
        number = f" {session.page_text('fault', id=job.fault)}" if job.fault else ""
        st.error(session.page_text("job.failed") + number)
        return

    done, of = job.progress
    words = session.page_text("job.start")
    if of:
        share = percent(done / of, session.language)
        words = (
            session.page_text("job.share", share=share)
            if in_shares
            else session.page_text("job.progress", n=done, of=of)
        )
    left = seconds_left(job) if even else None
    if left is not None:
        words = session.page_text("job.with_time", words=words, left=time_left_text(session, left))
    with st.container(key=f"waiting-{key}"):
        st.progress(done / of if of else 0.0, text=escape_markdown(words))
    session.poll_after(*_looks(job))


def _looks(job: Job) -> tuple[int, int]:
    """Return when to look at a job again, and how often then, ms: when it is expected to be done if that is soon."""
    if job.queue is None:
        return _POLL, _POLL
    rhythm = round(_POLL * max(1.0, job.queue.waiting(job) / _LOOKING_OFTEN))
    expected = _LATER * job.queue.expected(job)
    return max(rhythm, round(1000 * expected)) if expected <= _SOON else rhythm, rhythm
