"""Method: the model drawn and in words, every number with its source, sets, limits, accessibility, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from model.disclosure import LIMIT
from model.domain import GROUPS, MODEL_VERSION
from model.language.catalogue import group_name, number, percent, text
from pages.components import mount, persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.shell.active_levers import active_levers
from pages.shell.page import METHOD, show_page

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

_PARTS: Final = ("model", "register", "sets", "limits", "accessibility", "sources")
_PROSE: Final = ("sets", "limits", "accessibility", "sources")
_PART: Final = "method_part"
_GROUP: Final = "method_group"
_SEARCH: Final = "method_search"
_AREA: Final = "method_area"
_QUALITY: Final = "method_quality"
_ORDER: Final = "method_order"
_PAGE: Final = "method_page"
_ALL: Final = ""
# A search is made when the typing pauses.
_PAUSE: Final = "400ms"
_PER_PAGE: Final = 50


def _says(session: Session, key: str, **values: object) -> str:
    return session.text(f"page_method.{key}", **values)


def draw(session: Session, results: ScenarioResults) -> None:
    """The part that was chosen."""
    active_levers(session)
    part = persistent_widget.persistent_choice(
        session, _PART, _PARTS, _says(session, "part"), lambda part: _says(session, f"part.{part}")
    )
    with st.container(key=f"method-{'prose' if part in _PROSE else 'part'}"):
        _DRAWN[part](session, results)
    st.caption(escape_markdown(_says(session, "version", version=MODEL_VERSION)))


# --- the model ------------------------------------------------------------------------------------


def _model(session: Session, results: ScenarioResults) -> None:
    from model.simulation.state_flows import room_flows
    from pages.components.chart_with_table import table_expander
    from pages.session.results import runs
    from pages.views.method import view

    year = session.scenario.start.year
    st.header(
        escape_markdown(_says(session, "drawing", municipality=results.municipality.name, year=year)),
        anchor=False,
    )
    persistent_widget.restore_value(session, _GROUP, _ALL, (_ALL, *GROUPS))
    st.selectbox(
        _says(session, "group"),
        (_ALL, *GROUPS),
        format_func=lambda group: group_name(group or "all", session.language),
        key=_GROUP,
    )
    group = persistent_widget.store_value(session, _GROUP) or None
    flows = room_flows(runs(session.scenario)[1], group)
    mount.state_diagram(key="rooms", data=view.drawing(session, flows, results.municipality, year))
    st.caption(escape_markdown(_says(session, "drawing.note")))
    if flows.hidden:
        st.caption(escape_markdown(session.text("small_numbers.note", limit=number(LIMIT, session.language))))
    with st.container(key="figure-rooms"):
        st.markdown(escape_markdown(view.sentence(session, flows, results.municipality, year)))
        table_expander(session, "rooms", view.rows(session, flows), label=_says(session, "table.label"))

    st.header(_says(session, "words"), anchor=False)
    st.caption(escape_markdown(_says(session, "words.note")))
    with st.container(key="method-words"):
        for heading, words, leaves in view.paragraphs(session, results.municipality):
            with st.container():
                st.subheader(escape_markdown(heading), anchor=False)
                st.markdown(escape_markdown(words))
                st.caption(escape_markdown(leaves))


# --- the register ---------------------------------------------------------------------------------


def _register(session: Session, results: ScenarioResults) -> None:
    from model.parameters.register import AREAS, ORDERS, QUALITIES, hidden_of, looked_up
    from pages.components.chart_with_table import as_csv
    from pages.views.method import view

    language, register = session.language, results.municipality.register
    total = number(len(register), language)
    counts = [
        _says(session, f"register.count.{quality}", n=number(n, language))
        for quality in QUALITIES
        if (n := sum(p.value.quality == quality for p in register))
    ]
    st.markdown(
        escape_markdown(
            _says(session, "register.note", n=total, municipality=results.municipality.name)
            + " "
            + _says(session, "register.by_quality", counts=", ".join(counts))
        )
    )
    persistent_widget.restore_value(session, _SEARCH, "")
    with st.container(horizontal=True, vertical_alignment="bottom", key="method-search"):
        st.text_input(
            _says(session, "register.search"),
            placeholder=_says(session, "register.search.placeholder"),
            max_chars=120,
            type="search",
            live=_PAUSE,
            key=_SEARCH,
        )
        _choice(session, _AREA, "area", AREAS, lambda area: text(f"parameters.area.{area}", language))
        _choice(session, _QUALITY, "quality", QUALITIES, lambda q: text(f"domain.quality.{q}", language))
        persistent_widget.restore_value(session, _ORDER, ORDERS[0], ORDERS)
        st.selectbox(
            _says(session, "register.order"),
            ORDERS,
            format_func=lambda order: _says(session, f"register.order.{order}"),
            key=_ORDER,
        )
    asked = tuple(persistent_widget.store_value(session, key) for key in (_SEARCH, _AREA, _QUALITY, _ORDER))
    words, area, quality, order = asked
    chosen = looked_up(register, words, area=area or None, quality=quality or None, order=order)
    _page_of(session, (*asked, results.municipality.key), chosen, hidden_of(register))
    st.download_button(
        _says(session, "register.csv", n=total),
        data=lambda: as_csv(view.csv_rows(session, register), language),
        file_name=f"{_says(session, 'register.csv_file')}-{results.municipality.id}.csv",
        mime="text/csv",
        on_click="ignore",
        key="method_csv",
    )


def _choice(session: Session, key: str, name: str, options: Any, words: Any) -> None:
    persistent_widget.restore_value(session, key, _ALL, (_ALL, *options))
    st.selectbox(
        _says(session, f"register.{name}"),
        (_ALL, *options),
        format_func=lambda option: words(option) if option else _says(session, f"register.{name}.all"),
        key=key,
    )


def _page_of(session: Session, asked: tuple[Any, ...], chosen: Sequence[Any], hidden: frozenset[str]) -> None:
    """Fifty at a time; another question begins at the first."""
    from pages.views.method import view

    if not chosen:
        st.markdown(escape_markdown(_says(session, "register.none")))
        return
    before, at = session.widget_values.get(_PAGE, (asked, 0))
    at = at if before == asked else 0
    session.widget_values[_PAGE] = (asked, at)
    first, last = at * _PER_PAGE, min((at + 1) * _PER_PAGE, len(chosen))
    numbers = {
        "from_": number(first + 1, session.language),
        "to": number(last, session.language),
        "n": number(len(chosen), session.language),
    }

    def turn(step: int) -> None:
        session.widget_values[_PAGE] = (asked, at + step)

    with st.container(horizontal=True, vertical_alignment="center", key="method-pages"):
        st.markdown(escape_markdown(_says(session, "register.found", **numbers)))
        if len(chosen) > _PER_PAGE:
            st.button(
                _says(session, "register.previous"),
                disabled=at == 0,
                on_click=turn,
                args=(-1,),
                key="method_previous",
            )
            st.button(
                _says(session, "register.next"),
                disabled=last >= len(chosen),
                on_click=turn,
                args=(1,),
                key="method_next",
            )
    heads = ("name", "value", "range", "unit", "kind", "source")
    _facts(
        session,
        "register",
        _says(session, "register.caption", **numbers),
        [_says(session, f"register.{head}") for head in heads],
        view.sheet_rows(chosen[first:last], session.language, hidden),
        numbers=(1, 2),
    )


def _facts(
    session: Session,
    key: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    numbers: Sequence[int],
) -> None:
    """A table that becomes blocks on a phone."""
    data: Mapping[str, Any] = {
        "caption": caption,
        "heads": [{"label": head, "number": i in numbers} for i, head in enumerate(heads)],
        "rows": rows,
    }
    mount.responsive_table(key=f"facts-{key}", data=data)
    if key != "register" and not session.present:  # the register has a file of all its numbers
        from pages.components.chart_with_table import csv_button

        csv_button(
            session,
            [dict(zip(heads, map(str, row), strict=True)) for row in rows],
            f"method-{key}",
            "tertiary",
        )


# --- assumption sets ------------------------------------------------------------------------------


def _sets(session: Session, results: ScenarioResults) -> None:
    from pages.views.method import view

    st.markdown(escape_markdown(_says(session, "sets.note")))
    for key, name, description in view.set_names(session):
        now = key == results.scenario.assumption_set
        st.header(escape_markdown(_says(session, "sets.now", name=name) if now else name), anchor=False)
        st.markdown(escape_markdown(description))
        pairs = view.changed_by(results.municipality.id, key)
        if not pairs:
            st.caption(_says(session, "sets.none"))
            continue
        rows = view.set_rows(session, pairs)
        said = "sets.changes" if len(pairs) > len(rows) else "sets.changes_all"
        values: dict[str, object] = {"n": len(pairs)}
        if len(pairs) > len(rows):
            values["shown"] = len(rows)
        st.caption(escape_markdown(_says(session, said, **values)))
        _facts(
            session,
            f"set-{key}",
            _says(session, "sets.caption", name=name),
            [
                _says(session, f"{head}")
                for head in ("register.name", "sets.central", "sets.value", "register.unit")
            ],
            rows,
            numbers=(1, 2),
        )


# --- limits, accessibility, sources ---------------------------------------------------------------


def _limits(session: Session, _: ScenarioResults) -> None:
    from model.validation.known_errors import benefit_gaps

    st.header(_says(session, "limits.title"), anchor=False)
    _list(session, "limits", range(1, 9))
    st.header(_says(session, "gaps.title"), anchor=False)
    st.markdown(escape_markdown(_says(session, "gaps.text")))
    st.markdown(escape_markdown(_says(session, "gaps.clock")))
    rows = [
        [group_name(group, session.language), percent(gap, session.language, 1, signed=True)]
        for group, gap in benefit_gaps().items()
    ]
    heads = [_says(session, "gaps.group"), _says(session, "gaps.value")]
    with st.container(width=560):
        _facts(session, "gaps", _says(session, "gaps.caption"), heads, rows, numbers=(1,))
    st.markdown(escape_markdown(_says(session, "gaps.rest")))
    st.markdown(escape_markdown(_says(session, "gaps.queue")))


def _accessibility(session: Session, _: ScenarioResults) -> None:
    st.header(_says(session, "access.title"), anchor=False)
    st.markdown(escape_markdown(_says(session, "access.intro")))
    st.subheader(_says(session, "access.status"), anchor=False)
    st.markdown(escape_markdown(_says(session, "access.status.text")))
    for part in ("not", "works"):
        st.subheader(_says(session, f"access.{part}"), anchor=False)
        _list(session, f"access.{part}", range(1, 4))
    for part in ("untested", "report"):
        st.subheader(_says(session, f"access.{part}"), anchor=False)
        st.markdown(escape_markdown(_says(session, f"access.{part}.text")))
    st.caption(escape_markdown(_says(session, "access.date", version=MODEL_VERSION)))


def _sources(session: Session, results: ScenarioResults) -> None:
    from model.parameters.register import sources

    named = sources(results.municipality.register, session.language)
    total = number(sum(n for _, n in named), session.language)
    st.header(_says(session, "sources.title"), anchor=False)
    st.markdown(
        escape_markdown(_says(session, "sources.note", n=total, municipality=results.municipality.name))
    )
    st.subheader(_says(session, "sources.documents"), anchor=False)
    _list(session, "sources", ("s0", "s1", "s2", "s3", "s4"))
    heads = [_says(session, "sources.source"), _says(session, "sources.count")]
    rows = [[source, number(n, session.language)] for source, n in named]
    _facts(session, "sources", _says(session, "sources.caption"), heads, rows, numbers=(1,))
    st.header(_says(session, "licence.title"), anchor=False)
    st.markdown(escape_markdown(_says(session, "licence.text")))


def _list(session: Session, key: str, names: Any) -> None:
    st.markdown("\n".join(f"- {escape_markdown(_says(session, f'{key}.{name}'))}" for name in names))


_DRAWN: Final = {
    "model": _model,
    "register": _register,
    "sets": _sets,
    "limits": _limits,
    "accessibility": _accessibility,
    "sources": _sources,
}

show_page(METHOD, draw)
