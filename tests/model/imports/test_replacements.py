"""Test what an import replaces: reference year, caseloads, origins and the benchmark."""

from __future__ import annotations

import csv

import pytest

from model.imports.aggregation import add, reference
from model.imports.periods import month, parse_period, quarter, rolling_year, year
from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.replacements import Choices
from model.imports.rows import Suppressed
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import benchmark_rows
from tests.folders import DATA, MODEL_DATA
from tests.model.imports.cases import YEAR, by_id, caseload, imported, reasons, with_origins


def test_the_reference_is_the_year_before_the_baseline_starts():
    end = year(2020).end
    months = [month(y, m) for y in (2019, 2020, 2021) for m in range(1, 13)]
    assert reference(months, end).periods == tuple(month(2020, m) for m in range(1, 13))
    assert reference([*months, rolling_year(2020, 12)], end).periods == (rolling_year(2020, 12),)
    assert reference([quarter(2020, q) for q in (1, 2, 3, 4)], end).periods == tuple(
        quarter(2020, q) for q in (1, 2, 3, 4)
    )
    assert reference([rolling_year(2021, 6), rolling_year(2021, 9)], end).periods == (rolling_year(2021, 9),)
    # Twelve months that end in another month than December are a year too.
    late = [month(2021 + (m > 12), m - 12 * (m > 12)) for m in range(4, 16)]
    assert reference(late, end).periods == tuple(late)
    few = reference([month(2021, 1), month(2021, 2)], end)
    assert (few.periods, few.whole_year) == ((month(2021, 2),), False)
    assert reference([], end) is None
    leap = parse_period("2020-02-28")
    assert reference([leap], leap.end).periods == (leap,)


def test_a_sum_with_a_suppressed_part_is_suppressed():
    assert add([1.0, Suppressed("*", "hidden"), 2.0]) == Suppressed("*", "hidden")
    assert add([1.0, 2.0]) == 3.0


def test_a_caseload_is_the_mean_of_the_year(ballerup):
    found = preview(caseload(range(800, 824, 2)), ballerup)
    row = by_id(found)["stock.dagpenge"]
    assert row.after.value == pytest.approx(811)
    assert row.before.value == pytest.approx(820)
    assert (row.before.quality, row.after.quality) == ("statistic", "statistic")
    assert (row.after.as_of, row.after.low) == ("2020", None)
    assert row.after.source == "Jobindsats Y01A02, A-dagpenge, 2020M01 - 2020M12"
    assert row.changes
    assert found.problem is None
    assert found.notes == ()


def test_an_assumption_becomes_a_statistic_without_a_range(ballerup):
    before = ballerup.parameter("stock.sygedagpenge").value
    assert before.quality == "assumption"
    assert before.low < before.high
    row = by_id(preview(caseload([650] * 12, "Y07A02.csv"), ballerup))["stock.sygedagpenge"]
    assert (row.before, row.after.quality, row.after.low) == (before, "statistic", None)


@pytest.mark.parametrize("mark", ["*", "-", "..", ""])
def test_a_suppressed_month_is_not_zero_and_leaves_the_parameter_alone(ballerup, mark):
    found = preview(caseload([30] * 11 + [mark], "Y35A02.csv"), ballerup)
    assert found.replacements == ()
    assert "2020M12" in reasons(found)


def test_a_caseload_of_zero_is_told(ballerup):
    found = preview(caseload([0] * 12, "Y35A02.csv"), ballerup)
    assert found.replacements == ()
    assert "tom gruppe" in reasons(found)


def test_part_of_a_year_and_other_years_are_told(ballerup):
    found = preview(caseload([900, 910], periods=["2023M01", "2023M02"]), ballerup)
    assert by_id(found)["stock.dagpenge"].after.as_of == "2023M02"
    assert len(found.notes) == 2
    chosen = preview(caseload(range(12), periods=YEAR), ballerup, Choices(until=parse_period("2020M03")))
    assert chosen.periods == tuple(month(2020, m) for m in range(1, 13))
    assert "slutter med 2020M03" in chosen.notes[0].da


def test_another_area_and_a_file_without_areas(ballerup):
    found = preview(caseload([900] * 12, area="Brøndby"), ballerup)
    assert found.replacements == ()
    assert "Brøndby" in reasons(found)
    bare = imported(("Periode", "Antal fuldtidspersoner"), [(p, 900) for p in YEAR], "Y01A02.csv")
    assert preview(bare, ballerup).replacements == ()
    assert "Ballerup" in reasons(preview(bare, ballerup))
    assert by_id(preview(bare, ballerup, Choices(area_is_ours=True)))["stock.dagpenge"].after.value == 900


def test_a_file_that_names_no_group_asks_for_it(ballerup):
    file = caseload([210] * 12, "tal.csv")
    assert "Vælg målgruppen" in reasons(preview(file, ballerup))
    assert (
        by_id(preview(file, ballerup, Choices(group="revalidering")))["stock.revalidering"].after.value == 210
    )


def test_groups_by_benefit_and_category(ballerup):
    rows = [
        (y, "Ballerup", benefit, category, value)
        for y in ("2020",)
        for benefit, category, value in (
            ("Kontanthjælp", "Jobparat", 200),
            ("Kontanthjælp", "Aktivitetsparat", 450),
            ("Kontanthjælp", "Visitationskategori i alt", 650),
            ("Uddannelseshjælp", "Uddannelsesparat", 70),
            ("Uddannelseshjælp", "Åbenlyst uddannelsesparat", 25),
            ("Uddannelseshjælp", "Aktivitetsparat", 180),
            ("Ledighedsydelse", "Visitationskategori i alt", 130),
            ("Barselsdagpenge", "Visitationskategori i alt", 300),
        )
    ]
    found = preview(
        imported(
            ("Periode", "Område", "Ydelsesgrupper", "Visitationskategori", "Antal fuldtidspersoner"), rows
        ),
        ballerup,
    )
    assert {p: r.after.value for p, r in by_id(found).items()} == {
        "stock.kontanthjaelp_jobparat": 200,
        "stock.kontanthjaelp_aktivitetsparat": 450,
        "stock.uddannelseshjaelp_uddannelsesparat": 95,
        "stock.uddannelseshjaelp_aktivitetsparat": 180,
        "stock.ledighedsydelse": 130,
    }
    assert "»Barselsdagpenge« er ikke en af modellens målgrupper" in reasons(found)
    assert any("benchmarken har 1.230" in n.da for n in found.notes)


def test_kontanthjaelp_without_category_is_asked_for(ballerup):
    found = preview(caseload([600] * 12, "Y36A02.csv"), ballerup)
    assert found.replacements == ()


def test_the_split_by_origin(ballerup):
    found = by_id(preview(with_origins(), ballerup))
    assert {p: r.after.value for p, r in found.items()} == {
        "stock.sygedagpenge": 640,
        "stock.sygedagpenge.danish": 430,
        "stock.sygedagpenge.western": 50,
        "stock.sygedagpenge.non_western": 160,
    }


def test_a_suppressed_origin_keeps_the_total_and_the_assumed_split(ballerup):
    found = preview(with_origins(Efterkommere="*"), ballerup)
    assert {p: r.after.value for p, r in by_id(found).items()} == {"stock.sygedagpenge": 640}
    assert "Fordeling efter herkomst, Sygedagpenge" in reasons(found)


def test_persons_are_no_full_time_persons(ballerup):
    rows = [("2020", "Ballerup", 1000)]
    found = preview(imported(("Periode", "Område", "Antal personer"), rows, "Y07A02.csv"), ballerup)
    assert found.replacements == ()
    assert "fuldtidspersoner" in reasons(found)
    known = preview(imported(("Periode", "Område", "Antal personer"), rows, "Y01A02.csv"), ballerup)
    row = by_id(known)["stock.dagpenge"]
    assert (row.after.value, row.after.quality) == (840, "derived")


def test_unemployment_of_statbank(ballerup):
    rows = [
        (g, "Ballerup", "2020", v)
        for g, v in (("Nettoledige dagpengemodtagere", 700), ("Aktiverede dagpengemodtagere", 140),
                     ("Nettoledige kontanthjælpsmodtagere", 90))
    ]  # fmt: skip
    found = preview(imported(("YDELSESTYPE", "OMRÅDE", "TID", "INDHOLD"), rows, "AUF01.csv"), ballerup)
    assert by_id(found)["stock.dagpenge"].after.value == 840
    assert by_id(found)["activation_rate.dagpenge"].after.value == pytest.approx(140 / 840)
    assert by_id(found)["stock.dagpenge"].after.source.startswith("Danmarks Statistik AUF01")


def test_population_of_statbank(ballerup):
    people = {("Personer med dansk oprindelse", "16-17 år"): 900, ("Personer med dansk oprindelse", "18-29 år"): 5000,
              ("Personer med dansk oprindelse", "30-66 år"): 18_000, ("Vestlige lande", "16-66 år"): 2_000,
              ("Ikke-vestlige lande", "16-66 år"): 5_000, ("I alt", "16-17 år"): 1_200, ("I alt", "18-29 år"): 7_100,
              ("I alt", "30-66 år"): 22_600, ("I alt", "67-99 år"): 9_000}  # fmt: skip
    rows = [("Ballerup", o, a, "2020", v) for (o, a), v in people.items()]
    found = preview(imported(("OMRÅDE", "HERKOMST", "ALDER", "TID", "INDHOLD"), rows, "FOLK1C.csv"), ballerup)
    assert {p: r.after.value for p, r in by_id(found).items()} == pytest.approx(
        {
            "population.people_16_66": 30_900,
            "population.people_18_29": 7_100,
            "population_share.western": 2000 / 30_900,
            "population_share.non_western": 5000 / 30_900,
        }
    )
    gap = [r for r in rows if r[2] != "30-66 år"]
    found = preview(imported(("OMRÅDE", "HERKOMST", "ALDER", "TID", "INDHOLD"), gap, "FOLK1C.csv"), ballerup)
    assert "mangler 30 år" in reasons(found)


def test_the_benchmark_of_the_baseline_year_changes_nothing(ballerup):
    path = DATA / "jobindsats_v2_y30r21_sample.jsonl"
    sample = read_export(path.read_bytes(), path.name)
    for name in ("ballerup", "broendby", "samsoe"):
        found = preview(sample, load_municipality(name))
        assert len(found) == 4
        assert not any(r.changes for r in found)
    earlier = preview(sample, ballerup, Choices(until=parse_period("2020QMAT02")))
    with (MODEL_DATA / "benchmark_y30r21.csv").open(encoding="utf-8") as file:
        rows = {
            r["benefit_group"]: r
            for r in csv.DictReader(file)
            if (r["municipality"], r["period"]) == ("Ballerup", "2020QMAT02")
        }
    assert by_id(earlier)["benchmark.dagpenge"].after.value == float(rows["A-dagpenge mv."]["actual_fte"])
    assert by_id(earlier)["benchmark.dagpenge"].after.as_of == "2020QMAT02"
    assert float(benchmark_rows()["Ballerup"]["A-dagpenge mv."]["actual_fte"]) == 820
