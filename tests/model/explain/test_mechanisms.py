"""Test mechanisms: the difference under a changed assumption."""

from __future__ import annotations

from concurrent.futures import CancelledError

import pytest

from model.budget.budget import budget
from model.explain.attribution import CannotExplain
from model.explain.mechanisms import (
    MECHANISMS,
    MechanismPart,
    all_mechanisms,
    mechanism_sentences,
    mechanisms,
)
from model.goals.series import NET, PERSONS
from model.municipality.municipality import load_municipality
from model.scenario.levers import OFFER_GROUPS
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group
from tests.model.explain.cases import BALLERUP, in_words, plan, with_ceilings_at_todays_use

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
    assert "Uden fortrængning ville ændringen i antallet på offentlig forsørgelse være" in found.sentence.da
    assert "holder igen" in found.sentence.da


def test_a_mechanism_is_the_difference_under_the_changed_assumption() -> None:
    """The same by hand: the municipality loaded with the assumption, baseline and scenario run on it."""
    without = load_municipality("ballerup", overrides={"displacement": 0.0, "displacement_contact": 0.0})
    run, base = simulate(without, MEETINGS), baseline(without, MEETINGS)
    by_hand = float(
        (totals_by_group(run).last_year("caseload") - totals_by_group(base).last_year("caseload")).sum()
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


def test_meetings_have_no_mechanism_of_places_or_offers() -> None:
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
    private = {"private_placement": 70, "company_centre": 30}
    places = plan(("firm_places", 600), ("firm_place_mix", private), years=4)
    found = part_of(mechanisms(BALLERUP, places, PERSONS), "after_effect")
    assert found.now < 0 < found.without - found.now
    assert "Det bærer virkningen." in found.sentence.da


def test_a_ceiling_lifted_lets_more_places_be_used() -> None:
    low = with_ceilings_at_todays_use()
    key = "serviceoplevelse.places_filled"
    found = part_of(mechanisms(low, plan(("firm_places", 600)), key), "places")
    assert found.without > found.now + 50
    assert found.better_without is True


def test_what_holds_back_is_told_first() -> None:
    sentences = in_words(
        mechanism_sentences(
            mechanisms(BALLERUP, plan(("firm_places", 400), ("meetings", 4, "dagpenge")), PERSONS)
        ),
        "da",
    )
    kinds = ["holder igen" in sentence for sentence in sentences]
    assert kinds == sorted(kinds, reverse=True)
    assert any(kinds)


def test_what_holds_back_and_what_the_rest_is_apart() -> None:
    parts = mechanisms(BALLERUP, plan(("firm_places", 400), ("meetings", 4, "dagpenge")), PERSONS)
    back, rest = (in_words(mechanism_sentences(parts, holding_back=which), "en") for which in (True, False))
    assert [part.sentence.en for part in parts if part.matters and part.better_without] == back
    assert not set(back) & set(rest)
    assert (back + rest)[:5] == in_words(mechanism_sentences(parts), "en")


def test_an_unknown_figure_and_a_stop() -> None:
    with pytest.raises(CannotExplain):
        mechanisms(BALLERUP, MEETINGS, "persons_on_suport")
    with pytest.raises(CancelledError):
        mechanisms(BALLERUP, MEETINGS, PERSONS, cancel=lambda: True)
