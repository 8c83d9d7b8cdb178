"""Feed one input after the other, and keep what a fault was fed with."""

from __future__ import annotations

import random
import time
import traceback
from dataclasses import dataclass, field

from tests.fuzz.loops import LOOPS, SECONDS, dice_for


@dataclass
class Tally:
    """What came of a loop: inputs, the slowest in seconds of processor time, and its faults."""

    loop: str
    inputs: int = 0
    slowest: float = 0.0
    slowest_number: int = 0
    faults: list[str] = field(default_factory=list)


def feed(tally: Tally, seed: int, number: int) -> None:
    """Feed one input and note what comes of it."""
    dice: random.Random = dice_for(tally.loop, seed, number)
    begun = time.thread_time()
    try:
        LOOPS[tally.loop](dice)
    except Exception:
        tally.faults.append(f"{tally.loop}, seed {seed}, input {number}:\n{traceback.format_exc(limit=-6)}")
    took = time.thread_time() - begun
    tally.inputs += 1
    if took > tally.slowest:
        tally.slowest, tally.slowest_number = took, number
    if took > SECONDS:
        tally.faults.append(f"{tally.loop}, seed {seed}, input {number}: {took:.1f} s")
