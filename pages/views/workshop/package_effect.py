"""Draw what a party's package comes to: goals, money with its range, one line per card, and the interaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from model.catalogue.effects import StackEffects, with_own_prices
from model.catalogue.sentences import interaction_sentence
from model.catalogue.stack import Stack
from model.goals.results import GoalResult
from model.goals.series import indicator_key
from model.language.catalogue import percent
from model.uncertainty.band_text import difference_ends
from model.workshop.cards import Package
from pages.components import mount
from pages.components.cards import result_cards
from pages.components.escape_markdown import escape_markdown
from pages.components.stack_view import bars_figure, figure_choice
from pages.session.certainty import with_certainty
from pages.session.live_band import live_band
from pages.session.results import ScenarioResults, scenario_results
from pages.session.session import Session
from pages.session.stacks import stack_job
from pages.views.workshop.build_words import money

_LOOK = 500  # ms


def package_effect(session: Session, made: Package, most: float | None, slot: str) -> dict[str, Any]:
    """Draw goals and lines of a package. Return what the bar of the money shows, against the ``most`` it may cost.

    ``slot`` names the party's place. No amount stands without its range.
    """
    results = scenario_results(made.scenario)
    known = live_band(session, results)
    if known.again:
        session.poll_after(*known.again)
    results = priced(with_certainty(results, known.certainty), made.stack)
    if made.cards:
        mount.key_figures(key=f"goals-{slot}", data=_tiles(session, results))
        _lines(session, made.stack)
    shown = money(session, results, most)
    if made.cards and results.total_amount.range is None:
        soon = session.text("page_workshop.opening.ranges_soon")
        return {**shown, "value": "", "word": "", "range": soon, "sentence": "", "state": "none", "bar": None}
    return shown


def priced(results: ScenarioResults, made: Stack) -> ScenarioResults:
    """Return the results of a stack of cards with the cards' own prices in the amount."""
    if not any(layer.price is not None for layer in made.layers):
        return results
    years = tuple(int(year) for year in results.budget.years)
    _, total = with_own_prices(results.year_amounts, results.total_amount, made.layers, made.base, years)
    return replace(results, explanation=replace(results.explanation, amount=total))


def _tiles(session: Session, results: ScenarioResults) -> dict[str, Any]:
    """Return each goal without and with the package, the difference with its range, and whether it is reached."""
    goals = {goal.id: goal for goal in results.goals}
    items = []
    for card in result_cards(session, results)["cards"]:
        goal = goals[str(card["id"])]
        difference = _difference(session, results, goal) if card["moved"] else ""
        note = f"{card['indicator']}. {card['statusText']}"
        items.append(
            {
                "label": f"{card['number']} {card['title']}",
                "before": card["base"] if card["moved"] else "",
                "after": _with_unit(card, "scenario") if card["unitFirst"] else card["scenario"],
                "unit": "" if card["unitFirst"] else card["unit"],
                "change": difference,
                "note": note,
                "spoken": session.text(
                    "page_workshop.build.spoken",
                    number=card["number"],
                    goal=card["title"],
                    indicator=card["indicator"],
                    before=_with_unit(card, "base"),
                    after=_with_unit(card, "scenario"),
                    status=". ".join(part for part in (card["statusText"], difference) if part),
                ),
            }
        )
    return {"label": session.page_text("goals"), "items": items}


def _difference(session: Session, results: ScenarioResults, goal: GoalResult) -> str:
    """Return the difference between what it lies in nine of ten calculations; empty until that is known."""
    key = goal.key
    band = None if key.suppressed else results.band(indicator_key(goal, key))
    if band is None:
        return ""
    ends = difference_ends(band, key, session.language)
    return session.text("page_workshop.cards.between", ends=ends) if ends else ""


def _with_unit(card: Mapping[str, Any], which: str) -> str:
    """Return a figure with its unit, which goes in front of some."""
    parts = (card["unit"], card[which]) if card["unitFirst"] else (card[which], card["unit"])
    return " ".join(part for part in parts if part)


def _lines(session: Session, made: Stack) -> None:
    """Draw one line per card, the sum, the interaction and the total, once their ranges are known."""
    job = stack_job(session, made)
    if job.is_failed:
        st.error(session.page_text("job.failed"))
        return
    st.markdown(f"**{session.text('page_workshop.cards.lines')}**")
    if not job.is_ready:
        session.poll_after(_LOOK, _LOOK)
        done, of = job.progress
        share = percent(done / of, session.language) if of > 1 else ""
        st.caption(" ".join(part for part in (session.text("page_workshop.cards.lines_soon"), share) if part))
        return
    found: StackEffects = job.result
    if len(made.layers) > 1:
        st.markdown(escape_markdown(interaction_sentence(found).text(session.language)))
    bars_figure(session, found, figure_choice(session, found))
