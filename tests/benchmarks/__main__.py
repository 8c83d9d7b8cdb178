"""Time the engine: ``python -m tests.benchmarks``; ``--page`` adds the front page in a real browser.

Prints medians and, beside them, multiples of one run: only these compare between machines. Nothing here fails for
being slow.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from model.engine.calibration import calibrate_anew
from model.engine.parameters import EngineParameters
from model.explain.attribution import attribute
from model.explain.mechanisms import all_mechanisms
from model.municipality.municipality import Municipality, load_municipality
from model.municipality.municipality_list import municipalities
from model.scenario.files import load_scenario
from model.scenario.scenario import Scenario
from model.seek.answer import FreeLever, Target
from model.seek.seek import seek
from model.seek.sweep import axis, sweep
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.run_engine import prepare, run_many
from model.simulation.simulate import simulate
from model.uncertainty.draw_points import sobol
from model.uncertainty.draw_runs import FanOptions
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan
from model.uncertainty.tornado import tornado

DRAWS = 128
SEED = 1
DRAWN = ("hr_", "offer_weeks", "effect_weeks", "displacement", "diminishing", "return_")
SCENARIO = "scenarios/ballerup/dobbelt-virksomhedsindsats.yaml"
SIX_LEVERS = "scenarios/ballerup/samlet-forslag.yaml"
TWELVE_LEVERS = "scenarios/ballerup/tidlige-tilbud.yaml"


def median_seconds(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return median and best of ``repeats`` timings after one unmeasured call."""
    work()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times), min(times)


def draws(count: int) -> list[EngineParameters]:
    """Return parameter sets with every uncertain effect, length and displacement somewhere in its range."""
    municipality = load_municipality("ballerup")
    rng = np.random.default_rng(SEED)
    uncertain = [p for p in municipality.register if p.uncertain and p.id.startswith(DRAWN)]
    sets = []
    for _ in range(count):
        changes = {}
        for parameter in uncertain:
            low, high = parameter.value.low, parameter.value.high
            if low is not None and high is not None:
                changes[parameter.id] = float(rng.uniform(low, high))
        sets.append(municipality.engine_with(changes))
    return sets


def engine() -> None:
    """Time the engine alone: one run, a fan, calibration, all municipalities."""
    municipality = load_municipality("ballerup")
    scenario = load_scenario(SCENARIO)
    begin = time.perf_counter()
    simulate(municipality, scenario)
    first = time.perf_counter() - begin
    paths = build_lever_paths(municipality, scenario, 208)
    one, best = median_seconds(lambda: simulate(municipality, scenario, paths=paths), 60)
    rows = [
        ("first run in this process (kernel from its cache, or compiled)", first, first),
        ("one four-year run, 39 segments", one, best),
    ]
    rows.append(
        (
            "lever paths of a scenario",
            *median_seconds(lambda: build_lever_paths(municipality, scenario, 208), 60),
        )
    )
    rows.append(
        ("calibration of one parameter set", *median_seconds(lambda: calibrate_anew(municipality.engine), 5))
    )

    begin = time.perf_counter()
    sets = draws(DRAWS)
    rows.append((f"{DRAWS} draws: parameters built", *[time.perf_counter() - begin] * 2))
    begin = time.perf_counter()
    prepared = prepare(sets)
    rows.append((f"{DRAWS} draws: calibrated (kept afterwards)", *[time.perf_counter() - begin] * 2))
    pairs = [(i, 0) for i in range(DRAWS)]

    def fan() -> object:
        return run_many(prepared, [paths], pairs, lambda b, record, firm: record[:, :, 0].sum(axis=1))

    rows.append((f"{DRAWS} draws of a scenario", *median_seconds(fan, 5)))

    six = load_scenario(SIX_LEVERS)
    why = attribute(municipality, six)
    rows.append(
        (
            f"attribution of six levers, {why.runs} runs",
            *median_seconds(lambda: attribute(municipality, six), 5),
        )
    )
    keys = why.reported_keys()
    rows.append(("its mechanisms", *median_seconds(lambda: all_mechanisms(municipality, six, keys), 5)))
    twelve = load_scenario(TWELVE_LEVERS)
    begin = time.perf_counter()
    runs = attribute(municipality, twelve).runs
    rows.append((f"attribution of twelve levers, {runs} runs", *[time.perf_counter() - begin] * 2))
    places = axis("firm_places=200:600:50", municipality)
    rows.append(("sweep of nine points", *median_seconds(lambda: sweep(municipality, scenario, [places]), 5)))

    begin = time.perf_counter()
    for info in municipalities():
        simulate(load_municipality(info.id))
    every = time.perf_counter() - begin
    rows.append(("all 98 municipalities: load, calibrate, run", every, every))

    rows += uncertainty(municipality, scenario)
    rows += seeks()
    width = max(len(name) for name, _, _ in rows)
    print(f"{'':{width}}  {'median':>10}  {'best':>10}  {'x one run':>9}")
    for name, seconds, least in rows:
        print(f"{name:{width}}  {1e3 * seconds:8.1f} ms  {1e3 * least:8.1f} ms  {seconds / one:9.1f}")


def seeks() -> list[tuple[str, float, float]]:
    """Time the search with two levers: a goal within reach, one out of reach (with what would have to hold)."""
    municipality = load_municipality("ballerup")
    plain = Scenario(name="-", municipality="ballerup")
    places = [FreeLever("firm_places"), FreeLever("firm_priority", "kontanthjaelp_aktivitetsparat")]
    contact = [FreeLever("meetings", "dagpenge"), FreeLever("early_package")]
    rows = []
    for name, wish, free in (
        ("within reach", Target("3", 20.0), places),
        ("out of reach", Target("2"), contact),
    ):
        runs = seek(municipality, plain, [wish], free).runs
        timed = median_seconds(lambda w=wish, f=free: seek(municipality, plain, [w], f), 3)  # type: ignore[misc]
        rows.append((f"a seek with two levers, {name}: {runs} runs", *timed))
    return rows


def uncertainty(municipality: Municipality, scenario: Scenario) -> list[tuple[str, float, float]]:
    """Time the fan: draws of every uncertain number, bands of all goals and of one indicator, tornado."""

    def once(work: Callable[[], object]) -> list[float]:
        begin = time.perf_counter()
        work()
        return [time.perf_counter() - begin] * 2

    rows = [("scipy's Sobol sequence: import", *once(lambda: sobol(1, 0, SEED)))]
    rows.append((f"fan: {DRAWS} draws made and calibrated (kept)", *once(lambda: draws_for(municipality))))
    made = draws_for(municipality)
    whole = (
        f"fan of {DRAWS} draws, all goals and budget, first time (baseline too)",
        *once(lambda: fan(municipality, scenario, made)),
    )
    rows.append(whole)
    rows.append(
        (
            f"fan of {DRAWS} draws, all goals and budget, baseline kept",
            *median_seconds(lambda: fan(municipality, scenario, made), 5),
        )
    )
    one = [f"{goal.id}.{goal.key_indicator}" for goal in municipality.goals][2:3]

    def band() -> object:
        return fan(municipality, scenario, made, options=FanOptions(indicators=one, with_budget=False))

    rows.append((f"live band of {DRAWS} draws: one indicator, baseline kept", *median_seconds(band, 5)))
    rows.append(
        ("tornado of one indicator, first time", *once(lambda: tornado(municipality, scenario, one[0])))
    )
    rows.append(
        ("tornado of one indicator", *median_seconds(lambda: tornado(municipality, scenario, one[0]), 3))
    )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--page", action="store_true", help="also the front page in Chromium")
    arguments = parser.parse_args()
    engine()
    if arguments.page:
        from tests.benchmarks import page

        page.main()


if __name__ == "__main__":
    main()
