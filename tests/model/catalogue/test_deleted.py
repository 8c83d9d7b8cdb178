"""Test that a deleted card or set can be had back as it was, and that nothing is lost on the way."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from model.catalogue.deleted import bring_back, delete, deleted
from model.catalogue.files import CardSet, Catalogue
from model.catalogue.measure import Measure
from model.files.problems import FileProblem
from model.scenario.files import SaveConflict

NOW = datetime.datetime(2026, 11, 30, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def own(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path)


def card(title: str = "Flere samtaler") -> Measure:
    return Measure.model_validate(
        {
            "measure": 1,
            "title": title,
            "reason": "Det virker.",
            "source": "Os selv",
            "quality": "assumption",
            "changes": [{"lever": "firm_places", "add": 10.0}],
        }
    )


def test_a_card_is_deleted_and_had_back_byte_by_byte(own: Catalogue) -> None:
    saved = own.save(card())
    before = saved.path.read_bytes()
    gone = delete(own, saved, NOW)
    assert not [one for one in own.cards()[0] if one.own]
    assert deleted(own) == (gone,)
    assert (gone.title, gone.is_set, gone.deleted) == ("Flere samtaler", False, NOW)
    assert bring_back(own, gone) == saved.key
    assert saved.path.read_bytes() == before
    assert deleted(own) == ()


def test_a_set_is_deleted_and_had_back(own: Catalogue) -> None:
    stored = own.save_set(CardSet(name="Vores", cards=("own/a.yaml",)))
    gone = delete(own, stored, NOW)
    assert own.sets() == ((), ())
    assert gone.is_set
    bring_back(own, gone)
    assert [one.cards.name for one in own.sets()[0]] == ["Vores"]


def test_two_of_one_name_deleted_in_one_second_are_both_kept(own: Catalogue) -> None:
    for _ in range(2):
        delete(own, own.save(card()), NOW)
    assert len(deleted(own)) == 2


def test_what_has_taken_the_name_since_is_not_replaced(own: Catalogue) -> None:
    gone = delete(own, own.save(card()), NOW)
    other = own.save(card())
    before = other.path.read_bytes()
    with pytest.raises(SaveConflict) as refused:
        bring_back(own, gone)
    assert "samme navn" in refused.value.text("da")
    assert other.path.read_bytes() == before
    assert deleted(own) == (gone,)


def test_a_card_that_ships_cannot_be_deleted_and_one_that_is_gone_is_told(own: Catalogue) -> None:
    shipped = next(one for one in own.cards()[0] if not one.own)
    with pytest.raises(FileProblem):
        delete(own, shipped, NOW)
    assert shipped.path.exists()
    saved = own.save(card())
    saved.path.unlink()
    with pytest.raises(SaveConflict):
        delete(own, saved, NOW)


def test_what_cannot_be_read_in_the_bin_is_not_offered(own: Catalogue) -> None:
    folder = own.own / ".bin"
    folder.mkdir(parents=True)
    (folder / "20261130T120000.a.yaml").write_text("nothing")
    (folder / "99999999T999999.b.yaml").write_text("nothing")
    (folder / "notes.txt").write_text("mine")
    assert deleted(own) == ()
