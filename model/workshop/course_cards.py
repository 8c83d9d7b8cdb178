"""Find the cards of the catalogue that a course or a proposal names."""

from __future__ import annotations

from collections.abc import Iterable

from model.catalogue.files import Card, Catalogue, own_folder
from model.workshop.cards import card_key


def cards_named(names: Iterable[str]) -> dict[str, Card | None]:
    """Return the card of each name, in order; None for one that is not there.

    A name is a card's key (``shipped/flere-fleksjob.yaml``) or its file's stem (``flere-fleksjob``).
    """
    known = {card.key: card for card in Catalogue(own_folder()).cards()[0]}

    keys = {name: card_key(name, known) for name in names}
    return {name: None if key is None else known[key] for name, key in keys.items()}
