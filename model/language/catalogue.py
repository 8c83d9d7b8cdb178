"""All words and figures as people read them: the text catalogues in Danish and English, and Babel's formats.

A catalogue is ``model/data/texts/<area>.<language>.yaml``: flat keys that begin with the area's name. A key
that is missing is an error, never an empty text.
"""

from __future__ import annotations

import datetime
import math
import string
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file

LANGUAGES: Final = ("da", "en")
TEXTS_FOLDER: Final = DATA_FOLDER / "texts"

_LOCALES: Final = {"da": "da_DK", "en": "en_GB"}
_MINUS: Final = "\N{MINUS SIGN}"
# Amounts from here are written in millions.
_MILLION: Final = 1_000_000
_FROM_MILLIONS: Final = 950_000


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Mapping[str, str]:
    """Return all texts of one language. Raises KeyError for an unknown language, ValueError for a bad file."""
    if language not in LANGUAGES:
        raise KeyError(f"no texts in language {language!r}")
    texts: dict[str, str] = {}
    for path in sorted(TEXTS_FOLDER.glob(f"*.{language}.yaml")):
        area = path.name.split(".")[0]
        data = load_data_file(path).data
        if not isinstance(data, dict):
            raise ValueError(f"{path.name} does not hold keys and texts")
        for key, value in data.items():
            if not key.startswith(f"{area}."):
                raise ValueError(f"{path.name}: key {key!r} does not begin with {area!r}")
            if not isinstance(value, str) or not value:
                raise ValueError(f"{path.name}: {key} is not a text")
            if not all(field.isidentifier() for field in placeholders(value)):
                raise ValueError(f"{path.name}: {key} has a field that is no plain name")
            texts[key] = value
    return MappingProxyType(texts)


def placeholders(text_with_fields: str) -> frozenset[str]:
    """Return what stands in curly brackets in a text: plain names only, if it cannot reach into its values."""
    fields = string.Formatter().parse(text_with_fields)
    return frozenset(
        name + (f"!{kind}" if kind else "") + (f":{form}" if form else "")
        for _, name, form, kind in fields
        if name is not None
    )


def text(key: str, language: str, **values: object) -> str:
    """Return the text of ``key``, its fields filled in. Raises KeyError for an unknown key or a missing value."""
    template = catalogue(language)[key]
    if "{" not in template and "}" not in template:
        return template
    # An amount at the end of a sentence has brought its point along.
    return template.format_map(values).replace("kr..", "kr.")


def has_text(key: str, language: str) -> bool:
    """Return whether the catalogue has ``key``."""
    return key in catalogue(language)


def name(kind_of_name: str, identifier: str, language: str, *, short: bool = False) -> str:
    """Return the name of a word of the model, for instance ``name("group", "dagpenge", "da", short=True)``.

    ``kind_of_name`` is group, origin, state, kind or exit; an exit to a target group has the group's name.
    """
    in_force = _names_in_force.get().get(identifier) if kind_of_name in ("group", "exit") else None
    if in_force is not None:
        return in_force[language, short]
    suffix = ".short" if short else ""
    key = f"domain.{kind_of_name}.{identifier}{suffix}"
    if kind_of_name == "exit" and not has_text(key, language):
        key = f"domain.group.{identifier}{suffix}"
    return text(key, language)


def use_group_names(names: Mapping[str, Mapping[tuple[str, bool], str]]) -> None:
    """Call target groups by these names (by id; language and whether short) from here on, in this thread.

    The ids stay when a rule renames a group, so what a page or a document is about decides what it is called.
    """
    _names_in_force.set(names)


@contextmanager
def group_names_of_one_answer() -> Iterator[None]:
    """Forget within what names :func:`use_group_names` has set, and afterwards what it sets within."""
    token = _names_in_force.set(MappingProxyType({}))
    try:
        yield
    finally:
        _names_in_force.reset(token)


_names_in_force: ContextVar[Mapping[str, Mapping[tuple[str, bool], str]]] = ContextVar(
    "_names_in_force", default=MappingProxyType({})
)


def group_name(group: str, language: str, *, short: bool = False) -> str:
    """Return the name of a target group."""
    return name("group", group, language, short=short)


def years_text(n: int, language: str) -> str:
    """Return a number of years with its word: ``1 year``, ``4 years``."""
    return text("domain.years.one" if n == 1 else "domain.years.many", language, n=n)


def number(value: float | None, language: str, decimals: int = 0, *, signed: bool = False) -> str:
    """Return a number with the language's separators: 1.234,5 in Danish. ``signed`` puts + before gains.

    None and NaN are a dash; a number that rounds to zero has no sign.
    """
    return _formatted(value, language, decimals, signed)


def percent(share: float | None, language: str, decimals: int = 0, *, signed: bool = False) -> str:
    """Return a share (0-1) in per cent: ``12,5 %`` in Danish, ``12.5%`` in English."""
    if share is None or not math.isfinite(share):
        return text("domain.missing_number", language)
    return text("domain.percent", language, number=_formatted(share * 100, language, decimals, signed))


def money(
    dkk: float | None, language: str, decimals: int = 1, *, signed: bool = False, in_full: bool = False
) -> str:
    """Return an amount: from about a million ``1,2 mio. kr.`` / ``DKK 1.2m`` with ``decimals``, else whole kroner.

    ``in_full`` writes whole kroner whatever the size.
    """
    if dkk is None or math.isnan(dkk):
        return text("domain.missing_number", language)
    if not in_full and abs(dkk) >= _FROM_MILLIONS:
        return text(
            "domain.money.million", language, number=number(dkk / _MILLION, language, decimals, signed=signed)
        )
    return text("domain.money.plain", language, number=number(dkk, language, signed=signed))


def listed(words: Sequence[str], language: str) -> str:
    """Return words as a list in a sentence: a, b og c."""
    from babel.lists import format_list

    return format_list(words, locale=_locale(language))


def short_date(date: Any, language: str) -> str:
    """Return month and year, ``jan. 2022`` / ``Jan 2022``, of a date, datetime or NumPy datetime64."""
    return _date(date, language, "MMM y")


def long_date(date: datetime.date, language: str) -> str:
    """Return day, month and year: ``4. januar 2021`` / ``4 January 2021``."""
    return _date(date, language, "d. MMMM y" if language == "da" else "d MMMM y")


def short_day(date: Any, language: str) -> str:
    """Return day, month and year in little room: ``4. jan. 2021`` / ``4 Jan 2021``."""
    return _date(date, language, "d. MMM y" if language == "da" else "d MMM y")


def time_of_day(moment: datetime.datetime, language: str) -> str:
    """Return hours and minutes: ``13.05`` / ``13:05``."""
    return moment.strftime("%H.%M" if language == "da" else "%H:%M")


def month_name(month: int, language: str) -> str:
    """Return the name of a month, 1-12."""
    return _date(datetime.date(2021, month, 1), language, "LLLL")


def _date(date: Any, language: str, pattern: str) -> str:
    """Format a date by one of Babel's patterns."""
    from babel.dates import format_date  # Babel takes a while to import

    if hasattr(date, "astype"):
        date = date.astype("datetime64[D]").item()
    return format_date(date, pattern, locale=_locale(language))


@lru_cache(maxsize=len(LANGUAGES))
def _locale(language: str) -> Any:
    """Return Babel's locale of a language."""
    from babel import Locale

    return Locale.parse(_LOCALES[language])


@lru_cache(maxsize=64)
def _pattern(decimals: int) -> Any:
    """Return Babel's number pattern with so many decimals."""
    from babel.numbers import parse_pattern

    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


# While a slider moves, most figures on the page stay.
@lru_cache(maxsize=8192)
def _formatted(value: float | None, language: str, decimals: int, signed: bool) -> str:
    """Round half away from zero and write with the language's separators."""
    if value is None or not math.isfinite(value):
        return text("domain.missing_number", language)
    # Shortest decimal form first, then half away from zero: 2.675 becomes 2,68 as on paper.
    with localcontext(prec=400):
        rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        digits = str(_pattern(decimals).apply(abs(rounded), _locale(language)))
    return (_MINUS if rounded < 0 else "+" if signed and rounded > 0 else "") + digits
