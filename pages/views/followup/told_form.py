"""Ask what was delivered of a decision, and for months that the municipality has before they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.followup.decided_files import Kept, save_told
from model.followup.outcome import Followed
from model.followup.own_months import own_months, told_with
from model.followup.told import Target, Told, targets_of
from model.followup.words import month_text, series_name, unit_text
from model.imports.limited_process import read_export_limited
from model.imports.rows import MAX_BYTES
from model.language.typed_numbers import number_text
from model.scenario.diff import lever_name
from model.scenario.levers import LEVER_BY_ID, check_value
from model.scenario.scenario import municipality_of
from pages.components.escape_markdown import escape_markdown
from pages.components.number_field import number_field
from pages.components.upload_area import EXPORT_TYPES, upload_area
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.views.followup.view import page_text

_MEGABYTE: Final = 1_000_000
_AHEAD: Final = 12  # months that can be written from the first awaited on, beyond those that have come


def told_forms(session: Session, kept: Kept, told: Told, every: Mapping[str, Followed]) -> None:
    """Draw both forms, folded away; not on the big screen, where nobody writes."""
    if session.present:
        return
    with st.expander(page_text(session, "delivered")):
        _delivered(session, kept, told)
    numbers = {key: one for key, one in every.items() if not one.series.is_indicator}
    if numbers:
        with st.expander(page_text(session, "own")):
            _own_month(session, kept, told, numbers)
            _own_file(session, kept, told)


def _delivered(session: Session, kept: Kept, told: Told) -> None:
    """Ask what was delivered of each lever."""
    st.caption(page_text(session, "delivered.help"))
    scenario = kept.decided.scenario
    targets = targets_of(scenario)
    if len(targets) < len(scenario.changes):
        st.caption(page_text(session, "delivered.steps"))
    typed: dict[Target, float | None] = {}
    wrong = False
    with st.form(f"delivered-{kept.key}", border=False):
        for number, (lever, group) in enumerate(targets):
            decided = next(change.to for change in scenario.changes if change.target == (lever, group))
            label = page_text(
                session,
                "delivered.field",
                lever=lever_name(lever, group, session.language),
                decided=number_text(float(decided), session.language),
            )
            entry = number_field(
                session,
                label,
                told.value_of((lever, group)),
                f"delivered-{kept.key}-{number}",
                optional=True,
            )
            problem = None
            if entry.value is not None:
                problem = check_value(LEVER_BY_ID[lever], entry.value, municipality_of(scenario))
            if problem is not None:
                st.error(escape_markdown(problem.text(session.language)))
            wrong = wrong or entry.problem is not None or problem is not None
            typed[lever, group] = entry.value
        pressed = st.form_submit_button(page_text(session, "delivered.save"))
    if pressed and not wrong:
        for target, value in typed.items():
            told = told.with_delivered(target, value)
        _save(session, kept, told)


def _own_month(session: Session, kept: Kept, told: Told, every: Mapping[str, Followed]) -> None:
    """Ask for a month's figure of a series."""
    st.caption(page_text(session, "own.help"))
    language = session.language
    some = next(iter(every.values()))
    months = [month.month for month in some.months if month.month >= some.awaited]
    months = months[: len(some.come) + _AHEAD]
    if not months:
        return
    typed = {}
    wrong = False
    with st.form(f"own-{kept.key}", border=False):
        month = st.selectbox(
            page_text(session, "own.month"),
            months,
            index=min(len(some.come), len(months) - 1),
            format_func=lambda month: month_text(month, language),
            key=f"own-month-{kept.key}",
        )
        for key, one in every.items():
            unit = unit_text(one, language)
            label = page_text(session, "own.value", series=series_name(one, language), unit=unit)
            entry = number_field(session, label, None, f"own-{kept.key}-{key}", minimum=0.0, optional=True)
            wrong = wrong or entry.problem is not None
            typed[key] = entry.value
        pressed = st.form_submit_button(page_text(session, "own.save"))
    if pressed and not wrong:
        for key, value in typed.items():
            told = told if value is None else told.with_month(key, month, value)
        _save(session, kept, told)


def _own_file(session: Session, kept: Kept, told: Told) -> None:
    """Ask for an export with months, and take those that come after the decision."""
    label = page_text(session, "own.file")
    turn_key = f"own-file-turn-{kept.key}"
    turn = session.widget_values.get(turn_key, 0)
    key = f"own-file-{kept.key}-{turn}"
    upload = upload_area(session, "figures", label, EXPORT_TYPES, MAX_BYTES // _MEGABYTE, key=key)
    st.caption(page_text(session, "own.file.help"))
    if upload is None:
        return
    session.widget_values[turn_key] = turn + 1  # a file is taken once
    try:
        months = own_months(read_export_limited(upload.getvalue(), upload.name), kept.decided)
        told, taken = told_with(told, kept.decided, months)
        if taken:
            save_told(kept, told)
        words = both_languages(f"page_followup.own.file.{'taken' if taken else 'none'}", n=taken)
        session.notice = Notice("success" if taken else "warning", words)
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))
    st.rerun()


def _save(session: Session, kept: Kept, told: Told) -> None:
    """Keep what was told, and draw the page with it."""
    try:
        save_told(kept, told)
        session.notice = Notice("success", both_languages("page_followup.saved"))
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))
    st.rerun()
