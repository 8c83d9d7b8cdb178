"""Draw a part of a page that waits for work beside it: how far it is, and the answer when it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.session.jobs import Job
from pages.session.session import Session

_POLL: Final = 400  # ms


def show_when_done(session: Session, key: str, ask: Callable[[], Job], draw: Callable[[Any], None]) -> None:
    """Draw ``draw(result)`` as soon as the job of ``ask`` is done; until then its progress.

    ``ask`` is called on every run and must give the same job for the same question.
    """
    job = ask()
    if job.is_ready:
        draw(job.result)
        return
    if job.is_failed or job.is_stopped:
        # Said outside the part that looks again: nothing more will come.
        st.error(session.page_text("job.failed"))
        return

    done, of = job.progress
    words = session.page_text("job.progress", n=done, of=of) if of else session.page_text("job.start")
    with st.container(key=f"waiting-{key}"):
        st.progress(done / of if of else 0.0, text=escape_markdown(words))
    session.poll_after(_POLL, _POLL)
