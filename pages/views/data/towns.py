"""Draw the 98 municipalities: the share on dagpenge and the ministry's benchmark, to search, sort and open."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, Final

import altair as alt
import pyarrow as pa
import streamlit as st

from model.documents.axis import TICK_FORMAT
from model.documents.charts import unit_title
from model.files.problems import sanitised
from model.imports.own_files import own_file_hash
from model.language.catalogue import number, percent
from model.language.search import finds, searchable
from model.municipality.municipality import own_problems
from model.municipality.municipality_list import municipalities
from model.validation.overview_98 import Basis, OverviewRow, overview
from model.validation.rates_98 import ORDERS, Order, Rates, benchmark_year, measured, ordered, rates_98
from pages.components import persistent_widget
from pages.components.chart_with_table import TEXT_SIZE, ChartWords, figure, finished
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.job_progress import show_when_done
from pages.components.theme import Palette, palette
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session
from pages.views.data.shared import not_shown, page_text, responsive_table

_SEARCH: Final = "data_search"
_TOWN: Final = "data_choose"
_ORDER: Final = "data_towns_order"
_HEIGHT: Final = {False: 190, True: 520}
_MOST_BUTTONS: Final = 4  # of a search that has found few


def draw(session: Session) -> None:
    """Draw where the municipality stands among the 98, and the list to choose from."""
    now, language = session.municipality, session.language
    rates = rates_98(now.vintage)
    mine = next(rate for rate in rates if rate.id == now.id)
    st.header(page_text(session, "all"), anchor=False)
    for problem in own_problems():
        if problem.name.split(".")[0] != now.id:
            st.warning(escape_markdown(page_text(session, "own.broken.listed", file=sanitised(problem.name))))
            show_problem(problem, language)
    with st.container(horizontal=True, key="data-search"):
        _open(session, rates, mine)
        persistent_widget.restore_value(session, _ORDER, ORDERS[0], ORDERS)
        st.selectbox(
            page_text(session, "all.order"),
            ORDERS,
            format_func=lambda order: page_text(session, f"all.order.{order}"),
            key=_ORDER,
        )
        persistent_widget.restore_value(session, _SEARCH, "")
        st.text_input(
            page_text(session, "all.search"),
            placeholder=page_text(session, "all.search.hint"),
            max_chars=60,
            type="search",
            key=_SEARCH,
        )
    order: Order = persistent_widget.store_value(session, _ORDER)
    query = persistent_widget.store_value(session, _SEARCH)
    chosen = [rate for rate in ordered(rates, order) if finds(query, searchable(rate.name))]
    if query and 0 < len(chosen) <= _MOST_BUTTONS:
        _buttons(session, chosen, mine)
    _picture(session, rates, mine, order)
    if chosen:
        _list(session, chosen, mine)
    else:
        st.markdown(page_text(session, "all.none"))
    with st.expander(page_text(session, "all.rests")):
        st.markdown(escape_markdown(page_text(session, "all.note")))
        show_when_done(
            session,
            "overview",
            lambda: _overview_job(session),
            lambda towns: _towns(session, towns, query, now.id),
        )


def _open(session: Session, rates: Sequence[Rates], mine: Rates) -> None:
    """Draw the list from which another municipality is put on screen."""
    names = {rate.id: rate.name for rate in ordered(rates, "name")}
    st.session_state[_TOWN] = mine.id

    def choose() -> None:
        """Put the chosen municipality on screen."""
        session.ask_for_municipality(st.session_state[_TOWN])

    st.selectbox(
        page_text(session, "all.choose"),
        list(names),
        format_func=lambda town: names[town],
        key=_TOWN,
        on_change=choose,
    )


def _buttons(session: Session, chosen: Sequence[Rates], mine: Rates) -> None:
    """Draw a button for each municipality that a search has found."""
    with st.container(horizontal=True, key="data-found"):
        for rate in chosen:
            st.button(
                page_text(session, "all.open", name=rate.name),
                disabled=rate.id == mine.id,
                on_click=partial(session.ask_for_municipality, rate.id),
                key=f"open-town-{rate.id}",
            )


def _picture(session: Session, rates: Sequence[Rates], mine: Rates, order: Order) -> None:
    """Draw all 98 as bars from the first place on, the one on screen in colour."""
    language = session.language
    by: Order = "benchmark" if order == "benchmark" else "dagpenge"
    when = (
        benchmark_year(session.municipality.vintage, language)
        if by == "benchmark"
        else measured(session.municipality.vintage, mine.name).text(language)
    )
    sentence = page_text(
        session,
        f"all.sentence.{by}",
        name=mine.name,
        share=number(mine.dagpenge, language, 2),
        pp=number(mine.difference, language, 2, signed=True),
        place=mine.dagpenge_place if by == "dagpenge" else mine.benchmark_place,
        when=when,
    )
    shown = ordered(rates, by)
    values = [rate.dagpenge if by == "dagpenge" else rate.difference for rate in shown]
    table = pa.table(
        {
            "order": pa.array(range(len(shown)), pa.int64()),
            "value": pa.array(values, pa.float64()),
            "mine": pa.array([rate.id == mine.id for rate in shown]),
            "name": pa.array([rate.name if rate.id == mine.id else None for rate in shown], pa.string()),
        }
    )
    spec = towns_spec(page_text(session, f"all.unit.{by}"), language, palette(), session.present)
    chart = table, spec
    figure(
        session,
        "kommunerne",
        chart,
        ChartWords(page_text(session, "all.chart"), sentence),
        rows=_rows(session, shown, mine),
        scenarios=(),  # of what was published, not of a scenario
        paper=chart,
    )


def _rows(session: Session, rates: Sequence[Rates], mine: Rates) -> list[dict[str, str]]:
    """Return the list's figures as people read them."""
    language = session.language
    heads = [
        page_text(session, f"all.{head}") for head in ("town", "dagpenge", "place", "bench", "bench_place")
    ]
    return [
        dict(
            zip(
                heads,
                (
                    page_text(session, "all.now", name=rate.name) if rate.id == mine.id else rate.name,
                    number(rate.dagpenge, language, 2),
                    number(rate.dagpenge_place, language),
                    number(rate.difference, language, 2, signed=True),
                    number(rate.benchmark_place, language),
                ),
                strict=True,
            )
        )
        for rate in rates
    ]


def _list(session: Session, chosen: Sequence[Rates], mine: Rates) -> None:
    """Draw the municipalities that the search has found, in their order."""
    rows = _rows(session, chosen, mine)
    year = benchmark_year(session.municipality.vintage, session.language)
    caption = page_text(session, "all.list", n=number(len(chosen), session.language), year=year)
    with st.container(key="data-towns-list"):
        responsive_table(
            session,
            "kommuner-tal",
            caption,
            list(rows[0]),
            [list(row.values()) for row in rows],
            numbers=(1, 2, 3, 4),
            csv=False,
        )


@lru_cache(maxsize=16)
def towns_spec(unit: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify a bar per municipality, without their figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X("order:O", axis=None, scale=alt.Scale(paddingInner=0.25))
    y = alt.Y(
        "value:Q", axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=4, domain=False, ticks=False)
    )
    colour = alt.condition("datum.mine", alt.value(palette.accent), alt.value(palette.categories[2]))
    opacity = alt.condition("datum.mine", alt.value(1.0), alt.value(0.55))
    bars = chart.mark_bar().encode(x=x, y=y, color=colour, opacity=opacity)
    zero = chart.mark_rule(color=palette.quiet).encode(y=alt.datum(0))
    name = (
        chart.transform_filter("datum.name != null")
        .mark_text(baseline="bottom", dy=-4, fontSize=size, fontWeight=600, color=palette.ink)
        .encode(x=x, y=alt.Y("top:Q"), text="name:N")
    )
    name = name.transform_calculate(top="max(datum.value, 0)")
    whole = alt.layer(bars, zero, name).properties(
        height=_HEIGHT[present],
        title=unit_title(unit, palette, size),
        padding={"left": 4, "right": 4, "top": 4, "bottom": 4},
    )
    return finished(whole, language, palette, present=present)


def _overview_job(session: Session) -> Job:
    """Check all baselines on the figures on screen, or return the job that does."""
    figures, rules = session.municipality.vintage, session.municipality.rules

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Check all baselines."""
        return overview(figures=figures, rules=rules, cancel=cancel, progress=progress)

    own = tuple((i.id, own_file_hash(i.id, figures)) for i in municipalities() if i.own)
    key = ("overview", figures, rules, own)
    return session.ask(STUDIES, "overview", key, work)


def _towns(session: Session, towns: Sequence[OverviewRow], query: str, now: str) -> None:
    """Draw the table of the municipalities that match the search."""
    language = session.language
    chosen = [t for t in towns if finds(query, searchable(t.name, _basis(session, t.basis)))]
    if not chosen:
        st.markdown(page_text(session, "all.none"))
        return
    heads = [
        page_text(session, f"all.{h}")
        for h in ("town", "basis", "own", "assumed", "recipients", "known", "drift")
    ]
    rows = [
        [
            page_text(session, "all.now", name=t.name) if t.id == now else t.name,
            _basis(session, t.basis),
            number(t.own_figures, language),
            page_text(session, "all.of", n=number(t.assumed, language), of=number(t.numbers, language)),
            number(t.recipients, language),
            [_known(session, "totals", t.known_totals), _known(session, "groups", t.known_groups)],
            percent(t.drift, language, 2),
        ]
        for t in chosen
    ]
    caption = page_text(session, "all.caption", n=number(len(chosen), language))
    with st.container(key="data-towns-rest"):
        responsive_table(session, "kommuner", caption, heads, rows, numbers=(2, 3, 4, 6), csv=False)


def _known(session: Session, level: str, share: float | None) -> str:
    """Return the share of persons that rests on no assumption, by benefit ("totals") or target group ("groups")."""
    shown = not_shown(session) if share is None else percent(share, session.language)
    return page_text(session, f"all.known.{level}", share=shown)


def _basis(session: Session, basis: Basis) -> str:
    """Name what a municipality's figures rest on."""
    return page_text(session, f"basis.{basis}")
