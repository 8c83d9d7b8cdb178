"""Test that bands and tornado give no small count away."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.cli.context import json_number
from model.disclosure import is_small
from model.language.catalogue import LANGUAGES, text
from model.municipality.municipality import load_municipality
from model.scenario.files import write_scenario
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan
from tests.command_line import called
from tests.model.disclosure_everywhere.cases import (
    PENSION,
    Small,
    lines_of,
    numbers,
    plan,
    rows_are_suppressed,
    secret_weeks,
    secrets,
    weeks,
)
from tests.remembered import remembering

DRAWS = 8


def test_fan_in_json_gives_no_band_of_what_is_hidden(small: Small) -> None:
    answer = json.loads(called("fan", small.path, "--draws", str(DRAWS), "--json")[1])
    known = fan(small.municipality, small.scenario, draws_for(small.municipality, count=DRAWS))
    told: list[Any] = []
    weekly: list[Any] = []
    kept = 0
    for goal in answer["goals"]:
        for found in goal["indicators"]:
            band = known.indicators[f"{goal['id']}.{found['id']}"]
            spreads = (band.scenario, band.baseline, band.difference)
            if band.key in small.suppressed:
                assert found["hidden"]
                assert [found[name] for name in ("scenario", "baseline", "difference")] == [None] * 3
                assert found["chance"] is found["chance_baseline"] is None
                for spread in spreads:
                    for name, array in vars(spread).items():
                        (told if name == "ends" else weekly).append(array)
                told.append(band.central_ends)
                continue
            kept += 1
            assert "hidden" not in found
            for name, spread in zip(("scenario", "baseline", "difference"), spreads, strict=True):
                for level in ("central", "low", "median", "high", "ends"):
                    for shown, figure in zip(
                        found[name][level], np.ravel(getattr(spread, level)), strict=True
                    ):
                        assert shown is None or shown == json_number(float(figure))
                        if band.spec.unit == "persons" and name != "difference":
                            assert (shown is None) == (not np.isfinite(figure) or is_small(float(figure)))
    assert kept == len(small.results) - len(small.suppressed)
    assert not secrets(*told) & set(numbers(answer["goals"]))
    shown = set(weeks(answer["goals"]))
    assert not secret_weeks(*weekly) & shown
    # The comparison can fail: a band that is shown is found in the answer.
    assert (
        secret_weeks(
            known.indicators[next(k for k in small.results if k not in small.suppressed)].baseline.high
        )
        & shown
    )


def test_fan_hides_the_difference_of_a_draw_that_is_hidden(tmp_path: Path) -> None:
    """The central line stays above the limit, some draws do not."""
    scenario = plan("samsoe", meetings=6.5).with_change("early_package", 100)
    path = tmp_path / "near.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8")
    answer = json.loads(called("fan", str(path), "--draws", str(DRAWS), "--json")[1])
    goal = next(g for g in answer["goals"] if g["id"] == "forsikrede_ledige")
    found = next(i for i in goal["indicators"] if i["id"] == "persons_to_rank_10")
    assert "hidden" not in found
    known = fan(load_municipality("samsoe"), scenario, draws_for(load_municipality("samsoe"), count=DRAWS))
    band = known.indicators["forsikrede_ledige.persons_to_rank_10"]
    few = [is_small(float(end)) for end in band.scenario.ends]
    assert 0 < sum(few) < DRAWS
    assert [end is None for end in found["scenario"]["ends"]] == few
    # What months ahead may bring moves the baseline's draws as well: the difference goes with either.
    either = [is_small(float(end)) or one for end, one in zip(band.baseline.ends, few, strict=True)]
    assert [end is None for end in found["difference"]["ends"]] == either
    for level in ("central", "low", "lower", "median", "upper", "high", "ends"):
        sides = (found[side][level] for side in ("scenario", "baseline", "difference"))
        for after, before, difference in zip(*sides, strict=True):
            assert (difference is None) == (after is None or before is None)
            assert not any(side is not None and is_small(side) for side in (after, before))
    _, out, _ = called("--language", "en", "fan", str(path), "--draws", str(DRAWS))
    (line,) = lines_of(out, "Distance to rank 10")
    assert "(not shown to" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_fan_in_words(small: Small, language: str) -> None:
    status, out, _ = called("--language", language, "fan", small.path, "--draws", str(DRAWS))
    assert status == 0
    rows_are_suppressed(out, small, language)
    assert text("disclosure.note", language, limit="5") in out


def test_tornado_has_no_swing_of_what_is_hidden(small: Small) -> None:
    shown = "ikke_vestlig_baggrund.pressure_gap"
    with remembering("model.uncertainty.tornado", "tornado", "model.cli.uncertainty") as tornado:
        secret = [
            value
            for swing in tornado(small.municipality, small.scenario, PENSION)
            for value in vars(swing).values()
            if isinstance(value, float) and value != 1.0
        ]
        answer = json.loads(called("tornado", small.path, "--goal", PENSION, "--json")[1])
        _, out, _ = called("--language", "en", "tornado", small.path, "--goal", PENSION)
        assert len(tornado.answers) == 1, "one question for all three"
    assert answer["of"] == {PENSION: None}
    assert answer["hidden"] == [PENSION]
    assert not secrets(secret) & set(numbers(answer))
    assert "not shown" in out
    assert not re.search(r"\d", out.partition("not shown")[2].partition("Counts under")[0])
    swings = json.loads(called("tornado", small.path, "--goal", shown, "--json")[1])
    assert "hidden" not in swings
    assert swings["of"][shown][0]["central"] == json_number(small.results[shown].value_scenario)
