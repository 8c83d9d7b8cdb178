"""Test that the opening's sentences say what the data say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from model.language.catalogue import number, percent
from model.municipality.caseload_basis import caseload_basis
from model.municipality.municipality import load_municipality
from model.validation.backtest_municipal import MunicipalBacktest, shipped_backtest
from model.workshop.opening import assumed_sentence, backtest_sentence, sources_sentence

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(scope="module")
def backtest() -> MunicipalBacktest:
    return shipped_backtest()


@pytest.mark.parametrize("town", ["ballerup", "laesoe"])
def test_the_back_test_is_told_as_it_went(town: str, backtest: MunicipalBacktest) -> None:
    municipality = load_municipality(town, figures="2026", rules="dated")
    said = backtest_sentence(municipality, backtest).text("da")
    actual, told, same = (
        values[-1, :, 0]
        for values in (backtest.actual, backtest.forecasts["unchanged"], backtest.forecasts["naive_last"])
    )
    for forecast in (told, same):
        missed = 100 * np.abs(forecast - actual).sum() / actual.sum()
        assert percent(missed / 100, "da") in said
    i = backtest.names.index(municipality.name)
    own = f"ramte den {number(abs(told[i] - actual[i]), 'da')} fuldtidsperson"
    assert (own in said) == (min(actual[i], told[i], same[i]) >= 5)
    assert " 1 fuldtidspersoner" not in said


def test_assumptions_are_counted_in_the_register() -> None:
    municipality = load_municipality("ballerup", figures="2026", rules="dated")
    counts = Counter(parameter.value.quality for parameter in municipality.register)
    said = assumed_sentence(municipality).text("da")
    assert number(counts["assumption"], "da") in said
    assert number(len(list(municipality.register)), "da") in said


def test_the_figures_date_and_what_is_known_are_told() -> None:
    municipality = load_municipality("ballerup", figures="2026", rules="dated")
    basis = caseload_basis(municipality)
    said = sources_sentence(municipality, basis).text("da")
    assert number(basis.persons, "da") in said
    assert "januar 2026" in said
