"""Draw the choice of the scenarios that the page Compare holds side by side, and of the administration's proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from model.scenario.scenario import Scenario, without_changes
from model.scenario.tries import tried, tries
from pages.components.escape_markdown import escape_markdown
from pages.components.scenario_labels import name_alone, scenario_labels
from pages.session import scenario_store
from pages.session.reference import (
    misfit,
    reference_name,
    reference_note,
    reference_results,
    under_common_assumptions,
)
from pages.session.session import Session
from pages.views.compare.view import MOST

_SCREEN: Final = "screen"
_BASELINE: Final = "baseline"
_TRY: Final = "try:"
_WIDGET: Final = "compared"
_REFERENCE: Final = "compare-reference"
_NONE: Final = ""
_KEPT: Final = "kept"  # a reference that is no file of the library now


def offered_scenarios(session: Session) -> dict[str, tuple[str, Scenario]]:
    """Return what can be compared: what is on screen, the baseline, own and shipped ones, and the examples to try."""
    now = session.scenario
    on_screen = session.text("page_compare.on_screen")
    if now.name not in scenario_store.UNNAMED:
        on_screen = session.text("page_compare.on_screen_named", name=now.name)
    offered = {
        _SCREEN: (on_screen, now),
        _BASELINE: (session.text("page_compare.baseline"), without_changes(now)),
    }
    entries = [
        entry
        for entry in scenario_store.library().listing()[0]
        if entry.scenario.municipality == now.municipality
    ]
    # What cannot be compared is not offered, unless it was chosen before: then it is told why.
    entries = [
        e for e in entries if str(e.path) in session.compared or misfit(session, "", e.scenario) is None
    ]
    labels = scenario_labels(session, entries, name_alone)
    offered.update({str(entry.path): (labels[entry.key], entry.scenario) for entry in entries})
    for one in tries():
        name = _capitalised(one.label.text(session.language))
        offered[_TRY + one.id] = (name, tried(without_changes(now), one.id).copy_with(name=name))
    return offered


def _capitalised(words: str) -> str:
    """Return words as they begin a line."""
    return words[:1].upper() + words[1:]


def ready_choices(session: Session, offered: Mapping[str, tuple[str, Scenario]]) -> dict[str, list[str]]:
    """Return what one press compares, by the button's words: one's own saved proposals, and the examples."""
    now = session.scenario
    first = [_SCREEN] if now.changes else [_BASELINE]
    own = {str(entry.path) for entry in scenario_store.library().listing()[0] if entry.own}
    saved = [key for key in offered if key in own and offered[key][1].changes != now.changes]
    examples = [key for key in offered if key.startswith(_TRY)]
    ready = {}
    for words, keys in (("saved", saved), ("examples", examples)):
        keys = keys[: MOST - len(first)]
        if keys:
            ready[session.text(f"page_compare.ready.{words}", n=len(keys))] = [*first, *keys]
    return ready


def ready_buttons(session: Session, offered: Mapping[str, tuple[str, Scenario]]) -> None:
    """Draw a button for each of what can be compared with one press."""

    def take(keys: list[str]) -> None:
        """Store the choice in the session, and show it in the list of names."""
        session.compared = tuple(keys)
        st.session_state[_WIDGET] = keys

    for place, (label, keys) in enumerate(ready_choices(session, offered).items()):
        st.button(label, key=f"compare-ready-{place}", on_click=take, args=(keys,))


def choice(session: Session, offered: dict[str, tuple[str, Scenario]]) -> None:
    """Draw the choice; kept in the session, so that it survives a look at another page."""

    def take_choice() -> None:
        """Store the choice in the session."""
        session.compared = tuple(st.session_state.get(_WIDGET) or ())

    if session.compared:
        ready_buttons(session, offered)
    chosen = st.session_state.get(_WIDGET)
    known = _known(session, offered) if chosen is None else [key for key in chosen if key in offered]
    if chosen != known:
        st.session_state[_WIDGET] = known
    st.multiselect(
        session.text("page_compare.choose"),
        list(offered),
        format_func=lambda key: offered[key][0],
        # Streamlit tells a limit, and offers all at once, in English alone: what is too much is told below.
        select_all=False,
        key=_WIDGET,
        on_change=take_choice,
        placeholder=session.text("page_compare.choose"),
    )
    _reference(session, offered)
    st.caption(escape_markdown(session.text("page_compare.common")))


def _known(session: Session, offered: dict[str, tuple[str, Scenario]]) -> list[str]:
    """Return what is chosen and still there; at first the scenario on screen and the baseline."""
    return [key for key in session.compared if key in offered] or [_SCREEN, _BASELINE]


def _reference(session: Session, offered: dict[str, tuple[str, Scenario]]) -> None:
    """Draw the choice of the administration's proposal."""
    files = {
        key: scenario
        for key, (_, scenario) in offered.items()
        if key not in (_SCREEN, _BASELINE) and not key.startswith(_TRY)
    }
    reference = session.reference
    now = _NONE if reference is None else next((k for k, s in files.items() if _is_same(s, reference)), _KEPT)
    options = [_NONE, *([_KEPT] if now == _KEPT else []), *files]

    def name(key: str) -> str:
        """Return what an option is called."""
        if key == _NONE:
            return session.text("page_compare.reference.none")
        return offered[key][0] if key in offered else (reference.name if reference else "")

    def take_choice() -> None:
        """Store the choice in the session."""
        key = st.session_state[_REFERENCE]
        if key != _KEPT:
            session.reference = files.get(key)

    # What the library chose for it in the meantime counts.
    st.session_state[_REFERENCE] = now
    st.selectbox(
        session.text("page_compare.reference"),
        options,
        format_func=name,
        key=_REFERENCE,
        on_change=take_choice,
        help=session.text("page_compare.reference.help"),
    )


def _is_same(scenario: Scenario, reference: Scenario) -> bool:
    """Return whether a file is what was chosen; after a reload the reasons in it are left out."""
    return (scenario.name, scenario.key) == (reference.name, reference.key)


def chosen_scenarios(
    session: Session, offered: dict[str, tuple[str, Scenario]]
) -> tuple[list[tuple[str, Scenario]], list[str]]:
    """Return those chosen that can be compared, with their names, and what is said of those that cannot.

    The administration's proposal is among them wherever there is one, the first after what is on screen. What is
    the same as one before it is left out.
    """
    chosen: list[tuple[str, Scenario]] = []
    told: list[str] = []
    results = reference_results(session)
    reference = None if results is None else results.scenario
    for key in _known(session, offered):
        name, scenario = offered[key]
        reason = misfit(session, name, scenario)
        if reason is not None:
            told.append(reason)
            continue
        common = under_common_assumptions(session, scenario)
        if reference is not None and common.key == reference.key:
            continue  # it comes by its own name
        same = next((other for other, before in chosen if before.key == common.key), None)
        if same is None:
            chosen.append((name, common))
        elif key != _BASELINE:
            told.append(session.text("page_compare.same_as", name=name, other=same))
    note = reference_note(session)
    if note is not None and note not in told:
        told.append(note)
    if reference is not None:
        chosen.insert(min(1, len(chosen)), (reference_name(session), reference))
    if len(chosen) > MOST:
        told.append(session.text("page_compare.too_many", n=MOST))
    return chosen[:MOST], told
