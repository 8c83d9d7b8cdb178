"""Test the families of uncertain numbers: every number with a range is in one."""

from __future__ import annotations

import fnmatch

import pytest

from model.domain import KINDS
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.parameters.families import (
    drawables,
    families,
    family_of,
    has_range,
    is_given,
)
from model.scenario.levers import LEVERS
from tests.model.uncertainty.cases import GUIDANCE_PRICE, ballerup


@pytest.mark.parametrize("name", ["ballerup", "broendby", "albertslund", "aalborg"])
def test_every_uncertain_number_belongs_somewhere(name: str) -> None:
    register = load_municipality(name).register
    found = drawables(register, {})
    ranged = {p.id for p in register if has_range(p)}
    assert {d.id for d in found} == {p for p in ranged if not is_given(p)}
    # A number borrowed from another group or computed from others is moved by what it comes from.
    assert not any(p.follows or p.computed for p in register if p.id in {d.id for d in found})


def test_every_family_has_numbers_and_words() -> None:
    registers = [load_municipality(info.id).register for info in municipalities()[:5]]
    registers.append(load_municipality("ballerup", figures="2026", rules="dated").register)
    used = {d.family.id for register in registers for d in drawables(register, {})}
    assert used == {family.id for family in families()}
    ids = {p.id for register in registers for p in register}
    for family in families():
        for pattern in family.tilt:
            assert any(fnmatch.fnmatchcase(i, pattern) for i in ids), (family.id, pattern)
        assert all(family.title(language) for language in LANGUAGES)
    titles = [family.title("da") for family in families()]
    assert len(set(titles)) == len(titles)


def test_important_parameters_are_drawn() -> None:
    ids = {d.id for d in drawables(ballerup().register, {})}
    for parameter in (
        "hr_job_after.dagpenge.private_placement",
        "offer_weeks.all.guidance",
        "effect_weeks.all.course",
        "displacement",
        "diminishing",
        "return_to_benefit_share",
        GUIDANCE_PRICE,
        "split.sho",
        "overrepresentation.dagpenge.non_western",
    ):
        assert parameter in ids
    assert all(f"after_{kind}" in {family.id for family in families()} for kind in KINDS)
    # Where a lever stands today is what a scenario moves from.
    assert is_given("activation_rate.dagpenge")
    assert is_given("firm_use.dagpenge")
    assert family_of("activation_rate.dagpenge") is None


def test_where_levers_stand_is_given() -> None:
    ids = [p.id for p in ballerup().register if not p.computed]
    for lever in LEVERS:
        baselines = [i for i in ids if i.partition(".")[0] == lever.field]
        assert bool(baselines) == lever.engine.has_parameter, lever.id
        assert all(is_given(i) for i in baselines)
    assert is_given("firm_use.dagpenge")
    assert is_given("other_mix.dagpenge.course")
    assert not is_given("firm_mix.dagpenge.private_placement")


def test_a_number_of_no_family_is_an_error() -> None:
    register = ballerup().register
    stray = next(p for p in register if p.id == "displacement")
    with pytest.raises(KeyError, match="belongs to no family"):
        drawables([type(stray)("nowhere", stray.value)], {})
