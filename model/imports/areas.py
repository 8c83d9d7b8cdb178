"""Areas as exports name them: the 98 municipalities by name or code, the whole country, regions, RAR areas."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from model.imports.vocabulary import entries, is_unknown, normalised, squeezed
from model.municipality.municipality_list import municipalities, municipality_code

WHOLE_COUNTRY: Final = "Hele landet"
_COUNTRY_WORDS: Final = frozenset(
    ("hele landet", "danmark", "hele danmark", "all denmark", "denmark", "landet")
)
_COUNTRY_CODES: Final = frozenset(("0", "00", "000"))
_CODE_AND_NAME: Final = re.compile(r"(?P<code>\d{1,4})\s*[-:]?\s+(?P<name>\D.*)")
_NAME_AND_CODE: Final = re.compile(r"(?P<name>\D.*?)\s*\((?P<code>\d{2,4})\)")
# Danish place names are written in two ways.
_TWO_WAYS: Final = (("å", "aa"),)


def _folded(name: str) -> str:
    """Return a name as it is compared: normalised, in one of its two spellings, without hyphens."""
    text = normalised(name)
    for old, new in _TWO_WAYS:
        text = text.replace(old, new)
    text = text.replace("-", " ").removeprefix("kommunen ")
    # A job centre of one municipality has its name; one of several has both and stays unknown.
    return text.removeprefix("jobcenter ").removeprefix("jobcentret ")


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Return the usual names of municipalities by each name that they are compared by."""
    return {_folded(info.name): info.name for info in municipalities()}


@lru_cache(maxsize=1)
def _by_code() -> dict[str, str]:
    """Return the usual names of municipalities by code."""
    return {municipality_code(info.id): info.name for info in municipalities()}


@lru_cache(maxsize=8192)
def area_of(label: str) -> str | None:
    """Return a label's area by its usual name, an unknown name as it is; None for abroad and unknown."""
    text = squeezed(label)
    if not text or is_unknown(text):
        return None
    if text.isdigit():
        return _of_code(text)
    for pattern in (_CODE_AND_NAME, _NAME_AND_CODE):
        match = pattern.fullmatch(text)
        if match is not None:
            if match["code"] in entries().dropped_area_codes:
                return None
            name = _of_name(match["name"])
            return name if name is not None else match["name"]
    name = _of_name(text)
    return name if name is not None else text


def _of_code(code: str) -> str | None:
    """Return the area of a code; None where it is dropped."""
    if code in _COUNTRY_CODES:
        return WHOLE_COUNTRY
    if code in entries().dropped_area_codes:
        return None
    return _by_code().get(code.lstrip("0").zfill(3), code)


def _of_name(name: str) -> str | None:
    """Return the area of a name; None where it is not known."""
    text = _folded(name)
    if text in _COUNTRY_WORDS:
        return WHOLE_COUNTRY
    known = _by_name()
    if text in known:
        return known[text]
    bare = re.sub(r" (?:regions)?kommune$", "", text)
    # With or without the genitive's s: "Bornholms Regionskommune", "Nordfyn".
    return next((known[form] for form in (bare, bare.removesuffix("s"), bare + "s") if form in known), None)


def is_municipality(label: str) -> bool:
    """Return whether a label names (or is the code of) one of the 98."""
    area = area_of(label)
    return area is not None and (area in _by_name().values())


def names_an_area(label: str) -> bool:
    """Return whether a label names a municipality, the country, a region or a RAR area; no bare code."""
    text = normalised(label)
    if text.isdigit():
        return False
    return (
        is_municipality(label)
        or area_of(label) == WHOLE_COUNTRY
        or text.startswith(("region ", "rar ", "rar-"))
    )
