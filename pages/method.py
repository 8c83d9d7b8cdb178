"""Method: the model drawn and in words, every number with its source, sets, limits, accessibility, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from model.domain import MODEL_VERSION
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import METHOD, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

_PARTS: Final = ("model", "register", "rules", "sets", "limits", "accessibility", "sources")
_PROSE: Final = ("rules", "sets", "limits", "accessibility", "sources")
_PART: Final = "method_part"


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the part that was chosen, and the model's version."""
    # Imported once the model is ready: Altair is slow to load, and the page says first that it waits.
    from pages.views.method import prose_parts
    from pages.views.method.model_part import model_part
    from pages.views.method.register_part import register_part
    from pages.views.method.rules_part import rules_part
    from pages.views.method.view import page_text

    drawn_by = {
        "model": model_part,
        "register": register_part,
        "rules": rules_part,
        "sets": prose_parts.sets_part,
        "limits": prose_parts.limits_part,
        "accessibility": prose_parts.accessibility_part,
        "sources": prose_parts.sources_part,
    }
    active_levers(session)
    part = persistent_widget.persistent_choice(
        session, _PART, _PARTS, page_text(session, "part"), lambda part: page_text(session, f"part.{part}")
    )
    with st.container(key=f"method-{'prose' if part in _PROSE else 'part'}"):
        drawn_by[part](session, results)
    st.caption(escape_markdown(page_text(session, "version", version=MODEL_VERSION)))


show_page(METHOD, draw)
