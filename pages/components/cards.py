"""Compute what the rows of goals, the budget and the list of indicators show, as the browser takes it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from model.budget.amounts import SMALL_AMOUNT, Amount
from model.documents.axis import ends
from model.documents.charts import BandLines, Floats
from model.documents.season import season_of
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import indicator_key
from model.language.catalogue import number, percent, text, years_text
from model.language.drawn_range import range_of_draws
from model.scenario.period import period_notes
from model.scenario.tries import tries
from pages.components import sticky_axis
from pages.components.theme import goal_colour
from pages.components.third import third_left_out, third_money, third_of_point, third_sentence
from pages.session.focus import focus
from pages.session.reference import reference_indicator
from pages.session.results import ScenarioResults, indicator_sentence, status_of, target_text
from pages.session.session import Session

if TYPE_CHECKING:
    from model.uncertainty.bands import Band

_UNIT_AFTER: Final = "{n}"
# Anything, then sign and digits, then anything: "DKK −1.2m", "+1,2 mio. kr.".
_AMOUNT: Final = re.compile(r"([^\d+\u2212]*)([+\u2212]?\d[\d.,\u00a0]*\d|[+\u2212]?\d)(.*)")


def result_cards(session: Session, results: ScenarioResults) -> dict[str, Any]:
    """Return sentence, rows of goals and budget as the result board takes them."""
    explanation = results.explanation
    warnings, limits = (
        [sentence.text(session.language) for sentence in sentences]
        for sentences in (explanation.warnings, explanation.limits)
    )
    if session.present:
        # The bar, which tells it elsewhere, has no room for it there.
        limits += [note.text(session.language) for note in period_notes(results.scenario)]
        # No amount stands without its range, and for both there is no room.
        if session.reference is not None:
            limits.append(third_left_out(session) or session.page_text("third.money_elsewhere"))
    caveats = [*warnings, *limits]
    return {
        "language": session.language,
        "present": session.present,
        "headline": explanation.short_headline(session.language),
        "limits": limits,
        "warnings": warnings,
        "caveat": caveats[0] if caveats else "" if session.scenario.changes else session.page_text("hint"),
        "caveats": session.page_text("caveats", n=len(caveats)) if caveats else "",
        "focus": focus(session, results)[0].id,
        "cards": [_card(session, results, goal) for goal in results.goals],
        "budget": _budget(session, results),
        "tries": []
        if session.present or session.opened_levers is not None
        else [
            {"id": one.id, "label": one.label.text(session.language), "title": session.page_text("try.title")}
            for one in tries()
        ],
        "words": {
            "goals": session.page_text("goals"),
            "budget": session.page_text("budget.title"),
            "tries": session.page_text("try"),
            "why": session.text("page_why.name") + "?"
            if session.scenario.changes and session.opened_levers is None
            else "",
        },
    }


def _card(session: Session, results: ScenarioResults, goal: GoalResult) -> dict[str, Any]:
    language, key = session.language, goal.key
    before, unit, unit_first = _figure(key, key.value_baseline, language)
    after, _, _ = _figure(key, key.value_scenario, language)
    band = results.band(indicator_key(goal, key))
    status, status_text = status_of(session, key, band)
    return {
        "id": goal.id,
        "number": str(goal.number),
        "colour": goal_colour(goal.number),
        "title": goal.short.text(language),
        "indicator": key.title.text(language),
        "base": before,
        "scenario": after,
        "moved": key.moved,
        "unit": unit,
        "unitFirst": unit_first,
        "target": target_text(session, key),
        "status": status,
        "statusText": status_text,
        "spoken": _spoken(session, goal, status_text),
        "bar": _bar(session, results, goal, band),
    }


def _spoken(session: Session, goal: GoalResult, status: str) -> str:
    """Return what a screen reader says of a goal's row, the mark of the administration's proposal too."""
    language, key = session.language, goal.key
    third = None if key.suppressed else reference_indicator(session, goal.id, key.id)
    if third is not None:
        value = third.shown(third.value_scenario, language)
        status = f"{status}. {text('documents.beside.value', language, value=value).removesuffix('.')}"
    return session.page_text(
        "card.spoken",
        number=goal.number,
        goal=goal.title.text(language),
        indicator=key.title.text(language),
        before=key.shown(key.value_baseline, language),
        after=key.shown(key.value_scenario, language),
        target=target_text(session, key),
        status=status,
    )


def _bar(session: Session, results: ScenarioResults, goal: GoalResult, band: Band | None) -> dict[str, Any]:
    """Return where now, scenario, target and the ends of its range stand on the goal's scale, from 0 to 1.

    The scale begins at zero and only ever widens while levers move.
    """
    key = goal.key
    if key.suppressed:
        return dict.fromkeys(("base", "scenario", "target", "low", "high", "reference"))
    third = reference_indicator(session, goal.id, key.id)
    reference = None if third is None else third.value_scenario
    points = (key.value_baseline, key.value_scenario, key.target, reference, 0.0)
    where = (results.municipality.id, goal.id, key.id, "bar")
    low, high = sticky_axis.widened(session.scales, where, ends([], points))

    def at(value: float | None) -> float | None:
        """Return where a value stands."""
        if value is None or not math.isfinite(value):
            return None
        return round(min(max((value - low) / (high - low or 1.0), 0.0), 1.0), 4)

    span = None if band is None or not key.moved else range_of_draws(band.difference.ends)
    return {
        "base": at(key.value_baseline),
        "scenario": at(key.value_scenario),
        "target": at(key.target),
        "reference": at(reference),
        "low": None if span is None else at(key.value_baseline + span.low),
        "high": None if span is None else at(key.value_baseline + span.high),
    }


def _figure(indicator: IndicatorResult, value: float, language: str) -> tuple[str, str, bool]:
    """Return a value without its unit, the unit, and whether the unit goes in front."""
    template = text(f"goals.unit.{indicator.unit}", language, n=_UNIT_AFTER)
    unit = template.replace(_UNIT_AFTER, "").strip()
    return number(value, language, indicator.decimals), unit, not template.startswith(_UNIT_AFTER)


def axis_ends(
    session: Session,
    results: ScenarioResults,
    goal: GoalResult,
    indicator: IndicatorResult,
    band: BandLines | None = None,
    past: Sequence[float] = (),
    possible: Sequence[Floats] = (),
) -> tuple[float, float]:
    """Return the ends of the indicator's axis: as before while the visitor moves levers, wider where needed."""
    key = (results.municipality.id, goal.id, indicator.id, session.with_season)
    series = [indicator.baseline, indicator.scenario, *(band or ()), np.asarray(past, dtype=float), *possible]
    drawn = np.concatenate([*series, np.array([np.nan if indicator.target is None else indicator.target])])
    needed = (float(np.nanmin(drawn)), float(np.nanmax(drawn))) if np.isfinite(drawn).any() else None
    return sticky_axis.widened(session.scales, key, sticky_axis.ends(series, (indicator.target,)), needed)


def _budget(session: Session, results: ScenarioResults) -> dict[str, Any]:
    result, amounts = results.budget, results.year_amounts
    axis = _money_axis(session, results, "years", amounts)
    cells = [
        _amount(session, str(year), str(year), amount, axis)
        for year, amount in zip(result.years, amounts, strict=True)
    ]
    total = results.total_amount
    label = session.page_text("budget.total", years=years_text(len(result.years), session.language))
    cells.append(_amount(session, "total", label, total, _money_axis(session, results, "total", [total])))
    moved = any(abs(amount.central) >= SMALL_AMOUNT for amount in amounts)
    share = session.page_text("budget.share", share=percent(result.share_assumed, session.language))
    return {
        "years": cells,
        "third": third_money(session),
        "note": session.page_text("budget.note"),
        "share": _without_price(total, session.language)
        or (share if moved else session.page_text("budget.unchanged")),
    }


def _without_price(total: Amount, language: str) -> str:
    """Return which moved levers nobody has priced, so that the amount leaves them out; empty where there is none."""
    if not total.unpriced:
        return ""
    return text("page.budget.unpriced", language, levers=total.unpriced_names().text(language))


def _money_axis(
    session: Session, results: ScenarioResults, which: str, amounts: Sequence[Amount]
) -> tuple[float, float]:
    """Return the ends of the scale of amounts, DKK: zero in it, and only ever wider while levers move."""
    ranges = [amount.range for amount in amounts if amount.range is not None]
    points = [0.0, *(amount.central for amount in amounts)]
    points += [end for drawn in ranges for end in (drawn.low, drawn.high)]
    where = (results.municipality.id, "money", which, len(amounts))
    return sticky_axis.widened(session.scales, where, (min(points), max(points)))


def _amount(
    session: Session, identifier: str, label: str, amount: Amount, axis: tuple[float, float]
) -> dict[str, Any]:
    language = session.language
    nothing = abs(amount.central) < SMALL_AMOUNT
    shown = session.page_text("budget.zero") if nothing else amount.shown(language)
    low, high = axis

    def at(value: float) -> float:
        """Return where an amount stands on the scale, from 0 to 1; in the middle where there is none."""
        return round((value - low) / (high - low), 4) if high > low else 0.5

    drawn = amount.range
    return {
        "id": identifier,
        "label": label,
        "value": _three_parts(shown),
        "word": text(f"budget.amount.word.{amount.kind}", language),
        "range": "" if nothing and amount.kind == "same" else amount.range_shown(language),
        "bar": {
            "zero": at(0.0),
            "at": at(amount.central),
            "low": None if drawn is None else at(drawn.low),
            "high": None if drawn is None else at(drawn.high),
        },
    }


def _three_parts(amount: str) -> list[str]:
    """Split an amount into what stands before the number, the number, and what stands after it."""
    before, figure, after = _AMOUNT.fullmatch(amount).groups()  # type: ignore[union-attr]
    return [before.strip(), figure, after.strip()]


def focus_list(session: Session, results: ScenarioResults, sure: str) -> dict[str, Any]:
    """Return the measuring points of the goal in focus, the chart in one sentence, and how sure it is."""
    language = session.language
    goal, shown = focus(session, results)
    quote = goal.quote if language == "da" else goal.quote_in_english
    product = results.municipality.goals_basis == "product"
    return {
        "goal": goal.id,
        "language": language,
        "present": session.present,
        "indicator": shown.id,
        "title": session.page_text("focus.title", number=goal.number, goal=goal.title.text(language)),
        "quote": session.page_text("focus.product" if product else "focus.quote", quote=quote),
        "sentence": " ".join(
            filter(None, (indicator_sentence(session, shown), third_sentence(session, goal.id, shown)))
        ),
        "sure": sure,
        "note": " ".join(t.text(language) for t in (shown.note, shown.status_note) if t is not None),
        "rows": [
            {
                **_row(session, indicator, results.band(indicator_key(goal, indicator))),
                "third": third_of_point(session, goal.id, indicator),
            }
            for indicator in goal.indicators
        ],
        "notMeasured": [missing.text(language) for missing in goal.not_measured],
        "source": session.page_text("focus.source", source=goal.source.text(language)),
        "words": {
            "indicators": session.page_text("focus.indicators"),
            "point": session.page_text("focus.point", number=goal.number),
            "notMeasured": text("goals.not_measured", language),
            "table": session.page_text("focus.table"),
            "band": session.page_text("focus.band_difference" if session.level_band else "focus.band_level")
            if session.scenario.changes and not shown.suppressed
            else "",
            "season": session.page_text(
                "focus.without_season" if session.with_season else "focus.with_season"
            )
            if season_of(shown.baseline) is not None and shown.unit != "rank" and not shown.suppressed
            else "",
        },
    }


def _row(session: Session, indicator: IndicatorResult, band: Band | None) -> dict[str, str]:
    language = session.language
    before = indicator.shown(indicator.value_baseline, language)
    after = indicator.shown(indicator.value_scenario, language)
    plain, unit, _ = _figure(indicator, indicator.value_baseline, language)
    status, words = status_of(session, indicator, band)
    changed = f"{plain} → {after}" if unit else f"{before} → {after}"
    return {
        "id": indicator.id,
        "title": indicator.title.text(language),
        "figures": changed if indicator.moved else after,
        "status": status,
        "statusText": words,
    }
