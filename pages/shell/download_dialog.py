"""Draw the dialog with the downloads; each file is made when it is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from model.disclosure import LIMIT
from model.files.problems import FileProblem
from model.language.catalogue import number
from model.scenario.files import file_name
from pages.components.escape_markdown import escape_markdown
from pages.session.bands import fan_job
from pages.session.focus import focus
from pages.session.session import Session

if TYPE_CHECKING:
    from model.documents.figures import Findings, GoalRow
    from pages.session.results import ScenarioResults

# How long a file waits for the bands; without them it says that it has none.
_PATIENCE: Final = 120.0
_LONGEST_NAME: Final = 60
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download_dialog(session: Session, results: ScenarioResults, on_dismiss: Callable[[], None]) -> None:
    """Offer Word, Excel, PDF, CSV, and the chart in focus."""

    def say(key: str, **values: object) -> str:
        return session.text(f"page_download.{key}", **values)

    @st.dialog(say("title"), on_dismiss=on_dismiss)
    def dialog() -> None:
        stem = _stem(results.scenario.name)
        for key, ending, mime, make in (
            ("item", "docx", _WORD, committee_item),
            ("amendment", "docx", _WORD, amendment),
            ("workbook", "xlsx", _EXCEL, workbook),
            ("handout", "pdf", "application/pdf", handout),
            ("tables", "zip", "application/zip", tables),
        ):
            st.download_button(
                say(key),
                data=_later(make, session, results),
                file_name=f"{stem}-{say(f'name.{key}')}.{ending}",
                mime=mime,
                on_click="ignore",
                key=f"download-{key}",
                width="stretch",
            )
            st.caption(escape_markdown(say(f"{key}.help")))
        _chart(session, results, stem, say)
        st.caption(escape_markdown(say("note")))

    dialog()


def _chart(session: Session, results: ScenarioResults, stem: str, say: Callable[..., str]) -> None:
    from model.documents.figures import GoalRow

    row = GoalRow(*focus(session, results))
    st.markdown(escape_markdown(say("chart", title=row.indicator.title.text(session.language))))
    if row.suppressed:
        st.caption(escape_markdown(say("suppressed", n=number(LIMIT, session.language))))
        return
    with st.container(horizontal=True):
        for ending, mime in (("png", "image/png"), ("svg", "image/svg+xml")):
            st.download_button(
                say(ending),
                data=_later(partial(chart, row=row, kind=ending), session, results),
                file_name=f"{stem}-{say('name.chart')}-{row.indicator.id}.{ending}",
                mime=mime,
                on_click="ignore",
                key=f"download-{ending}",
            )


def _later(make: Callable[[Findings], Any], session: Session, results: ScenarioResults) -> Callable[[], Any]:
    """Return what makes a file of these results when its button is pressed; another thread runs it."""
    language, reference = session.language, session.reference

    def made() -> Any:
        from model.documents.beside import with_reference
        from model.documents.figures import gather

        job = fan_job(session, results, "download", stays=True)
        job.done.wait(_PATIENCE)
        fan = job.result if job.is_ready else None
        today = datetime.datetime.now().astimezone().date()
        found = gather(results.scenario, language, made_on=today, fan=fan)
        return make(with_reference(found, reference))

    return made


def committee_item(findings: Findings) -> bytes:
    """Return the Word document."""
    from model.documents import committee_item

    return committee_item.committee_item(findings)


def amendment(findings: Findings) -> bytes:
    """Return the amendment sheet."""
    from model.catalogue.files import Catalogue, own_folder
    from model.catalogue.of_scenario import stack_of
    from model.documents import amendment

    # A scenario made of cards is told by them: their titles, reasons and own prices are nowhere else.
    made = stack_of(findings.scenario, Catalogue(own_folder()))
    return amendment.amendment_sheet(findings, () if made is None else made.layers)


def workbook(findings: Findings) -> bytes:
    """Return the Excel workbook."""
    from model.documents import workbook

    return workbook.workbook(findings)


def handout(findings: Findings) -> bytes:
    """Return the page of paper."""
    from model.documents import handout

    return handout.handout(findings)


def tables(findings: Findings) -> bytes:
    """Return the CSV files."""
    from model.documents import tables

    return tables.csv_archive(findings)


def chart(findings: Findings, row: GoalRow, kind: str) -> bytes | str:
    """Return the chart in focus as PNG or SVG."""
    from model.documents.pictures import line_picture_alone

    picture = line_picture_alone(findings, row)
    return picture.png if kind == "png" else picture.svg


def _stem(name: str) -> str:
    """Return the scenario's name as part of a file's."""
    try:
        return file_name(name).rpartition(".")[0][:_LONGEST_NAME]
    except (FileProblem, ValueError):
        return "indsatskompas"
