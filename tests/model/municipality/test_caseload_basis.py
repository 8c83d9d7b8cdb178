"""Test what the persons at the start rest on, against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.language.messages import Text
from model.municipality.caseload_basis import (
    CaseloadBasis,
    GroupBasis,
    TotalBasis,
    basis_sentences,
    caseload_basis,
    worse,
)
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import vintage

NAME = Text(da="navn", en="name")


def total(quality, *groups: GroupBasis, note: Text | None = None) -> TotalBasis:
    return TotalBasis(NAME, groups, quality, "2026", NAME, note)


# 100 on dagpenge (a statistic), 60 sick (a statistic of 2022, split by assumption), 40 on førtidspension (assumed).
BY_HAND = CaseloadBasis(
    (
        total("statistic", GroupBasis("dagpenge", 100.0, None, "statistic")),
        total(
            "statistic",
            GroupBasis("sygedagpenge", 45.0, "derived", "derived"),
            GroupBasis("jobafklaring", 15.0, "assumption", "assumption"),
            note=NAME,
        ),
        total("assumption", GroupBasis("foertidspension", 40.0, None, "assumption"), note=NAME),
    )
)


def test_shares_of_persons_by_hand():
    assert BY_HAND.persons == 200.0
    assert BY_HAND.share_of_totals() == {"statistic": 0.8, "assumption": 0.2}
    assert BY_HAND.share_of_groups() == {"statistic": 0.5, "derived": 0.225, "assumption": 0.275}
    assert BY_HAND.share_of_totals(with_offers=True) == {"statistic": 1.0}
    assert BY_HAND.share_of_groups(with_offers=True) == {
        "statistic": 0.625,
        "derived": 0.28125,
        "assumption": 0.09375,
    }
    assert BY_HAND.share_not_updated == 0.5
    assert BY_HAND.totals[1].splits == ("derived", "assumption")


def test_sentences_say_both_levels():
    everyone, reached, old = (sentence.en for sentence in basis_sentences(BY_HAND))
    assert "80% is statistic and 20% is assumed" in everyone
    assert "50% is statistic, 23% is derived and 28% is assumed" in everyone
    assert "100% is statistic" in reached
    assert old.startswith("50%")


def test_persons_are_no_better_known_than_total_and_split():
    assert worse("statistic", "assumption") == worse("assumption", "statistic") == "assumption"
    assert worse("derived", "statistic") == "derived"
    assert worse("statistic", None) == "statistic"


def test_few_persons_are_not_given_away():
    few = total("derived", GroupBasis("revalidering", 3.0, None, "derived"))
    basis = CaseloadBasis((*BY_HAND.totals, few))
    assert basis.suppressed == (False, False, True, True)
    # The few derived ones, and others beside them: one alone would be what is left of the whole.
    for shares in (basis.share_of_totals(), basis.share_of_groups(), basis.share_of_totals(with_offers=True)):
        assert shares["derived"] is None
        assert sum(share is None for share in shares.values()) >= 2
    assert basis.share_not_updated is None


@pytest.mark.parametrize("figures", ["2020", "2026"])
def test_everybody_is_counted_once(figures):
    for info in municipalities()[::7]:
        municipality = load_municipality(info.id, figures=figures)
        basis = caseload_basis(municipality)
        assert basis.persons == pytest.approx(municipality.engine.stock.sum())
        groups = [group.group for one in basis.totals for group in one.groups]
        assert sorted(groups) == sorted(set(groups))
        assert len(groups) == municipality.engine.stock.shape[0]


def test_ballerup_of_2026():
    basis = caseload_basis(load_municipality("ballerup", figures="2026", rules="dated"))
    assert [(one.quality, one.splits, one.note is not None) for one in basis.totals] == [
        ("statistic", (), False),  # dagpenge
        ("statistic", ("derived", "assumption"), False),  # the kontanthjælp system
        ("statistic", ("assumption",), True),  # sickness of 2022
        ("derived", ("assumption",), True),  # what only the benchmark of 2022 has
        ("assumption", (), True),  # fleksjob
        ("assumption", (), True),  # førtidspension
    ]
    register = load_municipality("ballerup", figures="2026", rules="dated")
    known = sum(register.parameter(f"benchmark.{g}").value.value for g in ("dagpenge", "sygedagpenge"))
    known += basis.totals[1].persons
    assert basis.share_of_totals()["statistic"] == pytest.approx(known / basis.persons)


def test_first_baseline_knows_the_whole_benefit():
    basis = caseload_basis(load_municipality("randers"))
    assert [len(one.groups) for one in basis.totals] == [1, 8, 2, 1, 1]
    assert [one.quality for one in basis.totals] == ["statistic"] * 3 + ["assumption"] * 2


def test_own_total_comes_before_the_vintages():
    municipality = load_municipality("ballerup", figures="2026", rules="dated")
    changed = tuple(
        replace(p, value=p.value.model_copy(update={"value": 900.0, "quality": "document", "note": None}))
        if p.id == "benchmark.kontanthjaelp"
        else p
        for p in municipality.register
    )
    basis = caseload_basis(replace(municipality, register=changed), vintage("2026"))
    assert [one.quality for one in basis.totals if len(one.groups) == 8] == ["document"]
