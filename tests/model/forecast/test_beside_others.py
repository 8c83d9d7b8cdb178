"""Test how far months are from a level moved as the others moved: by hand, and on the real months."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from model.forecast.beside_others import errors_beside_others, spread_beside_others
from model.forecast.panel import Panel, panel
from model.forecast.tried import FIRST_START
from model.municipality.history import BENEFITS, Benefit


def made_up(persons: np.ndarray) -> Panel:
    months = FIRST_START - 11 + np.arange(len(persons))
    return Panel(("a", "b", "c"), months, persons, months.copy(), persons.sum(axis=1))


def test_who_moves_as_the_others_has_no_error_and_who_does_not_has_it() -> None:
    persons = np.tile([100.0, 200.0, 300.0], (30, 1))
    persons[12:] *= 1.5  # all alike
    errors, levels = errors_beside_others(made_up(persons.copy()), 12)
    assert levels[0].tolist() == [100.0, 200.0, 300.0]
    assert errors[0] == pytest.approx(np.zeros((12, 3)))
    persons[12:, 0] = 100.0  # one alone stands still
    errors, _ = errors_beside_others(made_up(persons), 12)
    assert errors[0, :, 0] == pytest.approx(np.full(12, -np.log(1.5)))
    assert np.isnan(errors[-1, 1:]).all()  # has not come yet
    assert np.isfinite(errors[-1, 0]).all()


@pytest.mark.parametrize("benefit", BENEFITS)
@pytest.mark.parametrize("base", [12, 7])
def test_eight_of_ten_months_are_within_the_range(benefit: Benefit, base: int) -> None:
    errors, levels = errors_beside_others(panel(benefit), base)
    spread, z = spread_beside_others(benefit, base), NormalDist().inv_cdf(0.9)
    limits = np.stack([z * spread.local(level) for level in levels])
    inside = np.where(np.isfinite(errors), np.abs(errors) <= limits, np.nan)
    share = np.nanmean(inside, axis=(0, 2))
    assert ((share >= 0.75) & (share <= 0.85)).all()


def test_what_all_share_is_known_and_small_municipalities_move_more() -> None:
    spread = spread_beside_others("dagpenge")
    assert not spread.common.any()
    small, large = spread.ahead(24).local(np.array([100.0, 5000.0])).T
    assert (small > large).all()
    assert small[23] == pytest.approx(small[11] * np.sqrt(2.0))


@pytest.mark.parametrize("base", [0, 13])
def test_a_level_is_the_mean_of_at_most_a_year(base: int) -> None:
    with pytest.raises(ValueError, match="months"):
        spread_beside_others("dagpenge", base)
