"""Draw the template of a municipality: the file to fill in, and what one that has come back is."""

from __future__ import annotations

import datetime
from typing import Final

import streamlit as st

from model.imports.template_rows import FilledTemplate
from model.language.catalogue import long_date, number
from model.municipality.municipality import Municipality
from model.municipality.municipality_list import UnknownMunicipality, find_municipality
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.views.data.shared import page_text

_MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template_offer(session: Session, municipality: Municipality) -> None:
    """Draw the file of all numbers that a municipality can have of its own, to fill in and to upload."""
    language = session.language

    def made() -> bytes:
        """Make the template when its button is pressed."""
        # Loaded for those who want it only.
        from model.documents.figures_template import figures_template

        today = datetime.datetime.now().astimezone().date()
        return figures_template(municipality, language, today)

    with st.container(horizontal=True, vertical_alignment="center", key="data-template"):
        st.download_button(
            escape_markdown(page_text(session, "template", name=municipality.name)),
            data=made,
            file_name=f"{municipality.id}-{page_text(session, 'template.file')}.xlsx",
            mime=_MIME,
            on_click="ignore",
            key="data_template",
        )
        st.caption(escape_markdown(page_text(session, "template.note")))


def template_contents(session: Session, template: FilledTemplate) -> None:
    """Draw which template a file is, and how it is read."""
    language = session.language
    try:
        name = find_municipality(template.municipality).name
    except UnknownMunicipality:
        name = template.municipality
    try:
        made_on = long_date(datetime.date.fromisoformat(template.made_on), language)
    except ValueError:
        made_on = template.made_on
    filled = sum("value" in row.cells for row in template.rows)
    line = session.text("template.read", name=name, date=made_on, n=number(filled, language))
    st.markdown(escape_markdown(f"{line} {session.text('template.rule')}"))
