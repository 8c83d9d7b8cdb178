"""Refuse what a file would replace where it cannot be so, or hardly, until the reader says that it is right.

A figure that is read a thousand times too large (a decimal point taken for thousands, a share for persons) is a figure
like any other; only what is known of the municipality tells it apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model.disclosure import is_small
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.replacements import Replacement, caseload_of
from model.language.catalogue import number, text
from model.language.messages import Localized, Message, Phrase
from model.municipality.municipality import Municipality
from model.parameters.price_bounds import known_prices

_POPULATION: Final = "population.people_16_66"
# A population that is so many times (or so small a part of) what it was is not the municipality's.
_POPULATION_FACTOR: Final = 2.0
# A caseload so many times (or so small a part of) what it was is asked about, where it was more than a few.
_CASELOAD_FACTOR: Final = 5.0
_FEW: Final = 50.0
# An assumption may be far from what is so, but not that far.
ASSUMED_FACTOR: Final = 20.0
# A price is asked about that is so many times what was assumed, and what a benefit pays on average sooner.
_PRICE_FACTOR: Final = 5.0
_BENEFIT_FACTOR: Final = 2.0
_BENEFITS: Final = ("budget.rate.", "budget.payment_factor.")
_SHARES: Final = ("activation_rate.", "population_share.")
# Tables of parameters that are told of one group's offers together.
OFFERS: Final = ("activation_rate", "firm_use", "firm_mix", "other_mix")


def leave_out_implausible(builder: ReplacementBuilder) -> None:
    """Take the replacements that cannot be right out of the builder, and note why; what follows of them goes too."""
    if builder.choices.unlikely_is_right:
        return
    reasons = {
        key: why
        for key, r in builder.replacements.items()
        if (why := why_implausible(builder.municipality, builder.replacements, r)) is not None
    }
    for key, why in reasons.items():
        table, *rest = key.split(".")
        # What was made of the same column: a group's origins, and all that is told of its offers.
        names = OFFERS if table in OFFERS else (table,)
        same = [f"{name}.{rest[0]}" for name in names] if rest and key not in known_prices() else [key]
        if table == "stock":
            same += [f"{name}.{rest[0]}" for name in OFFERS]
        for other in list(builder.replacements):
            if other == key or any(other == name or other.startswith(f"{name}.") for name in same):
                builder.doubt(Phrase(builder.replacements.pop(other).label), why)


def why_implausible(
    municipality: Municipality, replacements: Mapping[str, Replacement], replacement: Replacement
) -> Localized | None:
    """Return why one of several replacements (by id) cannot be right, None where it can."""
    key, value, before = replacement.parameter, replacement.after.value, replacement.before
    if key.startswith(_SHARES):
        outside = not 0.0 <= value <= 1.0
        return Message("import.doubt.share", value=_shown(100.0 * value, 1)) if outside else None
    if key == _POPULATION:
        return None if before is None else _factor(value, before.value, _POPULATION_FACTOR)
    if key.startswith("firm_use."):
        caseload = caseload_of(municipality, replacements, key.split(".")[1])
        over = value > caseload
        shown = Phrase(_count, caseload)
        return Message("import.doubt.offers", value=_shown(value), people=shown) if over else None
    if key in known_prices():
        factor = _BENEFIT_FACTOR if key.startswith(_BENEFITS) else _PRICE_FACTOR
        return _price_factor(value, known_prices()[key].value, factor)
    if not key.startswith(("stock.", "benchmark.")):
        return None
    population = replacements.get(_POPULATION)
    people = (
        municipality.values[_POPULATION]
        if population is None or why_implausible(municipality, replacements, population) is not None
        else population.after.value
    )
    if value > people:
        return Message("import.doubt.people", value=_shown(value), people=_shown(people))
    if before is None or max(value, before.value) < _FEW:
        return None
    known = before.quality == "statistic"
    return _factor(value, before.value, _CASELOAD_FACTOR if known else ASSUMED_FACTOR)


def _factor(value: float, before: float, factor: float) -> Localized | None:
    """Return why a figure that is so many times another one cannot be right, None where it is not."""
    if before <= 0 or before / factor <= value <= before * factor:
        return None
    return Message(
        "import.doubt.factor", value=_shown(value), before=Phrase(_count, before), factor=_shown(factor)
    )


def _price_factor(value: float, before: float, factor: float) -> Localized | None:
    """Return why a price that is so many times the assumed one can hardly be right, None where it is not."""
    if before <= 0 or before / factor <= value <= before * factor:
        return None
    decimals = 2 if max(value, before) < _FEW else 0
    shown = {"value": _shown(value, decimals), "before": _shown(before, decimals)}
    return Message("import.doubt.factor", factor=_shown(factor), **shown)


def _count(value: float, language: str) -> str:
    """Return a count of persons as messages show it; a small one is not shown."""
    return text("disclosure.not_shown", language) if is_small(value) else number(value, language)


def _shown(value: float, decimals: int = 0) -> Phrase:
    """Return a number for a message."""
    return Phrase(number, value, decimals=decimals)
