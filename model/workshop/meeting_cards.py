"""Keep a meeting's cards as they were when it began, or when they were first proposed, whatever becomes of them since.

A card that is deleted from the catalogue or changed in it during a meeting must not change what a party has proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from model.catalogue.files import OWN, SHIPPED, Card, Catalogue
from model.catalogue.measure import to_dict
from model.workshop.cards import card_key, catalogue_cards
from model.workshop.yaml_files import write

CARDS: Final = "cards"


def cards_in(folder: Path, municipality: str) -> dict[str, Card]:
    """Return the cards of a meeting's folder by their keys, and those of the catalogue that it has none of."""
    kept, _ = Catalogue(folder / CARDS / OWN, folder / CARDS / SHIPPED).cards()
    return {**catalogue_cards(municipality), **{card.key: card for card in kept}}


def keep_cards(folder: Path, names: Iterable[str], known: Mapping[str, Card]) -> None:
    """Copy cards into a meeting's folder, where they are not there yet. Raises FileProblem."""
    for name in names:
        key = card_key(name, known)
        if key is None or (path := folder / CARDS / key).exists():
            continue
        write(path, to_dict(known[key].measure))
