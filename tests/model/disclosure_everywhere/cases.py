"""Know a small municipality's figures unsuppressed, and look for them in answers."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from model.cli.context import json_number
from model.goals.evaluate import evaluate_goals
from model.goals.results import IndicatorResult
from model.language.catalogue import text
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline, simulate

PENSION = "udfordringer_ud_over_ledighed.to_pension"

YOUNG = "unge.education_within_52_weeks"


def plan(municipality: str, meetings: float = 3.0) -> Scenario:
    """What moves also what is hidden: young people's offers, and citizens who are far from work."""
    start = datetime.date(2021, 2, 1)
    scenario = Scenario(name="Lille plan", municipality=municipality, years=2)
    scenario = scenario.with_change("activation_rate", 45, "uddannelseshjaelp_aktivitetsparat", from_=start)
    scenario = scenario.with_change("activation_rate", 45, "kontanthjaelp_aktivitetsparat", from_=start)
    return scenario.with_change("meetings", meetings, "dagpenge", from_=start)


@dataclass
class Small:
    """A small municipality's scenario as the model knows it, unhidden."""

    scenario: Scenario
    path: str

    @cached_property
    def municipality(self) -> Municipality:
        return load_municipality(self.scenario.municipality)

    @cached_property
    def results(self) -> dict[str, IndicatorResult]:
        base = baseline(self.municipality, self.scenario)
        goals = evaluate_goals(simulate(self.municipality, self.scenario), base)
        return {f"{goal.id}.{i.id}": i for goal in goals for i in goal.indicators}

    @cached_property
    def suppressed(self) -> set[str]:
        return {key for key, result in self.results.items() if result.suppressed}

    def title(self, key: str, language: str) -> str:
        return self.results[key].title.text(language)[:40]


def numbers(plain: Any) -> Iterator[float]:
    """Every number anywhere in an answer."""
    if isinstance(plain, dict):
        plain = list(plain.values())
    if isinstance(plain, list):
        for part in plain:
            yield from numbers(part)
    elif isinstance(plain, int | float) and not isinstance(plain, bool):
        yield float(plain)


def secrets(*figures: Any) -> set[float]:
    """Figures as an answer would write them. Nothing, or a short number, could stand there for another reason."""
    every = np.concatenate([np.ravel(np.asarray(f, dtype=float)) for f in figures])
    found = {json_number(float(v)) for v in every if np.isfinite(v)}
    return {v for v in found if v is not None and abs(v) > 1e-6 and v != round(v, 2)}


def secret_weeks(*series: Any) -> set[tuple[float, float]]:
    """Two neighbouring weeks as an answer would write them.

    Of some ten thousand figures beside some fifty thousand one or two are equal to the ninth digit by chance; two that
    stand beside each other are not.
    """
    found = set()
    for values in series:
        written = [json_number(float(v)) for v in np.ravel(np.asarray(values, dtype=float))]
        for pair in itertools.pairwise(written):
            if all(v is not None and abs(v) > 1e-6 and v != round(v, 2) for v in pair):
                found.add(pair)
    return found


def weeks(answer: Any) -> Iterator[tuple[float, float]]:
    """Neighbouring numbers of every list in an answer."""
    parts = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    for part in parts:
        yield from weeks(part)
    if isinstance(answer, list):
        yield from (
            pair for pair in itertools.pairwise(answer) if all(isinstance(v, int | float) for v in pair)
        )


def lines_of(answer: str, title: str) -> list[str]:
    return [line for line in answer.splitlines() if line.strip().startswith(title)]


def rows_are_suppressed(answer: str, small: Small, language: str) -> None:
    """Every line that begins with a hidden indicator has the mark and no figure, the others have figures."""
    word = text("disclosure.not_shown", language)
    for key in small.results:
        title = small.title(key, language)
        for line in lines_of(answer, title):
            rest = line.strip()[len(small.results[key].title.text(language)[:50]) :]
            if key in small.suppressed:
                assert word in line
                assert not re.search(r"\d", line.partition(word)[2]), line
            else:
                assert re.search(r"\d", rest), line
                assert "nan" not in line
