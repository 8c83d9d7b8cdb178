"""Draw the register of all numbers with their sources, to search, sort and take along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import streamlit as st

from model.files.csv_tables import as_csv
from model.language.catalogue import number, text
from model.parameters.register import AREAS, ORDERS, QUALITIES, looked_up, suppressed_of
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.method import view
from pages.views.method.tables import facts_table
from pages.views.method.typed_figure import typed_figure_part
from pages.views.method.view import page_text

_SEARCH: Final = "method_search"
_AREA: Final = "method_area"
_QUALITY: Final = "method_quality"
_ORDER: Final = "method_order"
_PAGE: Final = "method_page"
_ALL: Final = ""
_PAUSE: Final = "400ms"  # a search is made when the typing pauses
_PER_PAGE: Final = 50


def register_part(session: Session, results: ScenarioResults) -> None:
    """Draw search and filters, a page of the register, and the file of all numbers."""
    language, register = session.language, results.municipality.register
    total = number(len(register), language)
    counts = [
        page_text(session, f"register.count.{quality}", n=number(n, language))
        for quality in QUALITIES
        if (n := sum(p.value.quality == quality for p in register))
    ]
    st.markdown(
        escape_markdown(
            page_text(
                session, "register.note", n=total, municipality=results.municipality.label(session.language)
            )
            + " "
            + page_text(session, "register.by_quality", counts=", ".join(counts))
        )
    )
    persistent_widget.restore_value(session, _SEARCH, "")
    with st.container(horizontal=True, vertical_alignment="bottom", key="method-search"):
        st.text_input(
            page_text(session, "register.search"),
            placeholder=page_text(session, "register.search.placeholder"),
            max_chars=120,
            type="search",
            live=_PAUSE,
            key=_SEARCH,
        )
        _choice(session, _AREA, "area", AREAS, lambda area: text(f"parameters.area.{area}", language))
        _choice(session, _QUALITY, "quality", QUALITIES, lambda q: text(f"domain.quality.{q}", language))
        persistent_widget.restore_value(session, _ORDER, ORDERS[0], ORDERS)
        st.selectbox(
            page_text(session, "register.order"),
            ORDERS,
            format_func=lambda order: page_text(session, f"register.order.{order}"),
            key=_ORDER,
        )
    query = tuple(persistent_widget.store_value(session, key) for key in (_SEARCH, _AREA, _QUALITY, _ORDER))
    search, area, quality, order = query
    chosen = looked_up(register, search, area=area or None, quality=quality or None, order=order)
    typed_figure_part(session, chosen)
    _page_of_numbers(session, (*query, results.municipality.key), chosen, suppressed_of(register))
    st.download_button(
        page_text(session, "register.csv", n=total),
        data=lambda: as_csv(view.csv_rows(session, register), language),
        file_name=f"{page_text(session, 'register.csv_file')}-{results.municipality.id}.csv",
        mime="text/csv",
        on_click="ignore",
        key="method_csv",
    )


def _choice(
    session: Session, key: str, name: str, options: Collection[str], label: Callable[[str], str]
) -> None:
    """Draw a filter of one column."""
    persistent_widget.restore_value(session, key, _ALL, (_ALL, *options))
    st.selectbox(
        page_text(session, f"register.{name}"),
        (_ALL, *options),
        format_func=lambda option: label(option) if option else page_text(session, f"register.{name}.all"),
        key=key,
    )


def _page_of_numbers(
    session: Session, query: tuple[Any, ...], chosen: Sequence[Any], suppressed: frozenset[str]
) -> None:
    """Draw fifty numbers at a time; another query begins at the first."""
    if not chosen:
        st.markdown(escape_markdown(page_text(session, "register.none")))
        return
    last_query, page = session.widget_values.get(_PAGE, (query, 0))
    page = page if last_query == query else 0
    session.widget_values[_PAGE] = (query, page)
    first, last = page * _PER_PAGE, min((page + 1) * _PER_PAGE, len(chosen))
    numbers = {
        "from_": number(first + 1, session.language),
        "to": number(last, session.language),
        "n": number(len(chosen), session.language),
    }

    def turn(step: int) -> None:
        """Turn the page."""
        session.widget_values[_PAGE] = (query, page + step)

    with st.container(horizontal=True, vertical_alignment="center", key="method-pages"):
        st.markdown(escape_markdown(page_text(session, "register.found", **numbers)))
        if len(chosen) > _PER_PAGE:
            st.button(
                page_text(session, "register.previous"),
                disabled=page == 0,
                on_click=turn,
                args=(-1,),
                key="method_previous",
            )
            st.button(
                page_text(session, "register.next"),
                disabled=last >= len(chosen),
                on_click=turn,
                args=(1,),
                key="method_next",
            )
    heads = ("name", "value", "range", "unit", "kind", "source")
    facts_table(
        session,
        "register",
        page_text(session, "register.caption", **numbers),
        [page_text(session, f"register.{head}") for head in heads],
        view.sheet_rows(chosen[first:last], session.language, suppressed),
        numbers=(1, 2),
    )
