"""Test what is told of where a municipality is heading."""

from __future__ import annotations

import numpy as np
import pytest

from model.forecast import outlook as module
from model.forecast.outlook import DRAWN_MONTHS, outlook
from model.forecast.predictive import predict


def test_the_sentence_tells_the_last_month_the_forecast_and_its_range() -> None:
    one = outlook("ballerup", "dagpenge")
    assert one is not None
    told, low, high = predict("ballerup", "dagpenge"), *predict("ballerup", "dagpenge").band(0.8)
    assert one.sentence().text("da") == (
        f"Dagpenge: 702 fuldtidspersoner i jan. 2026. Prognosen venter {told.central[-1]:.0f} i jan. 2027, "
        f"8 af 10 gange mellem {low[-1]:.0f} og {high[-1]:.0f}."
    )
    assert len(one.months) == DRAWN_MONTHS
    assert one.published[-1] == 702


def test_figures_that_are_too_small_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "are_small", lambda values: np.asarray(values) < 1000)
    outlook.cache_clear()
    try:
        assert outlook("ballerup", "dagpenge") is None
    finally:
        outlook.cache_clear()


def test_a_single_small_month_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "are_small", lambda values: np.asarray(values) < 500)
    outlook.cache_clear()
    try:
        one = outlook("ballerup", "dagpenge")
        assert one is not None
        assert np.isnan(one.published).any()
    finally:
        outlook.cache_clear()
