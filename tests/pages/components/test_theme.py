"""Test the colours of goals."""

from __future__ import annotations

from pages.components.theme import goal_colour


def test_each_of_eight_goals_has_a_colour_of_its_own() -> None:
    assert len({goal_colour(n) for n in range(1, 9)}) == 8
