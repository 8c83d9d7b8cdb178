"""Refuse what a file would replace where it cannot be so, or hardly, until the reader says that it is right.

A figure that is read a thousand times too large (a decimal point taken for thousands, a share for persons) is a figure
like any other; only what is known of the municipality tells it apart.
"""

from __future__ import annotations

from typing import Final

from model.imports.replacement_builder import ReplacementBuilder
from model.imports.replacements import Replacement
from model.language.catalogue import number
from model.language.messages import Localized, Message, Phrase

_POPULATION: Final = "population.people_16_66"
# A population that is so many times (or so small a part of) what it was is not the municipality's.
_POPULATION_FACTOR: Final = 2.0
# A caseload so many times (or so small a part of) what it was is asked about, where it was more than a few.
_CASELOAD_FACTOR: Final = 5.0
_FEW: Final = 50.0
_SHARES: Final = ("activation_rate.", "population_share.")


def leave_out_implausible(builder: ReplacementBuilder) -> None:
    """Take the replacements that cannot be right out of the builder, and note why; what follows of them goes too."""
    if builder.choices.unlikely_is_right:
        return
    reasons = {key: why for key, r in builder.replacements.items() if (why := _doubt(builder, r)) is not None}
    for key, why in reasons.items():
        replacement = builder.replacements.pop(key)
        builder.doubt(Phrase(replacement.label), why)
        # A group's origins, rates and mixes were made of the same column.
        subject = ".".join(key.split(".")[:2])
        group = key.split(".")[1] if key.startswith("stock.") else ""
        for other in list(builder.replacements):
            if other.startswith(f"{subject}.") or (group and other.startswith(f"activation_rate.{group}")):
                builder.doubt(Phrase(builder.replacements.pop(other).label), why)


def _doubt(builder: ReplacementBuilder, replacement: Replacement) -> Localized | None:
    """Return why a replacement cannot be right, None where it can."""
    key, value, before = replacement.parameter, replacement.after.value, replacement.before
    if key.startswith(_SHARES):
        outside = not 0.0 <= value <= 1.0
        return Message("import.doubt.share", value=_shown(100.0 * value, 1)) if outside else None
    if key == _POPULATION:
        return None if before is None else _factor(value, before.value, _POPULATION_FACTOR)
    if not key.startswith(("stock.", "benchmark.")):
        return None
    population = builder.replacements.get(_POPULATION)
    people = (
        builder.municipality.values[_POPULATION]
        if population is None or _doubt(builder, population) is not None
        else population.after.value
    )
    if value > people:
        return Message("import.doubt.people", value=_shown(value), people=_shown(people))
    # An assumption is no measure of what can be right.
    if before is None or before.quality != "statistic" or max(value, before.value) < _FEW:
        return None
    return _factor(value, before.value, _CASELOAD_FACTOR)


def _factor(value: float, before: float, factor: float) -> Localized | None:
    """Return why a figure that is so many times another one cannot be right, None where it is not."""
    if before <= 0 or before / factor <= value <= before * factor:
        return None
    return Message("import.doubt.factor", value=_shown(value), before=_shown(before), factor=_shown(factor))


def _shown(value: float, decimals: int = 0) -> Phrase:
    """Return a number for a message."""
    return Phrase(number, value, decimals=decimals)
