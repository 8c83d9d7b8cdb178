"""Test that a party's cards come to what the command says of the same cards, in their order, and outlive a deletion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.catalogue.effects import effects
from model.catalogue.files import Catalogue, own_folder
from model.catalogue.measure import Measure
from model.municipality.municipality_list import DATA_VARIABLE
from model.workshop.answers import Draft
from model.workshop.cards import card_key, catalogue_cards, moved, offered, shared_keys, toggled
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting, Refused
from model.workshop.meetings import begin
from tests.command_line import called
from tests.folders import ROOT

COURSE = ROOT / "workshops" / "ballerup-budgetrunde.yaml"
MORE, FOUR_HUNDRED, OFTEN = (
    f"shipped/{name}.yaml"
    for name in ("flere-virksomhedspladser", "virksomhedspladser-400", "samtaler-hver-anden-uge")
)
OWN = Measure.model_validate(
    {
        "title": "Eget kort",
        "municipality": "ballerup",
        "reason": "Fordi.",
        "source": "Antagelse",
        "price": {
            "value": 1e6,
            "low": 5e5,
            "high": 2e6,
            "unit": "dkk_a_year",
            "source": "Antagelse",
            "quality": "assumption",
        },
        "changes": ({"lever": "firm_places", "add": 10},),
    }
)


@pytest.fixture
def meeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    made = begin(load_course(COURSE))[0]
    made.go(0, 1)
    for name in ("Parti A", "Parti B"):
        made.add_table(name)
    return made


def laid(meeting: Meeting, table: str, *keys: str) -> None:
    """Keep a party's cards."""
    meeting.save_draft(meeting.step, table, Draft(cards=keys))


def changes(meeting: Meeting, table: str) -> list[tuple[str, object]]:
    """Return what a party's proposal sets."""
    proposal = meeting.proposal(meeting.step, table, "x")
    assert proposal is not None
    return [(change.lever, change.to) for change in proposal.changes]


def test_every_card_of_the_shipped_round_is_there() -> None:
    course = load_course(COURSE)
    assert course.budget_round
    known = catalogue_cards(course.municipality)
    rounds = [step for step in course.steps if step.instrument == "cards"]
    assert [step.previous for step in rounds] == ["", rounds[0].id]
    assert [step.budget_dkk for step in rounds] == sorted((s.budget_dkk for s in rounds), reverse=True)  # type: ignore[type-var]
    for step in rounds:
        cards, missing = offered(step.cards, known)
        assert (len(cards), missing) == (len(step.cards), ())


@pytest.mark.usefixtures("engine")
def test_a_partys_cards_come_to_what_the_command_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    # The command lays cards on the figures that the app opens on.
    course = load_course(COURSE).model_copy(update={"baseline": "", "rules": ""})
    meeting = begin(course)[0]
    meeting.go(0, 1)
    meeting.add_table("Parti A")
    Catalogue(own_folder()).save(OWN)
    keys = (MORE, OFTEN, "own/eget-kort.yaml")
    laid(meeting, "t1", *keys)
    made = meeting.package(meeting.step, "t1", "Parti A")
    assert made is not None
    found = effects(made.stack)
    files = [str(ROOT / "measures" / Path(key).name) for key in keys[:2]]
    files.append(str(own_folder() / "eget-kort.yaml"))
    status, answer, err = called("stack", *files, "--municipality", "ballerup", "--draws", "0", "--json")
    assert (status, err) == (0, "")
    told = json.loads(answer)
    money = told["net_municipal_dkk"]
    assert found.money.together.central == pytest.approx(money["together"], rel=1e-8)
    assert [amount.central for amount in found.money.alone] == pytest.approx(money["alone"], rel=1e-8)
    assert found.money.interaction == pytest.approx(money["interaction"], rel=1e-6)
    assert money["own_price"][2] is not None
    assert [effect.together for effect in found.goals] == pytest.approx(
        [goal["together"] for goal in told["goals"]], nan_ok=True
    )


def test_the_order_counts_where_cards_set_one_lever(meeting: Meeting) -> None:
    laid(meeting, "t1", "shipped/faerre-samtaler.yaml", OFTEN)
    laid(meeting, "t2", OFTEN, "shipped/faerre-samtaler.yaml")
    first, second = changes(meeting, "t1")[-1], changes(meeting, "t2")[-1]
    assert first[0] == second[0] == "meetings"
    assert (first[1], second[1]) == (6.5, 1.0)
    proposal = meeting.proposal(meeting.step, "t1", "x")
    assert proposal is not None
    assert proposal.cards == ("shipped/faerre-samtaler.yaml", OFTEN)
    keys = (MORE, FOUR_HUNDRED, OFTEN)
    assert moved(keys, OFTEN, -1) == (MORE, OFTEN, FOUR_HUNDRED)
    assert moved(keys, OFTEN, 1) == moved(keys, "own/none.yaml", 1) == keys
    assert toggled(keys, MORE, on=True) == keys
    assert toggled(toggled(keys, MORE, on=False), MORE, on=True) == (FOUR_HUNDRED, OFTEN, MORE)


def test_two_parties_share_the_cards_that_both_have(meeting: Meeting) -> None:
    laid(meeting, "t1", MORE, OFTEN)
    laid(meeting, "t2", OFTEN, FOUR_HUNDRED)
    keys = [meeting.cards_of(meeting.step, table) or () for table in ("t1", "t2")]
    assert shared_keys(keys) == (OFTEN,)
    assert shared_keys([*keys, ()]) == shared_keys([]) == ()


def test_a_closed_round_takes_no_card(meeting: Meeting) -> None:
    laid(meeting, "t1", MORE)
    meeting.close(meeting.step)
    with pytest.raises(Refused):
        laid(meeting, "t1", OFTEN)
    assert meeting.cards_of(meeting.step, "t1") == (MORE,)


def test_a_card_that_is_deleted_or_changed_meanwhile_is_proposed_as_it_was(meeting: Meeting) -> None:
    catalogue = Catalogue(own_folder())
    card = catalogue.save(OWN)
    laid(meeting, "t1", MORE, card.key)
    before = meeting.package(meeting.step, "t1", "Parti A")
    assert before is not None
    card.path.unlink()
    dearer = {**dict(OWN), "changes": ({"lever": "firm_places", "add": 999},)}
    for measure in (None, Measure.model_validate(dearer)):
        if measure is not None:
            catalogue.save(measure)
        again = meeting.package(meeting.step, "t1", "Parti A")
        assert again is not None
        assert again.scenario == before.scenario
        assert [one.measure for one in again.cards] == [one.measure for one in before.cards]
        assert not again.gone
    laid(meeting, "t2", card.key)
    assert ("firm_places", 146.0) in changes(meeting, "t2"), "another party proposes the same card"


def test_the_cards_of_the_course_are_as_they_were_when_the_meeting_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    card = Catalogue(own_folder()).save(OWN)
    course = load_course(COURSE)
    steps = [
        step.model_copy(update={"cards": (card.key, *step.cards)}) if step.instrument == "cards" else step
        for step in course.steps
    ]
    made, _ = begin(course.model_copy(update={"steps": tuple(steps)}))
    card.path.unlink()
    found, missing = offered(made.course.steps[1].cards, made.cards())
    assert (found[0].measure, missing) == (card.measure, ())


def test_a_card_that_is_in_no_file_is_named_and_counts_for_nothing(meeting: Meeting) -> None:
    laid(meeting, "t1", MORE, "own/eget-kort.yaml")
    made = meeting.package(meeting.step, "t1", "Parti A")
    assert made is not None
    assert made.gone == ("eget-kort",)
    laid(meeting, "t2", MORE)
    assert changes(meeting, "t1") == changes(meeting, "t2")


def test_the_next_round_begins_from_the_partys_own_package(meeting: Meeting) -> None:
    laid(meeting, "t1", MORE, OFTEN)
    meeting.go(1, 3)
    assert meeting.step.previous == "runde-1"
    assert meeting.cards_of(meeting.step, "t1") == (MORE, OFTEN)
    assert meeting.cards_of(meeting.step, "t2") is None
    laid(meeting, "t1", OFTEN)
    assert meeting.cards_of(meeting.step, "t1") == (OFTEN,)
    before = meeting.course.step("runde-1")
    assert before is not None
    assert meeting.cards_of(before, "t1") == (MORE, OFTEN)


def test_a_stem_names_the_card_that_ships_and_a_key_its_own() -> None:
    known = (MORE, "own/flere-virksomhedspladser.yaml", "own/nyt.yaml")
    assert card_key("flere-virksomhedspladser", known) == MORE
    assert card_key("own/flere-virksomhedspladser.yaml", known) == "own/flere-virksomhedspladser.yaml"
    assert card_key("nyt", known) == card_key("nyt.yaml", known) == "own/nyt.yaml"
    assert card_key("../nyt", known) is None


def test_a_budget_round_speaks_of_parties(meeting: Meeting) -> None:
    with pytest.raises(Refused) as refused:
        meeting.add_table(" parti a ")
    assert refused.value.text("da") == "Der er allerede et parti, der hedder parti a. Vælg et andet navn."
