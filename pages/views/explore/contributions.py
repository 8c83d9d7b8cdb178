"""Why it moves: what each lever adds to every goal and to the cost, what holds back, and what the effect rests on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from pages.components.escape_markdown import plain
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Visit

if TYPE_CHECKING:
    from model.explain.attribution import Attribution, Contributions
    from pages.components.chart_with_table import Row
    from pages.session.results import Answer

# Above this many levers those of one kind are taken together, as the exact shares take too many runs.
_APART: Final = 8
_MOST_SENTENCES: Final = 6


def why(visit: Visit, found: Answer) -> None:
    """A button, and below it the explanation where it is wanted."""

    def turn() -> None:
        visit.why_open = not visit.why_open

    with st.container(key="why"):
        st.button(
            visit.words(f"page_why.{'close' if visit.why_open else 'open'}"), key="why-turn", on_click=turn
        )
        if not visit.why_open:
            return
        st.header(visit.words("page_why.heading"), anchor=False)
        if not found.scenario.changes:
            st.markdown(plain(visit.words("page_why.none")))
            return
        from pages.components.job_progress import when_ready

        when_ready(visit, "why", lambda: _job(visit, found), lambda answer: _told(visit, *answer))


def _job(visit: Visit, found: Answer) -> Job:
    municipality, scenario = found.municipality, found.scenario
    merge = len({change.target for change in scenario.changes}) > _APART

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.explain.attribution import attribute
        from model.explain.mechanisms import all_mechanisms

        parts = attribute(municipality, scenario, merge_groups=merge, cancel=cancel.is_set, progress=progress)
        keys = parts.told_keys()
        # What moved most, the persons on support and the money.
        chosen = dict.fromkeys((keys[0], *keys[-2:]))
        return parts, all_mechanisms(municipality, scenario, chosen, cancel=cancel.is_set, progress=progress)

    key = ("why", municipality.key, scenario.key)
    visit.jobs["why"] = STUDIES.ask(key, work, before=visit.jobs.get("why"))
    return visit.jobs["why"]


def _told(visit: Visit, found: Attribution, mechanisms: Any) -> None:
    from model.explain.mechanisms import told
    from pages.components.chart_with_table import columns, table

    language = visit.language
    st.subheader(visit.words("page_why.levers"), anchor=False)
    table(_rows(visit, found), "why-levers", visit)
    st.caption(plain(visit.words("page_why.note" if found.exact else "page_why.sampled")))
    left, right = columns(visit)
    with left:
        _list(visit, "in_words", found.told(language)[:_MOST_SENTENCES])
        _list(visit, "limits", found.limits(language))
    with right:
        back, others = (
            [line for parts in mechanisms.values() for line in told(parts, language, holding_back=which)]
            for which in (True, False)
        )
        _list(visit, "more", back)
        _list(visit, "rests", others)
        if back or others:
            st.caption(plain(visit.words("why.mechanism.note")))


def _list(visit: Visit, heading: str, sentences: Any) -> None:
    if not sentences:
        return
    st.subheader(visit.words(f"page_why.{heading}"), anchor=False)
    for sentence in sentences:
        st.markdown(plain(sentence))


def _rows(visit: Visit, found: Attribution) -> list[Row]:
    """One row per lever: its part of each goal's first measuring point, of the persons and of the cost."""
    from model.explain.attribution import difference_shown
    from model.library.stored_results import indicator_key

    language = visit.language
    columns: list[tuple[str, Contributions]] = []
    for goal in found.goals:
        key = indicator_key(goal, goal.key)
        if key in found.indicators:
            columns.append((f"{goal.number}. {goal.key.title.get(language)}", found.indicators[key]))
    columns.append((visit.words("page_why.persons"), found.persons))
    columns.append((visit.words("page_why.cost"), found.budget.total))

    def row(name: str, values: list[float]) -> Row:
        cells = {
            head: difference_shown(figure.key, value, found.goals, language, unit=False)
            for (head, figure), value in zip(columns, values, strict=True)
        }
        return {visit.words("page_why.lever"): name, **cells}

    rows = [
        row(lever.words.get(language), [figure.parts[i] for _, figure in columns])
        for i, lever in enumerate(found.levers)
    ]
    return [*rows, row(visit.words("page_why.total"), [figure.change for _, figure in columns])]
