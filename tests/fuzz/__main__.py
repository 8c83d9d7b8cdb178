"""Feed all doors for as long as asked: ``python -m tests.fuzz --minutes 60``.

Prints inputs, the slowest of them and the memory of each loop; what was a fault can be fed again with
``--loop NAME --seed SEED --input NUMBER``. Ends with 1 where there was a fault.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from typing import Final

from tests.fuzz.loops import LOOPS
from tests.fuzz.run import Tally, feed

# How long one loop runs before the next has its turn, s.
_TURN: Final = 5.0


def peak_memory() -> int:
    """Return the most memory that this process has had, MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 if sys.platform != "darwin" else 1024 * 1024)


def main() -> int:
    """Run the loops in turn until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--loop", choices=sorted(LOOPS))
    parser.add_argument("--input", type=int, help="feed this one alone, and let it raise")
    options = parser.parse_args()
    names = [options.loop] if options.loop else list(LOOPS)
    with tempfile.TemporaryDirectory() as data:
        os.environ["INDSATSKOMPAS_DATA"] = data
        if options.input is not None:
            from tests.fuzz.loops import dice_for

            LOOPS[names[0]](dice_for(names[0], options.seed, options.input))
            return 0
        tallies = {name: Tally(name) for name in names}
        until = time.monotonic() + 60 * options.minutes
        while time.monotonic() < until:
            for tally in tallies.values():
                turn = min(until, time.monotonic() + _TURN)
                while time.monotonic() < turn:
                    before = len(tally.faults)
                    feed(tally, options.seed, tally.inputs)
                    for fault in tally.faults[before:]:
                        print(fault, flush=True)
    print(f"seed {options.seed}, peak memory {peak_memory()} MB")
    for tally in tallies.values():
        slowest = f"slowest {tally.slowest:.2f} s (input {tally.slowest_number})"
        print(f"{tally.loop:22} {tally.inputs:8} inputs, {slowest}, {len(tally.faults)} faults")
    return 1 if any(tally.faults for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
