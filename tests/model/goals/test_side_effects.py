"""Test side effects outside the focus groups."""

from __future__ import annotations

import pytest

from model.goals.side_effects import side_effects, watch
from tests.builders import Builder
from tests.model.goals.cases import AP, crowd


def test_side_effects_outside_the_focus_groups() -> None:
    run = crowd(dagpenge=-30, sygedagpenge=3, jobafklaring=1, sho=-4)
    found = {effect.id: effect for effect in side_effects(run.outcome(), crowd().outcome())}
    assert next(iter(found)) == "sygedagpenge"
    assert "dagpenge" not in found
    assert AP not in found
    assert found["sygedagpenge"].worse  # 1.5 per cent
    assert "3,0 flere" in found["sygedagpenge"].warning.da  # type: ignore[union-attr]
    assert not found["jobafklaring"].worse  # 0.5 per cent and one person
    assert not found["sho"].worse
    assert found["total"].difference == pytest.approx(-30)
    assert not found["total"].worse


def test_five_persons_are_worse_in_a_large_group() -> None:
    def many(more: float) -> Builder:
        return Builder(60).persons(1900.0 + more, "foertidspension")

    found = {effect.id: effect for effect in side_effects(many(5.5).outcome(), many(0.0).outcome())}
    assert found["foertidspension"].worse
    assert found["total"].worse
    assert not found["benchmark"].worse


def test_flex_jobs_found_from_the_waiting_list_are_no_side_effect() -> None:
    found = {
        effect.id: effect
        for effect in side_effects(crowd(fleksjob=10, ledighedsydelse=-10).outcome(), crowd().outcome())
    }
    assert not found["fleksjob"].worse
    found = {e.id: e for e in side_effects(crowd(fleksjob=10).outcome(), crowd().outcome())}
    assert found["fleksjob"].worse
    part = crowd(fleksjob=10, ledighedsydelse=-4).outcome()
    warning = {e.id: e for e in side_effects(part, crowd().outcome())}["fleksjob"].warning
    assert warning is not None
    assert warning.da.endswith("(200 til 210), mens kun 4,0 færre er på ledighedsydelse.")


def test_the_watch_holds_side_effects_and_the_benchmark() -> None:
    found = watch(crowd(sygedagpenge=9).outcome(), crowd().outcome())
    assert found.side_effects[0].id == "sygedagpenge"
    assert len(found.warnings) == sum(effect.worse for effect in found.side_effects)
    assert [row.group for row in found.benchmark] == ["dagpenge", "sygedagpenge", "kontanthjaelp", "total"]
    assert found.benchmark[1].scenario - found.benchmark[1].baseline == pytest.approx(9)
