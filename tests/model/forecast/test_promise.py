"""Test what was promised in January 2026: the file stands as it was made, and later months are laid beside it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from model.forecast import promise as promises
from model.forecast.predictive import COVERAGES
from model.forecast.promise import (
    PROMISED_FROM,
    PROMISES_FOLDER,
    freeze,
    kept,
    made_on,
    promise,
    promise_words,
)
from model.forecast.simple import SIMPLE
from model.forecast.tried import OURS
from model.municipality.figures import Months, monthly
from model.municipality.history import BENEFITS, SERIES
from tests.command_line import called

# Of the file as it was made on 30 November 2026. It is not to be made anew, whatever becomes of the method.
SHA256 = "341d86d7ff7cd6cc3983fe145dbb9a9355c98c965fadffd56a841d8a426e2bb3"


def later(benefit, figures: Mapping[str, list[float | None]]) -> dict[str, Months]:
    """Return the published figures with further months from February 2026 on, by municipality."""
    made = {name: dict(series) for name, series in monthly(*SERIES[benefit]).items()}
    for name, values in figures.items():
        made[name] |= {f"2026M{m:02d}": value for m, value in enumerate(values, start=2)}
    return made


def as_promised(benefit, off: float, months: int = 3) -> dict[str, Months]:
    """Return further months in which every municipality is ``off`` persons above what was promised."""
    made = promise(benefit)
    return later(
        benefit,
        {name: list(made.forecasts[OURS][:months, i] + off) for i, name in enumerate(made.ids)},
    )


def test_the_promise_stands_as_it_was_made() -> None:
    file = PROMISES_FOLDER / f"{PROMISED_FROM}.csv"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == SHA256
    assert f"sha256: {SHA256}" in file.with_suffix(".yaml").read_text(encoding="utf-8")
    assert made_on() == datetime.date(2026, 11, 30)


@pytest.mark.parametrize("benefit", BENEFITS)
def test_the_promise_holds_98_municipalities_twelve_months_and_bands(benefit) -> None:
    made = promise(benefit)
    assert len(made.ids) == 98
    assert [str(m) for m in (made.last_month, made.months[0], made.months[-1])] == [
        "2026-01",
        "2026-02",
        "2027-01",
    ]
    january = [monthly(*SERIES[benefit])[i][PROMISED_FROM] for i in made.ids]
    assert made.known.tolist() == january
    assert set(made.forecasts) == {OURS, *SIMPLE}
    np.testing.assert_array_equal(made.forecasts["last"], np.repeat(made.known[None], 12, axis=0))
    inner = made.forecasts[OURS]
    for coverage in COVERAGES:
        low, high = made.bands[coverage]
        assert (low < inner).all()
        assert (inner < high).all()


def test_what_is_kept_is_read_and_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    promise.cache_clear()
    monkeypatch.setattr(promises, "predict", None)
    monkeypatch.setattr(promises, "panel", None)
    assert promise("dagpenge").months.shape == (12,)


def test_a_kept_forecast_is_not_written_twice(tmp_path: Path) -> None:
    path = freeze(datetime.date(2026, 1, 1), tmp_path)
    before = path.read_bytes()
    assert len(before.splitlines()) == 1 + 2 * 98 * 12
    with pytest.raises(FileExistsError):
        freeze(datetime.date(2027, 1, 1), tmp_path)
    assert path.read_bytes() == before
    assert "2026-01-01" in path.with_suffix(".yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("benefit", BENEFITS)
def test_nothing_has_come_until_figures_have_it(benefit) -> None:
    until_january = {
        name: {month: value for month, value in series.items() if month <= PROMISED_FROM}
        for name, series in monthly(*SERIES[benefit]).items()
    }
    found = kept(benefit, until_january)
    assert len(found.actual) == 0
    assert "Ingen endnu" in promise_words(found)[1].da
    # The country alone is no municipality.
    assert len(kept(benefit, {**until_january, "national": {"2026M02": 1e5}}).actual) == 0


def test_later_months_are_laid_beside_what_was_promised() -> None:
    found = kept("dagpenge", as_promised("dagpenge", 6.0))
    assert [str(m) for m in found.months] == ["2026-02", "2026-03", "2026-04"]
    assert found.absolute(OURS) == pytest.approx([6.0] * 3)
    by_hand = np.abs(found.promise.known - found.actual[1]).mean()
    assert found.absolute("last")[1] == pytest.approx(by_hand)
    assert found.absolute(found.best_simple(2))[1] == min(found.absolute(name)[1] for name in SIMPLE)
    said = " ".join(sentence.da for sentence in promise_words(found))
    assert "3 måneder efter jan. 2026" in said
    assert "i gennemsnit 6,0 personer" in said


def test_what_is_far_off_is_outside_the_band() -> None:
    made = promise("dagpenge")
    half = len(made.ids) // 2
    values = {
        name: [float(made.forecasts[OURS][0, i] * (3.0 if i < half else 1.0))]
        for i, name in enumerate(made.ids)
    }
    found = kept("dagpenge", later("dagpenge", values))
    for coverage in COVERAGES:
        assert found.covered(coverage)[0] == pytest.approx(0.5)


def test_a_small_or_hidden_later_figure_is_left_out() -> None:
    made = promise("dagpenge")
    figures = as_promised("dagpenge", 6.0, 1)
    small, hidden = made.ids[3], made.ids[4]
    figures[small] = {**figures[small], "2026M02": 3.0}
    figures[hidden] = {**figures[hidden], "2026M02": None}
    found = kept("dagpenge", figures)
    assert np.flatnonzero(~np.isfinite(found.actual[0])).tolist() == [3, 4]
    assert found.absolute(OURS) == pytest.approx([6.0])
    assert np.isfinite(found.covered(0.8)).all()


def test_the_command_lays_later_months_beside_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {benefit: as_promised(benefit, 6.0, 2) for benefit in BENEFITS}
    names = {SERIES[benefit]: benefit for benefit in BENEFITS}
    monkeypatch.setattr(promises, "monthly", lambda *which: made[names[which]])
    status, out, err = called("backtest", "--all", "--municipality", "ballerup")
    assert (status, err) == (0, "")
    assert out.count("2 måneder efter jan. 2026 er kommet.") == len(BENEFITS)
    i = promise("dagpenge").ids.index("ballerup")
    actual = made["dagpenge"]["ballerup"]["2026M03"]
    line = next(line for line in out.splitlines() if line.startswith("  mar. 2026"))
    assert line.split()[-1] == f"{actual:.0f}"
    assert line.split()[-3] == f"{promise('dagpenge').forecasts[OURS][1, i]:.0f}"
    found = json.loads(called("backtest", "--all", "--json")[1])["forecasts"]["dagpenge"]["after"]
    assert [month["month"] for month in found["months"]] == ["2026-02", "2026-03"]
    assert found["months"][1]["persons"][OURS] == pytest.approx(6.0)
    assert len(found["municipalities"]) == 98
    assert found["municipalities"][0]["actual"][0] == pytest.approx(
        found["municipalities"][0]["promised"][0] + 6.0
    )
