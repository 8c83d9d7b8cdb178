"""Rules by date: which sets hold when, what they close and call, and what benefits are under them."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from model.domain import GROUP_INDEX, INSTEAD_OF_CLOSED
from model.language.catalogue import LANGUAGES, group_name, group_names_of_one_answer
from model.municipality.municipality import load_municipality
from model.municipality.rules import (
    AS_AT_START,
    DATED,
    FIRST_RULES,
    UnknownRules,
    check_rules,
    entry_by_week,
    least_certain,
    rule_sets,
    sets_at,
    sets_passed,
)
from model.scenario.period import period_notes, rules_of, use_names_of
from model.scenario.scenario import Scenario

CLOSED_FROM = datetime.date(2026, 2, 1)
WEEKS = np.datetime64("2026-01-05", "D") + 7 * np.arange(60)


def test_the_sets_are_those_of_the_law_and_in_order() -> None:
    dates = [f"{one.from_:%Y-%m}" for one in rule_sets()]
    assert dates == ["2021-01", "2023-05", "2025-07", "2026-01", "2026-02", "2026-07", "2027-01"]
    assert [one.status for one in rule_sets()][-1] == "expected"
    for one in rule_sets():
        for change in one.changes:
            assert change.source
            assert change.text.da != change.text.en
        assert set(one.closed) <= set(INSTEAD_OF_CLOSED)


def test_which_sets_hold() -> None:
    start = datetime.date(2026, 1, 5)
    july = datetime.date(2026, 7, 1)
    assert [f"{s.from_:%Y-%m}" for s in sets_at(FIRST_RULES, july, start)] == ["2021-01"]
    assert f"{sets_at(DATED, july, start)[-1].from_:%Y-%m}" == "2026-07"
    assert f"{sets_at(AS_AT_START, july, start)[-1].from_:%Y-%m}" == "2026-01"
    passed = sets_passed(DATED, start, datetime.date(2027, 1, 4))
    assert [f"{s.from_:%Y-%m}" for s in passed] == ["2026-02", "2026-07", "2027-01"]
    assert sets_passed(AS_AT_START, start, datetime.date(2030, 1, 1)) == ()
    assert least_certain(passed) == "expected"
    assert least_certain(()) == "in_force"
    with pytest.raises(UnknownRules):
        check_rules("2031")


def test_a_group_is_closed_from_its_date_on() -> None:
    entry = entry_by_week(DATED, WEEKS, datetime.date(2026, 1, 5))
    closed = np.datetime64(CLOSED_FROM, "D") <= WEEKS
    for group in ("ressourceforloeb", "revalidering"):
        np.testing.assert_array_equal(entry[:, GROUP_INDEX[group]], np.where(closed, 0.0, 1.0))
    assert entry.sum() == entry.size - 2 * closed.sum()
    assert (entry_by_week(FIRST_RULES, WEEKS, datetime.date(2026, 1, 5)) == 1.0).all()
    assert (entry_by_week(AS_AT_START, WEEKS, datetime.date(2026, 1, 5)) == 1.0).all()
    assert (
        entry_by_week(AS_AT_START, WEEKS, CLOSED_FROM)[closed][:, GROUP_INDEX["revalidering"]] == 0.0
    ).all()


def test_a_renamed_group_is_called_by_its_new_name_within_one_answer() -> None:
    scenario = Scenario(name="x", municipality="ballerup", baseline="2026", rules=DATED)
    before = {language: group_name("sho", language) for language in LANGUAGES}
    with group_names_of_one_answer():
        use_names_of(scenario)
        assert group_name("sho", "da") == "Kontanthjælp, mindstesats"
        assert group_name("jobafklaring", "da") == "Sygedagpenge på nedsat sats (før jobafklaring)"
        assert group_name("sho", "da", short=True) != group_name("sho", "da")
        use_names_of(Scenario(name="x", municipality="ballerup"))
        assert group_name("sho", "da") == before["da"]
        use_names_of(scenario)
    assert {language: group_name("sho", language) for language in LANGUAGES} == before


@pytest.mark.parametrize(
    ("year", "rate"), [(2022, 19351), (2023, 19728), (2024, 20359), (2025, 21092), (2026, 22041)]
)
def test_dagpenge_is_as_published(year: int, rate: float) -> None:
    """The highest rate; graduates' share and the payment factor taken out of what the budget reckons with."""
    prices = load_municipality("ballerup", figures="2026", rules=DATED).budget
    assert prices.number(f"budget.rate.dagpenge_max.{year}") == rate


def test_a_rate_between_and_after_the_published_ones_is_regulated() -> None:
    prices = load_municipality("ballerup", figures="2026", rules=DATED).budget
    days = {2024: 366, 2025: 365, 2026: 365, 2027: 365, 2028: 366}
    sick = {year: prices.weekly_rate(year)[GROUP_INDEX["sygedagpenge"]] for year in days}
    leave = {year: prices.weekly_rate(year)[GROUP_INDEX["ledighedsydelse"]] for year in days}
    factor = prices.number("budget.payment_factor.sygedagpenge")
    assert sick[2026] == pytest.approx(5085 * factor)
    assert sick[2028] == pytest.approx(5085 * factor * 1.03**2)
    # Published to 2024 alone: then the steps of 2025 and 2026, then the assumption.
    assert leave[2026] / leave[2024] == pytest.approx(1.036 * 1.045)
    assert leave[2027] / leave[2026] == pytest.approx(1.03)


def test_the_reduced_sickness_rate_is_an_assumption_from_2027() -> None:
    of = {
        value: load_municipality(
            "ballerup", overrides={"budget.reduced_sickness_rate": value}, figures="2026", rules=DATED
        ).budget
        for value in (0.8, 1.0)
    }
    jobafklaring = GROUP_INDEX["jobafklaring"]
    for year, ratio in ((2026, 1.0), (2027, 0.8)):
        rates = [of[value].weekly_rate(year)[jobafklaring] for value in (0.8, 1.0)]
        assert rates[0] / rates[1] == pytest.approx(ratio)
    register = load_municipality("ballerup", figures="2026", rules=DATED)
    row = register.parameter("budget.reduced_sickness_rate").value
    assert (row.quality, row.low, row.high) == ("assumption", 0.8, 1.25)


def test_the_first_rules_know_nothing_of_it() -> None:
    prices = load_municipality("ballerup").budget
    assert not any(
        key.startswith("budget.regulation") or key.endswith(".2022") for key in prices.values if "rate" in key
    )


@pytest.mark.parametrize(
    ("baseline", "rules", "start", "told"),
    [
        ("2020", "2021-01", "2021-01-04", ()),
        ("2020", "2021-01", "2027-01-04", ("old_figures", "old_rules")),
        ("2020", "dated", "2027-01-04", ("old_figures", "rules_on_old_figures", "expected")),
        ("2026", "2021-01", "2026-01-05", ("old_rules",)),
        ("2026", "start", "2026-01-05", ("rules_at_start",)),
        ("2026", "dated", "2026-01-05", ("expected", "passed")),
        ("2026", "dated", "2027-01-04", ("expected",)),
    ],
)
def test_what_does_not_belong_together_is_told(
    baseline: str, rules: str, start: str, told: tuple[str, ...]
) -> None:
    scenario = Scenario(
        name="x",
        municipality="ballerup",
        baseline=baseline,
        rules=rules,
        start=datetime.date.fromisoformat(start),
    )
    notes = period_notes(scenario)
    assert tuple(note.key.rsplit(".", 1)[1] for note in notes) == told
    for note in notes:
        for language in LANGUAGES:
            assert "{" not in note.text(language)
    assert bool(rules_of(scenario)) == (rules != FIRST_RULES)
