"""The kernel's rows of lanes, and parts of a week on lanes filled by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from model.domain import N_KINDS, N_SEGMENTS
from model.engine.kernel.exits import end_offers
from model.engine.kernel.layout import FIELD_SIZES, FIELDS, LANES, N_FIELDS
from model.engine.kernel.rows import N_ROWS, ROWS, Lanes


def test_rows_follow_each_other() -> None:
    places = list(ROWS.values())
    assert places[0][0] == 0
    assert all(first + size == following for (first, size), (following, _) in itertools.pairwise(places))
    assert sum(places[-1]) == N_ROWS
    assert LANES % 8 == 0
    assert LANES >= N_SEGMENTS


def test_the_record_is_the_first_rows() -> None:
    assert {name: ROWS[name] for name in FIELD_SIZES} == {
        name: (begin, end - begin) for name, (begin, end) in FIELDS.items()
    }
    assert max(end for _, end in FIELDS.values()) == N_FIELDS


def test_offers_end_and_effects_fade() -> None:
    lanes = Lanes()
    persons = np.arange(1.0, N_SEGMENTS + 1)
    # All in the first class of weeks; a quarter of those who stay passes into the second.
    lanes["mix_in"][:N_KINDS] = persons
    lanes["in_total"][0] = N_KINDS * persons
    lanes["passing"][0] = 0.25 * 0.9 * N_KINDS * persons
    lanes["after"][:N_KINDS] = 2.0 * persons
    lanes["after_total"] = 2.0 * N_KINDS * persons
    for row in (
        "mean_in",
        "mean_in_early",
        "mean_after",
        "mean_after_early",
        "education_in",
        "education_after",
    ):
        lanes[row] = 1.0
    lanes["end"] = 0.125
    lanes["fade"] = 0.25
    lanes["to_after"] = 3.0
    # A tenth of those in an offer leaves for a job, nobody of those after one.
    lanes["job_in"][0] = 0.1 * N_KINDS * persons
    lanes["ratio_in"] = 1.0
    end_offers(lanes.flat)
    np.testing.assert_allclose(lanes["participants"], np.tile(0.9 * 0.875 * persons, (N_KINDS, 1)))
    by_class = lanes["mix_in"].reshape(-1, N_KINDS, N_SEGMENTS)
    np.testing.assert_allclose(by_class[0], np.tile(0.75 * 0.9 * 0.875 * persons, (N_KINDS, 1)))
    np.testing.assert_allclose(by_class[1], np.tile(0.25 * 0.9 * 0.875 * persons, (N_KINDS, 1)))
    assert not by_class[2:].any()
    np.testing.assert_allclose(lanes["ended"][:2], 0.125)
    np.testing.assert_allclose(lanes["after"][:N_KINDS], np.tile((1.5 + 0.1125) * persons, (N_KINDS, 1)))
    np.testing.assert_allclose(lanes["after"][N_KINDS], 0.5 * N_KINDS * persons + 3.0)


def test_the_pool_moves_from_stage_to_stage() -> None:
    lanes = Lanes()
    lanes["pool_1"], lanes["pool_2"], lanes["pool_3"] = 100.0, 200.0, 400.0
    lanes["return_1"], lanes["return_2"] = 0.02, 0.01
    lanes["onward_1"], lanes["onward_2"], lanes["leave"] = 0.1, 0.05, 0.03
    lanes["entering"] = 7.0
    end_offers(lanes.flat)
    assert lanes["pool_1"] == pytest.approx(100 * 0.88 + 7)
    assert lanes["pool_2"] == pytest.approx(200 * 0.91 + 10)
    assert lanes["pool_3"] == pytest.approx(400 * 0.96 + 10)
    assert lanes["inflow_returners"] == pytest.approx(2 + 2 + 4)
    assert lanes["pool"] == pytest.approx(lanes["pool_1"] + lanes["pool_2"] + lanes["pool_3"])
