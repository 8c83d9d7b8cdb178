"""Keep the forecast that was made from January 2026 in a file, and lay the months after it beside it.

The file is read and never made anew, so that no later tuning changes what was promised. Months count as soon as
``model/data/figures`` has them.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.disclosure import is_small
from model.domain import MODEL_VERSION
from model.files.atomic_write import write_atomically, yaml_text
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.forecast.measured import ahead_text, error_text
from model.forecast.method import Floats
from model.forecast.panel import month_of, panel
from model.forecast.predictive import COVERAGES, predict
from model.forecast.simple import SIMPLE, simple_forecasts
from model.forecast.tried import LONGEST, OURS
from model.language.catalogue import long_date, percent, short_date
from model.language.messages import Localized, Message, Phrase
from model.municipality.figures import FIGURES_FOLDER, Months, monthly, read_rows
from model.municipality.history import BENEFITS, SERIES, Benefit

PROMISED_FROM: Final = "2026M01"
PROMISES_FOLDER: Final = DATA_FOLDER / "forecasts"
_BANDS: Final = tuple(f"{end}{round(100 * c)}" for c in COVERAGES for end in ("low", "high"))
COLUMNS: Final = (
    *("benefit", "municipality", "month", "known", "forecast", "method"),
    *_BANDS,
    *SIMPLE,
)
_DECIMALS: Final = 2


@dataclass(frozen=True, eq=False)
class Promise:
    """A forecast of M municipalities as it was made once: H months after ``last_month``, full-time persons."""

    benefit: Benefit
    last_month: np.datetime64
    ids: tuple[str, ...]  # [M]
    months: NDArray[np.datetime64]  # [H]
    known: Floats  # [M] the figure of the last month
    forecasts: Mapping[str, Floats]  # [H, M]: what was promised (``ours``) and the simple ones
    bands: Mapping[float, tuple[Floats, Floats]]  # by coverage: low and high [H, M]


@dataclass(frozen=True, eq=False)
class Kept:
    """A promise and the K months that have come since: published figures [K, M], NaN where hidden or not there."""

    promise: Promise
    actual: Floats

    @property
    def months(self) -> NDArray[np.datetime64]:
        """Return the months that have come [K]."""
        return self.promise.months[: len(self.actual)]

    def absolute(self, name: str) -> Floats:
        """Return the mean absolute error of a method by months ahead [K], persons."""
        off = np.abs(self.promise.forecasts[name][: len(self.actual)] - self.actual)
        return np.asarray(np.nanmean(off, axis=1))

    def best_simple(self, months_ahead: int) -> str:
        """Return the simple forecast that was nearest so many months ahead."""
        return min(SIMPLE, key=lambda name: float(self.absolute(name)[months_ahead - 1]))

    def covered(self, coverage: float) -> Floats:
        """Return the share of municipalities [K] whose figure is within the band."""
        low, high = (end[: len(self.actual)] for end in self.promise.bands[coverage])
        inside = np.where(np.isfinite(self.actual), (low <= self.actual) & (self.actual <= high), np.nan)
        return np.asarray(np.nanmean(inside, axis=1))


def promised_rows() -> Iterator[dict[str, str]]:
    """Yield the forecast of all municipalities from the last published month, as rows of the file."""
    for benefit in BENEFITS:
        figures = panel(benefit)
        simple = simple_forecasts(figures.persons, LONGEST)
        for i, municipality in enumerate(figures.ids):
            made = predict(municipality, benefit)
            ends = [end for coverage in COVERAGES for end in made.band(coverage)]
            for h, month in enumerate(made.months):
                values = [made.last, made.central[h]]
                beside = [*(end[h] for end in ends), *(simple[name][h, i] for name in SIMPLE)]
                texts = [f"{value:.{_DECIMALS}f}" for value in (*values, *beside)]
                cells = [benefit, municipality, str(month).replace("-", "M"), *texts[:2], made.methods[h]]
                yield dict(zip(COLUMNS, (*cells, *texts[2:]), strict=True))


def freeze(made_on: datetime.date, folder: Path = PROMISES_FOLDER) -> Path:
    """Write the forecast from the last published month into its file, with a head that says what it is made of.

    Returns the file. Raises FileExistsError where one stands already: what was promised is not changed, and OSError.
    """
    last = str(panel(BENEFITS[0]).months[-1]).replace("-", "M")
    path = folder / f"{last}.csv"
    if path.exists():
        raise FileExistsError(path)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(promised_rows())
    data = out.getvalue().encode()
    sources = [FIGURES_FOLDER / f"{SERIES[benefit][0]}.csv" for benefit in BENEFITS]
    sources += [FIGURES_FOLDER / "national_dagpenge_y01a02.csv", DATA_FOLDER / "forecast.yaml"]
    head = {
        "last_month": last,
        "made_on": made_on.isoformat(),
        "model_version": MODEL_VERSION,
        "sha256": hashlib.sha256(data).hexdigest(),
        "made_of": {source.name: hashlib.sha256(source.read_bytes()).hexdigest() for source in sources},
    }
    folder.mkdir(exist_ok=True)
    write_atomically(path, data)
    write_atomically(path.with_suffix(".yaml"), yaml_text(head).encode())
    return path


@lru_cache(maxsize=2)
def promise(benefit: Benefit, folder: Path = PROMISES_FOLDER) -> Promise:
    """Read the forecast that was made from January 2026. Raises OSError where its file is not there."""
    rows = [row for row in read_rows(folder / f"{PROMISED_FROM}.csv") if row["benefit"] == benefit]
    ids = tuple(dict.fromkeys(row["municipality"] for row in rows))
    names = list(dict.fromkeys(row["month"] for row in rows))

    def column(name: str) -> Floats:
        """Return one column, [H, M]."""
        values = np.array([float(row[name]) for row in rows])
        return np.asarray(values.reshape(len(ids), len(names)).T)

    forecasts = {OURS: column("forecast"), **{name: column(name) for name in SIMPLE}}
    bands = {c: (column(f"low{round(100 * c)}"), column(f"high{round(100 * c)}")) for c in COVERAGES}
    return Promise(
        benefit,
        month_of(PROMISED_FROM),
        ids,
        np.array([month_of(name) for name in names]),
        column("known")[0],
        MappingProxyType(forecasts),
        MappingProxyType(bands),
    )


@lru_cache(maxsize=1)
def made_on() -> datetime.date:
    """Return the day on which the forecast from January 2026 was written down. Raises FileProblem."""
    head = load_data_file(PROMISES_FOLDER / f"{PROMISED_FROM}.yaml").data
    return datetime.date.fromisoformat(str(head["made_on"]))


def kept(benefit: Benefit, published: Mapping[str, Months] | None = None) -> Kept:
    """Lay the published months after January 2026 beside the promise; a small or hidden figure is left out.

    ``published``: figures by municipality and month, those that ship where None. A month in which the country alone,
    or nobody, has a figure ends what has come. Raises as :func:`promise`.
    """
    made = promise(benefit)
    figures = monthly(*SERIES[benefit]) if published is None else published
    rows: list[list[float]] = []
    for month in made.months:
        name = str(month).replace("-", "M")
        row = [_shown(figures.get(i, {}).get(name)) for i in made.ids]
        if not np.isfinite(row).any():
            break
        rows.append(row)
    return Kept(made, np.array(rows).reshape(len(rows), len(made.ids)))


def _shown(value: float | None) -> float:
    """Return a figure that may be shown, NaN for any other."""
    return float("nan") if value is None or is_small(value) else value


def promise_words(found: Kept) -> tuple[Localized, ...]:
    """Return what has come of the promise in sentences, the heading first."""
    month = Phrase(short_date, found.promise.last_month.astype("datetime64[D]"))
    heading = Message("forecast.after", month=month)
    if not len(found.actual):
        return heading, Message("forecast.after.none", month=month, day=Phrase(long_date, made_on()))
    n = len(found.actual)
    told = Message(
        "forecast.after.told",
        months=Phrase(ahead_text, n),
        month=month,
        ours=Phrase(error_text, float(found.absolute(OURS)[-1])),
        simple=Phrase(error_text, float(found.absolute(found.best_simple(n))[-1])),
    )
    covered = Phrase(percent, float(found.covered(COVERAGES[1])[-1]))
    return heading, told, Message("forecast.after.covered", covered=covered)
