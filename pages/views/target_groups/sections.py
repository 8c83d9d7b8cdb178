"""Draw the sections of the page Target groups: over time, in and out, durations, origins, the map, side effects."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.simulation.flows import suppressed_states
from pages.components import mount
from pages.components.chart_with_table import Row, chart_with_table, columns, table, table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.session import Session
from pages.views.target_groups import charts, third
from pages.views.target_groups.flow_diagram import FlowDiagram
from pages.views.target_groups.pairs import Pair
from pages.views.target_groups.view import GroupView


def _heading(title: str) -> None:
    """Draw a heading."""
    st.header(escape_markdown(title), anchor=False)


def over_time(session: Session, view: GroupView) -> None:
    """Draw the caseload and the three states over time."""
    left, right = columns(session)
    months = charts.months_between_marks(view)
    with left:
        _heading(view.text("caseload.title"))
        data, rows, values = charts.caseload(view)
        unit = session.text("domain.unit.persons")
        spec = charts.caseload_spec(unit, session.language, palette(), session.present, months)
        chart_with_table(
            session, "caseload", data, spec, name=view.text("caseload.name"),
            sentence=f"{view.text('caseload.sentence', **values)} {third.caseload_words(view)}".strip(), rows=rows,
        )  # fmt: skip
    with right:
        _heading(view.text("states.title"))
        if suppressed_states(view.outcome, view.baseline, view.segment).any():
            st.markdown(escape_markdown(view.text("states.suppressed")))
            return
        data, rows, values = charts.state_figures(view)
        unit = session.text("domain.unit.persons")
        spec = charts.state_spec(unit, session.language, palette(), session.present, months)
        chart_with_table(
            session, "states", data, spec, name=view.text("states.name"),
            sentence=view.text("states.sentence", **values), rows=rows,
        )  # fmt: skip


def in_and_out(session: Session, view: GroupView) -> None:
    """Draw inflow and outflow of the chosen year."""
    inflow, outflow = view.inflow(), view.outflow()
    high = max(pair.high for pair in (*inflow, *outflow))
    sentence = view.text("flows.sentence", year=view.year_label(view.year))
    if view.segment.group is None:
        sentence += " " + view.text("flows.moves")
    left, right = columns(session)
    with left:
        _heading(view.text("inflow.title", year=view.year))
        _pairs(session, view, "inflow", inflow, high, sentence, view.flow_rows("in"))
    with right:
        _heading(view.text("outflow.title", year=view.year))
        _pairs(session, view, "outflow", outflow, high, sentence, view.flow_rows("out"))


def _pairs(
    session: Session,
    view: GroupView,
    key: str,
    pairs: list[Pair],
    high: float | None,
    sentence: str,
    rows: Sequence[Row],
) -> None:
    """Draw pairs of bars with their table."""
    spec = charts.pairs_spec(session.language, palette(), session.present)
    sentence = sentence if view.beside is None else f"{sentence} {view.text('third.rhomb')}"
    chart_with_table(
        session, key, charts.pairs_table(pairs, high), spec, name=view.text(f"{key}.name"), sentence=sentence, rows=rows
    )  # fmt: skip


def durations_and_origins(session: Session, view: GroupView) -> None:
    """Draw the caseload by duration and by origin."""
    left, right = columns(session)
    with left:
        _heading(view.text("durations.title"))
        pairs = view.durations()
        rows = [view.pair_row(pair, "table.weeks") for pair in pairs]
        _pairs(session, view, "durations", pairs, None, view.text("durations.sentence"), rows)
    with right:
        _heading(view.text("origins.title"))
        table(view.origin_rows(), "groups-origin", session)
        st.caption(escape_markdown(view.text("origins.caption", group=view.group)))


def flow_map(session: Session, view: GroupView) -> None:
    """Draw the diagram of all flows."""
    _heading(view.text("map.title", year=view.year))
    diagram = FlowDiagram(view)
    mount.flow_diagram(key="flow", data=diagram.data())
    st.caption(escape_markdown(diagram.sentence()))
    table_expander(session, "flow", diagram.rows())


def side_effects(session: Session, view: GroupView) -> None:
    """Draw the side effects, and expected against actual."""
    _heading(view.text("watch.title"))
    st.markdown(escape_markdown(view.warning_count()))
    rows = view.side_effect_rows(only_worse=session.present)
    if rows:
        table(rows, "groups-watch", session)
    if session.present:
        return
    st.caption(escape_markdown(view.text("watch.caption")))
    _heading(view.text("benchmark.title"))
    table(view.benchmark_rows(), "groups-benchmark", session)
    st.caption(
        escape_markdown(
            " ".join([view.text("benchmark.caption"), view.benchmark_basis(), *view.benchmark_sentences()])
        )
    )
