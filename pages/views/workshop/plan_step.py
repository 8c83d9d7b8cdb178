"""Draw the fields of one step of a course that is written on the page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from model.scenario.parts import NAME_LENGTH, TEXT_LENGTH
from model.scenario.scenario import Scenario, municipality_of
from model.workshop.course import FIELDS, KINDS, MOST_BELIEFS, MOST_CARDS, MOST_LEVERS, Course
from model.workshop.course_cards import cards_named
from model.workshop.course_files import base_scenario
from model.workshop.named_assumptions import Named, named_assumptions
from pages.components.escape_markdown import escape_markdown
from pages.components.job_progress import show_when_done
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session
from pages.views.workshop import plan_choices
from pages.views.workshop.plan_draft import Fault, PlanDraft, StepDraft, faults_at

_SLOT: Final = "plan-suggest"
_NUMBER_LENGTH: Final = 24
_LINES: Final = 72  # px: two lines


def held(values: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    """Return what makes the widget of that key show a value of the draft, and put into it what is given."""
    if key not in st.session_state or st.session_state[key] != values[name]:
        st.session_state[key] = values[name]

    def keep() -> None:
        values[name] = st.session_state[key]

    return {"key": key, "on_change": keep}


def tell(session: Session, faults: Sequence[Fault], step: int, *names: str) -> None:
    """Write what is wrong with a field, below it."""
    for fault in faults_at(faults, step, *names):
        st.error(escape_markdown(fault.words.text(session.language)))


def step_fields(session: Session, draft: PlanDraft, step: StepDraft, faults: Sequence[Fault]) -> None:
    """Draw the fields that the step's kind has."""
    text, values, key = session.text, step.values, f"plan-{step.uid}"
    kind, title, minutes = st.columns([2, 4, 1])
    with kind:
        st.selectbox(
            text("page_plan.kind"),
            KINDS,
            format_func=lambda one: text(f"page_plan.kind.{one}"),
            **held(values, "kind", f"{key}-kind"),
        )
    with title:
        st.text_input(
            text("page_plan.step_title"), max_chars=NAME_LENGTH, **held(values, "title", f"{key}-title")
        )
        tell(session, faults, step.uid, "title", "id", "kind")
    with minutes:
        st.text_input(
            text("page_plan.minutes"), max_chars=_NUMBER_LENGTH, **held(values, "minutes", f"{key}-minutes")
        )
    tell(session, faults, step.uid, "minutes")
    st.caption(text(f"page_plan.kind_help.{step.kind}"))
    question, more = st.columns(2)
    for column, name in ((question, "question"), (more, "text")):
        column.text_area(
            text(f"page_plan.{name}"),
            max_chars=TEXT_LENGTH,
            height=_LINES,
            **held(values, name, f"{key}-{name}"),
        )
    tell(session, faults, step.uid, "question", "text")
    _of_kind(session, draft, step, faults)
    st.text_area(
        text("page_plan.note"), max_chars=TEXT_LENGTH, height=_LINES, **held(values, "note", f"{key}-note")
    )
    tell(session, faults, step.uid, "note")


def _of_kind(session: Session, draft: PlanDraft, step: StepDraft, faults: Sequence[Fault]) -> None:
    """Draw what only some kinds have."""
    used, town, figures = FIELDS[step.kind], draft.head["municipality"], draft.head["baseline"]
    if "scenario" in used:
        found = plan_choices.scenarios_of(town, figures)
        names = {name: scenario.name for name, scenario in found.items()}
        _one(session, step, "scenario", names)
        tell(session, faults, step.uid, "scenario")
    if step.kind == "build":
        _build(session, step, town, faults)
    if "goal" in used:
        goal, indicator = st.columns(2)
        with goal:
            _one(session, step, "goal", plan_choices.goals_of(session, town, figures))
        with indicator:
            _one(
                session,
                step,
                "indicator",
                plan_choices.indicators_of(session, town, figures, step.values["goal"]),
            )
        tell(session, faults, step.uid, "goal", "indicator")
    if "assumptions" in used:
        _assumptions(session, draft, step)
        tell(session, faults, step.uid, "assumptions")
    if "previous" in used:
        places = {one.uid: n for n, one in enumerate(draft.steps, start=1)}
        builds = {one.id: f"{places[one.uid]}. {one.values['title']}" for one in draft.builds_before(step)}
        _one(session, step, "previous", builds)
        tell(session, faults, step.uid, "previous")


def _one(session: Session, step: StepDraft, name: str, names: Mapping[str, str]) -> None:
    """Draw the choice of one of several, or of none."""
    if step.values[name] not in names:
        step.values[name] = ""
    st.selectbox(
        session.text(f"page_plan.{name}"),
        ["", *names],
        format_func=lambda one: names[one] if one else session.text(f"page_plan.{name}.none"),
        **held(step.values, name, f"plan-{step.uid}-{name}"),
    )


def _several(session: Session, step: StepDraft, name: str, names: Mapping[str, str], most: int) -> None:
    """Draw the choice of several."""
    kept = [one for one in step.values[name] if one in names]
    if kept != step.values[name]:
        step.values[name] = kept
    st.multiselect(
        session.text(f"page_plan.{name}"),
        list(names),
        format_func=names.__getitem__,
        max_selections=most,
        placeholder=session.text("page_plan.choose"),
        **held(step.values, name, f"plan-{step.uid}-{name}"),
    )


def _build(session: Session, step: StepDraft, town: str, faults: Sequence[Fault]) -> None:
    """Draw by what is built, which levers or cards are open, and the limit of the budget."""
    values, key = step.values, f"plan-{step.uid}"
    how, limit = st.columns(2)
    how.selectbox(
        session.text("page_plan.instrument"),
        ["levers", "cards"],
        format_func=lambda one: session.text(f"page_plan.instrument.{one}"),
        **held(values, "instrument", f"{key}-instrument"),
    )
    with limit:
        st.text_input(
            session.text("page_plan.budget"),
            max_chars=_NUMBER_LENGTH,
            help=session.text("page_plan.budget.help"),
            **held(values, "budget", f"{key}-budget"),
        )
        tell(session, faults, step.uid, "budget")
    if values["instrument"] == "levers":
        _several(session, step, "levers", plan_choices.levers(session.language), MOST_LEVERS)
    else:
        names = plan_choices.cards(town)
        # A file names a card that ships by its file's name alone.
        keys = {name: card.key for name, card in cards_named(values["cards"]).items() if card is not None}
        values["cards"] = [keys.get(one, one) for one in values["cards"]]
        _several(session, step, "cards", names, MOST_CARDS)
    tell(session, faults, step.uid, "levers", "cards", "instrument")


# --- assumptions ----------------------------------------------------------------------------------


def _base(draft: PlanDraft) -> Scenario:
    """Return the draft's municipality without changes."""
    names = ("municipality", "baseline", "rules")
    course = Course.model_construct(title="-", steps=(), **{name: draft.head[name] for name in names})
    return base_scenario(course, "-")


def _assumptions(session: Session, draft: PlanDraft, step: StepDraft) -> None:
    """Draw the choice of assumptions, and what the tornado names for a scenario."""
    known = plan_choices.assumptions(_base(draft))
    names = {one: plan_choices.assumption_name(session, parameter) for one, parameter in known.items()}
    _several(session, step, "assumptions", names, MOST_BELIEFS)
    found = plan_choices.scenarios_of(draft.head["municipality"], draft.head["baseline"])
    if not found:
        return
    with st.container(border=True, key="plan-suggest"):
        st.markdown(session.text("page_plan.suggest.words"))
        asked = session.widget_values.setdefault("plan-suggest", {"scenario": "", "figure": "", "asked": ()})
        used = [one.values["scenario"] for one in draft.steps if one.values["scenario"] in found]
        if asked["scenario"] not in found:
            asked["scenario"] = used[-1] if used else next(iter(found))
        figures = plan_choices.figures_of(session, draft.head["municipality"], draft.head["baseline"])
        if asked["figure"] not in figures:
            asked["figure"] = next(iter(figures))
        by_scenario, by_figure = st.columns(2)
        by_scenario.selectbox(
            session.text("page_plan.suggest.scenario"),
            list(found),
            format_func=lambda one: found[one].name,
            **held(asked, "scenario", "plan-suggest-scenario"),
        )
        by_figure.selectbox(
            session.text("page_plan.suggest.figure"),
            list(figures),
            format_func=figures.__getitem__,
            **held(asked, "figure", "plan-suggest-figure"),
        )
        question = (asked["scenario"], asked["figure"])
        if st.button(session.text("page_plan.suggest"), key="plan-suggest-do"):
            asked["asked"] = question
        if asked["asked"] == question:
            show_when_done(
                session,
                _SLOT,
                lambda: _job(session, found[asked["scenario"]], asked["figure"]),
                lambda named: _suggested(session, step, named, names),
            )


def _job(session: Session, scenario: Scenario, figure: str) -> Job:
    """Return the work of naming the assumptions, done before or begun now."""
    municipality = municipality_of(scenario)

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Compute the tornado, and each number of its widest families alone."""
        return named_assumptions(municipality, scenario, figure, cancel=cancel, progress=progress)

    return session.ask(STUDIES, _SLOT, (_SLOT, municipality.key, scenario.key, figure), work)


def _suggested(session: Session, step: StepDraft, named: Sequence[Named], names: Mapping[str, str]) -> None:
    """Write what was found, and offer it."""
    usable = [one.parameter for one in named if one.parameter in names]
    if not usable:
        st.info(session.text("page_plan.suggest.nothing"))
        return
    st.markdown("\n".join(f"{n}. {escape_markdown(names[one])}" for n, one in enumerate(usable, start=1)))
    st.button(session.text("page_plan.suggest.use"), key="plan-suggest-use", on_click=_use(step, usable))


def _use(step: StepDraft, parameters: list[str]) -> Callable[[], None]:
    """Return what takes the suggested assumptions."""

    def use() -> None:
        step.values["assumptions"] = parameters

    return use
