"""Test what the first page says of the administration's proposal: its money, its levers, its indicators, its line."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from model.budget.amounts import BudgetRanges
from model.language.catalogue import long_date
from pages.session.session import BAND_PART, DRAWS_PART, Session
from tests.pages.cases import fed, new_visit

pytestmark = pytest.mark.usefixtures("engine")


def beside(**change: Any) -> Session:
    """Return a visitor who has a proposal of 400 places beside no changes."""
    visit = new_visit()
    visit.reference = visit.scenario.with_change("firm_places", 400.0).copy_with(**change)
    return visit


def lever(data: dict[str, Any], item: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for section in data["panel"]["sections"] for one in section["items"] if one["id"] == item
    )
    return found


def give_ranges(visit: Session, *differences: float) -> None:
    """Give the proposal's ranges: one net difference per draw, DKK, in each year."""
    from pages.session.reference import reference_results

    results = reference_results(visit)
    assert results is not None
    years = len(results.budget.years)
    ranges = BudgetRanges(np.repeat(np.array(differences)[:, None], years, axis=1))
    draws: Any = SimpleNamespace(is_ready=True, result=SimpleNamespace(municipality=results.municipality))
    key = ("reference", results.municipality.key, results.scenario.key)
    known: Any = SimpleNamespace(is_ready=True, is_failed=False, key=key, result=ranges)
    visit.jobs |= {DRAWS_PART: draws, "reference": known}


def test_the_row_of_money_has_the_proposals_amount_in_the_words_its_range_allows() -> None:
    visit = beside()
    money = fed(visit)["board"]["budget"]["third"]
    assert money["name"] == "Forvaltningen"
    assert (money["word"], money["range"]) == ("beregnet dyrere", "usikkerhed ikke regnet")
    give_ranges(visit, *np.linspace(-5e6, 9e6, 101))
    either = fed(visit)["board"]["budget"]["third"]
    assert either["word"] == "kan gå begge veje"
    assert either["range"].startswith("9 af 10 beregninger: fra ")
    give_ranges(visit, *np.linspace(2e6, 9e6, 101))
    assert fed(visit)["board"]["budget"]["third"]["word"] == "dyrere"


def test_the_proposals_range_stays_while_a_lever_moves() -> None:
    visit = beside()
    give_ranges(visit, *np.linspace(2e6, 9e6, 101))
    still = fed(visit)["board"]["budget"]["third"]
    visit.move("firm_places", 200.0)
    visit.jobs[BAND_PART] = SimpleNamespace(is_ready=False, is_stopped=True, key=None)  # type: ignore[assignment]
    assert fed(visit)["board"]["budget"]["third"] == still


def test_an_amount_without_the_price_of_a_lever_says_so() -> None:
    visit = new_visit()
    visit.reference = visit.scenario.with_change("fleksjob_openings", 60.0)
    assert fed(visit)["board"]["budget"]["third"]["word"].endswith(", noget har ingen pris")


def test_levers_that_the_proposal_moves_have_its_mark_and_words() -> None:
    data = fed(beside())
    places = lever(data, "firm_places")
    assert places["third"] == 400.0
    assert places["dated"] == "forvaltningen 400"
    assert places["thirdSpoken"] == "forvaltningens forslag 400"
    assert "Forvaltningens forslag: 400." in places["help"]
    plain = lever(fed(new_visit()), "firm_places")
    assert plain["datedHint"] in places["help"], "of which years the figure is can still be read"
    other = lever(data, "activation_rate:dagpenge")
    assert (other["third"], other["thirdSpoken"]) == (None, "")
    assert other["dated"] != ""


def test_sliders_that_only_the_proposal_moves_are_counted_at_their_theme() -> None:
    visit = new_visit()
    visit.reference = visit.scenario.with_change("mentor_share", 20.0, "dagpenge")
    themes = fed(visit)["panel"]["themes"]
    counted = [theme for theme in themes if theme["third"]]
    assert [(theme["third"], theme["changed"]) for theme in counted] == [("1", "")]
    assert counted[0]["thirdSpoken"] == "forvaltningens forslag flytter 1"


def test_each_indicator_has_the_proposals_value() -> None:
    from pages.session.reference import reference_results

    visit = beside()
    listed, other = fed(visit)["list"], reference_results(visit)
    assert other is not None
    goal = other.goal(listed["goal"])
    for row, indicator in zip(listed["rows"], goal.indicators, strict=True):
        hidden = indicator.suppressed or "Forvaltningen vises ikke" in row["third"]
        assert hidden or row["third"] == f"Forvaltningen {indicator.shown(indicator.value_scenario, 'da')}"
    assert "Med forvaltningens forslag er det" in listed["sentence"]


def test_without_a_proposal_nothing_is_said_of_one() -> None:
    data = fed(new_visit())
    assert data["board"]["budget"]["third"] is None
    assert all(row["third"] == "" for row in data["list"]["rows"])
    assert lever(data, "firm_places")["third"] is None


def test_a_proposal_with_another_start_has_no_line_and_the_page_says_so() -> None:
    visit = new_visit()
    later = visit.scenario.copy_with(start=visit.scenario.start + datetime.timedelta(weeks=52))
    visit.reference = later.with_change("firm_places", 400.0)
    data = fed(visit)
    assert data["table"].column("reference").null_count == data["table"].num_rows
    money = data["board"]["budget"]["third"]
    assert money["note"].startswith(f"Forslaget begynder {long_date(later.start, 'da')}. ")
    assert money["note"].endswith("Det har derfor ingen linje i grafen og intet beløb her.")
    assert (money["value"], money["range"]) == ("", "")
    assert money["note"] in data["chart"]
    visit.reference = visit.scenario.with_change("firm_places", 400.0)
    drawn = fed(visit)
    assert drawn["table"].column("reference").null_count < drawn["table"].num_rows


def test_a_proposal_that_cannot_be_compared_is_told_with_the_reason() -> None:
    money = fed(beside(years=2))["board"]["budget"]["third"]
    assert "2 år" in money["note"]
    assert money["value"] == ""


def test_the_big_screen_says_where_the_proposals_amount_is() -> None:
    visit = beside()
    visit.present = True
    assert "Forvaltningens beløb står på siden Budget." in fed(visit)["board"]["limits"]
    visit.reference = None
    assert not any("Forvaltningen" in limit for limit in fed(visit)["board"]["limits"])
