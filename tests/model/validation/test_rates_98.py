"""Test the places of the 98 municipalities."""

from __future__ import annotations

import pytest

from model.goals.dagpenge_rates import dagpenge_rates
from model.validation.published_benchmark import ranking
from model.validation.rates_98 import benchmark_period, measured, ordered, rates_98


@pytest.mark.parametrize("figures", ["2020", "2026"])
def test_places_go_by_what_was_published(figures: str) -> None:
    rates = rates_98(figures)
    assert len({rate.id for rate in rates}) == 98
    lowest, *_, highest = ordered(rates, "dagpenge")
    assert lowest.dagpenge == min(rate.dagpenge for rate in rates)
    assert highest.dagpenge == max(rate.dagpenge for rate in rates)
    assert lowest.dagpenge_place == 1
    # Who has the same share has the same place.
    assert len({(r.dagpenge, r.dagpenge_place) for r in rates}) == len({r.dagpenge for r in rates})
    names = [name for name, _ in ranking("total", benchmark_period(figures))]
    assert [rate.name for rate in ordered(rates, "benchmark")][:5] == names[:5]


def test_newer_figures_are_of_the_labour_force_and_say_of_when() -> None:
    ballerup = next(rate for rate in rates_98("2026") if rate.name == "Ballerup")
    assert ballerup.dagpenge == dagpenge_rates("2026")["Ballerup"].per_cent
    assert "feb. 2025" in measured("2026", "Ballerup").da
    assert "2020" in measured("2020", "Ballerup").da


def test_names_are_sorted_as_in_danish() -> None:
    names = [rate.name for rate in ordered(rates_98("2026"), "name")]
    assert names.index("Aabenraa") < names.index("Albertslund")
    assert names.index("Vordingborg") < names.index("Ærø")
