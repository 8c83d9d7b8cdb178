"""Time the choice of each of the 98 municipalities: ``python -m tests.benchmarks.municipalities``.

Choosing is loading, calibrating and a four-year run, all of it anew. Prints; nothing fails for being slow.
"""

from __future__ import annotations

import itertools
import statistics
import time

from model.engine.calibration import calibrate
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.simulation.simulate import simulate, warm_up

LIMIT_SECONDS = 1.0
PARTS = ("load", "calibrate", "run")


def chosen(municipality_id: str) -> tuple[float, float, float]:
    """Return the seconds to load, to calibrate and to run a municipality."""
    times = [time.perf_counter()]
    municipality = load_municipality(municipality_id)
    times.append(time.perf_counter())
    calibrate(municipality.engine)
    times.append(time.perf_counter())
    simulate(municipality)
    times.append(time.perf_counter())
    first, second, third = (b - a for a, b in itertools.pairwise(times))
    return first, second, third


def main() -> None:
    """Time all 98, and print medians and the worst."""
    warm_up()
    begin = time.process_time()
    found = {info.id: chosen(info.id) for info in municipalities() if info.id != "ballerup"}
    processor = (time.process_time() - begin) / len(found)
    for i, part in enumerate(PARTS):
        values = [times[i] for times in found.values()]
        print(f"{part:<12} median {statistics.median(values):.3f} s   worst {max(values):.3f} s")
    worst = max(found, key=lambda name: sum(found[name]))
    over = [name for name, times in found.items() if sum(times) > LIMIT_SECONDS]
    print(
        f"{'in all':<12} median {statistics.median(sum(t) for t in found.values()):.3f} s   "
        f"worst {sum(found[worst]):.3f} s ({worst})"
    )
    print(f"processor    mean {processor:.3f} s: what it takes where nothing else runs")
    print(f"above {LIMIT_SECONDS} s: {', '.join(over) or 'none'} (ballerup is loaded to warm up)")


if __name__ == "__main__":
    main()
