"""Hold the catalogue of metrics that goals choose from; ``model.goals.metrics`` fills it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from model.goals.metric_context import Measure, MetricContext
from model.municipality.goal_specs import IndicatorSpec

Metric = Callable[[MetricContext, IndicatorSpec], Measure]
METRICS: Final[dict[str, Metric]] = {}


def metric(function: Metric) -> Metric:
    """Add a function to the catalogue under its own name."""
    METRICS[function.__name__] = function
    return function


def groups_of(spec: IndicatorSpec, default: tuple[str, ...]) -> tuple[str, ...]:
    """Return the target groups that an indicator names, or the metric's own."""
    return spec.groups or default
