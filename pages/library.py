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
from pages.components.escape_markdown import plain
from pages.session import scenario_store
from pages.session.results import Answer
from pages.session.session import Notice, Visit
from pages.shell.active_levers import changes_in_words, strip
from pages.shell.dialogs import close, entry_label
from pages.shell.notices import both_languages
from pages.shell.page import EXPLORE, LIBRARY, go_to, show

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


def _words(here: Visit, key: str, **values: object) -> str:
    return here.words(f"page_library.{key}", **values)


def _say(here: Visit, kind: str, key: str, **values: object) -> None:
    here.notice = Notice(kind, both_languages(f"page_library.{key}", **values))


def _count(here: Visit, key: str, n: int, **values: object) -> str:
    return _words(here, f"{key}.{'one' if n == 1 else 'many'}", n=n, **values)


def draw(here: Visit, _: Answer) -> None:
    """The part that was chosen, below what can be undone."""
    strip(here)
    part = persistent_widget.choice(
        here, _PART, _PARTS, _words(here, "part"), lambda part: _words(here, f"part.{part}")
    )
    entries, broken = scenario_store.library().listing()
    _undo_line(here)
    if part == "compare":
        _compare(here, entries)
    elif part == "import":
        _import(here, entries)
    elif part == "bin":
        _bin(here)
    else:
        _list(here, entries, broken)
    if here.dialog == _RENAME:
        _rename_dialog(here, entries)


# --- the list -------------------------------------------------------------------------------------


def _list(here: Visit, entries: Sequence[Entry], broken: Sequence[Broken]) -> None:
    towns = [_ALL, *sorted({e.scenario.municipality for e in entries}, key=scenario_store.town)]
    persistent_widget.before(here, _SEARCH, "")
    persistent_widget.before(here, _TOWN, _ALL, towns)
    with st.container(horizontal=True, key="library-search"):
        st.text_input(
            _words(here, "search"),
            placeholder=_words(here, "search.placeholder"),
            max_chars=120,
            type="search",
            live=_PAUSE,
            key=_SEARCH,
        )
        st.selectbox(
            _words(here, "town"),
            towns,
            format_func=lambda town: scenario_store.town(town) if town else _words(here, "town.all"),
            key=_TOWN,
        )
    words, town = persistent_widget.after(here, _SEARCH), persistent_widget.after(here, _TOWN)
    found = search(entries, words, town or None)
    own, shipped = [e for e in found if e.own], [e for e in found if not e.own]
    # The municipality on screen is what the visitor is at work with.
    shipped.sort(key=lambda e: e.scenario.municipality != here.scenario.municipality)
    st.markdown(_count(here, "found", len(found)) if found else _words(here, "found.none"))
    if own or not (words or town):
        st.header(_words(here, "own"), anchor=False)
    if own:
        _cards(here, own, "own")
    elif not (words or town):
        st.markdown(_words(here, "own.none"))
    if shipped:
        st.header(_words(here, "shipped"), anchor=False)
        st.caption(_words(here, "shipped.note"))
        _cards(here, shipped, "shipped")
    _broken(here, [b for b in broken if b.own])
    binned = scenario_store.library().deleted()
    if binned:
        st.caption(_count(here, "bin.there", len(binned)))


def _cards(here: Visit, entries: Sequence[Entry], kind: str) -> None:
    shown_now = here.kept.setdefault(f"{_SHOWN}_{kind}", _PER_PAGE)
    with st.container(key=f"library-{kind}"):
        for entry in entries[:shown_now]:
            _card(here, entry)
    left = len(entries) - shown_now
    if left > 0 and st.button(_words(here, "more", n=left), key=f"library_more_{kind}"):
        here.kept[f"{_SHOWN}_{kind}"] = shown_now + _PER_PAGE
        st.rerun()


def _card(here: Visit, entry: Entry) -> None:
    scenario = entry.scenario
    with st.container(border=True, key=f"card-{entry.key}"):
        st.subheader(plain(scenario.name), anchor=False)
        st.caption(plain(_facts(here, entry)))
        if scenario.description:
            st.markdown(plain(_short(scenario.description)))
        st.markdown(plain(_changes(here, scenario)))
        if scenario.results is not None and scenario.results.headline:
            st.caption(plain(_words(here, "headline", headline=scenario.results.headline)))
        with st.container(horizontal=True):
            if st.button(_words(here, "open"), key=f"go-open-{entry.key}"):
                scenario_store.open_entry(here, entry)
                go_to(EXPLORE)
            st.download_button(
                _words(here, "download"),
                data=lambda: entry.path.read_bytes(),
                file_name=entry.path.name,
                mime="application/yaml",
                on_click="ignore",
                key=f"file-{entry.key}",
            )
            actions = _ACTIONS if entry.own else ("copy", "compare")
            pressed = st.menu_button(
                _words(here, "actions"),
                actions,
                format_func=lambda action: _words(here, f"action.{action}"),
                key=f"more-{entry.key}",
            )
        if pressed:
            _do(here, entry, str(pressed))


def _facts(here: Visit, entry: Entry) -> str:
    facts = [scenario_store.town(entry.scenario.municipality)]
    if entry.saved is not None:
        facts.append(_words(here, "saved", date=long_date(entry.saved, here.language)))
    if here.opened is not None and here.opened.path == entry.path:
        facts.append(_words(here, "open_now"))
    return " · ".join(facts)


def _changes(here: Visit, scenario: Scenario) -> str:
    said = changes_in_words(scenario, municipality_of(scenario), here.language)
    fresh = Scenario(name=scenario.name, municipality=scenario.municipality)
    if scenario.assumption_set != fresh.assumption_set:
        from model.parameters.files import assumption_sets

        name = assumption_sets()[scenario.assumption_set].name.get(here.language)
        said.append(_words(here, "changes.assumptions", name=name))
    if scenario.economy != fresh.economy:
        said.append(_words(here, "changes.economy", name=economy_said(scenario.economy, here.language)))
    if not said:
        return _words(here, "changes.none")
    if len(said) > _MOST_CHANGES:
        said = [*said[:_MOST_CHANGES], _words(here, "changes.more", n=len(said) - _MOST_CHANGES)]
    return _words(here, "changes", changes="; ".join(said))


def _short(words: str) -> str:
    """The beginning of a long description, up to a whole word."""
    if len(words) <= _DESCRIPTION:
        return words
    return words[:_DESCRIPTION].rsplit(maxsplit=1)[0] + " …"


def _broken(here: Visit, broken: Sequence[Broken]) -> None:
    if not broken:
        return
    st.header(_words(here, "broken"), anchor=False)
    st.caption(_words(here, "broken.note"))
    for file in broken:
        scenario_store.show_problem(file.problem, here.language)
        with st.container(horizontal=True):
            st.download_button(
                _words(here, "download"),
                data=file.path.read_bytes,
                file_name=file.path.name,
                mime="application/yaml",
                on_click="ignore",
                key=f"file-{file.key}",
            )
            if st.button(_words(here, "action.delete"), key=f"delete-{file.key}"):
                _attempt(here, partial(_delete, here, file))


# --- what the cards do ----------------------------------------------------------------------------


def _do(here: Visit, entry: Entry, action: str) -> None:
    if action == "rename":
        here.kept[_TARGET] = entry.key
        here.dialog = _RENAME
        st.rerun()
    elif action == "compare":
        # The widgets of the other part are not drawn now, so what is kept is what they will begin with.
        here.kept.update({_FROM: entry.key, _TO: _SCREEN, _PART: "compare"})
        for key in (_FROM, _TO, _PART):
            st.session_state.pop(key, None)
        st.rerun()
    elif action == "copy":
        _attempt(here, lambda: _copy(here, entry))
    elif action == "delete":
        _attempt(here, lambda: _delete(here, entry))


def _attempt(here: Visit, action: Callable[[], None]) -> None:
    """Does it and draws the page anew; what cannot be done is said, and nothing has changed."""
    here.kept.pop(_UNDO, None)
    try:
        action()
    except FileProblem as error:
        here.notice = _told(error)
    st.rerun()


def _told(error: FileProblem) -> Notice:
    from pages.session.session import problem_text

    return Notice("warning", problem_text(error))


def _copy(here: Visit, entry: Entry) -> None:
    copy, _ = scenario_store.library().duplicate(entry, _words(here, "copy_name", name=entry.scenario.name))
    _say(here, "success", "copied", name=copy.name)


def _delete(here: Visit, entry: Entry | Broken) -> None:
    binned = scenario_store.library().delete(entry, scenario_store.now())
    here.deleted(entry.path)
    name = entry.scenario.name if isinstance(entry, Entry) else entry.path.name
    here.kept[_UNDO] = (binned.key, name)
    _say(here, "success", "deleted", name=name)


def _undo_line(here: Visit) -> None:
    """After a deletion: what is gone, and the way back. It stays until something else is done with the files."""
    if _UNDO not in here.kept:
        return
    key, name = here.kept[_UNDO]
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="library-undo"):
        st.markdown(plain(_words(here, "deleted", name=name)))
        if st.button(_words(here, "deleted.undo"), type="primary", key="library_undo_do"):
            _attempt(here, lambda: _restore(here, key, name))


def _restore(here: Visit, key: str, name: str) -> None:
    file = scenario_store.library().restore(key)
    back = next((e for e in scenario_store.library().listing()[0] if e.own and e.path.name == file), None)
    _say(here, "success", "restored", name=back.scenario.name if back else name)


def _rename_dialog(here: Visit, entries: Sequence[Entry]) -> None:
    entry = next((e for e in entries if e.key == here.kept.get(_TARGET)), None)
    if entry is None:
        close(here)
        st.warning(_words(here, "gone"))
        return

    @st.dialog(_words(here, "rename.title"), on_dismiss=lambda: close(here))
    def dialog() -> None:
        name = st.text_input(
            _words(here, "rename.name"), value=entry.scenario.name, max_chars=_NAME_LENGTH, key="rename_name"
        )
        with st.container(horizontal=True):
            pressed = st.button(
                _words(here, "rename.button"), type="primary", disabled=not name, key="rename_do"
            )
            if st.button(_words(here, "rename.cancel"), key="rename_cancel"):
                close(here)
                st.rerun()
        if pressed and name:
            try:
                here.kept.pop(_UNDO, None)
                renamed = scenario_store.rename(here, entry, name)
                _say(here, "success", "renamed", name=renamed.name)
            except FileProblem as error:
                scenario_store.show_problem(error, here.language)
            else:
                close(here)
                st.rerun()

    dialog()


# --- differences in words -------------------------------------------------------------------------


def _compare(here: Visit, entries: Sequence[Entry]) -> None:
    st.markdown(_words(here, "compare.note"))
    by_key = {entry.key: entry for entry in entries}
    options = [_SCREEN, *by_key]

    def label(key: str) -> str:
        return _words(here, "compare.screen") if key == _SCREEN else entry_label(here, by_key[key])

    persistent_widget.before(here, _FROM, None, options)
    persistent_widget.before(here, _TO, _SCREEN, options)
    with st.container(horizontal=True, vertical_alignment="bottom", key="library-pair"):
        for key, name in ((_FROM, "before"), (_TO, "after")):
            st.selectbox(
                _words(here, f"compare.{name}"),
                options,
                index=None,
                format_func=label,
                placeholder=_words(here, "compare.choose"),
                key=key,
            )
        st.button(_words(here, "compare.swap"), on_click=_swap, key="library_swap")
    chosen = persistent_widget.after(here, _FROM), persistent_widget.after(here, _TO)
    if None in chosen:
        return
    if chosen[0] == chosen[1]:
        st.markdown(_words(here, "compare.itself"))
        return
    before, after = (here.scenario if key == _SCREEN else by_key[key].scenario for key in chosen)
    st.header(
        plain(_words(here, "compare.heading", before=before.name, after=after.name)),
        anchor=False,
    )
    found = diff(before, after)
    if not found:
        st.markdown(_words(here, "compare.same"))
        return
    st.caption(_count(here, "compare", len(found)))
    st.markdown("\n".join(f"- {plain(difference.words.get(here.language))}" for difference in found))


def _swap() -> None:
    state = st.session_state
    state[_FROM], state[_TO] = state.get(_TO), state.get(_FROM)


# --- files in and out -----------------------------------------------------------------------------


def _import(here: Visit, entries: Sequence[Entry]) -> None:
    st.header(_words(here, "import.title"), anchor=False)
    st.markdown(_words(here, "import.note"))
    files = st.file_uploader(
        _words(here, "import.files"), type=["yaml", "yml"], accept_multiple_files=True, key="library_files"
    )
    for number, file in enumerate(files[:_MOST_FILES]):
        _imported(here, file.getvalue(), file.name, f"{number}-{file.file_id}")
    if len(files) > _MOST_FILES:
        st.caption(_words(here, "import.too_many", n=_MOST_FILES))
    own = sum(e.own for e in entries)
    st.header(_words(here, "export.title"), anchor=False)
    if not own:
        st.markdown(_words(here, "export.none"))
        return
    st.markdown(_words(here, "export.note"))
    st.download_button(
        _count(here, "export", own),
        data=scenario_store.library().exported,
        file_name=_words(here, "export.file"),
        mime="application/zip",
        on_click="ignore",
        key="library_export",
    )


def _imported(here: Visit, data: bytes, file: str, key: str) -> None:
    """One uploaded file: what is wrong with it, or what it is and what can be done with it."""
    try:
        scenario = scenario_store.uploaded(data, file)
    except FileProblem as error:
        st.subheader(
            plain(_count(here, "import.bad", len(error.problems), file=shown(file))),
            anchor=False,
        )
        scenario_store.show_problem(error, here.language, data)
        return
    with st.container(border=True, key=f"import-{key}"):
        st.subheader(plain(scenario.name), anchor=False)
        st.caption(f"{plain(scenario_store.town(scenario.municipality))} · {_words(here, 'import.good')}")
        if scenario.description:
            st.markdown(plain(_short(scenario.description)))
        st.markdown(plain(_changes(here, scenario)))
        name = st.text_input(
            _words(here, "import.name"), value=scenario.name, max_chars=_NAME_LENGTH, key=f"name-{key}"
        )
        with st.container(horizontal=True):
            save = st.button(
                _words(here, "import.save"), type="primary", disabled=not name, key=f"save-{key}"
            )
            if st.button(_words(here, "import.open"), key=f"go-open-{key}"):
                scenario_store.open_scenario(here, scenario)
                go_to(EXPLORE)
        if save and name:
            _save_imported(here, scenario, name)


def _save_imported(here: Visit, scenario: Scenario, name: str) -> None:
    try:
        saved = scenario_store.renamed(scenario, name)
        scenario_store.library().save(saved)
    except SaveConflict as error:
        scenario_store.show_problem(error, here.language)
        scenario_store.say_taken(here, name)
    except FileProblem as error:
        scenario_store.show_problem(error, here.language)
    else:
        st.success(plain(_words(here, "import.saved", name=saved.name)))


# --- the deleted ----------------------------------------------------------------------------------


def _bin(here: Visit) -> None:
    binned = scenario_store.library().deleted()
    if not binned:
        st.markdown(_words(here, "bin.none"))
        return
    st.markdown(_words(here, "bin.note"))
    for file in binned:
        name = _name_in_bin(file)
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"bin-{file.key}"):
            with st.container():
                st.subheader(plain(name), anchor=False)
                local = file.deleted.astimezone()
                st.caption(
                    plain(
                        _words(
                            here,
                            "bin.when",
                            date=long_date(local.date(), here.language),
                            time=local.strftime("%H.%M" if here.language == "da" else "%H:%M"),
                        )
                    )
                )
            if st.button(_words(here, "bin.restore"), key=f"restore-{file.key}"):
                _attempt(here, partial(_restore, here, file.key, name))


def _name_in_bin(file: Binned) -> str:
    try:
        return scenario_store.uploaded(file.path.read_bytes(), file.name).name
    except (FileProblem, OSError):
        return file.name


show(LIBRARY, draw)
