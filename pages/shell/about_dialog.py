"""Draw the dialog about the scenario: who wrote it and why, and the meeting's question, findings and decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import streamlit as st

from model.language.catalogue import long_date
from model.scenario.parts import NAME_LENGTH, Workshop
from model.scenario.scenario import Scenario
from model.scenario.texts import as_typed
from pages.components.escape_markdown import escape_markdown
from pages.session.link import made_on
from pages.session.session import Session
from pages.shell.active_levers import changes_in_words

NOTES: Final = ("question", "expectation", "findings", "decision")
ABOUT: Final = "about"
_EDIT: Final = "about_edit"
DIALOGS: Final = (ABOUT, _EDIT)
# Longer ones would make a link that some proxies cut off; what a file holds already is kept.
_NOTE_LENGTH: Final = 1_000
_NOTE_HEIGHT: Final = 68


def about_dialog(session: Session) -> None:
    """Draw what is written about the scenario to be read, or where nothing is, the fields to write it in."""

    @st.dialog(_say(session, "title"), width="medium", on_dismiss=lambda: _keep(session))
    def dialog() -> None:
        scenario = session.history.current
        if session.dialog == ABOUT and _is_written(scenario):
            _read(session, scenario)
        else:
            session.dialog = _EDIT
            _write(session, scenario)

    dialog()


def _say(session: Session, key: str, **values: object) -> str:
    """Return a text of the dialog."""
    return session.text(f"page_about.{key}", **values)


def _is_written(scenario: Scenario) -> bool:
    """Return whether somebody has written anything about the scenario or its changes."""
    return any(_texts(scenario).values()) or any(change.why for change in scenario.changes)


def _texts(scenario: Scenario) -> Mapping[str, str]:
    """Return what is written about the scenario, by field, in the order in which it is read."""
    notes = scenario.workshop or Workshop()
    return {
        "author": scenario.author,
        "description": scenario.description,
        **{note: getattr(notes, note) for note in NOTES},
    }


# --- reading --------------------------------------------------------------------------------------


def _read(session: Session, scenario: Scenario) -> None:
    """Draw who wrote it, why, and what the meeting said; a button leads to the fields."""
    st.markdown(f"**{escape_markdown(scenario.name)}**")
    st.caption(escape_markdown(" ".join(_who(session, scenario))))
    _paragraphs(scenario.description)
    if scenario.changes:
        st.markdown(f"**{_say(session, 'reasons')}**")
        lines = changes_in_words(scenario, session.municipality, session.language)
        told = [
            _say(session, "reason", change=line, why=change.why)
            if change.why
            else _say(session, "no_reason", change=line)
            for line, change in zip(lines, scenario.changes, strict=True)
        ]
        st.markdown("\n".join(f"- {escape_markdown(line)}" for line in told))
    for note, words in _texts(scenario).items():
        if words and note in NOTES:
            st.markdown(f"**{_say(session, note)}**")
            _paragraphs(words)
    with st.container(horizontal=True):
        st.button(_say(session, "edit"), key="about_edit", on_click=lambda: setattr(session, "dialog", _EDIT))
        if st.button(_say(session, "close"), key="about_close"):
            session.dialog = None
            st.rerun()


def _who(session: Session, scenario: Scenario) -> Iterator[str]:
    """Yield who wrote the scenario, when it was saved, and whether it has been changed since."""
    saved = None if scenario.results is None else scenario.results.saved
    date = "" if saved is None else long_date(saved, session.language)
    if scenario.author and saved is not None:
        yield _say(session, "by_on", author=scenario.author, date=date)
    elif scenario.author:
        yield _say(session, "by", author=scenario.author)
    else:
        yield _say(session, "by_nobody")
        if saved is not None:
            yield _say(session, "saved_on", date=date)
    if session.opened is not None and scenario != session.opened.scenario:
        yield _say(session, "changed_since")
    made = made_on(session)
    if made:
        yield made


def _paragraphs(words: str) -> None:
    """Draw somebody's words as they stand, line by line."""
    if words:
        st.markdown("  \n".join(escape_markdown(line) for line in words.split("\n")))


# --- writing --------------------------------------------------------------------------------------


def _write(session: Session, scenario: Scenario) -> None:
    """Draw the fields."""
    texts = _texts(scenario)
    st.text_input(
        _say(session, "author"),
        value=texts["author"],
        max_chars=NAME_LENGTH,
        placeholder=_say(session, "author.hint"),
        key="about_author",
    )
    _area(session, "description", texts)
    for pair in (NOTES[:2], NOTES[2:]):
        for column, note in zip(st.columns(2), pair, strict=True):
            with column:
                _area(session, note, texts)
    st.caption(f"{_say(session, 'where')} {_say(session, 'reasons.how')}")
    with st.container(horizontal=True):
        use = st.button(_say(session, "use"), type="primary", key="about_use")
        cancel = st.button(_say(session, "cancel"), key="about_cancel")
    if use:
        _use(session)
    if use or cancel:
        session.dialog = None
        st.rerun()


def _area(session: Session, field: str, texts: Mapping[str, str]) -> None:
    """Draw the field of a longer text."""
    st.text_area(
        _say(session, field),
        value=texts[field],
        max_chars=max(_NOTE_LENGTH, len(texts[field])),
        height=_NOTE_HEIGHT,
        key=f"about_{field}",
    )


def _keep(session: Session) -> None:
    """Keep what was written when the dialog is dismissed: a press beside it takes nobody's words away."""
    if session.dialog == _EDIT:
        _use(session)
    session.dialog = None


def _use(session: Session) -> None:
    """Put the scenario with its texts on screen, as one step that can be undone."""
    scenario = session.history.current
    before = _texts(scenario)
    after = {
        field: as_typed(_typed(field, words), max(_length(field), len(words)), lines=field != "author")
        for field, words in before.items()
    }
    if after == before:
        return
    notes = {note: after[note] for note in NOTES}
    session.set_scenario(
        scenario.copy_with(
            author=after["author"],
            description=after["description"],
            workshop=Workshop(**notes) if any(notes.values()) else None,
        )
    )


def _typed(field: str, before: str) -> str:
    """Return what stands in a field, or what it was drawn with."""
    return str(st.session_state.get(f"about_{field}", before) or "")


def _length(field: str) -> int:
    """Return how many characters a field takes."""
    return NAME_LENGTH if field == "author" else _NOTE_LENGTH
