"""Draw the typing of one number with its source: choose it, see what it is now, type, see what follows, save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from model.files.problems import FileProblem
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.removal import own_figure, remove_own_figure, restore_own_file
from model.imports.replacements import Choices, Preview, Replacement, suppressed_replacements
from model.imports.typed_figures import (
    MAX_NOTE,
    MAX_SOURCE,
    Fault,
    TypedFigure,
    TypedFigureFaults,
    is_share,
    preview_typed,
    typed_replacement,
    why_not_own,
)
from model.language.catalogue import text
from model.municipality.municipality import Municipality
from model.parameters.register import QUALITIES, shown, suppressed_of
from model.parameters.sourced_value import Parameter
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.views.method.view import page_text

_OPEN: Final = "method_typed_open"
_CHOSEN: Final = "method_typed"
_ENTRY: Final = "method_typed_entry"
_RIGHT: Final = "method_typed_right"
_UNDO: Final = "method_typed_undo"
_TURN: Final = "method_typed_turn"
_FIELDS: Final = ("value", "low", "high", "as_of", "quality", "source", "note")
_NONE: Final = ""
_NUMBER_LENGTH: Final = 24
_PERIOD_LENGTH: Final = 40


@dataclass(frozen=True)
class _Entry:
    """What was typed for a municipality, and its own file as it stood then."""

    municipality: str
    typed: TypedFigure
    expected: str | None


def typed_figure_part(session: Session, listed: Sequence[Parameter]) -> None:
    """Draw the typing of one of the numbers that are listed; nothing on the big screen."""
    if session.present:
        return
    municipality = session.municipality.under()
    _undo_line(session)
    persistent_widget.restore_value(session, _OPEN, default=False)
    st.toggle(page_text(session, "typed.open"), key=_OPEN)
    if not persistent_widget.store_value(session, _OPEN):
        return
    parameter = _chosen(session, municipality, listed)
    if parameter is None:
        return
    _now(session, municipality, parameter)
    shown_there = next(p for p in listed if p.id == parameter.id)
    if shown_there.value.value != parameter.value.value:
        st.caption(escape_markdown(page_text(session, "typed.central")))
    if not _own_figure(session, municipality, parameter):
        return
    entry = _entry(session, municipality, parameter)
    faults: tuple[Fault, ...] = ()
    replacement: Replacement | None = None
    if entry is not None:
        try:
            replacement = typed_replacement(municipality, entry.typed)
        except TypedFigureFaults as error:
            faults = error.faults
    _form(session, municipality, parameter, faults)
    if entry is not None and replacement is not None:
        _preview(session, municipality, entry, replacement)


# --- choosing -------------------------------------------------------------------------------------


def _chosen(session: Session, municipality: Municipality, listed: Sequence[Parameter]) -> Parameter | None:
    """Draw the choice of a number among those that are listed and may be typed."""
    names = {p.id: p.label(session.language) for p in listed if why_not_own(p) is None}
    if not names:
        st.markdown(escape_markdown(page_text(session, "typed.none")))
        return None
    persistent_widget.restore_value(session, _CHOSEN, _NONE, (_NONE, *names))
    st.selectbox(
        page_text(session, "typed.which"),
        (_NONE, *names),
        format_func=lambda key: names.get(key, page_text(session, "typed.which.none")),
        key=_CHOSEN,
        width=720,
    )
    left_out = len(listed) - len(names)
    if left_out:
        st.caption(escape_markdown(page_text(session, "typed.left_out", n=left_out)))
    chosen = persistent_widget.store_value(session, _CHOSEN)
    return municipality.parameter(chosen) if chosen else None


def _now(session: Session, municipality: Municipality, parameter: Parameter) -> None:
    """Draw what the number is now, with unit, period, source, quality and range."""
    few = parameter.id in suppressed_of(municipality.register)
    now = shown(parameter, session.language, suppressed=few)
    spread = page_text(session, "typed.range", range=now.range) if now.range else ""
    lines = [
        page_text(session, "typed.now", value=now.value, unit=now.unit, range=spread),
        page_text(session, "typed.now_source", quality=now.quality, as_of=now.as_of, source=now.source),
        now.note,
    ]
    st.markdown("  \n".join(escape_markdown(line) for line in lines if line))


def _own_figure(session: Session, municipality: Municipality, parameter: Parameter) -> bool:
    """Draw the way back to the shipped number where this is the municipality's own.

    Return whether an own file that is there can be read: nothing can be put into one that cannot.
    """
    try:
        own = own_figure(municipality.id, parameter.id, municipality.vintage)
    except FileProblem as error:
        st.warning(escape_markdown(error.text(session.language)))
        return False
    if own is not None and st.button(page_text(session, "typed.shipped"), key="method_typed_remove"):
        _remove(session, municipality, parameter)
    return True


# --- typing ---------------------------------------------------------------------------------------


def _key(session: Session, field: str, parameter: Parameter) -> str:
    """Return the key of a field: each number has its own, and new ones when one has been saved."""
    turn = session.widget_values.get(_TURN, 0)
    return f"method_typed_{field}_{parameter.id}" + (f"_{turn}" if turn else "")


def _entry(session: Session, municipality: Municipality, parameter: Parameter) -> _Entry | None:
    """Return what was typed for the number that is chosen, None before anything was."""
    entry = session.widget_values.get(_ENTRY)
    if entry is None or entry.municipality != municipality.id or entry.typed.parameter != parameter.id:
        return None
    return entry if isinstance(entry, _Entry) else None


def _form(
    session: Session, municipality: Municipality, parameter: Parameter, faults: Sequence[Fault]
) -> None:
    """Draw the fields, each with what is wrong in it below."""

    def take() -> None:
        """Keep what was typed, and forget what was said of an earlier number."""
        fields = {field: st.session_state.get(_key(session, field, parameter)) for field in _FIELDS}
        typed = TypedFigure(parameter=parameter.id, **fields)
        session.widget_values[_ENTRY] = _Entry(
            municipality.id, typed, own_file_hash(municipality.id, municipality.vintage)
        )
        session.widget_values.pop(_RIGHT, None)
        st.session_state.pop(_RIGHT, None)

    def field(name: str, length: int, **more: Any) -> None:
        """Draw one field of text."""
        label = page_text(session, f"typed.field.{name}")
        st.text_input(label, max_chars=length, key=_key(session, name, parameter), **more)
        _faults(session, faults, name)

    unit = shown(parameter, session.language).unit
    with st.form("method-typed-form", border=True, enter_to_submit=False):
        key = "typed.in_share" if is_share(parameter.value.unit) else "typed.in_unit"
        st.caption(escape_markdown(page_text(session, key, unit=unit)))
        columns = st.columns(3)
        for column, name in zip(columns, ("value", "low", "high"), strict=True):
            with column:
                field(name, _NUMBER_LENGTH)
        left, right = st.columns(2)
        with left:
            field("as_of", _PERIOD_LENGTH, placeholder=page_text(session, "typed.field.as_of.example"))
        with right:
            st.selectbox(
                page_text(session, "typed.field.quality"),
                QUALITIES,
                index=None,
                placeholder=page_text(session, "typed.field.quality.none"),
                format_func=lambda q: text(
                    "typed.quality",
                    session.language,
                    name=text(f"domain.quality.{q}", session.language),
                    meaning=text(f"typed.quality.{q}", session.language),
                ),
                key=_key(session, "quality", parameter),
            )
            _faults(session, faults, "quality")
        example = page_text(session, "typed.field.source.example", name=municipality.name)
        field("source", MAX_SOURCE, placeholder=example)
        field("note", MAX_NOTE)
        st.form_submit_button(
            page_text(session, "typed.preview"), type="primary", on_click=take, key="method_typed_preview"
        )


def _faults(session: Session, faults: Sequence[Fault], field: str) -> None:
    """Draw what is wrong in one field."""
    for fault in faults:
        if fault.field == field:
            st.error(escape_markdown(fault.why.text(session.language)))


# --- before and after -----------------------------------------------------------------------------


def _preview(session: Session, municipality: Municipality, entry: _Entry, replacement: Replacement) -> None:
    """Draw before and after in words, what follows of it, and the button that saves."""
    language = session.language
    choices = Choices(unlikely_is_right=bool(session.widget_values.get(_RIGHT)))
    result = preview_typed(municipality, [replacement], choices)
    few = replacement.parameter in suppressed_replacements(municipality, [replacement])
    before, after = (
        shown(Parameter(replacement.parameter, value, source_da=danish), language, suppressed=few)
        for value, danish in (
            (replacement.before or replacement.after, replacement.before_source_da),
            (replacement.after, replacement.after_source_da),
        )
    )
    lines = [
        page_text(session, "typed.change", before=before.value, after=after.value, unit=after.unit),
        *(
            page_text(
                session,
                f"typed.{when}",
                quality=one.quality,
                as_of=one.as_of,
                source=one.source,
                range=page_text(session, "typed.range", range=one.range) if one.range else "",
            )
            for when, one in (("before", before), ("after", after))
        ),
        *(note.text(language) for note in result.notes),
    ]
    with st.container(border=True, key="method-typed-change"):
        st.markdown(f"**{escape_markdown(replacement.label(language))}**")
        st.markdown("\n".join(f"- {escape_markdown(line)}" for line in lines))
        _unlikely(session, result)
        if result.problem is not None:
            why = result.problem.text(language)
            st.warning(escape_markdown(f"{page_text(session, 'typed.impossible')} {why}"))
        elif not result.doubtful:
            st.markdown(escape_markdown(page_text(session, "typed.possible")))
            label = escape_markdown(page_text(session, "typed.save", name=municipality.name))
            if st.button(label, type="primary", key="method_typed_save"):
                _save(session, municipality, entry, result)
            st.caption(escape_markdown(text("page_data.use.note", language)))


def _unlikely(session: Session, result: Preview) -> None:
    """Draw why the number can hardly be right, with the choice to use it all the same."""
    for entry in result.doubtful:
        st.warning(escape_markdown(entry.why.text(session.language)))
    if result.doubtful or session.widget_values.get(_RIGHT):
        persistent_widget.restore_value(session, _RIGHT, default=False)
        st.checkbox(
            page_text(session, "typed.right"),
            key=_RIGHT,
            on_change=lambda: persistent_widget.store_value(session, _RIGHT),
        )


def _save(session: Session, municipality: Municipality, entry: _Entry, result: Preview) -> None:
    """Save the number among the municipality's own."""
    try:
        save_municipality(municipality, result, expected_hash=entry.expected)
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
        st.rerun()
    session.widget_values.pop(_ENTRY, None)
    session.widget_values.pop(_UNDO, None)
    session.widget_values[_TURN] = session.widget_values.get(_TURN, 0) + 1
    _figures_changed(session, "typed.done", municipality)


def _figures_changed(session: Session, key: str, municipality: Municipality) -> None:
    """Put the new figures on screen and tell what was done."""
    fits = session.figures_changed()
    words = both_languages(f"page_method.{key}", name=municipality.name)
    reset = () if fits else (both_languages("page_method.typed.reset"),)
    session.notice = Notice("success" if fits else "warning", words, reset)
    st.rerun()


# --- back to the shipped number -------------------------------------------------------------------


def _remove(session: Session, municipality: Municipality, parameter: Parameter) -> None:
    """Take the municipality's own number out, and remember the file for undo."""
    try:
        data = remove_own_figure(
            municipality, parameter.id, own_file_hash(municipality.id, municipality.vintage)
        )
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
        st.rerun()
    session.widget_values.pop(_ENTRY, None)
    left = own_file_hash(municipality.id, municipality.vintage)
    session.widget_values[_UNDO] = (municipality.id, parameter.id, data, left)
    _figures_changed(session, "typed.removed", municipality)


def _undo_line(session: Session) -> None:
    """Draw after a removal which number is the shipped one again, and the button that restores the own."""
    if _UNDO not in session.widget_values:
        return
    town, parameter, data, left = session.widget_values[_UNDO]
    municipality = session.municipality.under()
    if town != municipality.id or own_file_hash(town, municipality.vintage) != left:
        del session.widget_values[_UNDO]
        return
    label = municipality.parameter(parameter).label(session.language)
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="method-typed-undo"):
        st.markdown(escape_markdown(page_text(session, "typed.undo_line", label=label)))
        if st.button(page_text(session, "typed.undo"), key="method_typed_undo_do"):
            del session.widget_values[_UNDO]
            try:
                restore_own_file(town, data, left, figures=municipality.vintage)
            except FileProblem as error:
                session.notice = Notice("warning", problem_text(error))
                st.rerun()
            _figures_changed(session, "typed.restored", municipality)
