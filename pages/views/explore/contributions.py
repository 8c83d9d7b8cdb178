"""Explain why it moves: what each lever adds to goals and cost, what holds back, what the effect rests on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from model.scenario.texts import without_texts
from pages.components.escape_markdown import escape_markdown
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session

if TYPE_CHECKING:
    from model.explain.contributions import Attribution, Contributions
    from model.language.drawn_range import DrawnRange
    from pages.components.chart_with_table import Row
    from pages.session.results import ScenarioResults

# Above this many levers those of one kind are taken together, as the exact shares take too many runs.
_APART: Final = 8
_MOST_SENTENCES: Final = 6


def contributions(session: Session, results: ScenarioResults) -> None:
    """Draw a button, and below it the explanation where it is wanted."""

    def turn() -> None:
        session.why_open = not session.why_open

    with st.container(key="why"):
        st.button(
            session.text(f"page_why.{'close' if session.why_open else 'open'}"), key="why-turn", on_click=turn
        )
        if not session.why_open:
            return
        st.header(session.text("page_why.heading"), anchor=False)
        if not results.scenario.changes:
            st.markdown(escape_markdown(session.text("page_why.none")))
            return
        from pages.components.job_progress import show_when_done

        show_when_done(
            session,
            "why",
            lambda: _job(session, results),
            lambda answer: _draw_attribution(session, answer[0], answer[1], _ranges(session, results)),
        )


def _job(session: Session, results: ScenarioResults) -> Job:
    municipality, scenario = results.municipality, without_texts(results.scenario)
    merge = len({change.target for change in scenario.changes}) > _APART

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.explain.attribution import attribute
        from model.explain.mechanisms import all_mechanisms

        parts = attribute(municipality, scenario, merge_groups=merge, cancel=cancel.is_set, progress=progress)
        keys = parts.reported_keys()
        # What moved most, the persons on support and the money.
        chosen = dict.fromkeys((keys[0], *keys[-2:]))
        return parts, all_mechanisms(municipality, scenario, chosen, cancel=cancel.is_set, progress=progress)

    key = ("why", municipality.key, scenario.key)
    session.jobs["why"] = STUDIES.request(key, work, before=session.jobs.get("why"))
    return session.jobs["why"]


def _ranges(session: Session, results: ScenarioResults) -> Mapping[str, DrawnRange]:
    """Return between what the change in each figure lies, as far as the draws are run."""
    from pages.session.certainty import known_certainty

    known = known_certainty(session, results)
    return {} if known is None else known.fan.difference_ranges()


def _draw_attribution(
    session: Session, attribution: Attribution, mechanisms: Any, ranges: Mapping[str, DrawnRange]
) -> None:
    from model.explain.attribution_sentences import attribution_sentences
    from model.explain.mechanisms import mechanism_sentences
    from pages.components.chart_with_table import columns, table

    st.subheader(session.text("page_why.levers"), anchor=False)
    table(_rows(session, attribution, ranges), "why-levers", session)
    note = session.text("page_why.note" if attribution.exact else "page_why.sampled")
    if ranges:
        note = f"{session.text('page_why.ranges')} {note}"
    st.caption(escape_markdown(note))
    left, right = columns(session)
    with left:
        _list(session, "in_words", attribution_sentences(attribution, ranges)[:_MOST_SENTENCES])
        _list(session, "limits", attribution.limits())
    with right:
        back, others = (
            [line for parts in mechanisms.values() for line in mechanism_sentences(parts, holding_back=which)]
            for which in (True, False)
        )
        _list(session, "more", back)
        _list(session, "rests", others)
        if back or others:
            st.caption(escape_markdown(session.text("why.mechanism.note")))


def _list(session: Session, heading: str, sentences: Any) -> None:
    if not sentences:
        return
    st.subheader(session.text(f"page_why.{heading}"), anchor=False)
    for sentence in sentences:
        st.markdown(escape_markdown(sentence.text(session.language)))


def _rows(session: Session, attribution: Attribution, ranges: Mapping[str, DrawnRange]) -> list[Row]:
    """List per lever its part of each goal's first measuring point, of the persons and of the cost, and the totals."""
    from model.explain.figures import difference_shown, range_shown
    from model.goals.series import indicator_key

    language = session.language
    columns: list[tuple[str, Contributions]] = []
    for goal in attribution.goals:
        key = indicator_key(goal, goal.key)
        if key in attribution.indicators:
            columns.append((f"{goal.number}. {goal.key.title.text(language)}", attribution.indicators[key]))
    columns.append((session.text("page_why.persons"), attribution.persons))
    columns.append((session.text("page_why.cost"), attribution.budget.total))

    def row(name: str, values: list[float], within: Mapping[str, DrawnRange]) -> Row:
        cells = {
            head: difference_shown(
                figure.key, value, attribution.goals, unit=False, within=within.get(figure.key)
            ).text(language)
            for (head, figure), value in zip(columns, values, strict=True)
        }
        return {session.text("page_why.lever"): name, **cells}

    rows = [
        row(lever.label.text(language), [figure.parts[i] for _, figure in columns], {})
        for i, lever in enumerate(attribution.levers)
    ]
    rows.append(row(session.text("page_why.total"), [figure.change for _, figure in columns], ranges))
    if ranges:
        told = {
            head: range_shown(figure.key, ranges[figure.key], attribution.goals, language)
            for head, figure in columns
            if figure.key in ranges
        }
        unknown = {head: "" for head, _ in columns}
        rows.append(
            {session.text("page_why.lever"): session.text("budget.amount.range_row"), **unknown, **told}
        )
    return rows
