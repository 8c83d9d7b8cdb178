"""The vocabulary of exports: which words name a column, a measure, a group, an origin, an offer.

Read once from ``model/data/import_words.yaml``; words are compared as :func:`plain` writes them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from

WORDS_FILE: Final = DATA_FOLDER / "import_words.yaml"
_BLANKS: Final = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\ufeff]+")
_MOST_CHARACTERS: Final = 400
# Labels that are remembered with what they mean; a file has few different ones.
_KEPT: Final = 4096
# Words of one column name that another may begin with: "status efter 3 måneder".
_SEPARATORS: Final = " (,:/-"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeasureWords(_Strict):
    """A measure: words that its name contains, its unit, whether it counts whole persons or places."""

    contains: tuple[str, ...]
    unit: str
    count: bool


class KindWords(_Strict):
    """Words of an offer, the model's kinds that they cover, and the heading that they stand under ("" none)."""

    words: tuple[str, ...]
    kinds: tuple[str, ...]
    family: str = ""


class TableWords(_Strict):
    """A published table: the benefit that all of it is about ("" where it has a column for it) and its name."""

    group: str
    da: str
    en: str


class SumWords(_Strict):
    """Labels that make up a target group together, and those of them that are in offers."""

    parts: tuple[str, ...]
    in_offers: tuple[str, ...]


class _Assumptions(_Strict):
    fulltime_per_person: dict[str, float]
    known_level_keeps: float


class Words(_Strict):
    """All of ``import_words.yaml``."""

    columns: dict[str, tuple[str, ...]]
    measures: dict[str, MeasureWords]
    groups: dict[str, tuple[str, ...]]
    categories: dict[str, dict[str, str | tuple[str, ...]]]
    benchmark: dict[str, tuple[str, ...]]
    sums: dict[str, SumWords]
    origins: dict[str, tuple[str, ...]]
    kinds: tuple[KindWords, ...]
    destinations: dict[str, tuple[str, ...]]
    totals: tuple[str, ...]
    unknown: tuple[str, ...]
    dropped_area_codes: tuple[str, ...]
    tables: dict[str, TableWords]
    assumptions: _Assumptions


@lru_cache(maxsize=1)
def entries() -> Words:
    """Return the vocabulary. Raises FileProblem where the file is wrong."""
    document = load_data_file(WORDS_FILE)
    try:
        return Words.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


def squeezed(text: object) -> str:
    """Return one line, NFC, blanks of all kinds squeezed to one."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", str(text)[:_MOST_CHARACTERS])).strip()


def normalised(text: object) -> str:
    """Return a word as it is compared: squeezed, small letters, short dashes, no full stop or colon behind."""
    return re.sub(r"[\u2010-\u2015\u2212]", "-", squeezed(text)).casefold().rstrip(".:* ")


@lru_cache(maxsize=1)
def _column_words() -> Mapping[str, str]:
    """Return the roles of columns by name."""
    return {normalised(word): role for role, names in entries().columns.items() for word in names}


@lru_cache(maxsize=_KEPT)
def column_role(name: str) -> str | None:
    """Return the role that a column's name gives it (period, area, group ...), or None."""
    label = normalised(name)
    known = _column_words()
    if label in known:
        return known[label]
    longest = max(
        (w for w in known if label.startswith(w) and label[len(w)] in _SEPARATORS), key=len, default=""
    )
    return known.get(longest)


@lru_cache(maxsize=_KEPT)
def measure_of(name: str) -> str | None:
    """Return the measure that a column's name stands for, or None."""
    label = normalised(name)
    return next(
        (m for m, w in entries().measures.items() if any(normalised(part) in label for part in w.contains)),
        None,
    )


@lru_cache(maxsize=_KEPT)
def counts(name: str) -> bool:
    """Return whether a column counts whole persons, places or spells."""
    measure = measure_of(name)
    if measure is not None:
        return entries().measures[measure].count
    label = normalised(name)
    return label.startswith(("antal", "number of")) and "pct" not in label


@lru_cache(maxsize=_KEPT)
def unit_of(name: str) -> str:
    """Return the unit of a column, from its measure or its name; "" where neither has one."""
    measure = measure_of(name)
    if measure is not None:
        return entries().measures[measure].unit
    label = normalised(name)
    if "pct" in label or "%" in label or "per cent" in label or "procent" in label:
        return "per cent"
    if "uger" in label or "weeks" in label:
        return "weeks"
    return "number" if label.startswith("antal") else ""


@lru_cache(maxsize=1)
def _total_words() -> frozenset[str]:
    """Return the labels that stand for all of a dimension."""
    return frozenset(normalised(word) for word in entries().totals)


@lru_cache(maxsize=_KEPT)
def is_total(text: str) -> bool:
    """Return whether a label stands for all of its dimension."""
    label = normalised(text)
    return label in _total_words() or label.endswith((" i alt", ", total"))


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
    by_label = _group_words().get(label)
    if by_label is not None and (not category or is_total(category)):
        return by_label
    for benefit, names in entries().categories.items():
        known = names["words"]
        if label == benefit or label in {normalised(w) for w in known}:
            group = names.get(normalised(category))
            return group if isinstance(group, str) else None
    return by_label


def is_split_benefit(text: str) -> bool:
    """Return whether a label is a benefit that the model has in two groups (kontanthjælp ...)."""
    label = normalised(text)
    return any(
        label == benefit or label in {normalised(w) for w in names["words"]}
        for benefit, names in entries().categories.items()
    )


def parts_of(text: str) -> tuple[str, ...]:
    """Return the target groups of a benefit that the model has in two; none for other labels."""
    label = normalised(text)
    for benefit, names in entries().categories.items():
        if label == benefit or label in {normalised(w) for w in names["words"]}:
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
def kind_row(text: str) -> KindWords | None:
    """Return the offer of a label; None where it is not known."""
    label = normalised(text)
    return next((row for row in entries().kinds if label in {normalised(w) for w in row.words}), None)


def kinds_of(text: str) -> tuple[str, ...]:
    """Return the offer kinds that a label covers; none where it is not known."""
    row = kind_row(text)
    return row.kinds if row is not None else ()
