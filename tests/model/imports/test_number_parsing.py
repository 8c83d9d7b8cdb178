"""Test labels of periods, ways of writing figures, and marks that are never zero."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.imports.areas import area_of, is_municipality
from model.imports.number_parsing import Unreadable, evidence, figure, is_figure_or_mark, mark_of
from model.imports.periods import (
    BadPeriod,
    day,
    half,
    is_period,
    month,
    parse_period,
    period_text,
    quarter,
    rolling_year,
    week,
    year,
)
from model.imports.rows import Suppressed
from model.language.catalogue import month_name

LABELS = {
    "2020": year(2020),
    " 2020 ": year(2020),
    "2020Y01": year(2020),
    "År 2020": year(2020),
    "Hele 2020": year(2020),
    "Hele året 2020": year(2020),
    "2020M09": month(2020, 9),
    "2020m9": month(2020, 9),
    "2020-09": month(2020, 9),
    "2020/09": month(2020, 9),
    "202009": month(2020, 9),
    "09-2020": month(2020, 9),
    "9/2020": month(2020, 9),
    "Sep 2020": month(2020, 9),
    "sep. 2020": month(2020, 9),
    "Sept. 2020": month(2020, 9),
    "September 2020": month(2020, 9),
    "marts 2020": month(2020, 3),
    "Maj 2020": month(2020, 5),
    "May 2020": month(2020, 5),
    "okt 2020": month(2020, 10),
    "Oct 2020": month(2020, 10),
    "2020 december": month(2020, 12),
    "2020Q3": quarter(2020, 3),
    "2020K3": quarter(2020, 3),
    "2020K4": quarter(2020, 4),
    "2020 Q3": quarter(2020, 3),
    "Q3 2020": quarter(2020, 3),
    "2020Q03": quarter(2020, 3),
    "1. kvartal 2020": quarter(2020, 1),
    "3. kvt. 2020": quarter(2020, 3),
    "3.kvt.2020": quarter(2020, 3),
    "3. kv. 2020": quarter(2020, 3),
    "2020 3. kvartal": quarter(2020, 3),
    "3rd quarter 2020": quarter(2020, 3),
    "2020H1": half(2020, 1),
    "1. halvår 2020": half(2020, 1),
    "2. halvår 2020": half(2020, 2),
    "2020QMAT02": rolling_year(2020, 6),
    "2020QMAT04": rolling_year(2020, 12),
    "2020KMAT02": rolling_year(2020, 6),
    "2020MMAT05": rolling_year(2020, 5),
    "4. kvt. 2020 - 3. kvt. 2021": rolling_year(2021, 9),
    "4. kvt. 2020 – 3. kvt. 2021": rolling_year(2021, 9),
    "1. kvt. 2020 - 4. kvt. 2020": rolling_year(2020, 12),
    "3. kvartal 2019 til 2. kvartal 2020": rolling_year(2020, 6),
    "jul 2019 - jun 2020": rolling_year(2020, 6),
    "2019M07 - 2020M06": rolling_year(2020, 6),
    "jan 2020 - mar 2020": quarter(2020, 1),
    "2020U27": week(2020, 27),
    "2020W27": week(2020, 27),
    "Uge 27 2020": week(2020, 27),
    "uge 53, 2020": week(2020, 53),
    "2020-09-01": day(datetime.date(2020, 9, 1)),
    "2020-09-01T00:00:00": day(datetime.date(2020, 9, 1)),
    "01-09-2020": day(datetime.date(2020, 9, 1)),
    "1.9.2020": day(datetime.date(2020, 9, 1)),
    "13/09/2020": day(datetime.date(2020, 9, 13)),
    "09/13/2020": day(datetime.date(2020, 9, 13)),
    "1. september 2020": day(datetime.date(2020, 9, 1)),
    "2020M09D01": day(datetime.date(2020, 9, 1)),
    "20200901": day(datetime.date(2020, 9, 1)),
}


@pytest.mark.parametrize("label", LABELS)
def test_label_forms(label):
    assert parse_period(label) == LABELS[label]


@pytest.mark.parametrize("period", sorted(set(LABELS.values())), ids=str)
def test_an_id_reads_back_as_its_period(period):
    assert parse_period(period.id) == period


def test_a_rolling_year_ends_with_its_quarter():
    period = parse_period("2020QMAT02")
    assert (period.start, period.end) == (datetime.date(2019, 7, 1), datetime.date(2020, 6, 30))
    assert parse_period("2020QMAT04") != year(2020)
    assert parse_period("2020QMAT04").start == year(2020).start


@pytest.mark.parametrize(
    "label",
    ["", "Ballerup", "2020M13", "2020M00", "2020Q5", "2020U54", "2021U53", "31-02-2020", "1021", "12", "2020-13-01",
     "3. kvt. 2021 - 4. kvt. 2020", "5. kvt. 2020", "foo 2020", "2020QMAT05", "x" * 1000,
     "1. kvt. 2020 - 2. kvt. 2020 - 3"],
)  # fmt: skip
def test_what_is_no_period(label):
    with pytest.raises(BadPeriod) as caught:
        parse_period(label)
    assert not caught.value.readings
    assert not is_period(label)


@pytest.mark.parametrize("label", ["02/03/2020", "sep-20", "maj 21"])
def test_two_readings_are_told_and_not_guessed(label):
    with pytest.raises(BadPeriod) as caught:
        parse_period(label)
    assert len(caught.value.readings) == 2
    assert is_period(label)


def test_same_day_and_month_is_no_doubt():
    assert parse_period("03/03/2020") == day(datetime.date(2020, 3, 3))


def test_months_in_both_languages():
    for number in range(1, 13):
        for language in ("da", "en"):
            assert parse_period(f"{month_name(number, language)} 2021") == month(2021, number)
            assert parse_period(f"{month_name(number, language)[:3]} 2021") == month(2021, number)


def test_spoken():
    assert period_text([month(2020, 12), month(2020, 1)]) == "2020M01 - 2020M12"
    assert period_text([year(2020)]) == "2020"
    assert period_text([]) == ""


@given(st.text(max_size=40))
def test_any_text_is_a_period_or_refused(label):
    try:
        period = parse_period(label)
    except BadPeriod:
        return
    assert period.start <= period.end
    assert parse_period(period.id) == period


# --- figures ---


@pytest.mark.parametrize(
    ("cell", "decimal", "counts", "value"),
    [
        ("1021", None, False, 1021),
        ("2,67", None, False, 2.67),
        ("2.67", None, False, 2.67),
        ("-0,06", None, False, -0.06),
        ("−0,06", None, False, -0.06),
        ("+12", None, False, 12),
        ("- 280", None, False, -280),
        ("1.234,5", None, False, 1234.5),
        ("1,234.5", None, False, 1234.5),
        ("1.234.567", None, False, 1234567),
        ("1 234 567,5", None, False, 1234567.5),
        ("1\u00a0234", None, False, 1234),
        ("1'234,5", None, False, 1234.5),
        ("1.021", ",", False, 1021),
        ("1.021", ".", False, 1.021),
        ("1,021", ",", False, 1.021),
        ("1.021", None, True, 1021),
        ("1,021", None, True, 1021),
        ("0.021", None, False, 0.021),
        ("12,5 %", None, False, 12.5),
        ("12,5 pct.", None, False, 12.5),
        ("1.5e3", None, False, 1500),
        (1021, None, False, 1021),
        (2.67, None, False, 2.67),
        ("0", None, False, 0),
        ("0,0", None, False, 0),
    ],
)
def test_figures(cell, decimal, counts, value):
    assert figure(cell, decimal, counts=counts) == pytest.approx(value)


@pytest.mark.parametrize("cell", ["1.021", "1,021", "-1.021", "999.999"])
def test_a_lone_separator_before_three_digits_is_not_guessed(cell):
    assert isinstance(figure(cell, None, counts=False), Unreadable)
    assert evidence([cell]) == frozenset()


@pytest.mark.parametrize(
    "cell",
    ["2.67", "1.2.3", "12 34", "1,2,3", "abc", "1e999", "12a", "1..2", True, [], "9" * 400, 1e300, "²"],
)
def test_what_is_no_figure(cell):
    found = figure(cell, "," if cell == "2.67" else None, counts=False)
    assert isinstance(found, Unreadable)
    assert found.why.da
    assert found.why.en


def test_evidence_settles_the_decimal_mark():
    assert evidence(["1.021", "2,67"]) == {","}
    assert evidence(["1.021", "1.234.567"]) == {","}
    assert evidence(["1,021", "2.5"]) == {"."}
    assert evidence(["2,5", "2.5"]) == {",", "."}
    assert evidence([1, None, "12"]) == frozenset()


@pytest.mark.parametrize(
    ("mark", "why"),
    [("*", "hidden"), ("**", "hidden"), ("•", "hidden"), ("x", "hidden"), ("0*", "hidden"), ("<5", "hidden"),
     ("< 3", "hidden"), ("under 5", "hidden"), ("-", "nil"), ("–", "nil"), ("..", "missing"), (".", "missing"),
     ("…", "missing"), (":", "missing"), ("", "missing"), (" ", "missing"), ("12*", "marked"), ("(12)", "marked"),
     ("n/a", "missing"), ("NaN", "missing")],
)  # fmt: skip
def test_marks_stay_what_they_are(mark, why):
    found = figure(mark, ",", counts=True)
    assert found == Suppressed(mark.strip(), why)
    with pytest.raises(TypeError):
        float(found)
    assert bool(mark.strip()) is is_figure_or_mark(mark)


def test_an_empty_json_value_is_missing():
    assert figure(None, None, counts=True) == Suppressed("", "missing")
    assert mark_of("5") is None


@given(
    st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none()),
    st.sampled_from([",", ".", None]),
)
def test_any_cell_gives_a_finite_figure_a_mark_or_a_reason(cell, decimal):
    found = figure(cell, decimal, counts=True)
    assert isinstance(found, Suppressed | Unreadable) or abs(found) <= 1e15


# --- areas ---


@pytest.mark.parametrize(
    ("label", "area"),
    [
        ("Ballerup", "Ballerup"),
        ("ballerup", "Ballerup"),
        ("Ballerup Kommune", "Ballerup"),
        ("Københavns Kommune", "København"),
        ("Aarhus Kommune", "Aarhus"),
        ("Århus", "Aarhus"),
        ("151", "Ballerup"),
        ("0151", "Ballerup"),
        ("151 Ballerup", "Ballerup"),
        ("Ballerup (151)", "Ballerup"),
        ("Nordfyns Kommune", "Nordfyns"),
        ("Hele landet", "Hele landet"),
        ("000", "Hele landet"),
        ("000 Hele landet", "Hele landet"),
        ("All Denmark", "Hele landet"),
        ("RAR Hovedstaden", "RAR Hovedstaden"),
        ("084 Region Hovedstaden", "Region Hovedstaden"),
        ("Uoplyst område", None),
        ("997", None),
        ("998 Ukendt", None),
        ("", None),
    ],
)
def test_areas(label, area):
    assert area_of(label) == area


def test_only_municipalities_are_municipalities():
    assert is_municipality("151")
    assert not is_municipality("Hele landet")
    assert not is_municipality("Region Hovedstaden")
