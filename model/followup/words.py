"""Say a follow-up in words: the same on the page, in the document and in the command."""

from __future__ import annotations

from model.followup.decided import Decided
from model.followup.outcome import PARTS, Followed, LaidMonth, Split, when_told
from model.goals.results import tolerance
from model.goals.series import EPSILON
from model.language.catalogue import long_date, month_name, number, short_date, text
from model.language.drawn_range import ENOUGH_DRAWS, DrawnRange
from model.municipality.history import GROUPS_OF
from model.municipality.municipality_list import find_municipality
from model.scenario.projection import FORECAST


def month_text(month: str, language: str) -> str:
    """Return a month: ``jan. 2027``."""
    return short_date(when_told(month), language)


def month_in_words(month: str, language: str) -> str:
    """Return a month for the middle of a sentence: ``januar 2027``."""
    return f"{month_name(int(month[5:]), language)} {month[:4]}"


def series_name(one: Followed, language: str) -> str:
    """Return what a series counts."""
    if one.series.id in GROUPS_OF:
        return text(f"followup.series.{one.series.id}", language)
    return one.series.id if one.spec is None else one.spec.title.text(language)


def unit_text(one: Followed, language: str) -> str:
    """Return the unit of a series, for an axis."""
    if one.spec is None:
        return text("domain.unit.persons", language)
    return text(f"goals.unit.{one.spec.unit}", language, n="").strip()


def value_text(one: Followed, value: float, language: str) -> str:
    """Return a value of a series with its unit."""
    unit = "persons" if one.spec is None else one.spec.unit
    return text(f"goals.unit.{unit}", language, n=number(value, language, one.decimals))


def range_text(one: Followed, month: LaidMonth, language: str) -> str:
    """Return between what nine of ten calculations lie."""
    low, high = (number(value, language, one.decimals) for value in (month.low, month.high))
    return text("followup.range_one" if low == high else "followup.range", language, low=low, high=high)


def sentences(one: Followed, language: str) -> tuple[str, ...]:
    """Return how a series stands: what came against what was expected, or from when figures are awaited."""
    latest = one.latest
    if latest is None:
        awaited = month_in_words(one.awaited, language)
        return (text("followup.none_yet", language, month=awaited), *_expected(one, language))
    place = latest.place(one.decimals)
    held = "narrow" if latest.wide is None else "wide"
    lines = [
        text(
            "followup.came",
            language,
            month=month_in_words(latest.month, language),
            value=_come(one, latest, language),
            place=text(f"followup.place.{held}.{place}", language),
        ),
        text(
            "followup.was_expected",
            language,
            expected=value_text(one, latest.expected, language),
            range=range_text(one, latest, language),
        ),
    ]
    lines += _wide(one, latest, language)
    if place != "inside":
        lines.append(text(f"followup.outside.{held}", language))
    if len(one.come) > 1:
        which = "none" if not one.inside else "all" if one.inside == len(one.come) else "some"
        lines.append(text(f"followup.inside.{which}.{held}", language, n=one.inside, of=len(one.come)))
    return tuple(lines)


def _wide(one: Followed, month: LaidMonth, language: str) -> list[str]:
    """Return between what a figure is as awaited, once all that moves a municipality is counted; nothing: not kept."""
    ends = wide_text(one, month, language)
    return [] if ends is None else [text("followup.wide", language, ends=ends)]


def wide_text(one: Followed, month: LaidMonth, language: str) -> str | None:
    """Return between what 8 of 10 municipalities ended; None where it was not kept."""
    if month.wide is None:
        return None
    low, high = (number(value, language, one.decimals) for value in month.wide)
    return text("followup.wide.ends", language, low=low, high=high)


def _come(one: Followed, month: LaidMonth, language: str) -> str:
    """Return what came in a month, with whose figure it is where it is not the published one."""
    shown = value_text(one, month.value or 0.0, language)
    return text("followup.own", language, value=shown) if month.source == "own" else shown


def _expected(one: Followed, language: str) -> tuple[str, ...]:
    """Return what is expected a year into the path, and how much of it is the decision's."""
    ahead = one.ahead
    expects = text(
        "followup.expects",
        language,
        month=month_in_words(ahead.month, language),
        expected=value_text(one, ahead.expected, language),
        range=range_text(one, ahead, language),
    )
    return expects, *_wide(one, ahead, language), difference_text(one, ahead, language)


def difference_text(one: Followed, month: LaidMonth, language: str) -> str:
    """Return the difference from without changes in a month, with its range; the same is told as the same."""
    middle, low, high = month.difference
    smallest = 10.0**-one.decimals if one.spec is None else one.spec.smallest_movement
    ends = DrawnRange(low, high, ENOUGH_DRAWS).signed_ends(language, one.decimals)
    least = tolerance(smallest, month.without)
    if abs(middle) < least and max(abs(low), abs(high)) <= least + EPSILON:
        return text("followup.expects_same", language)
    key = "followup.expects_either" if low < 0.0 < high else "followup.expects_difference"
    unit = text("domain.unit.percentage_points", language) if unit_is_percent(one) else ""
    shown = f"{number(middle, language, one.decimals, signed=True)} {unit}".strip()
    return text(key, language, difference=shown, ends=ends)


def unit_is_percent(one: Followed) -> bool:
    """Return whether a series is a share in per cent."""
    return one.spec is not None and one.spec.unit == "percent"


def baseline_line(decided: Decided, one: Followed, language: str) -> str:
    """Return what the run's baseline does, and how far the forecast was from what is expected; "": not known."""
    if one.series.is_indicator or one.ahead.forecast is None or one.ahead.wide is None:
        return ""
    month, projection = one.ahead, decided.scenario.projection
    kind = projection if isinstance(projection, str) else "own"
    said = text(f"followup.baseline.{kind}", language)
    off = one.ahead.forecast - month.expected
    smallest = 10.0**-one.decimals
    if kind == FORECAST or abs(off) < tolerance(smallest, month.expected):
        return said if kind == FORECAST else f"{said} {text('followup.forecast.same', language)}"
    low, high = (end - month.expected for end in one.ahead.wide)
    away = text(
        "followup.forecast.away",
        language,
        month=month_in_words(month.month, language),
        difference=number(off, language, one.decimals, signed=True),
        ends=DrawnRange(low, high, ENOUGH_DRAWS).signed_ends(language, one.decimals),
    )
    return f"{said} {away}"


def what_bands_hold(one: Followed, language: str) -> str:
    """Return what is in which band."""
    kind = "wide" if one.has_wide_band else "indicator" if one.series.is_indicator else "narrow"
    return text(f"followup.chart.{kind}", language)


def how_to_read(decided: Decided, one: Followed, language: str) -> str:
    """Return what each band holds, what the baseline does, whose figures came, and whether the decision can be seen."""
    said = [what_bands_hold(one, language)]
    if baseline := baseline_line(decided, one, language):
        said.append(baseline)
    if one.spec is not None and one.spec.unit == "rank":
        said.append(text("followup.chart.rank", language))
    if one.too_small_to_see:
        said.append(text("followup.too_small", language))
    if one.series.id in GROUPS_OF:
        said.append(text(f"followup.source.{one.series.id}", language))
    return " ".join(said)


def split_rows(one: Split, language: str) -> tuple[tuple[str, str, str], ...]:
    """Return the parts of a difference as rows: name, persons, and what it is or why it is not known."""
    shown = one.shown
    rows = []
    for part in PARTS:
        value = shown[part]
        known = "unknown" if value is None else "known"
        if part == "rest" and one.unknown:
            known = "with_unknown"
        words = text(f"followup.part.{part}.{known}", language, n=one.others)
        if part == "rest" and one.chance is not None:
            words = f"{words} {_chance(one.chance, value or 0, language)}"
        rows.append(
            (
                text(f"followup.part.{part}", language),
                text("followup.unknown", language) if value is None else number(value, language, signed=True),
                words,
            )
        )
    whole = sum(value or 0 for value in shown.values())
    rows.append(
        (
            text("followup.part.whole", language),
            number(whole, language, signed=True),
            text(
                "followup.part.whole.known", language, month=month_in_words(one.month, language).capitalize()
            ),
        )
    )
    return tuple(rows)


def _chance(chance: tuple[float, float], rest: int, language: str) -> str:
    """Return whether the rest is within what a municipality of that size moves by itself, with that range."""
    low, high = (round(end) for end in chance)
    key = "may_be" if low <= rest <= high else "more"
    ends = DrawnRange(*chance, ENOUGH_DRAWS).signed_ends(language, 0)
    return text(f"followup.chance.{key}", language, ends=ends)


def decided_line(decided: Decided, language: str) -> str:
    """Return where, when and on which figures it was decided."""
    facts = [
        find_municipality(decided.scenario.municipality).name,
        text("followup.decided_on", language, date=_date(decided, language)),
    ]
    if decided.meeting:
        facts.append(text("followup.at_meeting", language, meeting=decided.meeting))
    facts.append(text("followup.model", language, version=decided.model))
    return " · ".join(facts)


def _date(decided: Decided, language: str) -> str:
    """Return the day of the decision."""
    return long_date(decided.decided_on, language)
