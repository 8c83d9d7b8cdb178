"""Test that a municipality's own file may hold numbers of the budget, and that they keep their origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.budget.budget import assumed_components
from model.budget.costs import COMPONENTS
from model.files.problems import FileProblem
from model.files.strict_yaml import load
from model.imports.own_files import municipality_text, own_file_hash, save_municipality
from model.imports.preview import preview
from model.imports.replacements import Preview, Replacement
from model.language.messages import Text
from model.municipality.municipality import Municipality, load_municipality
from model.municipality.own_file import own_municipality_file
from model.parameters.budget_file import budget_values
from model.parameters.files import read_parameters
from model.parameters.prices import budget_parameters
from model.parameters.sourced_value import SourcedValue
from model.uncertainty.draws import calibrate_draws
from tests.model.imports.cases import caseload

GUIDANCE = "budget.price.guidance_week"
OWN = SourcedValue(
    value=1200.0,
    low=1000.0,
    high=1500.0,
    unit="DKK/person-week",
    as_of="2020",
    source="The accounts",
    quality="derived",
    note=Text(da="Sådan er prisen regnet ud.", en="How the price was worked out."),
)


def with_own_price(municipality: Municipality, value: SourcedValue = OWN) -> Municipality:
    """Save a price in the municipality's own file and return the municipality with it."""
    made = Replacement(GUIDANCE, None, "", value, "Regnskabet", Text(da="a", en="b"))
    found: Preview = replace(preview(caseload([811] * 12), municipality), replacements=(made,))
    save_municipality(municipality, found, expected_hash=own_file_hash(municipality.id))
    return load_municipality(municipality.id)


def test_an_own_price_comes_before_the_shipped_one_with_its_origin(ballerup: Municipality) -> None:
    again = with_own_price(ballerup)
    shown = again.parameter(GUIDANCE)
    # Its name is the shipped one's, as the own file has none.
    assert shown.value == OWN.model_copy(update={"label": budget_values()[GUIDANCE].label})
    assert shown.label("da") == "Vejledning og opkvalificering, pr. uge"
    assert shown.source("da") == "Regnskabet"
    assert again.key != ballerup.key
    assert again.budget.price_week[5:].tolist() == [800.0, 1200.0, 3500.0, 1150.0]
    # Every other number is as shipped, in the same order.
    assert [p.id for p in again.register] == [p.id for p in ballerup.register]
    assert {p.id for p, q in zip(again.register, ballerup.register, strict=True) if p.value != q.value} == {
        GUIDANCE
    }


def test_an_own_price_is_no_assumption_in_the_budget(ballerup: Municipality) -> None:
    again = with_own_price(ballerup)
    before, after = (assumed_components(m.budget) for m in (ballerup, again))
    changed = {c for c, b, a in zip(COMPONENTS, before, after, strict=True) if b != a}
    assert changed == {"offer.guidance", "bound_guidance"}
    # A draw varies the value and leaves the origin.
    drawn = calibrate_draws(again, (GUIDANCE,), np.array([[1400.0]]))
    assert drawn.budgets[0].price_week[6] == 1400.0
    assert assumed_components(drawn.budgets[0]).tolist() == after.tolist()


def test_an_override_goes_before_an_own_price(ballerup: Municipality) -> None:
    with_own_price(ballerup)
    changed = load_municipality("ballerup", overrides={GUIDANCE: 2000.0})
    assert changed.budget.number(GUIDANCE) == 2000.0
    assert "Brugeren" in str(changed.parameter(GUIDANCE).value.note)


def test_the_text_names_budget_numbers_last_and_reads_back(ballerup: Municipality) -> None:
    found = preview(caseload([811] * 12), ballerup)
    made = Replacement(GUIDANCE, None, "", OWN, "Regnskabet", Text(da="a", en="b"))
    text = municipality_text(ballerup, (*found.replacements, made))
    assert text.index("table: stock") < text.index("table: budget") < text.index("price.guidance_week:")
    assert read_parameters(load(text, "ballerup.yaml")).values[GUIDANCE] == OWN


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("price.guidance_week", "price.guidence_week", "guidance_week"),
        ("value: 1200", "value: -5", "-5"),
    ],
)
def test_an_unknown_or_impossible_price_is_refused(
    ballerup: Municipality, old: str, new: str, reason: str
) -> None:
    with_own_price(ballerup)
    path = own_municipality_file("ballerup")
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new).replace("low: 1000", "low: -10"), encoding="utf-8")
    problem = load_municipality("ballerup").own_problem
    assert problem is not None
    assert reason in problem.text("da")


def test_a_shipped_file_has_no_budget_numbers_of_its_own() -> None:
    text = (
        'defaults: {as_of: "2020", quality: document, source: "A source"}\n'
        "tables: [{table: budget, unit: share, rows: {bound_share: 0.4}}]\n"
    )
    with pytest.raises(FileProblem, match="budget"):
        read_parameters(load(text, "offers.yaml"))


def test_rows_of_their_own_change_nothing_but_themselves() -> None:
    rows = dict(budget_values())
    assert budget_parameters(None, rows).price_week.tolist() == budget_parameters().price_week.tolist()
    rows[GUIDANCE] = OWN
    assert budget_parameters(None, rows).number(GUIDANCE) == 1200.0
    assert budget_parameters({GUIDANCE: 900.0}, rows).values[GUIDANCE].source == "The accounts"
