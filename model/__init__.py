"""The caseload flow model of Indsatskompas, without its pages: nothing below this package imports Streamlit.

``__all__`` is what a Python user needs. Each name is loaded when it is first used, so that ``import model`` and
``import model.domain`` load nothing more. Money is in DKK, stocks are full-time persons, a week is its Monday.

>>> from model import baseline, evaluate_budget, evaluate_goals, load_municipality, load_scenario, simulate
>>> scenario = load_scenario("scenarios/ballerup/dobbelt-virksomhedsindsats.yaml")
>>> municipality = load_municipality(scenario.municipality, scenario.assumption_set)
>>> outcome, unchanged = simulate(municipality, scenario), baseline(municipality, scenario)
>>> [goal.id for goal in evaluate_goals(outcome, unchanged)][:2]
['serviceoplevelse', 'forsikrede_ledige']
>>> evaluate_budget(outcome, unchanged).years
(2021, 2022, 2023, 2024)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from model.domain import MODEL_VERSION as __version__

if TYPE_CHECKING:
    from model.budget.budget import budget as evaluate_budget
    from model.explain.attribution import attribute
    from model.goals.evaluate import evaluate_goals
    from model.municipality.municipality import load_municipality
    from model.municipality.municipality_list import municipalities
    from model.scenario.files import load_scenario, write_scenario
    from model.scenario.scenario import Scenario
    from model.simulation.simulate import baseline, simulate
    from model.uncertainty.fan import fan

# Public name -> module and name in it. ``model.budget`` is the package, so the function has another name here.
_PUBLIC: Final = {
    "Scenario": ("model.scenario.scenario", "Scenario"),
    "attribute": ("model.explain.attribution", "attribute"),
    "baseline": ("model.simulation.simulate", "baseline"),
    "evaluate_budget": ("model.budget.budget", "budget"),
    "evaluate_goals": ("model.goals.evaluate", "evaluate_goals"),
    "fan": ("model.uncertainty.fan", "fan"),
    "load_municipality": ("model.municipality.municipality", "load_municipality"),
    "load_scenario": ("model.scenario.files", "load_scenario"),
    "municipalities": ("model.municipality.municipality_list", "municipalities"),
    "simulate": ("model.simulation.simulate", "simulate"),
    "write_scenario": ("model.scenario.files", "write_scenario"),
}

__all__ = [
    "Scenario",
    "__version__",
    "attribute",
    "baseline",
    "evaluate_budget",
    "evaluate_goals",
    "fan",
    "load_municipality",
    "load_scenario",
    "municipalities",
    "simulate",
    "write_scenario",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what is loaded together with the public names that are not loaded yet."""
    return sorted({*globals(), *__all__})
