"""Find the cards that a scenario was laid of: as long as they give its changes, they say what it is and costs."""

from __future__ import annotations

from collections.abc import Iterable

from model.catalogue.files import Card, Catalogue
from model.catalogue.stack import Stack, layer_of_measure, stack
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, without_changes


def with_cards(made: Stack) -> Scenario:
    """Return a stack of cards as a scenario that names them, in their order."""
    return made.scenario.copy_with(cards=tuple(layer.key for layer in made.layers))


def stack_of(scenario: Scenario, catalogue: Catalogue) -> Stack | None:
    """Return the stack of the cards that a scenario names; None where they no longer give its changes.

    A card may have been changed or deleted, and a slider moved, since: then the scenario's own changes are the truth.
    """
    return stack_of_cards(scenario, catalogue.cards()[0]) if scenario.cards else None


def stack_of_cards(scenario: Scenario, cards: Iterable[Card]) -> Stack | None:
    """Return the stack of the cards that a scenario names, of those that there are; None as ``stack_of``."""
    if not scenario.cards:
        return None
    known = {card.key: card.measure for card in cards}
    if not all(key in known for key in scenario.cards):
        return None
    base = without_changes(scenario)
    made = stack(base, [layer_of_measure(known[key], base, key) for key in scenario.cards])
    if sorted(map(_what, made.scenario.changes)) != sorted(map(_what, scenario.changes)):
        return None
    return made


def _what(change: Change) -> str:
    """Return all of a change but its reason, which may have been written since."""
    return repr((change.target, change.to, change.from_, change.phase_in_weeks))
