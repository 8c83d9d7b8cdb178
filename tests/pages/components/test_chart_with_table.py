"""Test the table of a chart: on screen, and as a CSV file."""

from __future__ import annotations


def test_a_csv_keeps_numbers_and_disarms_formulas() -> None:
    from pages.components.chart_with_table import as_csv

    rows = [
        {"Navn": "=1+1", "Tal": "−1.234,5"},
        {"Navn": "-2+3+cmd|' /C calc'!A0", "Tal": "+1,2 mio. kr."},
        {"Navn": "@SUM(A1)", "Tal": "12"},
    ]
    lines = as_csv(rows, "da").decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Navn;Tal"
    assert lines[1] == "'=1+1;-1.234,5"
    assert lines[2] == "'-2+3+cmd|' /C calc'!A0;+1,2 mio. kr."
    assert lines[3] == "'@SUM(A1);12"
    assert as_csv(rows, "en").decode("utf-8-sig").startswith("Navn,Tal")


def test_a_table_that_is_drawn_again_is_made_once() -> None:
    from pages.components.chart_with_table import _frame

    rows = (("Uge", "1. januar"), ("Tal", "1.234"))
    frame = _frame((rows,))
    assert _frame((rows,)) is frame
    assert frame.to_dict("records") == [{"Uge": "1\\. januar", "Tal": "1\\.234"}]
