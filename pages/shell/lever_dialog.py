"""Draw the dialog of one lever: its steps as typed rows, why, and the path that they make."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from pydantic import ValidationError

from model.files.strict_yaml import Document
from model.files.validation_problems import problems_from
from model.language.catalogue import long_date, text
from model.language.messages import Text
from model.scenario.diff import lever_value
from model.scenario.levers import Value, baseline_value
from model.scenario.parts import Change
from model.scenario.scenario import Scenario
from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import show_problem
from pages.components.lever_path_chart import lever_path_data
from pages.session.inbox import receive
from pages.session.lever_draft import (
    MOST_STEPS,
    REASON_LENGTH,
    DraftStep,
    LeverDraft,
    Reading,
    TypedText,
    added_step,
    read_draft,
    with_steps,
)
from pages.session.notices import Notice, both_languages
from pages.session.session import Session
from pages.session.sliders import slider_facts

if TYPE_CHECKING:
    from model.language.messages import Localized

_FIELDS: Final = ("from", "to", "weeks")
_FIELD_LENGTH: Final = 40
_PATH: Final = "lever_path"
_REASON_HEIGHT: Final = 68


def lever_dialog(session: Session) -> None:
    """Draw the form of the lever whose pencil was pressed."""
    draft = session.draft
    if draft is None:
        session.dialog = None
        return
    facts = slider_facts(session.municipality, draft.item, session.language)
    name = str(facts["name"]) if draft.has_number else draft.lever.label.text(session.language)

    @st.dialog(name, width="medium", on_dismiss=lambda: _keep(session, draft))
    def dialog() -> None:
        _fill(draft)
        typed = _typed(draft)
        reading = read_draft(draft, session.history.current, typed)
        base = baseline_value(draft.lever, session.municipality, draft.group)
        _path(session, draft, reading, (name, str(facts["suffix"]), str(facts["datedHint"])), base)
        for n, step in enumerate(draft.steps, start=1):
            with st.container(border=len(draft.steps) > 1, key=f"lever-step-{step.key}"):
                _step(session, draft, step, n, reading)
        if len(draft.steps) < MOST_STEPS:
            add = partial(_add, session, draft, typed)
            st.button(_say(session, "add"), key="lever_add", on_click=add)
        else:
            st.caption(_say(session, "most", n=MOST_STEPS))
        _buttons(session, draft, reading)

    dialog()


def _say(session: Session, key: str, **values: object) -> str:
    """Return a text of the dialog."""
    return session.text(f"page_lever.{key}", **values)


def _words(draft: LeverDraft, value: Value, language: str) -> str:
    """Return a value of the lever with its unit."""
    return lever_value(draft.lever.id, value, language)


def _key(draft: LeverDraft, step: int, where: str) -> str:
    """Return the key of a field."""
    return f"lever_{draft.token}_{step}_{where}"


def _fill(draft: LeverDraft) -> None:
    """Have each field hold what it was opened with, and what a hand has drawn since."""
    for step in draft.steps:
        for where in _FIELDS:
            st.session_state.setdefault(_key(draft, step.key, where), step.texts[where])
    for (key, where), words in draft.drawn.items():
        st.session_state[_key(draft, key, where)] = words
    draft.drawn.clear()


def _typed(draft: LeverDraft) -> TypedText:
    """Return what gives the text of a field: what stands in it, or what it was drawn with."""

    def typed(step: int, where: str) -> str:
        first = next(one.texts[where] for one in draft.steps if one.key == step)
        return str(st.session_state.get(_key(draft, step, where), first) or "")

    return typed


# --- the form -------------------------------------------------------------------------------------


def _step(session: Session, draft: LeverDraft, step: DraftStep, n: int, reading: Reading) -> None:
    """Draw the fields of one step, what is wrong with them, and why it is taken."""
    if len(draft.steps) > 1:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(_say(session, 'step', n=n))}**", width="content")
            remove = partial(draft.remove, step)
            label = _say(session, "remove", n=n)
            st.button(label, key=f"lever_remove_{step.key}", type="tertiary", on_click=remove)
    unit = text(f"levers.unit.{draft.lever.unit}", session.language)
    labels = {
        "from": (_say(session, "from"), _say(session, "from.hint")),
        "to": (_say(session, "to", unit=unit), ""),
        "weeks": (_say(session, "weeks"), _say(session, "weeks.hint")),
    }
    fields = [where for where in _FIELDS if where != "to" or draft.has_number]
    for column, where in zip(st.columns(len(fields), vertical_alignment="bottom"), fields, strict=True):
        label, hint = labels[where]
        column.text_input(
            escape_markdown(label),
            max_chars=_FIELD_LENGTH,
            placeholder=hint or None,
            key=_key(draft, step.key, where),
        )
    for where in fields:
        problem: Localized | None = reading.problems.get((step.key, where))
        if problem is not None:
            st.error(escape_markdown(problem.text(session.language)))
    if not draft.has_number:
        st.caption(escape_markdown(_say(session, "to.mix", value=_words(draft, step.to, session.language))))
    st.text_area(
        _say(session, "why"),
        value=step.texts["why"],
        max_chars=max(REASON_LENGTH, len(step.texts["why"])),
        height=_REASON_HEIGHT,
        placeholder=_say(session, "why.hint"),
        key=_key(draft, step.key, "why"),
    )


def _add(session: Session, draft: LeverDraft, typed: TypedText) -> None:
    """Add a step behind the last one."""
    draft.add(added_step(draft, session.history.current, typed, session.language))


def _path(
    session: Session, draft: LeverDraft, reading: Reading, named: tuple[str, str, str], base: Value
) -> None:
    """Draw the path over the years, to be dragged, with a sentence that says the same; the fields have its figures.

    ``named``: the lever's name, what stands behind its value, and of which years its baseline is.
    """
    if reading.changes is None:
        st.caption(_say(session, "path.wrong"))
        return
    if draft.has_number:
        unit = text(f"levers.unit.{draft.lever.unit}", session.language)
        words = {
            "alt": _say(session, "path", name=named[0]),
            "unit": _say(session, "path.unit", unit=unit),
            "suffix": named[1],
        }
        data = lever_path_data(session.history.current, draft, reading, words, session.language)
        data["acknowledged"] = session.acknowledgement
        mount.lever_path(key=_PATH, data=data, on_message_change=partial(_receive, session))
    sentence = path_sentence(draft, reading.changes, base, session.language)
    st.caption(escape_markdown(" ".join(filter(None, (sentence, named[2])))))


def _receive(session: Session) -> None:
    """Do what the browser's log asks for, when it came by way of the form: the form alone is drawn again."""
    receive(session, (st.session_state.get(_PATH) or {}).get("message"))


def path_sentence(draft: LeverDraft, changes: tuple[Change, ...], base: Value, language: str) -> str:
    """Describe a path: where the lever stands without changes, then each step with its date and phase-in."""
    sentences = [text("page_lever.path.start", language, value=_words(draft, base, language))]
    for change in changes:
        key = "phased" if change.phase_in_weeks else "step"
        values: dict[str, Any] = {"weeks": change.phase_in_weeks} if change.phase_in_weeks else {}
        value, date = _words(draft, change.to, language), long_date(change.from_, language)
        sentences.append(text(f"page_lever.path.{key}", language, value=value, date=date, **values))
    return " ".join(sentences)


# --- what comes of it -----------------------------------------------------------------------------


def _buttons(session: Session, draft: LeverDraft, reading: Reading) -> None:
    """Draw the ways out: use what is written, or leave everything as it was."""
    with st.container(horizontal=True):
        # A button that waits for a field would lose the press that ends its typing.
        use = st.button(_say(session, "use"), type="primary", key="lever_use")
        cancel = st.button(_say(session, "cancel"), key="lever_cancel")
    if cancel:
        _close(session)
        st.rerun()
    if use and reading.changes is not None:
        try:
            scenario = with_steps(session.history.current, draft, reading.changes)
        except ValidationError as error:
            show_problem(problems_from(error, Document({}), model=Scenario), session.language)
            return
        _use(session, scenario)
        st.rerun()


def _keep(session: Session, draft: LeverDraft) -> None:
    """Keep what was written when the dialog is dismissed: a press beside it takes nobody's words away."""
    typed = _typed(draft)
    texts = [typed(step.key, where) for step in draft.steps for where in step.texts]
    as_opened = [words for step in draft.steps for words in step.texts.values()]
    if texts == as_opened and not draft.edited:
        _close(session)
        return
    reading = read_draft(draft, session.history.current, typed)
    if reading.changes is None:
        first = next(iter(reading.problems.values()))
        not_kept = both_languages("page_lever.not_kept")
        _close(session)
        session.notice = Notice("warning", not_kept, (Text(da=first.da, en=first.en),))
        return
    try:
        _use(session, with_steps(session.history.current, draft, reading.changes))
    except ValidationError:
        _close(session)
        session.notice = Notice("warning", both_languages("page_lever.not_kept"))


def _use(session: Session, scenario: Scenario) -> None:
    """Put the scenario with the lever's new steps on screen, as one step that can be undone."""
    session.set_scenario(scenario)
    _close(session)


def _close(session: Session) -> None:
    """Note that the dialog is closed and its form gone."""
    session.dialog = session.draft = None
