"""What every page shares: waiting for the model, the bar, notices, the page's own part, and the dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import streamlit as st

from model.files.problems import shown
from pages.components import mount
from pages.components.escape_markdown import plain
from pages.session.session import Visit, visit
from pages.shell import dialogs, notices, startup

if TYPE_CHECKING:
    from pages.session.results import Answer

# How long a run waits for the model before the page says that it is being made ready, and how often it looks again.
_PATIENCE: Final = 0.2
_LOOK_AGAIN: Final = 250  # ms
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """One page as the navigation knows it: its file, its address, and the texts of its name and its heading."""

    file: str
    address: str
    name: str
    heading: str


EXPLORE: Final = Place("pages/explore.py", "udforsk", "page.explore", "page.heading")
TARGET_GROUPS: Final = Place(
    "pages/target_groups.py", "maalgrupper", "page_groups.name", "page_groups.heading"
)
BUDGET: Final = Place("pages/budget.py", "budget", "page_budget.name", "page_budget.heading")
COMPARE: Final = Place("pages/compare.py", "sammenlign", "page_compare.name", "page_compare.heading")
SEEK: Final = Place("pages/seek.py", "hvad-skal-der-til", "page_seek.name", "page_seek.heading")
UNCERTAINTY: Final = Place("pages/uncertainty.py", "usikkerhed", "page_sure.name", "page_sure.heading")
LIBRARY: Final = Place("pages/library.py", "scenarier", "page_library.name", "page_library.heading")
DATA: Final = Place("pages/data.py", "data", "page_data.name", "page_data.heading")
METHOD: Final = Place("pages/method.py", "metode", "page_method.name", "page_method.heading")
PLACES: Final = (EXPLORE, TARGET_GROUPS, BUDGET, COMPARE, SEEK, UNCERTAINTY, LIBRARY, DATA, METHOD)


def show(place: Place, draw: Callable[[Visit, Answer], None]) -> None:
    """The whole page; ``draw`` is its own part, given the visit and what the model answers for its scenario."""
    here = visit()
    notices.guarded(here, lambda: _page(here, place, draw))


def go_to(place: Place) -> NoReturn:
    """Leaves the page that is drawn for another; the button that does it has a key that begins with ``go-``, since what
    the page says after that press would bring it back (leaving.js).
    """
    st.switch_page(_ROOT / place.file)


def sent(component: str, name: str) -> Any:
    """A value or a press of a component, or None."""
    state = st.session_state.get(component)
    return state.get(name) if state else None


def _page(here: Visit, place: Place, draw: Callable[[Visit, Answer], None]) -> None:
    if not startup.wait(_PATIENCE):
        _waiting_room(here, place)
        return
    from pages.session.results import answer
    from pages.shell.toolbar import bar

    if place is not EXPLORE:
        # The first page was left while a lever moved: it stays where it was.
        if here.live is not None:
            here.keep()
        here.replay = None
    here.whole_page = False
    found = answer(here.scenario, here.language)
    result = mount.toolbar(
        key="bar",
        data=bar(here, found, here.words(place.heading), levers=place is EXPLORE),
        on_action_change=lambda: notices.safely(here, lambda: _on_action(here)),
        on_memory_change=lambda: notices.safely(here, lambda: _remember(here)),
        on_left_change=lambda: notices.safely(here, lambda: _hear_out(here)),
    )
    # After a reconnect the browser's memory comes without a callback.
    if here.remembered(result.get("memory")):
        st.rerun()
    notices.notice(here)
    _broken_own_file(here, found, place)
    if found.municipality.goals_are_template:
        st.caption(plain(here.text("template", municipality=found.municipality.name)))
    draw(here, found)
    dialogs.asked_for(here, found)


def _broken_own_file(here: Visit, found: Answer, place: Place) -> None:
    """Says on every page that the municipality's own file cannot be used; the page Data shows where it is wrong."""
    problem = found.municipality.own_problem
    if problem is not None and place is not DATA:
        words = here.text("own_broken", name=found.municipality.name, file=shown(problem.name))
        first = problem.lines(here.language)[0]
        st.warning(plain(words) + "\n\n" + plain(first))


def _waiting_room(here: Visit, place: Place) -> None:
    """Says that the model is being made ready, and goes on by itself."""
    st.title(here.words(place.heading), anchor=False)

    @st.fragment
    def look() -> None:
        if startup.has_failed():
            st.error(here.text("warming.failed"))
        elif startup.is_ready():
            st.rerun()
        else:
            with st.container(border=True, key="warming"):
                st.header(here.text("warming.title"), anchor=False)
                st.markdown(here.text("warming.text"))
                mount.look_again("model", _LOOK_AGAIN)

    look()


def _on_action(here: Visit) -> None:
    """A button, a menu or a choice of the bar; a slider value that is on its way is not overtaken."""
    from pages.session.results import answer
    from pages.shell.toolbar import act

    # Every reading may break the run off. What has not been worked through then is said again (turns.js), and counts
    # once: so all is read before any work, and it is heard when it is done.
    gesture, asked = sent("live", "gesture"), sent("bar", "action")
    here.gesture(gesture)
    found = answer(here.history.now, here.language)
    if asked and isinstance(asked.get("turn"), int) and asked["turn"] <= here.turn:
        return
    _heard(here, asked)
    act(here, found, asked)


def _hear_out(here: Visit) -> None:
    """A move of the first page whose run was broken off as the page was left."""
    said = sent("bar", "left")
    _heard(here, said)
    here.gesture(said)


def _remember(here: Visit) -> None:
    """What the browser remembers after the server has started again."""
    said = sent("bar", "memory")
    _heard(here, said)
    here.remembered(said)


def _heard(here: Visit, said: Any) -> None:
    """What the bar said is worked through. A run of the whole page is to draw it, should this be one of a part."""
    if said and isinstance(said.get("turn"), int):
        here.turn = said["turn"]
    here.whole_page = True
