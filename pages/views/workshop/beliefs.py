"""Draw what the tables believe of a few assumptions, and which proposal stays best whatever one believes."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st
from pydantic import ValidationError

from model.documents.belief_charts import beliefs_chart
from model.documents.comparison import Compared
from model.files.problems import FileProblem
from model.language.catalogue import listed, number
from model.language.typed_numbers import number_text
from model.parameters.assumption_sets import assumption_sets
from model.parameters.ids import BadParameter, UnknownParameter
from model.parameters.sourced_value import Parameter
from model.scenario.levers import decimals_of
from model.scenario.scenario import municipality_of
from model.scenario.texts import as_typed, without_texts
from model.uncertainty.end_values import BUDGET
from model.workshop.answers import Belief
from model.workshop.beliefs import SET_PREFIX, Robustness, as_believed, parameters_of, robustness
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, Refused
from model.workshop.meeting_parts import Table
from pages.components.escape_markdown import escape_markdown
from pages.components.number_field import number_entry
from pages.components.theme import palette
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session
from pages.views.workshop.decided import Part, cut
from pages.views.workshop.frame import answered, asked
from pages.views.workshop.held_field import hold
from pages.views.workshop.picture_choice import is_led, picture_choice
from pages.views.workshop.proposals import MOST, compared, proposals_of

_ENDS: Final = ("low", "likely", "high")
_SLOT: Final = "meeting-beliefs"
_LOOK: Final = 500  # ms
_SPREAD: Final = "spread"
_DEPENDS: Final = "depends"
_WHY_LENGTH: Final = 300
_LENGTH: Final = 24


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the question, and once the answers are shown their spread and what depends on them."""
    parameters = _parameters(session, meeting, step)
    if not meeting.is_shown(step):
        asked(session, step)
        st.markdown(
            "\n".join(f"- {escape_markdown(parameter.label(session.language))}" for parameter in parameters)
        )
        answered(session, meeting, step)
        return
    answers = meeting.answers(step)
    beliefs = {table: answer.beliefs for table, answer in answers.items()}
    if not any(beliefs.values()):
        asked(session, step)
        st.info(session.text("page_workshop.beliefs.none"))
        return
    told = _what_depends(session, meeting, step, beliefs)
    if is_led(session):
        _in_pictures(session, meeting, step, parameters, list(beliefs.values()), told)
        return
    asked(session, step)
    _spread(session, parameters, list(beliefs.values()))
    _tell(told)


def _in_pictures(
    session: Session,
    meeting: Meeting,
    step: CourseStep,
    parameters: Sequence[Parameter],
    beliefs: Sequence[Sequence[Belief]],
    told: tuple[str, ...],
) -> None:
    """Draw one assumption, or some of what depends on them: all together do not fit in one window."""
    pages = cut(Part("", told))
    names = {}
    for key, count in ((_SPREAD, len(parameters)), (_DEPENDS, len(pages))):
        name = session.text(f"page_workshop.beliefs.picture.{key}")
        for n in range(1, count + 1):
            numbered = session.text("page_workshop.decide.picture_n", name=name, n=n)
            names[f"{key}-{n}"] = name if count == 1 else numbered
    # What the question says of an assumption belongs to the answers, not to what comes of them.
    above = st.container()
    kind, _, place = picture_choice(session, meeting, step, names).partition("-")
    with above:
        asked(session, step if kind == _SPREAD else step.model_copy(update={"text": ""}))
    if kind == _SPREAD:
        _spread(session, parameters[int(place) - 1 : int(place)], beliefs)
    else:
        _tell(pages[int(place) - 1].lines)


def _spread(session: Session, parameters: Sequence[Parameter], beliefs: Sequence[Sequence[Belief]]) -> None:
    """Draw what the tables believe beside what the model holds."""
    look = palette()
    chart, spec = beliefs_chart(parameters, beliefs, session.language, look, present=session.present)
    name = _spread_sentence(session, parameters, beliefs)
    st.vega_lite_chart(chart, spec, theme=None, alt=name, width="stretch")


def _tell(sentences: Sequence[str]) -> None:
    """Write sentences, each as a paragraph."""
    with st.container(key="meeting-told"):
        for sentence in sentences:
            st.markdown(escape_markdown(sentence))


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw the form for a table without a device."""
    tables = {table.id: table.name for table in meeting.tables()}
    if not tables or meeting.is_closed(step):
        return
    chosen = st.selectbox(
        session.text("page_workshop.beliefs.table"),
        list(tables),
        format_func=tables.__getitem__,
        key="belief-table",
    )
    _form(session, meeting, step, chosen)


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the table's own form; the spread once the room sees it."""
    if meeting.is_shown(step):
        stage(session, meeting, step)
        return
    asked(session, step)
    if meeting.is_closed(step):
        st.info(session.text("page_workshop.beliefs.closed"))
    else:
        _form(session, meeting, step, table.id)


# --- asking ---------------------------------------------------------------------------------------


def _parameters(session: Session, meeting: Meeting, step: CourseStep) -> tuple[Parameter, ...]:
    """Return the assumptions that are asked about; one that is not known is told and left out."""
    municipality = municipality_of(meeting.base())
    found: list[Parameter] = []
    for one in step.assumptions:
        try:
            found += parameters_of(municipality, (one,))
        except UnknownParameter as problem:
            st.warning(escape_markdown(problem.text(session.language)))
    return tuple(found)


def _form(session: Session, meeting: Meeting, step: CourseStep, table_id: str) -> None:
    """Draw three numbers and a reason for each assumption, and the button that saves them all."""
    answer = meeting.answer(step, table_id)
    before = {} if answer is None else {belief.parameter: belief for belief in answer.beliefs}
    parameters = _parameters(session, meeting, step)
    # Keys of a round: the fields of a second one begin empty.
    prefix = f"belief-{meeting.round_of(step)}-{table_id}"
    with st.form(prefix, border=False):
        for parameter in parameters:
            _fields(session, parameter, before.get(parameter.id), f"{prefix}-{parameter.id}")
        pressed = st.form_submit_button(session.text("page_workshop.beliefs.save"), type="primary")
    if pressed:
        _save(session, meeting, step, table_id, parameters)
    elif answer is not None:
        st.caption(session.text("page_workshop.beliefs.saved"))


def _fields(session: Session, parameter: Parameter, before: Belief | None, key: str) -> None:
    """Draw the fields of one assumption, with what the model holds and where that is from."""
    sourced, language = parameter.value, session.language
    decimals = max(
        decimals_of(value) for value in (sourced.value, sourced.low, sourced.high) if value is not None
    )
    st.markdown(f"**{escape_markdown(parameter.label(language))}**")
    st.caption(
        escape_markdown(
            session.text(
                "page_sure.change.is",
                value=number(sourced.value, language, decimals),
                low=number(sourced.low, language, decimals),
                high=number(sourced.high, language, decimals),
                quality=session.text(f"domain.quality.{sourced.quality}"),
                source=parameter.source(language),
            )
        )
    )
    for column, end in zip(st.columns(3), _ENDS, strict=True):
        hold(f"{key}-{end}", "" if before is None else number_text(getattr(before, end), language))
        column.text_input(session.text(f"page_workshop.beliefs.{end}"), key=f"{key}-{end}", max_chars=_LENGTH)
    hold(f"{key}-why", "" if before is None else before.why)
    st.text_input(session.text("page_workshop.beliefs.why"), key=f"{key}-why", max_chars=_WHY_LENGTH)


def _save(
    session: Session, meeting: Meeting, step: CourseStep, table_id: str, parameters: Sequence[Parameter]
) -> None:
    """Save what was typed, or say what is wrong with it; an assumption that is left empty is not answered."""
    prefix = f"belief-{meeting.round_of(step)}-{table_id}"
    beliefs: list[Belief] = []
    for parameter in parameters:
        key = f"{prefix}-{parameter.id}"
        typed = {end: str(st.session_state[f"{key}-{end}"] or "") for end in _ENDS}
        if not any(text.strip() for text in typed.values()):
            continue
        entries = {end: number_entry(text) for end, text in typed.items()}
        problems = [entry.problem for entry in entries.values() if entry.problem is not None]
        if problems:
            st.error(
                escape_markdown(f"{parameter.label(session.language)}: {problems[0].text(session.language)}")
            )
            return
        why = as_typed(str(st.session_state[f"{key}-why"] or ""), _WHY_LENGTH, lines=False)
        fields = {end: entry.value for end, entry in entries.items()}
        try:
            beliefs.append(Belief.model_validate({"parameter": parameter.id, **fields, "why": why}))
        except ValidationError:
            st.error(
                escape_markdown(
                    session.text("page_workshop.beliefs.order", name=parameter.label(session.language))
                )
            )
            return
    if not beliefs:
        st.error(session.text("page_workshop.beliefs.empty"))
        return
    try:
        # A value that the model cannot run with is told now, and not when the room waits for the answer.
        municipality_of(as_believed(meeting.base(), beliefs))
        meeting.save_beliefs(step, table_id, beliefs)
    except (Refused, FileProblem, BadParameter) as problem:
        st.error(escape_markdown(problem.text(session.language)))
    else:
        st.rerun()


# --- what comes of it -----------------------------------------------------------------------------


def _spread_sentence(
    session: Session, parameters: Sequence[Parameter], beliefs: Sequence[Sequence[Belief]]
) -> str:
    """Return the picture in words: between what the likely values lie."""
    said = []
    for parameter in parameters:
        likely = [b.likely for of_table in beliefs for b in of_table if b.parameter == parameter.id]
        if likely:
            decimals = max(decimals_of(value) for value in likely)
            low, high = (number(value, session.language, decimals) for value in (min(likely), max(likely)))
            name = parameter.label(session.language)
            said.append(session.text("page_workshop.beliefs.spread", name=name, low=low, high=high))
    return " ".join(said)


def _what_depends(
    session: Session, meeting: Meeting, step: CourseStep, beliefs: Mapping[str, Sequence[Belief]]
) -> tuple[str, ...]:
    """Return in sentences which proposal is best on what, whatever one believes, and where that depends on it."""
    proposals = proposals_of(session, meeting, step)[:MOST]
    if len(proposals) < 2:
        return (session.text("page_workshop.beliefs.too_few"),)
    comparison = compared(session, proposals)
    job = _job(session, comparison, beliefs)
    if not job.is_ready:
        if not job.is_failed:
            session.poll_after(_LOOK, _LOOK)
        return (session.text("page_workshop.opening.ranges_soon"),)
    _, found = job.result
    tables = {table.id: table.name for table in meeting.tables()}
    return tuple(sentences(session, comparison, found, tables))


def _job(session: Session, comparison: Compared, beliefs: Mapping[str, Sequence[Belief]]) -> Job:
    """Return the work of running every proposal in every view, made before or begun now."""
    scenarios = [without_texts(side.scenario) for side in comparison.sides]
    directions = comparison.directions()
    own = {table: tuple(of_table) for table, of_table in beliefs.items()}

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Run them."""
        return robustness(scenarios, own, directions, cancel=cancel, progress=progress)

    key = (_SLOT, tuple(scenario.key for scenario in scenarios), tuple(own.items()))
    return session.ask(STUDIES, _SLOT, key, work)


def sentences(
    session: Session, comparison: Compared, found: Sequence[Robustness], tables: Mapping[str, str]
) -> list[str]:
    """Return what stays best whatever one believes, then what depends on it, figure by figure."""
    titles = {goal.key: goal.title(session.language) for goal in comparison.goals()}
    titles[BUDGET] = session.text("page_compare.sure.cost")
    names = [side.name for side in comparison.sides]
    stays = [
        session.text("page_workshop.beliefs.stays_part", name=names[one.always], figure=titles[one.key])
        for one in found
        if one.always is not None
    ]
    same = [titles[one.key] for one in found if one.never_told]
    out = []
    if stays:
        out.append(session.text("page_workshop.beliefs.stays", list=listed(stays, session.language)))
    for one in found:
        if one.always is None and not one.never_told:
            out.append(_depends(session, one, titles[one.key], names, tables))
    if same:
        out.append(session.text("page_workshop.beliefs.same", list=listed(same, session.language)))
    return out


def _depends(
    session: Session, one: Robustness, title: str, names: Sequence[str], tables: Mapping[str, str]
) -> str:
    """Say on one figure in whose view which proposal is best."""
    sets = assumption_sets()
    by_best: dict[int | None, list[str]] = {}
    for view, best in one.best.items():
        known = sets.get(view.removeprefix(SET_PREFIX)) if view.startswith(SET_PREFIX) else None
        who = tables.get(view, view) if known is None else f"»{known.name.text(session.language)}«"
        by_best.setdefault(best, []).append(who)
    parts = [
        session.text(
            "page_workshop.beliefs.depends_part",
            name=session.text("page_workshop.beliefs.equal") if best is None else names[best],
            views=listed(views, session.language),
        )
        for best, views in by_best.items()
    ]
    return session.text("page_workshop.beliefs.depends", figure=title, list="; ".join(parts))
