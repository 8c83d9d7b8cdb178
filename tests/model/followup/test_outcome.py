"""Test what is said of months after a decision, on made-up later months."""

from __future__ import annotations

import datetime
from pathlib import Path as FilePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.followup.decided import Decided, Path
from model.followup.outcome import (
    Followed,
    LaidMonth,
    Split,
    followed,
    others_movement,
    split,
)
from model.followup.told import Told
from model.followup.words import sentences, split_rows
from tests.model.followup.test_decided_files import decided

BASE = {"2025M12": 100.0, "2026M01": 120.0}


def figures(folder: FilePath, own: dict[str, float | None], others: dict[str, float | None]) -> FilePath:
    """Write the published months of dagpenge: those of Ballerup, and of two others, one as large again."""
    rows = ["municipality,name,month,dagpenge"]
    rows.append("national,Hele landet,2027M01,99999")
    for town, factor, months in (("ballerup", 1.0, own), ("furesoe", 1.0, others), ("vejle", 2.0, others)):
        for month, value in months.items():
            rows.append(f"{town},{town},{month},{'' if value is None else value * factor}")
    (folder / "unemployment_y25i01.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def laid(folder: FilePath, told: Told | None = None, made: Decided | None = None) -> Followed:
    made = made or decided()
    return followed(made, made.shown[0], told or Told(), folder)


def test_no_month_has_come_and_it_is_said_from_when_on(tmp_path: FilePath) -> None:
    one = laid(figures(tmp_path, BASE, BASE))
    assert one.latest is None
    assert list(one.before.values()) == [100.0, 120.0]
    assert "Der er endnu ingen tal efter beslutningen; de første er dem for januar 2027." in sentences(
        one, "da"
    )
    assert split(decided(), one, Told(), tmp_path) is None


def test_what_is_expected_is_told_with_the_range_of_its_difference(tmp_path: FilePath) -> None:
    words = " ".join(sentences(laid(figures(tmp_path, BASE, BASE)), "da"))
    assert "I marts 2027 ventes 650 fuldtidspersoner (9 af 10 beregninger: 640 til 660)." in words
    assert "Beslutningens virkning er \N{MINUS SIGN}10 (\N{MINUS SIGN}20 til" in words


@pytest.mark.parametrize(
    ("middle", "low", "high", "words"),
    [
        (0.2, 0.0, 0.6, "Beslutningen ventes ikke at flytte tallet."),
        (1.0, -3.0, 4.0, "kan gå begge veje"),
        (4.0, 1.0, 9.0, "Beslutningens virkning er +4 (+1 til +9)."),
    ],
)
def test_the_verb_follows_the_range(
    tmp_path: FilePath, middle: float, low: float, high: float, words: str
) -> None:
    made = decided()
    moved = Path(value=(0.0, 0.0, middle), low=(0.0, 0.0, low), high=(0.0, 0.0, high))
    series = made.series[0].model_copy(update={"difference": moved})
    made = made.model_copy(update={"series": (series, *made.series[1:])})
    one = laid(figures(tmp_path, BASE, BASE), made=made)
    assert words in " ".join(sentences(one, "da"))
    assert one.too_small_to_see


def test_a_month_before_the_decision_is_not_what_came_of_it(tmp_path: FilePath) -> None:
    made = decided(decided_on=datetime.date(2027, 1, 15))
    one = laid(figures(tmp_path, {**BASE, "2027M01": 671.0}, BASE), made=made)
    assert one.awaited == "2027-02"
    assert one.latest is None


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (664.4, "under beregningernes bånd"),
        (664.6, "inden for beregningernes bånd"),
        (675.0, "inden for beregningernes bånd"),
        (685.4, "inden for beregningernes bånd"),
        (685.6, "over beregningernes bånd"),
    ],
)
def test_the_place_is_that_of_the_figures_as_they_are_shown(
    tmp_path: FilePath, value: float, place: str
) -> None:
    one = laid(figures(tmp_path, {**BASE, "2027M01": value}, BASE))
    assert place in " ".join(sentences(one, "da"))


def test_published_months_come_before_own_ones(tmp_path: FilePath) -> None:
    told = Told().with_month("dagpenge", "2027-01", 700).with_month("dagpenge", "2027-02", 640)
    one = laid(figures(tmp_path, {**BASE, "2027M01": 671.0}, BASE), told)
    assert [(month.value, month.source) for month in one.months] == [
        (671.0, "published"),
        (640.0, "own"),
        (None, None),
    ]
    assert "1 af de 2 måneder" in " ".join(sentences(one, "da"))


def test_small_counts_stay_hidden(tmp_path: FilePath) -> None:
    told = Told().with_month("dagpenge", "2027-02", 3)
    one = laid(figures(tmp_path, {"2025M12": 4.0, "2026M01": 90.0, "2027M01": 2.0}, BASE), told)
    assert [(month.value, month.hidden) for month in one.months[:2]] == [(None, True), (None, True)]
    assert list(one.before) == ["2026-01"]
    assert one.latest is None
    made = decided()
    assert [series.id for series in made.shown] == ["dagpenge"]


def test_the_parts_by_hand(tmp_path: FilePath) -> None:
    # The start was taken for 652.417 and is published as 110; the others fell by a tenth of theirs (110 -> 99).
    folder = figures(tmp_path, {**BASE, "2027M01": 700.0}, {**BASE, "2027M01": 99.0})
    parts = split(decided(), laid(folder), Told(), folder)
    assert parts is not None
    assert parts.difference == pytest.approx(25.0)
    assert parts.data == pytest.approx(675.0 * (110.0 / 652.417 - 1.0))
    after = 675.0 * 110.0 / 652.417
    assert parts.economy == pytest.approx(after * (0.9 * 652.417 / 680.0 - 1.0))
    assert parts.effort is None
    assert parts.others == 2
    # Without the decision the level and the others' movement alone are what with_country of the back-test says.
    assert 675.0 + parts.data + parts.economy == pytest.approx(110.0 * 0.9 * 675.0 / 680.0)


def test_what_is_not_known_is_said_so_and_never_nothing(tmp_path: FilePath) -> None:
    folder = figures(tmp_path, {"2026M01": None, "2027M01": 700.0}, BASE)
    parts = split(decided(), laid(folder), Told(), folder)
    assert parts is not None
    assert (parts.economy, parts.data, parts.effort) == (None, None, None)
    assert parts.rest == pytest.approx(25.0)
    rows = split_rows(parts, "da")
    assert [row[1] for row in rows] == ["kendes ikke", "kendes ikke", "kendes ikke", "+25", "+25"]
    assert "ikke kendes" in rows[3][2]


def test_a_municipality_without_a_figure_is_left_out_of_both_sides() -> None:
    published = {
        "own": {"a": 1.0, "b": 5.0},
        "whole": {"a": 10.0, "b": 12.0},
        "gap": {"a": 1000.0, "b": None},
    }
    assert others_movement(published, "own", ("a",), "b") == (pytest.approx(1.2), 1)
    assert others_movement({"own": {"a": 1.0, "b": 2.0}}, "own", ("a",), "b") is None


part = st.none() | st.floats(-500, 500)


@given(st.floats(5, 5000), st.floats(5, 5000), part, part, part)
def test_the_parts_add_up_to_the_difference_also_as_they_are_shown(
    expected: float, value: float, economy: float | None, data: float | None, effort: float | None
) -> None:
    one = Split("2027-01", expected, value, economy, data, effort)
    known = [p for p in (economy, data, effort) if p is not None]
    assert sum(known) + one.rest == pytest.approx(value - expected, abs=1e-9)
    shown = one.shown
    assert sum(p for p in shown.values() if p is not None) == round(value) - round(expected)
    assert set(one.unknown) == {name for name, p in shown.items() if p is None}


@settings(max_examples=50)
@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 100))
def test_a_month_lies_in_exactly_one_place(value: float, low: float, wide: float) -> None:
    month = LaidMonth("2027-01", 0.0, low, low, low + wide, value, "published")
    assert month.place(0) in ("below", "inside", "above")
    assert (month.place(0) == "inside") == (round(low) <= round(value) <= round(low + wide))
