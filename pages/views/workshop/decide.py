"""Draw the decision: what all share as a start, what the room adds, the record, and who follows what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from model.catalogue.files import Catalogue, own_folder
from model.catalogue.of_scenario import stack_of
from model.files.problems import FileProblem
from model.language.catalogue import listed, long_date
from model.language.typed_numbers import number_text
from model.scenario.diff import lever_name
from model.scenario.levers import LEVER_BY_ID, baseline_value, check_value
from model.scenario.parts import Change, Workshop
from model.scenario.scenario import Scenario, municipality_of
from model.scenario.texts import as_typed
from model.workshop.cards import Package, catalogue_cards, package, shared_keys
from model.workshop.common_ground import Target, shared_changes
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, Refused, with_changes
from model.workshop.meeting_parts import FollowUp, Record, Table
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.number_field import field_entry, number_entry
from pages.session import scenario_store
from pages.session.follow import follow
from pages.session.meeting_ranges import results_with_ranges
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.shell.active_levers import changes_in_words
from pages.views.workshop.frame import asked
from pages.views.workshop.held_field import hold
from pages.views.workshop.package_effect import priced
from pages.views.workshop.proposals import Proposal, proposals_of

NOTES: Final = ("question", "expectation", "findings", "decision")
SHARED: Final = "shared"
_PUT_IN: Final = "decide-put-in"  # how many times a start was
_NOTE_LENGTH: Final = 2_000
_SHORT: Final = 120
_FOLLOW: Final = ("who", "figure", "when")


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw what is decided: the words, the proposal, what it gives, and who follows up."""
    record = meeting.record
    asked(session, step)
    with st.container(key="decided"):
        if record.decision:
            st.markdown(f"**{_say(session, 'decision')}:** {escape_markdown(record.decision)}")
        else:
            st.markdown(_say(session, "no_decision"))
        if record.changes is not None:
            _proposal(session, _decided(session, meeting, record))
        for one in record.follow_ups:
            if one.who or one.figure:
                said = _say(session, "follow", who=one.who, figure=one.figure, when=one.when)
                st.markdown(f"- {escape_markdown(said)}")


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the same as on the big screen."""
    stage(session, meeting, step)


def _proposal(session: Session, scenario: Scenario) -> None:
    """Draw the decided proposal's changes and what it gives, with its range."""
    results, known = results_with_ranges(session, scenario, "meeting-decided")
    made = stack_of(scenario, Catalogue(own_folder()))
    if made is not None:
        results = priced(results, made)
        titles = (session.text("catalogue.quoted", title=layer.title) for layer in made.layers)
        cards = _say(session, "cards", cards=listed(list(titles), session.language))
        st.markdown(escape_markdown(cards))
    lines = changes_in_words(scenario, results.municipality, session.language)
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
    if scenario.changes and known:
        said = results.explanation.headline.text(session.language)
        st.markdown(f"**{_say(session, 'effect')}:** {escape_markdown(said)}")
    elif scenario.changes:
        st.caption(session.text("page_workshop.opening.ranges_soon"))


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the fields of the decided proposal; each is saved when it is left."""
    _start(session, meeting, step)
    _levers(session, meeting, step)
    _library(session, meeting, step)


def side(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the notes and who follows what; each is saved when it is left."""
    _notes(session, meeting)
    _follow_ups(session, meeting)


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
    session.widget_values[_PUT_IN] = session.widget_values.get(_PUT_IN, 0) + 1
    made = next((p.scenario for p in proposals if p.table == chosen), None)
    if chosen == SHARED and any(proposal.package for proposal in proposals):
        made = shared_package(meeting, proposals).scenario
    if made is not None:
        changes, cards = made.changes, made.cards
    else:
        cards = ()
        changes = shared_changes([p.scenario for p in proposals]) if chosen == SHARED else ()
    _save(session, meeting, changes=tuple(changes), cards=cards, decided_from=chosen)


def shared_package(meeting: Meeting, proposals: Sequence[Proposal]) -> Package:
    """Return the cards that all parties have, in the first one's order."""
    keys = shared_keys([p.scenario.cards for p in proposals])
    return package(meeting.base(), keys, catalogue_cards(meeting.course.municipality))


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
        # New fields for each start that is put in: what the browser still says of the old ones must not undo it.
        times = session.widget_values.get(_PUT_IN, 0)
        key = f"decide-lever-{lever}-{group or ''}" + (f"-{times}" if times else "")
        hold(key, number_text(value, session.language))
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


def _set_lever(session: Session, meeting: Meeting, target: Target, key: str) -> None:
    """Set one lever of the decided proposal to what was typed; what is outside its bounds is told."""
    entry = field_entry(key)
    if entry.value is None:
        return
    lever, group = target
    base = meeting.base()
    municipality = municipality_of(base)
    wrong = check_value(LEVER_BY_ID[lever], entry.value, municipality)
    if wrong is not None:
        session.notice = Notice("warning", wrong)
        return
    changes = meeting.record.changes or ()
    last = next((c for c in reversed(changes) if c.target == target), None)
    kept = tuple(c for c in changes if c.target != target)
    if entry.value != float(baseline_value(LEVER_BY_ID[lever], municipality, group)):
        fields = {"lever": lever, "group": group, "to": entry.value, "from": base.start}
        made = Change.model_validate(fields)
        kept = (*kept, made if last is None else last.model_copy(update={"to": made.to}))
    # Its cards no longer give all of it.
    _save(session, meeting, changes=kept, cards=())


# --- the record -----------------------------------------------------------------------------------


def _notes(session: Session, meeting: Meeting) -> None:
    """Draw the four notes."""
    record = meeting.record
    for note in NOTES:
        key = f"decide-{note}"
        hold(key, getattr(record, note))
        st.text_area(
            _say(session, note),
            key=key,
            max_chars=_NOTE_LENGTH,
            height=68,
            on_change=_save_note,
            args=(session, meeting, note),
        )


def _save_note(session: Session, meeting: Meeting, note: str) -> None:
    """Save one note as it was typed."""
    typed = as_typed(st.session_state[f"decide-{note}"] or "", _NOTE_LENGTH)
    _save(session, meeting, **{note: typed})


def _follow_ups(session: Session, meeting: Meeting) -> None:
    """Draw a row for each follow-up and an empty one."""
    st.markdown(f"**{_say(session, 'follow_ups')}**")
    rows = meeting.record.follow_ups
    for i, row in enumerate((*rows, FollowUp())):
        for column, name in zip(st.columns(3), _FOLLOW, strict=True):
            key = f"decide-follow-{i}-{name}"
            hold(key, getattr(row, name))
            column.text_input(
                _say(session, name),
                key=key,
                max_chars=_SHORT,
                label_visibility="visible" if i == 0 else "collapsed",
                on_change=_save_follow_up,
                args=(session, meeting, i),
            )


def _save_follow_up(session: Session, meeting: Meeting, i: int) -> None:
    """Save one row; one that is emptied goes."""
    typed = {
        name: as_typed(st.session_state.get(f"decide-follow-{i}-{name}") or "", _SHORT, lines=False)
        for name in _FOLLOW
    }
    rows = list(meeting.record.follow_ups)
    rows[i : i + 1] = [FollowUp.model_validate(typed)]
    _save(session, meeting, follow_ups=tuple(row for row in rows if any(value for _, value in row)))


def _save(session: Session, meeting: Meeting, **fields: object) -> None:
    """Save some fields of the record."""
    before = meeting.record
    try:
        meeting.save_record(Record.model_validate({**dict(before), **fields}), before)
    except (Refused, FileProblem) as problem:
        session.notice = Notice("warning", problem_text(problem))


# --- what becomes of it ---------------------------------------------------------------------------


def _decided(session: Session, meeting: Meeting, record: Record) -> Scenario:
    """Return the decided proposal as a scenario with the meeting's four notes."""
    today = long_date(scenario_store.now().date(), session.language)
    name = _say(session, "scenario_name", date=today, title=meeting.course.title)[:_SHORT]
    notes = Workshop.model_validate({note: getattr(record, note) for note in NOTES})
    scenario = with_changes(meeting.base(name), record.changes or ()).copy_with(cards=record.cards)
    return scenario.copy_with(workshop=notes if any(text for _, text in notes) else None)


def _library(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Offer to save what was decided in the library, with the expected figures, once their ranges are known."""
    record = meeting.record
    if record.changes is None:
        st.caption(_say(session, "nothing"))
        return
    st.caption(_say(session, "library_hint"))
    results, known = results_with_ranges(session, _decided(session, meeting, record), "meeting-decided")
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
