"""Build goals and measure indicators for the hand-worked examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.domain import GROUPS
from model.goals.evaluate import evaluate_goals
from model.goals.results import IndicatorResult
from model.language.messages import Text
from model.municipality.goal_specs import (
    GoalSpec,
    IndicatorSpec,
)
from tests.builders import Builder

AP = "kontanthjaelp_aktivitetsparat"
YOUNG = ("uddannelseshjaelp_uddannelsesparat", "uddannelseshjaelp_aktivitetsparat")


def spec(metric: str, **fields: Any) -> IndicatorSpec:
    """An indicator with only what a test needs."""
    given: dict[str, Any] = {
        "id": "one",
        "title": {"da": "en", "en": "one"},
        "metric": metric,
        "unit": "percent",
        "decimals": 1,
        "direction": "up",
    }
    if fields.get("comparator") in ("fixed",):
        given |= {
            "comparator_source": {"da": "et dokument", "en": "a document"},
            "comparator_quality": "document",
        }
    return IndicatorSpec.model_validate(given | fields)


def goal(*specs: IndicatorSpec) -> tuple[GoalSpec, ...]:
    """One goal with these indicators."""
    return (
        GoalSpec(
            id="goal",
            number=1,
            title={"da": "mål", "en": "goal"},  # type: ignore[arg-type]
            short={"da": "mål", "en": "goal"},  # type: ignore[arg-type]
            quote="citat",
            quote_in_english="quote",
            source=Text(da="et dokument", en="a document"),
            key_indicator=specs[0].id,
            indicators=specs,
        ),
    )


def evaluated(builder: Builder, base: Builder, indicator: IndicatorSpec, **more: Any) -> IndicatorResult:
    (found,) = evaluate_goals(builder.outcome(), base.outcome(), goals=goal(indicator), **more)
    return found.indicators[0]


def origins_apart() -> Builder:
    """Non-Western citizens stay longer on dagpenge and shorter on kontanthjælp."""
    run = Builder(78)
    for group, origin, persons, weeks, firm in (
        ("dagpenge", "danish", 300.0, 20.0, 30.0),
        ("dagpenge", "western", 100.0, 20.0, 10.0),
        ("dagpenge", "non_western", 50.0, 26.0, 2.5),
        (AP, "danish", 100.0, 90.0, 20.0),
        (AP, "non_western", 150.0, 88.0, 30.0),
        ("foertidspension", "danish", 900.0, 104.0, 0.0),
    ):
        run.persons(persons, group, origin).set("duration_sum", persons * weeks, group, origin)
        run.set("participants", firm, group, origin, part=0)
    return run


def share_path(start: float, end: float, weeks: int = 208) -> Builder:
    """Participation in per cent that moves from ``start`` to ``end`` over the first year."""
    path = np.interp(np.arange(weeks + 1), [0, 52], [start, end])
    return Builder(weeks).persons(100.0).set("participants", path, part=0)


UP_TO_32 = spec("participation", groups=["dagpenge"], comparator="fixed", target=32, decimals=0)


def crowd(**changes: float) -> Builder:
    run = Builder(60)
    for group in GROUPS:
        run.persons(200.0 + changes.get(group, 0.0), group)
    return run
