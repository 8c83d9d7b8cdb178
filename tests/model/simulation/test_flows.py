"""Test inflow and outflow: hand-worked sums, and agreement with the engine's stocks."""

from __future__ import annotations

import numpy as np
import pytest

from model.disclosure import LIMIT
from model.domain import EXIT_INDEX, EXITS, GROUP_INDEX, GROUPS, ORIGINS
from model.explain.causes import group_causes
from model.scenario.scenario import Scenario, municipality_of
from model.simulation import flows as fl
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from tests.builders import Builder

SEGMENTS = [fl.Segment(group, origin) for group in (None, *GROUPS) for origin in (None, *ORIGINS)]


def pair_of(municipality: str = "ballerup", **levers: float) -> tuple[Outcome, Outcome]:
    scenario = Scenario(name="test", municipality=municipality)
    for lever, value in levers.items():
        scenario = scenario.with_change(lever, value)
    owner = municipality_of(scenario)
    base = baseline(owner, scenario)
    return (simulate(owner, scenario) if levers else base), base


@pytest.fixture(scope="module")
def doubled() -> tuple[Outcome, Outcome]:
    return pair_of(firm_places=400.0)


def same(a: object, b: object) -> None:
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-9, atol=1e-9)


# --- by hand --------------------------------------------------------------------------------------


def test_two_years_by_hand() -> None:
    """104 weeks from Monday 4 January 2021: 52 in 2021, 52 in 2022; 2 new and 1.5 to a job each week."""
    run = (
        Builder(104)
        .set("caseload", 100 + 0.5 * np.arange(105))
        .set("inflow_external", 2.0)
        .set("exits", 1.0, part=EXIT_INDEX["job"])
        .set("exits", 0.5, part=EXIT_INDEX["fleksjob"])
        .outcome()
    )
    found = fl.flows(run, fl.Segment("dagpenge", "danish"))
    assert found.years == (2021, 2022)
    assert found.weeks.tolist() == [52, 52]
    same(found.inflow, [[104, 0, 0]] * 2)
    same(found.outflow, [[52, 0, 0, 0, 26, 0]] * 2)
    same(found.start, [100, 126])
    same(found.end, [126, 152])
    assert not fl.flows(run, fl.Segment("dagpenge", "western")).inflow.any()


def test_key_figures_by_hand() -> None:
    run = (
        Builder(104)
        .persons(80.0, refund=2)
        .persons(20.0, origin="western", refund=3)
        .set("duration_sum", 2_400.0)
        .set("in_offer", 25.0)
        .set("participants", 10.0, part=0)
        .set("participants", 15.0, part=6)
        .set("inflow_external", 3.0)
        .set("inflow_transfers", 1.0)
        .set("exits", 4.0, part=EXIT_INDEX["sygedagpenge"])
        .outcome()
    )
    found = fl.key_figures(run, fl.Segment("dagpenge"))
    same(
        [found.now, found.caseload, found.mean_weeks, found.in_offer, found.firm, found.over_52],
        [100, 100, 24, 25, 10, 20],
    )
    same([found.offer_share, found.firm_share, found.over_52_share], [0.25, 0.1, 0.2])
    same([found.new_per_month, found.leaving_per_month], [4 * 52 / 12, 4 * 52 / 12])
    everybody = fl.key_figures(run, fl.Segment())
    same([everybody.new_per_month, everybody.leaving_per_month], [3 * 52 / 12, 0])


def test_a_year_that_is_not_whole_says_how_many_weeks() -> None:
    run = Builder(60).outcome()
    assert fl.flows(run, fl.Segment()).weeks.tolist() == [52, 8]
    with pytest.raises(ValueError, match="2030"):
        fl.transfers(run, 2030)


def test_an_empty_group_has_no_shares() -> None:
    found = fl.key_figures(Builder(52).outcome(), fl.Segment("sho"))
    assert np.isnan([found.mean_weeks, found.offer_share]).all()


# --- against the engine ---------------------------------------------------------------------------


@pytest.mark.parametrize("segment", SEGMENTS, ids=str)
def test_stock_plus_in_less_out_is_the_next_stock(
    doubled: tuple[Outcome, Outcome], segment: fl.Segment
) -> None:
    for run in doubled:
        found = fl.flows(run, segment)
        same(found.start + found.inflow.sum(axis=1) - found.outflow.sum(axis=1), found.end)
        same(found.start[1:], found.end[:-1])
        same(fl.states(run, segment).sum(axis=1), segment.of(run, "caseload")[1:])
        start_of_week = segment.of(run, "caseload")[:-1]
        same(fl.duration_classes(run, segment).sum(), start_of_week[-52:].mean())
    moved = fl.movement(*doubled, segment)
    same(moved.inflow.sum() - moved.outflow.sum(), moved.caseload)


@pytest.mark.parametrize("origin", [None, *ORIGINS])
def test_the_years_moves_agree_with_each_groups_own_flows(
    doubled: tuple[Outcome, Outcome], origin: str | None
) -> None:
    run = doubled[0]
    n = len(EXITS) - len(GROUPS)
    for at, year in enumerate(fl.years_of(run)):
        moves = fl.transfers(run, year, origin)
        for group, g in GROUP_INDEX.items():
            own = fl.flows(run, fl.Segment(group, origin))
            same(moves.exits[g].sum(), own.outflow[at].sum())
            same(moves.exits[g, EXIT_INDEX["job"]], own.outflow[at, 0])
            same(moves.exits[:, n + g].sum(), own.inflow[at, 2])
            same(moves.arrivals[:, g], own.inflow[at, :2])
        whole = fl.flows(run, fl.Segment(None, origin))
        same(moves.exits[:, n:].sum(), whole.inflow[at, 2])


def test_origins_and_groups_add_up(doubled: tuple[Outcome, Outcome]) -> None:
    run = doubled[0]
    for group in (None, *GROUPS):
        parts = [fl.flows(run, fl.Segment(group, origin)) for origin in ORIGINS]
        whole = fl.flows(run, fl.Segment(group))
        same(sum(part.inflow for part in parts), whole.inflow)
        same(sum(part.outflow for part in parts), whole.outflow)


def test_nothing_moves_without_a_lever() -> None:
    run, base = pair_of()
    moved = fl.movement(run, base, fl.Segment("dagpenge"))
    assert moved.caseload == 0
    assert not moved.inflow.any()
    assert group_causes(run, base, "dagpenge") == ((), ())


# --- small numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("municipality", ["ballerup", "broendby", "laesoe"])
def test_no_small_segment_and_no_small_flow_is_shown(municipality: str) -> None:
    run, base = pair_of(municipality, caseworker_changes=0.5)
    groups, cells = fl.suppressed_segments(run, base)
    stock = base.block("caseload")[0]
    assert cells[(stock > 0) & (stock < LIMIT)].all()
    assert groups[stock.sum(axis=1) < LIMIT].all()
    for line in (*cells, *cells.T):
        assert line.sum() != 1, "one hidden segment alone can be found by subtraction"
    for segment in SEGMENTS:
        if fl.is_suppressed(run, base, segment):
            continue
        assert segment.of(run, "caseload").min() >= LIMIT or not segment.of(run, "caseload").any()
        suppressed = fl.suppressed_flows(run, base, segment)
        for outcome in (run, base):
            found = fl.flows(outcome, segment)
            for values, mask in zip((found.inflow, found.outflow), suppressed, strict=True):
                assert mask[(values > 1e-9) & (values < LIMIT)].all()
    year = fl.years_of(run)[0]
    moves = [fl.transfers(outcome, year) for outcome in (run, base)]
    suppressed = fl.suppressed_transfers(*moves)
    n = len(EXITS) - len(GROUPS)
    for found in moves:
        for values, mask in (
            (found.exits, suppressed.exits),
            (found.arrivals, suppressed.arrivals),
            (found.exits.sum(axis=0), suppressed.of_exits),
            (found.exits.sum(axis=1), suppressed.of_groups),
            (found.arrivals.sum(axis=1), suppressed.of_arrivals),
        ):
            assert mask[(values > 1e-9) & (values < LIMIT)].all()
        # What a group gets from others stands at the end of the diagram too, and is the rest of its inflow.
        inflow = np.concatenate([found.arrivals, found.exits[None, :, n:].sum(axis=1)])
        masks = np.concatenate([suppressed.arrivals, suppressed.of_exits[None, n:]])
        for values, mask in zip(inflow.T, masks.T, strict=True):
            if ((values > 1e-9) & (values < LIMIT)).any() and values.sum() >= LIMIT:
                assert mask.sum() >= 2


@pytest.mark.parametrize("municipality", ["ballerup", "laesoe"])
def test_suppressed_flows_cannot_be_found_by_subtraction(municipality: str) -> None:
    """The thirteen groups' inflow and outflow of a kind add up to that of all groups, which is shown too."""
    run, base = pair_of(municipality)
    masks = {g: fl.suppressed_flows(run, base, fl.Segment(g)) for g in (None, *GROUPS)}
    values = {g: fl.flows(run, fl.Segment(g)) for g in (None, *GROUPS)}
    for side, name in enumerate(("inflow", "outflow")):
        for year, kind in np.ndindex(*masks[None][side].shape):
            suppressed = [g for g in GROUPS if masks[g][side][year, kind]]
            small = [g for g in suppressed if 1e-9 < getattr(values[g], name)[year, kind] < LIMIT]
            if small and not masks[None][side][year, kind]:
                assert sum(getattr(values[g], name)[year, kind] for g in suppressed) >= LIMIT - 1e-6
                assert len(suppressed) > 1


def test_the_whole_municipality_is_never_hidden() -> None:
    run, base = pair_of("laesoe")
    assert not fl.is_suppressed(run, base, fl.Segment())


# --- causes ---------------------------------------------------------------------------------------


def test_causes_of_a_group_and_of_others() -> None:
    scenario = Scenario(name="test", municipality="ballerup").with_change("meetings", 6.0, "dagpenge")
    owner = municipality_of(scenario)
    run, base = simulate(owner, scenario), baseline(owner, scenario)
    own, others = group_causes(run, base, "dagpenge")
    assert "samtaler" in own[0].da
    assert others == ()
    own, others = group_causes(run, base, "sygedagpenge")
    assert own == ()
    assert "meetings" in others[0].en
    assert group_causes(run, base, None)[0]
