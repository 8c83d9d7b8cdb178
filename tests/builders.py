"""Small synthetic outcomes for hand-worked examples: everything is zero until a test sets it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from model.domain import GROUP_INDEX, N_FIRM, N_GROUPS, N_ORIGINS, ORIGIN_INDEX
from model.engine.kernel.inputs import PATH_MUNICIPAL
from model.engine.kernel.layout import FIELD_SIZES, FIELDS, N_FIELDS
from model.engine.lever_paths import LeverPaths, week_of_year
from model.engine.levers import BUDGET_LEVERS, GROUP_LEVERS
from model.parameters.prices import BudgetParameters, budget_parameters
from model.simulation.outcome import Outcome

START = "2021-01-04"
PEOPLE = {
    "people_16_66": 30_712.0,
    "people_18_29": 7_000.0,
    "danish": 0.75,
    "western": 0.08,
    "non_western": 0.17,
}


def lever_paths(weeks: int = 208, start: str = START, **values: Any) -> LeverPaths:
    """Return neutral levers; ``values`` replace a lever by a number or an array that broadcasts to its shape."""
    mondays = np.datetime64(start, "D") + 7 * np.arange(weeks)
    neutral = dict.fromkeys(("firm_priority", "newcomer_priority", "fleksjob_openings"), 1.0)
    neutral |= {
        "economy_inflow": 1.0,
        "economy_job": 1.0,
        "first_offer_week": 4.0,
        "offer_deadline_week": 26.0,
        "guidance_closed": 0.5,
    }
    shapes = {lever.id: (weeks, N_GROUPS) for lever in GROUP_LEVERS}
    shapes |= dict.fromkeys((*PATH_MUNICIPAL, *(lever.id for lever in BUDGET_LEVERS)), (weeks,))
    arrays: dict[str, Any] = {}
    for name, shape in shapes.items():
        value = values.pop(name, neutral.get(name, 0.0))
        arrays[name] = np.broadcast_to(np.asarray(value, float), shape)
    mix = values.pop("firm_place_mix", np.full(N_FIRM, 1 / N_FIRM))
    arrays["firm_place_mix"] = np.broadcast_to(np.asarray(mix, float), (weeks, N_FIRM))
    assert not values, f"unknown levers {sorted(values)}"
    return LeverPaths(weeks=mondays, week_of_year=week_of_year(mondays), **arrays)


def municipality(**changes: Any) -> Any:
    """Return as much of a municipality as the budget, the benchmark and the goals read."""
    fields: dict[str, Any] = {
        "id": "ballerup",
        "name": "Ballerup",
        "code": "151",
        "population": PEOPLE,
        "budget": budget_parameters(),
        "engine": None,
        "goals": (),
        "key": "test",
        "vintage": "2020",
    }
    return SimpleNamespace(**(fields | changes))


class Builder:
    """Writes series into an empty record and wraps it as an Outcome."""

    def __init__(self, weeks: int = 208, **levers: Any) -> None:
        self.weeks = weeks
        self.record = np.zeros((weeks + 1, N_GROUPS, N_ORIGINS, N_FIELDS))
        self.firm = np.zeros((weeks, 4))
        self.limits = np.full((2, N_GROUPS), -1, dtype=np.int64)
        self.levers = levers

    def set(
        self, field: str, value: Any, group: str = "dagpenge", origin: str = "danish", part: int | None = None
    ) -> Builder:
        """Set one series of one segment, start row included: a number, or values [T + 1]."""
        begin = FIELDS[field][0]
        assert part is None or part < FIELD_SIZES[field]
        self.record[:, GROUP_INDEX[group], ORIGIN_INDEX[origin], begin + (part or 0)] = value
        return self

    def persons(
        self, value: Any, group: str = "dagpenge", origin: str = "danish", refund: int = 3
    ) -> Builder:
        """Put full-time persons in one refund class (by default over 52 weeks)."""
        return self.set("caseload", value, group, origin).set("refund_class", value, group, origin, refund)

    def outcome(self, owner: Any = None, budget: BudgetParameters | None = None) -> Outcome:
        """Return the finished outcome."""
        owner = municipality() if owner is None else owner
        if budget is not None:
            owner = SimpleNamespace(**{**vars(owner), "budget": budget})
        return Outcome(
            self.record, self.firm, self.limits, lever_paths(self.weeks, **self.levers), owner, None
        )
