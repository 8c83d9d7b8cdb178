"""Draw the section in which a visitor replaces one number of the model by an own figure."""

from __future__ import annotations

from typing import Final

import streamlit as st
from pydantic import ValidationError

from model.files.problems import FileProblem
from model.language.catalogue import number
from model.municipality.goal_specs import assumption_label
from model.municipality.municipality import Municipality
from model.parameters.ids import BadParameter
from model.parameters.sourced_value import Parameter
from model.scenario.file_warnings import range_warnings
from model.uncertainty.draws import SingleFlightCache
from pages.components.escape_markdown import escape_markdown
from pages.components.number_field import number_field
from pages.session.results import ScenarioResults
from pages.session.session import Session, encode_checked

# Some 1,800 labels took half of the processor time of a page that waits.
_OFFERED: Final = SingleFlightCache(4)


def own_assumption(session: Session, results: ScenarioResults) -> None:
    """Draw what has been assumed differently, and a form for one more."""
    st.markdown(escape_markdown(session.text("page_sure.change.text")))
    labels, uncertain = _offered(session, results.municipality)
    _current_assumptions(session, labels)
    chosen = st.selectbox(
        session.text("page_sure.change.choose"),
        list(uncertain),
        index=None,
        format_func=lambda key: labels.get(key, key),
        placeholder=session.text("page_sure.change.search"),
        key="assume-which",
    )
    if chosen is None:
        return
    _assumption_form(session, uncertain[chosen])


def _offered(session: Session, municipality: Municipality) -> tuple[dict[str, str], dict[str, Parameter]]:
    """Return the label of every number, and those that can be replaced, by id."""
    scenario, language = session.scenario, session.language

    def made() -> tuple[dict[str, str], dict[str, Parameter]]:
        shipped = municipality.under(scenario.assumption_set).register
        labels = {p.id: p.label(language) for p in municipality.register}
        return labels, {p.id: p for p in shipped if p.uncertain}

    # Target groups are called what they are called at the scenario's start.
    key = (municipality.key, scenario.assumption_set, scenario.rules, scenario.start, language)
    offered: tuple[dict[str, str], dict[str, Parameter]] = _OFFERED.get(key, made)
    return offered


def _current_assumptions(session: Session, labels: dict[str, str]) -> None:
    """Draw each assumption of the scenario with a button that removes it."""
    if not session.scenario.assumptions:
        return
    st.markdown(f"**{escape_markdown(session.text('page_sure.change.kept'))}**")
    for warning in range_warnings(session.scenario):
        st.warning(escape_markdown(warning.text(session.language)))
    for i, assumption in enumerate(session.scenario.assumptions):
        why = session.text("page_sure.change.why_row", why=assumption.why) if assumption.why else ""
        row = session.text(
            "page_sure.change.row",
            parameter=labels.get(assumption.parameter)
            or assumption_label(assumption.parameter, session.language),
            value=_figure_text(assumption.value, session),
            why=why,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(escape_markdown(row))
            st.button(
                session.text("page_sure.change.remove"),
                key=f"assume-remove-{i}",
                on_click=lambda a=assumption: session.set_scenario(
                    session.history.current.without_assumption(a.parameter)
                ),
            )


def _figure_text(value: float | None, session: Session) -> str:
    """Format a number with as many decimals as it has, four at most."""
    if value is None:
        return number(None, session.language)
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return number(value, session.language, decimals)


def _assumption_form(session: Session, parameter: Parameter) -> None:
    """Draw the form for an own figure and its reason."""
    sourced = parameter.value
    st.caption(
        escape_markdown(
            session.text(
                "page_sure.change.is",
                value=_figure_text(sourced.value, session),
                low=_figure_text(sourced.low, session),
                high=_figure_text(sourced.high, session),
                quality=session.text(f"domain.quality.{sourced.quality}"),
                source=parameter.source(session.language),
            )
        )
    )
    with st.form(key="assume-form", border=False):
        entry = number_field(
            session,
            session.text("page_sure.change.value"),
            float(sourced.value),
            f"assume-{parameter.id}",
        )
        why = st.text_input(session.text("page_sure.change.why"), max_chars=300, key="assume-why")
        pressed = st.form_submit_button(session.text("page_sure.change.apply"), type="primary")
        if pressed and entry.value is not None:
            assume(session, parameter.id, entry.value, why or "")


def assume(session: Session, parameter: str, value: float, why: str) -> None:
    """Take the figure into the scenario, or draw what is wrong with it."""
    try:
        scenario = session.history.current.with_assumption(parameter, value, why)
        encode_checked(scenario)
    except FileProblem as problem:
        for line in problem.lines(session.language):
            st.error(escape_markdown(line))
        return
    except (BadParameter, ValidationError, ValueError) as problem:
        message = (
            problem.text(session.language)
            if isinstance(problem, BadParameter)
            else session.page_text("error.move")
        )
        st.error(escape_markdown(message))
        return
    session.set_scenario(scenario)
    st.rerun()
