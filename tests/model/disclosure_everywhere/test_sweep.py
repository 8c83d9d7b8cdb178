"""Test that sweep gives no small count away."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path

import pytest

from model.cli.context import json_number
from model.disclosure import LIMIT, is_small
from model.goals.evaluate import evaluate_goals
from model.goals.results import suppressed_indicators
from model.language.catalogue import LANGUAGES, text
from model.municipality.municipality import load_municipality
from model.seek.sweep import axis, sweep
from model.simulation.simulate import baseline, simulate
from tests.command_line import called
from tests.model.disclosure_everywhere.cases import PENSION, Small, numbers, secrets

LEVER = "activation_rate.uddannelseshjaelp_aktivitetsparat"


def test_sweep_in_json_and_csv(small: Small, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    asked = f"{LEVER}=10:50:20"
    arguments = ("sweep", small.path, "--over", asked, "--csv", str(table))
    answer = json.loads(called("--language", "en", *arguments, "--json")[1])
    known = sweep(small.municipality, small.scenario, [axis(asked, small.municipality)])
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    told = []
    points = list(zip((*known.points, known.baseline), (*answer["points"], answer["baseline"]), strict=True))
    for at, (point, found) in enumerate(points):
        alone = load_municipality(small.scenario.municipality)
        for key, value in point.indicators.items():
            counted = small.results[key].unit in ("persons", "starts") and is_small(value)
            assert key in point.suppressed or not counted
            assert (found["indicators"][key] is None) == (key in point.suppressed)
            if key in point.suppressed:
                told.append(value)
            else:
                assert found["indicators"][key] == json_number(value)
            if at < len(rows):
                assert (rows[at][key] == "not shown") == (key in point.suppressed)
        assert found["hidden"] == sorted(point.suppressed)
        assert PENSION in point.suppressed
        assert alone.id == small.scenario.municipality
    assert not secrets(told) & set(numbers(answer))
    everywhere = {cell for row in rows for cell in row.values()}
    assert not {f"{v:.9g}" for v in secrets(told)} & everywhere
    assert all(float(row["persons_on_support"]) > LIMIT for row in rows)


def test_a_point_of_a_sweep_hides_what_its_own_run_hides(small: Small) -> None:
    which = axis(f"{LEVER}=10:50:20", small.municipality)
    base = baseline(small.municipality, small.scenario)
    found = sweep(small.municipality, small.scenario, [which])
    for value, point in zip(which.values, found.points, strict=True):
        start = datetime.date(2021, 2, 1)
        case = small.scenario.with_change(which.lever, value, which.group, from_=start)
        assert point.suppressed == suppressed_indicators(
            evaluate_goals(simulate(small.municipality, case), base)
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_sweep_in_words(small: Small, language: str) -> None:
    _, out, _ = called("--language", language, "sweep", small.path, "--over", f"{LEVER}=10:50:20")
    word = text("disclosure.not_shown", language)
    keys = {f"{goal.id}.{goal.key_indicator}" for goal in small.municipality.goals}
    note = text("disclosure.note", language, limit="5")
    assert (note in out) == bool(keys & small.suppressed)
    # Three points and the baseline.
    assert out.replace(note, "").count(word) == 4 * len(keys & small.suppressed)
