"""Draw a chart as every page shows it: the picture, a sentence that says the same, and its figures one click away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

import pyarrow as pa
import streamlit as st

from model.documents.charts import TEXT_SIZE, finished
from model.files.csv_tables import Row, as_csv
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import palette
from pages.session.session import Session

if TYPE_CHECKING:
    from model.documents.pictures import Picture
    from model.scenario.scenario import Scenario

__all__ = [
    "TEXT_SIZE",
    "Chart",
    "ChartWords",
    "Row",
    "as_csv",
    "chart_with_table",
    "csv_button",
    "figure",
    "finished",
    "table",
    "table_expander",
]


Chart = tuple[pa.Table, Mapping[str, Any]]


@dataclass(frozen=True)
class ChartWords:
    """What a chart is called, what stands below it, and what is said to those who do not see it."""

    name: str  # unchanging, for screen readers
    sentence: str
    alt: str = ""  # where the sentence does not tell the figures


def chart_with_table(
    session: Session,
    key: str,
    table: pa.Table,
    spec: Mapping[str, Any],
    *,
    name: str,
    sentence: str,
    rows: Sequence[Row],
    scenarios: Sequence[Scenario] | None = None,
) -> None:
    """Draw a chart.

    ``table`` is what it draws, ``name`` its unchanging name for screen readers, ``sentence`` says it with its figures,
    ``rows`` are the figures as people read them (one mapping from heading to text per row). ``scenarios`` are those
    that the chart shows, by default the one on screen; a picture that is taken along names them.
    """
    chart = table, spec
    figure(session, key, chart, ChartWords(name, sentence), rows=rows, scenarios=scenarios, paper=chart)


def figure(
    session: Session,
    key: str,
    chart: Chart,
    words: ChartWords,
    *,
    rows: Sequence[Row],
    scenarios: Sequence[Scenario] | None,
    paper: Chart,
) -> None:
    """Draw a chart as ``chart_with_table``; ``paper`` is what a picture draws that is taken along, with its legend."""
    table, spec = chart
    name = f"{words.name}. {words.alt}" if words.alt else words.name
    with st.container(key=f"figure-{key}"):
        st.vega_lite_chart(table, dict(spec), theme=None, alt=name, width="stretch")
        st.caption(escape_markdown(words.sentence))
        taken = _picture(session, paper, words, scenarios)
        table_expander(session, key, rows, picture=taken)


def _picture(
    session: Session, chart: Chart, words: ChartWords, scenarios: Sequence[Scenario] | None
) -> Callable[[], Picture]:
    """Return what makes the chart as it can be taken along, in the colours that the visitor sees."""
    table, spec = chart
    ground = palette().ground
    municipality, language = session.municipality, session.language
    shown = (session.scenario,) if scenarios is None else tuple(scenarios)
    larger = TEXT_SIZE[session.present] / TEXT_SIZE[False]

    def made() -> Picture:
        """Make the picture."""
        # Imported when a picture is asked for: the library that draws it is slow to load.
        from model.documents.pictures import WIDTH, Picture, on_paper, origin_lines

        drawn = on_paper(spec, table, round(WIDTH * larger), ground)
        return Picture(
            words.name, words.alt or words.sentence, drawn, origin=origin_lines(municipality, shown, language)
        )

    return made


def table_expander(
    session: Session,
    key: str,
    rows: Sequence[Row],
    *,
    label: str = "",
    picture: Callable[[], Picture] | None = None,
) -> None:
    """Draw a table that is folded away, with its figures as a file, and the chart that draws them."""
    with st.expander(label or session.page_text("focus.table")):
        table(rows, key)
        with st.container(horizontal=True):
            csv_button(session, rows, key)
            if picture is not None:
                _picture_buttons(session, key, picture)


def csv_button(
    session: Session, rows: Sequence[Row], key: str, kind: Literal["secondary", "tertiary"] = "secondary"
) -> None:
    """Draw the button for a table's figures as a file; "tertiary" looks like a link."""
    st.download_button(
        session.page_text("table.csv"),
        data=lambda: as_csv(rows, session.language),
        file_name=f"{key}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"csv-{key}",
        type=kind,
    )


def _picture_buttons(session: Session, key: str, picture: Callable[[], Picture]) -> None:
    """Draw the buttons for the chart as PNG and SVG."""
    for kind, mime, data in (
        ("png", "image/png", lambda: picture().png),
        ("svg", "image/svg+xml", lambda: picture().svg),
    ):
        st.download_button(
            session.text(f"page_download.{kind}"),
            data=data,
            file_name=f"{key}.{kind}",
            mime=mime,
            on_click="ignore",
            key=f"{kind}-{key}",
        )


def columns(session: Session) -> tuple[Any, Any]:
    """Return two columns side by side; one under the other on the big screen, whose letters need the width."""
    if session.present:
        return st.container(), st.container()
    left, right = st.columns(2, gap="large")
    return left, right


def table(rows: Sequence[Row], key: str, visit: Session | None = None) -> None:
    """Draw a table of texts as they stand; columns of numbers stand to the right (reading.css).

    With ``visit`` it can be taken along as a file; not from the big screen, where words are few.
    """
    numbers = all(not cell or _NUMBER.match(cell) for row in rows for cell in list(row.values())[1:])
    # A table reads Markdown, where "30. september" is the thirtieth item of a list.
    with st.container(key=f"{'numbers' if numbers else 'words'}-{key}"):
        st.table(_frame(tuple(tuple(row.items()) for row in rows)))
        if visit is not None and not visit.present:
            csv_button(visit, rows, key, "tertiary")


@lru_cache(maxsize=64)
def _frame(rows: tuple[tuple[tuple[str, str], ...], ...]) -> Any:
    """Return a table as Streamlit reads it. Made once: a page that waits draws the same tables again and again.

    Streamlit makes one of a list itself, twice: 6 of the 30 ms of processor that the page Uncertainty took.
    """
    # Imported with the first table: slow to load.
    import pandas as pd

    return pd.DataFrame(
        [{escape_markdown(head): escape_markdown(cell) for head, cell in row} for row in rows]
    )


_NUMBER: Final = re.compile(r"(?:DKK |nr\. )?[-+\u2212]?\d|[\u2013-]$")
