"""Hold the own forecast against a library's, statsmodels': ``python -m tests.benchmarks.forecasts``.

statsmodels is in no requirements file. Install it by hand, into an environment of its own:

    python3 -m venv FOLDER && FOLDER/bin/pip install statsmodels pydantic PyYAML Babel
    FOLDER/bin/python -m tests.benchmarks.forecasts

A library's season needs two whole years of a series, so starts have at least 25 known months: from August 2023. Each
series is fitted as a logarithm, as the own forecast is. Prints; nothing fails for being slow.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from model.forecast.method import MONTHS_A_YEAR, Floats, logs
from model.forecast.panel import panel
from model.forecast.tried import HORIZONS, LAST_START, OURS, forecast_panel
from model.municipality.history import BENEFITS, Benefit

LEAST_MONTHS: Final = 25
MUNICIPALITIES: Final = 14
STARTS_APART: Final = 2  # months
ETS: Final = "statsmodels.tsa.exponential_smoothing.ets"
THETA: Final = "statsmodels.tsa.forecasting.theta"
IMPORTS: Final = ("numpy", "model.forecast.method", ETS, THETA)


def by_ets(series: Floats) -> Floats:
    """Forecast a year of one series by exponential smoothing with damped trend and additive season."""
    model = importlib.import_module(ETS).ETSModel(
        series, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=MONTHS_A_YEAR
    )
    return np.asarray(model.fit(disp=False).forecast(MONTHS_A_YEAR))


def by_theta(series: Floats) -> Floats:
    """Forecast a year of one series by the theta method, its season taken out before."""
    model = importlib.import_module(THETA).ThetaModel(
        series, period=MONTHS_A_YEAR, method="additive", deseasonalize=True, use_test=False
    )
    return np.asarray(model.fit().forecast(MONTHS_A_YEAR))


LIBRARY: Final[Mapping[str, Callable[[Floats], Floats]]] = {"ets": by_ets, "theta": by_theta}


def sample(persons: Floats) -> list[int]:
    """Return places of municipalities from the smallest to the largest, evenly apart."""
    order = np.argsort(persons.mean(axis=0))
    return [int(order[round(i)]) for i in np.linspace(0, len(order) - 1, MUNICIPALITIES)]


@dataclass(frozen=True)
class Compared:
    """Mean absolute errors by method and months ahead [12], and what one forecast takes."""

    persons: Mapping[str, Floats]
    per_cent: Mapping[str, Floats]  # of the start's figure: in persons the largest municipality decides
    seconds: Mapping[str, float]  # of a processor


def compared(benefit: Benefit) -> Compared:
    """Forecast a sample of municipalities from several starts by every method, and measure how far off they were."""
    figures = panel(benefit)
    which = sample(figures.persons)
    starts = [m for m in figures.months[LEAST_MONTHS - 1 :] if m <= LAST_START][::STARTS_APART]
    errors: dict[str, list[Any]] = {name: [] for name in (OURS, "last", *LIBRARY)}
    sizes = []
    seconds = dict.fromkeys((OURS, *LIBRARY), 0.0)
    for start in starts:
        known = figures.until(start)
        at = len(known.months)
        actual = figures.persons[at : at + MONTHS_A_YEAR, which]
        sizes.append(np.repeat(known.persons[-1:, which], MONTHS_A_YEAR, axis=0))
        begin = time.process_time()
        ahead = forecast_panel(known, benefit, MONTHS_A_YEAR)
        seconds[OURS] += (time.process_time() - begin) / len(figures.ids) / len(starts)
        errors[OURS].append(np.abs(ahead[:, which] - actual))
        errors["last"].append(np.abs(known.persons[-1, which] - actual))
        for name, method in LIBRARY.items():
            begin = time.process_time()
            made = [np.exp(method(logs(known.persons[:, i]))) for i in which]
            seconds[name] += (time.process_time() - begin) / len(which) / len(starts)
            errors[name].append(np.abs(np.stack(made, axis=1) - actual))
    print(f"\n{benefit}: {len(which)} municipalities, {len(starts)} starts, {starts[0]} to {starts[-1]}")
    persons = {name: np.stack(e) for name, e in errors.items()}
    size = np.stack(sizes)
    return Compared(
        {name: e.mean(axis=(0, 2)) for name, e in persons.items()},
        {name: (100 * e / size).mean(axis=(0, 2)) for name, e in persons.items()},
        seconds,
    )


def import_seconds(module: str) -> float:
    """Return how long a fresh Python takes to load a module, the best of three."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    return min(float(run.stdout) for run in runs)


def main() -> None:
    """Compare accuracy, time per forecast and time to import, and print them."""
    try:
        version = importlib.import_module("statsmodels").__version__
    except ImportError:
        print(__doc__)
        return
    warnings.simplefilter("ignore")  # of fits that stop early
    print(f"statsmodels {version}")
    for benefit in BENEFITS:
        found = compared(benefit)
        for unit, errors in (("persons", found.persons), ("per cent of the start", found.per_cent)):
            print(f"{'mean absolute error, ' + unit:<44}" + "".join(f"{h:>8}" for h in HORIZONS))
            for name, error in errors.items():
                print(f"  {name:<42}" + "".join(f"{error[h - 1]:8.1f}" for h in HORIZONS))
        print("processor's milliseconds for a forecast")
        for name, seconds in found.seconds.items():
            print(f"  {name:<42}{1000 * seconds:8.2f}")
    print("\nseconds to import")
    for module in IMPORTS:
        print(f"{module:<46}{import_seconds(module):6.2f}")


if __name__ == "__main__":
    main()
