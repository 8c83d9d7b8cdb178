"""Follow a hundred new persons of a target group week by week: how many have come into a job, and by when.

A newcomer meets, in every week, what persons of the group with as many weeks on support meet in the run's last year:
the engine's own exits by duration class, over the persons who stood in the class. It is the life table of demography,
with weeks on support for age. Groups differ in more than the effort: two beside each other compare no efforts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.disclosure import Mask, are_small
from model.domain import DURATION_CLASSES, N_DURATIONS, WEEKS_PER_YEAR
from model.language.drawn_range import DrawnRange
from model.simulation.flows import suppressed_segments
from model.simulation.outcome import Outcome

Floats = NDArray[np.float64]
Kind = Literal["same", "more", "fewer", "either"]

HUNDRED: Final = 100.0
# Below this many of a hundred two figures are told as equal: what rounds to the same decimal.
EQUAL: Final = 0.05
_WAYS: Final = ("job", "education", "other")
_CLASS_OF_WEEK: Final = np.searchsorted(DURATION_CLASSES, np.arange(N_DURATIONS), side="right") - 1


@dataclass(frozen=True, eq=False)
class ExitsByDuration:
    """Persons at the start of a week and who left, by duration class, summed over a run's last year."""

    persons: Floats  # [G, O, 7]
    left: Floats  # [3, G, O, 7] for a job, education, and all else: other support too

    @property
    def chances(self) -> Floats:
        """Return the weekly chance to leave each way by accumulated week: [G, 1 + O, 3, D], all origins first.

        Zero where nobody stands.
        """
        persons = _with_all(self.persons)[:, :, None]
        left = _with_all(np.moveaxis(self.left, 0, 2))
        by_class = np.divide(left, persons, out=np.zeros_like(left), where=persons > 0.0)
        return np.asarray(by_class[..., _CLASS_OF_WEEK])


def _with_all(parts: Floats) -> Floats:
    """Put the sum over the origins before them: [G, O, ...] to [G, 1 + O, ...]."""
    return np.concatenate([parts.sum(axis=1, keepdims=True), parts], axis=1)


def exits_by_duration(outcome: Outcome) -> ExitsByDuration:
    """Sum who stood in each duration class, and who left it, over the last 52 weeks of a run."""

    def summed(name: str) -> Floats:
        return np.asarray(outcome.block(f"class_{name}")[1:][-WEEKS_PER_YEAR:].sum(axis=0))

    return ExitsByDuration(summed("persons"), np.stack([summed(way) for way in _WAYS]))


@dataclass(frozen=True, eq=False)
class Newcomers:
    """What has become of a hundred new persons at the end of each week, week 0 the start.

    Each [weeks + 1, G, 1 + O], all origins first. Who has left is not followed: some come back from a job that did not
    last.
    """

    job: Floats
    education: Floats
    other: Floats
    still: Floats


def newcomers(exits: ExitsByDuration, profiles: Floats, weeks: int) -> Newcomers:
    """Lead a hundred new persons of every group and origin through the weekly chances to leave.

    Arguments: ``profiles`` [G, D], with how many weeks newcomers of a group begin.
    """
    chances = exits.chances
    persons = HUNDRED * (profiles / profiles.sum(axis=1, keepdims=True))[:, None]
    persons = np.repeat(persons, chances.shape[1], axis=1)
    gone, still = [np.zeros(chances.shape[:3])], [persons.sum(axis=2)]
    for _ in range(weeks):
        leaving = persons[:, :, None] * chances
        persons = persons - leaving.sum(axis=2)
        persons[..., -1] += persons[..., -2]
        persons[..., 1:-1] = persons[..., :-2].copy()
        persons[..., 0] = 0.0
        gone.append(gone[-1] + leaving.sum(axis=3))
        still.append(persons.sum(axis=2))
    job, education, other = np.moveaxis(np.stack(gone), 3, 0)
    return Newcomers(job, education, other, np.stack(still))


def newcomers_of(outcome: Outcome, weeks: int) -> Newcomers:
    """Return what becomes of a hundred newcomers of every group and origin of a run."""
    return newcomers(
        exits_by_duration(outcome), np.asarray(outcome.municipality.engine.inflow_profile), weeks
    )


def shown_segments(outcome: Outcome, baseline: Outcome) -> Mask:
    """Return whose newcomers are shown: [G, 1 + O], all origins first.

    Not where the group or the origin in it is hidden, nor where nobody, or fewer than the limit, is new in the last
    year.
    """
    groups, cells = suppressed_segments(outcome, baseline)
    hidden = np.concatenate([groups[:, None], cells], axis=1)
    for run in (outcome, baseline):
        new = _with_all(run.block("inflow_external")[1:][-WEEKS_PER_YEAR:].sum(axis=0))
        hidden |= (new <= 0.0) | are_small(new)
    return np.asarray(~hidden)


@dataclass(frozen=True)
class NewcomerChange:
    """How many of a hundred newcomers come into a job, without changes and with the scenario."""

    before: float
    after: float
    range: DrawnRange | None = None  # of the difference; None: not computed (yet)

    @property
    def change(self) -> float:
        """Return how many more of a hundred."""
        return self.after - self.before

    @property
    def kind(self) -> Kind:
        """Return what may be said of the difference."""
        ends = (self.change,) if self.range is None else (self.range.low, self.change, self.range.high)
        if all(abs(end) < EQUAL for end in ends):
            return "same"
        if self.range is not None and self.range.low <= -EQUAL and self.range.high >= EQUAL:
            return "either"
        return "more" if self.change > 0 else "fewer"
