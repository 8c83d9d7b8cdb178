"""Small measures and a scenario to lay them on."""

from __future__ import annotations

from typing import Any

from model.catalogue.measure import Measure
from model.catalogue.stack import Layer, Stack, layer_of_measure, stack
from model.scenario.scenario import Scenario

BASE = Scenario(name="Grundlag", municipality="ballerup", years=2)


def measure(title: str, *changes: dict[str, Any], **fields: Any) -> Measure:
    """Return a measure of some changes."""
    return Measure.model_validate(
        {"title": title, "reason": "Fordi.", "source": "Antagelse", "changes": changes, **fields}
    )


def layer(title: str, *changes: dict[str, Any], **fields: Any) -> Layer:
    """Return a measure as a layer of the base."""
    return layer_of_measure(measure(title, *changes, **fields), BASE)


def stacked(*layers: Layer) -> Stack:
    """Lay layers on the base."""
    return stack(BASE, layers)
