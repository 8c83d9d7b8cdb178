"""Say a follow-up in words: the same on the page, in the document and in the command."""

from __future__ import annotations

from model.followup.decided import Decided
from model.followup.outcome import PARTS, Followed, LaidMonth, Split, when_told
from model.language.catalogue import long_date, month_name, number, short_date, text
from model.municipality.history import GROUPS_OF
from model.municipality.municipality_list import find_municipality

_YEAR = 12


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
    return text("followup.range", language, low=low, high=high)


def sentences(one: Followed, language: str) -> tuple[str, ...]:
    """Return how a series stands: what came against what was expected, or from when figures are awaited."""
    latest = one.latest
    if latest is None:
        awaited = month_in_words(one.awaited, language)
        return (text("followup.none_yet", language, month=awaited), *_expected(one, language))
    place = latest.place(one.decimals)
    lines = [
        text(
            "followup.came",
            language,
            month=month_in_words(latest.month, language),
            value=_come(one, latest, language),
            place=text(f"followup.place.{place}", language),
        ),
        text(
            "followup.was_expected",
            language,
            expected=value_text(one, latest.expected, language),
            range=range_text(one, latest, language),
        ),
    ]
    if len(one.come) > 1:
        lines.append(text("followup.inside", language, n=one.inside, of=len(one.come)))
    return tuple(lines)


def _come(one: Followed, month: LaidMonth, language: str) -> str:
    """Return what came in a month, with whose figure it is where it is not the published one."""
    shown = value_text(one, month.value or 0.0, language)
    return text("followup.own", language, value=shown) if month.source == "own" else shown


def _expected(one: Followed, language: str) -> tuple[str, ...]:
    """Return what is expected a year into the path, with and without the decision."""
    ahead = one.months[min(_YEAR, len(one.months)) - 1]
    expected, without = (value_text(one, value, language) for value in (ahead.expected, ahead.without))
    key = "followup.expects_same" if expected == without else "followup.expects"
    return (
        text(
            key,
            language,
            month=month_in_words(ahead.month, language),
            expected=expected,
            range=range_text(one, ahead, language),
            without=without,
        ),
    )


def split_rows(one: Split, language: str) -> tuple[tuple[str, str, str], ...]:
    """Return the parts of a difference as rows: name, persons, and what it is or why it is not known."""
    shown = one.shown
    rows = []
    for part in PARTS:
        value = shown[part]
        known = "unknown" if value is None else "known"
        if part == "rest" and one.unknown:
            known = "with_unknown"
        rows.append(
            (
                text(f"followup.part.{part}", language),
                text("followup.unknown", language) if value is None else number(value, language, signed=True),
                text(f"followup.part.{part}.{known}", language, n=one.others),
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
