"""The labels of exports: which ones name a column, a group, an origin, an offer, and all of a breakdown.

Read once from ``model/data/tables/labels.yaml``. A label counts as a whole, as :func:`normalised` writes it: what is
recognised by a word inside a word is one day read wrongly without a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from model.domain import GROUPS
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from

LABELS_FILE: Final = DATA_FOLDER / "tables" / "labels.yaml"
_BLANKS: Final = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\ufeff]+")
_MOST_CHARACTERS: Final = 400
# Labels that are remembered with what they mean; a file has few different ones.
_KEPT: Final = 4096
# Marks of footnotes at the end of a label.
_FOOTNOTE: Final = re.compile(r"[.:*\s\u00b9\u00b2\u00b3\u2070-\u2079]+$|(?:\s*\d\))+$")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KindLabels(_Strict):
    """Labels of an offer, the model's kinds that they cover, and the heading that they stand under ("" none)."""

    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    family: str = ""


class SumLabels(_Strict):
    """Labels that make up a target group together, and those of them that are in offers."""

    parts: tuple[tuple[str, ...], ...]  # each by the names that it goes by
    in_offers: tuple[str, ...]


class _Assumptions(_Strict):
    fulltime_per_person: dict[str, float]
    known_level_keeps: float


class Labels(_Strict):
    """All of ``labels.yaml``."""

    columns: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    categories: dict[str, dict[str, str | tuple[str, ...]]]
    benchmark: dict[str, tuple[str, ...]]
    sums: dict[str, SumLabels]
    origins: dict[str, tuple[str, ...]]
    kinds: tuple[KindLabels, ...]
    destinations: dict[str, tuple[str, ...]]
    totals: tuple[str, ...]
    unknown: tuple[str, ...]
    dropped_area_codes: tuple[str, ...]
    assumptions: _Assumptions


@lru_cache(maxsize=1)
def entries() -> Labels:
    """Return the vocabulary. Raises FileProblem where the file is wrong."""
    document = load_data_file(LABELS_FILE)
    try:
        return Labels.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


def squeezed(text: object) -> str:
    """Return one line, NFC, blanks of all kinds squeezed to one."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", str(text)[:_MOST_CHARACTERS])).strip()


def normalised(text: object) -> str:
    """Return a label as it is compared: squeezed, small letters, short dashes, no full stop or footnote mark behind."""
    return _normalised(str(text)[:_MOST_CHARACTERS])


@lru_cache(maxsize=_KEPT)
def _normalised(text: str) -> str:
    return _FOOTNOTE.sub("", re.sub(r"[\u2010-\u2015\u2212]", "-", squeezed(text)).casefold())


@lru_cache(maxsize=1)
def _column_labels() -> Mapping[str, str]:
    """Return the roles of columns by label."""
    return {normalised(label): role for role, names in entries().columns.items() for label in names}


@lru_cache(maxsize=_KEPT)
def column_role(name: str) -> str | None:
    """Return the role that a column's label gives it (period, area, group ...), or None."""
    return _column_labels().get(normalised(name))


@lru_cache(maxsize=1)
def _total_words() -> frozenset[str]:
    """Return the labels that stand for all of a dimension."""
    return frozenset(normalised(word) for word in entries().totals)


@lru_cache(maxsize=_KEPT)
def is_total(text: str, column: str = "") -> bool:
    """Return whether a label stands for all of its breakdown: "I alt", or the column's own label and "i alt"."""
    label = normalised(text)
    return label in _total_words() or (column != "" and label == f"{normalised(column)} i alt")


@lru_cache(maxsize=_KEPT)
def is_unknown(text: str) -> bool:
    """Return whether a label stands for those whose place or background is not known."""
    return normalised(text) in {normalised(word) for word in entries().unknown}


@lru_cache(maxsize=1)
def _group_words() -> Mapping[str, str]:
    """Return the target groups by label."""
    return {normalised(word): group for group, names in entries().groups.items() for word in names}


@lru_cache(maxsize=_KEPT)
def group_of(text: str, category: str = "") -> str | None:
    """Return the target group of a label and, where it has one, its visitation category; None for none."""
    label = normalised(text)
    if label in GROUPS:
        return label
    by_label = _group_words().get(label)
    if by_label is not None and (not category or is_total(category)):
        return by_label
    for benefit, names in entries().categories.items():
        known = names["labels"]
        if label == benefit or label in {normalised(w) for w in known}:
            group = names.get(normalised(category))
            return group if isinstance(group, str) else None
    return by_label


def is_split_benefit(text: str) -> bool:
    """Return whether a label is a benefit that the model has in two groups (kontanthjælp ...)."""
    label = normalised(text)
    return any(
        label == benefit or label in {normalised(w) for w in names["labels"]}
        for benefit, names in entries().categories.items()
    )


def is_category(text: str) -> bool:
    """Return whether a label is a visitation category of a benefit that has some."""
    label = normalised(text)
    return any(
        normalised(name) == label
        for names in entries().categories.values()
        for name, group in names.items()
        if isinstance(group, str)
    )


def parts_of(text: str) -> tuple[str, ...]:
    """Return the target groups of a benefit that the model has in two; none for other labels."""
    label = normalised(text)
    for benefit, names in entries().categories.items():
        if label == benefit or label in {normalised(w) for w in names["labels"]}:
            return tuple(dict.fromkeys(g for g in names.values() if isinstance(g, str)))
    return ()


def _lookup(known: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    """Return the name under which a label is listed, or None."""
    label = normalised(text)
    return next((name for name, names in known.items() if label in {normalised(w) for w in names}), None)


def benchmark_of(text: str) -> str | None:
    """Return the benchmark's benefit group of a label ("A-dagpenge mv."), or None."""
    return _lookup(entries().benchmark, text)


@lru_cache(maxsize=_KEPT)
def origin_of(text: str) -> str | None:
    """Return the origin of a label, or None."""
    return _lookup(entries().origins, text)


@lru_cache(maxsize=_KEPT)
def destination_of(text: str) -> str | None:
    """Return the exit that a status after a spell stands for, or None."""
    return _lookup(entries().destinations, text)


@lru_cache(maxsize=_KEPT)
def kind_row(text: str) -> KindLabels | None:
    """Return the offer of a label; None where it is not known."""
    label = normalised(text)
    return next((row for row in entries().kinds if label in {normalised(w) for w in row.labels}), None)


def kinds_of(text: str) -> tuple[str, ...]:
    """Return the offer kinds that a label covers; none where it is not known."""
    row = kind_row(text)
    return row.kinds if row is not None else ()
