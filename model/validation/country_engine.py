"""The engine with the whole country's mix: the economy's index is found on it, each municipality is run under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from model.engine.parameters import EngineParameters
from model.goals.benchmark import BENEFIT_GROUPS, BenchmarkRow
from model.monthly.fit import MonthlyFit
from model.monthly.series import MONTHS_A_YEAR, Floats
from model.municipality.municipality import Municipality, load_municipality
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import FIRST, vintage
from model.validation.resting_engine import (
    GROUPS,
    HALF_YEAR,
    RestingEngine,
    dagpenge_exits,
    refined_logs,
    solved_logs,
)

# What the model is told of the economy, the most first; then the forecasts that it is held against.
ECONOMIES: Final = ("given", "one_index", "unchanged")

Published = Mapping[tuple[str, str, str], BenchmarkRow]


def benchmark_row_of(rows: Published, name: str, period: str, group: str) -> BenchmarkRow:
    """Return a municipality's figures of a rolling year and benefit group."""
    return rows[name, period, BENEFIT_GROUPS[group]]


def others_ratio(later: Floats, before: Floats) -> Floats:
    """Return how all municipalities but the row's own moved together: [M, 3]."""
    return np.asarray((later.sum(axis=0) - later) / (before.sum(axis=0) - before))


class CountryEngine:
    """The engine with the whole country's mix, on which the economy's index is found, and the others' engines."""

    def __init__(
        self, rows: Published, start: str, fit: MonthlyFit, total: Floats, everyone: Sequence[str]
    ) -> None:
        self.rows, self.start, self.fit = rows, start, fit
        self.exits = dagpenge_exits(fit)
        self.template = load_municipality(next(i.id for i in municipalities() if not i.curated))
        people = sum(self._people(name) for name in everyone)
        share = self._people(self.template.name) / people
        self.rested = RestingEngine(
            self.template,
            self.template.engine_with(
                {
                    **self.exits,
                    **{f"benchmark.{g}": float(v) for g, v in zip(GROUPS, total * share, strict=True)},
                }
            ),
        )
        self._solutions: dict[tuple[str, int, bytes], tuple[Floats, Floats]] = {}

    def _people(self, name: str) -> float:
        """Return a municipality's 16-66-year-olds, as the benchmark's persons and per cent imply them."""
        row = benchmark_row_of(self.rows, name, self.start, "total")
        return row.actual_fte / row.actual_pct * 100

    def _engine(self, name: str) -> tuple[Municipality, EngineParameters]:
        """Return a municipality and its engine with the start's figures and the fitted exits."""
        info = next(i for i in municipalities() if i.name == name)
        own = {f"benchmark.{g}": benchmark_row_of(self.rows, name, self.start, g).actual_fte for g in GROUPS}
        changes = {**self.exits, **own, "population.people_16_66": self._people(name)}
        # Those without a file of their own differ in these figures and in their vintage's rows alone.
        mended = {k: row.value for k, row in vintage(FIRST).rows.get(info.id, {}).items()}
        changes = {**mended, **changes}
        municipality = load_municipality(info.id) if info.curated else self.template
        return municipality, municipality.engine_with(changes)

    def _solve(self, economy: str, weeks: int, wanted: Floats) -> tuple[Floats, Floats]:
        """Solve for the index under which the country's rolling year moves as ``goal``, once per question."""
        key = economy, weeks, wanted.tobytes()
        if key not in self._solutions:
            if economy == "given":
                self._solutions[key] = solved_logs(lambda x: self.rested.by_group(x, weeks), wanted)
            else:
                self._solutions[key] = solved_logs(
                    lambda x: self.rested.by_one(float(x[0]), weeks)[:1], wanted
                )
        return self._solutions[key]

    def solve_all(
        self, actual: Mapping[str, Floats], targets: Sequence[str]
    ) -> dict[tuple[str, int], Floats]:
        """Solve for the logs of the whole country's index by economy and horizon."""
        out = {}
        for h, target in enumerate(targets):
            weeks = (h + 1) * HALF_YEAR
            moved = actual[target].sum(axis=0) / actual[self.start].sum(axis=0)
            out["given", h] = self._solve("given", weeks, moved)[0]
            out["one_index", h] = self._solve("one_index", weeks, moved[:1])[0]
            out["unchanged", h] = self._solve("unchanged", weeks, np.array([self.foreseen(h)]))[0]
        return out

    def foreseen(self, h: int) -> float:
        """Return the national rolling year after h + 1 half-years / that of the start, by the months' fit alone."""
        months = (h + 1) * MONTHS_A_YEAR // 2
        ahead = self.fit.forecast(self.fit.fading_index(months))
        known = self.fit.series.stock[-MONTHS_A_YEAR:]
        return float(np.concatenate([known, ahead])[-MONTHS_A_YEAR:].mean() / known.mean())

    def index(self, actual: Mapping[str, Floats], targets: Sequence[str]) -> dict[str, Floats]:
        """Return the indices of the whole country: given [2, 3], the others [2]."""
        logs = self.solve_all(actual, targets)
        return {
            economy: np.exp(np.squeeze(np.stack([logs[economy, h] for h in range(len(targets))])))
            for economy in ECONOMIES
        }

    def forecast(self, name: str, i: int, actual: Mapping[str, Floats], targets: Sequence[str]) -> Floats:
        """Forecast the municipality in row ``i``: target's rolling year / start's, [economy, target, 3]."""
        rested = RestingEngine(*self._engine(name))
        out = np.empty((len(ECONOMIES), len(targets), len(GROUPS)))
        for h, target in enumerate(targets):
            weeks = (h + 1) * HALF_YEAR
            whole = actual[target].sum(axis=0) / actual[self.start].sum(axis=0)
            others = others_ratio(actual[target], actual[self.start])[i]
            logs = refined_logs(
                lambda x, weeks=weeks: self.rested.by_group(x, weeks),  # type: ignore[misc]
                others,
                whole,
                *self._solve("given", weeks, whole),
            )
            out[0, h] = rested.by_group(logs, weeks)
            one = refined_logs(
                lambda x, weeks=weeks: self.rested.by_one(float(x[0]), weeks)[:1],  # type: ignore[misc]
                others[:1],
                whole[:1],
                *self._solve("one_index", weeks, whole[:1]),
            )
            out[1, h] = rested.by_one(float(one[0]), weeks)
            foreseen, _ = self._solve("unchanged", weeks, np.array([self.foreseen(h)]))
            out[2, h] = rested.by_one(float(foreseen[0]), weeks)
        return out
