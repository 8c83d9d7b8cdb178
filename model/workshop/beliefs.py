"""Run the proposals as each table believes, and say what stays best whatever one believes, and what depends on it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.municipality.goal_specs import Direction
from model.municipality.municipality import Municipality
from model.parameters.assumption_sets import assumption_sets
from model.parameters.ids import UnknownParameter
from model.parameters.sourced_value import Parameter
from model.scenario.scenario import Scenario
from model.uncertainty.comparison import Verdict, by_view
from model.uncertainty.draws import Progress
from model.workshop.answers import Belief

# Views of the named sets are told apart from those of tables, whose ids begin with a letter.
SET_PREFIX = "set:"


def parameters_of(municipality: Municipality, ids: Sequence[str]) -> tuple[Parameter, ...]:
    """Return the assumptions that a step asks about, in its order. Raises UnknownParameter."""
    known = {parameter.id: parameter for parameter in municipality.register if parameter.uncertain}
    for one in ids:
        if one not in known:
            raise UnknownParameter(one, known)
    return tuple(known[one] for one in ids)


def as_believed(scenario: Scenario, beliefs: Sequence[Belief]) -> Scenario:
    """Return a proposal with what a table holds likely in place of the model's numbers."""
    for belief in beliefs:
        scenario = scenario.with_assumption(belief.parameter, belief.likely)
    return scenario


@dataclass(frozen=True)
class Robustness:
    """Which proposal is best on one figure, by view; None where the best two read the same."""

    key: str
    best: Mapping[str, int | None]

    @property
    def always(self) -> int | None:
        """Return the proposal that is best in every view; None where there is none."""
        found = set(self.best.values())
        return found.pop() if len(found) == 1 else None

    @property
    def never_told(self) -> bool:
        """Return whether no view tells the proposals apart."""
        return set(self.best.values()) == {None}


def robustness(
    proposals: Sequence[Scenario],
    beliefs: Mapping[str, Sequence[Belief]],
    indicators: Mapping[str, Direction],
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> tuple[Mapping[str, Mapping[str, Verdict]], tuple[Robustness, ...]]:
    """Compare the proposals as each table believes and under each named set of assumptions.

    Arguments: the proposals, the beliefs by table, and the indicators with their directions. Returns the verdicts by
    view (a table's id, or ``set:NAME``) and figure, and for each figure what is best in which view.
    """
    views = {
        table: [as_believed(proposal, own) for proposal in proposals] for table, own in beliefs.items() if own
    }
    views |= {
        f"{SET_PREFIX}{name}": [proposal.copy_with(assumption_set=name) for proposal in proposals]
        for name in assumption_sets()
    }
    verdicts = by_view(views, indicators, cancel=cancel, progress=progress)
    keys = next(iter(verdicts.values())).keys()
    found = tuple(Robustness(key, {view: own[key].best for view, own in verdicts.items()}) for key in keys)
    return verdicts, found
