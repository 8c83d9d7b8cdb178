"""Proposals of cards: what a step offers, what a party's cards come to in their order, and what all parties share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from model.catalogue.effects import MOST_LAYERS
from model.catalogue.files import OWN, SHIPPED, Card, Catalogue, own_folder
from model.catalogue.of_scenario import with_cards
from model.catalogue.stack import Stack, layer_of_measure, stack
from model.scenario.scenario import Scenario


@dataclass(frozen=True)
class Package:
    """A party's cards in their order, laid on top of each other."""

    cards: tuple[Card, ...]
    gone: tuple[
        str, ...
    ]  # names of cards that are no longer in the catalogue, or do not fit: they count for nothing
    stack: Stack

    @property
    def scenario(self) -> Scenario:
        """Return it as a scenario that names its cards."""
        return with_cards(self.stack)


def card_key(name: str, known: Iterable[str]) -> str | None:
    """Return the key of a card that a course names by its key or its file's stem; None where there is none.

    A stem is that of a card that ships, where one does: what a server adds changes no shipped course.
    """
    keys = set(known)
    stem = name.removesuffix(".yaml")
    wanted = (name, *(f"{folder}/{stem}.yaml" for folder in (SHIPPED, OWN)))
    return next((key for key in wanted if key in keys), None)


def catalogue_cards(municipality: str) -> dict[str, Card]:
    """Return the cards that there are now and that fit a municipality, by their keys."""
    cards, _ = Catalogue(own_folder()).cards()
    return {card.key: card for card in cards if card.measure.fits(municipality)}


def offered(names: Sequence[str], known: Mapping[str, Card]) -> tuple[tuple[Card, ...], tuple[str, ...]]:
    """Return the cards that a step offers, in its order, and the names of those that are not there."""
    keys = [(name, card_key(name, known)) for name in names]
    found = tuple(known[key] for key in dict.fromkeys(key for _, key in keys) if key is not None)
    return found, tuple(plain_name(name) for name, key in keys if key is None)


def package(base: Scenario, keys: Sequence[str], known: Mapping[str, Card]) -> Package:
    """Lay a party's cards on the base, in their order; what is no longer there is left out and named."""
    found = {name: card_key(name, known) for name in keys}
    cards = [known[key] for key in dict.fromkeys(found.values()) if key is not None]
    gone = [plain_name(name) for name, key in found.items() if key is None]
    laid = cards[:MOST_LAYERS]
    layers = [layer_of_measure(card.measure, base, card.key) for card in laid]
    gone += [card.measure.title for card in cards[MOST_LAYERS:]]
    return Package(tuple(laid), tuple(gone), stack(base, layers, base.name))


def shared_keys(packages: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the keys of the cards that all have, in the order of the first; an empty package shares nothing."""
    if not packages:
        return ()
    first, *others = packages
    return tuple(key for key in first if all(key in other for other in others))


def toggled(keys: Sequence[str], key: str, *, on: bool) -> tuple[str, ...]:
    """Return the keys with one laid last, or taken off."""
    left = tuple(one for one in keys if one != key)
    if not on:
        return left
    return tuple(keys) if key in keys else (*left, key)


def moved(keys: Sequence[str], key: str, by: int) -> tuple[str, ...]:
    """Return the keys with one moved up or down; at the end it stays."""
    out = list(keys)
    at = out.index(key) if key in out else -1
    if at < 0 or not 0 <= at + by < len(out):
        return tuple(keys)
    out[at], out[at + by] = out[at + by], out[at]
    return tuple(out)


def plain_name(key: str) -> str:
    """Return what a card's file is called, for one whose title nobody knows any more."""
    return PurePosixPath(key).stem
