"""Rules that close a target group: nobody enters it, those inside run off, and all persons are accounted for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from model.domain import EXIT_INDEX, GROUP_INDEX, INSTEAD_OF_CLOSED, N_GROUPS, N_ORIGINS
from model.engine.kernel.layout import FIELDS
from model.engine.lever_paths import LeverPaths
from model.engine.parameters import EngineParameters
from model.municipality.municipality import load_municipality
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.run_engine import run_raw
from tests.model.engine.test_reference import assert_same

WEEKS = 120
CLOSES = 20
CLOSED = GROUP_INDEX["ressourceforloeb"]
TOLERANCE = 1e-9


def params() -> EngineParameters:
    """Ballerup of 2026, with shares of those closed out that go elsewhere."""
    return load_municipality("ballerup", figures="2026", rules="dated").engine


def paths(entry: np.ndarray) -> LeverPaths:
    """The baseline's levers of 2026 with other rules [T, G]."""
    municipality = load_municipality("ballerup", figures="2026", rules="dated")
    return dataclasses.replace(build_lever_paths(municipality, None, len(entry)), entry=entry)


def closing(share: float = 0.0, *groups: str) -> np.ndarray:
    """Entry by week [T, G]: the groups let in ``share`` of those who come, from week CLOSES on."""
    entry = np.ones((WEEKS, N_GROUPS))
    entry[CLOSES:, [GROUP_INDEX[group] for group in groups or ("ressourceforloeb", "revalidering")]] = share
    return entry


def block(record: np.ndarray, name: str) -> np.ndarray:
    """A field of the record by target group, all origins together: [T + 1, G, n]."""
    begin, end = FIELDS[name]
    return record.reshape(len(record), N_GROUPS, N_ORIGINS, -1)[..., begin:end].sum(axis=2)


def test_no_closing_changes_nothing() -> None:
    """Routes that only a closed group opens are empty to the last bit while none is closed."""
    engine = params()
    without = dataclasses.replace(engine, instead=np.zeros((N_GROUPS, N_GROUPS)))
    open_ = np.ones((WEEKS, N_GROUPS))
    np.testing.assert_allclose(run_raw(engine, paths(open_))[0], run_raw(without, paths(open_))[0], 1e-12)


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_the_readable_week_says_the_same(share: float) -> None:
    assert_same(params(), paths(closing(share)))


def test_a_group_that_is_closed_and_opened_again_runs_the_same() -> None:
    entry = closing()
    entry[60:] = 1.0
    entry[80:, GROUP_INDEX["revalidering"]] = 0.0
    assert_same(params(), paths(entry))


def test_nobody_enters_and_those_inside_run_off() -> None:
    record, _, _ = run_raw(params(), paths(closing()))
    came = sum(block(record, f"inflow_{way}") for way in ("external", "returners", "transfers"))
    after = CLOSES + 1  # row 0 is the start
    assert (came[1:after, CLOSED] > 0).all()
    assert np.abs(came[after:, CLOSED]).max() < TOLERANCE
    stock = block(record, "caseload")[after:, CLOSED, 0]
    assert (np.diff(stock) < 0).all()
    assert stock[-1] < 0.5 * stock[0]
    assert np.abs(block(record, "exits")[after:, :, EXIT_INDEX["ressourceforloeb"]]).max() < TOLERANCE


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_everybody_is_accounted_for(share: float) -> None:
    """In each week and group: before + who came - who left = after."""
    record, _, _ = run_raw(params(), paths(closing(share)))
    stock = block(record, "caseload")[..., 0]
    came = sum(block(record, f"inflow_{way}")[..., 0] for way in ("external", "returners", "transfers"))
    left = block(record, "exits").sum(axis=2)
    np.testing.assert_allclose(stock[:-1] + came[1:] - left[1:], stock[1:], atol=TOLERANCE)
    transfers = block(record, "exits")[1:, :, 3:].sum(axis=1)
    np.testing.assert_allclose(transfers, block(record, "inflow_transfers")[1:, :, 0], atol=TOLERANCE)


def test_those_who_may_not_enter_go_where_the_shares_say() -> None:
    """Without shares all stay: nobody more goes to førtidspension than in the open run in the first closed week."""
    engine = params()
    stay = dataclasses.replace(engine, instead=np.zeros((N_GROUPS, N_GROUPS)))
    week = CLOSES + 1
    pension = EXIT_INDEX["foertidspension"]
    open_run, _, _ = run_raw(engine, paths(np.ones((WEEKS, N_GROUPS))))
    others, _, _ = run_raw(engine, paths(closing(0.0, "ressourceforloeb")))
    staying, _, _ = run_raw(stay, paths(closing(0.0, "ressourceforloeb")))
    would_enter = block(open_run, "exits")[week, :, EXIT_INDEX["ressourceforloeb"]]
    more = block(others, "exits")[week, :, pension] - block(open_run, "exits")[week, :, pension]
    share = engine.instead[CLOSED, GROUP_INDEX["foertidspension"]]
    assert share > 0
    np.testing.assert_allclose(more, would_enter * share, atol=TOLERANCE)
    np.testing.assert_allclose(
        block(staying, "exits")[week, :, pension], block(open_run, "exits")[week, :, pension], atol=TOLERANCE
    )
    stayed = block(staying, "exits")[week].sum(axis=1) - block(open_run, "exits")[week].sum(axis=1)
    np.testing.assert_allclose(stayed, -would_enter, atol=TOLERANCE)


def test_those_back_from_a_job_come_to_the_group_in_its_place() -> None:
    record, _, _ = run_raw(params(), paths(closing(0.0, "ressourceforloeb")))
    pool = block(record, "pool")[..., 0]
    instead = GROUP_INDEX[INSTEAD_OF_CLOSED["ressourceforloeb"]]
    open_run, _, _ = run_raw(params(), paths(np.ones((WEEKS, N_GROUPS))))
    before, week = block(open_run, "pool")[..., 0], CLOSES + 1
    assert before[week, CLOSED] > 0
    # Only those who left within the week are still counted there.
    assert pool[week, CLOSED] < 0.2 * before[week, CLOSED]
    np.testing.assert_allclose(
        pool[week, CLOSED] + pool[week, instead],
        before[week, CLOSED] + before[week, instead],
        rtol=0.02,
    )
