"""Compute the tables of the page Follow-up."""

from __future__ import annotations

from model.files.csv_tables import Row
from model.followup.decided_files import Kept
from model.followup.outcome import Followed, LaidMonth, Split
from model.followup.words import month_text, split_rows, wide_text
from model.language.catalogue import number, short_date
from model.municipality.municipality_list import find_municipality
from pages.session.session import Session


def page_text(session: Session, key: str, **values: object) -> str:
    """Return a text of the page."""
    return session.text(f"page_followup.{key}", **values)


def label_of(session: Session, kept: Kept) -> str:
    """Return what a decision is called in a list: with its municipality where that is not the one on screen."""
    scenario = kept.decided.scenario
    facts = [short_date(kept.decided.decided_on, session.language)]
    if scenario.municipality != session.municipality.id:
        facts.insert(0, find_municipality(scenario.municipality).name)
    return f"{scenario.name} ({', '.join(facts)})"


def month_rows(session: Session, one: Followed) -> list[Row]:
    """List the months of a path with what came."""
    language = session.language

    def figure(value: float) -> str:
        """Return a value of the series."""
        return number(value, language, one.decimals)

    def came(month: LaidMonth) -> str:
        """Return what came in a month, "" where nothing has."""
        if month.hidden:
            return page_text(session, "table.hidden")
        if month.value is None:
            return ""
        shown = figure(month.value)
        return page_text(session, "table.own", value=shown) if month.source == "own" else shown

    wide = ("wide",) if one.has_wide_band else ()
    names = ("month", "expected", "range", *wide, "without", "came")
    heads = [page_text(session, f"table.{name}") for name in names]
    rows: list[Row] = []
    for month in one.months:
        ends = f"{figure(month.low)}\N{EN DASH}{figure(month.high)}"
        cells = (
            month_text(month.month, language),
            figure(month.expected),
            ends,
            *([wide_text(one, month, language) or ""] if wide else []),
            figure(month.without),
            came(month),
        )
        rows.append(dict(zip(heads, cells, strict=True)))
    return rows


def split_table(session: Session, parts: Split) -> list[Row]:
    """List the parts of a difference."""
    heads = [session.text(f"followup.split.{name}") for name in ("part", "persons", "what")]
    return [dict(zip(heads, row, strict=True)) for row in split_rows(parts, session.language)]


def follow_rows(session: Session, kept: Kept) -> list[Row]:
    """List who follows what and when."""
    names = ("who", "figure", "when")
    return [
        {session.text(f"followup.follow.{name}"): getattr(one, name) or "\N{EN DASH}" for name in names}
        for one in kept.decided.follow_ups
    ]
