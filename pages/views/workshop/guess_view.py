"""Compute what a step of guessing shows, as plain data for its component: the graph, one's own guess, and the reveal.

The run that is guessed at is put into the data only where it may be seen: before that the browser does not have it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from model.documents.axis import chosen_weeks
from model.documents.charts import CHART_POINTS, unit_label
from model.goals.results import IndicatorResult, without_small
from model.language.catalogue import long_date, number, text
from model.language.drawn_range import range_of_draws
from model.uncertainty.band_text import difference_ends, level_ends
from model.workshop.answers import Guess
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.reveal import WEEKS, Floats, GuessAxis, Spot, rounds, spread, widened
from pages.session.bands import fan_job
from pages.session.guess import GuessFrame
from pages.session.jobs import Job
from pages.session.results import ScenarioResults
from pages.session.session import Session

if TYPE_CHECKING:
    from model.uncertainty.bands import Band

# When the browser looks again for the range, ms.
_RANGE: Final = (700, 700)
_DAY: Final = np.datetime64("1970-01-01")
_HOLE: Final = "\0"


def range_job(session: Session, results: ScenarioResults) -> Job:
    """Return the work on the run's range, one for all who look at the meeting."""
    return fan_job(session, results, "meeting-guess", stays=True)


def graph(session: Session, frame: GuessFrame) -> dict[str, Any]:
    """Return the graph as everybody may see it before the reveal."""
    indicator, language = frame.indicator, session.language
    before, _, after = text(f"goals.unit.{indicator.unit}", language, n=_HOLE).partition(_HOLE)
    year = indicator.weeks[0].astype("datetime64[D]").item().year
    end = long_date(indicator.last_day, language)
    title = indicator.title.text(language)
    start = indicator.shown(indicator.value_start, language)
    first = session.text("page_workshop.guess.without_in", year=year, value=start)
    return {
        "title": title,
        "caption": session.text(
            "page_workshop.guess.caption", title=title, unit=unit_label(indicator, language)
        ).replace(", (", " ("),
        "unit": [before, after],
        "decimals": indicator.decimals,
        "axis": _ends(frame.axis, (frame.axis.low, frame.axis.high), language),
        "step": frame.axis.step,
        "bounds": [frame.axis.least, frame.axis.most],
        "past": [[_day(day), value] for day, value in frame.past if math.isfinite(value)],
        "known": _points(indicator, indicator.baseline, frame.weeks),
        "knownLabel": first,
        "begins": _day(indicator.weeks[0].astype("datetime64[D]").item()),
        "ends": _day(indicator.last_day),
        "endLabel": end,
        "target": None
        if indicator.target is None
        else [
            indicator.target,
            session.text("page.chart.target", value=indicator.shown_target(language)),
        ],
        "alt": session.text("page_workshop.guess.alt", title=title, first=first, end=end),
        "words": {
            # The component fills in what somebody is guessing.
            word: session.text(f"page_workshop.guess.{word}", value="{value}", low="{low}", high="{high}")
            for word in (
                *("point", "range", "kind", "value", "low", "high", "save", "saved", "unsaved", "saving"),
                *("order", "unreadable", "outside", "hint", "play", "own", "first", "late", "guesses", "run"),
            )
        },
    }


def guess_of(guess: Guess | None) -> list[float] | None:
    """Return a guess as the component has it."""
    return None if guess is None else [guess.low, guess.high]


def reveal(
    session: Session, meeting: Meeting, step: CourseStep, frame: GuessFrame, own: str = ""
) -> dict[str, Any]:
    """Return what is shown once the room may see it: the spread of every round, and the run with its range.

    Until its range is known the run is not shown either. ``own``: the table that looks, whose guess is marked.
    """
    spots = [spread(meeting.answers(step, round_=which), own) for which in rounds(meeting, step)]
    job = range_job(session, frame.results)
    out: dict[str, Any] = {
        "rounds": [
            {
                "label": session.text(f"page_workshop.guess.round_{i + 1}") if len(spots) > 1 else "",
                "spots": [_spot(session, frame.indicator, spot) for spot in one],
            }
            for i, one in enumerate(spots)
        ],
        "run": None,
        "sentence": "",
        "note": "",
    }
    values = [value for one in spots for spot in one for value in (spot.low, spot.high)]
    if job.is_ready:
        band = job.result.indicators[frame.key]
        out["run"] = run = _run(frame, band)
        values += [v for _, v in (*run["line"], *run["base"])] + [v for row in run["band"] for v in row[1:]]
        words = sentences(session, frame.indicator, band, spots[-1])
        out |= {"sentence": words[0], "note": " ".join(words[1:])}
        ends = level_ends(band, frame.indicator, session.language)
        run |= {
            "between": ""
            if ends is None
            else session.text("budget.amount.between", low=ends[0], high=ends[1]),
            "label": frame.indicator.shown(frame.indicator.value_scenario, session.language),
            "baseLabel": session.text(
                "page.chart.baseline",
                value=frame.indicator.shown(frame.indicator.value_baseline, session.language),
            ),
        }
    elif job.is_failed:
        out["note"] = session.page_text("sure.failed")
    else:
        session.poll_after(*_RANGE)
        out["note"] = session.text("page_workshop.guess.coming")
    out["axis"] = _ends(frame.axis, widened(frame.axis, values), session.language)
    return out


def sentences(
    session: Session, indicator: IndicatorResult, band: Band, spots: Sequence[Spot]
) -> tuple[str, str, str]:
    """Return the reveal in words: what the run comes to with its range, the guesses, and what the range holds."""
    language = session.language
    value = indicator.shown(indicator.value_scenario, language)
    ends = level_ends(band, indicator, language)
    if ends is None or ends[0] == ends[1] == value:
        first = session.text("page_workshop.guess.ends_same", value=value)
    else:
        first = session.text("page_workshop.guess.ends", value=value, low=ends[0], high=ends[1])
    return first, guesses_sentence(session, indicator, spots), _difference(session, indicator, band)


def guesses_sentence(session: Session, indicator: IndicatorResult, spots: Sequence[Spot]) -> str:
    """Return between what the guesses lie, in words; nothing of who guessed what."""
    if not spots:
        return session.text("page_workshop.guess.nobody")
    low, high = (
        indicator.shown(value, session.language)
        for value in (min(spot.low for spot in spots), max(spot.high for spot in spots))
    )
    key = "spread_same" if low == high else "spread"
    return session.text(f"page_workshop.guess.{key}", low=low, high=high)


def _difference(session: Session, indicator: IndicatorResult, band: Band) -> str:
    """Return what it would be without changes, the range of the difference, and what the ranges leave out."""
    language = session.language
    base = indicator.shown(indicator.value_baseline, language)
    ends = difference_ends(band, indicator, language)
    unit = indicator.difference_unit(language)
    words = session.text("page_workshop.guess.without", value=base, ends=f"{ends} {unit}".strip())
    if not indicator.moved:
        words = session.text("page_workshop.guess.equal", value=base)
    return f"{words} {session.text(f'page_workshop.guess.holds.{band.holds}')}"


def rows(session: Session, frame: GuessFrame, shown: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Return the figures of the graph as a table, the reveal's as well where it is ``shown``."""
    indicator, language = frame.indicator, session.language
    what, figure = session.text("page_workshop.guess.what"), session.text("page_workshop.guess.figure")
    out = [
        {what: long_date(day, language), figure: indicator.shown(value, language)}
        for day, value in frame.past[::-12][::-1]
        if math.isfinite(value)
    ]
    year = indicator.weeks[0].astype("datetime64[D]").item().year
    without = session.text("page_workshop.guess.without_year", year=year)
    out.append({what: without, figure: indicator.shown(indicator.value_start, language)})
    if shown is None:
        return out
    for one in shown["rounds"]:
        label = one["label"] or session.text("page_workshop.guess.guesses")
        out += [{what: label, figure: spot["label"]} for spot in one["spots"]]
    if shown["run"] is not None:
        run, end = shown["run"], long_date(indicator.last_day, language)
        out.append({what: session.text("page_workshop.guess.run_at", end=end), figure: run["label"]})
        if run["between"]:
            out.append({what: session.text("budget.amount.range_row"), figure: run["between"]})
    return out


def _run(frame: GuessFrame, band: Band) -> dict[str, Any]:
    """Return the run that was guessed at: its line with the band of nine of ten draws, and the line without changes."""
    indicator = frame.indicator
    low, high = (yearly(indicator, line) for line in band.level_lines())
    between = range_of_draws(band.scenario.ends)
    return {
        "line": _points(indicator, indicator.scenario),
        "base": _points(indicator, indicator.baseline),
        "band": [
            [_end_of(indicator, i), _short(low[i]), _short(high[i])]
            for i in _drawn(indicator)
            if np.isfinite((low[i], high[i])).all()
        ],
        "value": _short(indicator.value_scenario),
        "range": [_short(between.low), _short(between.high)] if between.is_known else None,
        "baseValue": _short(indicator.value_baseline),
    }


def _spot(session: Session, indicator: IndicatorResult, spot: Spot) -> dict[str, Any]:
    """Return one guess as the component draws it."""
    low, high = (indicator.shown(value, session.language) for value in (spot.low, spot.high))
    label = low if spot.low == spot.high else session.text("budget.amount.between", low=low, high=high)
    if spot.late:
        label = f"{label} ({session.text('page_workshop.state.late')})"
    return {"low": spot.low, "high": spot.high, "late": spot.late, "own": spot.own, "label": label}


def yearly(indicator: IndicatorResult, series: Floats) -> Floats:
    """Return a weekly series [T] as the figure at the end counts it: each week is the mean of the year behind it.

    So the lines come to the very figure that is guessed at, and what was published is counted the same. Where a week's
    value looks back over a year by itself it stays; which it is the baseline tells, so that the run gives nothing away.
    """
    if math.isclose(indicator.baseline[-1], indicator.value_baseline, rel_tol=1e-9):
        return series
    out = np.full(len(series), np.nan)
    for week in range(WEEKS - 1, len(series)):
        year = series[week - WEEKS + 1 : week + 1]
        known = year[np.isfinite(year)]
        if len(known):
            out[week] = known.mean()
    return out


def _points(indicator: IndicatorResult, series: Floats, weeks: int | None = None) -> list[list[float]]:
    """Return a weekly series as days and values, of the first ``weeks`` weeks or of all; unknown ones are left out."""
    shown = without_small(yearly(indicator, series), indicator.unit)
    return [
        [_end_of(indicator, i), _short(shown[i])]
        for i in _drawn(indicator)
        if (weeks is None or i < weeks) and np.isfinite(shown[i])
    ]


def _drawn(indicator: IndicatorResult) -> list[int]:
    """Return which weeks are drawn: the end of the first year is among them."""
    return sorted({WEEKS - 1, *chosen_weeks(len(indicator.weeks), CHART_POINTS).tolist()})


def _end_of(indicator: IndicatorResult, week: int) -> int:
    """Return the last day of a week as a number."""
    return _day(indicator.weeks[week].astype("datetime64[D]").item()) + 6


def _ends(axis: GuessAxis, ends: tuple[float, float], language: str) -> dict[str, Any]:
    """Return the axis between two ends, with its marks in words."""
    apart = axis.marks[1] - axis.marks[0] if len(axis.marks) > 1 else 1.0
    low, high = ends
    first, last = math.floor(low / apart), math.ceil(high / apart)
    every = max(1, round((last - first) / 6))
    marks = [axis.low, *axis.marks] if ends == (axis.low, axis.high) else []
    marks = marks or [i * apart for i in range(first, last + 1, every)]
    decimals = 0 if apart >= 1 else -math.floor(math.log10(apart))
    return {
        "low": low if not marks else min(low, marks[0]),
        "high": high,
        "marks": [[mark, number(mark, language, decimals)] for mark in dict.fromkeys(marks)],
    }


def _short(value: float) -> float:
    """Return a value as it travels."""
    return float(f"{value:.6g}")


def _day(day: datetime.date) -> int:
    """Return a day as a number."""
    return int((np.datetime64(day) - _DAY) / np.timedelta64(1, "D"))
