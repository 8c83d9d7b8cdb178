"""A chart as every page shows it: the picture, what it says in a sentence, and its figures one click away."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import pyarrow as pa
import streamlit as st

from pages.components.chart import config
from pages.components.look import Palette
from pages.components.plain import plain
from pages.components.visit import Visit

Row = Mapping[str, str]
TEXT_SIZE: Final = {False: 13, True: 36}  # ordinary and big screen


def finished(
    chart: alt.TopLevelMixin, language: str, palette: Palette, *, present: bool = False
) -> dict[str, Any]:
    """An Altair chart as plain data without its figures, in the look that all charts share.

    Make it once per language, palette and size (``lru_cache``): building Altair's objects is slow.
    """
    spec: dict[str, Any] = chart.to_dict()
    _without_data(spec)
    spec.pop("datasets", None)
    spec["config"] = config(language, palette, TEXT_SIZE[present])
    return spec


def _without_data(part: Any) -> None:
    if isinstance(part, dict):
        part.pop("data", None)
        for inner in part.values():
            _without_data(inner)
    elif isinstance(part, list):
        for inner in part:
            _without_data(inner)


def figure(
    visit: Visit,
    key: str,
    table: pa.Table,
    spec: Mapping[str, Any],
    *,
    name: str,
    sentence: str,
    rows: Sequence[Row],
) -> None:
    """Draws a chart.

    ``table`` is what it draws, ``name`` its unchanging name for screen readers, ``sentence`` says it with its figures,
    ``rows`` are the figures as people read them (one mapping from heading to text per row).
    """
    with st.container(key=f"figure-{key}"):
        st.vega_lite_chart(table, dict(spec), theme=None, alt=name, width="stretch")
        st.caption(plain(sentence))
        figures(visit, key, rows)


def figures(visit: Visit, key: str, rows: Sequence[Row], *, label: str = "") -> None:
    """A table that is folded away, with its figures as a file."""
    with st.expander(label or visit.text("focus.table")):
        table(rows, key)
        st.download_button(
            visit.text("table.csv"),
            data=lambda: as_csv(rows, visit.language),
            file_name=f"{key}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"csv-{key}",
        )


def columns(visit: Visit) -> tuple[Any, Any]:
    """Two columns side by side; one under the other on the big screen, whose letters need the width."""
    if visit.present:
        return st.container(), st.container()
    left, right = st.columns(2, gap="large")
    return left, right


def table(rows: Sequence[Row], key: str) -> None:
    """A table of texts, shown as they stand; columns of numbers stand to the right (frame.css)."""
    numbers = all(not cell or _NUMBER.match(cell) for row in rows for cell in list(row.values())[1:])
    # A table reads Markdown, where "30. september" is the thirtieth item of a list.
    with st.container(key=f"{'numbers' if numbers else 'words'}-{key}"):
        st.table([{plain(head): plain(cell) for head, cell in row.items()} for row in rows])


def as_csv(rows: Sequence[Row], language: str) -> bytes:
    """Rows as a CSV that a Danish or an English spreadsheet opens; no cell is taken for a formula."""
    out = io.StringIO()
    heads = list(rows[0]) if rows else []
    writer = csv.writer(out, delimiter=";" if language == "da" else ",", lineterminator="\r\n")
    writer.writerow([_harmless(head) for head in heads])
    writer.writerows([_harmless(row.get(head, "")) for head in heads] for row in rows)
    return out.getvalue().encode("utf-8-sig")


_NUMBER: Final = re.compile(r"(?:DKK |nr\. )?[-+\u2212]?\d|[\u2013-]$")
# A number with its sign and unit; nothing in it can be calculated further.
_AMOUNT: Final = re.compile(r"[-+]?\d[\d.,]*(?: [^=+@|!-]*)?")


def _harmless(cell: str) -> str:
    """Text that a spreadsheet would calculate is marked as text; numbers keep their sign."""
    words = cell.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ")
    if words[:1] in ("=", "+", "-", "@", "\t", "\r") and not _AMOUNT.fullmatch(words):
        return "'" + words
    return words
