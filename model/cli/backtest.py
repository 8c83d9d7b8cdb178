"""``backtest`` and ``calibrate``: what the model would have said, and what it rests on, for people and machines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from model.cli.context import (
    GOOD,
    Session,
    WrongUse,
    existing,
    hidden_mark,
    hidden_note,
    plain,
    plain_value,
    row,
)
from model.domain import MODEL_VERSION
from model.files.problems import one_problem
from model.language.catalogue import group_name, month_name, number, percent, short_date, text
from model.monthly.series import Impossible

if TYPE_CHECKING:
    from model.monthly.disclosure import ShownFit
    from model.municipality.municipality import Municipality
    from model.validation.backtest_municipal import MinutesCheck, MunicipalBacktest
    from model.validation.backtest_national import Error, HorizonErrors, NationalBacktest
    from model.validation.steady_state import BaselineCheck

NATIONAL_WORDS: Final = ("hele-landet", "hele landet", "national")
_NAME: Final = 34
_COLUMN: Final = 17
_PER_HUNDRED: Final = 100.0
_RATE_DECIMALS: Final = 2


def _cells(name: str, cells: Sequence[str]) -> str:
    return row(name, cells, name_width=_NAME, column_width=_COLUMN)


def _pct(value: float, language: str) -> str:
    return percent(value / _PER_HUNDRED, language, 1)


# --- backtest ------------------------------------------------------------------------------------


def backtest_command(session: Session) -> int:
    """The back-test: all of it, or one start of the national months, or one municipality."""
    start, municipality = session.options.start, session.options.municipality
    if start:
        answer: dict[str, Any] = {"national_start": _national_start(session, start)}
    else:
        answer = {}
    if municipality:
        answer["municipality"] = _one_municipality(session, municipality)
    if not start and not municipality:
        answer = _everything(session)
    if session.json:
        session.answer({"model_version": MODEL_VERSION, **answer})
    return GOOD


def _national_start(session: Session, start: str) -> dict[str, Any]:
    from model.monthly.series import month_from_text
    from model.validation.backtest_national import ECONOMIES, backtest_national

    try:
        month = month_from_text(start)
        runs = {economy: backtest_national(month, economy=economy) for economy in ECONOMIES}
    except Impossible as error:
        raise WrongUse(error.text(session.language)) from None
    if not session.json:
        session.say(*_start_text(runs, session.language))
    return {economy: plain_national(run) for economy, run in runs.items()}


def plain_national(run: NationalBacktest) -> dict[str, Any]:
    """One start as plain data."""
    return {
        "start": str(run.start),
        "economy": run.economy,
        "months": [str(month) for month in run.months],
        **{
            name: plain(getattr(run, name))
            for name in ("actual", "model", "naive_last", "naive_year", "index")
        },
        "exit_weekly": plain_value(run.fit.weekly_exits["all"]),
        "errors": {name: _plain_error(error) for name, error in run.errors.items()},
    }


def _plain_error(error: Error) -> dict[str, Any]:
    return {
        "n": error.n,
        "mean_absolute": plain_value(error.absolute),
        "mean_absolute_pct": plain_value(error.pct),
        "weighted_pct": plain_value(error.weighted_pct),
    }


def _start_text(runs: dict[Any, NationalBacktest], language: str) -> Iterable[str]:
    one = runs["unchanged"]
    yield text(
        "backtest.start.heading", language, month=short_date(one.start.astype("datetime64[D]"), language)
    )
    yield ""
    names = ("actual", "given", "unchanged", "naive_last", "naive_year")
    yield _cells(
        text("backtest.column.month", language), [text(f"backtest.method.{n}", language) for n in names]
    )
    for i, month in enumerate(one.months):
        values = (
            one.actual[i],
            runs["given"].model[i],
            one.model[i],
            one.naive_last[i],
            one.naive_year[i],
        )
        yield _cells(
            short_date(month.astype("datetime64[D]"), language), [number(float(v), language) for v in values]
        )
    found = [
        runs["given"].errors["model"],
        one.errors["model"],
        one.errors["naive_last"],
        one.errors["naive_year"],
    ]
    yield _cells(text("backtest.column.error", language), ["", *(_pct(e.pct, language) for e in found)])
    yield ""
    yield text("backtest.given_national", language)
    yield text("backtest.unchanged_national", language)
    for note in one.fit.notes:
        yield note.told(language)


def _one_municipality(session: Session, given: str) -> dict[str, Any]:
    from model.municipality.municipality import UnknownMunicipality, load_municipality
    from model.validation.backtest_municipal import backtest_municipalities

    try:
        name = load_municipality(given).name
    except UnknownMunicipality as error:
        raise WrongUse(error.text(session.language)) from None
    session.progress("preparing")
    found = backtest_municipalities(names=[name])
    if not session.json:
        session.say(*_municipality_text(found, session.language))
    return plain_municipal(found)


def plain_municipal(found: MunicipalBacktest) -> dict[str, Any]:
    """A back-test of municipalities as plain data."""
    from model.validation.backtest_municipal import GROUPS

    return {
        "start": found.start,
        "targets": list(found.targets),
        "groups": list(GROUPS),
        "index": {
            name: [plain(v) if getattr(v, "ndim", 0) else plain_value(float(v)) for v in values]
            for name, values in found.index.items()
        },
        "municipalities": [
            {
                "name": name,
                "actual": [plain(found.actual[h, m]) for h in range(len(found.targets))],
                "forecasts": {
                    method: [plain(values[h, m]) for h in range(len(found.targets))]
                    for method, values in found.forecasts.items()
                },
            }
            for m, name in enumerate(found.names)
        ],
        "errors": [
            {
                "target": target,
                "group": group,
                "methods": {name: _plain_error(error) for name, error in by_method.items()},
            }
            for (target, group), by_method in found.errors.items()
        ],
    }


def _municipality_text(found: MunicipalBacktest, language: str) -> Iterable[str]:
    from model.validation.backtest_municipal import GROUPS, METHODS, words

    yield text("backtest.one.heading", language, name=found.names[0])
    yield ""
    yield _cells("", [text(f"backtest.method.{n}", language) for n in ("actual", *METHODS)])
    for h, target in enumerate(found.targets):
        yield _year(target, language)
        for g, group in enumerate(GROUPS):
            values = [found.actual[h, 0, g], *(found.forecasts[m][h, 0, g] for m in METHODS)]
            yield _cells(
                "  " + text(f"goals.benchmark.{group}", language),
                [number(float(v), language) for v in values],
            )
    yield ""
    yield from words(language)


def _year(period: str, language: str) -> str:
    from model.goals.benchmark import period_label

    return period_label(period, language)


def _everything(session: Session) -> dict[str, Any]:
    from model.validation.backtest_municipal import backtest_municipalities, minutes_of_2020
    from model.validation.backtest_national import national_summary

    session.progress("preparing")
    summary = national_summary()
    language = session.language
    if not session.json:
        session.say(text("backtest.heading", language), "", *_summary_text(summary, language), "")
    found = backtest_municipalities(
        progress=lambda i, n: session.progress("running", i=i, n=n, name=text("backtest.running", language))
    )
    checks = [minutes_of_2020("fitted"), minutes_of_2020("shipped")]
    if not session.json:
        session.say(*_municipalities_text(found, language), "", *_minutes_text(checks, language))
    return {
        "national": [
            {
                "period": r.period,
                "horizon_months": r.horizon,
                "methods": {name: _plain_error(error) for name, error in r.by_method.items()},
                "given_beats_naive": r.better("given"),
                "unchanged_beats_naive": r.better("unchanged"),
            }
            for r in summary
        ],
        "municipalities": plain_municipal(found),
        "minutes_2020": [
            {
                "rates": c.rates,
                "weekly_exit": plain_value(c.weekly_exit),
                "inflow": plain_value(c.inflow),
                "reported_inflow": c.reported_inflow,
                "outflow": plain_value(c.outflow),
                "reported_outflow": c.reported_outflow,
                "end_stock": plain_value(c.end),
                "reported_end_stock": c.reported_end,
            }
            for c in checks
        ],
    }


def _summary_text(summary: Sequence[HorizonErrors], language: str) -> Iterable[str]:
    from model.validation.backtest_national import METHODS, told

    yield text("backtest.national.heading", language)
    yield _cells(
        text("backtest.column.horizon", language),
        [text("backtest.column.n", language), *(text(f"backtest.method.{m}", language) for m in METHODS)],
    )
    period = ""
    for r in summary:
        if r.period != period:
            period = r.period
            yield text(f"backtest.period.{period}", language)
        cells = [_pct(r.by_method[m].pct, language) for m in METHODS]
        yield _cells(f"  {r.horizon}", [number(r.by_method[METHODS[0]].n, language), *cells])
    yield ""
    yield from told(summary, language)


def _municipalities_text(found: MunicipalBacktest, language: str) -> Iterable[str]:
    from model.validation.backtest_municipal import ECONOMIES, GROUPS, METHODS, words

    yield text("backtest.municipal.heading", language, year=_year(found.start, language).lower())
    yield _cells("", [text(f"backtest.method.{m}", language) for m in METHODS])
    for target in found.targets:
        yield _year(target, language)
        for group in GROUPS:
            by_method = found.errors[target, group]
            cells = [
                text(
                    "backtest.municipal.cell",
                    language,
                    persons=number(by_method[m].absolute, language),
                    pct=_pct(by_method[m].pct, language),
                )
                if m in by_method
                else ""
                for m in METHODS
            ]
            yield _cells("  " + text(f"goals.benchmark.{group}", language), cells)
            shares = [
                percent(found.better_share(m, "naive_last", target, group), language) for m in ECONOMIES
            ]
            yield _cells("    " + text("backtest.municipal.nearer", language), shares)
    yield ""
    yield from words(language)
    yield from found.told(language)


def _minutes_text(checks: Sequence[MinutesCheck], language: str) -> Iterable[str]:
    yield text("backtest.minutes.heading", language)
    columns = ("weekly_exit", "inflow", "outflow", "end")
    yield _cells("", [text(f"backtest.minutes.{c}", language) for c in columns])
    one = checks[0]
    reported = (one.reported_inflow, one.reported_outflow, one.reported_end)
    yield _cells(text("backtest.minutes.reported", language), ["", *(number(v, language) for v in reported)])
    for check in checks:
        cells = [number(v, language) for v in (check.inflow, check.outflow, check.end)]
        yield _cells(
            text(f"backtest.minutes.{check.rates}", language),
            [percent(check.weekly_exit, language, 1), *cells],
        )
        gaps = (
            check.inflow - check.reported_inflow,
            check.outflow - check.reported_outflow,
            check.end - check.reported_end,
        )
        yield _cells(
            "  " + text("backtest.minutes.gap", language),
            ["", *(number(g, language, signed=True) for g in gaps)],
        )
    yield text("backtest.minutes.words", language)


# --- calibrate -----------------------------------------------------------------------------------


def calibrate_command(session: Session) -> int:
    """Fit a monthly series (file or the whole country), or show a municipality's baseline at rest."""
    given = session.options.series
    if given.strip().lower() in NATIONAL_WORDS or Path(given).suffix or Path(given).exists():
        _fit(session, given)
    else:
        _baseline(session, given)
    return GOOD


def _fit(session: Session, given: str) -> None:
    from model.monthly.disclosure import ShownFit, as_plain
    from model.monthly.fit import fit_monthly
    from model.monthly.series import national_dagpenge, read_csv_file

    try:
        if given.strip().lower() in NATIONAL_WORDS:
            series = national_dagpenge()
        else:
            series = read_csv_file(existing(given, session))
        shown = ShownFit(fit_monthly(series))
    except Impossible as error:
        raise one_problem(error.da, error.en, name=given, line=error.line) from None
    if session.json:
        session.answer(
            {
                "model_version": MODEL_VERSION,
                "fit": _rounded(as_plain(shown)),
                "notes": [note.told(session.language) for note in shown.notes],
            }
        )
    else:
        session.say(*fit_text(shown, session.language))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return plain_value(value) if isinstance(value, float) else value


def fit_text(shown: ShownFit, language: str) -> Iterable[str]:
    """A fit for a person: rates, season, errors, residuals month by month, notes."""
    fit, series = shown.fit, shown.fit.series
    few = text("small_numbers.not_shown", language)

    def known(value: float, *, signed: bool = False) -> str:
        return number(float(value), language, signed=signed) if math.isfinite(value) else few

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
        yield _cells(text(f"backtest.fit.exit.{name}", language), [percent(rate, language, _RATE_DECIMALS)])
    level = few if shown.level is None else number(shown.level, language)
    yield _cells(text("backtest.fit.level", language), [level])
    yield _cells(text("backtest.fit.trend", language), [percent(fit.trend, language, 1, signed=True)])
    yield ""
    yield text("backtest.fit.season", language)
    for i, value in enumerate(fit.season):
        yield _cells("  " + month_name(i + 1, language), [number(float(value * _PER_HUNDRED), language)])
    yield ""
    yield text("backtest.fit.errors", language)
    if shown.error is None:
        yield "  " + few
    for name, error in (shown.error or {}).items():
        yield _cells(
            "  " + text(f"backtest.fit.{name}", language, months=number(error.months, language)),
            [number(error.mean_absolute, language, 1), _pct(error.mean_absolute_pct, language)],
        )
    yield ""
    columns = ["stock", "fitted", "residual", "index"] + (
        ["exit_index"] if fit.exit_index is not None else []
    )
    yield _cells(
        text("backtest.column.month", language), [text(f"backtest.fit.{c}", language) for c in columns]
    )
    for i, month in enumerate(fit.months):
        cells = [
            known(shown.stock[i]),
            known(shown.fitted[i]),
            known(shown.residuals[i], signed=True),
            known(shown.index[i] * _PER_HUNDRED),
        ]
        if shown.exit_index is not None:
            cells.append(known(shown.exit_index[i] * _PER_HUNDRED))
        mark = " *" if fit.shock[i] else ""
        yield _cells(short_date(month.astype("datetime64[D]"), language) + mark, cells)
    yield ""
    if fit.shock.any():
        yield text("backtest.fit.mark", language)
    for note in shown.notes:
        yield note.told(language)
    if shown.any_hidden:
        yield hidden_note(language)


def _baseline(session: Session, given: str) -> None:
    from model.municipality.municipality import UnknownMunicipality, load_municipality
    from model.validation.steady_state import baseline_check

    try:
        municipality = load_municipality(given)
    except UnknownMunicipality as error:
        raise WrongUse(error.text(session.language)) from None
    session.progress("preparing")
    found = baseline_check(municipality)
    if session.json:
        session.answer(_plain_baseline(found))
    else:
        session.say(*_baseline_text(municipality, found, session.language))


def _plain_baseline(found: BaselineCheck) -> dict[str, Any]:
    return {
        "model_version": MODEL_VERSION,
        "municipality": found.municipality,
        "groups": [
            {
                "group": g.group,
                "quality": g.quality,
                "source": g.source,
                **{
                    name: None if g.group in found.hidden else plain_value(getattr(g, name))
                    for name in ("stock", "inflow", "exit_share", "job_share", "over_52_share", "drift")
                },
                **hidden_mark(g.group in found.hidden),
            }
            for g in found.groups
        ],
        "qualities": dict(found.qualities),
        "scalings": [
            {"group": s.group, "origin": s.origin, "factor": plain_value(s.factor)} for s in found.scalings
        ],
        "rounds": found.rounds,
    }


def _baseline_text(municipality: Municipality, found: BaselineCheck, language: str) -> Iterable[str]:
    from model.goals.benchmark import published_course

    yield text("backtest.baseline.heading", language, name=municipality.name)
    yield ""
    columns = ("stock", "quality", "inflow", "exit_share", "job_share", "over_52", "drift")
    yield _cells("", [text(f"backtest.baseline.{c}", language) for c in columns])
    few = text("small_numbers.not_shown", language)
    for g in found.groups:
        if g.group in found.hidden:
            yield _cells(group_name(g.group, language), [few, text(f"domain.quality.{g.quality}", language)])
            continue
        yield _cells(
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
    for s in found.scalings:
        yield text(
            "backtest.baseline.scaling",
            language,
            group=group_name(s.group, language),
            origin=text(f"domain.origin.{s.origin}", language),
            factor=percent(s.factor, language),
        )
    if found.hidden:
        yield hidden_note(language)
    yield ""
    yield text("backtest.baseline.published", language)
    for year in published_course(municipality.name):
        yield _cells(
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
        for q, n in found.qualities.items()
        if n
    )
    yield text("backtest.baseline.qualities", language, listed=listed)
    yield text("backtest.baseline.no_series", language)
