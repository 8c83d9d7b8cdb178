"""Test what is said of contributions: reasons for nothing, levers together, whole sentences."""

from __future__ import annotations

import datetime
import re

import pytest

from model.explain.attribution import attribute
from model.explain.attribution_sentences import attribution_sentences
from model.explain.contributions import Attribution, Interaction
from model.explain.limits import reasons_for_nothing
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.levers import OFFER_GROUPS
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline, simulate
from tests.model.explain.cases import (
    BALLERUP,
    SIX,
    explained,
    in_words,
    near,
    plan,
    with_ceilings_at_todays_use,
)


def reason(
    scenario: Scenario, lever: str, municipality: Municipality = BALLERUP, language: str = "da"
) -> str:
    part = next(part for part in attribute(municipality, scenario).levers if part.lever == lever)
    assert part.no_effect is not None, "the lever moves something"
    return part.no_effect.text(language)


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


def test_places_that_nobody_can_take_say_so() -> None:
    scenario = plan(("firm_places", 800), years=1)
    low = with_ceilings_at_todays_use()
    found = attribute(low, scenario)
    words = "ubesatte: alle målgrupper er ved loftet"
    assert words in " ".join(in_words(found.limits(), "da"))
    reasons = in_words(reasons_for_nothing(simulate(low, scenario), baseline(low, scenario)), "da")
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


def test_two_levers_that_use_the_same_citizens_give_less_together() -> None:
    """Both raise offers to the same groups, and offers in all are the larger of the two."""
    scenario = plan(
        ("firm_places", 900), *(("activation_rate", 45, group) for group in OFFER_GROUPS), years=2
    )
    found = attribute(BALLERUP, scenario, merge_groups=True)
    for pair in found.interactions:
        assert (pair.first, pair.second) == (0, 1)
        assert pair.rest == pytest.approx(pair.together - sum(pair.alone))
        assert pair.together == pytest.approx(found.figure(pair.key).change)
    assert found.interactions
    sentences = [
        sentence
        for sentence in in_words(attribution_sentences(found), "da")
        if "tilsammen" in sentence or "hver sin vej" in sentence
    ]
    assert sentences


def test_only_levers_of_the_same_group_are_named_as_overlapping() -> None:
    """The early package stands in place of meetings; places cost money, and fewer other offers save it."""
    same_people = attribute(BALLERUP, plan(("meetings", 6.5, "dagpenge"), ("early_package", 100), years=4))
    same = _pairs(same_people)["meetings", "early_package"]
    assert same.rest * same.together < 0
    assert same.reason is not None
    assert "den samme borger kan kun komme videre én gang (Dagpenge" in same.reason.da
    told_da = " ".join(in_words(attribution_sentences(same_people), "da"))
    assert "giver tilsammen mindre end hver for sig" in told_da
    two_ways = attribute(BALLERUP, plan(("firm_places", 500), ("activation_rate", 5, "dagpenge"), years=4))
    apart = _pairs(two_ways)["firm_places", "activation_rate"]
    assert apart.alone[0] * apart.alone[1] < 0
    assert apart.reason is None
    assert "trækker hver sin vej" in " ".join(in_words(attribution_sentences(two_ways), "da"))


def _pairs(found: Attribution) -> dict[tuple[str, str], Interaction]:
    """Return the interactions that are told, by the two levers."""
    return {(found.levers[p.first].lever, found.levers[p.second].lever): p for p in found.interactions}


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
    for pair in found.interactions:
        members = {found.levers[i].targets[0] for i in (pair.first, pair.second)}
        scenario = SIX.copy_with(changes=tuple(c for c in SIX.changes if c.target in members))
        alone = attribute(BALLERUP, scenario)
        assert near(pair.together, alone.figure(pair.key).change)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole_and_name_every_lever_that_counts(language: str) -> None:
    found = explained(SIX)
    sentences = [*in_words(attribution_sentences(found), language), *in_words(found.limits(), language)]
    for sentence in sentences:
        assert sentence.endswith(".")
        assert ".." not in sentence
        assert not re.search(r"[{}]|\bnan\b|\bNone\b", sentence)
    persons = next(s for s in sentences if s.startswith(("På offentlig", "On public")))
    for part, share in zip(found.levers, found.persons.parts, strict=True):
        if abs(share) > 5:
            assert part.label.text(language) in persons
    assert len(sentences) == len(set(sentences))


def test_told_in_danish_word_for_word() -> None:
    found = attribute(BALLERUP, plan(("meetings", 4, "dagpenge")))
    every = in_words(attribution_sentences(found), "da")
    said = every[-1].replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("Kommunens nettoudgift i hele perioden: +")
    assert said.endswith(" mio. kr., alt sammen fra Samtaler pr. kvartal, dagpenge (1,2 til 4,0).")
    assert " ".join(every).count("Det kommer af") == 1, "said of each it is noise"
    assert "Det kommer af" in every[0]
