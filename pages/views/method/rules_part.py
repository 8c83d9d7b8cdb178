"""Draw the rules by date on the page Method: what changed when, how certain it is, and what the model follows."""

from __future__ import annotations

import streamlit as st

from model.language.catalogue import long_date
from model.municipality.rules import FIRST_RULES, KINDS_OF_CONTENT, RuleSet, rule_sets
from model.scenario.period import rules_of
from pages.components.escape_markdown import escape_markdown
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.method.tables import facts_table
from pages.views.method.view import page_text


def rules_part(session: Session, results: ScenarioResults) -> None:
    """Draw each rule set with what it changes; those that the scenario on screen rests on are marked."""
    st.markdown(escape_markdown(page_text(session, "rules.note")))
    in_use = rules_of(results.scenario)
    for one in rule_sets():
        if f"{one.from_:%Y-%m}" == FIRST_RULES:
            continue
        heading = page_text(
            session,
            "rules.heading",
            date=long_date(one.from_, session.language),
            title=one.title.text(session.language),
        )
        st.header(escape_markdown(heading), anchor=False)
        words = [page_text(session, f"rules.status.{one.status}")]
        words.append(page_text(session, "rules.in_use" if one in in_use else "rules.not_in_use"))
        st.markdown(escape_markdown(" ".join(words)))
        heads = [page_text(session, f"rules.{head}") for head in ("what", "kind", "modelled", "source")]
        facts_table(
            session,
            f"rules-{one.from_}",
            page_text(session, "rules.caption"),
            heads,
            _rows(session, one),
            numbers=(),
        )


def _rows(session: Session, one: RuleSet) -> list[list[str]]:
    """List what a rule set changes, by kind."""
    changes = sorted(one.changes, key=lambda change: KINDS_OF_CONTENT.index(change.kind))
    return [
        [
            change.text.text(session.language),
            page_text(session, f"rules.kind.{change.kind}"),
            page_text(session, "rules.followed" if change.modelled else "rules.told"),
            change.source,
        ]
        for change in changes
    ]
