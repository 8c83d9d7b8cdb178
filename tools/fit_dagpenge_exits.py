"""Fit exit rates and season of dagpenge from the published tables that ship with the project.

The fitted numbers are kept in ``model/data``; a test repeats the fit; nothing is fitted at start.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.domain import DURATION_CLASSES, N_DURATIONS

Floats = NDArray[np.float64]

_AREA = "Hele landet"
# Classes of completed spells in Jobindsats table y01a27; the first two make up weeks 0-4.
_SPELL_CLASSES = (
    ("under 2 uger", "2-4 uger"),
    ("5-13 uger",),
    ("14-26 uger",),
    ("27-39 uger",),
    ("40-52 uger",),
    ("over 52 uger",),
)
_USED_CLASSES = ("0-3 mdr.", "3-6 mdr.", "6-12 mdr.", "12-18 mdr.", "18+ mdr.")
_LONG_CLASSES = ("12-18 mdr.", "18+ mdr.")
# Status three months after a spell; those who are back on dagpenge are no exit for long and are left out.
_BACK = "A-dagpenge"
_DESTINATIONS = {
    "job": ("Lønmodtagerbeskæftigelse",),
    "education": ("Uddannelse",),
    "sygedagpenge": ("Sygedagpenge",),
    "kontanthjaelp_jobparat": ("Kontanthjælp",),
    "jobafklaring": ("Jobafklaringsforløb",),
    "other_self_support": (
        "Selvforsørgelse",
        "Andet",
        "Barselsdagpenge",
        "Folkepension",
        # Mostly senior and early pension after dagpenge, hardly any førtidspension.
        "Førtids-, senior- og tidlig pension",
        "Efterløn og fleksydelse",
    ),
}
_SEASON_YEARS = (2017, 2018, 2019)
_LEVEL_YEAR = 2020
_DAYS_PER_WEEK = 7
_WEEKS_PER_YEAR = 52
_SEASON_WEEKS = 53
_SEASON_SMOOTHING_WEEKS = 3
_EARLY_WEEKS = 13


@dataclass(frozen=True)
class DagpengeExits:
    """Weekly exit rates by the seven duration classes, shares of destinations, what they were fitted to."""

    rates: Floats  # [7] total weekly probability, before the rule of two years
    shares: dict[str, float]  # destinations of all exits, sum 1
    fulltime_ratio: float  # full-time persons per recipient in the level year
    long_share: float  # of persons, benefit used for twelve months and more


def _rows(durations_csv: str) -> dict[tuple[str, str], float]:
    """Read the figures of all of Denmark by measure and category."""
    return {
        (row["measure"], row["category"]): float(row["value"])
        for row in csv.DictReader(durations_csv.splitlines())
        if row["area"] == _AREA
    }


def _months(monthly_csv: str) -> dict[tuple[int, int], tuple[float, float]]:
    """Read persons and full-time persons of all of Denmark by year and month."""
    return {
        (int(row["period"][:4]), int(row["period"][5:])): (float(row["persons"]), float(row["fulltime"]))
        for row in csv.DictReader(monthly_csv.splitlines())
        if row["area"] == _AREA
    }


def profile(
    rates: Floats,
    job_share: float,
    return_rates: Floats,
    leave: float,
    restart_weeks: float,
    arrivals: Floats | None = None,
) -> Floats:
    """Compute the stock at rest by accumulated week for one entrant a week, with those who return from jobs.

    ``rates`` [D] total weekly exits, ``job_share`` of them to jobs, ``return_rates`` [2] weekly in weeks 0-12
    away and later, ``leave`` weekly for good from week 13, ``restart_weeks`` mean stay in the second stage,
    after which a returner starts again at 0, ``arrivals`` [D] shares of the entrants by accumulated week
    (default all at 0). Returns [D].
    """
    first, later = float(return_rates[0]), float(return_rates[1])
    on, restart = 1.0 / _EARLY_WEEKS, 1.0 / restart_weeks
    second = on / (first + on)
    third = second * restart / (later + leave + restart)
    kept = first / (first + on) + second * later / (later + leave + restart)
    zero = third * later / (later + leave)

    def alone(source: Floats) -> Floats:
        stock = source.copy()
        # A leaver at week d lands in the pool at d + 1 and returns there.
        stay = 1.0 - rates * (1.0 - job_share * kept)
        for d in range(1, N_DURATIONS):
            stock[d] += stock[d - 1] * stay[d - 1]
        stock[-1] /= 1.0 - stay[-1]
        return stock

    start = np.zeros(N_DURATIONS)
    start[0] = 1.0
    own = alone(start if arrivals is None else arrivals)
    again = alone(start)
    restarts = (own * rates).sum() * job_share * zero / (1.0 - (again * rates).sum() * job_share * zero)
    return np.asarray(own + restarts * again)


def arrivals_by_week(persons: Floats, transfer: Floats, external: float) -> Floats:
    """Return the shares of the arrivals to dagpenge by accumulated week, returners left out.

    ``persons`` [G, D] at rest, ``transfer`` [G, D] weekly probability of moving to dagpenge (own row 0),
    ``external`` arrivals a week, all at week 0. Returns [D], sum 1.
    """
    moves = (persons * transfer).sum(axis=0)
    out = np.zeros(N_DURATIONS)
    out[1:] = moves[:-1]
    out[-1] += moves[-1]
    out[0] += external
    return np.asarray(out / out.sum())


def by_week(classes: Floats) -> Floats:
    """Spread values of the seven duration classes over the 105 accumulated weeks."""
    bounds = [*DURATION_CLASSES, N_DURATIONS]
    return np.repeat(np.asarray(classes, dtype=np.float64), np.diff(bounds))


def fit_exits(
    durations_csv: str,
    monthly_csv: str,
    *,
    expiry_rate: float,
    return_rates: Floats,
    leave: float,
    restart_weeks: float = 39.0,
    arrivals: Floats | None = None,
) -> DagpengeExits:
    """Fit weekly exit rates of dagpenge by duration class.

    1. Survival from completed spells (stationary flow) gives a weekly rate for each class up to week 52.
    2. Spells are calendar weeks, the model counts full-time weeks: rates are raised by persons / full-time
       persons of the level year.
    3. Weeks 53 and later: one rate so that the share of the stock at 52 accumulated weeks and more, with
       returners and ``arrivals`` [D] from other benefits, is the published share of persons who have used
       twelve months and more. In the open class the two-year rule (``expiry_rate``) comes on top.

    Source: Jobindsats y01a27, y01a12, y01b15 (2025-26), y01a02 (2020), all of Denmark.
    """
    table = _rows(durations_csv)
    ended = np.array([sum(table["completed_spells", c] for c in names) for names in _SPELL_CLASSES])
    survival = 1.0 - np.concatenate([[0.0], np.cumsum(ended)])[:-1] / ended.sum()
    widths = np.diff(DURATION_CLASSES[:6]).astype(np.float64)
    calendar = 1.0 - (survival[1:6] / survival[:5]) ** (1.0 / widths)

    level = [value for (year, _), value in _months(monthly_csv).items() if year == _LEVEL_YEAR]
    ratio = sum(f for _, f in level) / sum(p for p, _ in level)
    early = 1.0 - (1.0 - calendar) ** (1.0 / ratio)

    status = {c: v for (m, c), v in table.items() if m == "status_after_3_months_pct" and c != _BACK}
    total = sum(status.values())
    shares = {name: sum(status[c] for c in cs) / total for name, cs in _DESTINATIONS.items()}
    shares["other_self_support"] += 1.0 - sum(shares.values())

    used = {c: table["persons_by_benefit_used", c] for c in _USED_CLASSES}
    long_share = sum(used[c] for c in _LONG_CLASSES) / sum(used.values())

    def share_with(late: float) -> float:
        rates = by_week(np.array([*early, late, late]))
        rates[-1] += expiry_rate
        stock = profile(rates, shares["job"], return_rates, leave, restart_weeks, arrivals)
        return float(stock[_WEEKS_PER_YEAR:].sum() / stock.sum())

    low, high = 1e-4, 0.5
    for _ in range(200):
        middle = (low + high) / 2.0
        if share_with(middle) > long_share:
            low = middle
        else:
            high = middle
    late = (low + high) / 2.0
    return DagpengeExits(np.array([*early, late, late]), shares, ratio, long_share)


def fit_season(monthly_csv: str, weekly_exit: float) -> Floats:
    """Fit the seasonal index of the inflow to dagpenge by week of the year, 53 values, mean 1 over the first 52.

    Full-time persons 2017-2019 (before the epidemic), each month against a straight trend; the mean index by
    month is read as the stock in the middle of the month and joined linearly to weeks S(t); the inflow that
    makes it is S(t+1) - (1 - q) S(t) with q = ``weekly_exit``. A mean over three weeks takes out the
    corners of the straight lines. Source: Jobindsats y01a02, all of Denmark.
    """
    months = _months(monthly_csv)
    series = np.array([months[y, m][1] for y in _SEASON_YEARS for m in range(1, 13)])
    t = np.arange(series.size, dtype=np.float64)
    slope, level = np.polyfit(t, series, 1)
    index = (series / (level + slope * t)).reshape(len(_SEASON_YEARS), 12).mean(axis=0)
    middle = (np.arange(12) + 0.5) / 12.0 * _WEEKS_PER_YEAR
    points = np.concatenate([middle - _WEEKS_PER_YEAR, middle, middle + _WEEKS_PER_YEAR])
    weeks = np.arange(_WEEKS_PER_YEAR + 1, dtype=np.float64)
    stock = np.interp(weeks, points, np.tile(index, 3))
    inflow = stock[1:] - (1.0 - weekly_exit) * stock[:-1]
    half = _SEASON_SMOOTHING_WEEKS // 2
    padded = np.concatenate([inflow[-half:], inflow, inflow[:half]])
    smooth = np.convolve(
        padded, np.full(_SEASON_SMOOTHING_WEEKS, 1.0 / _SEASON_SMOOTHING_WEEKS), mode="valid"
    )
    smooth = np.maximum(smooth, 0.0) / smooth.mean()
    smooth /= smooth.mean()
    return np.concatenate([smooth, smooth[:1]])
