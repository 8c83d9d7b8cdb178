"""Draw the published months of a benefit before the start, and the run after them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import altair as alt
import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from model.disclosure import is_small
from model.documents.axis import chosen_weeks, thinned
from model.documents.charts import CHART_POINTS, finished, spread, time_axis
from model.domain import GROUP_INDEX, WEEKS_PER_YEAR
from model.language.catalogue import long_date, number, short_date
from model.municipality.history import GROUPS_OF, BENEFITS, Benefit, PublishedMonths, benefit_of, published_caseload
from model.municipality.vintages import FIRST
from model.parameters.ids import BENCHMARK_GROUPS
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group
from pages.components import sticky_axis
from pages.components.chart_with_table import TEXT_SIZE, Row, chart_with_table, columns
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import Palette, palette
from pages.session.session import Session
from pages.views.target_groups.charts import caseload_spec
from pages.views.target_groups.view import GroupView

Floats = NDArray[np.float64]
_MIDDLE: Final = "15"  # a month's mean stands in its middle
_MARKS: Final = 12  # months
_TABLE_WEEKS: Final = 13
_NUMBERS: Final = "{}T00:00"


@dataclass(frozen=True)
class History:
    """A benefit's published months that end before the run, and the run's weeks."""

    benefit: Benefit
    published: PublishedMonths
    weeks: NDArray[np.datetime64]
    baseline: Floats  # [T]
    scenario: Floats  # [T]

    @property
    def days(self) -> tuple[np.datetime64, ...]:
        """Return where the months stand."""
        return tuple(np.datetime64(f"{month}-{_MIDDLE}", "D") for month in self.published.months)


def benefits_shown(view: GroupView) -> tuple[Benefit, ...]:
    """Return the benefits with published months that a choice is about: both for all, none for an origin."""
    if view.outcome.municipality.vintage == FIRST or view.segment.origin is not None:
        return ()
    if view.segment.group is None:
        return BENEFITS
    benefit = benefit_of(view.segment.group)
    return () if benefit is None else (benefit,)


def history_of(view: GroupView, benefit: Benefit) -> History | None:
    """Return a benefit's months and the run after them; None where a small count could be worked out."""
    runs = [_persons(run, GROUPS_OF[benefit]) for run in (view.baseline, view.outcome)]
    if any(is_small(float(value)) for value in _beside(view, benefit)):
        return None
    all_months = published_caseload(view.outcome.municipality.id, benefit)
    start = view.outcome.weeks[0]
    kept = [i for i, month in enumerate(all_months.months) if np.datetime64(f"{month}-{_MIDDLE}", "D") < start]
    if not kept:
        return None
    published = PublishedMonths(
        tuple(all_months.months[i] for i in kept), tuple(all_months.values[i] for i in kept)
    )
    return History(benefit, published, view.outcome.weeks, runs[0][1:], runs[1][1:])


def _persons(run: Outcome, groups: Sequence[str]) -> Floats:
    """Return the caseload of some target groups together, the start in front [T + 1]."""
    where = [GROUP_INDEX[group] for group in groups]
    return np.asarray(totals_by_group(run).block("caseload")[:, where].sum(axis=1))


def _beside(view: GroupView, benefit: Benefit) -> Floats:
    """Return the least count that the benefit's sum shows, and the least of what it leaves of its benchmark group."""
    family = next(groups for groups in BENCHMARK_GROUPS.values() if set(GROUPS_OF[benefit]) <= set(groups))
    rest = [group for group in family if group not in GROUPS_OF[benefit]]
    least = []
    for run in (view.baseline, view.outcome):
        least += [_persons(run, groups).min() for groups in (GROUPS_OF[benefit], rest) if groups]
    return np.array(least)
