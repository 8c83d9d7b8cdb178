"""Say in five sentences why a room should believe the model, and how far: from its own data, not from a leaflet."""

from __future__ import annotations

from collections import Counter

from model.disclosure import is_small
from model.goals.benchmark import period_label
from model.language.catalogue import number, percent, text
from model.language.messages import Localized, Message, Phrase
from model.municipality.caseload_basis import CaseloadBasis
from model.municipality.municipality import Municipality
from model.municipality.vintages import vintage
from model.validation.backtest_municipal import MunicipalBacktest
from model.validation.resting_engine import GROUPS

_DAGPENGE = "dagpenge"


def sources_sentence(municipality: Municipality, basis: CaseloadBasis) -> Localized:
    """Say how many are on benefits, from when, and how much of that is known."""
    assumed = basis.share_of_totals().get("assumption", 0.0)
    return Message(
        "workshop.opening.sources" if assumed is not None else "workshop.opening.sources_hidden",
        name=municipality.name,
        persons=Phrase(number, basis.persons),
        dated=vintage(municipality.vintage).dated,
        known=Phrase(percent, 1.0 - (assumed or 0.0)),
    )


def backtest_sentence(municipality: Municipality, backtest: MunicipalBacktest) -> Localized:
    """Say how far the model was from what happened a year ahead, beside the last known figure, over all 98 and here.

    The model knew nothing of the year that it was to tell. Where the municipality's own figures are too small to be
    shown, only those of all are.
    """
    target = backtest.targets[-1]
    errors = backtest.errors[target, _DAGPENGE]
    everywhere = {
        "year": Phrase(_lower_period, target),
        "all": Phrase(percent, errors["unchanged"].weighted_pct / 100, decimals=0),
        "naive_all": Phrase(percent, errors["naive_last"].weighted_pct / 100, decimals=0),
    }
    own = _own_errors(municipality, backtest)
    if own is None:
        return Message("workshop.opening.backtest_all", **everywhere)
    off, naive = Phrase(_persons, own[0]), Phrase(number, own[1])
    return Message("workshop.opening.backtest", **everywhere, name=municipality.name, off=off, naive=naive)


def _own_errors(municipality: Municipality, backtest: MunicipalBacktest) -> tuple[float, float] | None:
    """Return by how many persons the model and the last known figure missed here; None where that is not shown."""
    if municipality.name not in backtest.names:
        return None
    cell = len(backtest.targets) - 1, backtest.names.index(municipality.name), GROUPS.index(_DAGPENGE)
    happened = float(backtest.actual[cell])
    told, same = (float(backtest.forecasts[method][cell]) for method in ("unchanged", "naive_last"))
    if any(is_small(value) for value in (happened, told, same)):
        return None
    return abs(told - happened), abs(same - happened)


def _persons(count: float, language: str) -> str:
    """Return a number of full-time persons in words."""
    shown = number(count, language)
    return text(f"workshop.opening.persons.{'one' if shown == '1' else 'many'}", language, n=shown)


def _lower_period(period: str, language: str) -> str:
    """Return the name of a rolling year for the middle of a sentence."""
    return period_label(period, language).lower()


def assumed_sentence(municipality: Municipality) -> Localized:
    """Say how many of the model's numbers are assumptions, and that the ranges carry them."""
    counts = Counter(parameter.value.quality for parameter in municipality.register)
    return Message(
        "workshop.opening.assumed",
        n=Phrase(number, counts["assumption"]),
        of=Phrase(number, sum(counts.values())),
    )


def left_out_sentence() -> Localized:
    """Say what no range holds."""
    return Message("workshop.opening.left_out")


def use_sentence() -> Localized:
    """Say what the model is for."""
    return Message("workshop.opening.use")
