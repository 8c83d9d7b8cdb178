"""Test that a mix of kinds of places stays a mix when one share moves."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as some

from model.domain import FIRM_KINDS
from pages.session.rebalance_mix import rebalance_mix
from pages.session.session import baseline_scenario

shares = some.lists(some.floats(0, 100, allow_nan=False), min_size=5, max_size=5).filter(lambda s: sum(s) > 1)


@given(shares, some.sampled_from(FIRM_KINDS), some.integers(0, 100))
def test_a_mix_stays_a_mix(raw: list[float], kind: str, share: int) -> None:
    total = sum(raw)
    mix = {k: v / total * 100 for k, v in zip(FIRM_KINDS, raw, strict=True)}
    new = rebalance_mix(mix, kind, float(share), 1)
    assert new[kind] == share
    assert math.isclose(sum(new.values()), 100, abs_tol=1e-6)
    assert all(value >= 0 for value in new.values())
    base = baseline_scenario("ballerup", "da")
    base.with_change("firm_place_mix", new)
