"""Share what the parts of the page Data need: texts, a table that folds into blocks on a phone, figures as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from model.disclosure import COUNTS, LIMIT
from model.language.catalogue import number, percent, text
from model.parameters.register import figure
from model.parameters.sourced_value import SourcedValue
from pages.components import mount
from pages.components.chart_with_table import Row, as_csv
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session

PART: Final = "data_part"


def page_text(session: Session, key: str, **values: object) -> str:
    """Return a text of the page."""
    return session.text(f"page_data.{key}", **values)


def responsive_table(
    session: Session,
    key: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str | Sequence[str]]],
    *,
    numbers: Sequence[int] = (),
    csv: bool = True,
) -> None:
    """Draw a table of texts with its file; a cell of several texts has the others under the first."""
    data: Mapping[str, Any] = {
        "caption": caption,
        "heads": [{"label": head, "number": i in numbers} for i, head in enumerate(heads)],
        "rows": [list(row) for row in rows],
    }
    mount.responsive_table(key=f"facts-{key}", data=data)
    if csv:
        table_file(session, key, heads, rows)


def table_file(
    session: Session, key: str, heads: Sequence[str], rows: Sequence[Sequence[str | Sequence[str]]]
) -> None:
    """Draw the button that gives a table as a file."""
    st.download_button(
        session.page_text("table.csv"),
        data=lambda: as_csv(plain_rows(heads, rows), session.language),
        file_name=f"{key}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"csv-{key}",
    )


def plain_rows(heads: Sequence[str], rows: Sequence[Sequence[str | Sequence[str]]]) -> list[Row]:
    """Return rows with one text a cell."""
    return [
        {
            head: cell if isinstance(cell, str) else "; ".join(part for part in cell if part)
            for head, cell in zip(heads, row, strict=True)
        }
        for row in rows
    ]


def not_shown(session: Session) -> str:
    """Return what stands where a count is too small, or would give such a one away."""
    return session.text("disclosure.not_shown")


def suppressed_note(session: Session) -> None:
    """Draw what is hidden and why."""
    st.caption(escape_markdown(session.text("disclosure.note", limit=number(LIMIT, session.language))))


def sourced(session: Session, value: SourcedValue | None, *, suppressed: bool) -> str:
    """Format a figure of the register: shares in per cent, hidden counts not at all."""
    if value is None:
        return number(None, session.language)
    if suppressed:
        return not_shown(session)
    if value.unit in COUNTS:
        return number(value.value, session.language, 0 if value.value >= 100 else 1)
    if value.unit == "share":
        return percent(value.value, session.language, 1)
    return figure(value.value, session.language)


def quality(session: Session, name: str) -> str:
    """Return a quality mark in words."""
    return text(f"domain.quality.{name}", session.language)


def go_to_part(session: Session, part: str) -> None:
    """Let the next run draw another part."""
    session.widget_values[PART] = part
    st.session_state.pop(PART, None)
