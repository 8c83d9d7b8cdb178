"""Draw the parts of the page Method that are mostly text: sets, limits, accessibility and sources."""

from __future__ import annotations

import streamlit as st

from model.domain import MODEL_VERSION
from model.language.catalogue import group_name, month_name, number, percent
from model.parameters.register import sources
from model.validation.known_errors import benefit_gaps, measured_with
from pages.components.escape_markdown import escape_markdown
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.method import view
from pages.views.method.tables import bullet_list, facts_table
from pages.views.method.view import page_text


def sets_part(session: Session, results: ScenarioResults) -> None:
    """Draw each set of assumptions with what it changes."""
    st.markdown(escape_markdown(page_text(session, "sets.note")))
    for key, name, description in view.set_names(session):
        now = key == results.scenario.assumption_set
        st.header(escape_markdown(page_text(session, "sets.now", name=name) if now else name), anchor=False)
        st.markdown(escape_markdown(description))
        pairs = view.changed_by(results.municipality, key)
        if not pairs:
            st.caption(page_text(session, "sets.none"))
            continue
        rows = view.set_rows(session, pairs)
        caption = "sets.changes" if len(pairs) > len(rows) else "sets.changes_all"
        values: dict[str, object] = {"n": len(pairs)}
        if len(pairs) > len(rows):
            values["shown"] = len(rows)
        st.caption(escape_markdown(page_text(session, caption, **values)))
        facts_table(
            session,
            f"set-{key}",
            page_text(session, "sets.caption", name=name),
            [
                page_text(session, f"{head}")
                for head in ("register.name", "sets.central", "sets.value", "register.unit")
            ],
            rows,
            numbers=(1, 2),
        )


def limits_part(session: Session, _: ScenarioResults) -> None:
    """Draw the limits of the model and its known errors."""
    st.header(page_text(session, "limits.title"), anchor=False)
    bullet_list(session, "limits", range(1, 9))
    st.header(page_text(session, "gaps.title"), anchor=False)
    st.markdown(escape_markdown(page_text(session, "gaps.text")))
    version, month = measured_with()
    when = f"{month_name(month.month, session.language)} {month.year}"
    key = "gaps.measured" if version == MODEL_VERSION else "gaps.measured_before"
    st.caption(escape_markdown(page_text(session, key, version=version, now=MODEL_VERSION, month=when)))
    st.markdown(escape_markdown(page_text(session, "gaps.clock")))
    rows = [
        [group_name(group, session.language), percent(gap, session.language, 1, signed=True)]
        for group, gap in benefit_gaps().items()
    ]
    heads = [page_text(session, "gaps.group"), page_text(session, "gaps.value")]
    with st.container(width=560):
        facts_table(session, "gaps", page_text(session, "gaps.caption"), heads, rows, numbers=(1,))
    st.markdown(escape_markdown(page_text(session, "gaps.rest")))
    st.markdown(escape_markdown(page_text(session, "gaps.queue")))


def accessibility_part(session: Session, _: ScenarioResults) -> None:
    """Draw the accessibility statement."""
    st.header(page_text(session, "access.title"), anchor=False)
    st.markdown(escape_markdown(page_text(session, "access.intro")))
    st.subheader(page_text(session, "access.status"), anchor=False)
    st.markdown(escape_markdown(page_text(session, "access.status.text")))
    for part in ("not", "works"):
        st.subheader(page_text(session, f"access.{part}"), anchor=False)
        bullet_list(session, f"access.{part}", range(1, 4))
    for part in ("untested", "report"):
        st.subheader(page_text(session, f"access.{part}"), anchor=False)
        st.markdown(escape_markdown(page_text(session, f"access.{part}.text")))
    st.caption(escape_markdown(page_text(session, "access.date", version=MODEL_VERSION)))


def sources_part(session: Session, results: ScenarioResults) -> None:
    """Draw the sources, with the count of numbers from each, and the licence."""
    named = sources(results.municipality.register, session.language)
    total = number(sum(n for _, n in named), session.language)
    st.header(page_text(session, "sources.title"), anchor=False)
    st.markdown(
        escape_markdown(
            page_text(
                session, "sources.note", n=total, municipality=results.municipality.label(session.language)
            )
        )
    )
    st.subheader(page_text(session, "sources.documents"), anchor=False)
    bullet_list(session, "sources", ("s0", "s1", "s2", "s3", "s4"))
    heads = [page_text(session, "sources.source"), page_text(session, "sources.count")]
    rows = [[source, number(n, session.language)] for source, n in named]
    facts_table(session, "sources", page_text(session, "sources.caption"), heads, rows, numbers=(1,))
    st.header(page_text(session, "licence.title"), anchor=False)
    st.markdown(escape_markdown(page_text(session, "licence.text")))
