"""Test that both languages have the same texts, every name of the model, and figures as people write them."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import domain
from model.language import catalogue
from model.scenario.levers import LEVERS
from tests.folders import ROOT


def test_both_languages_have_the_same_keys() -> None:
    danish, english = catalogue.catalogue("da"), catalogue.catalogue("en")
    assert danish.keys() == english.keys()
    assert len(danish) > 100


def test_both_languages_expect_the_same_values() -> None:
    danish, english = catalogue.catalogue("da"), catalogue.catalogue("en")
    different = [
        key
        for key in danish
        if catalogue.placeholders(danish[key]) != catalogue.placeholders(english.get(key, ""))
    ]
    assert different == []


def test_no_text_is_left_untranslated() -> None:
    danish, english = catalogue.catalogue("da"), catalogue.catalogue("en")
    letters = re.compile("[æøåÆØÅ]")
    names = ("Brøndby", "Jobindsats", "budgetgaranti", "nytteindsats", "kontanthjælp", "førtidspension")
    suspicious = [
        key
        for key, value in english.items()
        if letters.search(value)
        and value == danish[key]
        and not any(n.lower() in value.lower() for n in names)
    ]
    assert suspicious == []


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("group", domain.GROUPS),
        ("origin", domain.ORIGINS),
        ("state", domain.STATES),
        ("kind", domain.KINDS),
        ("exit", domain.EXITS),
    ],
)
def test_every_word_of_the_model_has_a_long_and_a_short_name(
    kind: str, words: tuple[str, ...], language: str
) -> None:
    for short in (False, True):
        names = [catalogue.name(kind, word, language, short=short) for word in words]
        assert len(set(names)) == len(words)
    assert all(len(catalogue.name(kind, word, language, short=True)) <= 30 for word in words)


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_classes_and_units_have_names(language: str) -> None:
    for i in range(len(domain.DURATION_CLASSES)):
        assert catalogue.text(f"domain.duration.{i}", language)
    for i in range(len(domain.REFUND_CLASSES)):
        assert catalogue.text(f"domain.refund.{i}", language)
    for lever in LEVERS:
        assert catalogue.text(f"levers.unit.{lever.unit}", language)


def test_missing_keys_values_and_languages_are_errors() -> None:
    with pytest.raises(KeyError):
        catalogue.text("domain.group.nej", "da")
    with pytest.raises(KeyError):
        catalogue.text("cli.error.missing", "da")
    with pytest.raises(KeyError):
        catalogue.text("domain.group.sho", "sv")


def test_a_value_cannot_reach_into_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "catalogue", lambda language: {"b": "{x}"})
    assert catalogue.text("b", "da", x="{x.__class__}") == "{x.__class__}"
    with pytest.raises(KeyError):
        catalogue.text("b", "da", y=1)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("other.key: x\n", "does not begin"),
        ("bad.key: 5\n", "not a text"),
        ("- x\n", "keys and texts"),
        ("bad.key: '{x.__class__}'\n", "no plain name"),
        ("bad.key: '{x[0]}'\n", "no plain name"),
        ("bad.key: '{x!r}'\n", "no plain name"),
        ("bad.key: '{x:{y}}'\n", "no plain name"),
        ("bad.key: '{}'\n", "no plain name"),
    ],
)
def test_a_faulty_catalogue_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, words: str
) -> None:
    (tmp_path / "bad.da.yaml").write_text(fault, encoding="utf-8")
    monkeypatch.setattr(catalogue, "TEXTS_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=words):
        catalogue.catalogue.__wrapped__("da")


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "danish", "english"),
    [
        (1234.5, 1, False, "1.234,5", "1,234.5"),
        (1234567, 0, False, "1.234.567", "1,234,567"),
        (-3.25, 1, False, "−3,3", "−3.3"),
        (2.675, 2, False, "2,68", "2.68"),
        (5, 0, True, "+5", "+5"),
        (0.2, 0, True, "0", "0"),
        (-0.2, 0, True, "0", "0"),
        (-0.0, 1, False, "0,0", "0.0"),
        (None, 0, False, "–", "–"),
        (float("nan"), 0, True, "–", "–"),
        (float("inf"), 0, False, "–", "–"),
        (np.float64(12.5), 1, False, "12,5", "12.5"),
    ],
)
def test_numbers(value: float | None, decimals: int, signed: bool, danish: str, english: str) -> None:
    assert catalogue.number(value, "da", decimals, signed=signed) == danish
    assert catalogue.number(value, "en", decimals, signed=signed) == english


def test_per_cent_and_money() -> None:
    assert catalogue.percent(0.125, "da", 1) == "12,5\u00a0%"
    assert catalogue.percent(0.125, "en", 1) == "12.5%"
    assert catalogue.percent(None, "da") == "–"
    assert catalogue.money(1_234_567, "da") == "1,2\u00a0mio.\u00a0kr."
    assert catalogue.money(1_234_567, "en") == "DKK\u00a01.2m"
    assert catalogue.money(-12_345, "da", signed=True) == "−12.345\u00a0kr."
    assert catalogue.money(1_234_567, "da", in_full=True) == "1.234.567\u00a0kr."
    assert catalogue.money(float("nan"), "da") == "–"


def test_dates() -> None:
    january, may = datetime.date(2022, 1, 3), np.datetime64("2022-05-02")
    assert (catalogue.short_date(january, "da"), catalogue.short_date(january, "en")) == (
        "jan. 2022",
        "Jan 2022",
    )
    assert (catalogue.short_date(may, "da"), catalogue.short_date(may, "en")) == ("maj 2022", "May 2022")
    assert (catalogue.long_date(january, "da"), catalogue.long_date(january, "en")) == (
        "3. januar 2022",
        "3 January 2022",
    )
    assert (catalogue.month_name(8, "da"), catalogue.month_name(8, "en")) == ("august", "August")


@settings(deadline=None)
@given(st.floats(allow_nan=True), st.integers(0, 3), st.booleans())
def test_any_number_can_be_written(value: float, decimals: int, signed: bool) -> None:
    for language in catalogue.LANGUAGES:
        assert catalogue.number(value, language, decimals, signed=signed)
        assert catalogue.money(value, language, signed=signed)


def test_the_code_asks_only_for_texts_that_exist() -> None:
    """Every literal key in the code; keys that are put together are tested where they are used.

    ``session.text`` of a page takes a whole key. That of a command puts its own area in front and is none of this.
    """
    known = catalogue.catalogue("da")
    areas = {key.split(".")[0] for key in known}
    key = r"""\(\s*["']([a-z_]+\.[a-z0-9_.]+)["']"""
    patterns = {
        "model": re.compile(r"(?:(?<![.\w])|\btexts\.)(?:text|Message)" + key),
        "pages": re.compile(r"(?:(?<![.\w])|\btexts\.|\bsession\.)(?:text|Message)" + key),
    }
    missing = [
        f"{path.name}: {key}"
        for folder, pattern in patterns.items()
        for path in (ROOT / folder).rglob("*.py")
        for key in pattern.findall(path.read_text(encoding="utf-8"))
        if key.split(".")[0] in areas and key not in known
    ]
    assert missing == []
