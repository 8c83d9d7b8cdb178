"""How long those who left for a job stay in each stage of the pool of possible returners.

Weeks away are counted: at most ``pool_stage_weeks`` weeks in a stage, 13 and then 39, so that who comes back within a
year keeps the weeks of support and who comes back later begins at zero. To hold each week's leavers apart would be 52
rows for each target group and origin, where the engine has two. It moves people on at a weekly rate instead, such that
at rest as many stand in each stage, come back from it and pass on as if their weeks were counted. Away from rest some
pass on sooner and others later; how little that moves, the simulation of single persons says, which does count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.engine.parameters import EngineParameters

Floats = NDArray[np.float64]


def onward_rates(params: EngineParameters) -> Floats:
    """Return the weekly rates [G, 2] at which people pass on to the next stage of the pool, out of each stage.

    Of those who enter a stage of n weeks and leave it otherwise at a rate q, (1 - q)^n stay to its end, and
    (1 - (1 - q)^n) / q stand in it for each who enters a week; the rate is the one over the other.
    """
    out = params.return_rate + np.array([0.0, params.pool_leave])
    weeks = np.array(params.pool_stage_weeks)
    with np.errstate(divide="ignore"):
        staying = np.log1p(-out) * weeks
    gone = -np.expm1(staying)
    rates: Floats = np.divide(
        np.exp(staying) * out, gone, out=np.broadcast_to(1.0 / weeks, out.shape).copy(), where=gone > 0.0
    )
    return rates
