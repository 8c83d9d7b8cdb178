"""Test that dates are read as people write them, and that what is none is refused with a sentence."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.language.catalogue import LANGUAGES, long_date, short_date
from model.language.typed_dates import NotADate, read_date

MARCH = datetime.date(2028, 3, 1)


@pytest.mark.parametrize(
    "text",
    ["1.3.2028", "01-03-2028", "1/3/28", " 1. marts 2028 ", "1 March 2028", "March 1, 2028", "2028-03-01"],
)
def test_a_day_is_read(text: str) -> None:
    read = read_date(text)
    assert (read.date, read.exact) == (MARCH, True)


@pytest.mark.parametrize("text", ["marts 2028", "Mar. 2028", "3.2028", "3/2028", "2028-03"])
def test_a_month_is_its_first_day(text: str) -> None:
    read = read_date(text)
    assert (read.date, read.exact) == (MARCH, False)


@given(some.dates(datetime.date(2000, 1, 1), datetime.date(2060, 12, 31)), some.sampled_from(LANGUAGES))
def test_a_date_is_read_back_as_it_is_shown(date: datetime.date, language: str) -> None:
    assert read_date(long_date(date, language)).date == date
    assert read_date(short_date(date, language)).date == date.replace(day=1)


@pytest.mark.parametrize(
    "text", ["", "i morgen", "31.2.2028", "13.2028", "0.3.2028", "1.3", "ma 2028", "<b>1</b>"]
)
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(NotADate) as refused:
        read_date(text)
    assert all(refused.value.text(language) for language in LANGUAGES)


def test_the_first_month_begins_with_the_scenario() -> None:
    start = datetime.date(2027, 1, 4)
    assert read_date("2027").within(start) == read_date("januar 2027").within(start) == start
    assert read_date("1.1.2027").within(start) == datetime.date(2027, 1, 1), "a day that was named is told of"
    assert read_date("marts 2027").within(start) == datetime.date(2027, 3, 1)
