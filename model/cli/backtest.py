"""``backtest``: what the model would have forecast from an earlier month, for people and machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from model.cli import forecasts
from model.cli.context import (
    GOOD,
    CommandContext,
    WrongUse,
    json_number,
    json_numbers,
    row,
)
from model.domain import MODEL_VERSION
from model.goals.benchmark import period_label
from model.language.catalogue import number, percent, short_date, text
from model.monthly.series import Impossible, month_from_text
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import UnknownMunicipality
from model.validation import backtest_municipal, backtest_national
from model.validation.backtest_municipal import MunicipalBacktest, backtest_municipalities
from model.validation.backtest_national import (
    ForecastError,
    HorizonErrors,
    NationalBacktest,
    national_summary,
)
from model.validation.country_engine import ECONOMIES
from model.validation.minutes_of_2020 import MinutesCheck, minutes_of_2020
from model.validation.resting_engine import GROUPS

_NAME: Final = 34
_COLUMN: Final = 17
_PER_HUNDRED: Final = 100.0


def table_row(name: str, cells: Sequence[str]) -> str:
    """Return a line of a table in the widths of these commands."""
    return row(name, cells, name_width=_NAME, column_width=_COLUMN)


def percent_text(value: float, language: str) -> str:
    """Format a number of per cent with one decimal."""
    return percent(value / _PER_HUNDRED, language, 1)


# --- backtest ------------------------------------------------------------------------------------


def backtest_command(context: CommandContext) -> int:
    """Hold forecasts against what happened: those of the months, and the model's of 2020 or of one start."""
    start, municipality = context.options.start, context.options.municipality
    data: dict[str, Any] = {}
    if context.options.freeze:
        written = forecasts.frozen_line(context)
        context.print(*([] if context.json else [written]))
        if context.json:
            context.emit_json({"model_version": MODEL_VERSION, "frozen": written})
        return GOOD
    if context.options.all:
        which = forecasts.all_or_wrong_use(context)
        if context.json:
            found = forecasts.json_forecasts(which)
            context.emit_json({"model_version": MODEL_VERSION, "forecasts": found})
        else:
            context.print(*forecasts.lines(which, context.language))
        return GOOD
    if start:
        data["national_start"] = _national_start(context, start)
    if municipality:
        data["municipality"] = _one_municipality(context, municipality)
    if not start and not municipality:
        data = _everything(context)
    if context.json:
        context.emit_json({"model_version": MODEL_VERSION, **data})
    return GOOD


def _national_start(context: CommandContext, start: str) -> dict[str, Any]:
    """Run one start of the national months under both economies, print it, and return it as JSON data."""
    try:
        month = month_from_text(start)
        runs = {
            economy: backtest_national.backtest_national(month, economy=economy)
            for economy in backtest_national.ECONOMIES
        }
    except Impossible as error:
        raise WrongUse(error.text(context.language)) from None
    if not context.json:
        context.print(*_start_text(runs, context.language))
    return {economy: json_national(run) for economy, run in runs.items()}


def json_national(run: NationalBacktest) -> dict[str, Any]:
    """Return one start as JSON data."""
    return {
        "start": str(run.start),
        "economy": run.economy,
        "months": [str(month) for month in run.months],
        **{
            name: json_numbers(getattr(run, name))
            for name in ("actual", "model", "naive_last", "naive_year", "index")
        },
        "exit_weekly": json_number(run.fit.weekly_exits["all"]),
        "errors": {name: _json_error(error) for name, error in run.errors.items()},
    }


def _json_error(error: ForecastError) -> dict[str, Any]:
    """Return a mean error as JSON data."""
    return {
        "n": error.n,
        "mean_absolute": json_number(error.absolute),
        "mean_absolute_pct": json_number(error.pct),
        "weighted_pct": json_number(error.weighted_pct),
    }


def _start_text(runs: dict[Any, NationalBacktest], language: str) -> Iterable[str]:
    """Yield one start for a person: month by month, then the mean errors."""
    given, unchanged = runs["given"], runs["unchanged"]
    yield text(
        "backtest.start.heading",
        language,
        month=short_date(unchanged.start.astype("datetime64[D]"), language),
    )
    yield ""
    names = ("actual", "given", "unchanged", "naive_last", "naive_year")
    yield table_row(
        text("backtest.column.month", language), [text(f"backtest.method.{n}", language) for n in names]
    )
    for i, month in enumerate(unchanged.months):
        values = (
            unchanged.actual[i],
            given.model[i],
            unchanged.model[i],
            unchanged.naive_last[i],
            unchanged.naive_year[i],
        )
        yield table_row(
            short_date(month.astype("datetime64[D]"), language), [number(float(v), language) for v in values]
        )
    errors = [
        given.errors["model"],
        unchanged.errors["model"],
        unchanged.errors["naive_last"],
        unchanged.errors["naive_year"],
    ]
    yield table_row(
        text("backtest.column.error", language), ["", *(percent_text(e.pct, language) for e in errors)]
    )
    yield ""
    yield text("backtest.given_national", language)
    yield text("backtest.unchanged_national", language)
    for note in unchanged.fit.notes:
        yield note.message.text(language)


def _one_municipality(context: CommandContext, given: str) -> dict[str, Any]:
    """Run the back-test of one municipality, print it, and return it as JSON data."""
    try:
        name = load_municipality(given).name
    except UnknownMunicipality as error:
        raise WrongUse(error.text(context.language)) from None
    context.progress("preparing")
    backtest = backtest_municipalities(names=[name])
    if not context.json:
        context.print(*_municipality_text(backtest, context.language))
    return json_municipal(backtest)


def json_municipal(backtest: MunicipalBacktest) -> dict[str, Any]:
    """Return a back-test of municipalities as JSON data."""
    return {
        "start": backtest.start,
        "targets": list(backtest.targets),
        "groups": list(GROUPS),
        "index": {
            name: [json_numbers(v) if getattr(v, "ndim", 0) else json_number(float(v)) for v in values]
            for name, values in backtest.index.items()
        },
        "municipalities": [
            {
                "name": name,
                "actual": [json_numbers(backtest.actual[h, m]) for h in range(len(backtest.targets))],
                "forecasts": {
                    method: [json_numbers(values[h, m]) for h in range(len(backtest.targets))]
                    for method, values in backtest.forecasts.items()
                },
            }
            for m, name in enumerate(backtest.names)
        ],
        "errors": [
            {
                "target": target,
                "group": group,
                "methods": {name: _json_error(error) for name, error in by_method.items()},
            }
            for (target, group), by_method in backtest.errors.items()
        ],
    }


def _municipality_text(backtest: MunicipalBacktest, language: str) -> Iterable[str]:
    """Yield one municipality's forecasts beside what happened, and what was given to the model."""
    yield text("backtest.one.heading", language, name=backtest.names[0])
    yield ""
    yield table_row(
        "", [text(f"backtest.method.{n}", language) for n in ("actual", *backtest_municipal.METHODS)]
    )
    for h, target in enumerate(backtest.targets):
        yield _year(target, language)
        for g, group in enumerate(GROUPS):
            values = [
                backtest.actual[h, 0, g],
                *(backtest.forecasts[m][h, 0, g] for m in backtest_municipal.METHODS),
            ]
            yield table_row(
                "  " + text(f"goals.benchmark.{group}", language),
                [number(float(v), language) for v in values],
            )
    yield ""
    yield from (note.text(language) for note in backtest_municipal.column_notes())


def _year(period: str, language: str) -> str:
    """Name a period of the benchmark."""
    return period_label(period, language)


def _everything(context: CommandContext) -> dict[str, Any]:
    """Run every back-test, print the tables as they are ready, and return all as JSON data."""
    if not context.json:
        context.print(*forecasts.summary_lines(context.language), "")
    context.progress("preparing")
    summary = national_summary()
    language = context.language
    if not context.json:
        context.print(text("backtest.heading", language), "", *_summary_text(summary, language), "")
    backtest = backtest_municipalities(
        progress=lambda i, n: context.progress("running", i=i, n=n, name=text("backtest.running", language))
    )
    checks = [minutes_of_2020("fitted"), minutes_of_2020("shipped")]
    if not context.json:
        context.print(*_municipalities_text(backtest, language), "", *_minutes_text(checks, language))
    return {
        "forecasts": forecasts.json_forecasts(()),
        "national": [
            {
                "period": r.period,
                "horizon_months": r.horizon,
                "methods": {name: _json_error(error) for name, error in r.by_method.items()},
                "given_beats_naive": r.better("given"),
                "unchanged_beats_naive": r.better("unchanged"),
            }
            for r in summary
        ],
        "municipalities": json_municipal(backtest),
        "minutes_2020": [
            {
                "rates": c.rates,
                "weekly_exit": json_number(c.weekly_exit),
                "inflow": json_number(c.inflow),
                "reported_inflow": c.reported_inflow,
                "outflow": json_number(c.outflow),
                "reported_outflow": c.reported_outflow,
                "end_stock": json_number(c.end),
                "reported_end_stock": c.reported_end,
            }
            for c in checks
        ],
    }


def _summary_text(summary: Sequence[HorizonErrors], language: str) -> Iterable[str]:
    """Yield the mean errors of the national months by distance and period, and a summary."""
    yield text("backtest.national.heading", language)
    yield table_row(
        text("backtest.column.horizon", language),
        [
            text("backtest.column.n", language),
            *(text(f"backtest.method.{m}", language) for m in backtest_national.METHODS),
        ],
    )
    period = ""
    for r in summary:
        if r.period != period:
            period = r.period
            yield text(f"backtest.period.{period}", language)
        cells = [percent_text(r.by_method[m].pct, language) for m in backtest_national.METHODS]
        yield table_row(
            f"  {r.horizon}", [number(r.by_method[backtest_national.METHODS[0]].n, language), *cells]
        )
    yield ""
    yield from (line.text(language) for line in backtest_national.national_sentences(summary))


def _municipalities_text(backtest: MunicipalBacktest, language: str) -> Iterable[str]:
    """Yield the mean errors of all municipalities by year and group, and a summary."""
    yield text("backtest.municipal.heading", language, year=_year(backtest.start, language).lower())
    yield table_row("", [text(f"backtest.method.{m}", language) for m in backtest_municipal.METHODS])
    for target in backtest.targets:
        yield _year(target, language)
        for group in GROUPS:
            by_method = backtest.errors[target, group]
            cells = [
                text(
                    "backtest.municipal.cell",
                    language,
                    persons=number(by_method[m].absolute, language),
                    pct=percent_text(by_method[m].pct, language),
                )
                if m in by_method
                else ""
                for m in backtest_municipal.METHODS
            ]
            yield table_row("  " + text(f"goals.benchmark.{group}", language), cells)
            shares = [
                percent(backtest.better_share(m, "naive_last", target, group), language) for m in ECONOMIES
            ]
            yield table_row("    " + text("backtest.municipal.nearer", language), shares)
    yield ""
    yield from (note.text(language) for note in backtest_municipal.column_notes())
    yield from (line.text(language) for line in backtest.sentences())


def _minutes_text(checks: Sequence[MinutesCheck], language: str) -> Iterable[str]:
    """Yield the year 2020 of the Brøndby minutes beside two runs of the model."""
    yield text("backtest.minutes.heading", language)
    columns = ("weekly_exit", "inflow", "outflow", "end")
    yield table_row("", [text(f"backtest.minutes.{c}", language) for c in columns])
    one = checks[0]
    reported = (one.reported_inflow, one.reported_outflow, one.reported_end)
    yield table_row(
        text("backtest.minutes.reported", language), ["", *(number(v, language) for v in reported)]
    )
    for check in checks:
        cells = [number(v, language) for v in (check.inflow, check.outflow, check.end)]
        yield table_row(
            text(f"backtest.minutes.{check.rates}", language),
            [percent(check.weekly_exit, language, 1), *cells],
        )
        gaps = (
            check.inflow - check.reported_inflow,
            check.outflow - check.reported_outflow,
            check.end - check.reported_end,
        )
        yield table_row(
            "  " + text("backtest.minutes.gap", language),
            ["", *(number(g, language, signed=True) for g in gaps)],
        )
    yield text("backtest.minutes.words", language)
