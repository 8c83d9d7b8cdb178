"""Draw the path of a lever over the scenario's years, beside where it stands without changes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from model.documents.charts import TEXT_SIZE, finished, time_axis
from model.documents.palette import Palette
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.build_lever_paths import lever_path

_HEIGHT: Final = 110
_MOST_POINTS: Final = 260
_MONTHS: Final = 12


def lever_path_chart(
    scenario: Scenario, target: tuple[str, str | None], unit: str, language: str, palette: Palette
) -> tuple[pa.Table, dict[str, Any]]:
    """Return figures and specification of a lever's path; ``target`` is the lever with its target group."""
    municipality = municipality_of(scenario)
    weeks, values = lever_path(municipality, scenario, *target)
    _, base = lever_path(municipality, scenario.copy_with(changes=()), *target)
    every = -(-len(weeks) // _MOST_POINTS)
    table = pa.table(
        {
            "week": pa.array(weeks[::every].astype("datetime64[ms]"), pa.timestamp("ms")),
            "value": values[::every],
            "base": base[::every],
        }
    )
    return table, dict(_spec(unit, language, palette))


@lru_cache(maxsize=64)
def _spec(unit: str, language: str, palette: Palette) -> dict[str, Any]:
    """Specify the chart without its figures."""
    chart = alt.Chart()
    x = time_axis("week", _MONTHS)

    def y(name: str) -> alt.Y:
        """Return the axis of values for one field."""
        axis = alt.Axis(title=None, tickCount=4, domain=False, ticks=False)
        return alt.Y(f"{name}:Q", scale=alt.Scale(zero=True), axis=axis)

    layers = (
        chart.mark_line(color=palette.baseline, strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y("base")),
        chart.mark_line(color=palette.accent, strokeWidth=2.75).encode(x=x, y=y("value")),
    )
    whole = alt.layer(*layers).properties(
        height=_HEIGHT,
        title=alt.TitleParams(
            text=unit,
            anchor="start",
            frame="group",
            fontSize=TEXT_SIZE[False],
            fontWeight=400,
            color=palette.quiet,
        ),
    )
    return finished(whole, language, palette)
