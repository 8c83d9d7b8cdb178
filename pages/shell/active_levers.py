"""Draw the line that names a page's scenario: its levers as they are set, or that none is moved."""

from __future__ import annotations

from typing import Final

import streamlit as st

from model.language.catalogue import short_date, text
from model.municipality.municipality import Municipality
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, Value, baseline_value
from model.scenario.scenario import Scenario
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session

_MOST: Final = 4


def changes_in_words(scenario: Scenario, municipality: Municipality, language: str) -> list[str]:
    """Describe each change of a scenario: ``Pladser i virksomheder: 200 → 400 fra mar. 2021``."""
    said = []
    last: dict[tuple[str, str | None], Value] = {}
    for change in scenario.changes:
        base = last.get(change.target)
        if base is None:
            base = baseline_value(LEVER_BY_ID[change.lever], municipality, change.group)
        last[change.target] = change.to
        said.append(
            text(
                "page.strip.change",
                language,
                lever=lever_name(change.lever, change.group, language),
                before=lever_figure(change.lever, base, language, beside=change.to),
                after=lever_figure(change.lever, change.to, language, beside=base),
                date=short_date(change.from_, language),
            )
        )
    return said


def active_levers(session: Session) -> None:
    """Draw the line under the bar on every page but the first."""
    scenario = session.scenario
    changes = changes_in_words(scenario, session.municipality, session.language)
    with st.container(key="strip"):
        if not changes:
            st.markdown(escape_markdown(session.page_text("strip.none")))
            return
        shown = changes[:_MOST]
        if len(changes) > _MOST:
            shown.append(session.page_text("strip.more", n=len(changes) - _MOST))
        st.markdown(escape_markdown(session.page_text("strip.scenario", changes="; ".join(shown))))
