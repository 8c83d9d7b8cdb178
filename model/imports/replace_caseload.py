"""Replace caseloads and population: the benchmark's totals, target groups by origin, people by age."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from model.domain import GROUP_INDEX, GROUPS, ORIGINS
from model.imports import vocabulary
from model.imports.aggregation import CannotSum, by_period, collapsed, mean
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.rows import Row
from model.imports.table_catalogue import table
from model.language.catalogue import group_name, listed, number
from model.language.messages import Message, Phrase
from model.municipality.vintages import FIRST

BENCHMARK_TABLE: Final = "Y30R21"
_ROUNDING: Final = 0.5
_ROUNDING_OF_BENCHMARK: Final = 5.0
_DECIMALS_OF_SHARES: Final = 2
_YOUNGEST, _OLDEST = 16, 66
_YOUNG: Final = (18, 29)
# The kinds of visitation of the kontanthjælp system by the target group that a file's label names, and the groups that
# are among the first two since the reform of July 2025; the range is that of the vintage's own division.
_BY_VISITATION: Final = (
    "kontanthjaelp_jobparat",
    "kontanthjaelp_aktivitetsparat",
    "uddannelseshjaelp_uddannelsesparat",
)
_DIVIDED: Final = ("uddannelseshjaelp_aktivitetsparat", "sho")
_DIVIDED_RANGE: Final = (0.65, 1.35)
_AGE: Final = re.compile(r"(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*(?:år|years?)?")


def replace_benchmark(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """Replace the benchmark's totals of each benefit."""
    if builder.imported.source.table != BENCHMARK_TABLE:
        return
    for benchmark in vocabulary.entries().benchmark:
        own = [r for r in rows if vocabulary.benchmark_of(r.group) == benchmark]
        counts = [r for r in own if r.measure_id == "fulltime"]
        if not counts:
            continue
        builder.use(own)
        try:
            value = mean(by_period(collapsed(counts)), builder.when)
        except CannotSum as error:
            builder.skip(Message("import.preview.what.benchmark", group=counts[0].group), error.message)
            continue
        builder.replace(
            f"benchmark.{benchmark}",
            value,
            "full-time persons",
            "statistic",
            Message("import.how.published"),
        )
        shadowed = f"stock.{benchmark}"
        if benchmark == "dagpenge" and shadowed in builder.municipality.values:
            builder.notes.append(Message("import.preview.shadowed", group=counts[0].group))
    builder.use(r for r in rows if vocabulary.is_total(r.group))


def replace_caseload(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """Replace target groups' caseloads, by origin where the file has it."""
    measure = "fulltime" if any(r.measure_id == "fulltime" for r in rows) else "persons"
    if builder.imported.source.table == BENCHMARK_TABLE:
        rows = [r for r in rows if not vocabulary.benchmark_of(r.group)]
    by_group = builder.by_group([r for r in rows if not r.kind and not r.destination], measure)
    for group, names in vocabulary.entries().sums.items():
        _sum_of_parts(builder, rows, group, names)
    for group, own in by_group.items():
        if group in GROUPS and f"stock.{group}" not in builder.replacements:
            builder.use(own)
            try:
                _stock(builder, group, own, measure)
            except CannotSum as error:
                builder.skip(builder.message_of(group), error.message)


def leave_out_double_counts(builder: ReplacementBuilder) -> None:
    """Take caseloads out that hold people of other groups too, where those are not replaced with them."""
    known = table(builder.imported.source.table)
    if known is None or not known.covers:
        return
    replaced = [group for group in known.covers if f"stock.{group}" in builder.replacements]
    others = [group for group in known.covers if group not in replaced]
    if not others or _divided_as_before(builder, replaced):
        return
    for group in replaced:
        for parameter in [key for key in builder.replacements if key.split(".")[:2] == ["stock", group]]:
            del builder.replacements[parameter]
        names = Phrase(listed, tuple(Phrase(group_name, other) for other in others))
        builder.skip(builder.message_of(group), Message("import.preview.covers_others", groups=names))


def _divided_as_before(builder: ReplacementBuilder, replaced: Sequence[str]) -> bool:
    """Divide the whole kontanthjælp system, by visitation, over the target groups as the starting figures do.

    On figures since the reform of July 2025 the table's job-ready and activity-ready are divided by age and by the
    lowest rate as they are there, an assumption with its range. Return whether it was done: not on earlier figures,
    without all three kinds of visitation, or by origin.
    """
    keys = [key for key in builder.replacements if key.startswith("stock.")]
    if builder.municipality.vintage == FIRST or set(replaced) != set(_BY_VISITATION):
        return False
    if set(keys) != {f"stock.{group}" for group in _BY_VISITATION}:
        return False
    stock = builder.municipality.engine.stock.sum(axis=1)
    now = {group: float(stock[GROUP_INDEX[group]]) for group in (*_BY_VISITATION, *_DIVIDED)}
    job, adult, _ = _BY_VISITATION
    young, lowest = _DIVIDED
    low = now[lowest] / (now[job] + now[adult] + now[young] + now[lowest])
    old = now[adult] / (now[adult] + now[young])
    ready, active = (builder.replacements[f"stock.{group}"].after.value for group in (job, adult))
    parts = {
        job: ready * (1 - low),
        adult: active * (1 - low) * old,
        young: active * (1 - low) * (1 - old),
        lowest: (ready + active) * low,
    }
    for group, persons in parts.items():
        builder.replace(
            f"stock.{group}",
            persons,
            "full-time persons",
            "assumption",
            Message("import.how.divided"),
            low=persons * _DIVIDED_RANGE[0],
            high=persons * _DIVIDED_RANGE[1],
        )
    return True


def _sum_of_parts(
    builder: ReplacementBuilder, rows: Sequence[Row], group: str, names: vocabulary.SumLabels
) -> None:
    """Replace the caseload of a group that the file has in parts."""
    parts = [{vocabulary.normalised(label) for label in part} for part in names.parts]
    own = [r for r in rows if any(vocabulary.normalised(r.group) in part for part in parts)]
    given = {vocabulary.normalised(r.group) for r in own}
    if not own or not all(len(given & part) == 1 for part in parts):
        return
    offered = {vocabulary.normalised(w) for w in names.in_offers}
    builder.use(own)
    try:
        flat = collapsed(own)
        whole = mean(by_period(flat), builder.when)
        active = mean(by_period([r for r in flat if vocabulary.normalised(r.group) in offered]), builder.when)
    except CannotSum as error:
        builder.skip(builder.message_of(group), error.message)
        return
    if whole <= 0:
        builder.skip(builder.message_of(group), Message("import.preview.zero"))
        return
    builder.replace(
        f"stock.{group}", whole, "full-time persons", "statistic", Message("import.how.sum", n=len(parts))
    )
    builder.replace(
        f"activation_rate.{group}",
        active / whole,
        "share",
        "statistic",
        Message("import.how.share_in_offers"),
    )


def _stock(builder: ReplacementBuilder, group: str, rows: Sequence[Row], measure: str) -> None:
    """Replace a group's caseload; persons are turned into full-time persons. Raises CannotSum."""
    ratio = 1.0
    if measure == "persons":
        known = vocabulary.entries().assumptions.fulltime_per_person.get(group)
        if known is None:
            raise CannotSum(Message("import.preview.persons"))
        ratio = known
    # The category has told the group; two categories may make up one group.
    value = mean(by_period(collapsed(rows, keep=("category",))), builder.when) * ratio
    if value <= 0:
        raise CannotSum(Message("import.preview.zero"))
    if measure == "persons":
        how = Message("import.how.persons", ratio=Phrase(number, ratio, decimals=2))
        builder.replace(f"stock.{group}", value, "full-time persons", "derived", how)
        return
    how = (
        Message("import.how.mean", n=len(builder.when.periods))
        if len(builder.when.periods) > 1
        else Message("import.how.published")
    )
    builder.replace(f"stock.{group}", value, "full-time persons", "statistic", how)
    _origins(builder, group, rows)


def _origins(builder: ReplacementBuilder, group: str, rows: Sequence[Row]) -> None:
    """Replace a group's caseload by origin, and its sum."""
    if not any(vocabulary.origin_of(r.origin) for r in rows):
        return
    try:
        flat = collapsed(rows, keep=("category", "origin"))
        values = {
            o: mean(by_period([r for r in flat if vocabulary.origin_of(r.origin) == o]), builder.when)
            for o in ORIGINS
        }
    except CannotSum as error:
        builder.skip(builder.message_of(group, "preview.what.origin"), error.message)
        return
    if min(values.values()) <= 0:
        builder.skip(builder.message_of(group, "preview.what.origin"), Message("import.preview.zero"))
        return
    for origin, value in values.items():
        builder.replace(
            f"stock.{group}.{origin}",
            value,
            "full-time persons",
            "statistic",
            Message("import.how.origin"),
        )
    builder.replace(
        f"stock.{group}",
        sum(values.values()),
        "full-time persons",
        "statistic",
        Message("import.how.sum", n=len(values)),
    )


def replace_population(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """Replace the population: by age, or from a caseload and its percentage of the population."""
    if builder.imported.source.table.startswith("FOLK"):
        _people(builder, rows)
        return
    best: tuple[float, float, float] | None = None
    shares = [r for r in rows if r.measure_id == "pct_population" and r.period in builder.when.periods[-1:]]
    for pct in shares:
        same = [
            r
            for r in rows
            if r.measure_id == "fulltime"
            and (r.line, r.period) == (pct.line, pct.period)
            and r.number is not None
        ]
        if pct.number and same and same[0].number and (best is None or pct.number > best[1]):
            best = (
                same[0].number,
                pct.number,
                _ROUNDING_OF_BENCHMARK if builder.imported.source.table == BENCHMARK_TABLE else _ROUNDING,
            )
    builder.use(r for r in rows if r.measure_id == "pct_population")
    if best is None:
        return
    count, share, step = best
    people = count / share * 100
    half = 0.5 * 10**-_DECIMALS_OF_SHARES / share + step / count
    builder.replace(
        "population.people_16_66",
        people,
        "persons",
        "derived",
        Message("import.how.people"),
        low=people * (1 - half),
        high=people * (1 + half),
    )


def _people(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """Replace the population by age (and origin) of StatBank's tables."""
    builder.use(rows)
    try:
        flat = collapsed(rows, keep=("age", "origin"))
        everyone = [r for r in flat if not r.origin or vocabulary.is_total(r.origin)] or [
            r for r in flat if vocabulary.origin_of(r.origin)
        ]
        people = _of_ages(builder, everyone, _YOUNGEST, _OLDEST)
        builder.replace("population.people_16_66", people, "persons", "statistic", Message("import.how.ages"))
    except CannotSum as error:
        builder.skip(Message("import.preview.what.people"), error.message)
        return
    try:
        young = _of_ages(builder, everyone, *_YOUNG)
        builder.replace("population.people_18_29", young, "persons", "statistic", Message("import.how.ages"))
    except CannotSum as error:
        builder.skip(Message("import.preview.what.young"), error.message)
    if not {vocabulary.origin_of(r.origin) for r in flat} >= set(ORIGINS):
        return
    try:
        for origin in ORIGINS[1:]:
            part = _of_ages(
                builder, [r for r in flat if vocabulary.origin_of(r.origin) == origin], _YOUNGEST, _OLDEST
            )
            builder.replace(
                f"population_share.{origin}",
                part / people,
                "share",
                "statistic",
                Message("import.how.ages"),
            )
    except CannotSum as error:
        builder.skip(Message("import.preview.what.population_origin"), error.message)


def _of_ages(builder: ReplacementBuilder, rows: Sequence[Row], first: int, last: int) -> float:
    """Return the persons of an age range, from rows that cover it without gap or overlap. Raises CannotSum."""
    spans: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        match = _AGE.fullmatch(vocabulary.normalised(row.age))
        if match is not None:
            low = int(match[1])
            high = int(match[2] or low)
            if first <= low and high <= last:
                spans.setdefault((low, high), []).append(row)
    age, chosen = first, []
    while age <= last:
        starting = [s for s in spans if s[0] == age]
        if not starting:
            raise CannotSum(Message("import.preview.ages", first=first, last=last, gap=age))
        widest = max(starting)
        chosen.extend(spans[widest])
        age = widest[1] + 1
    return mean(by_period(chosen), builder.when)
