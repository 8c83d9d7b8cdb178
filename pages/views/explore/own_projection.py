"""Draw the form for the municipality's own numbers of what happens with no changes: a mean per year and benefit."""

from __future__ import annotations

import datetime
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.language.catalogue import number
from model.municipality.history import BENEFITS, Benefit
from model.scenario.projection import MOST_PERSONS, OwnProjection, ProjectionPoint
from model.scenario.scenario import Scenario
from pages.components.escape_markdown import escape_markdown
from pages.components.number_field import NumberEntry, number_field
from pages.session.session import Session

# A year's mean is taken to hold in the middle of it; between years the numbers go on straight lines.
_MIDDLE: Final = (7, 1)
_PREFIX: Final = "outlook-own"


def draw_own_projection(session: Session) -> None:
    """Draw a field for each year and benefit, and take the numbers over when they are sent."""
    scenario = session.history.current
    own = scenario.projection if isinstance(scenario.projection, OwnProjection) else None
    with st.expander(session.text("page.outlook.own.open"), expanded=False):
        st.markdown(escape_markdown(session.text("page.outlook.own.how")))
        with st.form(f"{_PREFIX}-form", border=False):
            entries = {
                benefit: _fields(session, scenario, benefit, own, column)
                for benefit, column in zip(BENEFITS, st.columns(2), strict=True)
            }
            sent = st.form_submit_button(session.text("page.outlook.own.send"))
        if sent:
            _take(session, entries)


def _years(scenario: Scenario) -> range:
    """Return the years that a number may be given for."""
    return range(
        scenario.start.year, scenario.end.year + (scenario.end > datetime.date(scenario.end.year, *_MIDDLE))
    )


def _fields(
    session: Session, scenario: Scenario, benefit: Benefit, own: OwnProjection | None, column: DeltaGenerator
) -> dict[int, NumberEntry]:
    """Draw a benefit's fields, one per year."""
    given = {point.from_.year: point.persons for point in own.points(benefit)} if own else {}
    name = session.text(f"forecast.benefit.{benefit}")
    with column:
        return {
            year: number_field(
                session,
                session.text("page.outlook.own.field", benefit=name, year=year),
                given.get(year),
                f"{_PREFIX}-{benefit}-{year}",
                minimum=1,
                optional=True,
            )
            for year in _years(scenario)
        }


def _take(session: Session, entries: dict[Benefit, dict[int, NumberEntry]]) -> None:
    """Let the figures follow the numbers, where they are numbers and there is one at least."""
    if any(entry.problem is not None for fields in entries.values() for entry in fields.values()):
        return
    if any((entry.value or 0) > MOST_PERSONS for fields in entries.values() for entry in fields.values()):
        most = number(MOST_PERSONS, session.language)
        st.error(escape_markdown(session.text("page.outlook.own.high", most=most)))
        return
    points = {
        benefit: tuple(
            ProjectionPoint.model_validate({"from": datetime.date(year, *_MIDDLE), "persons": entry.value})
            for year, entry in fields.items()
            if entry.value is not None
        )
        for benefit, fields in entries.items()
    }
    if not any(points.values()):
        st.error(escape_markdown(session.text("page.outlook.own.none")))
        return
    session.set_scenario(session.history.current.copy_with(projection=OwnProjection(**points)))
    st.rerun()
