"""The absolute number behind a lever: how many persons, places or meetings its setting amounts to.

All figures are means of the last year of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, KIND_INDEX, WEEKS_PER_YEAR
from model.group_totals import group_totals
from model.outcome import Outcome

Floats = NDArray[np.float64]

_EDUCATION: Final = [KIND_INDEX["course"], KIND_INDEX["education"]]
_SICK: Final = GROUP_INDEX["sygedagpenge"]


@dataclass(frozen=True, eq=False)
class Absolute:
    """Per lever and target group the number at the end of the scenario and of the baseline; [G] or a number."""

    by_group: dict[str, tuple[Floats, Floats]]
    whole: dict[str, tuple[float, float]]

    def of(self, lever: str, group: str | None) -> tuple[float, float] | None:
        """Scenario and baseline, or None where the lever has no absolute number."""
        if group is None:
            return self.whole.get(lever)
        found = self.by_group.get(lever)
        if found is None:
            return None
        at = GROUP_INDEX[group]
        return float(found[0][at]), float(found[1][at])


def absolute(outcome: Outcome, baseline: Outcome) -> Absolute:
    """The absolute numbers of a run and of its baseline."""

    def both(count: Callable[[Outcome], Floats]) -> tuple[Floats, Floats]:
        return count(outcome), count(baseline)

    groups = {
        "activation_rate": both(lambda run: _mean(group_totals(run).series("in_offer"))),
        "meetings": both(lambda run: _mean(run.paths.meetings * group_totals(run).series("caseload"))),
        "mentor_share": both(
            lambda run: _mean(run.paths.mentor_share * group_totals(run).series("caseload"))
        ),
        "education_share": both(
            lambda run: _mean(group_totals(run).series("participants")[:, :, _EDUCATION].sum(axis=2))
        ),
    }
    whole = {
        "firm_places": both(lambda run: _mean(run.firm_filled)),
        "firm_places_unfilled": both(lambda run: _mean(run.firm_unfilled)),
        "partial_return": both(
            lambda run: _mean(run.paths.partial_return * group_totals(run).series("caseload")[:, _SICK])
        ),
    }
    return Absolute(groups, {name: (float(a), float(b)) for name, (a, b) in whole.items()})


def _mean(series: Floats) -> Floats:
    return np.asarray(series[-WEEKS_PER_YEAR:].mean(axis=0))
