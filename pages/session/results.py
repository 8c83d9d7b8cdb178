"""What the model answers for the scenario on screen, and how the board and the focus list say it."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import BudgetResult, budget
from model.budget.sentences import SMALL_AMOUNT, millions
from model.documents.axis import chosen_weeks, thinned
from model.explain.headline import Explanation, explain
from model.goals.evaluate import GoalResult, IndicatorResult, evaluate_goals, published
from model.goals.status_text import status_words
from model.language.catalogue import long_date, number, percent, text
from model.municipality.municipality import Municipality
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from pages.components import sticky_axis
from pages.components.theme import goal_colour
from pages.session.lever_effects import LeverEffects, lever_effects
from pages.session.session import Session

if TYPE_CHECKING:
    from model.uncertainty.fan import Band

Floats = NDArray[np.float64]

# Answers kept for undo, redo and other visitors of the same scenario; the outcomes themselves are not.
_MOST_KEPT: Final = 96
CARD_POINTS: Final = 53
# Whole runs are large: only the latest few, for the pages that read more of them than the answer.
_MOST_RUNS: Final = 6
_UNIT_AFTER: Final = "{n}"
# Anything, then sign and digits, then anything: "DKK −1.2m", "+1,2 mio. kr.".
_AMOUNT: Final = re.compile(r"([^\d+\u2212]*)([+\u2212]?\d[\d.,\u00a0]*\d|[+\u2212]?\d)(.*)")


@dataclass(frozen=True, eq=False)
class ScenarioResults:
    """All that the page shows of one scenario in one language. It belongs to that scenario and no other."""

    scenario: Scenario
    municipality: Municipality
    goals: tuple[GoalResult, ...]
    budget: BudgetResult
    explanation: Explanation
    absolute: LeverEffects

    def goal(self, goal_id: str | None) -> GoalResult:
        """The goal of that id; else the first."""
        return next((goal for goal in self.goals if goal.id == goal_id), self.goals[0])

    def indicator(self, goal_id: str | None, indicator_id: str | None) -> IndicatorResult:
        """The indicator of that id in the goal; else the goal's key indicator."""
        goal = self.goal(goal_id)
        return next((i for i in goal.indicators if i.id == indicator_id), goal.key)


_kept: OrderedDict[tuple[str, str, str], ScenarioResults] = OrderedDict()
_runs: OrderedDict[tuple[str, str], tuple[Outcome, Outcome]] = OrderedDict()
_lock: Final = threading.Lock()


def runs(scenario: Scenario) -> tuple[Outcome, Outcome]:
    """The scenario's run and its baseline's; the very same one where no lever is moved."""
    municipality = municipality_of(scenario)
    key = (municipality.key, scenario.key)
    with _lock:
        if key in _runs:
            _runs.move_to_end(key)
            return _runs[key]
    base = baseline(municipality, scenario)
    found = (simulate(municipality, scenario) if scenario.changes else base, base)
    with _lock:
        _runs[key] = found
        while len(_runs) > _MOST_RUNS:
            _runs.popitem(last=False)
    return found


def scenario_results(scenario: Scenario, language: str) -> ScenarioResults:
    """Runs the model for a scenario, or finds what it answered before."""
    municipality = municipality_of(scenario)
    key = (municipality.key, scenario.key, language)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            # The same levers under another name, by this visitor or another: words are each scenario's own.
            return found if found.scenario is scenario else replace(found, scenario=scenario)
    outcome, base = runs(scenario)
    goals = published(evaluate_goals(outcome, base))
    amounts = budget(outcome, base)
    found = ScenarioResults(
        scenario=scenario,
        municipality=municipality,
        goals=goals,
        budget=amounts,
        explanation=explain(outcome, base, goals, amounts, language),
        absolute=lever_effects(outcome, base),
    )
    with _lock:
        _kept[key] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


# --- the board ------------------------------------------------------------------------------------


def result_cards(session: Session, results: ScenarioResults) -> dict[str, Any]:
    """Sentence, cards and budget as the result board takes them."""
    words = results.explanation
    warnings = list(words.warnings)
    return {
        "language": session.language,
        "present": session.present,
        "headline": words.headline,
        "limits": list(words.limits) if session.scenario.changes else [session.page_text("hint")],
        "warnings": warnings,
        "warningSummary": session.page_text(
            "warnings.one" if len(warnings) == 1 else "warnings.many", n=len(warnings)
        ),
        "focus": results.goal(session.goal).id,
        "cards": [_card(session, results, goal) for goal in results.goals],
        "budget": _budget(session, results.budget),
        "words": {"goals": session.page_text("goals"), "budget": session.page_text("budget.title")},
    }


def _card(session: Session, results: ScenarioResults, goal: GoalResult) -> dict[str, Any]:
    language, key = session.language, goal.key
    before, unit, unit_first = _figure(key, key.value_baseline, language)
    after, _, _ = _figure(key, key.value_scenario, language)
    low, high = axis_ends(session, results, goal, key)
    status, status_text = status_of(session, key)
    others = len(goal.indicators) - 1
    return {
        "id": goal.id,
        "number": str(goal.number),
        "colour": goal_colour(goal.number),
        "title": goal.title.get(language),
        "indicator": key.title.get(language),
        "base": before,
        "scenario": after,
        "moved": before != after,
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
            goal=goal.title.get(language),
            indicator=key.title.get(language),
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
    """A value without its unit, the unit, and whether the unit goes in front."""
    template = text(f"goals.unit.{indicator.unit}", language, n=_UNIT_AFTER)
    unit = template.replace(_UNIT_AFTER, "").strip()
    return number(value, language, indicator.decimals), unit, not template.startswith(_UNIT_AFTER)


def status_of(session: Session, indicator: IndicatorResult) -> tuple[str, str]:
    """Status as the components' key and as words; an assumed yardstick earns no tick."""
    return status_words(indicator, session.language)


def target_text(session: Session, indicator: IndicatorResult, area: str = "page") -> str:
    """The target in words: a number, or the direction that is wanted; ``area`` "documents" for a column of targets."""
    if indicator.target is None:
        return session.text(f"{area}.target.{indicator.direction}")
    shown = indicator.shown(indicator.target, session.language)
    kind = "rank" if indicator.unit == "rank" else indicator.direction
    return session.text(f"{area}.target.{kind}_to", target=shown)


def axis_ends(
    session: Session,
    results: ScenarioResults,
    goal: GoalResult,
    indicator: IndicatorResult,
    band: Band | None = None,
) -> tuple[float, float]:
    """Ends of the indicator's axis: as they were while the visitor moves levers, wider where needed."""
    key = (results.municipality.id, goal.id, indicator.id)
    series = [indicator.baseline, indicator.scenario]
    if band is not None:
        series += [band.scenario.low, band.scenario.high]
    return sticky_axis.widened(session.scales, key, sticky_axis.ends(series, (indicator.target,)))


# --- the budget -----------------------------------------------------------------------------------


def _budget(session: Session, result: BudgetResult) -> dict[str, Any]:
    differences = [float(d) for d in result.net.difference]
    cells = [
        _amount(session, str(year), str(year), difference, float(net))
        for year, difference, net in zip(result.years, differences, result.net.scenario, strict=True)
    ]
    label = session.page_text("budget.total", n=len(result.years))
    cells.append(_amount(session, "total", label, result.total_difference, float(result.net.scenario.sum())))
    moved = any(abs(d) >= SMALL_AMOUNT for d in differences)
    share = (
        session.page_text("budget.share", share=percent(result.share_assumed, session.language))
        if moved
        else ""
    )
    return {
        "years": cells,
        "note": session.page_text("budget.note"),
        "share": share or session.page_text("budget.unchanged"),
    }


def _amount(session: Session, identifier: str, label: str, difference: float, net: float) -> dict[str, Any]:
    word = "same" if abs(difference) < SMALL_AMOUNT else "dearer" if difference > 0 else "cheaper"
    return {
        "id": identifier,
        "label": label,
        "value": _three_parts(
            session.page_text("budget.zero")
            if word == "same"
            else millions(difference, session.language, signed=True)
        ),
        "word": session.page_text(f"budget.{word}"),
        "amount": session.page_text("budget.of", amount=millions(net, session.language)),
    }


def _three_parts(amount: str) -> list[str]:
    """An amount as what stands before the number, the number, and what stands after it."""
    before, figure, after = _AMOUNT.fullmatch(amount).groups()  # type: ignore[union-attr]
    return [before.strip(), figure, after.strip()]


# --- the goal in focus ----------------------------------------------------------------------------


def focus_list(session: Session, results: ScenarioResults, sure: str) -> dict[str, Any]:
    """The measuring points of the goal in focus, with the chart said in one sentence and how sure it is."""
    language = session.language
    goal = results.goal(session.goal)
    shown = results.indicator(session.goal, session.indicator)
    quote = goal.quote if language == "da" else goal.quote_in_english
    return {
        "goal": goal.id,
        "language": language,
        "present": session.present,
        "indicator": shown.id,
        "title": session.page_text("focus.title", number=goal.number, goal=goal.title.get(language)),
        "quote": session.page_text("focus.quote", quote=quote),
        "sentence": indicator_sentence(session, shown),
        "sure": sure,
        "note": " ".join(t.get(language) for t in (shown.note, shown.status_note) if t is not None),
        "rows": [_row(session, indicator) for indicator in goal.indicators],
        "notMeasured": [missing.get(language) for missing in goal.not_measured],
        "source": session.page_text("focus.source", source=goal.source.get(language)),
        "words": {
            "indicators": session.page_text("focus.indicators"),
            "notMeasured": text("goals.not_measured", language),
            "table": session.page_text("focus.table"),
        },
    }


def _row(session: Session, indicator: IndicatorResult) -> dict[str, str]:
    language = session.language
    before = indicator.shown(indicator.value_baseline, language)
    after = indicator.shown(indicator.value_scenario, language)
    plain, unit, _ = _figure(indicator, indicator.value_baseline, language)
    status, words = status_of(session, indicator)
    changed = f"{plain} → {after}" if unit else f"{before} → {after}"
    return {
        "id": indicator.id,
        "title": indicator.title.get(language),
        "figures": after if before == after else changed,
        "status": status,
        "statusText": words,
    }


def indicator_sentence(session: Session, indicator: IndicatorResult) -> str:
    """The chart in one sentence, for those who cannot see it and those who want the figures."""
    language = session.language
    last = long_date(indicator.weeks[-1], language)
    values: dict[str, object] = {
        "title": indicator.title.get(language),
        "before": indicator.shown(indicator.value_baseline, language),
        "after": indicator.shown(indicator.value_scenario, language),
        "change": indicator.shown_change(language),
        "end": last,
    }
    key = "focus.sentence" if values["before"] != values["after"] else "focus.sentence_same"
    said = session.page_text(key, **values)
    if indicator.target is not None:
        said += " " + session.page_text("focus.sentence_target", target=target_text(session, indicator))
    return said


def announcement(results: ScenarioResults, session: Session) -> str:
    """What a screen reader hears when the slider rests: the sentence and the budget."""
    total = results.budget.total_difference
    word = "same" if abs(total) < SMALL_AMOUNT else "dearer" if total > 0 else "cheaper"
    said = session.page_text(f"spoken.{word}", amount=millions(abs(total), session.language))
    return f"{results.explanation.headline} {said}"


def table_rows(session: Session, indicator: IndicatorResult, every: int) -> list[dict[str, str]]:
    """The chart's figures as texts, one row per ``every`` weeks."""
    language = session.language
    rows = []
    for i in chosen_weeks(len(indicator.weeks), max(2, len(indicator.weeks) // every)):
        rows.append(
            {
                session.page_text("table.week"): long_date(indicator.weeks[i], language),
                session.page_text("table.baseline"): number(
                    indicator.baseline[i], language, indicator.decimals
                ),
                session.page_text("table.scenario"): number(
                    indicator.scenario[i], language, indicator.decimals
                ),
            }
        )
    return rows
