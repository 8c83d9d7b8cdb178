"""Hold the state of one visit: scenario with undo and redo, what is open, which goal is looked at, and how.

Everything that a gesture, a button or a link does to that state is a method here; none of them draws.
"""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import streamlit as st

from model.files.problems import FileProblem
from model.language.catalogue import LANGUAGES, text
from model.language.messages import Message, Phrase, Text
from model.library.share_link import decode_link, encode_link, without_trailing_marks
from model.municipality.municipality import Municipality
from model.municipality.own_file import OwnFile, find_own_file
from model.municipality.vintages import opening_rules, opening_vintage
from model.scenario.file_warnings import range_warnings
from model.scenario.levers import LEVER_BY_ID, baseline_value
from model.scenario.period import first_format_note
from model.scenario.scenario import Scenario, municipality_of, without_changes
from model.scenario.transfer import Method, Transfer, transferred
from pages.session.history import History, Step
from pages.session.jobs import Asker, Job, JobQueue, Work
from pages.session.link import PARTS, ROOM, Linked, query_of, read_meeting, read_plan, read_reference
from pages.session.notices import Notice, problem_text
from pages.session.presence import connection
from pages.session.rebalance_mix import rebalance_mix

if TYPE_CHECKING:
    from pages.session.lever_draft import LeverDraft
    from pages.session.questions import MoneyQuestion, Question
    from pages.session.table_draft import TableDraft

KEY: Final = "visit"
DEFAULT_LANGUAGE: Final = "da"
DEFAULT_MUNICIPALITY: Final = "ballerup"
MAIN_VIEW: Final = "main"
MUNICIPALITY_DIALOG: Final = "municipality"
LEVER_DIALOG: Final = "lever"
DRAWS_PART: Final = "draws"
BAND_PART: Final = "band"


@dataclass(frozen=True)
class Opened:
    """The scenario that was opened or saved last: what "back to saved" goes to, and where it lies."""

    scenario: Scenario
    path: Path | None = None  # None: shipped, uploaded or from a link, so saving makes a new file
    sha256: str | None = None


@dataclass(frozen=True)
class Animation:
    """A move of one slider that the page shows by itself, in so many seconds."""

    token: str
    item: str
    start: float
    end: float
    seconds: float = 2.7


@dataclass
class Session:
    """One browser session. ``live`` is the scenario under a moving slider, not yet a step of the history."""

    history: History
    token: str
    language: str = DEFAULT_LANGUAGE
    present: bool = False
    live: Scenario | None = None
    opened: Opened | None = None
    view: str = MAIN_VIEW
    goal: str | None = None
    # The goal and measuring point that the chart follows until one is picked, and the step in which they were found.
    followed: tuple[Scenario, str, str] | None = field(default=None, repr=False)
    indicator: str | None = None
    dialog: str | None = None
    asked_municipality: str | None = (
        None  # chosen while there are changes: the dialog asks what becomes of them
    )
    draft: LeverDraft | None = None  # what is being typed about one lever, in its dialog
    notice: Notice | None = None
    shown_notice: Notice | None = None  # the notice that stands on the page until the visitor does something
    # Until the sliders have begun it: a run that is broken off reaches nobody.
    animation: Animation | None = None
    last_animated: str | None = None  # the slider that moved by itself last; the big screen shows it first
    from_: datetime.date | None = None  # None: from the start
    phase_in_weeks: int = 0
    constant_prices: bool = False  # on the budget page
    compared: tuple[str, ...] = ()  # what the compare page holds side by side
    compared_indicator: str = ""
    reference: Scenario | None = None  # the administration's proposal, which others are held against
    linked: Linked | None = None  # what the link brought that the visit began with
    question: Question | None = None  # what the page "What would it take?" is about to ask
    sought: Question | None = None  # what it has asked
    possible_from: float | None = (
        None  # when the possible courses began to be shown, one a second (time.monotonic)
    )
    with_season: bool = False  # in the chart in focus: the lines as they are, else freed of the season
    level_band: bool = False  # below the chart in focus: the band of the level, else of the difference
    money: dict[str, MoneyQuestion] = field(default_factory=dict)  # the same of money, by mode: buy, save
    sought_money: dict[str, MoneyQuestion] = field(
        default_factory=dict
    )  # what it has asked of money, by mode
    facilitator: str = ""  # the secret of the meeting that this visit leads; "" where it leads none
    seat: str = ""  # the secret of the table that this visit sits at; "" where it sits at none
    invited: str = ""  # the code of a meeting in the address by which somebody came
    plan: str = ""  # the secret of the plans that this visit is writing; "" where it is writing none
    opened_levers: tuple[str, ...] | None = None  # the sliders that a meeting's step opens; None: all
    drafted: TableDraft | None = None  # the proposal on screen, where a table builds one
    drawn_curve: bool = False
    tornado_of_level: bool = False  # on the uncertainty page; else of the difference
    jobs: dict[str, Job] = field(default_factory=dict)  # work that was asked for last, by the part of a page
    waits: set[str] = field(default_factory=set, repr=False)  # the parts that the run under way has asked for
    stays: set[str] = field(
        default_factory=set, repr=False
    )  # the parts whose work goes on when a page is left
    connection: str | None = None  # as in presence.py
    scales: dict[tuple[Any, ...], tuple[float, float]] = field(default_factory=dict)
    target_group: str | None = None  # None: all
    origin: str | None = None  # None: all
    flow_year: int | None = None  # None: the last
    # What was chosen on a page, for when one comes back to it.
    widget_values: dict[str, Any] = field(default_factory=dict)
    client: str | None = None  # the browser window that sent something last
    acknowledged: dict[str, int] = field(default_factory=dict, repr=False)  # its last entry done, per window
    last_move: dict[str, Any] | None = None  # as acknowledgement: the last entry that moved a lever
    poll: tuple[int, int] | None = None  # ms after which the page is to run again: first, and then
    polled: bool = False  # the run under way was asked for by such a poll, not by the visitor
    navigation: dict[str, list[Any]] = field(
        default_factory=dict, repr=False
    )  # Streamlit's pages, per language
    # Toolbars that have been drawn, packed for the browser, by what they depend on.
    toolbars: dict[str, tuple[Any, str]] = field(default_factory=dict, repr=False)
    # Municipality, vintage, and its own file as this visit knows it.
    own_seen: tuple[str, str, OwnFile | None] | None = field(default=None, repr=False)
    # A run that is broken off may still do its entries when the next one begins beside it.
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    # --- what is on screen ------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """Return the scenario on screen."""
        return self.live or self.history.current

    @property
    def municipality(self) -> Municipality:
        """Return the municipality on screen with the scenario's assumptions."""
        return municipality_of(self.scenario)

    @property
    def query(self) -> str:
        """Return the address's query (``pages.session.link``); empty at Ballerup's baseline in Danish."""
        return query_of(self, baseline_scenario(DEFAULT_MUNICIPALITY, DEFAULT_LANGUAGE), DEFAULT_LANGUAGE)

    def page_text(self, key: str, **values: object) -> str:
        """Return a text of the pages in the visitor's language."""
        return self.text(f"page.{key}", **values)

    def text(self, key: str, **values: object) -> str:
        """Return any text in the visitor's language."""
        return text(key, self.language, **values)

    def value(self, lever: str, group: str | None = None) -> Any:
        """Return what a lever is set to: its last change, or the baseline."""
        return value_in(self.scenario, self.municipality, lever, group)

    # --- work beside the page ---------------------------------------------------------------------

    def ask(self, queue: JobQueue, part: str, key: Hashable, work: Work, *, stays: bool = False) -> Job:
        """Return the work for a part of a page, as it was done before, is under way for others or is begun now.

        What the part had asked for before is left. ``stays``: it goes on when the visitor goes to another page.
        """
        self.waits.add(part)
        if stays:
            self.stays.add(part)
        job = queue.request(key, work, self._asker(part), self.jobs.get(part))
        self.jobs[part] = job
        return job

    def leave(self, *parts: str) -> None:
        """Wait no longer for the work of some parts, or of all. It goes on where others wait for it."""
        for part in parts or tuple(self.jobs):
            if part in self.jobs:
                self.jobs[part].leave(self._asker(part))

    def leave_unasked(self) -> None:
        """Wait no longer for what a whole run of the page has not asked for, if it does not stay."""
        unasked = self.jobs.keys() - self.waits - self.stays
        if unasked:
            self.leave(*unasked)

    def _asker(self, part: str) -> Asker:
        return Asker(self.token, part, self.connection)

    @property
    def draws(self) -> Job | None:
        """Return the work on the municipality's draws, where it has been asked for."""
        return self.jobs.get(DRAWS_PART)

    @property
    def band(self) -> Job | None:
        """Return the work on the certainty of what is on screen, where it has been asked for."""
        return self.jobs.get(BAND_PART)

    # --- moving -----------------------------------------------------------------------------------

    def move(self, item: str, value: float) -> None:
        """Set the value of a slider that is being moved."""
        self.live, self.possible_from = self._with_value(item, value), None

    def keep(self) -> None:
        """Keep what a gesture has come to as one step of the history."""
        if self.live is not None:
            self.history = self.history.append(self.live)
            self.live = None

    def _with_value(self, item: str, value: float) -> Scenario:
        lever, _, part = item.partition(":")
        which = LEVER_BY_ID[lever]
        scenario, municipality = self.scenario, self.municipality
        group = part if which.scope == "group" else None
        base = baseline_value(which, municipality, group)
        to: Any = value
        if which.scope == "mix":
            to = rebalance_mix(value_in(scenario, municipality, lever, None), part, value, which.decimals)
        changes = [c for c in scenario.changes if c.target == (lever, group)]
        # A hand that passes the baseline's value on its way does not lose date and reason.
        kept = changes or [c for c in self.history.current.changes if c.target == (lever, group)]
        if to == base and len(changes) < 2:
            return scenario.without(lever, group)
        last = kept[-1] if kept else None
        return scenario.with_change(
            lever,
            to,
            group,
            from_=last.from_ if last else self.start_of_changes,
            phase_in_weeks=last.phase_in_weeks if last else self.phase_in_weeks,
            why=last.why if last else "",
        )

    @property
    def start_of_changes(self) -> datetime.date:
        """Return from when new changes hold: the chosen date, if it lies in the scenario's years."""
        scenario = self.scenario
        if self.from_ is None or not scenario.start <= self.from_ < scenario.end:
            return scenario.start
        return self.from_

    def retime(self, *, from_: datetime.date | None = None, phase_in_weeks: int | None = None) -> None:
        """Set from when, or over how many weeks, new changes hold, and those that are made only once."""
        if from_ is not None:
            self.from_ = from_
        if phase_in_weeks is not None:
            self.phase_in_weeks = phase_in_weeks
        scenario = self.history.current
        targets = [change.target for change in scenario.changes]
        changes = tuple(
            change.model_copy(
                update={
                    **({} if from_ is None else {"from_": self.start_of_changes}),
                    **({} if phase_in_weeks is None else {"phase_in_weeks": phase_in_weeks}),
                }
            )
            if targets.count(change.target) == 1
            else change
            for change in scenario.changes
        )
        self.set_scenario(scenario.copy_with(changes=changes))

    def set_scenario(self, scenario: Scenario, kind: str = "moved") -> None:
        """Put another scenario on screen, as one step."""
        self.live = None
        self.history = self.history.append(scenario, kind)  # type: ignore[arg-type]
        self._changed()

    def undo(self) -> None:
        """Go one step back."""
        self.live = None
        self.history = self.history.undo()
        self._changed()

    def redo(self) -> None:
        """Go one step forward."""
        self.live = None
        self.history = self.history.redo()
        self._changed()

    def go_to(self, index: int) -> None:
        """Go to the state after that many steps."""
        self.live = None
        self.history = self.history.go_to(index)
        self._changed()

    def _changed(self) -> None:
        self.animation = self.possible_from = None
        self.scales.clear()

    def figures_changed(self) -> bool:
        """Note that the municipality has other figures. Return whether the changes on screen still fit them.

        Where they do not, its baseline is put on screen, which can be undone.
        """
        now = self.history.current
        self.note_own_figures()
        self.live = None
        try:
            encode_checked(now)
        except FileProblem:
            self.set_scenario(baseline_scenario(now.municipality, self.language))
            return False
        self._changed()
        return True

    def note_own_figures(self) -> tuple[str, str, OwnFile | None]:
        """Note and return which own figures the municipality on screen has now."""
        town, figures = self.scenario.municipality, self.scenario.baseline
        self.own_seen = (town, figures, find_own_file(town, figures))
        return self.own_seen

    def reset(self, item: str | None = None, to: str = "baseline") -> None:
        """Set one lever, or all, back to the baseline or to what was opened or saved. Can be undone."""
        now = self.history.current
        target = self.opened.scenario if to == "saved" and self.opened else without_changes(now)
        if item is None:
            self.set_scenario(target if to == "saved" else now.copy_with(changes=()), "reset")
            return
        lever, _, part = item.partition(":")
        group = part if LEVER_BY_ID[lever].scope == "group" else None
        kept = tuple(c for c in now.changes if c.target != (lever, group))
        back = tuple(c for c in target.changes if c.target == (lever, group))
        self.set_scenario(now.copy_with(changes=(*kept, *back)), "reset")

    def ask_for_municipality(self, municipality: str) -> None:
        """Go to another municipality; where there are changes, ask first what becomes of them."""
        now = self.history.current
        if municipality == now.municipality:
            return
        if now.changes:
            self.asked_municipality, self.dialog = municipality, MUNICIPALITY_DIALOG
        else:
            self.choose_municipality(municipality)

    def choose_municipality(self, municipality: str, method: Method = "anew") -> None:
        """Go to another municipality, as one step: without changes, with the same numbers, or with scaled ones."""
        self.asked_municipality = None
        now = self.history.current
        if municipality == now.municipality:
            return
        moved = self.in_municipality(municipality, method)
        self.goal = self.indicator = self.followed = None
        self.set_scenario(moved.scenario)
        if now.changes:
            to, before = (Phrase(town.label) for town in (self.municipality, municipality_of(now)))
            done = Message("page.municipality.done", to=to, before=before)
            words = Text(da=done.da, en=done.en)
            misfits = tuple(Text(da=misfit.da, en=misfit.en) for misfit in moved.misfits)
            self.notice = Notice("warning" if misfits else "success", words, misfits)

    def in_municipality(self, municipality: str, method: Method) -> Transfer:
        """Return the scenario in another municipality, and what of it does not fit there."""
        name = text("page.baseline_name", self.language)
        return transferred(self.history.current, municipality, name, method)

    # --- opening ----------------------------------------------------------------------------------

    def open(self, scenario: Scenario, path: Path | None = None, sha256: str | None = None) -> None:
        """Open a scenario from a file; what was on screen can be had back with undo."""
        if scenario.municipality != self.history.current.municipality:
            self.goal = self.indicator = self.followed = None
        self.set_scenario(scenario, "opened")
        self.opened = Opened(scenario, path, sha256)

    def saved_as(self, scenario: Scenario, path: Path, sha256: str) -> None:
        """Note that the scenario on screen now lies in a file."""
        self.live = None
        self.history = self.history.replace_current(scenario)
        self.opened = Opened(scenario, path, sha256)
        self._changed()

    def renamed(self, before: Path, scenario: Scenario, path: Path, sha256: str) -> None:
        """Note that a file of the library has another name; where it is open, so has what is on screen."""
        if self.opened is None or self.opened.path != before:
            return
        now = self.history.current
        if now.name == self.opened.scenario.name:
            self.history = self.history.replace_current(now.copy_with(name=scenario.name))
        kept = self.opened.scenario.copy_with(name=scenario.name)
        self.opened = Opened(kept, path, sha256)

    def deleted(self, path: Path) -> None:
        """Note that a file of the library is gone; what is on screen stays, and saving it makes a new file."""
        if self.opened is not None and self.opened.path == path:
            self.opened = Opened(self.opened.scenario)

    def restore(self, query: Mapping[str, str]) -> None:
        """Read language and scenario from an address; a broken link leaves the baseline and a notice."""
        language = without_trailing_marks(query.get("lang", ""))
        if language in LANGUAGES:
            self.language = language
        self.facilitator, self.seat, self.invited = read_meeting(query)
        self.plan = read_plan(query)
        self.present = self.present or bool(self.facilitator and query.get(ROOM))
        if self.seat:
            return
        scenario = self.history.current
        if query.get("s"):
            try:
                scenario = decode_link(query["s"])
            except FileProblem as error:
                self.notice = Notice("warning", problem_text(error))
                return
            self.history = History((Step(scenario, "opened"),))
        self.reference, self.linked, told = read_reference(query, scenario)
        told_of = (*range_warnings(scenario), first_format_note(scenario)) if query.get("s") else ()
        lines = [Text(da=one.da, en=one.en) for one in told_of if one is not None]
        if lines and told is not None:
            lines.append(told.words)
        self.notice = Notice("warning", lines[0], tuple(lines[1:])) if lines else told
        self._changed()

    def recover(self, query: str) -> bool:
        """Show what a page shows whose server has started again. Return whether that changed anything.

        Only where nothing has been done in this session: then ``query`` is the state before the window's log.
        """
        if len(self.history.steps) > 1 or self.live is not None or any(self.acknowledged.values()):
            return False
        before = self.query
        if query == before:
            return False
        self.language = DEFAULT_LANGUAGE
        self.history = History((Step(baseline_scenario(DEFAULT_MUNICIPALITY, DEFAULT_LANGUAGE), "start"),))
        self.reference = self.linked = None
        self.restore({key: values[0] for key, values in parse_qs(query).items()})
        return self.query != before

    @property
    def acknowledgement(self) -> dict[str, Any] | None:
        """Return the browser window that sent something last, and its last entry that this session has done."""
        if self.client is None:
            return None
        return {"session": self.token, "client": self.client, "seq": self.acknowledged[self.client]}

    def poll_after(self, first: int, then: int) -> None:
        """Have the page run again after ``first`` ms and then every ``then`` ms; the soonest of all that ask counts."""
        asked = (first, then)
        self.poll = asked if self.poll is None else (min(self.poll[0], first), min(self.poll[1], then))


def baseline_scenario(municipality: str, language: str) -> Scenario:
    """Return a municipality's baseline as a scenario without changes."""
    return Scenario(
        name=text("page.baseline_name", language),
        municipality=municipality,
        baseline=opening_vintage(),
        rules=opening_rules(),
    )


def value_in(scenario: Scenario, municipality: Municipality, lever: str, group: str | None) -> Any:
    """Return what a lever is set to in a scenario: its last change, or the baseline."""
    change = scenario.change_of(lever, group)
    return baseline_value(LEVER_BY_ID[lever], municipality, group) if change is None else change.to


def encode_checked(scenario: Scenario) -> None:
    """Raise FileProblem where a scenario does not fit its municipality."""
    decode_link(encode_link(scenario))


def current_session() -> Session:
    """Return the visitor's state; a new one from the address where there is none yet."""
    session = st.session_state.get(KEY)
    if session is None:
        start = baseline_scenario(DEFAULT_MUNICIPALITY, DEFAULT_LANGUAGE)
        session = Session(History((Step(start, "start"),)), token=uuid.uuid4().hex, connection=connection())
        session.restore({key: st.query_params[key] for key in PARTS if key in st.query_params})
        st.session_state[KEY] = session
    return session
