"""Name the municipality, scenarios and draws that tests of uncertainty share."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from model.municipality.municipality import Municipality, load_municipality
from model.scenario.files import load_scenario
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.draws import Draws, calibrate_draws
from tests.folders import ROOT

DOUBLE = str(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")

OVER_52 = "forsikrede_ledige.over_52_weeks"

COUNT = 4
SEED = 1
GUIDANCE_PRICE = "budget.price.guidance_week"


@lru_cache(maxsize=1)
def double() -> Scenario:
    return load_scenario(DOUBLE)


@lru_cache(maxsize=1)
def ballerup() -> Municipality:
    return municipality_of(double())


def of_one(parameter: str, *values: float) -> Draws:
    """Draws in which one number varies and all others are central."""
    return calibrate_draws(ballerup(), (parameter,), np.array(values)[:, None])


@lru_cache(maxsize=1)
def near_the_limit() -> Municipality:
    """Exits in the first weeks so large that some draws leave no room for the largest effect."""
    return load_municipality("ballerup", overrides={"exit.dagpenge.job.w0_4": 0.35})


FAMILIES = ("displacement", "economy", "prices_other", "during_guidance")
