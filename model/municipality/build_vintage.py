"""Make a vintage: the starting figures of all 98 municipalities at one date, from the published figures.

Each row says what it is: a statistic as published, derived from statistics, or an assumption of this project with a
range. ``python -m model vintage`` writes what this module makes; the app reads only what is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.domain import OTHER_KINDS
from model.municipality.figures import (
    FIGURES_FOLDER,
    NATION,
    Months,
    benchmark_of_2022,
    by_label,
    inhabitants,
    mean_of,
    monthly,
    months_of,
    period_of,
)
from model.municipality.municipality_list import MunicipalityInfo, municipalities
from model.parameters.files import national_parameters
from model.parameters.sourced_value import Quality

# The month of the reform that made kontanthjælp, uddannelseshjælp and SHO one benefit: figures before it are others.
KONTANTHJAELP_REFORM: Final = "2025M07"
# The last month of the year that mends the activation rates of the baseline of 2020: the first with figures.
FIRST_UNTIL: Final = "2022M07"
MONTHS_A_YEAR: Final = 12
# The groups of the benchmark's kontanthjælp share its total by these.
WEIGHT: Final = "weight within the benchmark's group"
# A count that is hidden is one of 0-4 persons: the middle.
_HIDDEN: Final = 2.0
_YEAR_OF_BENCHMARK: Final = "2022"
SYSTEM: Final = (
    "kontanthjaelp_jobparat",
    "kontanthjaelp_aktivitetsparat",
    "uddannelseshjaelp_uddannelsesparat",
    "uddannelseshjaelp_aktivitetsparat",
    "sho",
)
_REST: Final = ("ressourceforloeb", "ledighedsydelse", "revalidering")
# StatBank's English name of a municipality, where it is another.
IN_STATBANK: Final = {"København": "Copenhagen"}
# Assumptions of this project, each as (value, low, high).
_MINDSTESATS: Final = (
    0.12,
    0.07,
    0.17,
)  # share of the system: 12,000 former SHO in arbejdspligt (KL) of about 97,000
_YOUNG_OF_ACTIVITY_READY: Final = (
    0.30,
    0.18,
    0.42,
)  # as the national weights of the groups before the reform
_NOT_UPDATED: Final = 0.15  # what a statistic of 2022 may have moved since, either way
_SPLIT_RANGE: Final = (0.65, 1.35)
_MIX_RANGE: Final = (0.6, 1.4)
_MOST_UTILITY: Final = 0.9
# National shares of the 16-66-year-olds at the end of 2021, and how far a municipality may be from them.
_FLEKSJOB: Final = (0.021, 0.015, 0.029)
_FOERTIDSPENSION: Final = (0.062, 0.045, 0.08)
# Full-time offers of the kinds of y60c02 that are in firms.
FIRM_LABELS: Final = ("Løntilskud", "Virksomhedspraktik")
UTILITY_LABELS: Final = ("Nytteindsats", "Særligt tilrettelagt nytteindsats")
OFFER_LABELS: Final = (
    "Vejledning og opkvalificering",
    *FIRM_LABELS,
    *UTILITY_LABELS,
)


@dataclass(frozen=True)
class VintageRow:
    """One number of a vintage; ``source`` and ``note`` name texts of the vintage's head."""

    municipality: str
    parameter: str
    value: float
    unit: str
    as_of: str
    quality: Quality
    source: str
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class _Period:
    """The months that a vintage is made of: the last with figures, and since when kontanthjælp is as it is."""

    until: str
    folder: Path
    kontanthjaelp_from: str = KONTANTHJAELP_REFORM


def latest_month(folder: Path = FIGURES_FOLDER) -> str:
    """Return the last month that unemployment, kontanthjælp and its activation all have figures for."""
    files = (
        ("unemployment_y25i01", "dagpenge"),
        ("kontanthjaelp_y60a02", "fullTime"),
        ("activation_kontanthjaelp_y60c07", "degree"),
    )
    return min(max(monthly(name, column, folder)[NATION]) for name, column in files)


def build_rows(until: str, folder: Path = FIGURES_FOLDER) -> Iterator[VintageRow]:
    """Yield the rows of a vintage whose last month is ``until``, municipality by municipality.

    Raises KeyError where a municipality is missing in a file, ZeroDivisionError where it has no month.
    """
    period = _Period(until, folder)
    for info in municipalities():
        yield from _dagpenge(info, period)
        yield from _population(info, period)
        yield from _kontanthjaelp(info, period)
        yield from _not_updated(info, period)
        yield from _outside_benchmark(info, period)
        yield from activation_rows(info, period.until, folder, first=period.kontanthjaelp_from)
        yield from _offers(info, period)


def build_first_rows(folder: Path = FIGURES_FOLDER) -> Iterator[VintageRow]:
    """Yield what the figures change in the baseline of 2020: the activation rates of the first year they cover."""
    for info in municipalities():
        yield from activation_rows(info, FIRST_UNTIL, folder)


def _dagpenge(info: MunicipalityInfo, period: _Period) -> Iterator[VintageRow]:
    """Yield the full-time persons on dagpenge: the mean of the last twelve months, free of season."""
    series = monthly("unemployment_y25i01", "dagpenge", period.folder)[info.id]
    months = months_of(series, period.until, MONTHS_A_YEAR)
    yield VintageRow(
        info.id,
        "benchmark.dagpenge",
        mean_of(series, months),
        "full-time persons",
        _span(months),
        "statistic",
        "dagpenge",
    )


def _system_total(info: MunicipalityInfo, period: _Period) -> tuple[float, str]:
    """Return the full-time persons on kontanthjælp since the reform, the mean of at most twelve months, and which."""
    series = monthly("kontanthjaelp_y60a02", "fullTime", period.folder)[info.id]
    months = months_of(series, period.until, MONTHS_A_YEAR, period.kontanthjaelp_from)
    return mean_of(series, months), _span(months)


def _kontanthjaelp(info: MunicipalityInfo, period: _Period) -> Iterator[VintageRow]:
    """Yield the weights of the kontanthjælp system's five groups, in persons: the published total, by visitation."""
    total, as_of = _system_total(info, period)
    labels = by_label("kontanthjaelp_visitation_y60a02", "fullTime", period.folder)[info.id]
    known = {label: _HIDDEN if count is None else count for label, count in labels.items()}
    education = known["Uddannelsesparat"] + known["Åbenlys uddannelsesparat"]
    visited = known["Jobparat"] + known["Aktivitetsparat"] + education
    job, active, education = (
        total * part / visited for part in (known["Jobparat"], known["Aktivitetsparat"], education)
    )
    share = _MINDSTESATS[0]
    parts = {
        "kontanthjaelp_jobparat": job * (1 - share),
        "kontanthjaelp_aktivitetsparat": active * (1 - share) * (1 - _YOUNG_OF_ACTIVITY_READY[0]),
        "uddannelseshjaelp_uddannelsesparat": education,
        "uddannelseshjaelp_aktivitetsparat": active * (1 - share) * _YOUNG_OF_ACTIVITY_READY[0],
        "sho": (job + active) * share,
    }
    for group, value in parts.items():
        published = group == "uddannelseshjaelp_uddannelsesparat"
        yield VintageRow(
            info.id,
            f"split.{group}",
            value,
            WEIGHT,
            as_of,
            "derived" if published else "assumption",
            "visitation" if published else "visitation_split",
            *((None, None) if published else _split_range(value)),
        )


def _not_updated(info: MunicipalityInfo, period: _Period) -> Iterator[VintageRow]:
    """Yield the groups that nobody has published by municipality since the benchmark of 2022."""
    rows = benchmark_of_2022(period.folder)[info.name]
    sick = float(rows["Sygedagpenge mv."]["actual_fte"])
    yield _of_2022(info, "benchmark.sygedagpenge", sick, "statistic", "benchmark_2022")
    system = _system_of_2022(info, period)
    rest = float(rows["Kontanthjælp mv."]["actual_fte"]) - system
    least = _least_rest_share(period) * system
    rest = max(rest, least)
    weights = {group: national_parameters().values[f"split.{group}"].value for group in _REST}
    for group, weight in weights.items():
        value = rest * weight / sum(weights.values())
        yield VintageRow(
            info.id,
            f"split.{group}",
            value,
            WEIGHT,
            _YEAR_OF_BENCHMARK,
            "assumption",
            "rest_of_benchmark",
            *_split_range(value),
            note="not_updated",
        )
    total, as_of = _system_total(info, period)
    yield VintageRow(
        info.id,
        "benchmark.kontanthjaelp",
        total + rest,
        "full-time persons",
        as_of,
        "derived",
        "kontanthjaelp_sum",
        (total + rest * (1 - _NOT_UPDATED)),
        (total + rest * (1 + _NOT_UPDATED)),
        note="not_updated",
    )


def _of_2022(
    info: MunicipalityInfo, parameter: str, value: float, quality: Quality, source: str
) -> VintageRow:
    """Return a number of 2022 with the range that it may have moved in since."""
    low, high = value * (1 - _NOT_UPDATED), value * (1 + _NOT_UPDATED)
    return VintageRow(
        info.id,
        parameter,
        value,
        "full-time persons",
        _YEAR_OF_BENCHMARK,
        quality,
        source,
        low,
        high,
        "not_updated",
    )


def _system_of_2022(info: MunicipalityInfo, period: _Period) -> float:
    """Return the mean of full-time persons in the kontanthjælp system in 2022."""
    series = monthly("kontanthjaelp_y60a02", "fullTime", period.folder)[info.id]
    return mean_of(series, months_of(series, "2022M12", MONTHS_A_YEAR))


def _least_rest_share(period: _Period) -> float:
    """Return half of the nation's ratio of the other groups to the system in 2022: what rounding leaves no less of."""
    rows = benchmark_of_2022(period.folder)
    whole = sum(float(of["Kontanthjælp mv."]["actual_fte"]) for of in rows.values())
    series: Months = monthly("kontanthjaelp_y60a02", "fullTime", period.folder)[NATION]
    system = mean_of(series, months_of(series, "2022M12", MONTHS_A_YEAR))
    return (whole / system - 1) / 2


def _population(info: MunicipalityInfo, period: _Period) -> Iterator[VintageRow]:
    """Yield the 16-66-year-olds: the benchmark's of 2022, moved as the inhabitants of all ages have moved since."""
    row = benchmark_of_2022(period.folder)[info.name]["Ydelsesgrupper i alt"]
    fte, percent = float(row["actual_fte"]), float(row["actual_pct"])
    people = inhabitants(period.folder)[IN_STATBANK.get(info.name, info.name)]
    of_2022 = [people[month] for month in sorted(people) if month.startswith(_YEAR_OF_BENCHMARK)]
    newest = max(month for month in people if month <= period.until)
    value = fte / percent * 100 * people[newest] / (sum(of_2022) / len(of_2022))
    half = 0.005 / percent + 5.0 / fte
    yield VintageRow(
        info.id,
        "population.people_16_66",
        value,
        "persons",
        newest,
        "derived",
        "people_16_66",
        value * (1 - half),
        value * (1 + half),
    )


def _outside_benchmark(info: MunicipalityInfo, period: _Period) -> Iterator[VintageRow]:
    """Yield fleksjob and førtidspension: the nation's shares of the inhabitants at the end of 2021."""
    (people,) = _population(info, period)
    for group, shares in (("fleksjob", _FLEKSJOB), ("foertidspension", _FOERTIDSPENSION)):
        value, low, high = (people.value * share for share in shares)
        yield VintageRow(
            info.id,
            f"stock.{group}",
            value,
            "full-time persons",
            "2021",
            "assumption",
            "national_shares",
            low,
            high,
            "not_updated",
        )


def activation_rows(
    info: MunicipalityInfo, until: str, folder: Path = FIGURES_FOLDER, first: str = ""
) -> Iterator[VintageRow]:
    """Yield the activation rates of the kontanthjælp groups: the system's published rate, split as assumed before.

    Arguments: ``until`` the last month, ``first`` the earliest that counts.
    """
    series = monthly("activation_kontanthjaelp_y60c07", "degree", folder)[info.id]
    months = months_of(series, until, MONTHS_A_YEAR, first)
    rate = mean_of(series, months) / 100
    assumed = national_parameters().values
    relative = {group: assumed[f"activation_rate.{group}"].value for group in SYSTEM}
    weights = {group: assumed[f"split.{group}"].value for group in SYSTEM}
    mean = sum(relative[g] * weights[g] for g in SYSTEM) / sum(weights.values())
    for group in SYSTEM:
        value = min(1.0, rate * relative[group] / mean)
        low, high = value * _SPLIT_RANGE[0], min(1.0, value * _SPLIT_RANGE[1])
        yield VintageRow(
            info.id,
            f"activation_rate.{group}",
            value,
            "share of the caseload",
            _span(months),
            "assumption",
            "activation",
            low,
            high,
        )


def _offers(info: MunicipalityInfo, period: _Period) -> Iterator[VintageRow]:
    """Yield the firm places of the kontanthjælp groups, and what the offers outside firms are."""
    mix = _kinds_of_offers(info, period.folder)
    firm = sum(mix[label] for label in FIRM_LABELS) / sum(mix.values())
    utility = sum(mix[label] for label in UTILITY_LABELS)
    outside = sum(mix.values()) - sum(mix[label] for label in FIRM_LABELS)
    rates = {
        row.parameter: row.value
        for row in activation_rows(info, period.until, period.folder, period.kontanthjaelp_from)
    }
    stocks = {row.parameter: row.value for row in _kontanthjaelp(info, period)}
    in_offer = {group: stocks[f"split.{group}"] * rates[f"activation_rate.{group}"] for group in SYSTEM}
    as_of = period_of("offers_kontanthjaelp_y60c02", period.folder)
    for group in SYSTEM:
        places = in_offer[group] * firm
        yield VintageRow(
            info.id,
            f"firm_use.{group}",
            places,
            "full-time places",
            as_of,
            "assumption",
            "firm_places",
            places * _SPLIT_RANGE[0],
            places * _SPLIT_RANGE[1],
        )
    yield from _other_mix(info, in_offer, utility / outside if outside else 0.0, as_of)


def _kinds_of_offers(info: MunicipalityInfo, folder: Path) -> Mapping[str, float]:
    """Return the persons activated by kind of offer (y60c02); where all are hidden, the nation's."""
    activated = by_label("offers_kontanthjaelp_y60c02", "activated", folder)
    own, nation = activated[info.id], activated[NATION]
    total = sum(nation[label] or 0.0 for label in OFFER_LABELS)
    counts = {label: own.get(label) for label in OFFER_LABELS}
    known = sum(count or 0.0 for count in counts.values())
    if not known:
        return {label: nation[label] or 0.0 for label in OFFER_LABELS}
    # A hidden kind is small: the nation's share of it, and no more than the four that may be hidden.
    return {
        label: min(4.0, known * (nation[label] or 0.0) / total) if count is None else count
        for label, count in counts.items()
    }


def _other_mix(
    info: MunicipalityInfo, in_offer: Mapping[str, float], utility: float, as_of: str
) -> Iterator[VintageRow]:
    """Yield the mix of offers outside firms: the published share of nytteindsats, split over groups as assumed before.

    Arguments: ``in_offer`` persons by target group, ``utility`` the share of the offers outside firms. The table does
    not divide guidance, courses and education: their mix stays as it is assumed.
    """
    assumed = national_parameters().values
    weights = {g: {k: assumed[f"other_mix.{g}.{k}"].value for k in OTHER_KINDS} for g in SYSTEM}
    shares = {g: weights[g]["utility_job"] / sum(weights[g].values()) for g in SYSTEM}
    everyone = sum(in_offer.values())
    mean = sum(shares[g] * in_offer[g] for g in SYSTEM) / everyone if everyone else 0.0
    factor = utility / mean if mean else 0.0
    for group in SYSTEM:
        share = min(_MOST_UTILITY, shares[group] * factor)
        rest = sum(weight for kind, weight in weights[group].items() if kind != "utility_job")
        for kind in OTHER_KINDS:
            value = share if kind == "utility_job" else (1 - share) * weights[group][kind] / rest
            yield VintageRow(
                info.id,
                f"other_mix.{group}.{kind}",
                value,
                "weight among offers outside firms",
                as_of,
                "assumption",
                "other_offers",
                value * _MIX_RANGE[0],
                value * _MIX_RANGE[1],
            )


def _split_range(value: float) -> tuple[float, float]:
    """Return the range of a count that was divided by assumed weights."""
    return value * _SPLIT_RANGE[0], value * _SPLIT_RANGE[1]


def _span(months: tuple[str, ...]) -> str:
    """Return the period that months cover."""
    return f"{months[0]}-{months[-1]}"
