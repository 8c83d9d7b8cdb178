"""Explore: levers to the left, goals, budget and the chart of the goal in focus to the right."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import streamlit as st

from model.economy import economy_paths
from model.municipality import municipalities
from model.parameters import assumption_sets
from model.texts import short_date
from pages.components import browser, dialogs, engine_room, frame
from pages.components.plain import plain
from pages.components.visit import MAIN_VIEW, Replay, Visit, visit

# How long the first run may wait for the model before the page says that it is being made ready.
_PATIENCE = 0.2
_OWN_ECONOMY = "own"
_SHOWN_STEPS = 12


# --- while the model is being loaded --------------------------------------------------------------


def waiting_room(here: Visit) -> None:
    """Says that the model is being made ready, and goes on by itself."""
    st.title(here.text("heading"), anchor=False)

    @st.fragment(run_every=0.7)
    def look() -> None:
        if engine_room.has_failed():
            st.error(here.text("warming.failed"))
        elif engine_room.is_ready():
            st.rerun()
        else:
            with st.container(border=True, key="warming"):
                st.header(here.text("warming.title"), anchor=False)
                st.markdown(here.text("warming.text"))

    look()


# --- the rows at the top --------------------------------------------------------------------------


def toolbar(here: Visit, found: Any) -> None:
    """Title, undo and redo, what was changed, reset, save, open, link, big screen, language."""
    history = here.history
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(here.text("heading"), anchor=False, width="stretch")
        st.button(here.text("undo"), key="undo", disabled=not history.can_undo, on_click=do(here, here.undo))
        st.button(here.text("redo"), key="redo", disabled=not history.can_redo, on_click=do(here, here.redo))
        changes_popover(here, found)
        if not here.present:
            reset_popover(here)
            st.button(here.text("save"), key="save", on_click=do(here, lambda: ask(here, "save")))
            st.button(here.text("open"), key="open", on_click=do(here, lambda: ask(here, "open")))
        frame.shell(here)
        label = here.text("present.off" if here.present else "present")
        st.button(label, key="present", on_click=do(here, lambda: present(here)))
        if not here.present:
            switch = do(here, lambda: other_language(here))
            st.button(here.text("other_language"), key="language", on_click=switch)


def do(here: Visit, action: Any) -> Any:
    """A callback that first takes in a slider value that is on its way, so that nothing overtakes it."""

    def both() -> None:
        take_gesture(here)
        action()

    return lambda: frame.safely(here, both)


def ask(here: Visit, dialog: str) -> None:
    """Opens a dialog."""
    here.dialog = dialog


def present(here: Visit) -> None:
    """Big screen on or off."""
    here.present = not here.present
    here.view = MAIN_VIEW


def other_language(here: Visit) -> None:
    """Danish to English and back."""
    here.language = "en" if here.language == "da" else "da"


def changes_popover(here: Visit, found: Any) -> None:
    """What the visitor has done, in words; a click goes back there."""
    from pages.components.panel import told

    history = here.history
    n = len({change.target for change in here.scenario.changes})
    label = here.text("changes.count", n=n) if n else here.text("changes")
    with st.popover(label, key="changes"):
        if len(history.steps) == 1 and not n:
            st.text(here.text("changes.none"))
            return
        st.caption(here.text("changes.hint"))
        first = max(0, len(history.steps) - _SHOWN_STEPS)
        for i in range(first, len(history.steps)):
            step = history.steps[i]
            if step.kind == "opened":
                words = here.text("told.opened", name=step.scenario.name)
            elif i == 0:
                words = here.text("changes.start")
            else:
                words = told(history.steps[i - 1].scenario, step.scenario, found, here.language, here.text)
                if step.kind == "reset":
                    words = here.text("told.reset", what=words)
            if i == history.at:
                words = here.text("changes.now", step=words)
            st.button(
                plain(words),
                key=f"step-{i}",
                type="tertiary",
                disabled=i == history.at,
                on_click=do(here, lambda i=i: here.go_to(i)),
            )
        if last_move(here, found) is not None:
            st.button(
                here.text("changes.replay"), key="replay", on_click=do(here, lambda: replay(here, found))
            )


def last_move(here: Visit, found: Any) -> Replay | None:
    """The last step, if it moved a single slider."""
    from pages.components.panel import item_of
    from pages.components.visit import value_in

    history = here.history
    if not history.can_undo:
        return None
    before, now = history.steps[history.at - 1].scenario, history.now
    if before.municipality != now.municipality:
        return None
    moved = []
    for lever, group in dict.fromkeys(c.target for c in (*before.changes, *now.changes)):
        old = value_in(before, found.municipality, lever, group)
        new = value_in(now, found.municipality, lever, group)
        if old != new and isinstance(old, float) and isinstance(new, float):
            moved.append((item_of(lever, group), old, new))
    if len(moved) != 1:
        return None
    return Replay(uuid.uuid4().hex, *moved[0])


def replay(here: Visit, found: Any) -> None:
    """Plays the last move again for the room."""
    from pages.components.panel import view_of

    here.replay = last_move(here, found)
    if here.replay is not None and not here.present:
        here.view = view_of(here.replay.item)


def reset_popover(here: Visit) -> None:
    """Back to where: it says so on the button."""
    with st.popover(
        here.text("reset"), key="reset", disabled=not here.history.can_undo and not here.scenario.changes
    ):
        st.button(
            here.text("reset.baseline"),
            key="reset-baseline",
            disabled=not here.scenario.changes,
            on_click=do(here, here.reset),
        )
        if here.opened is not None:
            st.button(
                plain(here.text("reset.saved", name=here.opened.scenario.name)),
                key="reset-saved",
                disabled=here.scenario == here.opened.scenario,
                on_click=do(here, lambda: here.reset(to="saved")),
            )


def choices(here: Visit) -> None:
    """Municipality, assumptions, economy, and from when the changes hold."""
    scenario = here.history.now
    names = {info.id: info.name for info in municipalities()}
    sets = assumption_sets()
    economies = {path.id: path.label.get(here.language) for path in economy_paths()}
    if not isinstance(scenario.economy, str):
        economies[_OWN_ECONOMY] = here.text("economy.own")
    with st.container(key="choices", horizontal=True, vertical_alignment="center", gap="small"):
        choose(here, "municipality", list(names), scenario.municipality, names, 15, here.choose_municipality)
        choose(
            here,
            "assumptions",
            list(sets),
            scenario.assumption_set,
            {key: found.name.get(here.language) for key, found in sets.items()},
            20,
            lambda key: here.become(here.history.now.replaced(assumption_set=key)),
        )
        choose(
            here,
            "economy",
            list(economies),
            scenario.economy if isinstance(scenario.economy, str) else _OWN_ECONOMY,
            economies,
            14,
            lambda key: here.become(here.history.now.replaced(economy=key)) if key != _OWN_ECONOMY else None,
        )
        when_popover(here)
        with st.container(width="stretch"):
            st.caption(sets[scenario.assumption_set].description.get(here.language))
        st.text(opened_text(here), width="content")


def choose(
    here: Visit, key: str, options: list[str], now: str, names: dict[str, str], rems: int, chosen: Any
) -> None:
    """A select box that shows the state and changes it, as one step."""
    # The browser answers with the words on screen: other words, another widget.
    widget = f"choose-{key}-{here.language}"
    if st.session_state.get(widget) != now:
        st.session_state[widget] = now

    def take() -> None:
        picked = st.session_state[widget]
        if picked in options:
            chosen(picked)

    label = here.text(key)
    st.selectbox(
        label,
        options,
        key=widget,
        format_func=lambda option: f"{label}: {names[option]}",
        label_visibility="collapsed",
        on_change=do(here, take),
        width=rems * 16,
    )


def opened_text(here: Visit) -> str:
    """The name of what is open, and whether it has been changed since."""
    if here.opened is None:
        return here.text("unsaved") if here.scenario.changes else ""
    name = here.opened.scenario.name
    same = here.scenario == here.opened.scenario
    return here.text("open_name" if same else "open_name.changed", name=name)


def when_popover(here: Visit) -> None:
    """From which date the changes hold, and over how many weeks they are phased in."""
    scenario = here.scenario
    times = {(change.from_, change.phase_in_weeks) for change in scenario.changes}
    now = next(iter(times)) if len(times) == 1 else (here.start_of_changes, here.phase_in_weeks)
    if len(times) > 1:
        label = here.text("when.mixed")
    elif now[1]:
        label = here.text("when.phased", date=short_date(now[0], here.language), weeks=now[1])
    else:
        label = here.text("when", date=short_date(now[0], here.language))
    with st.popover(label, key="when"):
        st.caption(here.text("when.hint"))
        date = st.date_input(
            here.text("when.from"),
            value=now[0],
            min_value=scenario.start,
            max_value=scenario.end - datetime.timedelta(days=1),
            format="DD.MM.YYYY",
            key=f"when-from-{now[0].isoformat()}",
        )
        weeks = st.number_input(
            here.text("when.weeks"),
            value=now[1],
            min_value=0,
            max_value=104,
            step=1,
            key=f"when-weeks-{now[1]}",
        )
        st.button(
            here.text("when.apply"),
            key="when-apply",
            type="primary",
            on_click=do(
                here, lambda: here.retime(date, int(weeks)) if isinstance(date, datetime.date) else None
            ),
        )


# --- the live part --------------------------------------------------------------------------------


def take_gesture(here: Visit) -> None:
    """Works through the value that the sliders sent last, if it has not been already."""
    sent = st.session_state.get("live")
    here.gesture(sent.get("gesture") if sent else None)


def on_reset(here: Visit) -> None:
    """A slider's own way back."""
    take_gesture(here)
    asked = st.session_state["live"].get("reset")
    if asked:
        here.reset(str(asked["id"]), str(asked["to"]))
        here.whole_page = True


def on_view(here: Visit) -> None:
    """Another set of levers in the panel."""
    here.view = str(st.session_state["live"].get("view") or MAIN_VIEW)


def on_focus(here: Visit) -> None:
    """Another goal in focus."""
    here.goal = st.session_state["live"].get("focus") or here.goal
    here.indicator = None


def on_indicator(here: Visit) -> None:
    """Another measuring point in the chart."""
    here.indicator = st.session_state["live"].get("indicator") or here.indicator


def on_table(here: Visit) -> None:
    """The chart's figures as a table."""
    if st.session_state["live"].get("table"):
        here.dialog = "table"
        here.whole_page = True


@st.fragment
def live(here: Visit) -> None:
    """What follows the slider. It runs alone while a slider moves; when the gesture ends, the whole page runs."""
    frame.guarded(here, lambda: _live(here))


def _live(here: Visit) -> None:
    from pages.components.chart import chart_for
    from pages.components.look import palette
    from pages.components.panel import panel
    from pages.components.results import answer, board, focus_list

    if here.whole_page:
        st.rerun()
    # Everything is worked out before anything is drawn: once the sliders have their answer they may send the next
    # value, and that would break off what is not drawn yet.
    found = answer(here.scenario, here.language)
    on_panel, on_board, on_list = panel(here, found), board(here, found), focus_list(here, found)
    table, spec, name = chart_for(here, found, palette())
    result = browser.live(
        key="live",
        data={"panel": on_panel, "board": on_board, "list": on_list},
        on_gesture_change=lambda: frame.safely(here, lambda: take_gesture(here)),
        on_reset_change=lambda: frame.safely(here, lambda: on_reset(here)),
        on_view_change=lambda: frame.safely(here, lambda: on_view(here)),
        on_focus_change=lambda: frame.safely(here, lambda: on_focus(here)),
        on_indicator_change=lambda: frame.safely(here, lambda: on_indicator(here)),
        on_table_change=lambda: frame.safely(here, lambda: on_table(here)),
    )
    st.vega_lite_chart(table, spec, theme=None, alt=name, width="stretch")
    # After a reconnect the first value comes without a callback.
    before = here.answered
    here.gesture(result.get("gesture"))
    if here.answered != before:
        st.rerun()


# --- the page -------------------------------------------------------------------------------------


def page(here: Visit) -> None:
    """The whole page."""
    if not engine_room.wait(_PATIENCE):
        waiting_room(here)
        return
    from pages.components.results import answer, spoken

    here.whole_page = False
    found = answer(here.scenario, here.language)
    toolbar(here, found)
    if not here.present:
        choices(here)
    frame.notice(here)
    if found.municipality.goals_are_template:
        st.caption(plain(here.text("template", municipality=found.municipality.name)))
    with st.container(key="page"):
        live(here)
    browser.voice(key="voice", data={"text": spoken(found, here)})
    if here.dialog == "save":
        dialogs.save_dialog(here, found)
    elif here.dialog == "open":
        dialogs.open_dialog(here)
    elif here.dialog == "table":
        dialogs.table_dialog(here, found)


frame.guarded(visit(), lambda: page(visit()))
