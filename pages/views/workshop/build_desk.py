"""Type in for a table that has no device: one field for each slider that the step opens, a reason, and the effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from model.files.problems import FileProblem
from model.language.catalogue import number
from model.language.typed_numbers import number_text
from model.scenario.levers import LEVER_BY_ID, check_value, decimals_of
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import as_typed
from model.workshop.answers import Answer, Draft
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, Refused, with_changes
from pages.components import mount
from pages.components.cards import result_cards
from pages.components.escape_markdown import escape_markdown
from pages.components.number_field import number_field
from pages.session.certainty import with_certainty
from pages.session.live_band import live_band
from pages.session.results import scenario_results
from pages.session.session import Session
from pages.session.sliders import part_value, slider_facts
from pages.session.table_draft import REASON_LENGTH
from pages.views.workshop.build_words import changes_in_words, money, state_words
from pages.views.workshop.held_field import hold
from pages.views.workshop.table_choice import table_choice


def build_desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Ask for a table, and draw its form and what its proposal gives."""
    names = {table.id: table.name for table in meeting.tables()}
    if not names:
        return
    st.header(session.text("page_workshop.build.desk"), anchor=False)
    chosen = table_choice(session, meeting, step, "build")
    if chosen is None:
        return
    answer = meeting.answer(step, chosen)
    proposal = with_changes(meeting.base(names[chosen]), meeting.changes_of(step, chosen))
    closed = meeting.is_closed(step)
    words = state_words(session, answer, closed)
    st.markdown(f"**{escape_markdown(names[chosen])}**: {escape_markdown(words)}")
    if closed:
        st.markdown(escape_markdown(changes_in_words(session, municipality_of(proposal), proposal.changes)))
    else:
        _form(session, meeting, step, chosen, answer, proposal)
    if proposal.changes:
        _effect(session, proposal, step)


def _form(
    session: Session,
    meeting: Meeting,
    step: CourseStep,
    table: str,
    answer: Answer | None,
    proposal: Scenario,
) -> None:
    """Draw the fields and keep what they say; where one is wrong nothing is kept, and what is written stays."""
    place = f"{meeting.round_of(step)}-{table}"
    with st.form(f"build-form-{place}", enter_to_submit=False):
        read = {item: _row(session, proposal, item, f"build-{place}-{item}") for item in step.levers}
        with st.container(horizontal=True):
            hand_in = st.form_submit_button(
                session.text("page_workshop.build.save_and_hand_in"), type="primary", key=f"hand-in-{place}"
            )
            save = st.form_submit_button(session.text("page_workshop.build.save"), key=f"save-{place}")
        st.caption(session.text("page_workshop.build.desk.hint"))
    if not (hand_in or save) or any(one is None for one in read.values()):
        return
    wanted = {item: one for item, one in read.items() if one is not None}
    try:
        draft = Draft(changes=_changes(proposal, wanted))
        meeting.save_draft(step, table, draft, handed_in=hand_in)
    except (Refused, FileProblem) as problem:
        st.error(escape_markdown(problem.text(session.language)))
        return
    st.rerun()


def _row(session: Session, proposal: Scenario, item: str, key: str) -> tuple[float, str] | None:
    """Draw the fields of one slider. Return its value and reason; None where the value is wrong, which is told."""
    town, language = municipality_of(proposal), session.language
    lever_id, _, part = item.partition(":")
    lever, facts = LEVER_BY_ID[lever_id], slider_facts(town, item, language, alone=True)
    change = proposal.change_of(lever_id, part or None)
    base, low, high = (float(facts[name]) for name in ("base", "min", "max"))
    now = base if change is None else part_value(change.to, "")
    today, least, most = (number(value, language, decimals_of(value)) for value in (base, low, high))
    label = session.text(
        "page_workshop.build.field",
        name=facts["label"],
        base=f"{today}{facts['suffix']}",
        low=least,
        high=most,
    )
    value_side, reason_side = st.columns([2, 3], vertical_alignment="bottom")
    with value_side:
        hold(f"{key}-to", number_text(now, language))
        entry = number_field(session, escape_markdown(label), None, f"{key}-to")
        wrong = None if entry.value is None else check_value(lever, entry.value, town)
        if wrong is not None:
            st.error(escape_markdown(wrong.text(language)))
    with reason_side:
        hold(f"{key}-why", "" if change is None else change.why)
        reason = st.text_input(
            session.text("page_workshop.build.why"),
            max_chars=REASON_LENGTH,
            key=f"{key}-why",
        )
    if entry.value is None or wrong is not None:
        return None
    return entry.value, as_typed(reason or "", REASON_LENGTH, lines=False)


def _changes(proposal: Scenario, wanted: Mapping[str, tuple[float, str]]) -> tuple[Change, ...]:
    """Return the proposal with what the fields say; a slider at today's value is no change."""
    town, scenario = municipality_of(proposal), proposal
    for item, (value, why) in wanted.items():
        lever, _, part = item.partition(":")
        group = part or None
        before = proposal.change_of(lever, group)
        scenario = scenario.without(lever, group)
        if value != slider_facts(town, item, "da")["base"]:
            kept: dict[str, Any] = {"from_": proposal.start if before is None else before.from_}
            kept["phase_in_weeks"] = 0 if before is None else before.phase_in_weeks
            scenario = scenario.with_change(lever, value, group, why=why, **kept)
    return scenario.changes


def _effect(session: Session, proposal: Scenario, step: CourseStep) -> None:
    """Show what the kept proposal gives: goals, and money with its range against the limit."""
    results = scenario_results(proposal)
    known = live_band(session, results)
    if known.again:
        session.poll_after(*known.again)
    results = with_certainty(results, known.certainty)
    cards = result_cards(session, results)["cards"]
    tiles = [
        {
            "label": f"{card['number']} {card['title']}",
            "before": card["base"] if card["moved"] else "",
            "after": _with_unit(card, "scenario") if card["unitFirst"] else card["scenario"],
            "unit": "" if card["unitFirst"] else card["unit"],
            "change": "",
            "note": f"{card['indicator']}. {card['statusText']}",
            "spoken": session.text(
                "page_workshop.build.spoken",
                number=card["number"],
                goal=card["title"],
                indicator=card["indicator"],
                before=_with_unit(card, "base"),
                after=_with_unit(card, "scenario"),
                status=card["statusText"],
            ),
        }
        for card in cards
    ]
    mount.key_figures(key="build-goals", data={"label": session.page_text("goals"), "items": tiles})
    data = {
        "atFoot": False,
        "step": None,
        "label": session.page_text("budget.title"),
        "money": money(session, results, step.budget_dkk),
        "state": "",
        "done": False,
        "hint": "",
        "button": None,
    }
    mount.draft_bar(key="build-money", data=data)


def _with_unit(card: Mapping[str, Any], which: str) -> str:
    """Return a figure with its unit, which goes in front of some."""
    parts = (card["unit"], card[which]) if card["unitFirst"] else (card[which], card["unit"])
    return " ".join(part for part in parts if part)
