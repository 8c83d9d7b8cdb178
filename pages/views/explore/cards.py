"""Compute what the cards of goals and budget and the list of indicators show, as the browser takes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from model.budget.amounts import SMALL_AMOUNT, Amount
from model.budget.sentences import millions
from model.documents.axis import thinned
from model.documents.charts import BandLines
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import indicator_key
from model.language.catalogue import number, percent, text, years_text
from pages.components import sticky_axis
from pages.components.theme import goal_colour
from pages.session.results import ScenarioResults, indicator_sentence, status_of, target_text
from pages.session.session import Session

if TYPE_CHECKING:
    from model.uncertainty.bands import Band

CARD_POINTS: Final = 53
_UNIT_AFTER: Final = "{n}"
# Anything, then sign and digits, then anything: "DKK −1.2m", "+1,2 mio. kr.".
_AMOUNT: Final = re.compile(r"([^\d+\u2212]*)([+\u2212]?\d[\d.,\u00a0]*\d|[+\u2212]?\d)(.*)")


def result_cards(session: Session, results: ScenarioResults) -> dict[str, Any]:
    """Return sentence, cards and budget as the result board takes them."""
    explanation = results.explanation
    warnings, limits = (
        [sentence.text(session.language) for sentence in sentences]
        for sentences in (explanation.warnings, explanation.limits)
    )
    return {
        "language": session.language,
        "present": session.present,
        "headline": explanation.headline.text(session.language),
        "limits": limits if session.scenario.changes else [session.page_text("hint")],
        "warnings": warnings,
        "warningSummary": session.page_text(
            "warnings.one" if len(warnings) == 1 else "warnings.many", n=len(warnings)
        ),
        "focus": results.goal(session.goal).id,
        "cards": [_card(session, results, goal) for goal in results.goals],
        "budget": _budget(session, results),
        "words": {"goals": session.page_text("goals"), "budget": session.page_text("budget.title")},
    }


def _card(session: Session, results: ScenarioResults, goal: GoalResult) -> dict[str, Any]:
    language, key = session.language, goal.key
    before, unit, unit_first = _figure(key, key.value_baseline, language)
    after, _, _ = _figure(key, key.value_scenario, language)
    low, high = axis_ends(session, results, goal, key)
    status, status_text = status_of(session, key, results.band(indicator_key(goal, key)))
    others = len(goal.indicators) - 1
    return {
        "id": goal.id,
        "number": str(goal.number),
        "colour": goal_colour(goal.number),
        "title": goal.title.text(language),
        "indicator": key.title.text(language),
        "base": before,
        "scenario": after,
        "moved": key.moved,
        "unit": unit,
        "unitFirst": unit_first,
        "target": target_text(session, key),
        "status": status,
        "statusText": status_text,
        "others": session.page_text("card.others.one" if others == 1 else "card.others", n=others)
        if others
        else "",
        "spoken": session.page_text(
            "card.spoken",
            number=goal.number,
            goal=goal.title.text(language),
            indicator=key.title.text(language),
            before=key.shown(key.value_baseline, language),
            after=key.shown(key.value_scenario, language),
            target=target_text(session, key),
            status=status_text,
        ),
        "spark": {
            "low": low,
            "high": high,
            "base": thinned(key.baseline, CARD_POINTS),
            "scenario": thinned(key.scenario, CARD_POINTS),
            "target": key.target,
        },
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
) -> tuple[float, float]:
    """Return the ends of the indicator's axis: as before while the visitor moves levers, wider where needed."""
    key = (results.municipality.id, goal.id, indicator.id)
    series = [indicator.baseline, indicator.scenario, *(band or ())]
    return sticky_axis.widened(session.scales, key, sticky_axis.ends(series, (indicator.target,)))


def _budget(session: Session, results: ScenarioResults) -> dict[str, Any]:
    result, amounts = results.budget, results.year_amounts
    cells = [
        _amount(session, str(year), str(year), amount, float(net))
        for year, amount, net in zip(result.years, amounts, result.net.scenario, strict=True)
    ]
    total = results.total_amount
    label = session.page_text("budget.total", years=years_text(len(result.years), session.language))
    cells.append(_amount(session, "total", label, total, float(result.net.scenario.sum())))
    moved = any(abs(amount.central) >= SMALL_AMOUNT for amount in amounts)
    share = session.page_text("budget.share", share=percent(result.share_assumed, session.language))
    return {
        "years": cells,
        "note": session.page_text("budget.note"),
        "share": share if moved else session.page_text("budget.unchanged"),
    }


def _amount(session: Session, identifier: str, label: str, amount: Amount, net: float) -> dict[str, Any]:
    language = session.language
    nothing = abs(amount.central) < SMALL_AMOUNT
    shown = session.page_text("budget.zero") if nothing else amount.shown(language)
    return {
        "id": identifier,
        "label": label,
        "value": _three_parts(shown),
        "word": text(f"budget.amount.word.{amount.kind}", language),
        "range": "" if nothing and amount.kind == "same" else amount.ends_shown(language),
        "amount": session.page_text("budget.of", amount=millions(net, language)),
    }


def _three_parts(amount: str) -> list[str]:
    """Split an amount into what stands before the number, the number, and what stands after it."""
    before, figure, after = _AMOUNT.fullmatch(amount).groups()  # type: ignore[union-attr]
    return [before.strip(), figure, after.strip()]


def focus_list(session: Session, results: ScenarioResults, sure: str) -> dict[str, Any]:
    """Return the measuring points of the goal in focus, the chart in one sentence, and how sure it is."""
    language = session.language
    goal = results.goal(session.goal)
    shown = results.indicator(session.goal, session.indicator)
    quote = goal.quote if language == "da" else goal.quote_in_english
    product = results.municipality.goals_basis == "product"
    return {
        "goal": goal.id,
        "language": language,
        "present": session.present,
        "indicator": shown.id,
        "title": session.page_text("focus.title", number=goal.number, goal=goal.title.text(language)),
        "quote": session.page_text("focus.product" if product else "focus.quote", quote=quote),
        "sentence": indicator_sentence(session, shown),
        "sure": sure,
        "note": " ".join(t.text(language) for t in (shown.note, shown.status_note) if t is not None),
        "rows": [
            _row(session, indicator, results.band(indicator_key(goal, indicator)))
            for indicator in goal.indicators
        ],
        "notMeasured": [missing.text(language) for missing in goal.not_measured],
        "source": session.page_text("focus.source", source=goal.source.text(language)),
        "words": {
            "indicators": session.page_text("focus.indicators"),
            "notMeasured": text("goals.not_measured", language),
            "table": session.page_text("focus.table"),
            "band": session.page_text("focus.band_difference" if session.level_band else "focus.band_level")
            if session.scenario.changes and not shown.suppressed
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
