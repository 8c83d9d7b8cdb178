"""Method: the model drawn and in words, every number with its source, sets, limits, accessibility, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from model.disclosure import LIMIT
from model.domain import GROUPS, MODEL_VERSION
from model.language.catalogue import group_name, number, percent, text
from pages.components import mount, persistent_widget
from pages.components.escape_markdown import plain
from pages.session.session import Visit
from pages.shell.active_levers import strip
from pages.shell.page import METHOD, show

if TYPE_CHECKING:
    from pages.session.results import Answer

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


def _says(here: Visit, key: str, **values: object) -> str:
    return here.words(f"page_method.{key}", **values)


def draw(here: Visit, found: Answer) -> None:
    """The part that was chosen."""
    strip(here)
    part = persistent_widget.choice(
        here, _PART, _PARTS, _says(here, "part"), lambda part: _says(here, f"part.{part}")
    )
    with st.container(key=f"method-{'prose' if part in _PROSE else 'part'}"):
        _DRAWN[part](here, found)
    st.caption(plain(_says(here, "version", version=MODEL_VERSION)))


# --- the model ------------------------------------------------------------------------------------


def _model(here: Visit, found: Answer) -> None:
    from model.simulation.state_flows import room_flows
    from pages.components.chart_with_table import figures
    from pages.session.results import runs
    from pages.views.method import view

    year = here.scenario.start.year
    st.header(
        plain(_says(here, "drawing", municipality=found.municipality.name, year=year)),
        anchor=False,
    )
    persistent_widget.before(here, _GROUP, _ALL, (_ALL, *GROUPS))
    st.selectbox(
        _says(here, "group"),
        (_ALL, *GROUPS),
        format_func=lambda group: group_name(group or "all", here.language),
        key=_GROUP,
    )
    group = persistent_widget.after(here, _GROUP) or None
    flows = room_flows(runs(here.scenario)[1], group)
    mount.state_diagram(key="rooms", data=view.drawing(here, flows, found.municipality, year))
    st.caption(plain(_says(here, "drawing.note")))
    if flows.hidden:
        st.caption(plain(here.words("small_numbers.note", limit=number(LIMIT, here.language))))
    with st.container(key="figure-rooms"):
        st.markdown(plain(view.sentence(here, flows, found.municipality, year)))
        figures(here, "rooms", view.rows(here, flows), label=_says(here, "table.label"))

    st.header(_says(here, "words"), anchor=False)
    st.caption(plain(_says(here, "words.note")))
    with st.container(key="method-words"):
        for heading, words, leaves in view.paragraphs(here, found.municipality):
            with st.container():
                st.subheader(plain(heading), anchor=False)
                st.markdown(plain(words))
                st.caption(plain(leaves))


# --- the register ---------------------------------------------------------------------------------


def _register(here: Visit, found: Answer) -> None:
    from model.parameters.register import AREAS, ORDERS, QUALITIES, hidden_of, looked_up
    from pages.components.chart_with_table import as_csv
    from pages.views.method import view

    language, register = here.language, found.municipality.register
    total = number(len(register), language)
    counts = [
        _says(here, f"register.count.{quality}", n=number(n, language))
        for quality in QUALITIES
        if (n := sum(p.value.quality == quality for p in register))
    ]
    st.markdown(
        plain(
            _says(here, "register.note", n=total, municipality=found.municipality.name)
            + " "
            + _says(here, "register.by_quality", counts=", ".join(counts))
        )
    )
    persistent_widget.before(here, _SEARCH, "")
    with st.container(horizontal=True, vertical_alignment="bottom", key="method-search"):
        st.text_input(
            _says(here, "register.search"),
            placeholder=_says(here, "register.search.placeholder"),
            max_chars=120,
            type="search",
            live=_PAUSE,
            key=_SEARCH,
        )
        _choice(here, _AREA, "area", AREAS, lambda area: text(f"parameters.area.{area}", language))
        _choice(here, _QUALITY, "quality", QUALITIES, lambda q: text(f"domain.quality.{q}", language))
        persistent_widget.before(here, _ORDER, ORDERS[0], ORDERS)
        st.selectbox(
            _says(here, "register.order"),
            ORDERS,
            format_func=lambda order: _says(here, f"register.order.{order}"),
            key=_ORDER,
        )
    asked = tuple(persistent_widget.after(here, key) for key in (_SEARCH, _AREA, _QUALITY, _ORDER))
    words, area, quality, order = asked
    chosen = looked_up(register, words, area=area or None, quality=quality or None, order=order)
    _page_of(here, (*asked, found.municipality.key), chosen, hidden_of(register))
    st.download_button(
        _says(here, "register.csv", n=total),
        data=lambda: as_csv(view.csv_rows(here, register), language),
        file_name=f"{_says(here, 'register.csv_file')}-{found.municipality.id}.csv",
        mime="text/csv",
        on_click="ignore",
        key="method_csv",
    )


def _choice(here: Visit, key: str, name: str, options: Any, words: Any) -> None:
    persistent_widget.before(here, key, _ALL, (_ALL, *options))
    st.selectbox(
        _says(here, f"register.{name}"),
        (_ALL, *options),
        format_func=lambda option: words(option) if option else _says(here, f"register.{name}.all"),
        key=key,
    )


def _page_of(here: Visit, asked: tuple[Any, ...], chosen: Sequence[Any], hidden: frozenset[str]) -> None:
    """Fifty at a time; another question begins at the first."""
    from pages.views.method import view

    if not chosen:
        st.markdown(plain(_says(here, "register.none")))
        return
    before, at = here.kept.get(_PAGE, (asked, 0))
    at = at if before == asked else 0
    here.kept[_PAGE] = (asked, at)
    first, last = at * _PER_PAGE, min((at + 1) * _PER_PAGE, len(chosen))
    numbers = {
        "from_": number(first + 1, here.language),
        "to": number(last, here.language),
        "n": number(len(chosen), here.language),
    }

    def turn(step: int) -> None:
        here.kept[_PAGE] = (asked, at + step)

    with st.container(horizontal=True, vertical_alignment="center", key="method-pages"):
        st.markdown(plain(_says(here, "register.found", **numbers)))
        if len(chosen) > _PER_PAGE:
            st.button(
                _says(here, "register.previous"),
                disabled=at == 0,
                on_click=turn,
                args=(-1,),
                key="method_previous",
            )
            st.button(
                _says(here, "register.next"),
                disabled=last >= len(chosen),
                on_click=turn,
                args=(1,),
                key="method_next",
            )
    heads = ("name", "value", "range", "unit", "kind", "source")
    _facts(
        here,
        "register",
        _says(here, "register.caption", **numbers),
        [_says(here, f"register.{head}") for head in heads],
        view.sheet_rows(chosen[first:last], here.language, hidden),
        numbers=(1, 2),
    )


def _facts(
    here: Visit,
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
    if key != "register" and not here.present:  # the register has a file of all its numbers
        from pages.components.chart_with_table import csv_button

        csv_button(
            here, [dict(zip(heads, map(str, row), strict=True)) for row in rows], f"method-{key}", "tertiary"
        )


# --- assumption sets ------------------------------------------------------------------------------


def _sets(here: Visit, found: Answer) -> None:
    from pages.views.method import view

    st.markdown(plain(_says(here, "sets.note")))
    for key, name, description in view.set_names(here):
        now = key == found.scenario.assumption_set
        st.header(plain(_says(here, "sets.now", name=name) if now else name), anchor=False)
        st.markdown(plain(description))
        pairs = view.changed_by(found.municipality.id, key)
        if not pairs:
            st.caption(_says(here, "sets.none"))
            continue
        rows = view.set_rows(here, pairs)
        said = "sets.changes" if len(pairs) > len(rows) else "sets.changes_all"
        values: dict[str, object] = {"n": len(pairs)}
        if len(pairs) > len(rows):
            values["shown"] = len(rows)
        st.caption(plain(_says(here, said, **values)))
        _facts(
            here,
            f"set-{key}",
            _says(here, "sets.caption", name=name),
            [
                _says(here, f"{head}")
                for head in ("register.name", "sets.central", "sets.value", "register.unit")
            ],
            rows,
            numbers=(1, 2),
        )


# --- limits, accessibility, sources ---------------------------------------------------------------


def _limits(here: Visit, _: Answer) -> None:
    from model.validation.known_errors import benefit_gaps

    st.header(_says(here, "limits.title"), anchor=False)
    _list(here, "limits", range(1, 9))
    st.header(_says(here, "gaps.title"), anchor=False)
    st.markdown(plain(_says(here, "gaps.text")))
    st.markdown(plain(_says(here, "gaps.clock")))
    rows = [
        [group_name(group, here.language), percent(gap, here.language, 1, signed=True)]
        for group, gap in benefit_gaps().items()
    ]
    heads = [_says(here, "gaps.group"), _says(here, "gaps.value")]
    with st.container(width=560):
        _facts(here, "gaps", _says(here, "gaps.caption"), heads, rows, numbers=(1,))
    st.markdown(plain(_says(here, "gaps.rest")))
    st.markdown(plain(_says(here, "gaps.queue")))


def _accessibility(here: Visit, _: Answer) -> None:
    st.header(_says(here, "access.title"), anchor=False)
    st.markdown(plain(_says(here, "access.intro")))
    st.subheader(_says(here, "access.status"), anchor=False)
    st.markdown(plain(_says(here, "access.status.text")))
    for part in ("not", "works"):
        st.subheader(_says(here, f"access.{part}"), anchor=False)
        _list(here, f"access.{part}", range(1, 4))
    for part in ("untested", "report"):
        st.subheader(_says(here, f"access.{part}"), anchor=False)
        st.markdown(plain(_says(here, f"access.{part}.text")))
    st.caption(plain(_says(here, "access.date", version=MODEL_VERSION)))


def _sources(here: Visit, found: Answer) -> None:
    from model.parameters.register import sources

    named = sources(found.municipality.register, here.language)
    total = number(sum(n for _, n in named), here.language)
    st.header(_says(here, "sources.title"), anchor=False)
    st.markdown(plain(_says(here, "sources.note", n=total, municipality=found.municipality.name)))
    st.subheader(_says(here, "sources.documents"), anchor=False)
    _list(here, "sources", ("s0", "s1", "s2", "s3", "s4"))
    heads = [_says(here, "sources.source"), _says(here, "sources.count")]
    rows = [[source, number(n, here.language)] for source, n in named]
    _facts(here, "sources", _says(here, "sources.caption"), heads, rows, numbers=(1,))
    st.header(_says(here, "licence.title"), anchor=False)
    st.markdown(plain(_says(here, "licence.text")))


def _list(here: Visit, key: str, names: Any) -> None:
    st.markdown("\n".join(f"- {plain(_says(here, f'{key}.{name}'))}" for name in names))


_DRAWN: Final = {
    "model": _model,
    "register": _register,
    "sets": _sets,
    "limits": _limits,
    "accessibility": _accessibility,
    "sources": _sources,
}

show(METHOD, draw)
