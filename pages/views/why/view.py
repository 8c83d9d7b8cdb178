"""Compute the waterfalls of the page Why: money and persons, by lever and by kind, each part with its range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.budget.amounts import MILLION, SMALL_AMOUNT, Amount
from model.budget.views import MONEY_KINDS, by_kind_of_money
from model.domain import GROUPS
from model.explain.persons import PersonChange
from model.language.catalogue import group_name, listed, number, text
from model.language.drawn_range import DrawnRange, range_decimals, range_of_draws
from model.simulation.flows import suppressed_groups
from model.simulation.totals_by_group import totals_by_group
from pages.components.bar_rows import BarRow, Kind, bar_rows, kind_of, waterfall
from pages.components.chart_with_table import Row
from pages.components.theme import Palette
from pages.session.results import ScenarioResults, runs
from pages.session.session import Session
from pages.views.why.jobs import Parts

if TYPE_CHECKING:
    from model.explain.contributions import Attribution

Floats = NDArray[np.float64]

# A part of less than this many persons is not drawn.
_NO_PERSON: Final = 0.05
# So many parts stand in the sentence; all of them at their bars and in the table.
_MOST_NAMED: Final = 2


class _Part(NamedTuple):
    """One bar: its name, figure, range and how both are told."""

    name: str
    value: float
    range: DrawnRange | None
    label: str
    kind: Kind


class WhyView:
    """The waterfalls of one scenario in the visitor's language."""

    def __init__(self, session: Session, results: ScenarioResults, parts: Parts) -> None:
        self.session = session
        self.results = results
        self.language = session.language
        self._parts = parts

    def _text(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.session.text(f"page_why.{key}", **values)

    # --- money ------------------------------------------------------------------------------------

    def money_by_kind(self, palette: Palette) -> dict[str, Any]:
        """Return the waterfall of the money by kind of expenditure."""
        figures = by_kind_of_money(self.results.budget)
        drawn = None if self._parts.parts is None else self._parts.parts.kinds.sum(axis=2)
        rows = []
        for i, kind in enumerate(MONEY_KINDS):
            value = float(figures[kind].difference.sum())
            word = "less" if kind == "guidance" and value < 0 else "more"
            name = self._text(f"money.guidance_{word}") if kind == "guidance" else self._text(f"money.{kind}")
            level = float(figures[kind].baseline.sum())
            rows.append(self._money(name, value, None if drawn is None else drawn[:, i], level))
        return self._drawn_money(rows, palette, "kind")

    def money_by_lever(self, attribution: Attribution, palette: Palette) -> dict[str, Any]:
        """Return the waterfall of the money by lever."""
        return self._drawn_money(self._money_parts(attribution), palette, "lever")

    def money_bars(self, attribution: Attribution) -> list[BarRow]:
        """Return the bars of that waterfall alone."""
        whole = self._told_money(self._text("whole"), self.results.total_amount)
        return _bars([*_largest_first(self._money_parts(attribution), SMALL_AMOUNT), whole], MILLION)

    def _money_parts(self, attribution: Attribution) -> list[_Part]:
        """Return what each lever adds to the money."""
        drawn = None if self._parts.levers is None else self._parts.levers.net
        return [
            self._money(
                lever.label.text(self.language),
                attribution.budget.total.parts[i],
                None if drawn is None else drawn[:, i],
                0.0,
            )
            for i, lever in enumerate(attribution.levers)
        ]

    def _money(self, name: str, value: float, drawn: Floats | None, level: float) -> _Part:
        """Return a part of the money as it is told."""
        told = _around(value, drawn)
        return self._told_money(name, Amount(value, level, len(self.results.budget.years), told))

    def _told_money(self, name: str, amount: Amount) -> _Part:
        """Return an amount as a bar."""
        n = number(amount.central / MILLION, self.language, amount.decimals, signed=True)
        label = self._label(n, amount.signed_ends(self.language), same=amount.kind == "same")
        return _Part(name, amount.central, amount.range, label, kind_of(amount.kind))

    def _drawn_money(self, parts: Sequence[_Part], palette: Palette, by: str) -> dict[str, Any]:
        """Return the waterfall of the money with its whole."""
        whole = self._told_money(self._text("whole"), self.results.total_amount)
        return self._waterfall(
            _largest_first(parts, SMALL_AMOUNT),
            whole,
            MILLION,
            palette,
            ("money", by),
            self._text("money.unit"),
        )

    # --- persons ----------------------------------------------------------------------------------

    def persons_by_group(self, palette: Palette) -> dict[str, Any]:
        """Return the waterfall of the persons by target group; those that are too small are taken together."""
        outcome, base = runs(self.results.scenario)
        before, after = (totals_by_group(run).last_year("caseload") for run in (base, outcome))
        drawn = None if self._parts.parts is None else self._parts.parts.groups
        hidden = np.asarray(suppressed_groups(outcome, base))
        hidden |= np.abs(after - before) < _NO_PERSON
        if hidden.sum() == 1:
            # One alone would be what is left of the whole.
            hidden[np.argmin(np.where(hidden, np.inf, after))] = True
        rows = [
            self._persons(
                group_name(group, self.language),
                float(after[g] - before[g]),
                None if drawn is None else drawn[:, g],
                float(before[g]),
            )
            for g, group in enumerate(GROUPS)
            if not hidden[g]
        ]
        others = float((after - before)[hidden].sum())
        if abs(others) >= _NO_PERSON:
            of_draws = None if drawn is None else drawn[:, hidden].sum(axis=1)
            rows.append(
                self._persons(self._text("persons.others"), others, of_draws, float(before[hidden].sum()))
            )
        return self._drawn_persons(rows, palette, "kind")

    def persons_by_lever(self, attribution: Attribution, palette: Palette) -> dict[str, Any]:
        """Return the waterfall of the persons by lever."""
        return self._drawn_persons(self._persons_parts(attribution), palette, "lever")

    def persons_bars(self, attribution: Attribution) -> list[BarRow]:
        """Return the bars of that waterfall alone."""
        whole = self._told_persons(self._text("whole"), self.results.explanation.persons)
        return _bars([*_largest_first(self._persons_parts(attribution), _NO_PERSON), whole], 1.0)

    def _persons_parts(self, attribution: Attribution) -> list[_Part]:
        """Return what each lever adds to the persons."""
        drawn = None if self._parts.levers is None else self._parts.levers.persons
        return [
            self._persons(
                lever.label.text(self.language),
                attribution.persons.parts[i],
                None if drawn is None else drawn[:, i],
                0.0,
            )
            for i, lever in enumerate(attribution.levers)
        ]

    def _persons(self, name: str, value: float, drawn: Floats | None, level: float) -> _Part:
        """Return a part of the persons as it is told."""
        return self._told_persons(name, PersonChange(value, level, _around(value, drawn)))

    def _told_persons(self, name: str, change: PersonChange) -> _Part:
        """Return a change of persons as a bar."""
        told = change.range
        decimals = 1 if told is None else range_decimals(told.low, told.high, 1)
        n = number(change.central, self.language, decimals, signed=True)
        ends = "" if told is None else told.signed_ends(self.language, 1)
        label = self._label(n, ends, same=change.kind in ("same", "nearly_same"))
        return _Part(name, change.central, told, label, kind_of(change.kind))

    def _drawn_persons(self, parts: Sequence[_Part], palette: Palette, by: str) -> dict[str, Any]:
        """Return the waterfall of the persons with its whole."""
        whole = self._told_persons(self._text("whole"), self.results.explanation.persons)
        return self._waterfall(
            _largest_first(parts, _NO_PERSON),
            whole,
            1.0,
            palette,
            ("persons", by),
            self._text("persons.unit"),
        )

    # --- both -------------------------------------------------------------------------------------

    def _label(self, n: str, ends: str, *, same: bool) -> str:
        """Return a figure with its range; equal is told as equal."""
        if not ends:
            return self._text("label.alone", n=self._text("same") if same else n)
        return self._text("label.same" if same else "label", n=n, ends=ends)

    def _waterfall(
        self,
        parts: Sequence[_Part],
        whole: _Part,
        unit: float,
        palette: Palette,
        what: tuple[str, str],
        unit_text: str,
    ) -> dict[str, Any]:
        """Return a waterfall with its sentence and its figures."""
        every = [*parts, whole]
        rows = _bars(every, unit)
        table, spec = bar_rows(rows, unit_text, self.language, palette, present=self.session.present)
        named = [
            self._text("waterfall.part", name=part.name, label=part.label) for part in parts[:_MOST_NAMED]
        ]
        head = self._text(f"by.{what[1]}" if what[1] == "lever" else f"{what[0]}.by_kind")
        told: list[Row] = [
            {
                head: part.name,
                unit_text: number(part.value / unit, self.language, 1, signed=True),
                text("budget.amount.range_row", self.language): ""
                if part.range is None
                else part.range.signed_ends(self.language, 1, unit),
            }
            for part in every
        ]
        return {
            "table": table,
            "spec": spec,
            "name": self._text(f"{what[0]}.name"),
            "sentence": self._text(
                f"{what[0]}.sentence", whole=whole.label, parts=listed(named, self.language) or whole.label
            ),
            "rows": told,
        }


def _bars(parts: Sequence[_Part], unit: float) -> list[BarRow]:
    """Return the bars of a waterfall's parts; the last of them is the whole."""
    return waterfall([(p.name, p.label, p.value, p.range, p.kind) for p in parts], unit)


def _around(value: float, drawn: Floats | None) -> DrawnRange | None:
    """Return the range of a part over the draws; it holds the central figure, which is exact."""
    if drawn is None:
        return None
    told = range_of_draws(drawn)
    return DrawnRange(min(told.low, value), max(told.high, value), told.draws)


def _largest_first(parts: Sequence[_Part], least: float) -> list[_Part]:
    """Order parts by their size, without those that are nothing in every calculation."""
    some = [
        part
        for part in parts
        if abs(part.value) >= least
        or (part.range is not None and max(abs(part.range.low), abs(part.range.high)) >= least)
    ]
    return sorted(some, key=lambda part: -abs(part.value))
