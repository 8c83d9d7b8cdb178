"""Draw the choice of the scenarios that the page Compare holds side by side."""

from __future__ import annotations

from typing import Final

import streamlit as st

from model.language.catalogue import long_date, years_text
from model.municipality.vintages import vintage
from model.scenario.period import of_one_time
from model.scenario.scenario import Scenario, without_changes
from pages.components.escape_markdown import escape_markdown
from pages.components.scenario_labels import name_alone, scenario_labels
from pages.session import scenario_store
from pages.session.session import Session
from pages.views.compare.view import MOST

_SCREEN: Final = "screen"
_BASELINE: Final = "baseline"


def chosen_scenarios(session: Session) -> list[tuple[str, Scenario]]:
    """Draw the choice of scenarios and return those that can be compared, with their names."""
    offered = _choices(session)
    chosen = _scenario_choice(session, offered)
    return _with_common_assumptions(session, [offered[key] for key in chosen])


def _choices(session: Session) -> dict[str, tuple[str, Scenario]]:
    """Return what can be compared: the scenario on screen, the baseline, own and shipped ones of the municipality."""
    now = session.scenario
    offered = {
        _SCREEN: (session.text("page_compare.on_screen"), now),
        _BASELINE: (session.text("page_compare.baseline"), without_changes(now)),
    }
    entries = [
        entry
        for entry in scenario_store.library().listing()[0]
        if entry.scenario.municipality == now.municipality
    ]
    labels = scenario_labels(session, entries, name_alone)
    offered.update({str(entry.path): (labels[entry.key], entry.scenario) for entry in entries})
    return offered


def _scenario_choice(session: Session, offered: dict[str, tuple[str, Scenario]]) -> list[str]:
    """Draw the choice; kept in the session, so that it survives a look at another page."""
    known = [key for key in session.compared if key in offered] or [_SCREEN, _BASELINE]

    def take_choice() -> None:
        """Store the choice in the session."""
        session.compared = tuple(st.session_state.get("compared") or ())

    return st.multiselect(
        session.text("page_compare.choose"),
        list(offered),
        default=known,
        format_func=lambda key: offered[key][0],
        max_selections=MOST,
        key="compared",
        on_change=take_choice,
        placeholder=session.text("page_compare.choose"),
    )


def _with_common_assumptions(
    session: Session, chosen: list[tuple[str, Scenario]]
) -> list[tuple[str, Scenario]]:
    """Return the scenarios under the assumptions on screen; warn of one of another time and leave it out."""
    now = session.scenario
    comparable = []
    for name, scenario in chosen:
        if scenario.years != now.years:
            years, others = (years_text(n, session.language) for n in (scenario.years, now.years))
            message = session.text("page_compare.other_years", name=name, years=years, others=others)
            st.warning(escape_markdown(message))
            continue
        if not of_one_time(scenario, now):
            figures = vintage(scenario.baseline).dated.text(session.language)
            start = long_date(scenario.start, session.language)
            message = session.text("page_compare.other_time", name=name, figures=figures, start=start)
            st.warning(escape_markdown(message))
            continue
        common = scenario.copy_with(assumption_set=now.assumption_set, assumptions=now.assumptions)
        comparable.append((name, common))
    return comparable
