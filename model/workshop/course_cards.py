"""Find the cards of the catalogue that a course or a proposal names."""

from __future__ import annotations

from collections.abc import Iterable

from model.catalogue.files import SHIPPED, Card, Catalogue, own_folder

_ENDING = ".yaml"


def cards_named(names: Iterable[str]) -> dict[str, Card | None]:
    """Return the card of each name, in order; None for one that is not there.

    A name is a card's key (``shipped/flere-fleksjob.yaml``) or that of a shipped card alone (``flere-fleksjob``).
    """
    known = {card.key: card for card in Catalogue(own_folder()).cards()[0]}

    def found(name: str) -> Card | None:
        """Return the card of one name."""
        keys = (name, f"{SHIPPED}/{name}", f"{SHIPPED}/{name}{_ENDING}")
        return next((known[key] for key in keys if key in known), None)

    return {name: found(name) for name in names}
