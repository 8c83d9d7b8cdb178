"""The ministry's benchmark of all 98 municipalities: the rank that goal 2 asks for, expected against actual.

Source: Jobindsats table Y30R21, half-years 2020QMAT02 to 2022QMAT04 (rolling years), in ``model/data``. Nothing newer
was found: on later starting figures the rank goes by :mod:`model.goals.dagpenge_rates`, and the benchmark of 2022 is
moved as all 98 municipalities have moved since.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, WEEKS_PER_YEAR
from model.files.folders import DATA_FOLDER
from model.goals.dagpenge_rates import dagpenge_rates
from model.goals.peer_courses import peer_courses
from model.goals.series import mean_of_year
from model.language.catalogue import number, short_date, text
from model.language.messages import Message, Phrase
from model.municipality.figures import FIGURES_FOLDER
from model.municipality.municipality import Municipality
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import FIRST, vintage
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
# With those that came later and are no start of a back-test.
_LAST_MONTHS: Final = {**PERIODS, "2022QMAT02": "2022-06", "2022QMAT04": "2022-12"}
# What starting figures since then hold a municipality against: the last rolling year found.
LATEST_PERIOD: Final = "2022QMAT04"
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
    return {
        (row["municipality"], row["period"], row["benefit_group"]): BenchmarkRow(
            float(row["expected_fte"]),
            float(row["actual_fte"]),
            float(row["expected_pct"]),
            float(row["actual_pct"]),
            float(row["difference_pp"]),
            int(row["rank"]),
        )
        for row in _lines()
    }


def _lines() -> Iterator[Mapping[str, str]]:
    """Yield the lines of the benchmark's two files, by heading."""
    for path in (DATA_FOLDER / "benchmark_y30r21.csv", FIGURES_FOLDER / "benchmark_y30r21_2022.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


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
    last = datetime.date.fromisoformat(f"{_LAST_MONTHS[period]}-01")
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


# --- what a run is held against, by its starting figures -----------------------------------------


def period_of(municipality: Municipality) -> str:
    """Return the last rolling year that was published for the municipality's starting figures."""
    return BASE_PERIOD if municipality.vintage == FIRST else LATEST_PERIOD


def basis(municipality: Municipality) -> Message:
    """Return in words from when the figures are that expected and actual numbers are held against."""
    last = datetime.date.fromisoformat(f"{_LAST_MONTHS[period_of(municipality)]}-01")
    year = Message("benchmark.year_within", month=Phrase(short_date, last))
    if municipality.vintage == FIRST:
        return Message("goals.benchmark.basis.published", year=year)
    return Message("goals.benchmark.basis.moved", year=year, figures=vintage(municipality.vintage).dated)


@lru_cache(maxsize=4)
def rows_at(figures: str) -> Mapping[str, Mapping[str, BenchmarkRow]]:
    """Return what each municipality is held against on starting figures, by benefit group and name.

    The first figures have what was published. Later ones have their own actual numbers; what is expected is that of
    2022, moved in each benefit group as all 98 have moved since, and ranks are by the difference.
    Raises UnknownVintage.
    """
    if figures == FIRST:
        return {g: {name: benchmark_row(name, g) for name in members("all")} for g in BENEFIT_GROUPS}
    rows = {info.name: vintage(figures).rows[info.id] for info in municipalities()}
    people = {name: row["population.people_16_66"].value for name, row in rows.items()}
    actual = {g: {n: row[f"benchmark.{g}"].value for n, row in rows.items()} for g in BENCHMARK_GROUPS}
    expected = {}
    for group, persons in actual.items():
        then = {name: benchmark_row(name, group, LATEST_PERIOD) for name in rows}
        moved = sum(persons.values()) / sum(row.actual_fte for row in then.values())
        expected[group] = {name: row.expected_fte * moved for name, row in then.items()}
    actual["total"] = {name: sum(actual[g][name] for g in BENCHMARK_GROUPS) for name in rows}
    expected["total"] = {name: sum(expected[g][name] for g in BENCHMARK_GROUPS) for name in rows}
    found: dict[str, dict[str, BenchmarkRow]] = {}
    for group in BENEFIT_GROUPS:
        share = {
            name: (expected[group][name] / n * 100, actual[group][name] / n * 100)
            for name, n in people.items()
        }
        gaps = np.array([a - e for e, a in share.values()])
        ranks = rank_of(gaps, np.repeat(gaps[None, :], len(gaps), axis=0))
        found[group] = {
            name: BenchmarkRow(expected[group][name], actual[group][name], e, a, a - e, int(rank))
            for (name, (e, a)), rank in zip(share.items(), ranks, strict=True)
        }
    return MappingProxyType(found)


def people_of_rank(municipality: Municipality) -> float:
    """Return whom goal 2's per cent is of: the 16-66-year-olds of 2020, on later figures the labour force."""
    if municipality.vintage == FIRST:
        return population_16_66(municipality.name)
    return dagpenge_rates(municipality.vintage)[municipality.name].labour_force


def named_peers(municipality: str, area: Area, figures: str = FIRST) -> tuple[tuple[str, ...], Floats]:
    """Return an area's other municipalities and their per cent on dagpenge, lowest first: n names and [n].

    Of the 16-66-year-olds in 2020; on later figures of the labour force, as published in the last twelve months.
    """
    names = members(area) - {municipality}
    if figures == FIRST:
        rows = sorted((benchmark_row(name, "dagpenge").actual_pct, name) for name in names)
    else:
        rows = sorted((dagpenge_rates(figures)[name].per_cent, name) for name in names)
    return tuple(name for _, name in rows), np.array([per_cent for per_cent, _ in rows])


def peers(municipality: str, area: Area, figures: str = FIRST) -> Floats:
    """Return the per cent of :func:`named_peers` alone: [n]."""
    return named_peers(municipality, area, figures)[1]


def _at_figures(municipality: Municipality, columns: list[int], at_start: float) -> float:
    """Return the full-time persons of target groups that published figures are of: a run may start a year later.

    On the first figures a run starts where they stand, ``at_start``.
    """
    if municipality.vintage == FIRST:
        return at_start
    return float(municipality.engine.stock[columns].sum())


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


@dataclass(frozen=True, eq=False)
class RankSeries:
    """Goal 2 week by week: the value in per cent, the rank, the threshold of the place, persons above it."""

    area: Area
    members: int
    value: Floats  # [T] per cent, two decimals
    rank: Floats  # [T]
    threshold: Floats  # [T] per cent
    missing: Floats  # [T] full-time persons
    common: Floats  # [T] what the peers have followed, as a share of where they stand


def dagpenge_per_cent(outcome: Outcome) -> Floats:
    """Return dagpenge recipients in per cent of :func:`people_of_rank`, 52-week mean, not rounded: [T].

    For weeks before the run stands its start, on later figures than the first their published mean.
    """
    own = totals_by_group(outcome).block("caseload")[:, GROUP_INDEX["dagpenge"]]
    before = _at_figures(outcome.municipality, [GROUP_INDEX["dagpenge"]], own[0])
    return np.asarray(mean_of_year(own[1:], before) / people_of_rank(outcome.municipality) * 100)


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
    """Return the rank in dagpenge recipients per 16-66-year-old, on later figures per member of the labour force.

    Arguments: ``baseline`` is the run under the same economy path with no lever moved (or of it
    :func:`common_dagpenge`); the peers follow it, so that a common economy moves no rank, unless
    ``peers_stand_still``. Where the baseline follows a projection, each peer follows its own forecast. The peers are
    those of :func:`peers`.
    """
    owner = outcome.municipality
    area = default_area(owner.name) if area is None else area
    people = people_of_rank(owner)
    value = hundredths(dagpenge_per_cent(outcome)) / 100
    followed = np.ones(len(value))
    if not peers_stand_still:
        common = common_dagpenge(baseline)
        before = _at_figures(owner, [GROUP_INDEX["dagpenge"]], common[0])
        followed = mean_of_year(common[1:], before) / max(before, 1e-9)
    names, figures = named_peers(owner.name, area, owner.vintage)
    if outcome.paths.projected_dagpenge is not None and not peers_stand_still:
        # The economy alone is common; beside it each goes its own way.
        followed = followed / mean_of_year(outcome.paths.projected_dagpenge, 1.0)
        others = np.sort(figures * peer_courses(names, outcome.weeks) * followed[:, None], axis=1)
    else:
        others = figures[None, :] * followed[:, None]
    limit = threshold(others, place)
    return RankSeries(
        area=area,
        members=others.shape[1] + 1,
        value=value,
        rank=rank_of(value, others),
        threshold=limit,
        missing=np.maximum(0.0, value - limit) * people / 100,
        common=followed,
    )


@dataclass(frozen=True)
class ExpectedActual:
    """One benefit group of the benchmark at the end of a run, full-time persons."""

    group: str
    expected: float  # for the municipality's frame conditions, moved by the common economy
    baseline: float  # last 52 weeks
    scenario: float
    published_rank: int  # of 98, at the last published period of the figures
    published_period: str

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
    owner = outcome.municipality
    period = period_of(owner)
    own = totals_by_group(outcome).series("caseload")
    base = totals_by_group(baseline).block("caseload")
    results = []
    every = [group for groups in BENCHMARK_GROUPS.values() for group in groups]
    for key in BENEFIT_GROUPS:
        columns = [GROUP_INDEX[group] for group in BENCHMARK_GROUPS.get(key, every)]
        at_start = _at_figures(owner, columns, float(base[0, columns].sum()))
        at_end = float(base[1:][-WEEKS_PER_YEAR:, columns].sum(axis=1).mean())
        row = rows_at(owner.vintage)[key][owner.name]
        results.append(
            ExpectedActual(
                group=key,
                expected=row.expected_fte * (at_end / at_start if at_start > 0 else 1.0),
                baseline=at_end,
                scenario=float(own[-WEEKS_PER_YEAR:, columns].sum(axis=1).mean()),
                published_rank=benchmark_row(owner.name, key, period).rank,
                published_period=period,
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
    published_rank: int  # the ministry's own, at the last published rolling year of the figures
    published_pp: float
    baseline_rank: int  # the end of the run with no lever moved
    baseline_pp: float
    scenario_rank: int
    scenario_pp: float


def benchmark_places(outcome: Outcome, baseline: Outcome) -> tuple[BenchmarkPlace, ...]:
    """Return the places at the end of the run: dagpenge, sickness, social assistance, total.

    The other 97 keep their difference (:func:`rows_at`), moved by the same economy as the municipality's own
    expectation.
    """
    owner = outcome.municipality
    rows = rows_at(owner.vintage)
    own = rows["dagpenge"][owner.name]
    people = own.actual_fte / own.actual_pct * 100
    places = []
    for benefit in expected_against_actual(outcome, baseline):
        own = rows[benefit.group][owner.name]
        published = benchmark_row(owner.name, benefit.group, benefit.published_period)
        common = benefit.expected / own.expected_fte if own.expected_fte > 0 else 1.0
        others = np.array(
            [row.difference_pp for name, row in rows[benefit.group].items() if name != owner.name],
            dtype=np.float64,
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
                published_rank=published.rank,
                published_pp=published.difference_pp,
                baseline_rank=int(ranks[0]),
                baseline_pp=float(base),
                scenario_rank=int(ranks[1]),
                scenario_pp=float(scenario),
            )
        )
    return tuple(places)
