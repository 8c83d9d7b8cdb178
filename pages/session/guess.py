"""What a step of a meeting is guessed on, and how a guess that a window sends is kept."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from model.files.problems import FileProblem
from model.goals.published_history import published_line
from model.goals.results import IndicatorResult, without_small
from model.goals.series import indicator_key
from model.language.messages import Text
from model.workshop.answers import Guess
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, Refused
from model.workshop.reveal import GuessAxis, guess_axis, known_weeks
from pages.session.meeting import led_meeting, own_seat
from pages.session.notices import Notice, both_languages
from pages.session.results import ScenarioResults, scenario_results
from pages.session.session import Session

# Among a visit's widget values: how many guesses the facilitator has typed in for tables.
TYPED_IN: Final = "guesses-typed-in"


@dataclass(frozen=True, eq=False)
class GuessFrame:
    """What a step is guessed on: the model's answer, the indicator, and what of it everybody may know."""

    results: ScenarioResults
    goal: str
    indicator: IndicatorResult
    axis: GuessAxis
    weeks: int
    past: tuple[tuple[datetime.date, float], ...]

    @property
    def key(self) -> str:
        """Return the indicator's key in the results of draws."""
        return indicator_key(self.results.goal(self.goal), self.indicator)


def guess_frame(meeting: Meeting, step: CourseStep) -> GuessFrame:
    """Return what a step is guessed on. Raises FileProblem where its scenario cannot be read."""
    scenario = meeting.scenario(step)
    results = scenario_results(scenario or meeting.base())
    indicator = results.indicator(step.goal, step.indicator or None)
    line = published_line(results.municipality, indicator)
    values = () if line is None else tuple(without_small(line.values, indicator.unit).tolist())
    past = () if line is None else tuple(zip(line.days, values, strict=True))
    weeks = known_weeks(indicator, results.scenario)
    return GuessFrame(results, step.goal, indicator, guess_axis(indicator, values, weeks), weeks, past)


def keep_guess(session: Session, entry: Mapping[str, Any]) -> None:
    """Keep the guess that a window has sent: a table's own, or one that the facilitator types in for a table.

    ``entry`` has the step and round that the window shows: what was meant for another is told and not kept.
    """
    seat = own_seat(session)
    meeting = seat.meeting if seat is not None else led_meeting(session)
    if meeting is None:
        session.notice = Notice("warning", both_languages("page_workshop.guess.lost"))
        return
    table = seat.table.id if seat is not None else str(entry.get("table"))
    step = meeting.step
    if step.kind != "guess" or (entry.get("step"), entry.get("round")) != (step.id, meeting.round_of(step)):
        session.notice = Notice("warning", both_languages("page_workshop.guess.gone_on"))
        return
    try:
        guess = Guess.model_validate({"low": _read(entry.get("low")), "high": _read(entry.get("high"))})
        frame = guess_frame(meeting, step)
        if frame.indicator.suppressed or not frame.axis.holds(guess):
            raise ValueError("out of bounds")
        meeting.save_guess(step, table, guess)
    except (Refused, FileProblem) as problem:
        session.notice = Notice("warning", Text(da=problem.text("da"), en=problem.text("en")))
    except (ValidationError, ValueError):
        # The page sends only what it has checked.
        session.notice = Notice("warning", both_languages("page_workshop.guess.unkept"))
    else:
        if seat is None:
            session.widget_values[TYPED_IN] = session.widget_values.get(TYPED_IN, 0) + 1


def _read(value: Any) -> float:
    """Return a number as it came from the browser. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    return float(value)
