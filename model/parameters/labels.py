"""Name parameters and their units in words."""

from __future__ import annotations

import re
from typing import Final

from model.domain import GROUPS, KINDS, ORIGINS, SELF_SUPPORT_EXITS
from model.engine.levers import ENGINE_LEVERS
from model.language import catalogue
from model.language.messages import Text
from model.parameters.ids import CLASS_NAMES, MONTH_NAMES, WEEK_NAMES

_LEVER_LABELS: Final = {lever.id: lever.label for lever in ENGINE_LEVERS}


def label(parameter: str, language: str, own: Text | None = None) -> str:
    """Return a parameter in words: ``own``, else its table's text and the names of its parts.

    A lever's baseline without a text of its own has the lever's label.
    """
    if own is not None:
        return own.text(language)
    parts = parameter.split(".")
    if catalogue.has_text(f"parameters.label.{parameter}", language):
        return catalogue.text(f"parameters.label.{parameter}", language)
    table = _table_name(parts[0], language)
    if table is None:
        return parameter
    return ", ".join([table, *(_part_name(p, language, parts[0]) for p in parts[1:])])


def _table_name(table: str, language: str) -> str | None:
    """Return a table of parameters in words; None where nobody has named it."""
    key = f"parameters.label.{table}"
    if catalogue.has_text(key, language):
        return catalogue.text(key, language)
    lever_label = _LEVER_LABELS.get(table)
    return None if lever_label is None else lever_label.text(language)


def unit_name(unit: str, language: str) -> str:
    """Return a unit of the register in words: ``hazard ratio`` is ``faktor på afgangen`` in Danish."""
    key = "parameters.unit." + re.sub(r"\W+", "_", unit.casefold()).strip("_")
    return catalogue.text(key, language)


def _part_name(part: str, language: str, table: str = "") -> str:
    """Return a part of an id in words."""
    # "education" is a destination and an offer.
    if table == "exit" and part in SELF_SUPPORT_EXITS:
        return catalogue.name("exit", part, language)
    if part in GROUPS:
        return catalogue.name("group", part, language)
    if part in ORIGINS:
        return catalogue.name("origin", part, language)
    if part in KINDS:
        return catalogue.name("kind", part, language)
    if part in SELF_SUPPORT_EXITS:
        return catalogue.name("exit", part, language)
    if part in MONTH_NAMES:
        return catalogue.month_name(int(part[1:]), language)
    if part in CLASS_NAMES:
        low, _, high = part[1:].partition("_")
        key = "parameters.part.weeks" if high else "parameters.part.weeks_and_more"
        return catalogue.text(key, language, low=low, high=high)
    if part in WEEK_NAMES:
        return catalogue.text("parameters.part.week_of_year", language, week=int(part[1:]) + 1)
    return catalogue.text(f"parameters.part.{part}", language)
