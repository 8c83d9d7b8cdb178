"""Test that calibrate gives no small count away."""

from __future__ import annotations

import json

from model.disclosure import is_small
from model.domain import GROUPS
from model.municipality.municipality import load_municipality
from model.validation.steady_state import baseline_check
from tests.command_line import called
from tests.model.disclosure_everywhere.cases import numbers, secrets


def test_calibrate_hides_small_target_groups() -> None:
    found = baseline_check(load_municipality("laesoe"))
    small = {group.group for group in found.groups if is_small(group.stock)}
    assert len(small) > 3
    assert small <= found.suppressed < set(GROUPS)
    answer = json.loads(called("calibrate", "laesoe", "--json")[1])
    told = [v for g in found.groups if g.group in found.suppressed for v in (g.stock, g.inflow, g.exit_share)]
    assert not secrets(told) & set(numbers(answer["groups"]))
    for group in answer["groups"]:
        assert group.get("hidden", False) == (group["group"] in found.suppressed)
        assert (group["stock"] is None) == (group["group"] in found.suppressed)
    _, out, _ = called("--language", "en", "calibrate", "laesoe")
    assert out.partition("Counts under")[0].count("not shown") == len(found.suppressed)
    kept = {
        p["id"]
        for p in json.loads(called("parameters", "laesoe", "--json")[1])["parameters"]
        if p.get("hidden")
    }
    assert {i.removeprefix("stock.") for i in kept if i.startswith("stock.")} <= found.suppressed
