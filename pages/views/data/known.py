"""Draw in one sentence and one picture what the municipality's figures are, of when, and how well they are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, get_args

import altair as alt
import pyarrow as pa
import streamlit as st

from model.language.catalogue import number, percent
from model.municipality.municipality import Municipality
from model.municipality.vintages import vintage
from model.parameters.sourced_value import Quality
from pages.components.chart_with_table import TEXT_SIZE, ChartWords, figure, finished
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import Palette, palette
from pages.session.session import Session
from pages.views.data.persons import basis_of
from pages.views.data.shared import not_shown, page_text, quality, suppressed_note

# The order of the parts of a bar, from the best known.
_QUALITIES: Final[tuple[Quality, ...]] = ("statistic", "document", "study", "derived", "assumption")
assert set(_QUALITIES) == set(get_args(Quality))
_ROW: Final = {False: 58, True: 140}
_AROUND: Final = {False: 60, True: 180}
# A part narrower than this, in per cent, has no room for its figure.
_LEAST: Final = 5.0

Shares = Mapping[Quality, float | None]


def draw(session: Session, municipality: Municipality) -> None:
    """Draw how many are on benefits, from when the figures are, and what they rest on."""
    language, basis = session.language, basis_of(municipality)
    dated = vintage(municipality.vintage).dated.text(language)
    st.header(
        escape_markdown(page_text(session, "known", name=municipality.label(language), figures=dated)),
        anchor=False,
    )
    rows = (
        ("totals", basis.share_of_totals()),
        ("groups", basis.share_of_groups()),
    )
    told = {level: _known(session, shares) for level, shares in rows}
    words = page_text(
        session, "known.sentence", name=municipality.name, n=number(basis.persons, language), **told
    )
    if not session.present:
        st.markdown(escape_markdown(words))
    below = page_text(session, "known.legend")
    if basis.share_not_updated:
        share = percent(basis.share_not_updated, language)
        below += " " + session.text("vintage.basis.not_updated", share=share)
    names = {level: page_text(session, f"known.{level}") for level, _ in rows}
    qualities = tuple(q for q in _QUALITIES if any(q in shares for _, shares in rows))
    spec = known_spec(
        tuple(quality(session, q) for q in qualities), qualities, language, palette(), session.present
    )
    chart = _table(session, rows, names), spec
    figure(
        session,
        "kendt",
        chart,
        ChartWords(page_text(session, "known.chart"), below, words),
        rows=[
            {
                page_text(session, "known.what"): names[level],
                **{quality(session, q): _share(session, shares.get(q, 0.0)) for q in qualities},
            }
            for level, shares in rows
        ],
        scenarios=(),  # of what is known, not of a scenario
        paper=chart,
    )
    if any(share is None for _, shares in rows for share in shares.values()):
        suppressed_note(session)


def _known(session: Session, shares: Shares) -> str:
    """Return the share that is no assumption."""
    assumed = shares.get("assumption", 0.0)
    return not_shown(session) if assumed is None else percent(1.0 - assumed, session.language)


def _share(session: Session, share: float | None) -> str:
    """Return a share in per cent, or that it is not shown."""
    return not_shown(session) if share is None else percent(share, session.language)


def _table(session: Session, rows: Sequence[tuple[str, Shares]], names: Mapping[str, str]) -> pa.Table:
    """Return the parts of the bars; one that is not shown leaves its place empty."""
    parts: list[dict[str, Any]] = []
    for level, shares in rows:
        at = 0.0
        for kind in _QUALITIES:
            share = shares.get(kind)
            if share is None:
                continue
            start, at = at, at + 100 * share
            parts.append(
                {
                    "level": names[level],
                    "quality": quality(session, kind),
                    "start": start,
                    "end": at,
                    "label": percent(share, session.language),
                }
            )
    return pa.Table.from_pylist(parts)


@lru_cache(maxsize=16)
def known_spec(
    names: tuple[str, ...], qualities: tuple[Quality, ...], language: str, palette: Palette, present: bool
) -> dict[str, Any]:
    """Specify two bars of a hundred per cent, by quality, without their figures."""
    size, row = TEXT_SIZE[present], _ROW[present]
    colours = {
        "statistic": palette.accent,
        "document": palette.categories[3],
        "study": palette.categories[4],
        "derived": palette.categories[2],
        "assumption": palette.grid,
    }
    chart = alt.Chart()
    colour = alt.Color(
        "quality:N",
        scale=alt.Scale(domain=list(names), range=[colours[q] for q in qualities]),
        legend=alt.Legend(orient="top", columns=3, symbolType="square", symbolSize=size**2 / 2),
    )
    y = alt.Y("level:N", sort=None, axis=None, scale=alt.Scale(padding=0))
    x = alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, 100], nice=False))
    below = 0.02 * row
    bars = chart.mark_bar(height=0.4 * row, yOffset=below, stroke=palette.ground).encode(
        y=y, x=x, x2="end:Q", color=colour
    )
    middle = chart.transform_calculate(middle="(datum.start + datum.end) / 2").transform_filter(
        f"datum.end - datum.start >= {_LEAST}"
    )
    # Below the bar, where letters of one colour can be read beside every colour of it.
    figures = middle.mark_text(
        fontSize=size, fontWeight=600, baseline="top", dy=0.25 * row, color=palette.ink
    ).encode(y=y, x="middle:Q", text="label:N")
    heads = (
        chart.transform_filter("datum.start == 0")
        .mark_text(align="left", dy=-0.36 * row, fontSize=size, color=palette.ink)
        .encode(y=y, x=alt.value(0), text="level:N")
    )
    whole = alt.layer(bars, figures, heads).properties(
        height=row * 2 + _AROUND[present],
        padding={"left": 4, "right": 4, "top": 4, "bottom": 4},
    )
    return finished(whole, language, palette, present=present)
