"""Offer each party's package as a sheet of amendment, and all of them in one file: the answers between rounds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session
from pages.session.stacks import WORD, sheet
from pages.views.workshop.proposals import Proposal, proposals_in


def amendment_sheets(session: Session, meeting: Meeting, build: CourseStep) -> None:
    """Draw a button for each party's sheet, and one for all of them."""
    proposals = [one for one in proposals_in(session, meeting, build) if one.scenario.changes]
    if not proposals:
        return
    name = session.text("page_catalogue.sheet.name")
    st.subheader(session.text("page_workshop.cards.sheets"), anchor=False)
    st.caption(session.text("page_workshop.cards.sheets.words"))
    with st.container(horizontal=True):
        st.download_button(
            session.text("page_workshop.cards.sheets.all"),
            data=lambda: all_sheets(session, proposals),
            file_name=f"{name}-{build.id}.zip",
            mime="application/zip",
            on_click="ignore",
            type="primary",
            key="sheets-all",
        )
        for proposal in proposals:
            st.download_button(
                escape_markdown(proposal.name),
                data=partial(sheet_of_party, session, proposal),
                file_name=f"{name}-{build.id}-{proposal.table}.docx",
                mime=WORD,
                on_click="ignore",
                key=f"sheet-{proposal.table}",
            )


def all_sheets(session: Session, proposals: Sequence[Proposal]) -> bytes:
    """Return the sheets of all packages as one zip file, each under its party's name."""
    from model.documents.amendment import packed

    return packed([(proposal.name, sheet_of_party(session, proposal)) for proposal in proposals])


def sheet_of_party(session: Session, proposal: Proposal) -> bytes:
    """Return the sheet of one package, its amounts with their ranges; another thread makes it."""
    assert proposal.package is not None
    return sheet(session, proposal.package.stack, f"sheet-{proposal.table}")
