"""What every page shares: waiting for the model, the bar, notices, the page's own part, and the dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import streamlit as st

from model.files.problems import sanitised
from pages.components import mount
from pages.components.escape_markdown import escape_markdown
from pages.session.session import Session, current_session
from pages.shell import dialogs, notices, startup

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

# How long a run waits for the model before the page says that it is being made ready, and how often it looks again.
_PATIENCE: Final = 0.2
_LOOK_AGAIN: Final = 250  # ms
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Page:
    """One page as the navigation knows it: its file, its address, and the texts of its name and its heading."""

    file: str
    address: str
    name: str
    heading: str


EXPLORE: Final = Page("pages/explore.py", "udforsk", "page.explore", "page.heading")
TARGET_GROUPS: Final = Page(
    "pages/target_groups.py", "maalgrupper", "page_groups.name", "page_groups.heading"
)
BUDGET: Final = Page("pages/budget.py", "budget", "page_budget.name", "page_budget.heading")
COMPARE: Final = Page("pages/compare.py", "sammenlign", "page_compare.name", "page_compare.heading")
SEEK: Final = Page("pages/seek.py", "hvad-skal-der-til", "page_seek.name", "page_seek.heading")
UNCERTAINTY: Final = Page("pages/uncertainty.py", "usikkerhed", "page_sure.name", "page_sure.heading")
LIBRARY: Final = Page("pages/library.py", "scenarier", "page_library.name", "page_library.heading")
DATA: Final = Page("pages/data.py", "data", "page_data.name", "page_data.heading")
METHOD: Final = Page("pages/method.py", "metode", "page_method.name", "page_method.heading")
PAGES: Final = (EXPLORE, TARGET_GROUPS, BUDGET, COMPARE, SEEK, UNCERTAINTY, LIBRARY, DATA, METHOD)


def show_page(place: Page, draw: Callable[[Session, ScenarioResults], None]) -> None:
    """The whole page; ``draw`` is its own part, given the visit and what the model answers for its scenario."""
    session = current_session()
    notices.draw_guarded(session, lambda: _page(session, place, draw))


def go_to(place: Page) -> NoReturn:
    """Leaves the page that is drawn for another; the button that does it has a key that begins with ``go-``, since what
    the page says after that press would bring it back (leaving.js).
    """
    st.switch_page(_ROOT / place.file)


def sent(component: str, name: str) -> Any:
    """A value or a press of a component, or None."""
    state = st.session_state.get(component)
    return state.get(name) if state else None


def _page(session: Session, place: Page, draw: Callable[[Session, ScenarioResults], None]) -> None:
    if not startup.wait(_PATIENCE):
        _waiting_room(session, place)
        return
    from pages.session.results import scenario_results
    from pages.shell.toolbar import toolbar

    if place is not EXPLORE:
        # The first page was left while a lever moved: it stays where it was.
        if session.live is not None:
            session.keep()
        session.animation = None
    session.whole_page = False
    results = scenario_results(session.scenario, session.language)
    result = mount.toolbar(
        key="bar",
        data=toolbar(session, results, session.text(place.heading), levers=place is EXPLORE),
        on_action_change=lambda: notices.catch_errors(session, lambda: _on_action(session)),
        on_memory_change=lambda: notices.catch_errors(session, lambda: _remember(session)),
        on_left_change=lambda: notices.catch_errors(session, lambda: _hear_out(session)),
    )
    # After a reconnect the browser's memory comes without a callback.
    if session.remembered(result.get("memory")):
        st.rerun()
    notices.show_notice(session)
    _broken_own_file(session, results, place)
    if results.municipality.goals_are_template:
        st.caption(escape_markdown(session.page_text("template", municipality=results.municipality.name)))
    draw(session, results)
    dialogs.open_requested_dialog(session, results)


def _broken_own_file(session: Session, results: ScenarioResults, place: Page) -> None:
    """Says on every page that the municipality's own file cannot be used; the page Data shows where it is wrong."""
    problem = results.municipality.own_problem
    if problem is not None and place is not DATA:
        words = session.page_text("own_broken", name=results.municipality.name, file=sanitised(problem.name))
        first = problem.lines(session.language)[0]
        st.warning(escape_markdown(words) + "\n\n" + escape_markdown(first))


def _waiting_room(session: Session, place: Page) -> None:
    """Says that the model is being made ready, and goes on by itself."""
    st.title(session.text(place.heading), anchor=False)

    @st.fragment
    def look() -> None:
        if startup.has_failed():
            st.error(session.page_text("warming.failed"))
        elif startup.is_ready():
            st.rerun()
        else:
            with st.container(border=True, key="warming"):
                st.header(session.page_text("warming.title"), anchor=False)
                st.markdown(session.page_text("warming.text"))
                mount.look_again("model", _LOOK_AGAIN)

    look()


def _on_action(session: Session) -> None:
    """A button, a menu or a choice of the bar; a slider value that is on its way is not overtaken."""
    from pages.session.actions import perform
    from pages.session.results import scenario_results

    # Every reading may break the run off. What has not been worked through then is said again (turns.js), and counts
    # once: so all is read before any work, and it is heard when it is done.
    gesture, asked = sent("live", "gesture"), sent("bar", "action")
    session.gesture(gesture)
    results = scenario_results(session.history.current, session.language)
    if asked and isinstance(asked.get("turn"), int) and asked["turn"] <= session.turn:
        return
    _heard(session, asked)
    perform(session, results, asked)


def _hear_out(session: Session) -> None:
    """A move of the first page whose run was broken off as the page was left."""
    said = sent("bar", "left")
    _heard(session, said)
    session.gesture(said)


def _remember(session: Session) -> None:
    """What the browser remembers after the server has started again."""
    said = sent("bar", "memory")
    _heard(session, said)
    session.remembered(said)


def _heard(session: Session, said: Any) -> None:
    """What the bar said is worked through. A run of the whole page is to draw it, should this be one of a part."""
    if said and isinstance(said.get("turn"), int):
        session.turn = said["turn"]
    session.whole_page = True
