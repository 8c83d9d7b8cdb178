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
    said = normalised(name)
    for old, new in _TWO_WAYS:
        said = said.replace(old, new)
    return said.removeprefix("kommunen ")


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {_folded(info.name): info.name for info in municipalities()}


@lru_cache(maxsize=1)
def _by_code() -> dict[str, str]:
    return {municipality_code(info.id): info.name for info in municipalities()}


@lru_cache(maxsize=8192)
def area_of(label: str) -> str | None:
    """The area of a label in its usual name; a name that is not known stays as it is. None: abroad, unknown."""
    said = squeezed(label)
    if not said or is_unknown(said):
        return None
    if said.isdigit():
        return _of_code(said)
    for pattern in (_CODE_AND_NAME, _NAME_AND_CODE):
        match = pattern.fullmatch(said)
        if match is not None:
            if match["code"] in entries().dropped_area_codes:
                return None
            found = _of_name(match["name"])
            return found if found is not None else match["name"]
    found = _of_name(said)
    return found if found is not None else said


def _of_code(code: str) -> str | None:
    if code in _COUNTRY_CODES:
        return WHOLE_COUNTRY
    if code in entries().dropped_area_codes:
        return None
    return _by_code().get(code.lstrip("0").zfill(3), code)


def _of_name(name: str) -> str | None:
    said = _folded(name)
    if said in _COUNTRY_WORDS:
        return WHOLE_COUNTRY
    known = _by_name()
    if said in known:
        return known[said]
    bare = re.sub(r"s? kommune$", "", said)
    if bare != said:
        return known.get(bare) or known.get(bare + "s") or known.get(re.sub(r" kommune$", "", said))
    return None


def is_municipality(label: str) -> bool:
    """Whether a label names (or is the code of) one of the 98."""
    found = area_of(label)
    return found is not None and (found in _by_name().values())


def names_an_area(label: str) -> bool:
    """Whether a label names a municipality, the country, a region or a RAR area. A bare code may be any number."""
    said = normalised(label)
    if said.isdigit():
        return False
    return (
        is_municipality(label)
        or area_of(label) == WHOLE_COUNTRY
        or said.startswith(("region ", "rar ", "rar-"))
    )
