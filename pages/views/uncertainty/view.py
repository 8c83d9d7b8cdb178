"""What the uncertainty page says: bands of the level and of the difference, chances, and which assumptions matter."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import numpy as np
import pyarrow as pa

from model.budget.sentences import millions
from model.documents.axis import chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, time_axis, unit_label
from model.goals.series import indicator_key
from model.language.catalogue import long_date, number, percent
from pages.components.chart_with_table import TEXT_SIZE, Row, finished
from pages.components.theme import Palette
from pages.session.bands import band_sentence
from pages.session.results import ScenarioResults, indicator_sentence, target_text
from pages.session.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.goals.evaluate import GoalResult, IndicatorResult
    from model.uncertainty.fan import Band, Fan, Spread
    from model.uncertainty.tornado import Swing

_HEIGHTS: Final = {False: 280, True: 640}
_BARS: Final = 10
_ROW: Final = {False: 42, True: 108}
_NOTHING: Final = 1e-9
BUDGET: Final = "budget"


class UncertaintyView:
    """One scenario's fan in the visitor's language."""

    def __init__(self, session: Session, results: ScenarioResults, fan: Fan) -> None:
        self.session = session
        self.results = results
        self.fan = fan
        self.language = session.language

    def _say(self, key: str, **values: object) -> str:
        return self.session.text(f"page_sure.{key}", **values)

    @property
    def hidden(self) -> str:
        """Why the indicator in focus is not shown; empty where it is."""
        note = self._shown.status_note if self._shown.hidden else None
        return note.text(self.language) if note else ""

    @property
    def _shown(self) -> IndicatorResult:
        return self.results.indicator(self.session.goal, self.session.indicator)

    @property
    def _band(self) -> Band:
        return self.fan.indicators[indicator_key(self.results.goal(self.session.goal), self._shown)]

    # --- bands ------------------------------------------------------------------------------------

    def level(self, look: Palette) -> dict[str, Any]:
        """Scenario and baseline with their bands, and the target."""
        band, indicator = self._band, self._shown
        title = indicator.title.text(self.language)
        return {
            "table": _bands(
                band.weeks, {"scenario": band.scenario, "baseline": band.baseline}, target=band.target
            ),
            "spec": _fan_spec(
                unit_label(indicator, self.language),
                indicator.decimals,
                (self._say("line.baseline"), self._say("line.scenario"), self._say("line.target")),
                self.language,
                look,
                self.session.present,
            ),
            "name": self._say("level.name", title=title),
            "sentence": f"{indicator_sentence(self.session, indicator)} "
            f"{band_sentence(self.session, self.results, band)}{self._zero(band)}",
            "rows": self._rows(band, band.scenario, signed=False),
        }

    def _zero(self, band: Band) -> str:
        """Says it where the axis begins above zero."""
        lowest = min(float(np.nanmin(spread.low)) for spread in (band.scenario, band.baseline))
        target = lowest if band.target is None else band.target
        return f" {self.session.page_text('chart.not_zero')}." if min(lowest, target) > 0 else ""

    def difference(self, look: Palette) -> dict[str, Any]:
        """The difference from the baseline with its band."""
        band, indicator = self._band, self._shown
        return {
            "table": _bands(band.weeks, {"scenario": band.difference}, target=0.0),
            "spec": _fan_spec(
                self._say("difference.unit", unit=self._difference_unit()),
                indicator.decimals,
                ("", self._say("line.scenario"), ""),
                self.language,
                look,
                self.session.present,
            ),
            "name": self._say("difference.name", title=indicator.title.text(self.language)),
            "sentence": self._difference_sentence(band, indicator),
            "rows": self._rows(band, band.difference, signed=True),
        }

    def _difference_unit(self) -> str:
        """Differences of percentages are percentage points."""
        unit = unit_label(self._shown, self.language)
        return self._say("points") if unit == "%" else unit

    def _difference_sentence(self, band: Band, indicator: IndicatorResult) -> str:
        if not self.session.scenario.changes:
            return self._say("difference.none")
        ends = band.difference.ends[np.isfinite(band.difference.ends)]
        up = float(band.difference.central[-1]) >= 0
        share = float((ends > 0).mean() if up else (ends < 0).mean()) if len(ends) else float("nan")

        def shown(value: float) -> str:
            return indicator.shown_difference(value, self.language)

        return self._say(
            "difference.sentence",
            low=shown(float(band.difference.low[-1])),
            high=shown(float(band.difference.high[-1])),
            sign=self._say(
                "difference.sure_up" if up else "difference.sure_down", share=percent(share, self.language)
            ),
        )

    def _rows(self, band: Band, spread: Spread, *, signed: bool) -> list[Row]:
        decimals = self._shown.decimals
        return [
            {
                self._say("week"): long_date(band.weeks[i], self.language),
                **{
                    self._say(name): number(
                        float(getattr(spread, name)[i]), self.language, decimals, signed=signed
                    )
                    for name in ("low", "lower", "central", "upper", "high")
                },
            }
            for i in chosen_weeks(len(band.weeks), CHART_POINTS)
        ]

    # --- chances and cost -------------------------------------------------------------------------

    def chances(self) -> list[Row]:
        """Every indicator that has a target."""
        rows = []
        for goal in self.results.goals:
            for indicator in goal.indicators:
                band = self.fan.indicators[indicator_key(goal, indicator)]
                if band.chance is None or band.chance_baseline is None or indicator.hidden:
                    continue
                rows.append(self._chance(goal, indicator, band))
        return rows

    def _chance(self, goal: GoalResult, indicator: IndicatorResult, band: Band) -> Row:
        low, high = (float(x[-1]) for x in (band.scenario.low, band.scenario.high))
        return {
            self._say("chance.indicator"): self._say(
                "indicator_item", number=goal.number, indicator=indicator.title.text(self.language)
            ),
            self._say("chance.target"): target_text(self.session, indicator, "documents"),
            self._say("chance.baseline"): percent(band.chance_baseline, self.language),
            self._say("chance.scenario"): percent(band.chance, self.language),
            self._say("chance.band"): self._say(
                "chance.range",
                low=number(low, self.language, indicator.decimals),
                high=number(high, self.language, indicator.decimals),
            ),
        }

    def cost(self) -> str:
        """The net expenditure's difference and its band."""
        budget = self.fan.budget
        assert budget is not None
        total = budget.total_difference
        return self._say(
            "budget.sentence",
            years=len(budget.years),
            central=millions(float(total.central), self.language, signed=True),
            low=millions(float(total.low), self.language, signed=True),
            high=millions(float(total.high), self.language, signed=True),
            share=percent(float((total.ends < 0).mean()), self.language),
        )

    # --- tornado ----------------------------------------------------------------------------------

    def tornado(
        self, swings: Sequence[Swing], look: Palette, *, by_difference: bool
    ) -> dict[str, Any] | None:
        """The families of assumptions that move the indicator most; None where none does."""
        indicator = self._shown
        title = indicator.title.text(self.language)
        ends = [
            (
                swing.family.title(self.language),
                swing.low_difference if by_difference else swing.low,
                swing.high_difference if by_difference else swing.high,
                swing.central_difference if by_difference else swing.central,
            )
            for swing in swings
        ]
        ends = [row for row in ends if max(row[1:]) - min(row[1:]) > _NOTHING][:_BARS]
        if not ends:
            return None

        def shown(value: float) -> str:
            # One decimal more than the card: a family's part is often below the card's last one.
            return number(value, self.language, indicator.decimals + 1, signed=by_difference)

        columns = {
            "family": [row[0] for row in ends],
            "order": list(range(len(ends))),
            "low": [row[1] for row in ends],
            "high": [row[2] for row in ends],
            "left": [min(row[1:3]) for row in ends],
            "right": [max(row[1:3]) for row in ends],
            "label_left": [shown(min(row[1:3])) for row in ends],
            "label_right": [shown(max(row[1:3])) for row in ends],
            "central": [row[3] for row in ends],
        }
        rows = [
            {
                self._say("tornado.row"): row[0],
                self._say("tornado.low"): shown(row[1]),
                self._say("central"): shown(row[3]),
                self._say("tornado.high"): shown(row[2]),
            }
            for row in ends
        ]
        unit = unit_label(indicator, self.language)
        if by_difference:
            unit = self._say("difference.unit", unit=self._difference_unit())
        return {
            "table": pa.table(columns),
            "spec": _tornado_spec(
                self._say("tornado.unit", unit=unit),
                indicator.decimals + 1,
                len(ends),
                self.language,
                look,
                self.session.present,
            ),
            "name": self._say("tornado.name", title=title),
            "sentence": self._say(
                "tornado.sentence", first=ends[0][0], low=shown(ends[0][1]), high=shown(ends[0][2])
            ),
            "rows": rows,
        }


def _bands(weeks: Any, spreads: dict[str, Spread], *, target: float | None) -> pa.Table:
    """One row per week and line, thinned for the screen."""
    names = ("low", "lower", "central", "upper", "high")
    columns: dict[str, list[Any]] = {name: [] for name in (*names, "line", "target")}
    shown = list(weeks[chosen_weeks(len(weeks), CHART_POINTS)])
    every: list[Any] = []
    for line, spread in spreads.items():
        every += shown
        for name in names:
            columns[name] += thinned(getattr(spread, name), CHART_POINTS)
        columns["line"] += [line] * len(shown)
        columns["target"] += [target] * len(shown)
    return pa.table(
        {
            "week": pa.array(np.array(every, "datetime64[D]")),
            "line": pa.array(columns["line"], pa.string()),
            **{name: pa.array(columns[name], pa.float64()) for name in (*names, "target")},
        }
    )


@lru_cache(maxsize=64)
def _fan_spec(
    unit: str, decimals: int, names: tuple[str, str, str], language: str, look: Palette, present: bool
) -> dict[str, Any]:
    size = TEXT_SIZE[present]
    chart = alt.Chart()
    x = time_axis("week", 6)
    axis = alt.Axis(title=None, format=f",.{decimals}f", tickCount=5, domain=False, ticks=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=False))

    def of(line: str) -> alt.Chart:
        return chart.transform_filter(f"datum.line == '{line}'")

    scenario, baseline = of("scenario"), of("baseline")
    layers = [
        scenario.mark_area(color=look.accent, opacity=0.14).encode(x=x, y=y("low"), y2="high:Q"),
        scenario.mark_area(color=look.accent, opacity=0.2).encode(x=x, y=y("lower"), y2="upper:Q"),
        *(
            baseline.mark_line(color=look.baseline, strokeWidth=1, strokeDash=[2, 3]).encode(x=x, y=y(field))
            for field in ("low", "high")
        ),
        baseline.mark_line(color=look.baseline, strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y("central")),
        chart.transform_filter("datum.target != null")
        .mark_line(color=look.ink, strokeWidth=1.25)
        .encode(x=x, y=y("target")),
        scenario.mark_line(color=look.accent, strokeWidth=4 if present else 2.75).encode(x=x, y=y("central")),
    ]
    ends = {
        "baseline": ("central", look.quiet, 0),
        "scenario": ("central", look.accent, 1),
    }
    for kind, (field, colour, at) in ends.items():
        if names[at]:
            layers.append(
                of(kind)
                .transform_joinaggregate(last="max(week)")
                .transform_filter("datum.week == datum.last")
                .mark_text(
                    align="left", dx=8, dy=-8 if at else 8, fontSize=size, fontWeight=600, color=colour
                )
                .encode(x=x, y=y(field), text=alt.value(names[at]))
            )
    if names[2]:
        layers.append(
            of("scenario")
            .transform_joinaggregate(last="max(week)")
            .transform_filter("datum.week == datum.last && datum.target != null")
            .transform_calculate(told=f"'{names[2]} ' + format(datum.target, ',.{decimals}f')")
            .mark_text(align="right", baseline="bottom", dy=-4, fontSize=size, color=look.ink)
            .encode(x=x, y=y("target"), text="told:N")
        )
    whole = alt.layer(*layers).properties(
        height=_HEIGHTS[present],
        padding={"left": 4, "right": 8, "top": 4, "bottom": 4},
        title=alt.TitleParams(
            text=unit or " ", anchor="start", frame="group", fontSize=size, fontWeight=400, color=look.quiet
        ),
    )
    return finished(whole, language, look, present=present)


@lru_cache(maxsize=64)
def _tornado_spec(
    unit: str, decimals: int, bars: int, language: str, look: Palette, present: bool
) -> dict[str, Any]:
    size = TEXT_SIZE[present]
    row = _ROW[present]
    # The name stands above its bar, so that a narrow screen keeps its width for the bars, and nearer to it than the
    # next name does.
    above, below = -0.24 * row, 0.16 * row
    chart = alt.Chart()
    y = alt.Y("family:N", sort=alt.EncodingSortField(field="order"), axis=None, scale=alt.Scale(padding=0))

    def x(field: str) -> alt.X:
        return alt.X(
            f"{field}:Q",
            scale=alt.Scale(zero=False, padding=60),
            axis=alt.Axis(title=None, format=f",.{decimals}f", tickCount=5),
        )

    layers = [
        chart.mark_bar(color=look.accent, opacity=0.75, height=0.36 * row, yOffset=below).encode(
            y=y, x=x("left"), x2="right:Q"
        ),
        chart.mark_tick(color=look.ink, thickness=2, size=0.5 * row, yOffset=below).encode(
            y=y, x=x("central")
        ),
        chart.mark_text(align="left", dy=above, fontSize=size, color=look.quiet).encode(
            y=y, x=alt.value(0), text="family:N"
        ),
        chart.mark_text(align="right", dx=-6, dy=below, fontSize=size, color=look.ink).encode(
            y=y, x=x("left"), text="label_left:N"
        ),
        chart.mark_text(align="left", dx=6, dy=below, fontSize=size, color=look.ink).encode(
            y=y, x=x("right"), text="label_right:N"
        ),
    ]
    whole = alt.layer(*layers).properties(
        height=row * bars,
        title=alt.TitleParams(
            text=unit, anchor="start", fontSize=size, fontWeight=400, color=look.quiet, offset=size
        ),
    )
    return finished(whole, language, look, present=present)
