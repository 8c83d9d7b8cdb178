"""Test that accounts become prices: closed forms made of the model's own cost, units, refunds, what is not there."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.budget.costs import volumes_of
from model.domain import GROUP_INDEX, GROUPS, KIND_INDEX, OFFER_GROUPS
from model.imports.accounts import ACCOUNTS_FILE, account_rules, function_of
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.own_tables import OwnTable, OwnTables, column_from
from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.replacements import Choices, Preview
from model.imports.rows import Imported
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import Municipality, load_municipality
from model.parameters.budget_file import budget_values
from model.simulation.simulate import baseline
from tests.model.imports.cases import by_id, caseload, imported, reasons
from tests.model.imports.files import workbook

OFFERS, INSURED = "5.68.90", "5.68.91"
GUIDANCE = "budget.price.guidance_week"
NAMES = {
    OFFERS: "Driftsudgifter til den kommunale beskæftigelsesindsats",
    INSURED: "Beskæftigelsesindsats for forsikrede ledige",
    "5.57.73": "Kontant- og uddannelseshjælp",
    "5.57.71": "Sygedagpenge",
    "5.58.81": "Løntilskud og fleksjob",
    "6.45.53": "Administration vedrørende jobcentre",
}
THOUSANDS = "Løbende priser (1.000 kr.)"
PER_INHABITANT = "Pr. indbygger, løbende priser (kr.)"
GROSS, NET, INCOME = "Bruttoudgifter", "I alt (netto)", "Indtægter"
RUNNING, REFUND = "1 Driftskonti", "2 Statsrefusion"
SCALED = (
    *("guidance_week", "course_week", "education_week", "utility_job_week", "own_outreach_week"),
    *("other_actors_week", "municipal_workplace_week", "company_centre_week", "paid_hours_week"),
)
Line = tuple[str, str, str, str, float]  # function, dranst, art, price unit, amount


def statbank(lines: Sequence[Line], year: int = 2020, table: str = "REGK31") -> Imported:
    """Read the answer of StatBank's table of accounts for Ballerup."""
    area = "REGI07A" if table.startswith("BUDK") else "OMRÅDE"
    rows = [
        ("Ballerup", f"{function} {NAMES.get(function, 'Andet')}", dranst, art, unit, year, f"{amount:.0f}")
        for function, dranst, art, unit, amount in lines
    ]
    return imported((area, "FUNKTION", "DRANST", "ART", "PRISENHED", "TID", "INDHOLD"), rows, f"{table}.csv")


def gross(amounts: Mapping[str, float], year: int = 2020, table: str = "REGK31") -> Imported:
    """Read an answer that has gross running costs only, by function in DKK."""
    lines = [(function, RUNNING, GROSS, THOUSANDS, dkk / 1000) for function, dkk in amounts.items()]
    return statbank(lines, year, table)


def offers_cost(municipality: Municipality, year: int = 2020) -> float:
    """Compute what a year of the baseline's offers cost at the shipped prices, without wage subsidies, DKK."""
    participants = volumes_of(baseline(municipality)).participants[0].sum(axis=0)
    prices = municipality.budget.price_week.copy()
    prices[KIND_INDEX["private_wage_subsidy"]] = 0.0
    days = 366 if year == 2020 else 365
    return float(participants @ prices) * days / 7 * municipality.budget.price_index(year)


def share() -> float:
    return account_rules().assumptions.offers_share.value


def prices(found: Preview) -> dict[str, float]:
    return {r.parameter: r.after.value for r in found if r.parameter.startswith("budget.price.")}


# --- closed forms -----------------------------------------------------------------------------------


def test_an_account_of_what_the_model_costs_leaves_every_price_as_it_is(ballerup: Municipality) -> None:
    spent = offers_cost(ballerup) / share()
    found = preview(gross({OFFERS: spent * 0.8, INSURED: spent * 0.2}), ballerup)
    assert set(prices(found)) == {f"budget.price.{name}" for name in SCALED}
    for parameter, value in prices(found).items():
        # The table has whole thousands: they are a part in 100,000 of the account.
        assert value == pytest.approx(budget_values()[parameter].value, rel=2e-5)
    assert not found.doubtful


@pytest.mark.parametrize("times", [2.0, 0.5, 1.25])
def test_so_many_times_the_account_is_so_many_times_each_price(ballerup: Municipality, times: float) -> None:
    spent = offers_cost(ballerup) / share()
    found = prices(preview(gross({OFFERS: spent * times, INSURED: 0.0}), ballerup))
    for parameter, value in found.items():
        assert value == pytest.approx(times * budget_values()[parameter].value, rel=2e-5)


@pytest.mark.parametrize("year", [2019, 2022])
def test_another_year_is_brought_to_the_price_level(ballerup: Municipality, year: int) -> None:
    spent = offers_cost(ballerup, year) / share()
    found = preview(gross({OFFERS: spent, INSURED: 0.0}, year=year), ballerup)
    same_year = preview(gross({OFFERS: offers_cost(ballerup) / share(), INSURED: 0.0}), ballerup)
    for parameter, value in prices(found).items():
        assert value == pytest.approx(budget_values()[parameter].value, rel=2e-5)
        # Persons and prices may have changed meanwhile: less is sure.
        now, near = by_id(found)[parameter].after, by_id(same_year)[parameter].after
        assert now.low < near.low
        assert now.high > near.high
        assert now.as_of == str(year)
    assert any("for at få priser fra 2020" in note.da for note in found.notes)


def test_what_a_benefit_pays_follows_the_account(ballerup: Municipality) -> None:
    part = account_rules().assumptions.benefits_share.value
    stock = ballerup.engine.stock.sum(axis=1)
    rate = ballerup.budget.weekly_rate(2020) * 366 / 7
    groups = account_rules().functions.benefits[0].groups
    cost = sum(float(stock[GROUP_INDEX[g]] * rate[GROUP_INDEX[g]]) for g in groups)
    sick = float(stock[GROUP_INDEX["sygedagpenge"]] * rate[GROUP_INDEX["sygedagpenge"]])
    flex = float(stock[GROUP_INDEX["fleksjob"]]) * 12 * 12_000
    found = by_id(
        preview(
            gross({"5.57.73": cost / part, "5.57.71": 0.9 * sick / part, "5.58.81": 1.1 * flex / part}),
            ballerup,
        )
    )
    shipped = budget_values()
    for parameter, times in (
        ("budget.payment_factor.kontanthjaelp", 1.0),
        ("budget.payment_factor.sygedagpenge", 0.9),
        ("budget.rate.fleksloentilskud.2020", 1.1),
    ):
        after = found[parameter].after
        assert after.value == pytest.approx(times * shipped[parameter].value, rel=5e-5)
        assert after.low >= shipped[parameter].low
        assert after.high <= shipped[parameter].high
        assert after.quality == "derived"


# --- ranges ---------------------------------------------------------------------------------------


def counted_activation(municipality: Municipality) -> Municipality:
    """Save the activation rates as statistics, so that participants are no assumption."""
    rows = [
        ("2020", "Ballerup", group, f"{100 * municipality.engine.activation_rate[GROUP_INDEX[group]]:.4f}")
        for group in ("dagpenge", "kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", "jobafklaring",
                      "uddannelseshjaelp_uddannelsesparat", "uddannelseshjaelp_aktivitetsparat", "sho",
                      "sygedagpenge", "ressourceforloeb", "ledighedsydelse", "revalidering")
    ]  # fmt: skip
    file = imported(("Periode", "Område", "Ydelsesgruppe", "Aktiveringsgrad (pct.)"), rows)
    save_municipality(municipality, preview(file, municipality), expected_hash=None)
    return load_municipality(municipality.id)


def test_the_range_is_narrower_the_more_is_known(ballerup: Municipality) -> None:
    account = gross({OFFERS: offers_cost(ballerup) / share(), INSURED: 0.0})
    assumed = preview(account, ballerup)
    counted = preview(account, counted_activation(ballerup))
    for name in SCALED:
        parameter = f"budget.price.{name}"
        before, guessed = budget_values()[parameter], by_id(assumed)[parameter].after
        known = by_id(counted)[parameter].after
        widths = [(v.high - v.low) / v.value for v in (before, guessed, known)]
        assert widths == sorted(widths, reverse=True), name
        assert widths[2] > 0.1
    # The note about activation rates that are assumed goes away with them.
    texts = [[note.da for note in found.notes] for found in (assumed, counted)]
    assert [any("antagne aktiveringsgrader" in t for t in notes) for notes in texts] == [True, False]


def test_what_a_table_before_has_counted_is_sure(ballerup: Municipality) -> None:
    """Where all tables are fetched, values are replaced one table after another and the register stays."""
    account = gross({OFFERS: offers_cost(ballerup) / share(), INSURED: 0.0, "5.57.73": 90e6})
    counted = {
        **{
            f"activation_rate.{g}": ballerup.engine.activation_rate[GROUP_INDEX[g]] * 1.001
            for g in OFFER_GROUPS
        },
        **{f"stock.{g}": ballerup.engine.stock[GROUP_INDEX[g]].sum() * 1.001 for g in GROUPS},
    }
    values = {**ballerup.values, **{key: float(value) for key, value in counted.items()}}
    later = replace(ballerup, values=values, engine=ballerup.engine_with(counted))
    for parameter in (GUIDANCE, "budget.payment_factor.kontanthjaelp"):
        before, after = (by_id(preview(account, m))[parameter].after for m in (ballerup, later))
        assert after.high - after.low < before.high - before.low
    assert not any("antagne aktiveringsgrader" in note.da for note in preview(account, later).notes)


def test_a_budget_is_less_sure_than_an_account(ballerup: Municipality) -> None:
    spent = {OFFERS: offers_cost(ballerup) / share(), INSURED: 0.0}
    account, planned = preview(gross(spent), ballerup), preview(gross(spent, table="BUDK32"), ballerup)
    now, later = by_id(account)[GUIDANCE].after, by_id(planned)[GUIDANCE].after
    assert now.value == later.value
    assert later.low < now.low < now.high < later.high
    assert later.source == "Danmarks Statistik BUDK32, Municipal budgets by function, 2020"


def test_a_second_account_starts_from_the_assumptions_again(ballerup: Municipality) -> None:
    account = gross({OFFERS: 2 * offers_cost(ballerup) / share(), INSURED: 0.0})
    first = preview(account, ballerup)
    save_municipality(ballerup, first, expected_hash=None)
    again = preview(account, load_municipality("ballerup"))
    assert [r.after for r in again] == [r.after for r in first]
    assert not any(r.changes for r in again)


def test_a_price_that_the_municipality_knows_is_left_and_taken_off(ballerup: Municipality) -> None:
    known = budget_values()[GUIDANCE].model_copy(
        update={"value": 1000.0, "low": None, "high": None, "quality": "document", "source": "A contract"}
    )
    account = gross({OFFERS: offers_cost(ballerup) / share(), INSURED: 0.0})
    found = preview(account, ballerup)
    typed = [
        type(r)(GUIDANCE, r.before, "", known, "En kontrakt", r.how) for r in found if r.parameter == GUIDANCE
    ]
    save_municipality(ballerup, type(found)("ballerup", tuple(typed), (), (), (), None), expected_hash=None)
    now = preview(account, load_municipality("ballerup"))
    assert GUIDANCE not in by_id(now)
    weeks = volumes_of(baseline(ballerup)).participants[0, :, KIND_INDEX["guidance"]].sum() * 366 / 7
    cost = offers_cost(ballerup)
    factor = (cost - weeks * 1000.0) / (cost - weeks * 2500.0)
    assert by_id(now)["budget.price.course_week"].after.value == pytest.approx(3500 * factor, rel=5e-5)
    assert any("selv har sat prisen" in note.da for note in now.notes)


# --- what is no gross cost ------------------------------------------------------------------------


def test_refunds_totals_parts_income_and_per_inhabitant_are_not_added(ballerup: Municipality) -> None:
    spent = round(offers_cost(ballerup) / share() / 1000)
    lines: list[Line] = [
        (OFFERS, RUNNING, GROSS, THOUSANDS, spent),
        (OFFERS, RUNNING, GROSS, PER_INHABITANT, 1090),
        (OFFERS, RUNNING, NET, THOUSANDS, spent - 900),
        (OFFERS, RUNNING, INCOME, THOUSANDS, -900),
        (OFFERS, RUNNING, "1 Lønninger", THOUSANDS, spent - 5000),
        (OFFERS, REFUND, GROSS, THOUSANDS, 0),
        (OFFERS, REFUND, NET, THOUSANDS, -4100),
        (OFFERS, "3 Anlægskonti", GROSS, THOUSANDS, 7000),
        (INSURED, RUNNING, GROSS, THOUSANDS, 0),
    ]
    found = preview(statbank(lines), ballerup)
    assert prices(found) == prices(preview(gross({OFFERS: spent * 1000, INSURED: 0.0}), ballerup))
    assert "kr. pr. indbygger" in reasons(found)


def test_codes_in_place_of_names(ballerup: Municipality) -> None:
    rows = [
        ("151", "56890", "1", "UE", unit, 2020, amount)
        for unit, amount in (("LOBM", 60_000), ("INDL", 1_240))
    ]
    rows += [
        ("151", "56890", "1", "TOT", "LOBM", 2020, 58_000),
        ("151", "56890", "2", "UE", "LOBM", 2020, 900),
    ]
    header = ("REGI07A", "FUNKTION", "DRANST", "ART", "PRISENHED", "TID", "INDHOLD")
    found = preview(imported(header, rows, "BUDK32.csv"), ballerup)
    wanted = preview(gross({OFFERS: 60e6, INSURED: 0.0}, table="BUDK32"), ballerup)
    assert prices(found) == pytest.approx(prices(wanted))


def test_an_amount_that_looks_like_a_year_begins_no_table(ballerup: Municipality) -> None:
    lines: list[Line] = [
        (OFFERS, RUNNING, GROSS, THOUSANDS, 60_000),
        (INSURED, RUNNING, GROSS, THOUSANDS, 2020),
        ("5.57.71", RUNNING, GROSS, PER_INHABITANT, 1999),
    ]
    assert prices(preview(statbank(lines), ballerup)) == pytest.approx(
        prices(preview(gross({OFFERS: 60e6, INSURED: 2.02e6}), ballerup))
    )


def test_amounts_per_inhabitant_alone_are_refused(ballerup: Municipality) -> None:
    found = preview(statbank([(OFFERS, RUNNING, GROSS, PER_INHABITANT, 1090)]), ballerup)
    assert not found.replacements
    assert "Løbende priser (1.000 kr.)" in reasons(found)


def test_without_gross_expenditure_the_net_is_used_and_told(ballerup: Municipality) -> None:
    found = preview(statbank([(OFFERS, RUNNING, NET, THOUSANDS, 50_000)]), ballerup)
    assert GUIDANCE in by_id(found)
    assert any("Indtægter på dranst 1 er trukket fra" in note.da for note in found.notes)


def test_arts_without_a_total_are_refused(ballerup: Municipality) -> None:
    lines: list[Line] = [
        (OFFERS, RUNNING, "1 Lønninger", THOUSANDS, 20_000),
        (OFFERS, RUNNING, "2 Varekøb", THOUSANDS, 30_000),
    ]
    found = preview(statbank(lines), ballerup)
    assert not found.replacements
    assert "Bruttoudgifter" in reasons(found)


def test_a_function_that_is_missing_is_told(ballerup: Municipality) -> None:
    without = preview(gross({"5.57.71": 139e6}), ballerup)
    assert not prices(without)
    assert "Funktion 5.68.90: Filen har ingen driftsudgift" in reasons(without)
    alone = preview(gross({OFFERS: 60e6}), ballerup)
    assert prices(alone)
    assert any("5.68.91" in note.da and "regnet som 0" in note.da for note in alone.notes)


@pytest.mark.parametrize("amount", [-51_000, 0])
def test_a_cost_that_is_not_positive_is_refused(ballerup: Municipality, amount: float) -> None:
    found = preview(
        statbank([(OFFERS, RUNNING, NET, THOUSANDS, amount), ("5.57.71", RUNNING, NET, THOUSANDS, amount)]),
        ballerup,
    )
    assert not found.replacements
    assert reasons(found).count("Udgifter skal stå som positive tal") == 2


def test_a_hidden_amount_is_not_zero(ballerup: Municipality) -> None:
    rows = [("Ballerup", f"{OFFERS} Drift", RUNNING, GROSS, THOUSANDS, 2020, "..")]
    header = ("OMRÅDE", "FUNKTION", "DRANST", "ART", "PRISENHED", "TID", "INDHOLD")
    found = preview(imported(header, rows, "REGK31.csv"), ballerup)
    assert not found.replacements
    assert "Et skjult tal er ikke nul" in reasons(found)


def test_more_than_the_full_rate_is_refused(ballerup: Municipality) -> None:
    found = preview(gross({"5.57.73": 300e6}), ballerup)
    assert "budget.payment_factor.kontanthjaelp" not in by_id(found)
    assert "gange fuld sats" in reasons(found)


def test_what_cannot_be_worked_out_says_why(ballerup: Municipality) -> None:
    found = preview(
        gross({OFFERS: 60e6, INSURED: 5e6, "6.45.53": 61e6, "5.57.78": 90e6, "5.25.14": 1e8}), ballerup
    )
    assert {r.parameter for r in found} == {f"budget.price.{name}" for name in SCALED}
    told = reasons(found).replace("\u00a0", " ")
    for text in (
        "6.45.53: Funktionen kostede 61,0 mio. kr.",
        "5.57.78: Funktionen har kommunens andel",
        "5.25.14",
    ):
        assert text in told
    over = reasons(preview(gross({OFFERS: 60e6, "6.45.53": 10e6}), ballerup))
    assert "De antagne priser er for høje" in over


def test_an_account_of_a_part_of_a_year_is_refused(ballerup: Municipality) -> None:
    rows = [("2020K1", OFFERS, "1", 12_000_000)]
    found = preview(
        imported(("Periode", "Funktion", "Dranst", "Beløb"), rows), ballerup, Choices(area_is_ours=True)
    )
    assert not found.replacements
    assert "helt kalenderår" in reasons(found)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dice=st.randoms(use_true_random=False))
def test_whatever_else_a_table_holds_the_prices_are_the_same(
    ballerup: Municipality, dice: random.Random
) -> None:
    """Rows in any order, among any of refunds, parts, totals, other functions, units, years and municipalities."""
    wanted = prices(preview(gross({OFFERS: 60e6, INSURED: 4e6}), ballerup))
    own = [("Ballerup", function, RUNNING, GROSS, THOUSANDS, 2020, amount)
           for function, amount in ((f"{OFFERS} Drift", 60_000), (f"{INSURED} Indsats", 4_000))]  # fmt: skip
    columns = (
        ("Ballerup", "Brøndby", "Hele landet"), (f"{OFFERS} Drift", f"{INSURED} Indsats", "5.25.14 Andet"),
        (RUNNING, REFUND, "3 Anlægskonti"), (GROSS, NET, INCOME, "1 Lønninger", "4.6 Betalinger til staten"),
        (THOUSANDS, PER_INHABITANT), (2019, 2020, 2021),
    )  # fmt: skip
    others = {tuple(map(dice.choice, columns)) for _ in range(dice.randint(0, 60))} - {
        row[:-1] for row in own
    }
    rows = [*own, *((*key, dice.randint(-9_000, 900_000)) for key in others)]
    dice.shuffle(rows)
    order = dice.sample(range(7), 7)
    header = ("OMRÅDE", "FUNKTION", "DRANST", "ART", "PRISENHED", "TID", "INDHOLD")
    file = imported([header[i] for i in order], [[row[i] for i in order] for row in rows], "REGK31.csv")
    assert prices(preview(file, ballerup)) == pytest.approx(wanted)


# --- own files ------------------------------------------------------------------------------------


OWN = Choices(area_is_ours=True)
SURE = Choices(unlikely_is_right=True)


@pytest.mark.parametrize(
    ("header", "function", "dranst", "amount"),
    [
        (("Funktion", "Dranst", "År", "Beløb"), "5.68.90", "1", "60000000"),
        (("Funktion", "Dranst", "Regnskabsår", "Beløb"), "5.68.90", "1", "60000000"),
        (("Funktionsnr.", "DRANST", "År", "Beløb (kr.)"), "56890", "1 Drift", "60.000.000"),
        (("funktion", "dranst", "år", "Regnskab i 1.000 kr."), "05.68.90", "Driftsudgifter", "60.000"),
        (("Funktion", "Dranst", "År", "1.000 kr."), "5.68.90 Driftsudgifter", "drift", "60 000"),
        (("Function", "Dranst", "Year", "Amount"), "5.68.90", "1", "60000000"),
        (("Funktion", "Dranst", "År", "Forbrug"), "5.68.90", "1", "60.000.000,00"),
    ],
)
def test_an_own_file_in_the_spellings_of_exports(
    ballerup: Municipality, header: tuple[str, ...], function: str, dranst: str, amount: str
) -> None:
    rows = [(function, dranst, 2020, amount), (function, "2", 2020, "-4000"), ("5.68.91", dranst, 2020, "0")]
    found = preview(imported(header, rows, "regnskab.csv"), ballerup, OWN)
    assert prices(found) == pytest.approx(prices(preview(gross({OFFERS: 60e6, INSURED: 0.0}), ballerup)))
    assert by_id(found)[GUIDANCE].after.source == "2020, file regnskab.csv"


@pytest.mark.parametrize(
    ("heading", "amount"),
    [
        ("Regnskab 2020", "60.000.000"),
        ("Forbrug i kr. 2020", "60000000"),
        ("Regnskab 2020 (1.000 kr.)", "60.000"),
        ("2020 Regnskab", "60.000.000,00"),
        ("Regnskab år 2020", "60000000"),
        ("Regnskab, 2020", "60000000"),
    ],
)
def test_a_heading_may_name_the_year_of_the_account(
    ballerup: Municipality, heading: str, amount: str
) -> None:
    rows = [(OFFERS, "1 Drift", amount), ("5.68.91", "1 Drift", "0")]
    found = preview(imported(("Funktion", "Dranst", heading), rows, "eget.csv"), ballerup, OWN)
    assert prices(found) == pytest.approx(prices(preview(gross({OFFERS: 60e6, INSURED: 0.0}), ballerup)))
    assert by_id(found)[GUIDANCE].after.source == "2020, file eget.csv"


def test_of_several_years_beside_each_other_the_baselines_is_taken(ballerup: Municipality) -> None:
    header = ("Funktion", "Dranst", "Regnskab 2019", "Regnskab 2020", "Budget 2021")
    rows = [(OFFERS, "1", 10_000_000, 60_000_000, 1_000_000), ("5.68.91", "1", 0, 0, 0)]
    file = imported(header, rows, "eget.csv")
    found = preview(file, ballerup, OWN)
    assert prices(found) == pytest.approx(prices(preview(gross({OFFERS: 60e6, INSURED: 0.0}), ballerup)))
    told = {c.name: c.why.da for c in file.recognised.columns if c.role == "unused"}
    assert "hvilken periode" in told["Budget 2021"]


def test_several_lines_of_a_function_add_up_and_a_total_is_not_added(ballerup: Municipality) -> None:
    header = ("Funktion", "Dranst", "Kontonavn", "År", "Beløb")
    rows = [
        (OFFERS, "1", "Kurser", 2020, 40_000_000),
        (OFFERS, "1", "Vejledning", 2020, 25_000_000),
        (OFFERS, "1", "Egenbetaling", 2020, -5_000_000),
    ]
    wanted = prices(preview(gross({OFFERS: 60e6, INSURED: 0.0}), ballerup))
    found = preview(imported(header, rows), ballerup, OWN)
    assert prices(found) == pytest.approx(wanted)
    assert any("Indtægter på dranst 1" in note.da for note in found.notes)
    total = [*rows, (OFFERS, "1", "I alt", 2020, 60_000_000)]
    assert prices(preview(imported(header, total), ballerup, OWN)) == pytest.approx(wanted)


def test_refunds_cannot_hide_in_a_file_without_dranst(ballerup: Municipality) -> None:
    header = ("Funktion", "År", "Beløb")
    positive = preview(imported(header, [(OFFERS, 2020, 60_000_000)]), ballerup, OWN)
    assert GUIDANCE in by_id(positive)
    assert any("ingen kolonne »Dranst«" in note.da for note in positive.notes)
    rows = [(OFFERS, 2020, 60_000_000), ("5.57.71", 2020, -4_000_000)]
    found = preview(imported(header, rows), ballerup, OWN)
    assert not found.replacements
    assert "kan udgifter og statsrefusion ikke skilles ad" in reasons(found)


def test_kroner_taken_for_thousands_are_doubtful(ballerup: Municipality) -> None:
    """Sixty million typed in a column that says thousands are sixty billion, and the other way round."""
    for header, amount in (
        (("Funktion", "Dranst", "År", "1.000 kr."), 60_000_000),
        (("Funktion", "Dranst", "År", "Beløb"), 60_000),
    ):
        file = imported(header, [(OFFERS, "1", 2020, amount)])
        found = preview(file, ballerup, OWN)
        assert not found.replacements
        assert len(found.doubtful) == len(SCALED)
        sure = preview(file, ballerup, Choices(area_is_ours=True, unlikely_is_right=True))
        assert len(sure.replacements) == len(SCALED)


def test_unknown_labels_are_told_and_mapped_by_hand(ballerup: Municipality) -> None:
    header = ("Konto", "Type", "År", "Beløb")
    text = "Konto;Type;År;Beløb\n5.68.90;1;2020;60000000\n5.68.90;2;2020;-4000000\n".encode()
    found = preview(read_export(text, "x.csv"), ballerup, OWN)
    assert not found.replacements
    assert "ingen kolonne »Funktion«" in reasons(found)
    columns = dict(column_from(line, header) for line in ("Konto=function", "Type=dranst"))
    kept = OwnTables((OwnTable(header=header, columns=columns),))
    again = preview(read_export(text, "x.csv", OwnTables.from_json(kept.to_json())), ballerup, OWN)
    assert prices(again) == pytest.approx(prices(preview(gross({OFFERS: 60e6, INSURED: 0.0}), ballerup)))


def test_unknown_dranst_and_functions_are_told(ballerup: Municipality) -> None:
    rows = [(OFFERS, "1", 2020, 60_000_000), (OFFERS, "Fritvalg", 2020, 9), ("Job og løn", "1", 2020, 8)]
    found = preview(imported(("Funktion", "Dranst", "År", "Beløb"), rows), ballerup, OWN)
    assert GUIDANCE in by_id(found)
    assert "ukendt dranst er ikke brugt: Fritvalg" in reasons(found)
    assert "uden en kendt funktion er ikke brugt: Job og løn" in reasons(found)


def test_two_columns_of_amounts_are_refused(ballerup: Municipality) -> None:
    header = ("Funktion", "Dranst", "År", "Beløb", "Forbrug")
    found = preview(imported(header, [(OFFERS, "1", 2020, 60_000_000, 59_000_000)]), ballerup, OWN)
    assert not found.replacements
    assert "flere kolonner med beløb" in reasons(found)


def test_a_workbook_of_accounts(ballerup: Municipality) -> None:
    data = workbook(
        [["Funktion", "Dranst", "År", "Beløb"], [56890, 1, 2020, 60_000_000.0], [56891, 1, 2020, 0]]
    )
    found = preview(read_export(data, "regnskab.xlsx"), ballerup, OWN)
    assert prices(found) == pytest.approx(prices(preview(gross({OFFERS: 60e6, INSURED: 0.0}), ballerup)))


def test_json_stat_of_the_accounts(ballerup: Municipality) -> None:
    def dimension(label: str, *members: str) -> dict[str, object]:
        return {"label": label, "category": {"index": list(members), "label": {m: m for m in members}}}

    data = {
        "class": "dataset", "label": "Kommunernes regnskaber på funktioner", "source": "Danmarks Statistik",
        "id": ["ContentsCode", "OMRÅDE", "FUNKTION", "DRANST", "ART", "PRISENHED", "Tid"],
        "size": [1, 1, 1, 2, 1, 2, 1],
        "dimension": {
            "ContentsCode": dimension("Indhold", "REGK31"),
            "OMRÅDE": dimension("område", "Ballerup"),
            "FUNKTION": dimension("funktion", f"{OFFERS} {NAMES[OFFERS]}"),
            "DRANST": dimension("dranst", RUNNING, REFUND),
            "ART": dimension("art", GROSS),
            "PRISENHED": dimension("prisenhed", THOUSANDS, PER_INHABITANT),
            "Tid": dimension("tid", "2020"),
        },
        "value": [60_000, 1_240, 0, 0],
        "extension": {"px": {"tableid": "REGK31"}},
    }  # fmt: skip
    found = preview(read_export(json.dumps(data).encode(), "svar.json"), ballerup)
    assert prices(found) == pytest.approx(prices(preview(gross({OFFERS: 60e6, INSURED: 0.0}), ballerup)))


# --- what follows ---------------------------------------------------------------------------------


def test_the_budget_uses_what_the_account_says(ballerup: Municipality) -> None:
    account = gross({OFFERS: 2 * offers_cost(ballerup) / share(), INSURED: 0.0})
    before = budget(base := baseline(ballerup), base)
    save_municipality(ballerup, preview(account, ballerup), expected_hash=own_file_hash("ballerup"))
    now = load_municipality("ballerup")
    after = budget(base := baseline(now), base)
    was, is_now = (b.by_component["offer.guidance"].gross.baseline for b in (before, after))
    assert np.allclose(is_now, 2 * was, rtol=2e-5)
    assert before.by_component["offer.guidance"].assumed
    assert not after.by_component["offer.guidance"].assumed
    shown = now.parameter(GUIDANCE)
    assert shown.source("da") == "Danmarks Statistik REGK31, Kommunernes regnskaber på funktioner, 2020"
    assert shown.value.note is not None
    assert "5.68.90 + 5.68.91" in shown.value.note.da


def test_a_small_target_group_is_not_given_away(ballerup: Municipality) -> None:
    account = gross({"5.58.81": 600_000.0})
    save_municipality(ballerup, preview(caseload([4] * 12, "Y08A02.csv"), ballerup, SURE), expected_hash=None)
    found = preview(account, load_municipality("ballerup"), SURE)
    assert not found.replacements
    assert "ville røbe det" in reasons(found)


@pytest.mark.parametrize(
    ("label", "function"),
    [
        ("5.68.90", "5.68.90"),
        ("05.68.90 Drift", "5.68.90"),
        ("56890", "5.68.90"),
        ("2201", "0.22.01"),
        ("5.68.90: drift", "5.68.90"),
        ("5.68.90.016", None),
        ("5689", "0.56.89"),
        ("I alt", None),
        ("5.68", None),
        ("", None),
    ],
)
def test_functions_are_known_by_their_number(label: str, function: str | None) -> None:
    assert function_of(label) == function


def test_every_message_has_both_languages(ballerup: Municipality) -> None:
    found = preview(
        gross({OFFERS: 60e6, "5.57.73": 96e6, "5.58.81": 100e6, "6.45.53": 1e6}, year=2022), ballerup
    )
    for language in LANGUAGES:
        texts = [
            m.text(language)
            for m in (*found.notes, *(r.how for r in found), *(n.why for n in found.not_used))
        ]
        assert all(text and "{" not in text and ".." not in text.replace(" ...", "") for text in texts)


def test_assumptions_of_accounts_have_ranges() -> None:
    assert ACCOUNTS_FILE.exists()
    for name, value in account_rules().assumptions:
        assert value.quality == "assumption", name
        assert value.label is not None
        assert value.low < value.value <= value.high
