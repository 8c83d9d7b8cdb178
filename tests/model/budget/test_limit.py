"""Test how a proposal's money is held against a limit: nothing is promised that some calculations break."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.budget.amounts import SMALL_AMOUNT, Amount
from model.budget.limit import Limit, State, limit_shown
from model.language.catalogue import LANGUAGES
from model.language.drawn_range import DrawnRange
from model.scenario.levers import LEVERS

MILLION = 1e6


def amount(central: float, low: float | None = None, high: float | None = None) -> Amount:
    """Return an amount in millions with its range."""
    drawn = None if low is None or high is None else DrawnRange(low * MILLION, high * MILLION, 200)
    return Amount(central=central * MILLION, level=1e9, years=4, range=drawn)


@pytest.mark.parametrize(
    ("of", "state"),
    [
        (amount(6), "within_main"),
        (amount(-3), "within_main"),
        (amount(10), "all_main"),
        (amount(12), "over_main"),
        (amount(6, 2, 9), "within"),
        (amount(6, 2, 10), "within"),
        (amount(6, -7, 17), "either"),
        (amount(12, 8, 17), "either_over"),
        (amount(12, 11, 17), "over"),
        (amount(10, 10, 10), "all"),
        # A run that falls outside its own range, as with few draws, is not hidden by it.
        (amount(9, 11, 17), "either"),
        (amount(12, 6, 9), "either_over"),
    ],
)
def test_a_state_holds_for_the_whole_range(of: Amount, state: State) -> None:
    assert Limit(10 * MILLION, of).state == state
    for language in LANGUAGES:
        assert Limit(10 * MILLION, of).sentence().text(language)


def test_rounding_is_neither_over_nor_below() -> None:
    hair = SMALL_AMOUNT / MILLION / 2
    assert Limit(10 * MILLION, amount(10 + hair)).state == "all_main"
    assert Limit(0.0, amount(hair, -hair, hair)).state == "within"
    assert Limit(0.0, amount(1, 0.5, 2)).state == "over"


def test_an_unpriced_lever_leaves_it_open() -> None:
    lever = next(lever.id for lever in LEVERS if lever.unpriced is not None)
    open_ = Limit(10 * MILLION, replace(amount(2, 1, 3), unpriced=(lever,)))
    assert open_.state == "unpriced"
    assert "kan det ikke siges" in open_.sentence().text("da")


def test_the_bar_goes_from_nothing_to_beyond_the_limit() -> None:
    limit = Limit(10 * MILLION, amount(6, 2, 9))
    at = [limit.at(million * MILLION) for million in (-5, 0, 5, 10, 12.5, 40)]
    assert at == [0.0, 0.0, 0.4, 0.8, 1.0, 1.0]
    assert Limit(0.0, amount(0)).at(0.0) == 0.0
    assert limit_shown(10 * MILLION, "da").split() == ["10", "mio.", "kr."]
    assert limit_shown(2.5 * MILLION, "da").split() == ["2,5", "mio.", "kr."]
