"""What would it take? Reach a goal, the most for an amount, or the saving that harms least."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.components.escape_markdown import escape_markdown
from pages.components.persistent_widget import persistent_choice
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import SEEK, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the question, and below it the answer once it is asked for."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.views.seek.answer import answer
    from pages.views.seek.form import form
    from pages.views.seek.money_answer import money_answer
    from pages.views.seek.money_form import money_form
    from pages.views.seek.view import MODES, current_question

    active_levers(session)
    mode = persistent_choice(
        session,
        "seek-mode",
        MODES,
        session.text("page_seek.mode"),
        lambda key: session.text(f"page_seek.mode.{key}"),
        widget=mode_choice(session),
    )
    if mode != MODES[0]:
        money_form(session, results, mode)
        if mode in session.sought_money:
            money_answer(session, results, mode)
        return
    form(session, results, current_question(session, results))
    if session.sought is not None:
        answer(session, results, session.sought)


def mode_choice(session: Session) -> Callable[..., Any]:
    """Return the widget that chooses what is asked: each choice with a short line of what it answers."""
    from pages.views.seek.view import MODES

    def widget(label: str, options: Sequence[str], *, required: bool, **more: Any) -> None:
        """Draw the choice; ``required`` is what other widgets of its kind need said."""
        lines = [escape_markdown(session.text(f"page_seek.mode.{key}.line")) for key in MODES]
        st.radio(label, options, captions=lines, horizontal=not session.present, **more)

    return widget


show_page(SEEK, draw)
