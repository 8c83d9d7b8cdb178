"""Many cases of one municipality run in batches and measured alike: what attribution and sweeps share.

Cases differ in their lever changes only; start, years, economy and assumptions are those of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import budget
from model.domain import N_GROUPS
from model.goals.evaluate import goal_evaluator
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.run_engine import prepare, run_many
from model.simulation.run_paths import build_run_paths
from model.simulation.simulate import baseline
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]
Cancel = Callable[[], bool]
Progress = Callable[[int, int], None]

# Cases between two looks at whether to go on, and those that an executor's worker gets at a time.
_BLOCK: Final = 16
_WORKER_BLOCK: Final = 4


@dataclass(frozen=True, eq=False)
class CaseFigures:
    """C cases in figures: indicators K in the goals' order, target groups G = 13, budget years Y."""

    keys: tuple[tuple[str, str], ...]  # goal and indicator id, K
    years: tuple[int, ...]
    ends: Floats  # [C, K] at the horizon's end
    at_target: Floats  # [C, K] at the target date, NaN where there is none before the end
    persons: Floats  # [C, G] full-time persons, mean of the last 52 weeks
    in_offer: Floats  # [C] persons in an offer, mean of the last 52 weeks
    net: Floats  # [C, Y] net expenditure less the baseline's, DKK
    rests_on: Floats | None = None  # [C, K] full-time persons behind the ends


@dataclass(frozen=True)
class MunicipalitySource:
    """What another process needs to load the same municipality."""

    id: str
    assumption_set: str
    overrides: tuple[tuple[str, float], ...]
    figures: str
    rules: str
    key: str

    def load(self) -> Municipality:
        """Load the municipality. Raises ValueError where this process has other data for it."""
        municipality = load_municipality(
            self.id, self.assumption_set, dict(self.overrides), figures=self.figures, rules=self.rules
        )
        if municipality.key != self.key:
            raise ValueError(f"the worker has other data for {self.id}: install the same version there")
        return municipality


def run_cases(
    municipality: Municipality,
    cases: Sequence[Scenario],
    *,
    executor: Executor | None = None,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
) -> CaseFigures:
    """Run every case once and compare it with their common baseline.

    ``executor`` is any of ``concurrent.futures``, or one that acts alike (a Dask client's ``get_executor()``); none:
    threads of this process. ``progress(done, total)`` is called between batches, where ``cancel()`` is asked whether
    to stop: CancelledError. Workers in other processes load the municipality by its id, ValueError where theirs is
    another.
    """
    size = _BLOCK if executor is None else _WORKER_BLOCK
    blocks = [cases[i : i + size] for i in range(0, len(cases), size)]
    rows: list[Floats] = []

    def report_or_stop() -> None:
        if progress is not None:
            progress(sum(map(len, rows)), len(cases))
        if cancel is not None and cancel():
            raise CancelledError

    if executor is None:
        for block in blocks:
            report_or_stop()
            rows.append(_rows_of(municipality, block))
    else:
        source = MunicipalitySource(
            municipality.id,
            municipality.assumption_set,
            tuple(sorted(municipality.overrides.items())),
            municipality.vintage,
            municipality.rules,
            municipality.key,
        )
        futures: list[Future[Floats]] = [executor.submit(run_block, source, block) for block in blocks]
        try:
            for future in futures:
                report_or_stop()
                rows.append(future.result())
        finally:
            for future in futures:
                future.cancel()
    report_or_stop()
    return _case_figures(municipality, cases[0], np.concatenate(rows))


def run_block(source: MunicipalitySource, cases: Sequence[Scenario]) -> Floats:
    """Run some cases in a worker, which knows nothing of the others: [C, columns]."""
    return _rows_of(source.load(), cases, chunk=len(cases))


def _rows_of(municipality: Municipality, cases: Sequence[Scenario], chunk: int = 2) -> Floats:
    """Run some cases in threads of this process: [C, columns], ``chunk`` at a time."""
    weeks = cases[0].weeks
    base = baseline(municipality, cases[0])
    paths = [build_run_paths(municipality, case, weeks) for case in cases]
    never = np.full((2, N_GROUPS), -1, dtype=np.int64)

    def reduce(b: int, record: Floats, firm: Floats) -> Floats:
        outcome = outcome_from(record, firm, never.copy(), paths[b], municipality, cases[b])
        return figures_row(outcome, base)

    rows = run_many(
        prepare((municipality.engine,)), paths, [(0, i) for i in range(len(cases))], reduce, chunk=chunk
    )
    return np.stack([np.asarray(row) for row in rows])


def figures_row(outcome: Outcome, base: Outcome) -> Floats:
    """Write a run as a row: ends, values at target dates, persons, in offers, net by year, persons behind ends."""
    figures = goal_evaluator(outcome.municipality.goals).figures(outcome, base).values()
    totals = totals_by_group(outcome)
    at_target = [np.nan if figure.at_target is None else figure.at_target for figure in figures]
    return np.concatenate(
        [
            [figure.end for figure in figures],
            at_target,
            totals.last_year("caseload"),
            [totals.last_year("in_offer").sum()],
            budget(outcome, base).net.difference,
            [figure.persons for figure in figures],
        ]
    )


def _case_figures(municipality: Municipality, case: Scenario, rows: Floats) -> CaseFigures:
    """Read the rows of all cases, [C, columns]."""
    keys = tuple((goal.id, spec.id) for goal in municipality.goals for spec in goal.indicators)
    k = len(keys)
    years = budget(base := baseline(municipality, case), base).years
    widths = np.cumsum([k, k, N_GROUPS, 1, len(years)])
    ends, at_target, persons, in_offer, net, rests_on = np.split(rows, widths, axis=1)
    return CaseFigures(keys, years, ends, at_target, persons, in_offer[:, 0], net, rests_on)
