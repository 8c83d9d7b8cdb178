"""Change the question about goals that the page What would it take asks, and drop its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pages.session.session import Session


def change(session: Session, **fields: Any) -> None:
    """Change the question and drop the answer to the last one."""
    if session.question is not None:
        session.question = replace(session.question, **fields)
    stop_search(session)


def stop_search(session: Session) -> None:
    """Stop the searches and drop the answer."""
    session.leave("seek", "curve")
    session.sought = None
