"""Draw the tables and lists of the page Method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.components import mount
from pages.components.chart_with_table import csv_button
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.views.method.view import page_text


def facts_table(
    session: Session,
    key: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    numbers: Sequence[int],
) -> None:
    """Draw a table that becomes blocks on a phone."""
    data: Mapping[str, Any] = {
        "caption": caption,
        "heads": [{"label": head, "number": i in numbers} for i, head in enumerate(heads)],
        "rows": rows,
    }
    mount.responsive_table(key=f"facts-{key}", data=data)
    if key != "register" and not session.present:  # the register has a file of all its numbers
        csv_button(
            session,
            [dict(zip(heads, map(str, row), strict=True)) for row in rows],
            f"method-{key}",
            "tertiary",
        )


def bullet_list(session: Session, key: str, names: Any) -> None:
    """Draw a list of texts."""
    st.markdown("\n".join(f"- {escape_markdown(page_text(session, f'{key}.{name}'))}" for name in names))
