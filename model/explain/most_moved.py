"""Which indicator moved most, relative to its target or baseline."""

from __future__ import annotations

from collections.abc import Callable

from model.goals.results import MONEY, PROCESS, GoalResult, IndicatorResult


def most_moved(
    goals: tuple[GoalResult, ...], is_meant: Callable[[IndicatorResult], bool] = lambda indicator: True
) -> tuple[GoalResult, IndicatorResult] | None:
    """Return the indicator that moved most relative to its distance from the target, or to its baseline.

    Results go before what is merely done more of, and the latter counts only where it ``is_meant``: moved by a
    lever of its own. Money is told by a sentence of its own. None where nothing moved.
    """
    moved = [
        (g, i)
        for g in goals
        for i in g.indicators
        if i.moved and i.direction != "watch" and i.metric not in MONEY and not _only_group_size_moved(i)
    ]
    results = [pair for pair in moved if pair[1].metric not in PROCESS]
    done = [pair for pair in moved if pair[1].metric in PROCESS and is_meant(pair[1])]
    return max(results or done, key=lambda pair: _relative(pair[1]), default=None)


def _only_group_size_moved(indicator: IndicatorResult) -> bool:
    """Return whether a share rises while fewer are behind it, or falls while more are: only its group changed."""
    if indicator.count_scenario is None or indicator.count_baseline is None:
        return False
    return (indicator.count_scenario - indicator.count_baseline) * indicator.change <= 0


def _relative(indicator: IndicatorResult) -> tuple[float, bool, float]:
    """Return how far an indicator moved, for sorting; from a doubling on, one with a target goes first.

    A small start doubles soon, so the size of the movement decides only among equals.
    """
    whole = abs(indicator.value_baseline)
    if indicator.target is not None:
        whole = abs(indicator.target - indicator.value_baseline)
    # A distance below what counts as movement would make any step look large.
    moved = abs(indicator.change) / max(whole, 10 * indicator.smallest_movement)
    return min(moved, 1.0), indicator.target is not None, moved
