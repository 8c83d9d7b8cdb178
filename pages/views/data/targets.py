"""Draw the targets that the user types in: own ceilings and amounts, and levels that no source gives.

They are kept with the scenario, each with its reason, as one step that can be undone.
"""

from __future__ import annotations

from zlib import crc32

import streamlit as st
from pydantic import ValidationError

from model.documents.charts import unit_label
from model.files.problems import FileProblem
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import indicator_key
from model.language.typed_numbers import number_text
from model.municipality.goal_specs import TYPED_IN, IndicatorSpec, national_level_id
from model.parameters.ids import BadParameter
from model.scenario.parts import Assumption
from pages.components.escape_markdown import escape_markdown
from pages.components.number_field import number_entry, number_field
from pages.session.results import ScenarioResults, status_of
from pages.session.session import Session, encode_checked
from pages.views.data.shared import page_text

_LONGEST_REASON = 300  # characters


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw a field for every target that the municipality's goals leave to the user."""
    st.header(escape_markdown(page_text(session, "targets", name=results.municipality.name)), anchor=False)
    asked = {
        goal.id: [spec for spec in goal.indicators if spec.comparator in TYPED_IN]
        for goal in results.municipality.goals
    }
    if not any(asked.values()):
        st.markdown(escape_markdown(page_text(session, "targets.none")))
        return
    st.markdown(escape_markdown(page_text(session, "targets.text")))
    for goal in results.goals:
        if not asked[goal.id]:
            continue
        title = page_text(session, "targets.goal", n=goal.number, title=goal.title.text(session.language))
        st.subheader(escape_markdown(title), anchor=False)
        for spec in asked[goal.id]:
            _target(session, results, goal, spec)


def _target(session: Session, results: ScenarioResults, goal: GoalResult, spec: IndicatorSpec) -> None:
    """Draw one target with its reason and where the scenario stands, and take what is typed into the scenario."""
    parameter, indicator = national_level_id(goal.id, spec.id), goal.indicator(spec.id)
    own = next((a for a in session.scenario.assumptions if a.parameter == parameter), None)
    value, reason = (None, "") if own is None else (own.value, own.why)
    shown = number_text(value, session.language)
    # The keys hold what the scenario says, so that undo shows in the fields.
    name = f"{results.municipality.id}-{parameter}"
    with st.container(key=f"own-target-{goal.id}-{spec.id}"):
        left, right = (
            (st.container(), st.container()) if session.present else st.columns([2, 3], gap="medium")
        )
        with left:
            entry = number_field(
                session,
                _label(session, indicator, spec),
                value,
                f"target-{name}-{shown}",
                minimum=0.0,
                optional=True,
                placeholder=page_text(session, "targets.empty"),
            )
        why = right.text_input(
            page_text(session, "targets.why"),
            value=reason,
            max_chars=_LONGEST_REASON,
            key=f"target-why-{name}-{crc32(reason.encode())}",
        )
        st.caption(escape_markdown(_stands(session, results, goal, indicator)))
        if entry.problem is None:
            # A number with more decimals than its field is not another number.
            typed = value if entry.value == number_entry(shown, optional=True).value else entry.value
            _take(session, parameter, own, typed, (why or "").strip())


def _label(session: Session, indicator: IndicatorResult, spec: IndicatorSpec) -> str:
    """Return the name of a target's field: what is measured, in which direction and unit."""
    which = spec.direction if spec.comparator == "own" else spec.comparator
    unit = unit_label(indicator, session.language)
    label = page_text(session, f"targets.{which}", title=indicator.title.text(session.language))
    return escape_markdown(f"{label} ({unit})" if unit else label)


def _stands(session: Session, results: ScenarioResults, goal: GoalResult, indicator: IndicatorResult) -> str:
    """Return where the indicator stands without changes and in the scenario, and its status."""
    language = session.language
    band = results.band(indicator_key(goal, indicator))
    return page_text(
        session,
        "targets.now",
        before=indicator.shown(indicator.value_baseline, language),
        after=indicator.shown(indicator.value_scenario, language),
        status=status_of(session, indicator, band)[1],
    )


def _take(session: Session, parameter: str, own: Assumption | None, value: float | None, why: str) -> None:
    """Take a target into the scenario, or out of it, where it differs from what stands there."""
    scenario = session.history.current
    if value is None:
        if own is None:
            return  # a reason without a number waits in its field
        session.set_scenario(scenario.without_assumption(parameter))
        st.rerun()
    if own is not None and (own.value, own.why) == (value, why):
        return
    try:
        changed = scenario.with_assumption(parameter, value, why)
        encode_checked(changed)
    except (FileProblem, BadParameter, ValidationError, ValueError) as problem:
        lines = (
            problem.lines(session.language)
            if isinstance(problem, FileProblem)
            else [session.page_text("error.move")]
        )
        for line in lines:
            st.error(escape_markdown(line))
        return
    session.set_scenario(changed)
    st.rerun()
