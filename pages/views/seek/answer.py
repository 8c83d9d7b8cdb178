"""Draw the answer of the page What would it take: sentences, levers, cost, and the curve of budget against goal."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.seek.answer import CannotSeek, Curve, SeekAnswer
from model.seek.sentences import answer_sentences, as_scenario
from pages.components.chart_with_table import chart_with_table, columns, table
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.theme import palette
from pages.session.questions import Question
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.seek.charts import curve_chart
from pages.views.seek.jobs import curve_job, search_job
from pages.views.seek.put_on_screen import put_on_screen
from pages.views.seek.question import stop_search
from pages.views.seek.view import cost_rows, move_rows


def answer(session: Session, results: ScenarioResults, question: Question) -> None:
    """Draw the progress, then the answer in words and figures."""
    st.header(session.text("page_seek.answer"), anchor=False)
    if not search_job(session, results, question).done.is_set():
        st.button(session.text("page_seek.stop"), key="seek-stop", on_click=lambda: stop_search(session))
    show_when_done(
        session,
        "seek",
        lambda: search_job(session, results, question),
        lambda sought: verdict_and_figures(session, results, question, sought),
        in_shares=True,
        # What does not reach the goal is looked into at the end, and takes longer than all before.
        even=False,
    )


def verdict_and_figures(
    session: Session, results: ScenarioResults, question: Question, sought: SeekAnswer | CannotSeek
) -> None:
    """Draw the answer in words, the levers, the cost, and what stands in the way."""
    if isinstance(sought, CannotSeek):
        st.warning(escape_markdown(sought.text(session.language)))
        return
    verdict = "not_needed" if not sought.needed else "reached" if sought.reached else "not_reached"
    st.subheader(session.text(f"page_seek.answer.{verdict}"), anchor=False)
    st.markdown(as_markdown([sentence.text(session.language) for sentence in answer_sentences(sought)]))
    left, right = columns(session)
    with left:
        st.subheader(session.text("page_seek.moves"), anchor=False)
        table(move_rows(session, sought), "seek-moves", session)
        name = session.text(
            "page_seek.use.name", indicator=sought.readings[0].indicator.title.text(session.language)
        )
        if st.button(
            session.text("page_seek.use"),
            key="go-seek-use",
            type="primary",
            help=session.text("page_seek.use.help"),
            disabled=not any(move.moved for move in sought.moves),
        ):
            session.sought = None
            put_on_screen(session, as_scenario(sought, session.scenario, name, session.language))
    with right:
        st.subheader(session.text("page_seek.cost"), anchor=False)
        table(cost_rows(session, sought), "seek-cost", session)
    cost_curve(session, results, question)


def as_markdown(sentences: Sequence[str]) -> str:
    """Join sentences as paragraphs, those that begin with a dash as points of a list."""
    point = "- "
    markdown = ""
    for sentence in sentences:
        if sentence.startswith(point):
            markdown += f"\n{point}{escape_markdown(sentence.removeprefix(point))}"
        else:
            markdown += f"\n\n{escape_markdown(sentence)}\n"
    return markdown.strip()


def cost_curve(session: Session, results: ScenarioResults, question: Question) -> None:
    """Draw the curve of budget against goal, on demand."""
    st.header(session.text("page_seek.curve"), anchor=False)
    st.markdown(escape_markdown(session.text("page_seek.curve.text")))
    if not session.drawn_curve:

        def start_curve() -> None:
            """Ask for the curve; the run after the press draws it."""
            session.drawn_curve = True

        st.button(session.text("page_seek.curve.start"), key="seek-curve", on_click=start_curve)
        return
    show_when_done(
        session,
        "curve",
        lambda: curve_job(session, results, question),
        lambda drawn: curve_or_refusal(session, drawn),
        in_shares=True,
    )


def curve_or_refusal(session: Session, drawn: Curve | CannotSeek) -> None:
    """Draw the curve, or why there is none."""
    if isinstance(drawn, CannotSeek):
        st.warning(escape_markdown(drawn.text(session.language)))
        return
    chart_with_table(session, "seek-curve", **curve_chart(session, drawn, palette()))
