"""Test contributions of levers: by hand, over all orders, sampled, stopped."""

from __future__ import annotations

import datetime
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.explain.attribution import CannotExplain, Sampling, attribute
from model.explain.attribution_sentences import attribution_sentences
from model.explain.case_runs import CaseFigures
from model.explain.coalitions import CoalitionTable
from model.explain.contributions import Attribution, Contributions
from model.explain.shapley import exact
from model.goals.evaluate import evaluate_goals, goal_evaluator
from model.goals.series import NET, PERSONS
from model.language.catalogue import LANGUAGES
from model.municipality.goal_specs import load_goals
from model.municipality.municipality import load_municipality
from model.scenario.levers import OFFER_GROUPS
from model.scenario.scenario import Scenario
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group
from tests.model.explain.cases import AP, BALLERUP, SIX, Move, explained, in_words, near, plan

THREE = plan(("firm_places", 350), ("activation_rate", 45, AP), ("meetings", 4, "dagpenge"))


def indicator_ends(run: Outcome, base: Outcome) -> dict[str, float]:
    """Return every indicator of Ballerup at the horizon's end, by key."""
    figures = goal_evaluator(BALLERUP.goals).figures(run, base)
    return {f"{goal}.{name}": figure.end for (goal, name), figure in figures.items()}


def figures(found: Attribution) -> list[Contributions]:
    return [*found.indicators.values(), found.persons, found.budget.total]


def test_three_levers_by_hand_over_all_orders() -> None:
    """The definition, with every coalition simulated on its own and nothing shared with what is tested."""
    found = explained(THREE)
    base = baseline(BALLERUP, THREE)
    changes = {part.targets[0]: part.changes for part in found.levers}
    targets = list(changes)

    @cache
    def worth(members: frozenset[tuple[str, str | None]]) -> dict[str, float]:
        run = simulate(BALLERUP, THREE.copy_with(changes=tuple(c for t in members for c in changes[t])))
        ends = indicator_ends(run, base)
        spent = budget(run, base)
        net = {f"net_{year}": x for year, x in zip(spent.years, spent.net.difference, strict=True)}
        persons = float(totals_by_group(run).last_year("caseload").sum())
        return {**ends, **net, PERSONS: persons, NET: spent.total_difference}

    orders = list(permutations(targets))
    by_hand = {key: dict.fromkeys(targets, 0.0) for key in worth(frozenset())}
    for order in orders:
        members: frozenset[tuple[str, str | None]] = frozenset()
        for target in order:
            after = worth(members | {target})
            for key, shares in by_hand.items():
                shares[target] += (after[key] - worth(members)[key]) / len(orders)
            members |= {target}
    assert found.exact
    assert found.runs == 8
    for figure in figures(found):
        for target, share in zip(targets, figure.parts, strict=True):
            assert share == pytest.approx(by_hand[figure.key][target], rel=1e-9, abs=1e-6)
    for i, year in enumerate(found.budget.years):
        for target, share in zip(targets, found.budget.parts[:, i], strict=True):
            assert share == pytest.approx(by_hand[f"net_{year}"][target], rel=1e-9, abs=1e-4)


def test_contributions_sum_to_the_change_of_every_indicator() -> None:
    found = explained(SIX)
    run, base = simulate(BALLERUP, SIX), baseline(BALLERUP, SIX)
    goals = evaluate_goals(run, base)
    keys = [f"{goal.id}.{indicator.id}" for goal in goals for indicator in goal.indicators]
    assert [*found.indicators, *found.left_out] == keys
    assert found.left_out == ()
    for key, indicator in zip(keys, (i for goal in goals for i in goal.indicators), strict=True):
        figure = found.indicators[key]
        assert near(figure.change, indicator.change)
        assert near(sum(figure.parts), indicator.change)
    assert near(found.budget.total.change, budget(run, base).total_difference)
    assert found.budget.parts.sum(axis=0) == pytest.approx(budget(run, base).net.difference, rel=1e-9)
    assert found.budget.parts.sum(axis=1) == pytest.approx(found.budget.total.parts, rel=1e-9)
    for figure in figures(found):
        assert near(sum(figure.parts), figure.change)
        assert set(figure.standard_errors) == {0.0}


def test_at_the_target_date_as_the_status_reads_it() -> None:
    """Brøndby's participation has a target within two years: the mean of the 52 weeks to that date."""
    broendby = load_municipality("broendby")
    scenario = Scenario(name="p", municipality="broendby", years=3).with_change("firm_places", 300)
    found = attribute(broendby, scenario)
    dated = {
        f"{goal.id}.{spec.id}": spec
        for goal in load_goals("broendby")
        for spec in goal.indicators
        if spec.target_weeks is not None
    }
    assert dated
    assert {key for key, figure in found.indicators.items() if figure.at_target is not None} == set(dated)
    run, base = simulate(broendby, scenario), baseline(broendby, scenario)
    for key, spec in dated.items():
        goal_id, _, name = key.partition(".")
        goal = next(goal for goal in evaluate_goals(run, base) if goal.id == goal_id)
        figure, week = found.indicators[key].at_target, spec.target_weeks
        assert figure is not None
        assert week is not None
        values = goal.indicator(name).scenario[week - 51 : week + 1]
        assert figure.scenario == pytest.approx(float(np.nanmean(values)), rel=1e-12)
        assert near(sum(figure.parts), figure.change)
        ends = goal_evaluator(run.municipality.goals).figures(run, base)
        assert ends[goal_id, name].at_target == pytest.approx(figure.scenario)


MOVES = [
    ("firm_places", 300),
    ("activation_rate", 40, "dagpenge"),
    ("meetings", 3, "dagpenge"),
    ("mentor_share", 30, AP),
    ("equal_effort", 50),
]


@settings(max_examples=6, deadline=None)
@given(st.permutations(MOVES), st.integers(2, 4))
def test_the_order_in_which_levers_are_listed_does_not_matter(moves: list[Move], count: int) -> None:
    one = attribute(BALLERUP, plan(*moves[:count], years=1))
    two = attribute(BALLERUP, plan(*reversed(moves[:count]), years=1))
    assert [part.targets for part in one.levers] == [part.targets for part in two.levers]
    for before, after in zip(figures(one), figures(two), strict=True):
        assert before.parts == after.parts


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.sampled_from(MOVES), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(OFFER_GROUPS), max_size=3, unique=True),
    st.floats(0, 90).map(lambda x: round(x, 1)),
)
def test_contributions_sum_whatever_is_moved(moves: list[Move], groups: list[str], rate: float) -> None:
    scenario = plan(*moves, *(("activation_rate", rate, group) for group in groups), years=1)
    found = attribute(BALLERUP, scenario)
    run, base = simulate(BALLERUP, scenario), baseline(BALLERUP, scenario)
    before, after = indicator_ends(base, base), indicator_ends(run, base)
    for key, value in after.items():
        if key in found.indicators:
            assert near(sum(found.indicators[key].parts), value - before[key])
    assert near(sum(found.budget.total.parts), budget(run, base).total_difference)


def test_a_lever_at_its_baseline_value_contributes_zero_without_a_run() -> None:
    same = float(BALLERUP.engine.firm_places)
    found = attribute(BALLERUP, plan(("firm_places", same), ("meetings", 4, "dagpenge")))
    assert found.runs == 2
    assert [part.lever for part in found.levers] == ["firm_places", "meetings"]
    for figure in figures(found):
        assert figure.parts[0] == 0.0
        assert figure.parts[1] == figure.change
    assert (found.budget.parts[0] == 0.0).all()
    reason = found.levers[0].no_effect
    assert reason is not None
    assert reason.da.startswith("»Pladser i virksomheder« er sat til det, der gælder uden ændringer")
    assert found.levers[1].no_effect is None
    told_da = " ".join(in_words(attribution_sentences(found), "da"))
    assert "Pladser i virksomheder (200 til 200) flytter ikke noget resultat mærkbart." in told_da


def test_only_levers_as_in_the_baseline() -> None:
    found = attribute(BALLERUP, plan(("firm_places", float(BALLERUP.engine.firm_places)), years=1))
    assert found.exact
    assert {figure.change for figure in figures(found)} == {0.0}
    assert {part for figure in figures(found) for part in figure.parts} == {0.0}
    for language in LANGUAGES:
        assert in_words(attribution_sentences(found), language)


def test_sampled_is_exact_within_its_error() -> None:
    every = explained(SIX)
    found = attribute(BALLERUP, SIX, sampling=Sampling(exact_up_to=5, pairs=12, seed=4))
    assert not found.exact
    assert found.orders == 24
    off = []
    for one, two in zip(figures(every), figures(found), strict=True):
        assert near(sum(two.parts), two.change)
        assert near(one.change, two.change)
        smallest = 1e-6 * max(abs(one.change), 1e-6)
        off += [
            abs(a - b) / max(error, smallest)
            for a, b, error in zip(one.parts, two.parts, two.standard_errors, strict=True)
        ]
    # Means of twelve pairs follow Student's law with 11 degrees of freedom: 2.2 is passed by one in twenty.
    assert np.mean(np.array(off) > 2.2) < 0.10
    assert max(off) < 8
    assert set(found.standard_errors) == {*found.indicators, PERSONS, NET}
    assert any(
        "24 tilfældige rækkefølger" in sentence for sentence in in_words(attribution_sentences(found), "da")
    )


def test_a_sample_is_the_same_again_and_another_seed_gives_another() -> None:
    one, two, three = (
        attribute(BALLERUP, plan(*MOVES, years=1), sampling=Sampling(exact_up_to=3, pairs=2, seed=seed))
        for seed in (1, 1, 2)
    )
    assert one.persons == two.persons
    assert one.persons.parts != three.persons.parts


def test_more_levers_than_pairs_are_looked_at() -> None:
    """Thirteen levers: orders are drawn, two at a time are left alone, and the sum still holds."""
    scenario = plan(
        *(("meetings", 4, group) for group in OFFER_GROUPS),
        ("firm_places", 300),
        ("equal_effort", 50),
        years=1,
    )
    found = attribute(BALLERUP, scenario, sampling=Sampling(pairs=2))
    assert len(found.levers) == 13
    assert not found.exact
    assert found.interactions == ()
    for figure in figures(found):
        assert near(sum(figure.parts), figure.change)
    for language in LANGUAGES:
        assert in_words(attribution_sentences(found), language)


def test_groups_of_a_lever_taken_as_one() -> None:
    groups = OFFER_GROUPS[:5]
    scenario = plan(
        *(("activation_rate", 40, group) for group in groups), ("meetings", 4, "dagpenge"), years=1
    )
    found = attribute(BALLERUP, scenario, merge_groups=True)
    assert [part.label.da for part in found.levers] == [
        "Aktiveringsgrad, 5 grupper",
        "Samtaler pr. kvartal, dagpenge (1,2 til 4,0)",
    ]
    assert found.levers[0].targets == tuple(("activation_rate", group) for group in groups)
    assert found.runs == 4
    for figure in figures(found):
        assert near(sum(figure.parts), figure.change)


def test_the_economy_and_the_assumptions_are_no_levers() -> None:
    """The baseline has them too: the same levers give parts of the difference between the two, and of nothing else."""
    scenario = plan(("meetings", 4, "dagpenge")).copy_with(economy="second_wave")
    found = attribute(BALLERUP, scenario)
    base = baseline(BALLERUP, scenario)
    assert near(found.persons.baseline, float(totals_by_group(base).last_year("caseload").sum()))
    assert found.persons.parts[0] == found.persons.change


def test_steps_of_one_lever_are_one_lever() -> None:
    scenario = plan(("firm_places", 300)).with_change("firm_places", 400, from_=datetime.date(2021, 9, 6))
    found = attribute(BALLERUP, scenario)
    (part,) = found.levers
    assert [change.to for change in part.changes] == [300.0, 400.0]
    assert part.label.da == "Pladser i virksomheder (200 til 400)"


def test_an_indicator_without_a_value_in_some_run_has_no_contributions() -> None:
    """Two levers, two indicators: the second is not defined when only the first lever is moved."""
    ends = np.array([[1.0, 5.0], [3.0, np.nan], [4.0, 6.0], [6.0, 8.0]])
    nothing = np.full((4, 2), np.nan)
    zeros = np.zeros((4, 1))
    measured = CaseFigures((("g", "a"), ("g", "b")), (2021,), ends, nothing, zeros, zeros[:, 0], zeros)
    table = CoalitionTable(measured, [0, 1, 2, 3])
    parts = exact(table.gains)
    found = table.indicator("g.a", parts, np.zeros_like(parts))
    assert found == Contributions("g.a", 1.0, 6.0, (2.0, 3.0), (0.0, 0.0))
    assert table.indicator("g.b", parts, np.zeros_like(parts)) is None


def test_what_is_left_out_is_told() -> None:
    found = replace(explained(THREE), left_out=("ikke_vestlig_baggrund.offer_use",))
    assert (
        "findes i alle beregninger: Mål 5, »Brug af virksomhedsrettede tilbud"
        in in_words(attribution_sentences(found), "da")[-1]
    )


def test_asked_for_some_indicators_only() -> None:
    found = attribute(BALLERUP, plan(("meetings", 4, "dagpenge")), indicators=["forsikrede_ledige.rank"])
    assert list(found.indicators) == ["forsikrede_ledige.rank"]


@pytest.mark.parametrize(
    ("scenario", "options", "da", "en"),
    [
        (plan(), {}, "ændrer ingen skydere", "changes no lever"),
        (
            plan(("firm_places", 300)),
            {"indicators": ["forsikrede_ledige.rnk"]},
            "»forsikrede_ledige.rnk« kendes ikke. Mente du »forsikrede_ledige.rank«?",
            "“forsikrede_ledige.rnk” is not known. Did you mean “forsikrede_ledige.rank”?",
        ),
    ],
)
def test_what_cannot_be_explained(scenario: Scenario, options: dict[str, Any], da: str, en: str) -> None:
    with pytest.raises(CannotExplain) as caught:
        attribute(BALLERUP, scenario, **options)
    assert da in caught.value.text("da")
    assert en in caught.value.text("en")


def test_progress_is_told_and_work_can_be_stopped() -> None:
    seen: list[tuple[int, int]] = []
    attribute(BALLERUP, plan(*MOVES, years=1), progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 32)
    assert seen[-1] == (32, 32)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    asked = []

    def after_the_first() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(CancelledError):
        attribute(BALLERUP, plan(*MOVES, years=1), cancel=after_the_first)
    assert len(asked) == 2


def test_an_executor_gives_the_same() -> None:
    with ThreadPoolExecutor(2) as executor:
        found = attribute(BALLERUP, THREE, executor=executor)
    assert [figure.parts for figure in figures(found)] == [
        figure.parts for figure in figures(explained(THREE))
    ]
