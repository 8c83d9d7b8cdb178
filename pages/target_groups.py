"""Target groups: who comes, where they go, how long they stay, by origin, and what gets worse elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from model.disclosure import LIMIT
from model.domain import GROUPS, ORIGINS
from model.language.catalogue import group_name, text
from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import TARGET_GROUPS, show_page

if TYPE_CHECKING:
    from pages.views.target_groups.view import GroupView, Pair

_ALL: Final = "all"
_WIDE: Final = 360


# --- choosing -------------------------------------------------------------------------------------


def choices(session: Session, view: GroupView) -> None:
    """Target group, origin and year; kept in the visit."""
    from model.simulation.flows import years_of

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
            on_change=lambda: _chosen(session, keys),
        )
        st.segmented_control(
            view.text("choose.origin"),
            [_ALL, *ORIGINS],
            default=session.origin or _ALL,
            format_func=lambda origin: text(f"page_groups.origin.{origin}", language),
            key=keys["origin"],
            required=True,
            on_change=lambda: _chosen(session, keys),
        )
        st.selectbox(
            view.text("choose.year"),
            years,
            index=years.index(view.year),
            format_func=view.year_label,
            key=keys["year"],
            width=_WIDE // 2 * (2 if session.present else 1),
            on_change=lambda: _chosen(session, keys),
        )


def _chosen(session: Session, keys: Mapping[str, str]) -> None:
    group, origin, year = (st.session_state.get(keys[what]) for what in ("target_group", "origin", "year"))
    session.target_group = group if group in GROUPS else None
    session.origin = origin if origin in ORIGINS else None
    session.flow_year = year


# --- the page -------------------------------------------------------------------------------------


def draw(session: Session, _: Any) -> None:
    """Everything about the chosen group, then the whole municipality."""
    from pages.views.target_groups.view import group_view

    active_levers(session)
    view = group_view(session, session.scenario)
    choices(session, view)
    if view.hidden:
        st.info(escape_markdown(view.text("hidden", segment=view.title, limit=view.n(LIMIT))))
    else:
        mount.key_figures(key="tiles", data=view.tiles())
        st.markdown(escape_markdown(view.sentence()))
        _over_time(session, view)
        _in_and_out(session, view)
        _durations_and_origins(session, view)
        if not session.present:
            st.caption(escape_markdown(session.text("small_numbers.note", limit=view.n(LIMIT))))
    _map(session, view)
    _watch(session, view)


def _columns(session: Session) -> list[Any]:
    """Two columns; on the big screen one below the other."""
    return [st.container(), st.container()] if session.present else list(st.columns(2, gap="large"))


def _heading(text: str) -> None:
    st.header(escape_markdown(text), anchor=False)


def _over_time(session: Session, view: GroupView) -> None:
    from model.simulation.flows import hidden_rooms
    from pages.components.chart_with_table import chart_with_table
    from pages.components.theme import palette
    from pages.views.target_groups import charts

    left, right = _columns(session)
    months = charts.months_between_marks(view)
    with left:
        _heading(view.text("caseload.title"))
        table, rows, values = charts.caseload(view)
        unit = session.text("domain.unit.persons")
        spec = charts.caseload_spec(unit, session.language, palette(), session.present, months)
        chart_with_table(
            session, "caseload", table, spec, name=view.text("caseload.name"),
            sentence=view.text("caseload.sentence", **values), rows=rows,
        )  # fmt: skip
    with right:
        _heading(view.text("rooms.title"))
        if hidden_rooms(view.outcome, view.baseline, view.segment).any():
            st.markdown(escape_markdown(view.text("rooms.hidden")))
            return
        table, rows, values = charts.rooms_figures(view)
        spec = charts.rooms_spec(session.language, palette(), session.present, months)
        chart_with_table(
            session, "rooms", table, spec, name=view.text("rooms.name"),
            sentence=view.text("rooms.sentence", **values), rows=rows,
        )  # fmt: skip


def _in_and_out(session: Session, view: GroupView) -> None:
    inflow, outflow = view.inflow(), view.outflow()
    high = max(pair.high for pair in (*inflow, *outflow))
    sentence = view.text("flows.sentence", year=view.year_label(view.year))
    if view.segment.group is None:
        sentence += " " + view.text("flows.moves")
    left, right = _columns(session)
    with left:
        _heading(view.text("inflow.title", year=view.year))
        _pairs(session, view, "inflow", inflow, high, sentence, view.flow_rows("in"))
    with right:
        _heading(view.text("outflow.title", year=view.year))
        _pairs(session, view, "outflow", outflow, high, sentence, view.flow_rows("out"))


def _pairs(
    session: Session, view: GroupView, key: str, pairs: list[Pair], high: float | None, sentence: str, rows: list[Any]
) -> None:  # fmt: skip
    from pages.components.chart_with_table import chart_with_table
    from pages.components.theme import palette
    from pages.views.target_groups import charts

    spec = charts.pairs_spec(session.language, palette(), session.present)
    chart_with_table(
        session, key, charts.pairs_table(pairs, high), spec, name=view.text(f"{key}.name"), sentence=sentence, rows=rows
    )  # fmt: skip


def _durations_and_origins(session: Session, view: GroupView) -> None:
    from pages.components import chart_with_table

    left, right = _columns(session)
    with left:
        _heading(view.text("durations.title"))
        pairs = view.durations()
        rows = [view.pair_row(pair, "table.weeks") for pair in pairs]
        _pairs(session, view, "durations", pairs, None, view.text("durations.sentence"), rows)
    with right:
        _heading(view.text("origins.title"))
        chart_with_table.table(view.origin_rows(), "groups-origin", session)
        st.caption(escape_markdown(view.text("origins.caption", group=view.group)))


def _map(session: Session, view: GroupView) -> None:
    from pages.components.chart_with_table import table_expander

    _heading(view.text("map.title", year=view.year))
    mount.flow_diagram(key="flow", data=view.moves.data())
    st.caption(escape_markdown(view.moves.sentence()))
    table_expander(session, "flow", view.moves.rows())


def _watch(session: Session, view: GroupView) -> None:
    from pages.components import chart_with_table

    _heading(view.text("watch.title"))
    st.markdown(escape_markdown(view.warning_count()))
    rows = view.side_effect_rows(only_worse=session.present)
    if rows:
        chart_with_table.table(rows, "groups-watch", session)
    if session.present:
        return
    st.caption(escape_markdown(view.text("watch.caption")))
    _heading(view.text("benchmark.title"))
    chart_with_table.table(view.benchmark_rows(), "groups-benchmark", session)
    st.caption(escape_markdown(" ".join([view.text("benchmark.caption"), *view.benchmark_said()])))


show_page(TARGET_GROUPS, draw)
