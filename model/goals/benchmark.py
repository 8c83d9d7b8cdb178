"""The ministry's benchmark of all 98 municipalities: the rank that goal 2 asks for, expected against actual.

Source: Jobindsats table Y30R21, half-years 2020QMAT02 to 2021QMAT04 (rolling years), in ``model/data``.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, WEEKS_PER_YEAR
from model.files.folders import DATA_FOLDER
from model.language.catalogue import number, short_date, text
from model.language.messages import Message
from model.parameters.ids import BENCHMARK_GROUPS
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]
Area = Literal["region_hovedstaden", "hovedstadskommuner", "all"]

SOURCE: Final = "Jobindsats Y30R21, Beskæftigelsesministeriets benchmark"
# The shipped baselines are the mean of 2020: the rolling year that ends with the fourth quarter.
BASE_PERIOD: Final = "2020QMAT04"
# Published rolling years, half a year apart, and the last month of each.
PERIODS: Final[Mapping[str, str]] = MappingProxyType(
    {"2020QMAT02": "2020-06", "2020QMAT04": "2020-12", "2021QMAT02": "2021-06", "2021QMAT04": "2021-12"}
)
PLACE: Final = 10  # "top 10" (S0, goal 2)
AREAS: Final[tuple[Area, ...]] = ("region_hovedstaden", "hovedstadskommuner", "all")

_DAGPENGE: Final = "A-dagpenge mv."
_TOTAL: Final = "Ydelsesgrupper i alt"
BENEFIT_GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dagpenge": _DAGPENGE,
        "sygedagpenge": "Sygedagpenge mv.",
        "kontanthjaelp": "Kontanthjælp mv.",
        "total": _TOTAL,
    }
)


@dataclass(frozen=True)
class BenchmarkRow:
    """One municipality, rolling year and benefit group; per cent of the 16-66-year-olds."""

    expected_fte: float
    actual_fte: float
    expected_pct: float
    actual_pct: float
    difference_pp: float
    rank: int


@lru_cache(maxsize=1)
def _rows() -> dict[tuple[str, str, str], BenchmarkRow]:
    """Read the benchmark's rows by municipality, rolling year and benefit group (the ministry's name of it)."""
    rows = {}
    with (DATA_FOLDER / "benchmark_y30r21.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["municipality"], row["period"], row["benefit_group"]] = BenchmarkRow(
                float(row["expected_fte"]),
                float(row["actual_fte"]),
                float(row["expected_pct"]),
                float(row["actual_pct"]),
                float(row["difference_pp"]),
                int(row["rank"]),
            )
    return rows


@lru_cache(maxsize=1)
def _areas() -> Mapping[str, frozenset[str]]:
    """Read the names of the municipalities of each area; ``all`` has the 98 of the benchmark."""
    columns = {"region_hovedstaden": "region_hovedstaden", "hovedstadskommuner": "dst_hovedstadskommuner"}
    members: dict[str, set[str]] = {area: set() for area in columns}
    with (DATA_FOLDER / "municipality_groups.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            for area, column in columns.items():
                if row[column] == "1":
                    members[area].add(row["navn"])
    everyone = {name for name, period, _ in _rows() if period == BASE_PERIOD}
    return {area: frozenset(names) for area, names in members.items()} | {"all": frozenset(everyone)}


def published_rows() -> Mapping[tuple[str, str, str], BenchmarkRow]:
    """Return every published row by municipality, rolling year and benefit group (the ministry's name of it)."""
    return MappingProxyType(_rows())


def benchmark_row(municipality: str, group: str = "dagpenge", period: str = BASE_PERIOD) -> BenchmarkRow:
    """Return the published figures of a municipality by name. Raises KeyError for an unknown name or period."""
    return _rows()[municipality, period, BENEFIT_GROUPS[group]]


@dataclass(frozen=True)
class PublishedYear:
    """A municipality's published figures of one rolling year."""

    period: str
    last_month: datetime.date
    row: BenchmarkRow

    def label(self, language: str) -> str:
        """Return which year it is in words: the twelve months up to and with its last."""
        return period_label(self.period, language)


def period_label(period: str, language: str) -> str:
    """Return a rolling year in words. Raises KeyError for an unknown one."""
    last = datetime.date.fromisoformat(f"{PERIODS[period]}-01")
    return text("benchmark.year_to", language, month=short_date(last, language))


def published_course(municipality: str, group: str = "total") -> tuple[PublishedYear, ...]:
    """Return a municipality's expected, actual and rank (by name) over the published half-years, oldest first."""
    return tuple(
        PublishedYear(
            period,
            datetime.date.fromisoformat(f"{last}-01"),
            benchmark_row(municipality, group, period),
        )
        for period, last in PERIODS.items()
    )


def ranking(group: str = "total", period: str = BASE_PERIOD) -> tuple[tuple[str, BenchmarkRow], ...]:
    """Return all 98 municipalities with their figures, by the ministry's rank."""
    rows = [(name, benchmark_row(name, group, period)) for name in members("all")]
    return tuple(sorted(rows, key=lambda item: (item[1].rank, item[0])))


def members(area: Area) -> frozenset[str]:
    """Return the names of the municipalities of an area."""
    return _areas()[area]


def default_area(municipality: str) -> Area:
    """Return Region Hovedstaden where the municipality is in it, else *Hovedstadskommuner*, else all 98.

    The regions of the rest of the country are not in the data.
    """
    return next((area for area in AREAS if municipality in members(area)), "all")


def population_16_66(municipality: str, period: str = BASE_PERIOD) -> float:
    """Return the 16-66-year-olds behind the published dagpenge per cent: for Ballerup 820 / 2.67 % = 30,712.

    With these the baseline has the per cent that the ministry ranks by; the count is rounded to tens, so that the
    municipality's population is taken from the total of all benefits instead.
    """
    row = benchmark_row(municipality, "dagpenge", period)
    return row.actual_fte / row.actual_pct * 100


def peers(municipality: str, area: Area, period: str = BASE_PERIOD) -> Floats:
    """Return dagpenge in per cent of the 16-66-year-olds in an area's other municipalities, lowest first: [n]."""
    others = [benchmark_row(name, "dagpenge", period).actual_pct for name in members(area) - {municipality}]
    return np.sort(np.array(others))


def hundredths(per_cent: Floats | float) -> Floats:
    """Round to two decimals, as whole hundredths, so that equal figures tie."""
    return np.asarray(np.rint(np.asarray(per_cent) * 100), dtype=np.float64)


def rank_of(value: Floats | float, others: Floats) -> Floats:
    """Return 1 + the number of ``others`` [..., n] strictly below ``value`` [...]; ties share the better place."""
    return np.asarray(
        1.0 + (hundredths(others) < hundredths(value)[..., None]).sum(axis=-1), dtype=np.float64
    )


def threshold(others: Floats, place: int = PLACE) -> Floats:
    """Return the highest per cent that still ranks ``place`` among ``others`` [..., n], lowest first."""
    last = min(place, others.shape[-1]) - 1
    return np.asarray(hundredths(others[..., last]) / 100, dtype=np.float64)


def mean_of_year(series: Floats, start: float) -> Floats:
    """Return the mean of the 52 weeks up to and with each week: [T]; the start stands for weeks before the run."""
    filled = np.concatenate([np.full(WEEKS_PER_YEAR, start), series])
    total = np.concatenate([[0.0], np.cumsum(filled)])
    return np.asarray(
        (total[WEEKS_PER_YEAR + 1 :] - total[1 : len(series) + 1]) / WEEKS_PER_YEAR, dtype=np.float64
    )


@dataclass(frozen=True, eq=False)
class RankSeries:
    """Goal 2 week by week: the value in per cent, the rank, the threshold of the place, persons above it."""

    area: Area
    members: int
    value: Floats  # [T] per cent, two decimals
    rank: Floats  # [T]
    threshold: Floats  # [T] per cent
    missing: Floats  # [T] full-time persons


def dagpenge_per_cent(outcome: Outcome) -> Floats:
    """Return dagpenge recipients in per cent of the 16-66-year-olds, 52-week mean, not rounded: [T]."""
    own = totals_by_group(outcome).block("caseload")[:, GROUP_INDEX["dagpenge"]]
    people = population_16_66(outcome.municipality.name)
    return np.asarray(mean_of_year(own[1:], own[0]) / people * 100)


def common_dagpenge(baseline: Outcome | Floats) -> Floats:
    """Return what the peers follow: a baseline's dagpenge recipients, the start in front [T + 1]."""
    if not isinstance(baseline, Outcome):
        return baseline
    return np.asarray(totals_by_group(baseline).block("caseload")[:, GROUP_INDEX["dagpenge"]])


def dagpenge_rank(
    outcome: Outcome,
    baseline: Outcome | Floats,
    *,
    area: Area | None = None,
    place: int = PLACE,
    peers_stand_still: bool = False,
) -> RankSeries:
    """Return the rank in dagpenge recipients per 16-66-year-old, week by week.

    Arguments: ``baseline`` is the run under the same economy path with no lever moved (or of it
    :func:`common_dagpenge`); the peers follow it, so that a common economy moves no rank, unless
    ``peers_stand_still``. The peers are the benchmark's of 2020.
    """
    name = outcome.municipality.name
    area = default_area(name) if area is None else area
    people = population_16_66(name)
    value = hundredths(dagpenge_per_cent(outcome)) / 100
    others = peers(name, area)[None, :]
    if peers_stand_still:
        others = np.repeat(others, len(value), axis=0)
    else:
        common = common_dagpenge(baseline)
        others = others * (mean_of_year(common[1:], common[0]) / max(common[0], 1e-9))[:, None]
    limit = threshold(others, place)
    return RankSeries(
        area=area,
        members=others.shape[1] + 1,
        value=value,
        rank=rank_of(value, others),
        threshold=limit,
        missing=np.maximum(0.0, value - limit) * people / 100,
    )


@dataclass(frozen=True)
class ExpectedActual:
    """One benefit group of the benchmark at the end of a run, full-time persons."""

    group: str
    expected: float  # for the municipality's frame conditions, moved by the common economy
    baseline: float  # last 52 weeks
    scenario: float
    published_rank: int  # of 98, at the baseline's period

    @property
    def difference(self) -> float:
        """Return scenario less expected: below zero is better than the frame conditions let expect."""
        return self.scenario - self.expected

    @property
    def title(self) -> Message:
        """Return the benefit group's name."""
        return Message(f"goals.benchmark.{self.group}")

    def sentence(self, language: str) -> str:
        """Return one sentence: whether fewer or more are on support than the frame conditions let expect."""
        n = number(abs(self.difference), language)
        key = "as_expected" if round(self.difference) == 0 else "fewer" if self.difference < 0 else "more"
        return text(
            f"goals.benchmark.sentence.{key}",
            language,
            group=self.title.text(language),
            n=n,
            actual=number(self.scenario, language),
            expected=number(self.expected, language),
        )


def expected_against_actual(outcome: Outcome, baseline: Outcome) -> tuple[ExpectedActual, ...]:
    """Return expected and actual at the end of the run: dagpenge, sickness, social assistance, total."""
    name = outcome.municipality.name
    own = totals_by_group(outcome).series("caseload")
    base = totals_by_group(baseline).block("caseload")
    results = []
    every = [group for groups in BENCHMARK_GROUPS.values() for group in groups]
    for key in BENEFIT_GROUPS:
        columns = [GROUP_INDEX[group] for group in BENCHMARK_GROUPS.get(key, every)]
        at_start = float(base[0, columns].sum())
        at_end = float(base[1:][-WEEKS_PER_YEAR:, columns].sum(axis=1).mean())
        row = benchmark_row(name, key)
        results.append(
            ExpectedActual(
                group=key,
                expected=row.expected_fte * (at_end / at_start if at_start > 0 else 1.0),
                baseline=at_end,
                scenario=float(own[-WEEKS_PER_YEAR:, columns].sum(axis=1).mean()),
                published_rank=row.rank,
            )
        )
    return tuple(results)


@dataclass(frozen=True)
class BenchmarkPlace:
    """Where a run would put a municipality among the 98, one benefit group, percentage points of the 16-66-year-olds.

    The place goes by actual less expected, as the ministry's; ties share the better place.
    """

    group: str
    members: int
    published_rank: int  # the ministry's own, at the baseline's rolling year
    published_pp: float
    baseline_rank: int  # the end of the run with no lever moved
    baseline_pp: float
    scenario_rank: int
    scenario_pp: float


def benchmark_places(outcome: Outcome, baseline: Outcome) -> tuple[BenchmarkPlace, ...]:
    """Return the places at the end of the run: dagpenge, sickness, social assistance, total.

    The other 97 keep their published difference, moved by the same economy as the municipality's own expectation.
    """
    name = outcome.municipality.name
    people = population_16_66(name)
    places = []
    for benefit in expected_against_actual(outcome, baseline):
        own = benchmark_row(name, benefit.group)
        common = benefit.expected / own.expected_fte if own.expected_fte > 0 else 1.0
        others = np.array(
            [row.difference_pp for other, row in ranking(benefit.group) if other != name], dtype=np.float64
        )
        # Anchored in the published difference: the counts are rounded to tens, the percentages to hundredths.
        at_rest = (own.actual_fte - own.expected_fte) * common
        base, scenario = (
            own.difference_pp * common + (actual - benefit.expected - at_rest) / people * 100
            for actual in (benefit.baseline, benefit.scenario)
        )
        ranks = rank_of(np.array([base, scenario]), np.stack([others * common] * 2))
        places.append(
            BenchmarkPlace(
                group=benefit.group,
                members=len(others) + 1,
                published_rank=own.rank,
                published_pp=own.difference_pp,
                baseline_rank=int(ranks[0]),
                baseline_pp=float(base),
                scenario_rank=int(ranks[1]),
                scenario_pp=float(scenario),
            )
        )
    return tuple(places)
