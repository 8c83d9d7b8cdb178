"""``calibrate``: fit the model to a monthly series, or show a municipality's baseline at rest."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from model.cli.backtest import percent_text, table_row
from model.cli.chosen_municipality import chosen_municipality
from model.cli.context import (
    GOOD,
    CommandContext,
    existing,
    json_number,
    suppressed_mark,
    suppressed_note,
)
from model.domain import MODEL_VERSION
from model.files.problems import single_problem
from model.imports.limited_process import read_series_limited
from model.language.catalogue import group_name, month_name, number, percent, short_date, text
from model.monthly.disclosure import ShownFit, as_plain
from model.monthly.fit import fit_monthly
from model.monthly.series import Impossible, file_bytes, national_dagpenge
from model.municipality.municipality import Municipality
from model.validation.published_benchmark import published_course
from model.validation.steady_state import BaselineCheck, baseline_check

NATIONAL_NAMES: Final = ("hele-landet", "hele landet", "national")
_PER_HUNDRED: Final = 100.0
_RATE_DECIMALS: Final = 2


def calibrate_command(context: CommandContext) -> int:
    """Fit a monthly series (file or the whole country), or show a municipality's baseline at rest."""
    given = context.options.series
    if given.strip().lower() in NATIONAL_NAMES or Path(given).suffix or Path(given).exists():
        _fit(context, given)
    else:
        _baseline(context, given)
    return GOOD


def _fit(context: CommandContext, given: str) -> None:
    """Fit a series and answer with it. Raises FileProblem where the series cannot be fitted."""
    try:
        if given.strip().lower() in NATIONAL_NAMES:
            series = national_dagpenge()
        else:
            path = existing(given, context)
            series = read_series_limited(file_bytes(path), path.stem)
        shown = ShownFit(fit_monthly(series))
    except Impossible as error:
        raise single_problem(error.da, error.en, name=given, line=error.line) from None
    if context.json:
        context.emit_json(
            {
                "model_version": MODEL_VERSION,
                "fit": _rounded(as_plain(shown)),
                "notes": [note.message.text(context.language) for note in shown.notes],
            }
        )
    else:
        context.print(*fit_text(shown, context.language))


def _rounded(value: Any) -> Any:
    """Round every number in JSON data."""
    if isinstance(value, dict):
        return {key: _rounded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return json_number(value) if isinstance(value, float) else value


def fit_text(shown: ShownFit, language: str) -> Iterable[str]:
    """Yield a fit for a person: rates, season, errors, residuals month by month, notes."""
    fit, series = shown.fit, shown.fit.series
    not_shown = text("disclosure.not_shown", language)
    first, last = (
        short_date(m.astype("datetime64[D]"), language) for m in (series.months[0], series.months[-1])
    )
    yield text(
        "backtest.fit.heading",
        language,
        name=series.name,
        first=first,
        last=last,
        months=number(len(series), language),
    )
    yield ""
    for name, rate in fit.weekly_exits.items():
        yield table_row(
            text(f"backtest.fit.exit.{name}", language), [percent(rate, language, _RATE_DECIMALS)]
        )
    level = not_shown if shown.level is None else number(shown.level, language)
    yield table_row(text("backtest.fit.level", language), [level])
    yield table_row(text("backtest.fit.trend", language), [percent(fit.trend, language, 1, signed=True)])
    yield ""
    yield text("backtest.fit.season", language)
    for i, value in enumerate(fit.season):
        yield table_row("  " + month_name(i + 1, language), [number(float(value * _PER_HUNDRED), language)])
    yield ""
    yield text("backtest.fit.errors", language)
    if shown.error is None:
        yield "  " + not_shown
    for name, error in (shown.error or {}).items():
        yield table_row(
            "  " + text(f"backtest.fit.{name}", language, months=number(error.months, language)),
            [number(error.mean_absolute, language, 1), percent_text(error.mean_absolute_pct, language)],
        )
    yield ""
    yield from _fit_months(shown, language)
    yield ""
    if fit.shock.any():
        yield text("backtest.fit.mark", language)
    for note in shown.notes:
        yield note.message.text(language)
    if shown.any_suppressed:
        yield suppressed_note(language)


def _fit_months(shown: ShownFit, language: str) -> Iterable[str]:
    """Yield the table of the series, the fit and the residual month by month."""
    not_shown = text("disclosure.not_shown", language)

    def known(value: float, *, signed: bool = False) -> str:
        """Format a number; one that may not be shown is suppressed."""
        return number(float(value), language, signed=signed) if math.isfinite(value) else not_shown

    columns = ["stock", "fitted", "residual", "index"]
    if shown.exit_index is not None:
        columns.append("exit_index")
    yield table_row(
        text("backtest.column.month", language), [text(f"backtest.fit.{c}", language) for c in columns]
    )
    for i, month in enumerate(shown.fit.months):
        cells = [
            known(shown.stock[i]),
            known(shown.fitted[i]),
            known(shown.residuals[i], signed=True),
            known(shown.index[i] * _PER_HUNDRED),
        ]
        if shown.exit_index is not None:
            cells.append(known(shown.exit_index[i] * _PER_HUNDRED))
        mark = " *" if shown.fit.shock[i] else ""
        yield table_row(short_date(month.astype("datetime64[D]"), language) + mark, cells)


def _baseline(context: CommandContext, given: str) -> None:
    """Check a municipality's baseline and answer with it. Raises WrongUse."""
    municipality = chosen_municipality(context, name=given)
    context.progress("preparing")
    check = baseline_check(municipality)
    if context.json:
        context.emit_json(_json_baseline(check))
    else:
        context.print(*_baseline_text(municipality, check, context.language))


def _json_baseline(check: BaselineCheck) -> dict[str, Any]:
    """Return the check of a baseline as JSON data."""
    return {
        "model_version": MODEL_VERSION,
        "municipality": check.municipality,
        "groups": [
            {
                "group": g.group,
                "quality": g.quality,
                "source": g.source,
                **{
                    name: None if g.group in check.suppressed else json_number(getattr(g, name))
                    for name in ("stock", "inflow", "exit_share", "job_share", "over_52_share", "drift")
                },
                **suppressed_mark(g.group in check.suppressed),
            }
            for g in check.groups
        ],
        "qualities": dict(check.qualities),
        "scalings": [
            {"group": s.group, "origin": s.origin, "factor": json_number(s.factor)} for s in check.scalings
        ],
        "rounds": check.rounds,
    }


def _baseline_text(municipality: Municipality, check: BaselineCheck, language: str) -> Iterable[str]:
    """Yield the check of a baseline for a person: groups, scalings, published figures, qualities."""
    yield text("backtest.baseline.heading", language, name=municipality.name)
    yield ""
    columns = ("stock", "quality", "inflow", "exit_share", "job_share", "over_52", "drift")
    yield table_row("", [text(f"backtest.baseline.{c}", language) for c in columns])
    not_shown = text("disclosure.not_shown", language)
    for g in check.groups:
        if g.group in check.suppressed:
            yield table_row(
                group_name(g.group, language), [not_shown, text(f"domain.quality.{g.quality}", language)]
            )
            continue
        yield table_row(
            group_name(g.group, language),
            [
                number(g.stock, language),
                text(f"domain.quality.{g.quality}", language),
                number(g.inflow, language, 1),
                percent(g.exit_share, language, 1),
                percent(g.job_share, language),
                percent(g.over_52_share, language),
                percent(g.drift, language, 2, signed=True),
            ],
        )
    for s in check.scalings:
        yield text(
            "backtest.baseline.scaling",
            language,
            group=group_name(s.group, language),
            origin=text(f"domain.origin.{s.origin}", language),
            factor=percent(s.factor, language),
        )
    if check.suppressed:
        yield suppressed_note(language)
    yield ""
    yield text("backtest.baseline.published", language)
    for year in published_course(municipality.name):
        yield table_row(
            "  " + year.label(language),
            [
                number(year.row.expected_fte, language),
                number(year.row.actual_fte, language),
                number(year.row.actual_fte - year.row.expected_fte, language, signed=True),
                number(year.row.rank, language),
            ],
        )
    yield ""
    listed = ", ".join(
        f"{text(f'domain.quality.{q}', language)} {number(n, language)}"
        for q, n in check.qualities.items()
        if n
    )
    yield text("backtest.baseline.qualities", language, listed=listed)
    yield text("backtest.baseline.no_series", language)
