"""Target groups: who comes, where they go, how long they stay, by origin, and what gets worse elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from model.disclosure import LIMIT
from model.domain import GROUPS, ORIGINS
from model.language.catalogue import group_name, text
from pages.components import mount
from pages.components.escape_markdown import plain
from pages.session.session import Visit
from pages.shell.active_levers import strip
from pages.shell.page import TARGET_GROUPS, show

if TYPE_CHECKING:
    from pages.views.target_groups.view import GroupView, Pair

_ALL: Final = "all"
_WIDE: Final = 360


# --- choosing -------------------------------------------------------------------------------------


def choices(here: Visit, view: GroupView) -> None:
    """Target group, origin and year; kept in the visit."""
    from model.simulation.flows import years_of

    years = years_of(view.outcome)
    language = here.language
    # Streamlit keeps a choice by its label: another language is another widget, set from the visit.
    keys = {what: f"{what}_{language}" for what in ("target_group", "origin")}
    keys["year"] = f"flow_year_{language}_{years[0]}_{years[-1]}"
    with st.container(horizontal=True, key="group-choices", vertical_alignment="top"):
        st.selectbox(
            view.says("choose.group"),
            [_ALL, *GROUPS],
            index=[_ALL, *GROUPS].index(here.target_group or _ALL),
            format_func=lambda group: group_name(group, language),
            key=keys["target_group"],
            width=_WIDE * (2 if here.present else 1),
            on_change=lambda: _chosen(here, keys),
        )
        st.segmented_control(
            view.says("choose.origin"),
            [_ALL, *ORIGINS],
            default=here.origin or _ALL,
            format_func=lambda origin: text(f"page_groups.origin.{origin}", language),
            key=keys["origin"],
            required=True,
            on_change=lambda: _chosen(here, keys),
        )
        st.selectbox(
            view.says("choose.year"),
            years,
            index=years.index(view.year),
            format_func=view.year_label,
            key=keys["year"],
            width=_WIDE // 2 * (2 if here.present else 1),
            on_change=lambda: _chosen(here, keys),
        )


def _chosen(here: Visit, keys: Mapping[str, str]) -> None:
    group, origin, year = (st.session_state.get(keys[what]) for what in ("target_group", "origin", "year"))
    here.target_group = group if group in GROUPS else None
    here.origin = origin if origin in ORIGINS else None
    here.flow_year = year


# --- the page -------------------------------------------------------------------------------------


def draw(here: Visit, _: Any) -> None:
    """Everything about the chosen group, then the whole municipality."""
    from pages.views.target_groups.view import view_of

    strip(here)
    view = view_of(here, here.scenario)
    choices(here, view)
    if view.hidden:
        st.info(plain(view.says("hidden", segment=view.title, limit=view.n(LIMIT))))
    else:
        mount.key_figures(key="tiles", data=view.tiles())
        st.markdown(plain(view.sentence()))
        _over_time(here, view)
        _in_and_out(here, view)
        _durations_and_origins(here, view)
        if not here.present:
            st.caption(plain(here.words("small_numbers.note", limit=view.n(LIMIT))))
    _map(here, view)
    _watch(here, view)


def _columns(here: Visit) -> list[Any]:
    """Two columns; on the big screen one below the other."""
    return [st.container(), st.container()] if here.present else list(st.columns(2, gap="large"))


def _heading(text: str) -> None:
    st.header(plain(text), anchor=False)


def _over_time(here: Visit, view: GroupView) -> None:
    from model.simulation.flows import hidden_rooms
    from pages.components.chart_with_table import figure
    from pages.components.theme import palette
    from pages.views.target_groups import charts

    left, right = _columns(here)
    months = charts.months_between_marks(view)
    with left:
        _heading(view.says("caseload.title"))
        table, rows, values = charts.caseload(view)
        unit = here.words("domain.unit.persons")
        spec = charts.caseload_spec(unit, here.language, palette(), here.present, months)
        figure(
            here, "caseload", table, spec, name=view.says("caseload.name"),
            sentence=view.says("caseload.sentence", **values), rows=rows,
        )  # fmt: skip
    with right:
        _heading(view.says("rooms.title"))
        if hidden_rooms(view.outcome, view.baseline, view.segment).any():
            st.markdown(plain(view.says("rooms.hidden")))
            return
        table, rows, values = charts.rooms_figures(view)
        spec = charts.rooms_spec(here.language, palette(), here.present, months)
        figure(
            here, "rooms", table, spec, name=view.says("rooms.name"),
            sentence=view.says("rooms.sentence", **values), rows=rows,
        )  # fmt: skip


def _in_and_out(here: Visit, view: GroupView) -> None:
    inflow, outflow = view.inflow(), view.outflow()
    high = max(pair.high for pair in (*inflow, *outflow))
    sentence = view.says("flows.sentence", year=view.year_label(view.year))
    if view.segment.group is None:
        sentence += " " + view.says("flows.moves")
    left, right = _columns(here)
    with left:
        _heading(view.says("inflow.title", year=view.year))
        _pairs(here, view, "inflow", inflow, high, sentence, view.flow_rows("in"))
    with right:
        _heading(view.says("outflow.title", year=view.year))
        _pairs(here, view, "outflow", outflow, high, sentence, view.flow_rows("out"))


def _pairs(
    here: Visit, view: GroupView, key: str, pairs: list[Pair], high: float | None, sentence: str, rows: list[Any]
) -> None:  # fmt: skip
    from pages.components.chart_with_table import figure
    from pages.components.theme import palette
    from pages.views.target_groups import charts

    spec = charts.pairs_spec(here.language, palette(), here.present)
    figure(
        here, key, charts.pairs_table(pairs, high), spec, name=view.says(f"{key}.name"), sentence=sentence, rows=rows
    )  # fmt: skip


def _durations_and_origins(here: Visit, view: GroupView) -> None:
    from pages.components import chart_with_table

    left, right = _columns(here)
    with left:
        _heading(view.says("durations.title"))
        pairs = view.durations()
        rows = [view.pair_row(pair, "table.weeks") for pair in pairs]
        _pairs(here, view, "durations", pairs, None, view.says("durations.sentence"), rows)
    with right:
        _heading(view.says("origins.title"))
        chart_with_table.table(view.origin_rows(), "groups-origin", here)
        st.caption(plain(view.says("origins.caption", group=view.group)))


def _map(here: Visit, view: GroupView) -> None:
    from pages.components.chart_with_table import figures

    _heading(view.says("map.title", year=view.year))
    mount.flow_diagram(key="flow", data=view.moves.data())
    st.caption(plain(view.moves.sentence()))
    figures(here, "flow", view.moves.rows())


def _watch(here: Visit, view: GroupView) -> None:
    from pages.components import chart_with_table

    _heading(view.says("watch.title"))
    st.markdown(plain(view.warning_count()))
    rows = view.side_effect_rows(only_worse=here.present)
    if rows:
        chart_with_table.table(rows, "groups-watch", here)
    if here.present:
        return
    st.caption(plain(view.says("watch.caption")))
    _heading(view.says("benchmark.title"))
    chart_with_table.table(view.benchmark_rows(), "groups-benchmark", here)
    st.caption(plain(" ".join([view.says("benchmark.caption"), *view.benchmark_said()])))


show(TARGET_GROUPS, draw)
