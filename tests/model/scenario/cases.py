"""Make scenarios for the tests of scenario files: one with every field, and generated ones."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from model.scenario import files as files
from model.scenario.levers import LEVERS, Lever
from model.scenario.parts import Assumption, Results, Workshop
from model.scenario.scenario import Scenario
from tests.folders import ROOT

SCENARIOS = ROOT / "scenarios"
SHIPPED = files.scenario_files(SCENARIOS)
MARCH = datetime.date(2021, 3, 1)
START = datetime.date(2021, 1, 4)
WEEKS = 104
MUNICIPALITIES = ("ballerup", "broendby", "albertslund", "koebenhavn", "laesoe")
words = st.text(
    alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60
).filter(lambda text: text.strip() != "")

tricky = st.sampled_from(
    [
        "no",
        "1e3",
        "12:30",
        "0751",
        "null",
        "~",
        "- x",
        "a: b",
        "# x",
        "'",
        '"',
        "2021-03-01",
        "=cmd",
        "true",
        "%",
        "é",
    ]
)


def full() -> Scenario:
    scenario = Scenario(
        name="no: 'on' # æøå",
        municipality="ballerup",
        description="Første linje\n\n  anden: # linje",
        author="1e3",
        workshop=Workshop(question="0751", findings="2021-03-01"),
        assumptions=(Assumption(parameter="displacement", value=0.5, why="null"),),
        results=Results(
            model_version="0.1", baseline_sha256="ab", figures={"b": 0.1 + 0.2, "1e5": 1e-7, "c": -0.0}
        ),
    )
    scenario = scenario.with_change("firm_places", 400, from_=MARCH, phase_in_weeks=26, why="12:30")
    scenario = scenario.with_change("firm_place_mix", {"paid_hours": 50, "private_placement": 50.0})
    return scenario.with_change("meetings", 6.5, "dagpenge", from_=MARCH)


COMMENTED = """\
# Øverst
format: 1
name: Prøve  # navnet
municipality: ballerup
description: |-
  # ikke en bemærkning
  tekst
start: 2021-01-04
years: 4
economy: unchanged
# over ændringerne
changes:  # ved ændringerne
  # to linjer
  # om samtaler
  - lever: meetings  # håndtaget
    group: dagpenge
    to: 6.5  # hver anden uge
    from: 2021-01-04
  - lever: firm_places
    to: 400
    # over datoen
    from: 2021-03-01
# nederst
"""


def targets() -> list[tuple[Lever, str | None]]:
    """Every lever with each of its target groups, or None."""
    return [(which, group) for which in LEVERS for group in (which.groups or (None,))]
