"""What the page "What would it take?" asks for and how it shows the answer."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import pyarrow as pa

from model.budget.sentences import millions
from model.documents.charts import unit_label
from model.goals.series import indicator_key
from model.language.catalogue import number
from model.scenario.diff import lever_name
from model.scenario.levers import LEVERS
from pages.components.chart_with_table import TEXT_SIZE, Row, finished
from pages.components.theme import Palette
from pages.session.questions import Question
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.session.sliders import item_of

if TYPE_CHECKING:
    from model.goals.evaluate import IndicatorResult
    from model.seek.answer import Answer as Sought
    from model.seek.answer import Curve, CurvePoint

MOST_LEVERS: Final = 5
CERTAINTIES: Final[dict[str, float | None]] = {"central": None, "half": 0.5, "most": 0.8}
# Without a target of its own an indicator is asked for this much better than it is.
_BETTER: Final = 0.2
_HEIGHTS: Final = {False: 300, True: 640}


def offered_indicators(results: ScenarioResults) -> dict[str, IndicatorResult]:
    """Indicators that can be asked for: those that should go up or down and have a status."""
    return {
        indicator_key(goal, indicator): indicator
        for goal in results.goals
        for indicator in goal.indicators
        if indicator.direction != "watch" and math.isfinite(indicator.value_scenario)
    }


def offered_levers(language: str) -> dict[str, str]:
    """All levers with one figure, by the id of their slider, with their names."""
    found = {}
    for lever in LEVERS:
        if lever.scope == "mix":
            continue
        groups = lever.groups if lever.scope == "group" else (None,)
        for group in groups:
            found[item_of(lever.id, group)] = lever_name(lever.id, group, language)
    return found


def years_of(session: Session) -> list[int]:
    """Years that the scenario covers."""
    scenario = session.scenario
    return list(range(scenario.start.year, scenario.start.year + scenario.years))


def first_question(session: Session, results: ScenarioResults) -> Question:
    """What is asked before the visitor has asked anything: the goal in focus by the end."""
    offered = offered_indicators(results)
    key = indicator_key(results.goal(session.goal), results.indicator(session.goal, session.indicator))
    key = key if key in offered else next(iter(offered))
    return with_indicator(Question(key, 0.0, years_of(session)[-1]), offered[key])


def with_indicator(question: Question, indicator: IndicatorResult) -> Question:
    """The question about another indicator, at its own target, or somewhat better than it is."""
    now = indicator.value_scenario
    target = indicator.target
    if target is None:
        target = now * (1 + _BETTER if indicator.direction == "up" else 1 - _BETTER)
    return replace(question, target=round(float(target), indicator.decimals))


# --- the answer -----------------------------------------------------------------------------------


def moves(session: Session, answer: Sought) -> list[Row]:
    """Levers of the answer."""

    def say(key: str) -> str:
        return session.text(f"page_seek.{key}")

    return [
        {
            say("move.lever"): move.label(session.language),
            say("move.before"): move.shown(move.before, session.language),
            say("move.after"): move.shown(move.after, session.language) if move.moved else say("move.none"),
        }
        for move in answer.moves
    ]


def cost(session: Session, answer: Sought) -> list[Row]:
    """What it costs per year."""
    head, amount = session.text("page_seek.cost.year"), session.text("page_seek.cost.amount")
    rows = [
        {head: str(year), amount: number(dkk / 1e6, session.language, 1, signed=True)}
        for year, dkk in zip(answer.years, answer.cost, strict=True)
    ]
    total = number(answer.cost_total / 1e6, session.language, 1, signed=True)
    return [*rows, {head: session.text("page_seek.cost.total"), amount: total}]


def curve(session: Session, found: Curve, look: Palette) -> dict[str, Any]:
    """The best that each budget reaches."""
    indicator, language = found.indicator, session.language

    def say(key: str, **values: object) -> str:
        return session.text(f"page_seek.curve.{key}", **values)

    def value_of(point: CurvePoint) -> str:
        few = session.text("small_numbers.not_shown")
        return few if point.hidden else indicator.shown(point.value, language)

    points = found.points
    rows = [
        {
            say("row_budget"): number(point.budget / 1e6, language, 1),
            say("value"): value_of(point),
            say("levers"): "; ".join(
                f"{move.label(language)}: {move.shown(move.after, language)}"
                for move in point.moves
                if move.moved
            ),
        }
        for point in points
    ]
    first, last = points[0], points[-1]
    sentence = (
        say("one", value=value_of(last))
        if len(points) == 1
        else say(
            "sentence",
            low=millions(first.budget, language),
            first=value_of(first),
            high=millions(last.budget, language),
            last=value_of(last),
        )
    )
    return {
        "table": pa.table(
            {
                "budget": [point.budget / 1e6 for point in points],
                "value": pa.array([None if point.hidden else point.value for point in points], pa.float64()),
                "target": [found.target] * len(points),
                "label": [
                    "" if point.hidden else number(point.value, language, indicator.decimals)
                    for point in points
                ],
            }
        ),
        "spec": _curve_spec(
            unit_label(indicator, language),
            say("budget"),
            indicator.decimals,
            language,
            look,
            session.present,
        ),
        "name": say("name", title=indicator.title.text(language)),
        "sentence": sentence,
        "rows": rows,
    }


@lru_cache(maxsize=32)
def _curve_spec(
    unit: str, axis: str, decimals: int, language: str, look: Palette, present: bool
) -> dict[str, Any]:
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = alt.X("budget:Q", axis=alt.Axis(title=axis, grid=False, format=",.1f", tickCount=6))

    def y(field: str) -> alt.Y:
        return alt.Y(
            f"{field}:Q",
            axis=alt.Axis(title=None, format=f",.{decimals}f", tickCount=5, domain=False, ticks=False),
            scale=alt.Scale(zero=False, padding=20),
        )

    layers = [
        chart.mark_line(color=look.ink, strokeWidth=1.25).encode(x=x, y=y("target")),
        chart.mark_line(
            color=look.accent, strokeWidth=2.75, point=alt.OverlayMarkDef(color=look.accent, size=60)
        ).encode(x=x, y=y("value")),
        chart.mark_text(align="center", dy=-12, fontSize=size, color=look.ink).encode(
            x=x, y=y("value"), text="label:N"
        ),
    ]
    whole = alt.layer(*layers).properties(
        height=_HEIGHTS[present],
        title=alt.TitleParams(
            text=unit or " ", anchor="start", frame="group", fontSize=size, fontWeight=400, color=look.quiet
        ),
    )
    return finished(whole, language, look, present=present)
