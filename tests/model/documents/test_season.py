"""Test that a chart's season is found, has no mean, and leaves the course beside it."""

from __future__ import annotations

import numpy as np
import pytest

from model.documents.season import season_of

WEEKS = np.arange(4 * 52)
WAVE = 3.0 * np.sin(2 * np.pi * WEEKS / 52)
COURSE = 100.0 + 0.05 * WEEKS


@pytest.mark.parametrize("course", [np.full(len(WEEKS), 100.0), COURSE], ids=["level", "slope"])
def test_what_is_left_is_the_course(course: np.ndarray) -> None:
    season = season_of(course + WAVE)
    assert season is not None
    np.testing.assert_allclose(course + WAVE - season, course, atol=0.02)
    np.testing.assert_allclose(season, WAVE, atol=0.02)


def test_the_mean_of_a_year_is_kept() -> None:
    season = season_of(COURSE + WAVE)
    assert season is not None
    for first in (0, 17, 100):
        assert season[first : first + 52].mean() == pytest.approx(0.0, abs=1e-9)


def test_a_series_that_begins_late_keeps_its_beginning() -> None:
    series = COURSE + WAVE
    series[:13] = np.nan
    season = season_of(series)
    assert season is not None
    np.testing.assert_allclose((series - season)[13:], COURSE[13:], atol=0.05)


@pytest.mark.parametrize(
    "series",
    [
        COURSE,
        np.full(len(WEEKS), 19.0),
        (COURSE + WAVE)[:103],
        np.full(len(WEEKS), np.nan),
        np.where(WEEKS == 100, np.nan, COURSE + WAVE),
    ],
    ids=["slope", "flat", "too short", "unknown", "with a hole"],
)
def test_where_there_is_no_season_none_is_taken_out(series: np.ndarray) -> None:
    assert season_of(series) is None
