"""What a run answers: labelled arrays by week, group and origin, and tidy frames for those who read tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.domain import EXITS, GROUPS, KINDS, N_GROUPS, N_ORIGINS, ORIGINS, WEEKS_PER_YEAR
from model.engine.kernel.layout import FIELD_SIZES, FIELDS
from model.engine.lever_paths import LeverPaths
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

# Series that describe a state (and so have a start value); the others are flows of the week.
STOCK_SERIES = (
    "caseload",
    "waiting",
    "in_offer",
    "after_offer",
    "refund_class",
    "duration_sum",
    "participants",
    "reached_13",
    "pool",
)


class _Series:
    """One column block of the record as [T, G, O] or [T, G, O, n]."""

    def __init__(self, doc: str) -> None:
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, outcome: Outcome | None, owner: type) -> Any:
        if outcome is None:
            return self
        return outcome.block(self.name)[1:]


class FirmPlaces(NamedTuple):
    """Full-time places in firms at a time, as the mean of the last 52 weeks: the one count that is told in words."""

    supply: float
    filled: float
    unfilled: float
    above_ceilings: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """One run of T weeks. Stocks: full-time persons at the end of the week; flows: full-time persons a week."""

    record: Floats  # [T + 1, G, O, N_FIELDS], row 0 the start
    firm: Floats  # [T, 4] supply, filled, unfilled, above all ceilings
    limits: NDArray[np.int64]  # [2, G]
    paths: LeverPaths
    municipality: Municipality
    scenario: Scenario | None
    closing: Outcome | None = None  # the weeks after the last, on to New Year: for the budget alone

    caseload = _Series("full-time persons [T, G, O]")
    waiting = _Series("no offer completed or begun in this spell [T, G, O]")
    in_offer = _Series("in an offer now [T, G, O]")
    after_offer = _Series("has completed an offer in this spell [T, G, O]")
    refund_class = _Series("persons by refund class, accumulated weeks 0-3, 4-25, 26-51, 52+ [T, G, O, 4]")
    duration_sum = _Series("accumulated weeks x persons, top-coded at 104 [T, G, O]")
    inflow_external = _Series("new to public support [T, G, O]")
    inflow_returners = _Series("back from a job [T, G, O]")
    inflow_transfers = _Series("from another target group [T, G, O]")
    exits = _Series("exits by destination [T, G, O, 16]")
    starts = _Series("offers begun by kind [T, G, O, 9]")
    participants = _Series("persons in an offer by kind [T, G, O, 9]")
    class_persons = _Series("persons at the START of the week by duration class [T, G, O, 7]")
    class_job = _Series("exits to a job by duration class [T, G, O, 7]")
    class_education = _Series("exits to education by duration class [T, G, O, 7]")
    class_other = _Series("all other exits by duration class [T, G, O, 7]")
    reached_13 = _Series("persons at 13 accumulated weeks: all, with an offer now or earlier [T, G, O, 2]")
    start_share = _Series(
        "weekly chance of starting an offer: newcomers, others, by an earlier deadline [T, G, O, 3]"
    )
    pool = _Series("persons who left for a job and may return [T, G, O]")

    def block(self, name: str) -> Floats:
        """Return series ``name`` with the start in row 0: [T + 1, G, O] or [T + 1, G, O, n]."""
        begin, end = FIELDS[name]
        if FIELD_SIZES[name] == 1:
            return self.record[:, :, :, begin]
        return self.record[:, :, :, begin:end]

    @property
    def initial(self) -> dict[str, Floats]:
        """Return the start state: the series of ``STOCK_SERIES`` without the time axis."""
        return {name: self.block(name)[0] for name in STOCK_SERIES}

    def at_week_start(self, name: str) -> Floats:
        """Return a stock at the start of each week: [T, G, O] or [T, G, O, n]. Raises KeyError for a flow."""
        if name not in STOCK_SERIES:
            raise KeyError(f"{name} is a flow, it has no value at the start of a week")
        return self.block(name)[:-1]

    @property
    def weeks(self) -> NDArray[np.datetime64]:
        """Return the Mondays [T], datetime64[D]."""
        return self.paths.weeks

    @property
    def firm_supply(self) -> Floats:
        """Return the lever firm_places, full-time places [T]."""
        return self.firm[:, 0]

    @property
    def firm_filled(self) -> Floats:
        """Return the places in use [T], never above the supply."""
        return self.firm[:, 1]

    @property
    def firm_unfilled(self) -> Floats:
        """Return the places that nobody uses [T]: supply less filled."""
        return self.firm[:, 2]

    @property
    def firm_above_ceilings(self) -> Floats:
        """Return the places that no group could take because all stand at their ceiling [T]."""
        return self.firm[:, 3]

    @cached_property
    def firm_places(self) -> FirmPlaces:
        """Return the places in firms in the last year."""
        return FirmPlaces(*self.firm[-WEEKS_PER_YEAR:].mean(axis=0).tolist())

    @property
    def limit_weeks(self) -> NDArray[np.int64]:
        """Return the first week in which the hazard-ratio limit bound, by group [G]; -1 for never."""
        first: NDArray[np.int64] = self.limits[0]
        return first

    @property
    def start_cap_weeks(self) -> NDArray[np.int64]:
        """Return the first week with too few people to start the offers wanted, by group [G]; -1 for never."""
        first: NDArray[np.int64] = self.limits[1]
        return first

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Return a tidy frame: week, group, origin and the caseload, states and flows of each."""
        import pandas as pd

        index = pd.MultiIndex.from_product([self.weeks, GROUPS, ORIGINS], names=["week", "group", "origin"])
        columns = {name: getattr(self, name).reshape(-1) for name, size in FIELD_SIZES.items() if size == 1}
        for i, kind in enumerate(KINDS):
            columns[f"in_{kind}"] = self.participants[..., i].reshape(-1)
        for i, exit_ in enumerate(EXITS):
            columns[f"exit_to_{exit_}"] = self.exits[..., i].reshape(-1)
        return pd.DataFrame(columns, index=index).reset_index()

    def by_period(self, period: str) -> pd.DataFrame:
        """Return means of stocks and sums of flows per ``period``: "month", "quarter" or "year" of the Monday."""
        frame = self.weekly
        freq = {"month": "M", "quarter": "Q", "year": "Y"}[period]
        frame = frame.assign(period=frame["week"].dt.to_period(freq).astype(str)).drop(columns="week")
        how = {
            c: "mean" if c in STOCK_SERIES or c.startswith("in_") else "sum"
            for c in frame.columns
            if c not in ("period", "group", "origin")
        }
        return frame.groupby(["period", "group", "origin"], sort=False).agg(how).reset_index()


def outcome_from(
    record: Floats,
    firm: Floats,
    limits: NDArray[np.int64],
    paths: LeverPaths,
    municipality: Municipality,
    scenario: Scenario | None,
) -> Outcome:
    """Wrap one run's raw arrays and make them read-only, because outcomes are shared between sessions.

    ``record`` [W + 1, S, N_FIELDS] and ``firm`` [W, 4] have the closing weeks of ``paths``, if any, at their end.
    """
    for array in (record, firm, limits):
        array.flags.writeable = False
    return view_of_run(record, firm, limits, paths, municipality, scenario)


def view_of_run(
    record: Floats,
    firm: Floats,
    limits: NDArray[np.int64],
    paths: LeverPaths,
    municipality: Municipality,
    scenario: Scenario | None,
) -> Outcome:
    """Wrap one run's raw arrays as they are: for a buffer that is used again, read at once."""
    shaped = record.reshape(record.shape[0], N_GROUPS, N_ORIGINS, record.shape[-1])
    if paths.closing is None:
        return Outcome(shaped, firm, limits, paths, municipality, scenario)
    weeks = len(paths.weeks)
    after = Outcome(shaped[weeks:], firm[weeks:], limits, paths.closing, municipality, scenario)
    # A limit that binds in the closing weeks only does not bind in the run.
    within = np.where(limits < weeks, limits, -1)
    within.flags.writeable = False
    return Outcome(shaped[: weeks + 1], firm[:weeks], within, paths, municipality, scenario, after)
