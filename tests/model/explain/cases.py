"""Name the plans that tests of explanations share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from model.domain import GROUP_INDEX
from model.explain.attribution import attribute
from model.explain.contributions import Attribution
from model.language.messages import Localized
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.levers import OFFER_GROUPS
from model.scenario.scenario import Scenario

AP = "kontanthjaelp_aktivitetsparat"
BALLERUP = load_municipality("ballerup")
Move = tuple[Any, ...]


def plan(*changes: Move, years: int = 2) -> Scenario:
    """A scenario of few years: (lever, value) or (lever, value, group)."""
    found = Scenario(name="prøve", municipality="ballerup", years=years)
    for change in changes:
        found = found.with_change(*change)
    return found


SIX = plan(
    ("firm_places", 350),
    ("activation_rate", 45, AP),
    ("meetings", 4, "dagpenge"),
    ("newcomer_priority", 20, "dagpenge"),
    ("mentor_share", 40, "uddannelseshjaelp_aktivitetsparat"),
    ("partial_return", 25),
)


@lru_cache(maxsize=4)
def explained(scenario: Scenario) -> Attribution:
    return attribute(BALLERUP, scenario)


def near(one: float, two: float) -> bool:
    """To 1e-9, of the size for amounts."""
    return abs(one - two) <= 1e-9 * max(1.0, abs(one), abs(two))


def with_ceilings_at_todays_use() -> Municipality:
    """Every target group stands at its ceiling: nobody can take a place more."""
    engine = BALLERUP.engine
    wanted = engine.use_factor * engine.stock
    room = (engine.stock * wanted.sum(axis=1, keepdims=True) / wanted).min(axis=1)
    share = engine.firm_use / room
    overrides = {f"firm_ceiling.{group}": float(share[GROUP_INDEX[group]]) + 1e-6 for group in OFFER_GROUPS}
    return load_municipality("ballerup", overrides=overrides)


def in_words(sentences: Iterable[Localized], language: str) -> list[str]:
    """Return sentences in a language."""
    return [sentence.text(language) for sentence in sentences]
