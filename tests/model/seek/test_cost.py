"""Test what is told of an answer's cost: its range, what it leaves out, and levers without a price."""

from __future__ import annotations

import json
import re

import pytest

from model.budget.warnings import UNPRICED
from model.language.catalogue import LANGUAGES
from model.scenario.levers import LEVER_BY_ID
from model.seek.answer import CannotSeek, FreeLever, SeekAnswer, SeekOptions, Target
from model.seek.curve import curve
from model.seek.seek import seek
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.fan import fan
from tests.command_line import called
from tests.folders import ROOT
from tests.model.seek.cases import BALLERUP, PLACES, PLAIN, in_words, twenty

EQUAL = FreeLever("equal_effort")
# The difference in the use of offers that equal effort closes, and that firm places do not.
OFFER_USE = Target("ikke_vestlig_baggrund.offer_use", 0.95)
UNCHANGED = str(ROOT / "scenarios" / "ballerup" / "uaendret.yaml")
# A bare verb of saving or costing, in either language.
VERB = re.compile(
    r"\b(kommunen sparer|det koster|the municipality saves|it costs|costs nothing)\b", re.IGNORECASE
)


def test_the_cost_of_an_answer_has_the_range_of_its_scenarios_band() -> None:
    answer = twenty()
    ranges = fan(BALLERUP, answer.scenario, options=FanOptions(indicators=())).ranges
    assert ranges is not None
    assert answer.total_amount.range == ranges.total
    assert [amount.range for amount in answer.year_amounts] == [
        ranges.of_year(year) for year in range(len(answer.years))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_says_saves_or_costs_where_the_range_crosses_zero(language: str) -> None:
    answer = twenty()
    assert answer.total_amount.kind == "either"
    sentences = in_words(answer, language)
    assert not [sentence for sentence in sentences if VERB.search(sentence)]
    (told,) = [s for s in sentences if answer.total_amount.ends_shown(language) in s]
    assert "både spare og koste" in told or "both save and cost" in told


@pytest.mark.parametrize("budget", [0.0, 5e6])
@pytest.mark.parametrize("lever", UNPRICED)
def test_a_lever_without_a_price_is_refused_within_a_budget(lever: str, budget: float) -> None:
    with pytest.raises(CannotSeek) as refused:
        seek(BALLERUP, PLAIN, [OFFER_USE], [PLACES, FreeLever(lever)], SeekOptions(budget_per_year=budget))
    for language, do in (("da", "søg uden budget"), ("en", "search without a budget")):
        told = refused.value.text(language)
        assert do in told
        assert LEVER_BY_ID[lever].label.text(language) in told


def test_a_curve_of_budgets_refuses_a_lever_without_a_price() -> None:
    with pytest.raises(CannotSeek, match="no price"):
        curve(BALLERUP, PLAIN, OFFER_USE, [EQUAL])


def test_a_lever_that_is_said_to_cost_nothing_is_sought_and_the_answer_says_so() -> None:
    options = SeekOptions(budget_per_year=1e8, costless_levers=("equal_effort",))
    answer = seek(BALLERUP, PLAIN, [OFFER_USE], [EQUAL], options)
    assert any(move.moved for move in answer.moves)
    assert answer.costless == ("equal_effort",)
    assert answer.total_amount.unpriced == ()
    assert "Det er oplyst, at det ikke koster noget at ændre: Lige indsats uanset baggrund." in in_words(
        answer, "da"
    )


@pytest.fixture(scope="module")
def without_budget() -> SeekAnswer:
    return seek(BALLERUP, PLAIN, [OFFER_USE], [EQUAL])


def test_without_a_budget_the_cost_says_first_that_the_lever_has_no_price(without_budget: SeekAnswer) -> None:
    answer = without_budget
    assert answer.total_amount.unpriced == ("equal_effort",)
    (told,) = [s for s in in_words(answer, "da") if s.startswith("Uden en pris på")]
    assert "brugen af tilbud på tværs af herkomst" in told
    for language in LANGUAGES:
        assert not [sentence for sentence in in_words(answer, language) if VERB.search(sentence)]


@pytest.mark.parametrize("lever", ["firm_places", "equal_efort"])
def test_only_a_lever_without_a_price_can_be_said_to_cost_nothing(lever: str) -> None:
    with pytest.raises(CannotSeek):
        seek(BALLERUP, PLAIN, [OFFER_USE], [EQUAL], SeekOptions(costless_levers=(lever,)))


def test_the_command_line_refuses_names_the_option_and_takes_it() -> None:
    asked = (
        "seek",
        UNCHANGED,
        "--goal",
        f"{OFFER_USE.indicator}={OFFER_USE.target}",
        "--lever",
        "equal_effort",
    )
    status, _, err = called(*asked, "--budget", "0")
    assert status == 2
    assert "--free" in err
    status, out, _ = called(*asked, "--budget", "100000000", "--free", "equal_effort", "--json")
    assert status == 0
    money = json.loads(out)["budget"]
    assert money["costless_levers"] == ["equal_effort"]
    assert money["unpriced_levers"] == []
    assert money["verdict"] in ("same", "saves", "costs", "either")
    assert set(money["range"]) == {"low", "high", "total"}
    low, high = money["range"]["total"]
    assert low <= money["total"] <= high


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_by_caseworkers_and_partial_returns_has_a_price(language: str) -> None:
    """Both were free: the answer said that it costs nothing more in any year, DKK -83.2m."""
    levers = [FreeLever("caseworker_changes"), FreeLever("partial_return")]
    answer = seek(BALLERUP, PLAIN, [Target("ikke_vestlig_baggrund.pressure_gap", 0.1)], levers)
    assert all(move.moved for move in answer.moves)
    assert answer.total_amount.unpriced == ()
    assert answer.total_amount.kind == "either"
    assert answer.share_assumed > 0
    sentences = in_words(answer, language)
    assert not [sentence for sentence in sentences if VERB.search(sentence)]
    assert any(("hvis det lykkes" if language == "da" else "if it succeeds") in one for one in sentences)
