"""Name the questions that tests of searches share."""

from __future__ import annotations

from functools import lru_cache

from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario
from model.seek.seek import Answer, Free, Wish, seek

BALLERUP = load_municipality("ballerup")
PLAIN = Scenario(name="Uændret", municipality="ballerup")
PLACES = Free("firm_places")


@lru_cache(maxsize=1)
def twenty() -> Answer:
    return seek(BALLERUP, PLAIN, [Wish("3", 20)], [PLACES], budget_per_year=5e6)
