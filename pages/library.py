"""Library: all scenarios to search, open, copy, rename and delete; differences in words; files in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import streamlit as st

from model.files.problems import FileProblem, shown
from model.language.catalogue import long_date
from model.library.library import Binned, Broken, Entry, search
from model.scenario.diff import diff, economy_said
from model.scenario.files import SaveConflict
from model.scenario.scenario import Scenario, municipality_of
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.components.file_problems import notify_name_taken, show_problem
from pages.session import scenario_store
from pages.session.notices import Notice, both_languages
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.shell.active_levers import active_levers, changes_in_words
from pages.shell.dialogs import close, entry_label
from pages.shell.page import EXPLORE, LIBRARY, go_to, show_page

_PARTS: Final = ("list", "compare", "import", "bin")
_PART: Final = "library_part"
_SEARCH: Final = "library_search"
_TOWN: Final = "library_town"
_FROM: Final = "library_from"
_TO: Final = "library_to"
_TARGET: Final = "library_target"
_UNDO: Final = "library_undo"
_SHOWN: Final = "library_shown"
_SCREEN: Final = "screen"
_ALL: Final = ""
# A search is made when the typing pauses.
_PAUSE: Final = "400ms"
_PER_PAGE: Final = 12
_MOST_CHANGES: Final = 4
_MOST_FILES: Final = 10
_DESCRIPTION: Final = 240
_RENAME: Final = "rename"
_NAME_LENGTH: Final = 80
_ACTIONS: Final = ("copy", "rename", "compare", "delete")


def _words(session: Session, key: str, **values: object) -> str:
    return session.text(f"page_library.{key}", **values)


def _say(session: Session, kind: str, key: str, **values: object) -> None:
    session.notice = Notice(kind, both_languages(f"page_library.{key}", **values))


def _count(session: Session, key: str, n: int, **values: object) -> str:
    return _words(session, f"{key}.{'one' if n == 1 else 'many'}", n=n, **values)


def draw(session: Session, _: ScenarioResults) -> None:
    """The part that was chosen, below what can be undone."""
    active_levers(session)
    part = persistent_widget.persistent_choice(
        session, _PART, _PARTS, _words(session, "part"), lambda part: _words(session, f"part.{part}")
    )
    entries, broken = scenario_store.library().listing()
    _undo_line(session)
    if part == "compare":
        _compare(session, entries)
    elif part == "import":
        _import(session, entries)
    elif part == "bin":
        _bin(session)
    else:
        _list(session, entries, broken)
    if session.dialog == _RENAME:
        _rename_dialog(session, entries)


# --- the list -------------------------------------------------------------------------------------


def _list(session: Session, entries: Sequence[Entry], broken: Sequence[Broken]) -> None:
    towns = [_ALL, *sorted({e.scenario.municipality for e in entries}, key=scenario_store.municipality_name)]
    persistent_widget.restore_value(session, _SEARCH, "")
    persistent_widget.restore_value(session, _TOWN, _ALL, towns)
    with st.container(horizontal=True, key="library-search"):
        st.text_input(
            _words(session, "search"),
            placeholder=_words(session, "search.placeholder"),
            max_chars=120,
            type="search",
            live=_PAUSE,
            key=_SEARCH,
        )
        st.selectbox(
            _words(session, "town"),
            towns,
            format_func=lambda town: (
                scenario_store.municipality_name(town) if town else _words(session, "town.all")
            ),
            key=_TOWN,
        )
    words, town = (
        persistent_widget.store_value(session, _SEARCH),
        persistent_widget.store_value(session, _TOWN),
    )
    found = search(entries, words, town or None)
    own, shipped = [e for e in found if e.own], [e for e in found if not e.own]
    # The municipality on screen is what the visitor is at work with.
    shipped.sort(key=lambda e: e.scenario.municipality != session.scenario.municipality)
    st.markdown(_count(session, "found", len(found)) if found else _words(session, "found.none"))
    if own or not (words or town):
        st.header(_words(session, "own"), anchor=False)
    if own:
        _cards(session, own, "own")
    elif not (words or town):
        st.markdown(_words(session, "own.none"))
    if shipped:
        st.header(_words(session, "shipped"), anchor=False)
        st.caption(_words(session, "shipped.note"))
        _cards(session, shipped, "shipped")
    _broken(session, [b for b in broken if b.own])
    binned = scenario_store.library().deleted()
    if binned:
        st.caption(_count(session, "bin.there", len(binned)))


def _cards(session: Session, entries: Sequence[Entry], kind: str) -> None:
    shown_now = session.widget_values.setdefault(f"{_SHOWN}_{kind}", _PER_PAGE)
    with st.container(key=f"library-{kind}"):
        for entry in entries[:shown_now]:
            _card(session, entry)
    left = len(entries) - shown_now
    if left > 0 and st.button(_words(session, "more", n=left), key=f"library_more_{kind}"):
        session.widget_values[f"{_SHOWN}_{kind}"] = shown_now + _PER_PAGE
        st.rerun()


def _card(session: Session, entry: Entry) -> None:
    scenario = entry.scenario
    with st.container(border=True, key=f"card-{entry.key}"):
        st.subheader(escape_markdown(scenario.name), anchor=False)
        st.caption(escape_markdown(_facts(session, entry)))
        if scenario.description:
            st.markdown(escape_markdown(_short(scenario.description)))
        st.markdown(escape_markdown(_changes(session, scenario)))
        if scenario.results is not None and scenario.results.headline:
            st.caption(escape_markdown(_words(session, "headline", headline=scenario.results.headline)))
        with st.container(horizontal=True):
            if st.button(_words(session, "open"), key=f"go-open-{entry.key}"):
                scenario_store.open_entry(session, entry)
                go_to(EXPLORE)
            st.download_button(
                _words(session, "download"),
                data=lambda: entry.path.read_bytes(),
                file_name=entry.path.name,
                mime="application/yaml",
                on_click="ignore",
                key=f"file-{entry.key}",
            )
            actions = _ACTIONS if entry.own else ("copy", "compare")
            pressed = st.menu_button(
                _words(session, "actions"),
                actions,
                format_func=lambda action: _words(session, f"action.{action}"),
                key=f"more-{entry.key}",
            )
        if pressed:
            _do(session, entry, str(pressed))


def _facts(session: Session, entry: Entry) -> str:
    facts = [scenario_store.municipality_name(entry.scenario.municipality)]
    if entry.saved is not None:
        facts.append(_words(session, "saved", date=long_date(entry.saved, session.language)))
    if session.opened is not None and session.opened.path == entry.path:
        facts.append(_words(session, "open_now"))
    return " · ".join(facts)


def _changes(session: Session, scenario: Scenario) -> str:
    said = changes_in_words(scenario, municipality_of(scenario), session.language)
    fresh = Scenario(name=scenario.name, municipality=scenario.municipality)
    if scenario.assumption_set != fresh.assumption_set:
        from model.parameters.files import assumption_sets

        name = assumption_sets()[scenario.assumption_set].name.get(session.language)
        said.append(_words(session, "changes.assumptions", name=name))
    if scenario.economy != fresh.economy:
        said.append(_words(session, "changes.economy", name=economy_said(scenario.economy, session.language)))
    if not said:
        return _words(session, "changes.none")
    if len(said) > _MOST_CHANGES:
        said = [*said[:_MOST_CHANGES], _words(session, "changes.more", n=len(said) - _MOST_CHANGES)]
    return _words(session, "changes", changes="; ".join(said))


def _short(words: str) -> str:
    """The beginning of a long description, up to a whole word."""
    if len(words) <= _DESCRIPTION:
        return words
    return words[:_DESCRIPTION].rsplit(maxsplit=1)[0] + " …"


def _broken(session: Session, broken: Sequence[Broken]) -> None:
    if not broken:
        return
    st.header(_words(session, "broken"), anchor=False)
    st.caption(_words(session, "broken.note"))
    for file in broken:
        show_problem(file.problem, session.language)
        with st.container(horizontal=True):
            st.download_button(
                _words(session, "download"),
                data=file.path.read_bytes,
                file_name=file.path.name,
                mime="application/yaml",
                on_click="ignore",
                key=f"file-{file.key}",
            )
            if st.button(_words(session, "action.delete"), key=f"delete-{file.key}"):
                _attempt(session, partial(_delete, session, file))


# --- what the cards do ----------------------------------------------------------------------------


def _do(session: Session, entry: Entry, action: str) -> None:
    if action == "rename":
        session.widget_values[_TARGET] = entry.key
        session.dialog = _RENAME
        st.rerun()
    elif action == "compare":
        # The widgets of the other part are not drawn now, so what is kept is what they will begin with.
        session.widget_values.update({_FROM: entry.key, _TO: _SCREEN, _PART: "compare"})
        for key in (_FROM, _TO, _PART):
            st.session_state.pop(key, None)
        st.rerun()
    elif action == "copy":
        _attempt(session, lambda: _copy(session, entry))
    elif action == "delete":
        _attempt(session, lambda: _delete(session, entry))


def _attempt(session: Session, action: Callable[[], None]) -> None:
    """Does it and draws the page anew; what cannot be done is said, and nothing has changed."""
    session.widget_values.pop(_UNDO, None)
    try:
        action()
    except FileProblem as error:
        session.notice = _told(error)
    st.rerun()


def _told(error: FileProblem) -> Notice:
    from pages.session.notices import problem_text

    return Notice("warning", problem_text(error))


def _copy(session: Session, entry: Entry) -> None:
    copy, _ = scenario_store.library().duplicate(
        entry, _words(session, "copy_name", name=entry.scenario.name)
    )
    _say(session, "success", "copied", name=copy.name)


def _delete(session: Session, entry: Entry | Broken) -> None:
    binned = scenario_store.library().delete(entry, scenario_store.now())
    session.deleted(entry.path)
    name = entry.scenario.name if isinstance(entry, Entry) else entry.path.name
    session.widget_values[_UNDO] = (binned.key, name)
    _say(session, "success", "deleted", name=name)


def _undo_line(session: Session) -> None:
    """After a deletion: what is gone, and the way back. It stays until something else is done with the files."""
    if _UNDO not in session.widget_values:
        return
    key, name = session.widget_values[_UNDO]
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="library-undo"):
        st.markdown(escape_markdown(_words(session, "deleted", name=name)))
        if st.button(_words(session, "deleted.undo"), type="primary", key="library_undo_do"):
            _attempt(session, lambda: _restore(session, key, name))


def _restore(session: Session, key: str, name: str) -> None:
    file = scenario_store.library().restore(key)
    back = next((e for e in scenario_store.library().listing()[0] if e.own and e.path.name == file), None)
    _say(session, "success", "restored", name=back.scenario.name if back else name)


def _rename_dialog(session: Session, entries: Sequence[Entry]) -> None:
    entry = next((e for e in entries if e.key == session.widget_values.get(_TARGET)), None)
    if entry is None:
        close(session)
        st.warning(_words(session, "gone"))
        return

    @st.dialog(_words(session, "rename.title"), on_dismiss=lambda: close(session))
    def dialog() -> None:
        name = st.text_input(
            _words(session, "rename.name"),
            value=entry.scenario.name,
            max_chars=_NAME_LENGTH,
            key="rename_name",
        )
        with st.container(horizontal=True):
            pressed = st.button(
                _words(session, "rename.button"), type="primary", disabled=not name, key="rename_do"
            )
            if st.button(_words(session, "rename.cancel"), key="rename_cancel"):
                close(session)
                st.rerun()
        if pressed and name:
            try:
                session.widget_values.pop(_UNDO, None)
                renamed = scenario_store.rename(session, entry, name)
                _say(session, "success", "renamed", name=renamed.name)
            except FileProblem as error:
                show_problem(error, session.language)
            else:
                close(session)
                st.rerun()

    dialog()


# --- differences in words -------------------------------------------------------------------------


def _compare(session: Session, entries: Sequence[Entry]) -> None:
    st.markdown(_words(session, "compare.note"))
    by_key = {entry.key: entry for entry in entries}
    options = [_SCREEN, *by_key]

    def label(key: str) -> str:
        return _words(session, "compare.screen") if key == _SCREEN else entry_label(session, by_key[key])

    persistent_widget.restore_value(session, _FROM, None, options)
    persistent_widget.restore_value(session, _TO, _SCREEN, options)
    with st.container(horizontal=True, vertical_alignment="bottom", key="library-pair"):
        for key, name in ((_FROM, "before"), (_TO, "after")):
            st.selectbox(
                _words(session, f"compare.{name}"),
                options,
                index=None,
                format_func=label,
                placeholder=_words(session, "compare.choose"),
                key=key,
            )
        st.button(_words(session, "compare.swap"), on_click=_swap, key="library_swap")
    chosen = persistent_widget.store_value(session, _FROM), persistent_widget.store_value(session, _TO)
    if None in chosen:
        return
    if chosen[0] == chosen[1]:
        st.markdown(_words(session, "compare.itself"))
        return
    before, after = (session.scenario if key == _SCREEN else by_key[key].scenario for key in chosen)
    st.header(
        escape_markdown(_words(session, "compare.heading", before=before.name, after=after.name)),
        anchor=False,
    )
    found = diff(before, after)
    if not found:
        st.markdown(_words(session, "compare.same"))
        return
    st.caption(_count(session, "compare", len(found)))
    st.markdown(
        "\n".join(f"- {escape_markdown(difference.words.get(session.language))}" for difference in found)
    )


def _swap() -> None:
    state = st.session_state
    state[_FROM], state[_TO] = state.get(_TO), state.get(_FROM)


# --- files in and out -----------------------------------------------------------------------------


def _import(session: Session, entries: Sequence[Entry]) -> None:
    st.header(_words(session, "import.title"), anchor=False)
    st.markdown(_words(session, "import.note"))
    files = st.file_uploader(
        _words(session, "import.files"), type=["yaml", "yml"], accept_multiple_files=True, key="library_files"
    )
    for number, file in enumerate(files[:_MOST_FILES]):
        _imported(session, file.getvalue(), file.name, f"{number}-{file.file_id}")
    if len(files) > _MOST_FILES:
        st.caption(_words(session, "import.too_many", n=_MOST_FILES))
    own = sum(e.own for e in entries)
    st.header(_words(session, "export.title"), anchor=False)
    if not own:
        st.markdown(_words(session, "export.none"))
        return
    st.markdown(_words(session, "export.note"))
    st.download_button(
        _count(session, "export", own),
        data=scenario_store.library().exported,
        file_name=_words(session, "export.file"),
        mime="application/zip",
        on_click="ignore",
        key="library_export",
    )


def _imported(session: Session, data: bytes, file: str, key: str) -> None:
    """One uploaded file: what is wrong with it, or what it is and what can be done with it."""
    try:
        scenario = scenario_store.uploaded(data, file)
    except FileProblem as error:
        st.subheader(
            escape_markdown(_count(session, "import.bad", len(error.problems), file=shown(file))),
            anchor=False,
        )
        show_problem(error, session.language, data)
        return
    with st.container(border=True, key=f"import-{key}"):
        st.subheader(escape_markdown(scenario.name), anchor=False)
        st.caption(
            f"{escape_markdown(scenario_store.municipality_name(scenario.municipality))} · "
            f"{_words(session, 'import.good')}"
        )
        if scenario.description:
            st.markdown(escape_markdown(_short(scenario.description)))
        st.markdown(escape_markdown(_changes(session, scenario)))
        name = st.text_input(
            _words(session, "import.name"), value=scenario.name, max_chars=_NAME_LENGTH, key=f"name-{key}"
        )
        with st.container(horizontal=True):
            save = st.button(
                _words(session, "import.save"), type="primary", disabled=not name, key=f"save-{key}"
            )
            if st.button(_words(session, "import.open"), key=f"go-open-{key}"):
                scenario_store.open_scenario(session, scenario)
                go_to(EXPLORE)
        if save and name:
            _save_imported(session, scenario, name)


def _save_imported(session: Session, scenario: Scenario, name: str) -> None:
    try:
        saved = scenario_store.renamed(scenario, name)
        scenario_store.library().save(saved)
    except SaveConflict as error:
        show_problem(error, session.language)
        notify_name_taken(session, name)
    except FileProblem as error:
        show_problem(error, session.language)
    else:
        st.success(escape_markdown(_words(session, "import.saved", name=saved.name)))


# --- the deleted ----------------------------------------------------------------------------------


def _bin(session: Session) -> None:
    binned = scenario_store.library().deleted()
    if not binned:
        st.markdown(_words(session, "bin.none"))
        return
    st.markdown(_words(session, "bin.note"))
    for file in binned:
        name = _name_in_bin(file)
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"bin-{file.key}"):
            with st.container():
                st.subheader(escape_markdown(name), anchor=False)
                local = file.deleted.astimezone()
                st.caption(
                    escape_markdown(
                        _words(
                            session,
                            "bin.when",
                            date=long_date(local.date(), session.language),
                            time=local.strftime("%H.%M" if session.language == "da" else "%H:%M"),
                        )
                    )
                )
            if st.button(_words(session, "bin.restore"), key=f"restore-{file.key}"):
                _attempt(session, partial(_restore, session, file.key, name))


def _name_in_bin(file: Binned) -> str:
    try:
        return scenario_store.uploaded(file.path.read_bytes(), file.name).name
    except (FileProblem, OSError):
        return file.name


show_page(LIBRARY, draw)
