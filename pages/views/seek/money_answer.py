"""Draw the answer to a question of money: three sentences, a picture, the levers, and what limits it folded away."""

from __future__ import annotations

import threading
import time
from typing import Any, NamedTuple

import streamlit as st

from model.budget.sentences import millions
from model.language.catalogue import number
from model.scenario.texts import without_texts
from model.seek.answer import CannotSeek
from model.seek.money import MoneyAnswer
from model.seek.money_sentences import limit_sentences, money_limits, money_scenario, money_sentences
from model.seek.spend import buy, save
from pages.components.chart_with_table import chart_with_table, csv_button, table
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.components.theme import palette
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.seek.money_charts import budget_curve, year_bars
from pages.views.seek.money_question import stop_money
from pages.views.seek.money_view import goal_rows, lever_rows, year_rows, yield_rows
from pages.views.seek.put_on_screen import put_on_screen


class Found(NamedTuple):
    """An answer, or why there is none, and the seconds that it took."""

    answer: MoneyAnswer | CannotSeek
    seconds: float


def money_job(session: Session, results: ScenarioResults, mode: str) -> Job:
    """Begin the search, or return the job that does it."""
    municipality, scenario = results.municipality, without_texts(results.scenario)
    question = session.sought_money[mode]
    options = question.options(session.start_of_changes, session.phase_in_weeks)
    search = buy if mode == "buy" else save

    def work(cancel: threading.Event, progress: Progress) -> Found:
        """Search; what cannot be sought is an answer too: it says what would be right."""
        begun = time.monotonic()
        try:
            found: MoneyAnswer | CannotSeek = search(
                municipality, scenario, options, cancel=cancel, progress=progress
            )
        except CannotSeek as problem:
            found = problem
        return Found(found, time.monotonic() - begun)

    key = ("seek-money", municipality.key, scenario.key, mode, options)
    return session.ask(STUDIES, "seek-money", key, work, stays=True)


def money_answer(session: Session, results: ScenarioResults, mode: str) -> None:
    """Draw how far the search is, then its answer."""
    st.header(session.text("page_seek.answer"), anchor=False)
    if not money_job(session, results, mode).done.is_set():
        st.button(session.text("page_seek.stop"), key="seek-stop", on_click=lambda: stop_money(session, mode))
        st.caption(escape_markdown(session.text("page_seek.money.takes")))
    show_when_done(
        session,
        "seek-money",
        lambda: money_job(session, results, mode),
        lambda found: _found(session, found),
        in_shares=True,
    )


def _found(session: Session, found: Found) -> None:
    """Draw the answer, or why there is none."""
    answer, language = found.answer, session.language
    if isinstance(answer, CannotSeek):
        st.warning(escape_markdown(answer.text(language)))
        return
    for sentence in (*money_sentences(answer), *limit_sentences(answer)):
        st.markdown(escape_markdown(sentence.text(language)))
    _use(session, answer)
    _picture(session, answer)
    st.subheader(session.text("page_seek.moves"), anchor=False)
    table(lever_rows(session, answer), "seek-money-moves", session)
    st.subheader(session.text("page_seek.money.goal_rows"), anchor=False)
    table(goal_rows(session, answer), "seek-money-goals", session)
    st.subheader(session.text(f"page_seek.money.alone.{answer.mode}"), anchor=False)
    st.caption(escape_markdown(session.text(f"page_seek.money.alone.{answer.mode}.text")))
    table(yield_rows(session, answer), "seek-money-alone", session)
    with st.expander(session.text("page_seek.money.limits_of_answer")):
        for note in money_limits(answer):
            st.markdown("- " + escape_markdown(note.text(language)))
        if answer.mode == "buy":
            years = year_rows(session, answer)
            table(years, "seek-money-years")
            csv_button(session, years, "seek-money-years", "tertiary")
        st.caption(
            escape_markdown(
                session.text(
                    "page_seek.money.took",
                    seconds=number(found.seconds, language),
                    runs=number(answer.runs, language),
                )
            )
        )


def _use(session: Session, answer: MoneyAnswer) -> None:
    """Draw the button that puts the answer on the first page."""
    name = session.text(
        f"page_seek.money.name.{answer.mode}",
        amount=millions(answer.asked, session.language),
        year=str(answer.year),
    )
    if st.button(
        session.text("page_seek.use_answer"),
        key="go-seek-money-use",
        type="primary",
        help=session.text("page_seek.use.help"),
        disabled=not answer.moved,
    ):
        session.sought_money.pop(answer.mode, None)
        put_on_screen(session, money_scenario(answer, session.scenario, name, session.language))


def _picture(session: Session, answer: MoneyAnswer) -> None:
    """Draw the curve of amounts against a goal, or the saving year by year."""
    chart: dict[str, Any]
    if answer.mode == "save":
        chart = year_bars(session, answer, palette())
    else:
        at = 0
        seen = [i for i, effect in enumerate(answer.effects) if effect.kind != "hidden"]
        if not seen:
            return
        at = max(seen, key=lambda i: answer.effects[i].gain / answer.effects[i].indicator.smallest_movement)
        if len(seen) > 1:
            at = st.selectbox(
                session.text("page_seek.money.curve_of"),
                seen,
                index=seen.index(at),
                format_func=lambda i: answer.effects[i].indicator.title.text(session.language),
                key="seek-money-curve-goal",
            )
        chart = budget_curve(session, answer, at, palette())
    chart_with_table(session, "seek-money", **chart)
