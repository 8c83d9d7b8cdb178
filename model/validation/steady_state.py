"""How a municipality's baseline sits: flows and drift by target group, and what its numbers rest on.

Read by the data page and ``calibrate``: every one of the 98 opens from the benchmark, with its quality shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, get_args

import numpy as np

from model.domain import EXITS, GROUP_INDEX, GROUPS, WEEKS_PER_YEAR
from model.engine.calibration import Scaling, calibrate
from model.municipality.municipality import Municipality, load_municipality
from model.municipality.rules import FIRST_RULES
from model.parameters.register import suppressed_of, suppressed_stocks
from model.parameters.sourced_value import Quality
from model.simulation.simulate import baseline
from model.simulation.totals_by_group import totals_by_group

_OVER_52: Final = 3  # the last class of the refund ladder


@dataclass(frozen=True)
class GroupAtRest:
    """One target group of the baseline: full-time persons, flows a week in a mean week of the first year."""

    group: str
    stock: float
    quality: str  # of the stock
    source: str
    inflow: float  # external, returners and movers
    exit_share: float  # of the caseload a week
    job_share: float  # of the exits
    over_52_share: float
    drift: float  # caseload of the last year / of the start - 1, at unchanged economy


@dataclass(frozen=True)
class BaselineCheck:
    """A municipality's baseline at rest, and how many of its numbers are of each quality."""

    municipality: str
    groups: tuple[GroupAtRest, ...]
    qualities: Mapping[str, int]
    scalings: tuple[Scaling, ...]
    rounds: int
    suppressed: frozenset[str]  # target groups that are too small to be shown, or would give away such a one

    @property
    def worst_drift(self) -> float:
        """Return the largest drift of any group, without sign."""
        return max(abs(group.drift) for group in self.groups)


def _without_rules(municipality: Municipality) -> Municipality:
    """Return the municipality under rules that change nothing."""
    if municipality.rules == FIRST_RULES:
        return municipality
    return load_municipality(
        municipality.id,
        municipality.assumption_set,
        municipality.overrides,
        figures=municipality.vintage,
        rules=FIRST_RULES,
    )


def baseline_check(municipality: Municipality) -> BaselineCheck:
    """Run the baseline over four years and measure where it stands. Raises CalibrationError.

    Rules are left as they were at first: what a rule closes runs off, which is no drift.
    """
    calibration = calibrate(municipality.engine)
    outcome = baseline(_without_rules(municipality))
    totals = totals_by_group(outcome)
    stocks = {p.id: p.value for p in municipality.register if p.id.startswith("stock.")}
    year = slice(0, WEEKS_PER_YEAR)
    external, returners, movers = (
        totals.series(f"inflow_{kind}")[year] for kind in ("external", "returners", "transfers")
    )
    came = external + returners + movers
    caseload, last = totals.block("caseload"), totals.last_year("caseload")
    exits = totals.series("exits")[year]
    over = totals.block("refund_class")[0, :, _OVER_52]
    rows = []
    for group in GROUPS:
        g = GROUP_INDEX[group]
        at_start = float(caseload[0, g])
        out = float(exits[:, g].sum())
        sourced = stocks[f"stock.{group}"]
        rows.append(
            GroupAtRest(
                group=group,
                stock=at_start,
                quality=sourced.quality,
                source=sourced.source,
                inflow=float(came[:, g].mean()),
                exit_share=out / float(caseload[year, g].sum()),
                job_share=float(exits[:, g, EXITS.index("job")].sum()) / out if out > 0 else 0.0,
                over_52_share=float(over[g]) / at_start,
                drift=float(last[g]) / at_start - 1.0,
            )
        )
    too_few = suppressed_stocks(np.array([row.stock for row in rows]))
    stocks_suppressed = suppressed_of(municipality.register)
    counted = Counter(p.value.quality for p in municipality.register)
    return BaselineCheck(
        municipality=municipality.id,
        groups=tuple(rows),
        qualities=MappingProxyType({q: counted.get(q, 0) for q in get_args(Quality)}),
        scalings=calibration.scalings,
        rounds=calibration.rounds,
        suppressed=frozenset(
            row.group
            for row, small in zip(rows, too_few, strict=True)
            if small or f"stock.{row.group}" in stocks_suppressed
        ),
    )
