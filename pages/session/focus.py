"""Which goal and measuring point the chart shows: what the visitor picked, else what the scenario moves most."""

from __future__ import annotations

from model.goals.results import GoalResult, IndicatorResult
from pages.session.results import ScenarioResults
from pages.session.session import Session


def focus(session: Session, results: ScenarioResults) -> tuple[GoalResult, IndicatorResult]:
    """Return goal and measuring point in focus.

    Until the visitor picks one it is what the sentence names. While a lever is moved it stays the one that the
    gesture moved first, so that the chart does not jump from one goal to another under the hand.
    """
    if session.goal is not None or session.indicator is not None:
        return results.goal(session.goal), results.indicator(session.goal, session.indicator)
    step, known = session.history.current, session.followed
    if known is None or known[0] is not step:
        most = results.explanation.moved
        if most is not None:
            known = session.followed = (step, *most)
    # Where nothing moves (any more), the chart goes on to show what it showed.
    goal, indicator = (None, None) if known is None else known[1:]
    return results.goal(goal), results.indicator(goal, indicator)


def pick(session: Session, goal: str | None, indicator: str | None) -> None:
    """Look at a goal, or at one of its measuring points, from now on; None keeps what is looked at."""
    if goal is None and session.goal is None and session.followed is not None:
        goal = session.followed[1]
    session.goal, session.indicator = goal or session.goal, indicator
