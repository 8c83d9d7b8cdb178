"""Specify the pictures of answers to questions of money: amount against goal, and a saving year by year."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.budget.sentences import millions, years_sentence
from model.documents.axis import TICK_FORMAT
from model.documents.charts import unit_label
from model.language.catalogue import number
from model.seek.money import MoneyAnswer, MoneyPoint
from pages.components.chart_with_table import TEXT_SIZE, Row, finished
from pages.components.theme import Palette
from pages.session.session import Session
from pages.views.seek.money_view import year_rows

_HEIGHTS: Final = {False: 280, True: 600}


def budget_curve(session: Session, answer: MoneyAnswer, at: int, palette: Palette) -> dict[str, Any]:
    """Return the chart of what each amount reaches of one goal, with band, target and the amount asked for."""
    language = session.language
    indicator = answer.effects[at].indicator
    rows = [_curve_row(point, at) for point in answer.points]
    target = indicator.target
    columns: dict[str, Any] = {
        name: pa.array([row[i] for row in rows], pa.float64())
        for i, name in enumerate(("budget", "value", "low", "high"))
    }
    columns["target"] = pa.array([target] * len(rows), pa.float64())
    columns["asked"] = pa.array([answer.asked / 1e6] * len(rows), pa.float64())
    words = (
        session.text("page_seek.money.asked_label", amount=millions(answer.asked, language)),
        ""
        if target is None
        else session.text("page_seek.money.target_label", target=indicator.shown_target(language)),
    )
    axis = session.text("page_seek.curve.budget")
    title = indicator.title.text(language)
    return {
        "table": pa.table(columns),
        "spec": _curve_spec(unit_label(indicator, language), axis, words, language, palette, session.present),
        "name": session.text("page_seek.curve.name", title=title),
        "sentence": session.text(
            "page_seek.money.curve.sentence",
            amount=millions(answer.asked, language),
            title=title,
            value=indicator.shown(indicator.value_scenario, language),
            before=indicator.shown(indicator.value_baseline, language),
        ),
        "rows": _curve_rows(session, answer, at),
    }


def _curve_row(point: MoneyPoint, at: int) -> tuple[float | None, ...]:
    """Return a point's amount, the goal's value, and between what it lies in nine of ten draws."""
    effect = point.effects[at]
    indicator = effect.indicator
    if indicator.suppressed or not math.isfinite(indicator.value_scenario):
        return point.budget / 1e6, None, None, None
    low = high = None
    if effect.range is not None and effect.range.is_known:
        low, high = (indicator.value_baseline + end for end in (effect.range.low, effect.range.high))
    return point.budget / 1e6, indicator.value_scenario, low, high


def _curve_rows(session: Session, answer: MoneyAnswer, at: int) -> list[Row]:
    """List each amount with what it reaches, and the range of the difference."""
    language = session.language
    return [
        {
            session.text("page_seek.curve.row_budget"): number(point.budget / 1e6, language, 1),
            session.text("page_seek.curve.value"): point.effects[at].indicator.shown(
                point.effects[at].indicator.value_scenario, language
            ),
            session.text("page_seek.money.head.change"): point.effects[at].shown(language),
        }
        for point in answer.points
    ]


@lru_cache(maxsize=32)
def _curve_spec(
    unit: str, axis: str, words: tuple[str, str], language: str, palette: Palette, present: bool
) -> dict[str, Any]:
    """Specify the curve, without its figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X("budget:Q", axis=alt.Axis(title=axis, grid=False, format=TICK_FORMAT, tickCount=6))

    def y(field: str) -> alt.Y:
        """Return the axis of values for one field."""
        return alt.Y(
            f"{field}:Q",
            axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=5, domain=False, ticks=False),
            scale=alt.Scale(zero=False, padding=16),
        )

    first = chart.transform_joinaggregate(least="min(budget)").transform_filter("datum.budget == datum.least")
    layers = [
        chart.mark_area(color=palette.accent, opacity=0.16).encode(x=x, y=y("low"), y2="high:Q"),
        chart.transform_filter("datum.target != null")
        .mark_line(color=palette.ink, strokeWidth=1.25)
        .encode(x=x, y=y("target")),
        first.mark_rule(color=palette.quiet, strokeDash=[4, 3]).encode(x=alt.X("asked:Q")),
        chart.mark_line(
            color=palette.accent, strokeWidth=2.75, point=alt.OverlayMarkDef(color=palette.accent, size=60)
        ).encode(x=x, y=y("value")),
        first.mark_text(align="left", dx=6, dy=8, fontSize=size, color=palette.ink).encode(
            x=alt.X("asked:Q"), y=alt.value(0), text=alt.value(words[0])
        ),
    ]
    if words[1]:
        layers.append(
            first.mark_text(align="left", dy=-8, fontSize=size, color=palette.ink).encode(
                x=x, y=y("target"), text=alt.value(words[1])
            )
        )
    whole = alt.layer(*layers).properties(height=_HEIGHTS[present], title=_title(unit, size, palette))
    return finished(whole, language, palette, present=present)


def year_bars(session: Session, answer: MoneyAnswer, palette: Palette) -> dict[str, Any]:
    """Return the chart of what is saved each year, with its range, and the amount asked for in its year."""
    language = session.language
    ranges = [amount.range for amount in answer.year_amounts]
    asked = [-answer.asked / 1e6 if year == answer.year else None for year in answer.years]
    table = pa.table(
        {
            "year": [str(year) for year in answer.years],
            "value": [amount.central / 1e6 for amount in answer.year_amounts],
            "low": pa.array([None if r is None else r.low / 1e6 for r in ranges], pa.float64()),
            "high": pa.array([None if r is None else r.high / 1e6 for r in ranges], pa.float64()),
            "asked": pa.array(asked, pa.float64()),
        }
    )
    words = session.text("page_seek.money.asked_label", amount=millions(answer.asked, language))
    return {
        "table": table,
        "spec": _bars_spec(session.text("page_seek.cost.amount"), words, language, palette, session.present),
        "name": session.text("page_seek.money.bars.name"),
        "sentence": years_sentence(answer.years, answer.year_amounts, language),
        "rows": year_rows(session, answer),
    }


@lru_cache(maxsize=32)
def _bars_spec(unit: str, words: str, language: str, palette: Palette, present: bool) -> dict[str, Any]:
    """Specify the bars, without their figures."""
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    y = alt.Y("year:N", axis=alt.Axis(title=None, domain=False, ticks=False))

    def x(field: str) -> alt.X:
        """Return the axis of amounts for one field."""
        return alt.X(f"{field}:Q", axis=alt.Axis(title=None, format=TICK_FORMAT, tickCount=6))

    asked = chart.transform_filter("datum.asked != null")
    layers = [
        chart.mark_bar(color=palette.accent, opacity=0.75, height={"band": 0.5}).encode(x=x("value"), y=y),
        chart.mark_rule(color=palette.ink, strokeWidth=2).encode(x=x("low"), x2="high:Q", y=y),
        asked.mark_tick(color=palette.ink, thickness=3, size=44).encode(x=x("asked"), y=y),
        asked.mark_text(align="right", dx=4, dy=-28, fontSize=size, color=palette.ink).encode(
            x=x("asked"), y=y, text=alt.value(words)
        ),
    ]
    whole = alt.layer(*layers).properties(height=_HEIGHTS[present], title=_title(unit, size, palette))
    return finished(whole, language, palette, present=present)


def _title(unit: str, size: int, palette: Palette) -> alt.TitleParams:
    """Return the unit as the chart's title."""
    return alt.TitleParams(
        text=unit or " ", anchor="start", frame="group", fontSize=size, fontWeight=400, color=palette.quiet
    )
