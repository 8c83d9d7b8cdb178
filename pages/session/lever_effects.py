"""Compute the absolute number behind a lever: the persons, places or meetings that its setting amounts to.

All figures are means of the last year of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, KIND_INDEX, WEEKS_PER_YEAR
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

_EDUCATION: Final = slice(KIND_INDEX["course"], KIND_INDEX["education"] + 1)
_SICK: Final = GROUP_INDEX["sygedagpenge"]


@dataclass(frozen=True, eq=False)
class _Counts:
    """The numbers of one run."""

    by_group: dict[str, Floats]
    whole: dict[str, float]


@dataclass(frozen=True, eq=False)
class LeverEffects:
    """Per lever and target group the number at the end of the scenario and of the baseline; [G] or a number."""

    by_group: dict[str, tuple[Floats, Floats]]
    whole: dict[str, tuple[float, float]]

    def of(self, lever: str, group: str | None) -> tuple[float, float] | None:
        """Return the scenario's and the baseline's, or None where the lever has no absolute number."""
        if group is None:
            return self.whole.get(lever)
        series = self.by_group.get(lever)
        if series is None:
            return None
        at = GROUP_INDEX[group]
        return float(series[0][at]), float(series[1][at])


# A baseline's numbers are asked for on every move of a slider: kept as long as the baseline is.
_baselines: WeakKeyDictionary[Outcome, _Counts] = WeakKeyDictionary()


def lever_effects(outcome: Outcome, baseline: Outcome) -> LeverEffects:
    """Return the absolute numbers of a run and of its baseline."""
    before = _baselines.get(baseline)
    if before is None:
        before = _baselines[baseline] = _counts(baseline)
    after = before if outcome is baseline else _counts(outcome)
    return LeverEffects(
        {lever: (after.by_group[lever], before.by_group[lever]) for lever in after.by_group},
        {lever: (after.whole[lever], before.whole[lever]) for lever in after.whole},
    )


def _counts(run: Outcome) -> _Counts:
    totals, paths = totals_by_group(run), run.paths
    caseload = totals.series("caseload")[-WEEKS_PER_YEAR:]
    return _Counts(
        by_group={
            "activation_rate": _mean(totals.series("in_offer")),
            "meetings": _mean(paths.meetings[-WEEKS_PER_YEAR:] * caseload),
            "mentor_share": _mean(paths.mentor_share[-WEEKS_PER_YEAR:] * caseload),
            "education_share": _mean(totals.series("participants")[:, :, _EDUCATION]).sum(axis=1),
        },
        whole={
            "firm_places": run.firm_places.filled,
            "firm_places_unfilled": run.firm_places.unfilled,
            "partial_return": float(_mean(paths.partial_return[-WEEKS_PER_YEAR:] * caseload[:, _SICK])),
        },
    )


def _mean(series: Floats) -> Floats:
    return np.asarray(series[-WEEKS_PER_YEAR:].mean(axis=0))
