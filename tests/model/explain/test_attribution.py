"""Why a scenario moves what it moves: contributions on real runs, reasons for nothing, and mechanisms."""

from __future__ import annotations

import datetime
import re
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from functools import cache, lru_cache
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.domain import GROUP_INDEX
from model.explain.attribution import Attribution, CannotExplain, Contributions, _Table, attribute
from model.explain.case_runs import Measured
from model.explain.headline import reasons_for_nothing
from model.explain.mechanisms import MECHANISMS, MechanismPart, all_mechanisms, mechanisms, told
from model.explain.shapley import exact
from model.goals.evaluate import evaluate_goals, indicator_figures, indicator_values
from model.language.catalogue import LANGUAGES
from model.library.stored_results import NET, PERSONS
from model.municipality.goal_specs import load_goals
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.levers import OFFER_GROUPS
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import group_totals

AP = "kontanthjaelp_aktivitetsparat"
BALLERUP = load_municipality("ballerup")
Move = tuple[Any, ...]


def plan(*changes: Move, years: int = 2) -> Scenario:
    """A scenario of few years: (lever, value) or (lever, value, group)."""
    found = Scenario(name="prøve", municipality="ballerup", years=years)
    for change in changes:
        found = found.with_change(*change)
    return found


THREE = plan(("firm_places", 350), ("activation_rate", 45, AP), ("meetings", 4, "dagpenge"))
SIX = plan(
    ("firm_places", 350),
    ("activation_rate", 45, AP),
    ("meetings", 4, "dagpenge"),
    ("newcomer_priority", 20, "dagpenge"),
    ("mentor_share", 40, "uddannelseshjaelp_aktivitetsparat"),
    ("partial_return", 25),
)


@lru_cache(maxsize=4)
def explained(scenario: Scenario) -> Attribution:
    return attribute(BALLERUP, scenario)


def figures(found: Attribution) -> list[Contributions]:
    return [*found.indicators.values(), found.persons, found.budget.total]


def near(one: float, two: float) -> bool:
    """To 1e-9, of the size for amounts."""
    return abs(one - two) <= 1e-9 * max(1.0, abs(one), abs(two))


# --- contributions -------------------------------------------------------------------------------


def test_three_levers_by_hand_over_all_orders() -> None:
    """The definition, with every coalition simulated on its own and nothing shared with what is tested."""
    found = explained(THREE)
    base = baseline(BALLERUP, THREE)
    changes = {part.targets[0]: part.changes for part in found.levers}
    targets = list(changes)

    @cache
    def worth(members: frozenset[tuple[str, str | None]]) -> dict[str, float]:
        run = simulate(BALLERUP, THREE.replaced(changes=tuple(c for t in members for c in changes[t])))
        ends = {f"{goal}.{name}": value for (goal, name), value in indicator_values(run, base).items()}
        spent = budget(run, base)
        net = {f"net_{year}": x for year, x in zip(spent.years, spent.net.difference, strict=True)}
        persons = float(group_totals(run).last_year("caseload").sum())
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


def test_every_indicator_has_its_contributions_and_they_sum_to_the_cards_change() -> None:
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
        assert indicator_figures(run, base)[goal_id, name].at_target == pytest.approx(figure.scenario)


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
    before, after = indicator_values(base, base), indicator_values(run, base)
    for (goal, name), value in after.items():
        if f"{goal}.{name}" in found.indicators:
            assert near(sum(found.indicators[f"{goal}.{name}"].parts), value - before[goal, name])
    assert near(sum(found.budget.total.parts), budget(run, base).total_difference)


def test_a_lever_as_in_the_baseline_takes_no_run_and_gets_exactly_nothing() -> None:
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
    assert reason.da.startswith("»Pladser i virksomheder« er sat til det, der allerede gælder")
    assert found.levers[1].no_effect is None
    told_da = " ".join(found.told("da"))
    assert "Pladser i virksomheder (200 til 200) flytter ikke noget resultat mærkbart." in told_da


def test_only_levers_as_in_the_baseline() -> None:
    found = attribute(BALLERUP, plan(("firm_places", float(BALLERUP.engine.firm_places)), years=1))
    assert found.exact
    assert {figure.change for figure in figures(found)} == {0.0}
    assert {part for figure in figures(found) for part in figure.parts} == {0.0}
    for language in LANGUAGES:
        assert found.told(language)


def test_sampled_is_exact_within_its_error() -> None:
    every = explained(SIX)
    found = attribute(BALLERUP, SIX, exact_up_to=5, pairs=12, seed=4)
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
    assert any("24 tilfældige rækkefølger" in sentence for sentence in found.told("da"))


def test_a_sample_is_the_same_again_and_another_seed_gives_another() -> None:
    one, two, three = (
        attribute(BALLERUP, plan(*MOVES, years=1), exact_up_to=3, pairs=2, seed=seed) for seed in (1, 1, 2)
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
    found = attribute(BALLERUP, scenario, pairs=2)
    assert len(found.levers) == 13
    assert not found.exact
    assert found.together == ()
    for figure in figures(found):
        assert near(sum(figure.parts), figure.change)
    for language in LANGUAGES:
        assert found.told(language)


def test_groups_of_a_lever_taken_as_one() -> None:
    groups = OFFER_GROUPS[:5]
    scenario = plan(
        *(("activation_rate", 40, group) for group in groups), ("meetings", 4, "dagpenge"), years=1
    )
    found = attribute(BALLERUP, scenario, merge_groups=True)
    assert [part.words.da for part in found.levers] == [
        "Aktiveringsgrad, 5 grupper",
        "Samtaler pr. kvartal, dagpenge (1,2 til 4,0)",
    ]
    assert found.levers[0].targets == tuple(("activation_rate", group) for group in groups)
    assert found.runs == 4
    for figure in figures(found):
        assert near(sum(figure.parts), figure.change)


def test_the_economy_and_the_assumptions_are_no_levers() -> None:
    """The baseline has them too: the same levers give parts of the difference between the two, and of nothing else."""
    scenario = plan(("meetings", 4, "dagpenge")).replaced(economy="second_wave")
    found = attribute(BALLERUP, scenario)
    base = baseline(BALLERUP, scenario)
    assert near(found.persons.baseline, float(group_totals(base).last_year("caseload").sum()))
    assert found.persons.parts[0] == found.persons.change


def test_steps_of_one_lever_are_one_lever() -> None:
    scenario = plan(("firm_places", 300)).with_change("firm_places", 400, from_=datetime.date(2021, 9, 6))
    found = attribute(BALLERUP, scenario)
    (part,) = found.levers
    assert [change.to for change in part.changes] == [300.0, 400.0]
    assert part.words.da == "Pladser i virksomheder (200 til 400)"


def test_an_indicator_without_a_value_in_some_run_has_no_contributions() -> None:
    """Two levers, two indicators: the second is not defined when only the first lever is moved."""
    ends = np.array([[1.0, 5.0], [3.0, np.nan], [4.0, 6.0], [6.0, 8.0]])
    nothing = np.full((4, 2), np.nan)
    zeros = np.zeros((4, 1))
    measured = Measured((("g", "a"), ("g", "b")), (2021,), ends, nothing, zeros, zeros[:, 0], zeros)
    table = _Table(measured, [0, 1, 2, 3])
    parts = exact(table.gains)
    found = table.indicator("g.a", parts, np.zeros_like(parts))
    assert found == Contributions("g.a", 1.0, 6.0, (2.0, 3.0), (0.0, 0.0))
    assert table.indicator("g.b", parts, np.zeros_like(parts)) is None


def test_what_is_left_out_is_told() -> None:
    found = replace(explained(THREE), left_out=("ikke_vestlig_baggrund.offer_use",))
    assert "findes i alle beregninger: Mål 5, »Brug af virksomhedsrettede tilbud" in found.told("da")[-1]


def test_asked_for_some_indicators_only() -> None:
    found = attribute(BALLERUP, plan(("meetings", 4, "dagpenge")), indicators=["forsikrede_ledige.rank"])
    assert list(found.indicators) == ["forsikrede_ledige.rank"]


@pytest.mark.parametrize(
    ("scenario", "options", "da", "en"),
    [
        (plan(), {}, "ændrer ingen håndtag", "changes no lever"),
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


# --- reasons -------------------------------------------------------------------------------------


def reason(
    scenario: Scenario, lever: str, municipality: Municipality = BALLERUP, language: str = "da"
) -> str:
    part = next(part for part in attribute(municipality, scenario).levers if part.lever == lever)
    assert part.no_effect is not None, "the lever moves something"
    return part.no_effect.get(language)


def test_a_lever_that_starts_too_late_says_so() -> None:
    last_friday = plan(years=1).end - datetime.timedelta(days=3)
    scenario = plan(("meetings", 4, "dagpenge"), years=1).with_change("firm_places", 400, from_=last_friday)
    assert "ændres så sent i perioden" in reason(scenario, "firm_places")


def test_a_group_without_citizens_says_so() -> None:
    empty = load_municipality(
        "ballerup", overrides={"split.revalidering": 1e-4, "firm_use.revalidering": 0.0}
    )
    scenario = plan(("activation_rate", 60, "revalidering"), ("meetings", 4, "dagpenge"), years=1)
    assert reason(scenario, "activation_rate", empty) == "Der er ingen borgere at flytte (revalidering)."


def with_ceilings_at_todays_use() -> Municipality:
    """Every target group stands at its ceiling: nobody can take a place more."""
    engine = BALLERUP.engine
    wanted = engine.use_factor * engine.stock
    room = (engine.stock * wanted.sum(axis=1, keepdims=True) / wanted).min(axis=1)
    share = engine.firm_use / room
    overrides = {f"firm_ceiling.{group}": float(share[GROUP_INDEX[group]]) + 1e-6 for group in OFFER_GROUPS}
    return load_municipality("ballerup", overrides=overrides)


def test_places_that_nobody_can_take_say_so() -> None:
    scenario = plan(("firm_places", 800), years=1)
    low = with_ceilings_at_todays_use()
    found = attribute(low, scenario)
    words = "pladser står ubesatte: alle målgrupper er ved loftet"
    assert words in " ".join(found.limits("da"))
    reasons = reasons_for_nothing(simulate(low, scenario), baseline(low, scenario), "da")
    assert words in reasons[0]


def test_the_mix_of_places_says_that_there_are_no_more() -> None:
    scenario = plan(("firm_place_mix", {"paid_hours": 100}), ("meetings", 4, "dagpenge"), years=1)
    assert "Fordelingen af nye pladser flytter intet" in reason(scenario, "firm_place_mix")
    with_places = attribute(BALLERUP, scenario.with_change("firm_places", 400))
    assert [part.no_effect is None for part in with_places.levers] == [True, True, True]


def test_what_is_only_done_more_of_is_no_result() -> None:
    """Changes of caseworker are Brøndby's indicator; with no effect on jobs they move nothing else."""
    for name, words in (
        ("broendby", "Det ændrer kun, hvad der gøres: »"),
        ("ballerup", "Modellen regner ikke med, at det flytter nogen"),
    ):
        own = load_municipality(name)
        none = load_municipality(
            name, overrides={k: 1.0 for k in own.values if k.startswith("hr_caseworker.")}
        )
        scenario = Scenario(name="p", municipality=name, years=1).with_change("caseworker_changes", 0)
        assert words in reason(scenario, "caseworker_changes", none)


# --- levers together -----------------------------------------------------------------------------


def test_two_levers_that_use_the_same_citizens_give_less_together() -> None:
    """Both raise offers to the same groups, and offers in all are the larger of the two."""
    scenario = plan(
        ("firm_places", 900), *(("activation_rate", 45, group) for group in OFFER_GROUPS), years=2
    )
    found = attribute(BALLERUP, scenario, merge_groups=True)
    for pair in found.together:
        assert (pair.first, pair.second) == (0, 1)
        assert pair.rest == pytest.approx(pair.together - sum(pair.alone))
        assert pair.together == pytest.approx(found.figure(pair.key).change)
    assert found.together
    sentences = [
        sentence for sentence in found.told("da") if "tilsammen" in sentence or "hver sin vej" in sentence
    ]
    assert sentences


def test_two_levers_that_help_the_same_group_say_so_and_what_pulls_apart_does_not() -> None:
    """The early package stands in place of meetings; more education costs persons what the package gains."""
    found = attribute(
        BALLERUP,
        plan(
            ("meetings", 6.5, "dagpenge"),
            ("early_package", 100),
            ("education_share", 90, "dagpenge"),
            years=4,
        ),
    )
    pairs = {(found.levers[p.first].lever, found.levers[p.second].lever): p for p in found.together}
    same = pairs["meetings", "early_package"]
    assert same.rest * same.together < 0
    assert same.reason is not None
    assert "den samme borger kan kun komme videre én gang (Dagpenge" in same.reason.da
    apart = pairs["education_share", "early_package"]
    assert apart.alone[0] * apart.alone[1] < 0
    assert apart.reason is None
    told_da = " ".join(found.told("da"))
    assert "giver tilsammen mindre end hver for sig" in told_da
    assert "trækker hver sin vej" in told_da


def test_a_lever_that_only_costs_says_how_much() -> None:
    scenario = plan(("meetings", 6, "sho"), ("meetings", 4, "dagpenge"))
    own = load_municipality("ballerup", overrides={"hr_meeting.sho": 1.0})
    found = attribute(own, scenario)
    said = next(part.no_effect for part in found.levers if part.targets == (("meetings", "sho"),))
    assert said is not None
    assert "kun en udgift" in said.da
    assert "Nettoudgiften ændres med +" in said.da


def test_a_pairs_figures_are_those_of_runs_of_its_own() -> None:
    found = explained(SIX)
    for pair in found.together:
        members = {found.levers[i].targets[0] for i in (pair.first, pair.second)}
        scenario = SIX.replaced(changes=tuple(c for c in SIX.changes if c.target in members))
        alone = attribute(BALLERUP, scenario)
        assert near(pair.together, alone.figure(pair.key).change)


# --- sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole_and_name_every_lever_that_counts(language: str) -> None:
    found = explained(SIX)
    sentences = [*found.told(language), *found.limits(language)]
    for sentence in sentences:
        assert sentence.endswith(".")
        assert ".." not in sentence
        assert not re.search(r"[{}]|\bnan\b|\bNone\b", sentence)
    persons = next(s for s in sentences if s.startswith(("På offentlig", "On public")))
    for part, share in zip(found.levers, found.persons.parts, strict=True):
        if abs(share) > 5:
            assert part.words.get(language) in persons
    assert len(sentences) == len(set(sentences))


def test_told_in_danish_word_for_word() -> None:
    found = attribute(BALLERUP, plan(("meetings", 4, "dagpenge")))
    said = found.told("da")[-1].replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("Kommunens nettoudgift i hele perioden: +")
    assert said.endswith(" mio. kr. Det kommer af Samtaler pr. kvartal, dagpenge (1,2 til 4,0).")


# --- mechanisms ----------------------------------------------------------------------------------

MEETINGS = plan(("meetings", 6, "dagpenge"))


def part_of(parts: tuple[MechanismPart, ...], mechanism: str) -> MechanismPart:
    return next(part for part in parts if part.id == mechanism)


def test_without_displacement_meetings_gain_more() -> None:
    parts = mechanisms(BALLERUP, MEETINGS, PERSONS)
    assert {part.id for part in parts} == set(MECHANISMS)
    found = part_of(parts, "displacement")
    assert found.now < 0
    assert found.without < found.now - 1
    assert found.better_without is True
    assert found.matters
    assert found.effect == found.now - found.without
    assert "Uden fortrængning ville ændringen i antallet på offentlig forsørgelse være" in found.told.da
    assert "holder igen" in found.told.da


def test_a_mechanism_is_the_difference_under_the_changed_assumption() -> None:
    """The same by hand: the municipality loaded with the assumption, baseline and scenario run on it."""
    without = load_municipality("ballerup", overrides={"displacement": 0.0})
    run, base = simulate(without, MEETINGS), baseline(without, MEETINGS)
    by_hand = float(
        (group_totals(run).last_year("caseload") - group_totals(base).last_year("caseload")).sum()
    )
    found = all_mechanisms(BALLERUP, MEETINGS, (PERSONS, NET))
    assert part_of(found[PERSONS], "displacement").without == pytest.approx(by_hand, rel=1e-9)
    assert part_of(found[NET], "displacement").without == pytest.approx(
        budget(run, base).total_difference, rel=1e-9
    )
    run, base = simulate(BALLERUP, MEETINGS), baseline(BALLERUP, MEETINGS)
    assert part_of(found[NET], "refund_step").now == pytest.approx(
        budget(run, base).total_difference, rel=1e-12
    )


def test_meetings_work_neither_through_places_nor_through_effects_of_offers() -> None:
    parts = mechanisms(BALLERUP, MEETINGS, PERSONS)
    assert part_of(parts, "places").effect == 0.0
    assert not part_of(parts, "diminishing").matters
    assert part_of(parts, "refund_step").effect == 0.0


def test_lock_in_holds_more_activation_back() -> None:
    more = plan(*(("activation_rate", 50, group) for group in OFFER_GROUPS))
    found = part_of(mechanisms(BALLERUP, more, PERSONS), "lock_in")
    assert found.without < found.now
    assert found.better_without is True


def test_the_effect_after_carries_firm_places() -> None:
    places = plan(("firm_places", 600), years=4)
    found = part_of(mechanisms(BALLERUP, places, PERSONS), "after_effect")
    assert found.now < 0 < found.without - found.now
    assert "Det bærer virkningen." in found.told.da


def test_a_ceiling_lifted_lets_more_places_be_used() -> None:
    low = with_ceilings_at_todays_use()
    key = "serviceoplevelse.places_filled"
    found = part_of(mechanisms(low, plan(("firm_places", 600)), key), "places")
    assert found.without > found.now + 50
    assert found.better_without is True


def test_what_holds_back_is_told_first() -> None:
    sentences = told(
        mechanisms(BALLERUP, plan(("firm_places", 400), ("meetings", 4, "dagpenge")), PERSONS), "da"
    )
    kinds = ["holder igen" in sentence for sentence in sentences]
    assert kinds == sorted(kinds, reverse=True)
    assert any(kinds)


def test_what_holds_back_and_what_the_rest_is_apart() -> None:
    parts = mechanisms(BALLERUP, plan(("firm_places", 400), ("meetings", 4, "dagpenge")), PERSONS)
    back, rest = (told(parts, "en", holding_back=which) for which in (True, False))
    assert [part.told.en for part in parts if part.matters and part.better_without] == back
    assert not set(back) & set(rest)
    assert (back + rest)[:5] == told(parts, "en")


def test_an_unknown_figure_and_a_stop() -> None:
    with pytest.raises(CannotExplain):
        mechanisms(BALLERUP, MEETINGS, "persons_on_suport")
    with pytest.raises(CancelledError):
        mechanisms(BALLERUP, MEETINGS, PERSONS, cancel=lambda: True)
