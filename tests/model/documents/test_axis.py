"""Test that the figures beside an axis differ from each other, however small what is drawn is."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pyarrow as pa
import pytest
import vl_convert

from model.documents.axis import ends, thinned
from model.documents.charts import kinds_spec
from model.documents.line_chart import line_spec
from model.documents.palette import LIGHT
from model.documents.pictures import VEGA_LITE, on_paper

WEEKS = [datetime.date(2021, 1, 4) + datetime.timedelta(weeks=26 * i) for i in range(9)]


def tick_labels(svg: str) -> list[str]:
    """Return the figures beside the axes, which stand to the right of their place."""
    texts = re.findall(r'<text text-anchor="end"[^>]*>([^<]*)</text>', svg)
    return [text for text in texts if re.fullmatch(r"[-+\u2212]?[\d.,]+", text)]


@pytest.mark.parametrize("high", [0.0, 1e-9, 0.04, 0.9, 1.0, 3.0, 40.0, 1147.0, 2.5e6])
@pytest.mark.parametrize("language", ["da", "en"])
def test_no_two_ticks_of_a_line_chart_read_the_same(high: float, language: str) -> None:
    values = np.linspace(0.0, high, len(WEEKS))
    low, top = ends([values])
    drawn = thinned(values, len(WEEKS))
    edge = [low, *[None] * (len(WEEKS) - 2), top]
    columns = {"week": WEEKS, "scenario": drawn, "baseline": drawn, "edge": edge}
    spec = line_spec("Titel", "personer", language, LIGHT, False, 6)
    specification = on_paper(spec, pa.table(columns))
    labels = tick_labels(str(vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE)))
    assert len(labels) >= 3
    assert len(set(labels)) == len(labels), labels
    assert all(len(label) <= 9 for label in labels), labels


@pytest.mark.parametrize("amount", [0.2, 0.9, 1.0, 7.0, 300.0])
def test_no_two_ticks_of_the_budget_read_the_same(amount: float) -> None:
    rows = [("2021", "a", amount, None, None), ("2021", None, None, amount, "x")]
    columns = [list(column) for column in zip(*rows, strict=True)]
    table = pa.table(dict(zip(("year", "kind", "amount", "net", "label"), columns, strict=True)))
    spec = kinds_spec(("a",), "da", LIGHT, False)
    labels = tick_labels(str(vl_convert.vegalite_to_svg(on_paper(spec, table), vl_version=VEGA_LITE)))
    assert len(labels) >= 3
    assert len(set(labels)) == len(labels), labels


def test_what_is_zero_all_along_has_an_axis_from_nought_to_one() -> None:
    assert ends([np.zeros(5)]) == (0.0, 1.0)
    assert ends([np.array([0.0, 1e-12])]) == (0.0, 1.0)
    assert thinned(np.array([0.0, 1e-12, -1e-9]), 53) == [0.0, 0.0, 0.0]
