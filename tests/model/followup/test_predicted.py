"""Test the wide band: what it is made of, and what is said of months and parts beside it."""

from __future__ import annotations

import datetime
import os
from pathlib import Path as FilePath

import numpy as np
import pytest

from model.followup.decided import Decided, Predicted, Series, Start, month_count, month_of
from model.followup.decided_files import keep, load
from model.followup.freeze import freeze
from model.followup.outcome import published_months, split
from model.followup.predicted import predicted_of
from model.followup.told import Told
from model.followup.words import baseline_line, how_to_read, sentences, split_rows
from model.forecast.beside_others import spread_beside_others
from model.forecast.panel import panel
from model.forecast.predictive import predict
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.draws import draws_for
from tests.model.followup.test_decided_files import decided
from tests.model.followup.test_outcome import BASE, figures, laid

LAST = str(panel("dagpenge").months[-1])
AFTER = tuple(month_of(month_count(LAST) + ahead) for ahead in range(1, 25))
WIDE = Predicted(
    until="2026-01",
    first="2027-01",
    forecast=(700.0, 690.0, 680.0),
    low=(600.0, 590.0, 580.0),
    high=(760.4, 750.0, 740.0),
    local=(0.05, 0.06, 0.07),
)


def with_wide(**fields: object) -> Decided:
    """Return the small decision with a wide band."""
    made = decided(**fields)
    series = made.series[0].model_copy(update={"predicted": WIDE})
    return made.model_copy(update={"series": (series, *made.series[1:])})


# --- what it is made of ---------------------------------------------------------------------------


def test_an_effort_that_does_nothing_leaves_the_band_of_the_forecast() -> None:
    told = predicted_of("ballerup", "dagpenge", AFTER, np.ones((8, 24)), None)
    assert told is not None
    low, high = predict("ballerup", "dagpenge", 24).band(0.8)
    assert told.until == LAST
    assert told.low == pytest.approx(tuple(low), rel=5e-3)
    assert told.high == pytest.approx(tuple(high), rel=5e-3)


def test_what_is_uncertain_of_the_effort_makes_it_wider() -> None:
    sure = predicted_of("ballerup", "dagpenge", AFTER, np.full((2, 24), 1.1), None)
    unsure = predicted_of("ballerup", "dagpenge", AFTER, np.repeat([[0.9], [1.3]], 24, axis=1), None)
    assert sure is not None
    assert unsure is not None
    low, _ = predict("ballerup", "dagpenge", 24).band(0.8)
    assert sure.low == pytest.approx(tuple(1.1 * low), rel=5e-3)
    assert all(a < b for a, b in zip(unsure.low, sure.low, strict=True))
    assert all(a > b for a, b in zip(unsure.high, sure.high, strict=True))


def test_months_that_were_published_at_the_decision_have_none() -> None:
    months = (LAST, *AFTER[:2])
    told = predicted_of("ballerup", "dagpenge", months, np.ones((2, 3)), None)
    assert told is not None
    assert (told.first, told.place_of(LAST), told.place_of(AFTER[1])) == (AFTER[0], None, 1)
    assert predicted_of("ballerup", "dagpenge", (LAST,), np.ones((2, 1)), None) is None


def test_chance_is_that_beside_the_others_from_the_months_of_the_start() -> None:
    figures_ = panel("dagpenge")
    months = tuple(month_of(month_count(LAST) - back) for back in (3, 2, 1))
    start = Start(level=1.0, months=months)  # three months, which end one before the last
    told = predicted_of("ballerup", "dagpenge", AFTER[:2], np.ones((2, 2)), start)
    size = figures_.persons[-12:, figures_.ids.index("ballerup")].mean(keepdims=True)
    assert told is not None
    expected = spread_beside_others("dagpenge", 3).local(size)[1:3, 0]
    assert told.local == pytest.approx(tuple(expected), rel=1e-5)


@pytest.mark.usefixtures("engine")
def test_a_decision_keeps_it_and_the_path_of_its_own_baseline() -> None:
    scenario = Scenario(
        name="x", municipality="ballerup", baseline="2026", rules="dated", years=2
    ).with_change("activation_rate", 60.0, group="dagpenge")
    draws = draws_for(municipality_of(scenario), count=8)
    day = datetime.date(2026, 11, 30)
    still = freeze(scenario, day, draws=draws).series[0]
    moving = freeze(scenario.copy_with(projection="forecast"), day, draws=draws).series[0]
    for one in (still, moving):
        assert one.predicted is not None
        assert one.without is not None
        assert one.expected is not None
        assert one.predicted.first == one.months[0]
        ratio = np.array(one.expected.value) / one.without.value
        middle = np.array(one.predicted.forecast) * ratio
        assert (one.predicted.low < middle).all()
        assert (middle < one.predicted.high).all()
    # A baseline that follows the forecast is frozen as it, month means against straight lines between middles apart.
    assert moving.predicted is not None
    assert moving.without is not None
    assert still.without is not None
    assert moving.without.value == pytest.approx(moving.predicted.forecast, rel=0.03)
    assert still.without.value != pytest.approx(moving.predicted.forecast, rel=0.03)


# --- files ----------------------------------------------------------------------------------------


def test_it_is_kept_with_the_rest_and_files_without_it_are_read(tmp_path: FilePath) -> None:
    kept = keep(with_wide(), folder=tmp_path)
    assert load(kept.path) == kept.decided
    assert "predicted:" in kept.path.read_text(encoding="utf-8")
    old = keep(decided("Gammel"), folder=tmp_path)
    assert "predicted" not in old.path.read_text(encoding="utf-8")
    assert load(old.path).series[0].predicted is None


@pytest.mark.parametrize(
    "fields",
    [
        {"low": (700.0, 590.0, 800.0)},
        {"local": (0.1,)},
        {"until": "2027-01"},
        {"forecast": (), "low": (), "high": (), "local": ()},
    ],
)
def test_what_makes_no_band_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"low|month|first"):
        Predicted.model_validate(dict(WIDE) | fields)


def test_a_hidden_series_has_no_band() -> None:
    with pytest.raises(ValueError, match="hidden series"):
        Series(id="dagpenge", hidden=True, predicted=WIDE)


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (599.4, "Det er uden for det ventede: under det brede bånd."),
        (599.6, "Det er som ventet."),
        (700.0, "Det er som ventet."),  # outside the narrow one
        (760.3, "Det er som ventet."),
        (760.6, "Det er uden for det ventede: over det brede bånd."),
    ],
)
def test_a_month_is_held_against_the_wide_band(tmp_path: FilePath, value: float, place: str) -> None:
    one = laid(figures(tmp_path, {**BASE, "2027M01": value}, BASE), made=with_wide())
    said = " ".join(sentences(one, "da"))
    assert place in said
    assert "600 til 760. Så nær prognosen endte 8 af 10 kommuner" in said
    assert ("viser ikke alene, om indsatsen virker" in said) == ("uden for" in place)


def test_which_band_holds_what_is_said_also_of_old_files(tmp_path: FilePath) -> None:
    folder = figures(tmp_path, BASE, BASE)
    new, old = with_wide(), decided()
    assert "8 af 10 kommuner" in how_to_read(new, laid(folder, made=new), "da")
    said = how_to_read(old, laid(folder, made=old), "da")
    assert "antagelsernes bånd alene" in said
    assert "8 af 10" not in said
    assert "Uden ændringer" not in said


def test_how_far_the_forecast_is_from_a_baseline_that_stands_still(tmp_path: FilePath) -> None:
    made = with_wide()
    one = laid(figures(tmp_path, BASE, BASE), made=made)
    # March: 680 x 650 / 660 = 669.7 against 650 expected; the band is 580 to 740.
    said = baseline_line(made, one, "da")
    assert "står antallet stille fra år til år" in said
    assert "ligger +20 fra det ventede i marts 2027 (8 af 10 kommuner: \N{MINUS SIGN}70 til +90)" in said
    follows = made.model_copy(update={"scenario": made.scenario.copy_with(projection="forecast")})
    said = baseline_line(follows, one, "da")
    assert "følger beregningen prognosen" in said
    assert "+20" not in said


@pytest.mark.parametrize(("value", "words"), [(640.0, "Kan være tilfældigt"), (700.0, "Det er mere, end")])
def test_the_rest_stands_beside_what_may_be_chance(tmp_path: FilePath, value: float, words: str) -> None:
    # The start is as published; the others stand still: 652 x 675 / 680 = 647 is awaited, give or take 6 per cent.
    base = {"2025M12": 652.417, "2026M01": 652.417}
    folder = figures(tmp_path, {**base, "2027M01": value}, {**base, "2027M01": 652.417})
    made = with_wide()
    parts = split(made, laid(folder, made=made), Told(), folder)
    assert parts is not None
    assert parts.chance == pytest.approx(
        (647.62 * np.expm1(-0.064078), 647.62 * np.expm1(0.064078)), rel=1e-3
    )
    rest = split_rows(parts, "da")[3]
    assert words in rest[2]
    assert "8 af 10: \N{MINUS SIGN}40 til +43" in rest[2]
    assert split_rows(parts, "en")[3][2].endswith(").")


def test_without_the_others_figures_chance_is_not_told(tmp_path: FilePath) -> None:
    folder = figures(tmp_path, {**BASE, "2027M01": 700.0}, BASE)
    made = with_wide()
    parts = split(made, laid(folder, made=made), Told(), folder)
    assert parts is not None
    assert parts.chance is None
    assert "8 af 10" not in split_rows(parts, "da")[3][2]


def test_newer_figures_are_laid_over_by_a_program_that_runs_on(tmp_path: FilePath) -> None:
    folder = figures(tmp_path, BASE, BASE)
    made = with_wide()
    assert laid(folder, made=made).latest is None
    figures(tmp_path, {**BASE, "2027M01": 700.0, "2027M02": 800.0}, BASE)
    path = tmp_path / "unemployment_y25i01.csv"
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))
    one = laid(folder, made=made)
    assert published_months("dagpenge", folder)["ballerup"]["2027-02"] == 800.0
    assert [month.place(0) for month in one.come] == ["inside", "above"]
    assert "1 af de 2 måneder, der er kommet, er som ventet." in sentences(one, "da")
