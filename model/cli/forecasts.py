"""Print forecasts of the 98 municipalities held against what happened, for people and machines (``backtest --all``)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from model.cli.context import CommandContext, WrongUse, json_number, row, suppressed_mark
from model.disclosure import is_small
from model.files.problems import system_reason
from model.forecast.measured import (
    TOLD,
    ErrorRow,
    ahead_text,
    all_shown,
    beaten,
    caveats,
    coverage_rows,
    each_cells,
    error_rows,
    error_text,
    halves_told,
    method_name,
    own_rows,
    told,
    told_of_all,
    which_is_shown,
)
from model.forecast.predictive import COVERAGES
from model.forecast.promise import PROMISED_FROM, Kept, freeze, kept, promise_words
from model.forecast.simple import SIMPLE
from model.forecast.tried import HORIZONS, METHODS, OURS, Tried, tried, tried_country
from model.language.catalogue import number, percent, short_date, text
from model.municipality.figures import monthly
from model.municipality.history import BENEFITS, SERIES, Benefit
from model.municipality.municipality_list import UnknownMunicipality, find_municipality, municipalities
from model.validation.rates_98 import alphabetical

# Widths of a table of methods, which have long names, and of one of months ahead, whose rows have.
_METHODS: Final = (16, 20)
_MONTHS: Final = (52, 14)
_HUNDRED: Final = 100.0


def summary_lines(language: str) -> Iterable[str]:
    """Yield the summary that stands before all else: how far off, by benefit, and what to know of it."""
    for benefit in BENEFITS:
        yield _benefit(benefit, language) + ". " + told_of_all(benefit).text(language)
    yield text("forecast.caveat.chosen", language)


def frozen_line(context: CommandContext) -> str:
    """Write the forecast from the last published month into its file. Raises WrongUse where one stands already."""
    try:
        # The day is that of whoever promises; nothing is computed from it.
        path = freeze(datetime.datetime.now().astimezone().date())
    except FileExistsError as error:
        raise WrongUse(text("forecast.frozen.before", context.language, file=error.args[0].name)) from None
    except OSError as error:
        raise WrongUse(context.text("error.system", why=system_reason(error, context.language))) from None
    return text("forecast.frozen", context.language, file=path.name)


def chosen(given: str) -> tuple[str, ...]:
    """Return the ids of the municipalities that are listed: the one that was named, or all.

    Raises UnknownMunicipality.
    """
    if given:
        return (find_municipality(given).id,)
    return tuple(info.id for info in sorted(municipalities(), key=lambda info: alphabetical(info.name)))


def lines(which: Sequence[str], language: str) -> Iterable[str]:
    """Yield all of it for a person: both benefits, bands, the country, each municipality, the months since."""
    yield from summary_lines(language)
    for benefit in BENEFITS:
        yield ""
        yield from _benefit_lines(benefit, which, language)
    yield ""
    yield from (caveat.text(language) for caveat in caveats())


def _benefit(benefit: Benefit, language: str) -> str:
    """Name a benefit."""
    return text(f"forecast.benefit.{benefit}", language)


def _row(name: str, cells: Sequence[str], widths: tuple[int, int] = _MONTHS) -> str:
    """Return one line of a table."""
    return row(name, cells, name_width=widths[0], column_width=widths[1])


def _benefit_lines(benefit: Benefit, which: Sequence[str], language: str) -> Iterable[str]:
    """Yield one benefit."""
    runs, country = tried(benefit), tried_country(benefit)
    yield text(
        "forecast.heading",
        language,
        benefit=_benefit(benefit, language),
        n=len(runs.ids),
        starts=len(runs.starts),
        first=short_date(runs.starts[0].astype("datetime64[D]"), language),
        last=short_date(runs.starts[-1].astype("datetime64[D]"), language),
    )
    yield ""
    yield text("forecast.errors", language)
    yield from _error_lines(runs, language)
    yield which_is_shown(benefit).text(language)
    yield ""
    yield text("forecast.coverage", language)
    yield _row(text("forecast.column.ahead", language), [str(h) for h in HORIZONS])
    for band in coverage_rows(benefit):
        promised = percent(band.coverage, language)
        for key in ("same", "earlier", "later"):
            cells = [percent(share, language) for share in getattr(band, key)]
            yield _row("  " + text(f"forecast.coverage.{key}", language, coverage=promised), cells)
    yield halves_told(benefit).text(language)
    yield ""
    first = short_date(country.starts[0].astype("datetime64[D]"), language)
    yield text("forecast.country", language, first=first)
    yield from _error_lines(country, language)
    yield ""
    yield text("forecast.each", language)
    yield _row(text("forecast.column.ahead", language), [str(h) for h in HORIZONS])
    names = {info.id: info.name for info in municipalities()}
    for municipality in which:
        rows = own_rows(benefit, municipality)
        yield _row("  " + names[municipality], _each_cells(rows, language))
        if len(which) == 1 and rows is not None:
            yield next(told(r, names[municipality]).text(language) for r in rows if r.months_ahead == TOLD)
            worse = beaten(rows, names[municipality])
            yield from [worse.text(language)] if worse else []
    yield ""
    yield from _after_lines(kept(benefit), which, names, language)


def _each_cells(rows: tuple[ErrorRow, ...] | None, language: str) -> list[str]:
    """Return the cells of one municipality, by horizon."""
    if rows is None:
        return [text("forecast.each.hidden", language)] * len(HORIZONS)
    return each_cells(rows, language)


def _error_lines(runs: Tried, language: str) -> Iterable[str]:
    """Yield the errors by months ahead and method; a country has no others, and nothing of it is shown elsewhere."""
    many = len(runs.ids) > 1
    methods = [name for name in METHODS if many or name != "others"]
    more = [text("forecast.column.shown", language)] if many else []
    heads = [method_name(name, language) for name in methods]
    yield _row(text("forecast.column.ahead", language), [*heads, *more], _METHODS)
    for r in error_rows(runs):
        cells = [
            text(
                "forecast.cell",
                language,
                persons=error_text(r.persons[name], language),
                pct=percent(r.per_cent[name] / _HUNDRED, language, 1),
            )
            for name in methods
        ]
        shown = [method_name(runs.shown(r.months_ahead), language)] if many else []
        yield _row(f"  {r.months_ahead}", [*cells, *shown], _METHODS)


def _after_lines(found: Kept, which: Sequence[str], names: Mapping[str, str], language: str) -> Iterable[str]:
    """Yield the months after January 2026 beside what was promised, and one municipality's own where one is named."""
    words = promise_words(found)
    yield words[0].text(language)
    yield from ("  " + sentence.text(language) for sentence in words[1:])
    if not len(found.actual):
        return
    heads = [method_name(name, language) for name in METHODS]
    yield _row(text("forecast.column.ahead", language), heads, _METHODS)
    for k in range(len(found.actual)):
        yield _row(
            f"  {ahead_text(k + 1, language)}",
            [error_text(float(found.absolute(name)[k]), language) for name in METHODS],
            _METHODS,
        )
    if len(which) > 1:
        return
    i = found.promise.ids.index(which[0])
    yield _row(
        names[which[0]], [text(f"forecast.after.{c}", language) for c in ("promised", "band", "actual")]
    )
    low, high = found.promise.bands[COVERAGES[1]]
    for k, month in enumerate(found.months):
        ends = f"{number(low[k, i], language)}\N{EN DASH}{number(high[k, i], language)}"
        cells = [number(float(found.promise.forecasts[OURS][k, i]), language), ends]
        yield _row(
            "  " + short_date(month.astype("datetime64[D]"), language),
            [*cells, number(float(found.actual[k, i]), language)],
        )


# --- for a machine ---------------------------------------------------------------------------------


def json_forecasts(which: Sequence[str]) -> dict[str, Any]:
    """Return all of it as JSON data, by benefit; ``which``: ids of the municipalities that are listed."""
    return {benefit: _json_benefit(benefit, which) for benefit in BENEFITS}


def _json_benefit(benefit: Benefit, which: Sequence[str]) -> dict[str, Any]:
    """Return one benefit as JSON data."""
    runs, country = tried(benefit), tried_country(benefit)
    return {
        "starts": [str(start) for start in runs.starts],
        "errors": _json_errors(error_rows(runs), runs),
        "coverage": [
            {
                "promised": band.coverage,
                "months_ahead": list(HORIZONS),
                **{
                    name: [json_number(share) for share in getattr(band, key)]
                    for key, name in (
                        ("same", "same_starts"),
                        ("earlier", "measured_later_tried_earlier"),
                        ("later", "measured_earlier_tried_later"),
                    )
                },
            }
            for band in coverage_rows(benefit)
        ],
        "country": {"first_start": str(country.starts[0]), "errors": _json_errors(error_rows(country))},
        "municipalities": [_json_municipality(benefit, municipality) for municipality in which],
        "after": _json_after(kept(benefit), which),
    }


def _json_errors(rows: Sequence[ErrorRow], runs: Tried | None = None) -> list[dict[str, Any]]:
    """Return errors by months ahead as JSON data."""
    return [
        {
            "months_ahead": r.months_ahead,
            "persons": {name: json_number(r.persons[name]) for name in METHODS},
            "per_cent": {name: json_number(r.per_cent[name]) for name in METHODS},
            "best_simple": r.best_simple,
            **({"shown": runs.shown(r.months_ahead)} if runs is not None else {}),
        }
        for r in rows
    ]


def _json_municipality(benefit: Benefit, municipality: str) -> dict[str, Any]:
    """Return one municipality's errors as JSON data, null where they would tell a hidden month."""
    rows = own_rows(benefit, municipality)
    errors = None if rows is None else _json_errors(rows)
    return {"municipality": municipality, "errors": errors, **suppressed_mark(rows is None)}


def _json_after(found: Kept, which: Sequence[str]) -> dict[str, Any]:
    """Return the months after the promise as JSON data."""
    absolute = {name: found.absolute(name) for name in METHODS} if len(found.actual) else {}
    covered = {c: found.covered(c) for c in COVERAGES} if len(found.actual) else {}
    hidden = [i for i in which if not all_shown(monthly(*SERIES[found.promise.benefit])[i])]
    return {
        "from": PROMISED_FROM,
        "months": [
            {
                "month": str(month),
                "persons": {name: json_number(float(values[k])) for name, values in absolute.items()},
                "best_simple": min(SIMPLE, key=lambda name: float(absolute[name][k])),
                "covered": {str(c): json_number(float(shares[k])) for c, shares in covered.items()},
            }
            for k, month in enumerate(found.months)
        ],
        "municipalities": [
            {
                "municipality": i,
                "promised": [
                    None if is_small(float(v)) else json_number(float(v))
                    for v in found.promise.forecasts[OURS][:, found.promise.ids.index(i)]
                ],
                "actual": [json_number(float(v)) for v in found.actual[:, found.promise.ids.index(i)]],
            }
            for i in which
            if i not in hidden
        ],
    }


def all_or_wrong_use(context: CommandContext) -> tuple[str, ...]:
    """Return the municipalities that the options name. Raises WrongUse."""
    try:
        return chosen(context.options.municipality)
    except UnknownMunicipality as error:
        raise WrongUse(error.text(context.language)) from None
