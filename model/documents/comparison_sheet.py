"""The comparison on one page of paper as a tagged PDF: verdict, both pictures, goals and money with their ranges."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from model.budget.amounts import MILLION
from model.documents.comparison import Compared
from model.documents.comparison_charts import goals_chart, money_chart
from model.documents.palette import LIGHT
from model.documents.paper import charts_html, escaped, one_page, table_html, whole_page
from model.documents.pictures import Picture, on_paper, origin_lines
from model.language.catalogue import long_date, number
from model.scenario.scenario import municipality_of

_WIDTH: Final = 430
_MONEY_HEIGHT: Final = 230.0


def comparison_sheet(compared: Compared, *, made_on: datetime.date | None = None) -> bytes:
    """Return the page as the bytes of a PDF/UA file."""
    pictures = _pictures(compared)
    return one_page(lambda scale: _page(compared, pictures, made_on, scale))


def _pictures(compared: Compared) -> tuple[Picture, ...]:
    """Return goals and money; their figures stand in the tables."""
    drawn = (
        ("goals", goals_chart(compared, LIGHT, legend=True)),
        ("money", money_chart(compared, LIGHT, _MONEY_HEIGHT, legend=True)),
    )
    return tuple(
        Picture(compared.text(f"{key}.name"), compared.text(f"{key}.name"), on_paper(spec, table, _WIDTH))
        for key, (table, spec) in drawn
    )


def _page(
    compared: Compared, pictures: Sequence[Picture], made_on: datetime.date | None, scale: float
) -> str:
    """Return the page as HTML."""
    first = compared.sides[0].scenario
    municipality = municipality_of(first)
    town, *origin = origin_lines(municipality, [side.scenario for side in compared.sides], compared.language)
    made = (
        [] if made_on is None else [compared.text("sheet.made", date=long_date(made_on, compared.language))]
    )
    amounts = [
        compared.text("budget.sentence", name=side.name, amount=amount.clause().text(compared.language))
        for side, amount in zip(compared.sides, compared.totals, strict=True)
        if side.scenario.changes
    ]
    parts = (
        f"<h1>{escaped(compared.text('book.title'))}</h1>",
        f'<p class="quiet">{escaped(" ".join([town + ".", *made]))}</p>',
        f'<p class="lead">{escaped(" ".join(compared.verdict))}</p>',
        charts_html(pictures),
        f"<h2>{escaped(compared.text('sheet.goals'))}</h2>" + _goals(compared),
        f"<h2>{escaped(compared.text('sheet.money'))}</h2>" + _money(compared),
        "".join(f"<p>{escaped(words)}</p>" for words in amounts),
        f'<footer class="quiet"><p>{escaped(" ".join(origin))}</p></footer>',
    )
    head = (("description", " ".join(compared.verdict)),)
    return whole_page(head, compared.text("book.title"), parts, compared.language, scale)


def _goals(compared: Compared) -> str:
    """Return the table of goals: a column per scenario, its value over its range."""
    language = compared.language
    heads = [compared.text("goal"), *(side.name for side in compared.sides), compared.text("target")]
    rows = []
    for goal in compared.goals():
        row = [goal.title(language)]
        for place, indicator in enumerate(goal.indicators):
            shown, ends = (
                indicator.shown(indicator.value_scenario, language),
                goal.ends_shown(place, language),
            )
            row.append(compared.text("cell", value=shown, change=ends) if ends and ends != shown else shown)
        rows.append([*row, goal.first.shown_target(language)])
    return table_html(heads, rows, 0)


def _money(compared: Compared) -> str:
    """Return the table of net differences: a row per scenario, a column per year and one for the sum."""
    heads = [
        compared.text("book.scenario"), *map(str, compared.years), compared.text("budget.total"),
    ]  # fmt: skip
    rows = []
    for place, side in enumerate(compared.sides):
        if side.scenario.changes:
            amounts = (*compared.year_amounts[place], compared.totals[place])
            cells = [
                compared.text(
                    "cell",
                    value=number(amount.central / MILLION, compared.language, amount.decimals, signed=True),
                    change=amount.signed_ends(compared.language),
                )
                for amount in amounts
            ]
            rows.append([side.name, *cells])
    return table_html(heads, rows, len(heads) - 1)
