"""The levers week by week, in engine units (shares, not per cent)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.domain import N_GROUPS
from model.engine.levers import PATH_LEVERS

Floats = NDArray[np.float64]


def _with_levers(cls: type) -> type:
    """Declare a field for each lever of levers.yaml, after those that the class has."""
    cls.__annotations__ = cls.__annotations__ | {lever.id: "Floats" for lever in PATH_LEVERS}
    return cls


if TYPE_CHECKING:

    class _Levers:
        """Each lever is an attribute; which there are stands in levers.yaml."""

        def __getattr__(self, lever: str) -> Floats: ...

else:
    _Levers = object


@dataclass(frozen=True, eq=False)
@_with_levers
class LeverPaths(_Levers):
    """One value per week t = 0..T-1, all arrays read-only: the calendar, the economy, and each lever by its id.

    A lever of a target group is [T, G] with G = 13, one of the municipality [T], the mix of additional firm places
    [T, 5] in shares; in engine units, as ``per_engine_unit`` in levers.yaml says.
    """

    weeks: NDArray[np.datetime64]  # [T] Mondays, datetime64[D]
    week_of_year: NDArray[np.int64]  # [T] 0..52
    economy_inflow: Floats  # [T] index, 1 = unchanged
    economy_job: Floats  # [T] index
    # [T, G] share of those who would enter a target group that the rules let in: 1 open, 0 closed.
    entry: Floats = field(default_factory=lambda: np.empty((0, N_GROUPS)), kw_only=True)  # empty: all open
    # [T, G] what the inflow from outside is multiplied by and job finding divided by, so that the baseline follows a
    # projection; empty: 1.
    projection: Floats = field(default_factory=lambda: np.empty((0, N_GROUPS)), kw_only=True)
    # [T] what a projection moves dagpenge by, 1 as the figures; None where the baseline stands still. Moves no run.
    projected_dagpenge: Floats | None = field(default=None, kw_only=True)
    # Further weeks that the run goes on to the turn of the year, so that its last budget year can be priced whole.
    closing: LeverPaths | None = field(default=None, kw_only=True)
    # Weeks before these, from the starting figures to the start: run like the others, and not part of the result.
    run_in: LeverPaths | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("entry", "projection"):
            if len(getattr(self, name)) != len(self.weeks):
                object.__setattr__(self, name, np.ones((len(self.weeks), N_GROUPS)))
        for name in _series_names():
            dtype: Any = {"weeks": "datetime64[D]", "week_of_year": np.int64}.get(name, np.float64)
            value = np.array(getattr(self, name), dtype=dtype, order="C")
            value.flags.writeable = False
            object.__setattr__(self, name, value)

    def series(self) -> dict[str, NDArray[Any]]:
        """Return every series by its name: the calendar, the economy and the levers."""
        return {name: getattr(self, name) for name in _series_names()}

    @property
    def weeks_to_run(self) -> int:
        """Return the number of weeks that the engine runs: those before the start, T and the closing ones."""
        return self.weeks_before + len(self.weeks) + (0 if self.closing is None else len(self.closing.weeks))

    @property
    def weeks_before(self) -> int:
        """Return the number of weeks that the engine runs before the start."""
        return 0 if self.run_in is None else len(self.run_in.weeks)

    @property
    def changes_rules(self) -> bool:
        """Return whether a target group is closed in any week that the engine runs."""
        return bool((self.to_run("entry") < 1.0).any())

    def to_run(self, name: str) -> NDArray[Any]:
        """Return a series over all weeks that the engine runs: [weeks_to_run, ...]."""
        parts = [getattr(part, name) for part in (self.run_in, self, self.closing) if part is not None]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def with_levers(self, **levers: Any) -> LeverPaths:
        """Return the same with some levers or an index of the economy replaced; closing weeks take the last value."""
        closing = self.closing
        if closing is not None:
            last = {name: np.asarray(series)[-1] for name, series in levers.items()}
            closing = closing.with_levers(
                **{name: np.broadcast_to(x, getattr(closing, name).shape) for name, x in last.items()}
            )
        return dataclasses.replace(self, **levers, closing=closing)


@lru_cache(maxsize=1)
def _series_names() -> tuple[str, ...]:
    """Name the fields that are series by week."""
    others = ("closing", "run_in", "projected_dagpenge")
    return tuple(one.name for one in dataclasses.fields(LeverPaths) if one.name not in others)


def week_of_year(weeks: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the season index 0..52 of each Monday: whole weeks since 1 January of its year."""
    days = weeks.astype("datetime64[D]")
    new_year = days.astype("datetime64[Y]").astype("datetime64[D]")
    index: NDArray[np.int64] = (days - new_year).astype(np.int64) // 7
    return index
