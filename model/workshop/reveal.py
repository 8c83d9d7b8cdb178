"""What is guessed on and what is shown of it: the axis of a guess, the spread of guesses, and the run beside it.

The axis comes of what everybody may know (published figures, the first year without changes, the target), never of the
run that is guessed at, so that it gives nothing away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.goals.results import IndicatorResult, without_small
from model.scenario.scenario import Scenario
from model.workshop.answers import Answer, Guess
from model.workshop.course import AGAIN, CourseStep
from model.workshop.meeting import Meeting

Floats = NDArray[np.float64]

WEEKS: Final = 52  # of the run that are shown before anything is guessed
# Above the highest known value there is room for at least this part of it.
_ROOM: Final = 0.75
# A typed guess may lie so many heights of the axis outside it; what is further off is a slip of the keys.
_BEYOND: Final = 2.0
_MARKS: Final = 5  # on the axis, about
_STEPS: Final = 150  # of a handle over the whole axis, at most
_NICE: Final = (1.0, 2.0, 5.0, 10.0)
_SIGNED: Final = frozenset(("points", "dkk", "mio_dkk"))
_HIGHEST: Final = {"percent": 100.0}
_LOWEST: Final = {"rank": 1.0}


@dataclass(frozen=True)
class GuessAxis:
    """The axis of a guess in the indicator's unit: its ends, its marks, a handle's step, and what may be typed."""

    low: float
    high: float
    marks: tuple[float, ...]
    step: float
    least: float
    most: float

    def holds(self, guess: Guess) -> bool:
        """Return whether a guess can be one."""
        return self.least <= guess.low and guess.high <= self.most


@dataclass(frozen=True)
class Spot:
    """One guess as the room sees it: without a name. ``own``: of the table that looks."""

    low: float
    high: float
    late: bool = False
    own: bool = False


def known_weeks(indicator: IndicatorResult, scenario: Scenario) -> int:
    """Return how many weeks of the run without changes are shown: up to the first change, and at least a year."""
    days = indicator.weeks.astype("datetime64[D]")
    begins = min((change.from_ for change in scenario.changes), default=scenario.start)
    before = int(np.searchsorted(days, np.datetime64(begins)))
    return min(max(before, WEEKS), len(days))


def guess_axis(indicator: IndicatorResult, past: Sequence[float], weeks: int) -> GuessAxis:
    """Return the axis for an indicator, from what was published (``past``), some weeks without changes, and target."""
    target = [] if indicator.target is None else [indicator.target]
    known = np.concatenate([without_small(indicator.baseline[:weeks], indicator.unit), past, target])
    known = known[np.isfinite(known)]
    first, last = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    signed = first < 0 or indicator.unit in _SIGNED or indicator.metric.endswith("_gap")
    room = max(last - first, _ROOM * max(abs(first), abs(last)), 10.0**-indicator.decimals)
    floor, ceiling = _LOWEST.get(indicator.unit, 0.0), _HIGHEST.get(indicator.unit, math.inf)
    apart = _nice((last + room - (first - room if signed else floor)) / _MARKS)
    low = math.floor((first - room) / apart) * apart if signed else floor
    high = min(math.ceil((last + room) / apart) * apart, math.inf if signed else ceiling)
    beyond = _BEYOND * (high - low)
    return GuessAxis(
        low=low,
        high=high,
        marks=tuple(
            mark for i in range(math.floor(low / apart), 99) if low <= (mark := round(i * apart, 9)) <= high
        ),
        step=max(_nice((high - low) / _STEPS), 10.0**-indicator.decimals),
        least=low - beyond if signed else floor,
        most=high + beyond if signed else min(high + beyond, ceiling),
    )


def _nice(raw: float) -> float:
    """Return the round step that is at least as wide."""
    ten = 10.0 ** math.floor(math.log10(raw))
    return next(step * ten for step in _NICE if step * ten >= raw * (1 - 1e-9))


def may_guess(meeting: Meeting, step: CourseStep, answer: Answer | None) -> bool:
    """Return whether a table may guess or change its guess: until it is closed; late, but not after the reveal."""
    if not meeting.is_closed(step) or answer is None:
        return True
    return answer.late and not meeting.is_shown(step)


def rounds(meeting: Meeting, step: CourseStep) -> tuple[str, ...]:
    """Return the rounds of a step that have been asked, in order."""
    return (step.id, step.id + AGAIN) if step.id in meeting.progress.again else (step.id,)


def spread(answers: Mapping[str, Answer], own: str = "") -> tuple[Spot, ...]:
    """Return the guesses from the lowest to the highest; the order tells nobody's name."""
    spots = [
        Spot(answer.guess.low, answer.guess.high, answer.late, table == own)
        for table, answer in answers.items()
        if answer.guess is not None
    ]
    return tuple(sorted(spots, key=lambda spot: (spot.low + spot.high, spot.high, spot.late)))


def widened(axis: GuessAxis, values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the axis with room for all values; used only once they may be seen."""
    known = [value for value in values if math.isfinite(value)]
    return min([axis.low, *known]), max([axis.high, *known])
