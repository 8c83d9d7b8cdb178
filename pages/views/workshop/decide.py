"""Draw the decision: what all share as a start, what the room adds, the record, and who follows what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from model.files.problems import FileProblem
from model.language.typed_numbers import number_text
from model.scenario.diff import lever_name
from model.scenario.levers import LEVER_BY_ID, baseline_value, check_value
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import as_typed
from model.workshop.cards import Package, package, shared_keys
from model.workshop.common_ground import Target, shared_changes
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import FollowUp, Record, Table
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.number_field import field_entry, number_entry
from pages.session import scenario_store
from pages.session.follow import follow
from pages.session.meeting_ranges import results_with_ranges
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.views.workshop.decided import NOTES, decided_scenario, draw_decided
from pages.views.workshop.frame import asked
from pages.views.workshop.held_field import held, is_typed
from pages.views.workshop.proposals import Proposal, proposals_of

SHARED: Final = "shared"
_NOTE_LENGTH: Final = 2_000
_SHORT: Final = 120
_FOLLOW: Final = ("who", "figure", "when")


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw what is decided: the words, the proposal, what it gives, and who follows up."""
    record = meeting.record
    asked(session, step)
    scenario = None if record.changes is None else decided_scenario(session, meeting, record)
    draw_decided(session, meeting, step, record, scenario)


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the same as on the big screen."""
    stage(session, meeting, step)


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the fields of the decided proposal; each is saved when it is left."""
    _start(session, meeting, step)
    _levers(session, meeting, step)
    _library(session, meeting, step)


def side(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the decision and who follows what, then the other notes; each is saved when it is left."""
    _note(session, meeting, "decision")
    _follow_ups(session, meeting)
    for note in NOTES:
        if note != "decision":
            _note(session, meeting, note)


# --- the proposal ---------------------------------------------------------------------------------


def _start(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Offer what to begin with: what all share, first, then each table's proposal."""
    proposals = proposals_of(session, meeting, step)
    options = {SHARED: _say(session, "from.shared"), "": _say(session, "from.none")}
    options |= {proposal.table: proposal.name for proposal in proposals}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(_say(session, "from"), list(options), format_func=options.__getitem__, key="decide-from")
        st.button(_say(session, "put_in"), on_click=_put_in, args=(session, meeting, proposals))


def _put_in(session: Session, meeting: Meeting, proposals: Sequence[Proposal]) -> None:
    """Put the chosen start in place of what was decided so far."""
    chosen = st.session_state["decide-from"]
    made = next((p.scenario for p in proposals if p.table == chosen), None)
    if chosen == SHARED and any(proposal.package for proposal in proposals):
        made = shared_package(meeting, proposals).scenario
    if made is not None:
        changes, cards = made.changes, made.cards
    else:
        cards = ()
        changes = shared_changes([p.scenario for p in proposals]) if chosen == SHARED else ()
    fields = {"changes": tuple(changes), "cards": cards, "decided_from": chosen}
    _save(session, meeting, lambda record: fields)


def shared_package(meeting: Meeting, proposals: Sequence[Proposal]) -> Package:
    """Return the cards that all parties have, in the first one's order."""
    keys = shared_keys([p.scenario.cards for p in proposals])
    return package(meeting.base(), keys, meeting.cards())


def _targets(meeting: Meeting, step: CourseStep, changes: Sequence[Change]) -> list[Target]:
    """Return the levers that can be set: those that the build step opened, and those that are moved."""
    build = meeting.course.step(step.previous)
    opened = () if build is None else build.levers
    found: list[Target] = [
        (lever, group or None) for lever, _, group in (one.partition(":") for one in opened)
    ]
    found += [change.target for change in changes if not isinstance(change.to, Mapping)]
    return list(dict.fromkeys(found))


def _levers(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw a field for each lever: the room adds to what it began with."""
    record = meeting.record
    changes = record.changes or ()
    st.markdown(f"**{_say(session, 'changes')}**")
    municipality = municipality_of(meeting.base())
    for lever, group in _targets(meeting, step, changes):
        base = float(baseline_value(LEVER_BY_ID[lever], municipality, group))
        last = next((c for c in reversed(changes) if c.target == (lever, group)), None)
        value = base if last is None or isinstance(last.to, Mapping) else float(last.to)
        key = held(_lever_key((lever, group)), number_text(value, session.language))
        typed = st.text_input(
            lever_name(lever, group, session.language),
            key=key,
            max_chars=_SHORT,
            on_change=_set_lever,
            args=(session, meeting, (lever, group), key),
        )
        problem = number_entry(typed or "").problem
        if problem is not None:
            st.error(escape_markdown(problem.text(session.language)))


def _lever_key(target: Target) -> str:
    """Return what the keys of a lever's field begin with."""
    return f"decide-lever-{target[0]}-{target[1] or ''}"


def _set_lever(session: Session, meeting: Meeting, target: Target, key: str) -> None:
    """Set one lever of the decided proposal to what was typed; what is outside its bounds is told."""
    entry = field_entry(key)
    if entry.value is None or not is_typed(_lever_key(target), key):
        return
    lever, group = target
    base = meeting.base()
    municipality = municipality_of(base)
    wrong = check_value(LEVER_BY_ID[lever], entry.value, municipality)
    if wrong is not None:
        session.notice = Notice("warning", wrong)
        return
    fields = {"lever": lever, "group": group, "to": entry.value, "from": base.start}
    made = Change.model_validate(fields)
    moved = made.to != float(baseline_value(LEVER_BY_ID[lever], municipality, group))

    def change(record: Record) -> dict[str, object]:
        """Return what the record gets: this lever as typed, all others as they are now."""
        changes = record.changes or ()
        last = next((c for c in reversed(changes) if c.target == target), None)
        kept = tuple(c for c in changes if c.target != target)
        if moved:
            kept = (*kept, made if last is None else last.model_copy(update={"to": made.to}))
        # Its cards no longer give all of it.
        return {"changes": kept, "cards": ()}

    _save(session, meeting, change)


# --- the record -----------------------------------------------------------------------------------


def _note(session: Session, meeting: Meeting, note: str) -> None:
    """Draw one of the four notes."""
    key = held(f"decide-{note}", getattr(meeting.record, note))
    st.text_area(
        _say(session, note),
        key=key,
        max_chars=_NOTE_LENGTH,
        height=68,
        on_change=_save_note,
        args=(session, meeting, note, key),
    )


def _save_note(session: Session, meeting: Meeting, note: str, key: str) -> None:
    """Save one note as it was typed."""
    if not is_typed(f"decide-{note}", key):
        return
    typed = as_typed(st.session_state[key] or "", _NOTE_LENGTH)
    _save(session, meeting, lambda record: {note: typed})


def _follow_ups(session: Session, meeting: Meeting) -> None:
    """Draw a row for each follow-up and an empty one."""
    st.markdown(f"**{_say(session, 'follow_ups')}**")
    rows = meeting.record.follow_ups
    with st.container(key="decide-follow-ups", gap="xsmall"):
        for i, row in enumerate((*rows, FollowUp())):
            st.session_state[_row_key(i)] = row
            for column, name in zip(st.columns(3), _FOLLOW, strict=True):
                key = held(f"decide-follow-{i}-{name}", getattr(row, name))
                column.text_input(
                    _say(session, name),
                    key=key,
                    max_chars=_SHORT,
                    label_visibility="visible" if i == 0 else "collapsed",
                    on_change=_save_follow_up,
                    args=(session, meeting, i, name, key),
                )


def _row_key(i: int) -> str:
    """Return where this window keeps what it last knew of a row."""
    return f"decide-row-{i}"


def _save_follow_up(session: Session, meeting: Meeting, i: int, name: str, key: str) -> None:
    """Save one field of a row, wherever the row now stands; a row that is emptied goes.

    A row that another window has made another one meanwhile keeps that, but for this field.
    """
    if not is_typed(f"decide-follow-{i}-{name}", key):
        return
    typed = as_typed(st.session_state.get(key) or "", _SHORT, lines=False)
    known: FollowUp = st.session_state[_row_key(i)]

    def change(record: Record) -> dict[str, object]:
        """Return what the record gets."""
        rows = list(record.follow_ups)
        at = _place_of(known, i, rows)
        row = (rows[at] if at < len(rows) else known).model_copy(update={name: typed})
        rows[at : at + 1] = [row]
        st.session_state[_row_key(i)] = row
        return {"follow_ups": tuple(one for one in rows if one != FollowUp())}

    _save(session, meeting, change)


def _place_of(known: FollowUp, i: int, rows: Sequence[FollowUp]) -> int:
    """Return where a row that this window has seen as the i-th now stands; behind the last where it is gone or new."""
    if known in rows and rows[i : i + 1] != [known]:
        return rows.index(known)
    there = rows[i] if i < len(rows) else FollowUp()
    alike = any(value and value == getattr(known, name) for name, value in there)
    return i if alike else len(rows)


def _save(session: Session, meeting: Meeting, change: Callable[[Record], Mapping[str, object]]) -> None:
    """Save some fields of the record, which are made of what the files have now."""
    try:
        meeting.change_record(lambda record: Record.model_validate({**dict(record), **change(record)}))
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))


# --- what becomes of it ---------------------------------------------------------------------------


def _library(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Offer to save what was decided in the library, with the expected figures, once their ranges are known."""
    record = meeting.record
    if record.changes is None:
        st.caption(_say(session, "nothing"))
        return
    st.caption(_say(session, "library_hint"))
    results, known = results_with_ranges(
        session, decided_scenario(session, meeting, record), "meeting-decided"
    )
    if st.button(_say(session, "library"), disabled=not known, type="primary"):
        try:
            library = scenario_store.library()
            scenario = results.scenario.copy_with(name=library.free_name(results.scenario.name))
            saved = scenario_store.with_name(
                session, scenario, scenario.name, meeting.course.title, known=results
            )
            library.save(saved)
        except FileProblem as problem:
            show_problem(problem, session.language)
            return
        _follow(session, meeting, saved)
        st.rerun()


def _follow(session: Session, meeting: Meeting, saved: Scenario) -> None:
    """Begin to follow what was decided, and say where; where no figures can be laid over it, say that and why."""
    record = meeting.record
    begun = follow(
        session,
        saved,
        meeting=meeting.course.title,
        decision=record.decision,
        follow_ups=record.follow_ups,
    )
    why_not = () if begun or session.notice is None else (session.notice.words,)
    key = "library_followed" if begun else "library_done"
    session.notice = Notice("success", both_languages(f"page_workshop.decide.{key}"), why_not)


def _say(session: Session, key: str, **values: object) -> str:
    """Return a text of this step."""
    return session.text(f"page_workshop.decide.{key}", **values)
