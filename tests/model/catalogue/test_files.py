"""Reading cards: every fault has its place, and nothing in a folder takes the catalogue down."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from model.catalogue.files import SETS, CardSet, Catalogue, load_measure, read_measure, write_measure
from model.catalogue.measure import Measure, from_scenario
from model.catalogue.stack import layer_of_measure, stack
from model.files.problems import FileProblem
from model.scenario.files import SaveConflict, load_scenario
from model.scenario.scenario import Scenario
from tests.folders import ROOT
from tests.model.catalogue.cases import measure

GOOD = """measure: 1
title: Flere pladser
reason: Fordi.
source: Antagelse
changes:
  - lever: firm_places
    add: 50
"""
SHIPPED = sorted((ROOT / "measures").glob("*.yaml"))


def test_at_least_eight_cards_ship_and_each_fits_its_municipality() -> None:
    assert len(SHIPPED) >= 8
    for path in SHIPPED:
        card = load_measure(path)
        where = card.municipality or "odense"
        base = Scenario(name="b", municipality=where, baseline="2026", rules="dated")
        made = stack(base, [layer_of_measure(card, base)])
        assert made.scenario.changes, path.name
        assert not made.conflicts, path.name
        assert write_measure(card) == path.read_text(encoding="utf-8"), path.name


def test_a_number_that_no_source_gives_is_told_as_an_assumption() -> None:
    for path in SHIPPED:
        card = load_measure(path)
        if card.quality == "assumption":
            assert "antagelse" in card.source, path.name


@pytest.mark.parametrize(
    ("broken", "line", "words"),
    [
        (GOOD.replace("firm_places", "firm_place"), 6, "kendes ikke. Mente du"),
        (GOOD.replace("add: 50", "add: 50\n    to: 200"), 6, "enten to"),
        (GOOD.replace("add: 50", "phase_in_weeks: 3"), 6, "enten to"),
        (GOOD.replace("add: 50", "add: 0"), 7, "her står 0"),
        (GOOD.replace("add: 50", "add: 1.5"), 7, "helt tal"),
        (GOOD.replace("add: 50", "add: true"), 7, "tal"),
        (GOOD.replace("add: 50", "to: 99999999"), 7, "skal være mellem"),
        (GOOD.replace("reason: Fordi.\n", ""), 1, "reason"),
        (GOOD.replace("title: Flere pladser", "title: Flere\nmunicipality: balerup"), 3, "ballerup"),
        (GOOD.replace("measure: 1", "measure: 2"), 1, "format 2"),
        (GOOD.replace("measure: 1", "format: 1"), 1, "measure: 1"),
        (GOOD + "    add: 60\n", 8, "add"),
        (GOOD.replace("title: Flere pladser", "title: &a Flere"), 2, ""),
        (GOOD.replace("title: Flere pladser", "title: !!python/object:os.system x"), 2, ""),
        (
            GOOD + "price: {value: 5, low: 6, high: 7, unit: dkk_a_year, source: Antagelse}\n",
            8,
            "spænd",
        ),
        (
            GOOD + "price: {value: 5, low: 5, high: 5, unit: dkk_a_year, source: Antagelse}\n",
            8,
            "skal have et spænd",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(broken: str, line: int, words: str) -> None:
    with pytest.raises(FileProblem) as caught:
        read_measure(broken, "kort.yaml")
    problem = caught.value.problems[0]
    assert problem.line == line
    assert problem.column >= 1
    assert words in problem.da


def test_foreign_and_hostile_files_are_told_and_take_nothing_down(tmp_path: Path) -> None:
    (tmp_path / "god.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bombe.yaml").write_text("a: &a [x,x]\nb: [*a,*a]\n")
    (tmp_path / "stor.yaml").write_bytes(b"x" * 400_000)
    (tmp_path / "bytes.yaml").write_bytes(bytes(range(256)))
    (tmp_path / "tom.yaml").write_text("")
    (tmp_path / "liste.yaml").write_text("- 1\n")
    (tmp_path / "scenarie.yaml").write_bytes((ROOT / "scenarios/ballerup/uaendret.yaml").read_bytes())
    (tmp_path / "mappe.yaml").mkdir()
    (tmp_path / "laenke.yaml").symlink_to("/dev/zero")
    (tmp_path / "vaek.yaml").symlink_to(tmp_path / "findes-ikke")
    (tmp_path / ".skjult.yaml").write_text("nej")
    os.mkfifo(tmp_path / "roer.yaml")
    if os.supports_bytes_environ:
        with open(os.fsencode(tmp_path) + b"/\xe5.yaml", "wb") as file:
            file.write(GOOD.encode())
    cards, broken = Catalogue(tmp_path, tmp_path / "intet").cards()
    assert [card.measure.title for card in cards] == ["Flere pladser"]
    assert len(broken) == 10
    assert all(file.problem.lines("da") for file in broken)


def test_a_folder_that_cannot_be_read_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("x")
    assert Catalogue(tmp_path / "fil", tmp_path / "fil").cards() == ((), ())


def test_a_saved_card_reads_back_and_is_not_written_over(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "m", tmp_path / "intet")
    price = {"value": 1e6, "low": 5e5, "high": 2e6, "unit": "dkk_a_year", "source": "Eget skøn"}
    card = measure("Æblegrød & co.", {"lever": "equal_effort", "to": 50}, price=price)
    saved = catalogue.save(card)
    assert catalogue.cards()[0][0].measure == card
    with pytest.raises(SaveConflict):
        catalogue.save(measure("Æblegrød & co.", {"lever": "equal_effort", "to": 60}))
    assert load_measure(saved.path) == card


def test_a_name_never_leaves_the_folder(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "m", tmp_path / "intet")
    saved = catalogue.save(measure("../../etc/x", {"lever": "equal_effort", "to": 50}))
    assert saved.path.parent == tmp_path / "m"
    kept = catalogue.save_set(CardSet(name="../A/..", cards=("own/x.yaml",)))
    assert kept.path.parent == tmp_path / "m" / SETS


def test_a_set_is_saved_opened_and_broken_ones_are_told(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, tmp_path / "intet")
    cards = CardSet(name="Vores liste", cards=("shipped/b.yaml", "own/a.yaml"))
    catalogue.save_set(cards)
    (tmp_path / SETS / "skidt.yaml").write_text("card_set: 1\nname: [")
    found, broken = catalogue.sets()
    assert [one.cards for one in found] == [cards]
    assert len(broken) == 1
    assert catalogue.cards() == ((), ())


@pytest.mark.parametrize(
    "name", ["samlet-forslag", "fra-vejledning-til-virksomhed", "dobbelt-virksomhedsindsats"]
)
def test_the_changes_on_screen_as_a_card_are_the_same_scenario(name: str) -> None:
    scenario = load_scenario(ROOT / f"scenarios/ballerup/{name}.yaml")
    card = from_scenario(scenario, title="Mit kort", reason="Fordi.", source="Antagelse")
    again = read_measure(write_measure(card))
    assert isinstance(again, Measure)
    made = stack(scenario, [layer_of_measure(again, scenario)])
    assert made.scenario.key == scenario.key
