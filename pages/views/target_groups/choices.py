"""Draw the choice of target group, origin and year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from model.domain import GROUPS, ORIGINS
from model.language.catalogue import group_name, text
from model.simulation.flows import years_of
from pages.session.session import Session
from pages.views.target_groups.view import GroupView

_ALL: Final = "all"
_WIDE: Final = 360


def choices(session: Session, view: GroupView) -> None:
    """Draw the choice of target group, origin and year, kept in the session."""
    years = years_of(view.outcome)
    language = session.language
    # Streamlit keeps a choice by its label: another language is another widget, set from the visit.
    keys = {what: f"{what}_{language}" for what in ("target_group", "origin")}
    keys["year"] = f"flow_year_{language}_{years[0]}_{years[-1]}"
    with st.container(horizontal=True, key="group-choices", vertical_alignment="top"):
        st.selectbox(
            view.text("choose.group"),
            [_ALL, *GROUPS],
            index=[_ALL, *GROUPS].index(session.target_group or _ALL),
            format_func=lambda group: group_name(group, language),
            key=keys["target_group"],
            width=_WIDE * (2 if session.present else 1),
            on_change=lambda: _store_choices(session, keys),
        )
        st.segmented_control(
            view.text("choose.origin"),
            [_ALL, *ORIGINS],
            default=session.origin or _ALL,
            format_func=lambda origin: text(f"page_groups.origin.{origin}", language),
            key=keys["origin"],
            required=True,
            on_change=lambda: _store_choices(session, keys),
        )
        st.selectbox(
            view.text("choose.year"),
            years,
            index=years.index(view.year),
            format_func=view.year_label,
            key=keys["year"],
            width=_WIDE // 2 * (2 if session.present else 1),
            on_change=lambda: _store_choices(session, keys),
        )


def _store_choices(session: Session, keys: Mapping[str, str]) -> None:
    """Store the choices in the session."""
    group, origin, year = (st.session_state.get(keys[what]) for what in ("target_group", "origin", "year"))
    session.target_group = group if group in GROUPS else None
    session.origin = origin if origin in ORIGINS else None
    session.flow_year = year
