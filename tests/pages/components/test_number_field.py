"""Test that numbers are read with comma and point alike, and that what is unclear is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.language.catalogue import LANGUAGES
from model.language.typed_numbers import NotANumber, number_text, read_number
from pages.components.number_field import number_entry


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2,5", 2.5), ("2.5", 2.5), (" 25 ", 25.0), ("-0,30", -0.3), ("−4", -4.0), ("+3", 3.0), (",5", 0.5),
        ("1 000", 1000.0), ("1\u00a0234,5", 1234.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
        ("1.000.000", 1e6), ("0,125", 0.125), ("0.125", 0.125), ("1000", 1000.0), ("12,3456", 12.3456),
    ],
)  # fmt: skip
def test_comma_and_point_are_both_read(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text", ["", "to", "2,5,1", "1.2.3", "2e5", "nan", "inf", "--3", "1 00", "5 kr", "9" * 24]
)
def test_what_is_no_number_is_refused_in_both_languages(text: str) -> None:
    problem = number_entry(text).problem
    assert problem is not None
    assert all(problem.text(language).endswith(".") for language in LANGUAGES)


@pytest.mark.parametrize("text", ["1.000", "1,000", "12.345"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(NotANumber) as caught:
        read_number(text)
    assert text.replace(".", "").replace(",", "") in caught.value.text("da")


def test_an_empty_field_is_a_number_only_where_none_is_needed() -> None:
    assert number_entry("", optional=True).problem is None
    assert number_entry(" ").problem is not None
    assert number_entry("-1", minimum=0.0).problem is not None


@given(some.floats(-1e6, 1e6).map(lambda x: round(x, 3)), some.sampled_from(LANGUAGES))
def test_what_a_field_shows_is_read_back(value: float, language: str) -> None:
    assert read_number(number_text(value, language)) == pytest.approx(value, abs=1e-6)
