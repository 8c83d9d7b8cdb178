"""What the parts of the data page share: its words, a table that folds into blocks on a phone, figures as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from model.disclosure import COUNTS, LIMIT
from model.language.catalogue import number, percent, text
from model.parameters.sourced_value import SourcedValue
from pages.components import mount
from pages.components.chart_with_table import Row, as_csv
from pages.components.escape_markdown import plain
from pages.session.session import Visit

PART: Final = "data_part"


def says(here: Visit, key: str, **values: object) -> str:
    """A text of the page."""
    return here.words(f"page_data.{key}", **values)


def facts(
    here: Visit,
    key: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str | Sequence[str]]],
    *,
    numbers: Sequence[int] = (),
    csv: bool = True,
) -> None:
    """A table of texts; a cell of several texts has the others under the first. With the table as a file."""
    data: Mapping[str, Any] = {
        "caption": caption,
        "heads": [{"label": head, "number": i in numbers} for i, head in enumerate(heads)],
        "rows": [list(row) for row in rows],
    }
    mount.responsive_table(key=f"facts-{key}", data=data)
    if csv:
        st.download_button(
            here.text("table.csv"),
            data=lambda: as_csv(plain_rows(heads, rows), here.language),
            file_name=f"{key}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"csv-{key}",
        )


def plain_rows(heads: Sequence[str], rows: Sequence[Sequence[str | Sequence[str]]]) -> list[Row]:
    """Rows with one text a cell."""
    return [
        {
            head: cell if isinstance(cell, str) else "; ".join(part for part in cell if part)
            for head, cell in zip(heads, row, strict=True)
        }
        for row in rows
    ]


def not_shown(here: Visit) -> str:
    """What stands where a count is too small, or would give such a one away."""
    return here.words("small_numbers.not_shown")


def hidden_note(here: Visit) -> None:
    """Says what is hidden and why."""
    st.caption(plain(here.words("small_numbers.note", limit=number(LIMIT, here.language))))


def sourced(here: Visit, value: SourcedValue | None, *, hidden: bool) -> str:
    """A figure of the register as it may be shown: shares in per cent, counts that are hidden not at all."""
    from model.parameters.register import figure

    if value is None:
        return number(None, here.language)
    if hidden:
        return not_shown(here)
    if value.unit in COUNTS:
        return number(value.value, here.language, 0 if value.value >= 100 else 1)
    if value.unit == "share":
        return percent(value.value, here.language, 1)
    return figure(value.value, here.language)


def quality(here: Visit, name: str) -> str:
    """A quality mark in words."""
    return text(f"domain.quality.{name}", here.language)


def go_to_part(here: Visit, part: str) -> None:
    """The next run draws another part."""
    here.kept[PART] = part
    st.session_state.pop(PART, None)
