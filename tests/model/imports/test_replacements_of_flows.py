"""Test what an import replaces: offers, exits and durations."""

from __future__ import annotations

import numpy as np
import pytest

from model.domain import EXIT_INDEX, EXITS, GROUP_INDEX, KIND_INDEX, OTHER_KINDS
from model.files.problems import FileProblem
from model.imports.aggregation import CannotSum
from model.imports.exits import outflows, spell_classes, weeks_of
from model.imports.own_files import (
    own_file_hash,
    save_municipality,
)
from model.imports.preview import preview
from model.imports.rows import Suppressed
from model.municipality.municipality import (
    load_municipality,
)
from model.simulation.simulate import simulate
from tests.model.imports.cases import by_id, caseload, imported, reasons


def offers(*rows):
    return imported(
        ("Periode", "Område", "Ydelsesgruppe", "Tilbudstype", "Antal fuldtidsaktiverede"),
        [("2020", "Ballerup", "A-dagpenge", k, v) for k, v in rows],
        "PTVC01.csv",
    )


def test_offers_by_kind(ballerup):
    found = preview(
        offers(
            ("Tilbud i alt", 150),
            ("Virksomhedspraktik i alt", 30),
            ("Privat løntilskud", 12),
            ("Offentligt løntilskud", 9),
            ("Vejledning og opkvalificering i alt", 99),
            ("Ordinær uddannelse", 33),
            ("Nytteindsats", 0),
        ),
        ballerup,
    )
    values = {p: r.after.value for p, r in by_id(found).items()}
    old = ballerup.engine
    g = GROUP_INDEX["dagpenge"]
    paid = old.firm_use[g] * old.firm_mix[g, KIND_INDEX["paid_hours"]]
    assert values["activation_rate.dagpenge"] == pytest.approx((150 + paid) / 820)
    assert values["firm_use.dagpenge"] == pytest.approx(51 + paid)
    assert values["firm_mix.dagpenge.private_wage_subsidy"] == pytest.approx(12 / 51)
    # Education is known by itself, guidance and course share the rest of their heading as before: 0.50 to 0.32.
    shares = {k: values[f"other_mix.dagpenge.{k}"] for k in OTHER_KINDS}
    assert shares == pytest.approx(
        {"utility_job": 0, "guidance": 66 / 99 * 50 / 82, "course": 66 / 99 * 32 / 82, "education": 33 / 99}
    )
    assert sum(values[f"firm_mix.dagpenge.{k}"] for k in list(KIND_INDEX)[:5]) == pytest.approx(1)
    assert found.problem is None


def test_a_hidden_kind_leaves_its_mix_alone(ballerup):
    found = preview(
        offers(
            ("Tilbud i alt", 150),
            ("Virksomhedspraktik", 30),
            ("Ansættelse med løntilskud", 18),
            ("Vejledning og opkvalificering", 99),
            ("Nytteindsats", "*"),
        ),
        ballerup,
    )
    assert "firm_use.dagpenge" in by_id(found)
    assert not any(p.startswith("other_mix") for p in by_id(found))
    assert "»Nytteindsats« er ikke talt med" in reasons(found)


ALL_OFFERS = {
    "Virksomhedspraktik i alt": 30,
    "Privat løntilskud": 12,
    "Offentligt løntilskud": 9,
    "Vejledning og opkvalificering i alt": 99,
    "Nytteindsats": 4,
}
OF_FIRMS = ("Virksomhedspraktik i alt", "Privat løntilskud", "Offentligt løntilskud")


@pytest.mark.parametrize("left_out", [None, *ALL_OFFERS])
def test_without_a_total_a_kind_without_a_row_leaves_its_mix_alone(ballerup, left_out):
    found = preview(offers(*((k, v) for k, v in ALL_OFFERS.items() if k != left_out)), ballerup)
    replaced = {p.split(".")[0] for p in by_id(found)}
    assert ("firm_use" in replaced) == ("firm_mix" in replaced) == (left_out not in OF_FIRMS)
    assert ("other_mix" in replaced) == (left_out in (None, *OF_FIRMS))
    assert ("activation_rate" in replaced) == (left_out is None)
    assert ("Der er ingen række for" in reasons(found)) == (left_out is not None)


def test_a_heading_and_both_of_its_parts_are_counted_once(ballerup):
    rows = {**ALL_OFFERS, "Ansættelse med løntilskud i alt": 21}
    once, again = (by_id(preview(offers(*r.items()), ballerup)) for r in (ALL_OFFERS, rows))
    assert {p: r.after.value for p, r in once.items()} == {p: r.after.value for p, r in again.items()}


def test_an_activation_rate_as_published(ballerup):
    rows = [("2020", "Ballerup", "Sygedagpenge", "7,5")]
    found = preview(imported(("Periode", "Område", "Ydelse", "Aktiveringsgrad (pct.)"), rows), ballerup)
    row = by_id(found)["activation_rate.sygedagpenge"]
    assert row.after.value == pytest.approx(0.075)
    assert (row.before.quality, row.after.quality) == ("assumption", "statistic")


def applied(municipality, found):
    return municipality.engine_with({r.parameter: r.after.value for r in found})


def test_outflows_are_what_the_engine_lets_out(ballerup):
    """The formula that levels are fitted with, against a simulated year of the baseline."""
    stock, flows = outflows(ballerup.engine)
    assert stock.sum(axis=1) == pytest.approx(ballerup.engine.stock.sum(axis=1), rel=1e-6)
    simulated = simulate(ballerup, weeks=52).exits.sum(axis=(0, 2)) / 52
    for group, g in GROUP_INDEX.items():
        assert flows[g].sum() == pytest.approx(simulated[g].sum(), rel=0.03), group


def test_inflow_sets_the_outflow(ballerup):
    file = imported(
        ("Periode", "Område", "Antal påbegyndte forløb"), [("2020", "Ballerup", "2.400")], "Y01A24.csv"
    )
    found = preview(file, ballerup)
    _, flows = outflows(applied(ballerup, found))
    assert flows[GROUP_INDEX["dagpenge"]].sum() == pytest.approx(2400 / 366 * 7, rel=5e-3)
    assert {r.after.quality for r in found} == {"derived"}
    assert found.problem is None


def test_mean_duration_sets_the_outflow_by_littles_law(ballerup):
    file = imported(
        ("Periode", "Område", "Gnsn. varighed af afsluttede forløb (uger)"),
        [("2020", "Ballerup", "16,5")],
        "Y07A07.csv",
    )
    found = preview(file, ballerup)
    stock, flows = outflows(applied(ballerup, found))
    g = GROUP_INDEX["sygedagpenge"]
    assert stock[g].sum() / flows[g].sum() == pytest.approx(16.5, rel=5e-3)
    for row in found:
        width = (row.after.high - row.after.low) / row.after.value
        assert width < (row.before.high - row.before.low) / row.before.value


def test_what_is_compared_is_the_central_set():
    cautious = load_municipality("ballerup", "cautious", {"stock.sygedagpenge": 701.0})
    row = by_id(preview(caseload([650] * 12, "Y07A02.csv"), cautious))["stock.sygedagpenge"]
    assert row.before == load_municipality("ballerup").parameter("stock.sygedagpenge").value


def test_inflow_comes_before_duration(ballerup):
    file = imported(
        ("Periode", "Område", "Antal påbegyndte forløb", "Gnsn. varighed af afsluttede forløb (uger)"),
        [("2020", "Ballerup", "2.400", "20,0")],
        "Y01A27.csv",
    )
    assert "tilgangen, og den bestemmer" in reasons(preview(file, ballerup))


STATUS = {
    "A-dagpenge": "23,0",
    "Lønmodtagerbeskæftigelse": "50,0",
    "Uddannelse": "10,0",
    "Selvforsørgelse": "10,0",
}


def destinations(**more):
    rows = [("2020", "Ballerup", k, v) for k, v in {**STATUS, **more}.items()]
    return imported(
        ("Periode", "Område", "Arbejdsmarkedsstatus", "Andel med status 3 mdr. efter (pct.)"),
        rows,
        "Y01B15.csv",
    )


def test_destinations_shift_exits_and_leave_their_sum(ballerup):
    g = GROUP_INDEX["dagpenge"]
    _, before = outflows(ballerup.engine)
    found = preview(destinations(Sygedagpenge="*"), ballerup)
    _, after = outflows(applied(ballerup, found))
    named = [EXIT_INDEX[e] for e in ("job", "education", "other_self_support")]
    share = after[g].sum(axis=1)[named] / after[g, named].sum()
    assert share == pytest.approx(np.array([50, 10, 10]) / 70, rel=5e-3)
    assert after[g, named].sum() == pytest.approx(before[g, named].sum(), rel=0.02)
    # A hidden destination is neither zero nor moved.
    assert by_id(found)["exit.dagpenge.sygedagpenge.w0_4"].changes is False
    assert "»Sygedagpenge« er ikke talt med" in reasons(found)


def test_labels_of_durations():
    assert weeks_of("Under 2 uger") == (0, 1)
    assert weeks_of("2-4 uger") == (2, 4)
    assert weeks_of("Over 52 uger") == (53, None)
    assert weeks_of("53 uger og derover") == (53, None)
    assert weeks_of("0-3 mdr.") is None
    spans = {
        (0, 1): 10.0,
        (2, 4): 10.0,
        (5, 13): 30.0,
        (14, 26): 20.0,
        (27, 39): 10.0,
        (40, 52): 10.0,
        (53, None): 10.0,
    }
    assert spell_classes(spans) == pytest.approx((0.2, 0.3, 0.2, 0.1, 0.1))
    with pytest.raises(CannotSum):
        spell_classes({**spans, (27, 39): Suppressed("*", "hidden")})
    with pytest.raises(CannotSum):
        spell_classes({k: v for k, v in spans.items() if k != (14, 26)})


def test_completed_spells_set_the_rates_by_class(ballerup):
    rows = [("2020", "Ballerup", k, v) for k, v in (("Under 2 uger", 200), ("2-4 uger", 400), ("5-13 uger", 700),
            ("14-26 uger", 500), ("27-39 uger", 250), ("40-52 uger", 150), ("Over 52 uger", 250))]  # fmt: skip
    found = preview(
        imported(("Periode", "Område", "Varighed", "Antal afsluttede forløb"), rows, "Y01A27.csv"), ballerup
    )
    stock, flows = outflows(applied(ballerup, found))
    g = GROUP_INDEX["dagpenge"]
    # Of 2450 spells 600 end within five weeks: 1 - (1850/2450)^(1/5) a week.
    early = flows[g, :, :5].sum() / stock[g, :5].sum()
    assert early == pytest.approx(1 - (1850 / 2450) ** (1 / 5), rel=1e-2)
    assert {r.parameter.split(".")[2] for r in found} <= set(EXITS)


def test_an_impossible_figure_is_named(ballerup):
    rows = dict.fromkeys(ALL_OFFERS, 0)
    rows |= {"Privat løntilskud": 700, "Vejledning og opkvalificering i alt": 20}
    found = preview(offers(*rows.items()), ballerup)
    assert found.problem is not None
    assert found.problem.da.startswith("Aktiveringsgrad, Dagpenge (forsikrede ledige): 0,88 (før 0,20)")
    with pytest.raises(FileProblem):
        save_municipality(ballerup, found)
    assert own_file_hash("ballerup") is None


def test_a_caseload_too_small_for_those_who_return(ballerup):
    found = preview(caseload([1] * 12, "Y12A02.csv"), ballerup)
    assert found.problem is None or "Jobafklaring" in found.problem.da
