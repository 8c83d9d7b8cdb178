"""Draw what every page shares: waiting for the model, bar, notices, the page's own part, and dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import streamlit as st

from model.files.problems import sanitised
from pages.components.escape_markdown import escape_markdown
from pages.session.own_figures import tell_of_others_figures
from pages.session.session import Session, current_session
from pages.shell import dialogs, notices, startup
from pages.shell.page_address import FIRST_ADDRESS

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

# How long a run waits for the model before the page says that it is being made ready, and how often it runs again.
_PATIENCE: Final = 0.2
_POLL: Final = 250  # ms
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Page:
    """One page as the navigation knows it: its file, its address, and the texts of its name and its heading."""

    file: str
    address: str
    name: str
    heading: str


EXPLORE: Final = Page("pages/explore.py", FIRST_ADDRESS, "page.explore", "page.heading")
TARGET_GROUPS: Final = Page(
    "pages/target_groups.py", "maalgrupper", "page_groups.name", "page_groups.heading"
)
BUDGET: Final = Page("pages/budget.py", "budget", "page_budget.name", "page_budget.heading")
WHY: Final = Page("pages/why.py", "hvorfor", "page_why.name", "page_why.heading")
COMPARE: Final = Page("pages/compare.py", "sammenlign", "page_compare.name", "page_compare.heading")
SEEK: Final = Page("pages/seek.py", "hvad-skal-der-til", "page_seek.name", "page_seek.heading")
CATALOGUE: Final = Page("pages/catalogue.py", "katalog", "page_catalogue.name", "page_catalogue.heading")
UNCERTAINTY: Final = Page("pages/uncertainty.py", "usikkerhed", "page_sure.name", "page_sure.heading")
LIBRARY: Final = Page("pages/library.py", "scenarier", "page_library.name", "page_library.heading")
FOLLOWUP: Final = Page("pages/followup.py", "opfoelgning", "page_followup.name", "page_followup.heading")
DATA: Final = Page("pages/data.py", "data", "page_data.name", "page_data.heading")
WORKSHOP: Final = Page("pages/workshop.py", "moede", "page_workshop.name", "page_workshop.heading")
METHOD: Final = Page("pages/method.py", "metode", "page_method.name", "page_method.heading")
PAGES: Final = (
    *(EXPLORE, TARGET_GROUPS, BUDGET, WHY, COMPARE, SEEK, CATALOGUE),
    *(UNCERTAINTY, WORKSHOP, LIBRARY, FOLLOWUP, DATA, METHOD),
)


def show_page(place: Page, draw: Callable[[Session, ScenarioResults], None]) -> None:
    """Draw the whole page; ``draw`` is its own part, given the visit and the model's answer for its scenario."""
    session = current_session()
    notices.draw_guarded(session, lambda: _page(session, place, draw))


def show_meeting_page(place: Page, draw: Callable[[Session], None]) -> None:
    """Draw the page of meetings, which has a bar of its own; ``draw`` is its own part, given the visit."""
    session = current_session()
    notices.draw_guarded(session, lambda: _meeting_page(session, place, draw))


def go_to(place: Page) -> NoReturn:
    """Leave the page that is drawn for another.

    The button that does it has a key that begins with ``go-``, since what the page sends after that press would bring
    it back (channel.js).
    """
    st.switch_page(_ROOT / place.file)


def _page(session: Session, place: Page, draw: Callable[[Session, ScenarioResults], None]) -> None:
    if not startup.wait(_PATIENCE):
        _waiting_room(session, place)
        return
    from model.scenario.period import use_names_of
    from pages.session.results import scenario_results
    from pages.shell.toolbar import draw_toolbar

    if place is not EXPLORE:
        # The first page was left while a lever moved: it stays where it was.
        session.keep()
        session.animation = None
    tell_of_others_figures(session)
    use_names_of(session.scenario)
    draw_toolbar(session, place.heading, levers=place is EXPLORE)
    results = scenario_results(session.scenario)
    notices.show_notice(session)
    _broken_own_file(session, place)
    draw(session, results)
    dialogs.open_requested_dialog(session, results)


def _meeting_page(session: Session, place: Page, draw: Callable[[Session], None]) -> None:
    if not startup.wait(_PATIENCE):
        _waiting_room(session, place)
        return
    from model.scenario.period import use_names_of
    from pages.session.results import scenario_results

    session.animation = None
    use_names_of(session.scenario)
    if not session.seat and not session.present:
        _broken_own_file(session, place)
    draw(session)
    if session.dialog is not None:
        dialogs.open_requested_dialog(session, scenario_results(session.scenario))


def _broken_own_file(session: Session, place: Page) -> None:
    """Warn on every page that the municipality's own file cannot be used; the page Data shows where it is wrong."""
    # Not the results' municipality: they may be kept from before the file was broken.
    municipality = session.municipality
    problem = municipality.own_problem
    if problem is not None and place is not DATA:
        words = session.page_text("own_broken", name=municipality.name, file=sanitised(problem.name))
        first = problem.lines(session.language)[0]
        st.warning(escape_markdown(words) + "\n\n" + escape_markdown(first))


def _waiting_room(session: Session, place: Page) -> None:
    """Show that the model is being made ready, and go on by itself."""
    st.title(session.text(place.heading), anchor=False)

    if startup.has_failed():
        st.error(session.page_text("warming.failed"))
        return
    session.poll_after(_POLL, _POLL)
    with st.container(border=True, key="warming"):
        st.header(session.page_text("warming.title"), anchor=False)
        st.markdown(session.page_text("warming.text"))
