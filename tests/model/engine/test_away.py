"""The stages of the pool: at rest as if weeks away were counted."""

from __future__ import annotations

import numpy as np
import pytest

from model.domain import N_GROUPS
from model.engine.away import onward_rates
from model.engine.calibration import calibrate
from tests.model.engine.cases import ballerup, bare


def test_at_rest_as_many_stand_in_each_stage_as_if_their_weeks_were_counted() -> None:
    params = ballerup()
    rest = calibrate(params)
    early, later = params.return_rate.T
    entering = rest.pool[0].sum(axis=1).reshape(N_GROUPS, -1) / sum(
        (1 - early[:, None]) ** k for k in range(13)
    )
    passing = entering * (1 - early[:, None]) ** 13
    out = later[:, None] + params.pool_leave
    longer = passing * sum((1 - out) ** k for k in range(39))
    np.testing.assert_allclose(rest.pool[1].sum(axis=1).reshape(N_GROUPS, -1), longer, rtol=1e-9)
    late = passing * (1 - out) ** 39 / out
    np.testing.assert_allclose(rest.pool_late.reshape(N_GROUPS, -1), late, rtol=1e-9)


def test_who_never_returns_passes_at_one_over_the_weeks() -> None:
    params = bare(0.05, pool_leave=0.0)
    np.testing.assert_allclose(onward_rates(params), np.tile([1 / 13, 1 / 39], (N_GROUPS, 1)), rtol=1e-12)


@pytest.mark.parametrize("weeks", [(1.0, 1.0), (13.0, 39.0), (7.5, 104.0)])
def test_no_more_leave_a_stage_than_stand_in_it(weeks: tuple[float, float]) -> None:
    for rate in (1e-12, 0.02, 0.5, 1.0):
        params = bare(0.05, pool_leave=0.0, return_rate=np.full((N_GROUPS, 2), rate), pool_stage_weeks=weeks)
        rates = onward_rates(params)
        assert (rates >= 0.0).all()
        assert (rates + rate <= 1.0 + 1e-12).all()
