"""Compute who pays and who gains, and which assumptions move the amount most, for the page Budget."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import MILLION, SMALL_AMOUNT, Amount
from model.budget.views import PURSES, purses
from model.language.catalogue import listed, number, text
from model.language.drawn_range import range_of_draws
from model.scenario.texts import without_texts
from pages.components.bar_rows import BarRow, bar_rows, kind_of
from pages.components.theme import Palette
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.budget.view import BudgetView

if TYPE_CHECKING:
    from model.uncertainty.part_draws import PartDraws
    from model.uncertainty.tornado import Swing
    from pages.components.chart_with_table import Row

Floats = NDArray[np.float64]

_MOST_BARS: Final = 7


def parts_job(session: Session, results: ScenarioResults) -> Job:
    """Return the work on the draws of the purses, as it was done before or begun now. The draws must be made."""
    assert session.draws is not None
    scenario, held = without_texts(results.scenario), session.draws.result

    def work(cancel: threading.Event, progress: Progress) -> PartDraws:
        from model.uncertainty.part_draws import part_draws

        return part_draws(held.draws(cancel), scenario, cancel=cancel, progress=progress)

    key = ("purses", results.municipality.key, scenario.key)
    return session.ask(STUDIES, "purses", key, work)


def purse_chart(view: BudgetView, draws: PartDraws, palette: Palette) -> dict[str, Any]:
    """Return the chart of what the municipality, the state and the citizens pay or get over the whole run."""
    language = view.language
    figures = purses(view.result)
    rows: list[BarRow] = []
    table: list[Row] = []
    said = []
    for i, purse in enumerate(PURSES):
        values = figures[purse] * view.factor
        drawn = (draws.purses[:, i] * view.factor).sum(axis=1)
        amount = Amount(float(values.sum()), 0.0, len(values), range_of_draws(drawn))
        name = view.text_of(f"purse.{purse}")
        n = number(amount.central / MILLION, language, amount.decimals, signed=True)
        ends = amount.signed_ends(language)
        label = view.text_of("purse.same" if amount.kind == "same" else "purse.label", n=n, ends=ends)
        rows.append(bar_from_zero(name, label, amount))
        said.append(view.text_of("purse.part", name=name, label=label))
        years = {
            str(year): number(float(v) / MILLION, language, 1, signed=True)
            for year, v in zip(view.result.years, values, strict=True)
        }
        row_range = {text("budget.amount.range_row", language): ends}
        table.append({view.text_of("purse"): name, **years, view.text_of("total"): n, **row_range})
    drawn_table, spec = bar_rows(
        rows, view.text_of("purse.unit"), language, palette, present=view.session.present
    )
    return {
        "table": drawn_table,
        "spec": spec,
        "name": view.text_of("purse.name"),
        "sentence": view.text_of("purse.sentence", parts=listed(said, language)),
        "rows": table,
    }


def bar_from_zero(name: str, label: str, amount: Amount) -> BarRow:
    """Return an amount as a bar from zero, in millions."""
    low, high = (None, None) if amount.range is None else (amount.range.low, amount.range.high)
    return BarRow(
        name,
        label,
        0.0,
        amount.central / MILLION,
        None if low is None else low / MILLION,
        None if high is None else high / MILLION,
        kind_of(amount.kind),
    )


def tornado_job(session: Session, results: ScenarioResults) -> Job:
    """Return the work on what moves the amount most, as it was done before or begun now."""
    municipality, scenario = results.municipality, without_texts(results.scenario)

    def work(cancel: threading.Event, progress: Progress) -> tuple[Swing, ...]:
        from model.uncertainty.end_values import BUDGET
        from model.uncertainty.tornado import TornadoOptions, tornado

        options = TornadoOptions(by_difference=True)
        return tornado(municipality, scenario, BUDGET, options, cancel=cancel, progress=progress)

    key = ("budget-tornado", municipality.key, scenario.key)
    return session.ask(STUDIES, "budget-tornado", key, work)


def tornado_chart(view: BudgetView, swings: Sequence[Swing], palette: Palette) -> dict[str, Any] | None:
    """Return the chart of the assumptions that move the amount most; None where none moves it."""
    language = view.language
    moved = [swing for swing in swings if swing.width_difference >= SMALL_AMOUNT][:_MOST_BARS]
    if not moved:
        return None

    def millions(dkk: float) -> str:
        """Format signed millions, as exact as the widest bar allows."""
        return number(dkk / MILLION, language, decimals, signed=True)

    decimals = 1 if moved[0].width_difference < 50 * 0.1 * MILLION else 0
    rows, table = [], []
    for swing in moved:
        low, high = swing.low_difference, swing.high_difference
        left, right = sorted((low, high))
        ends = view.text_of("tornado.ends", low=millions(left), high=millions(right))
        rows.append(
            BarRow(swing.family.title(language), ends, left / MILLION, right / MILLION, None, None, "either")
        )
        table.append(
            {
                view.text_of("tornado.row"): swing.family.title(language),
                view.text_of("tornado.low"): millions(low),
                view.text_of("tornado.central"): millions(swing.central_difference),
                view.text_of("tornado.high"): millions(high),
            }
        )
    drawn, spec = bar_rows(
        rows, view.text_of("tornado.unit"), language, palette, present=view.session.present
    )
    return {
        "table": drawn,
        "spec": spec,
        "name": view.text_of("tornado.name"),
        "sentence": view.text_of(
            "tornado.sentence",
            first=moved[0].family.title(language),
            ends=rows[0].label,
            central=millions(moved[0].central_difference),
        ),
        "rows": table,
    }
