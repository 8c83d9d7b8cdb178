"""Test the exports that were once read wrongly without a word: the right value, or a refusal with the true reason.

The inputs (``tests/data/exports``) have the columns, labels and layouts of real tables.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.files.problems import FileProblem
from model.imports.areas import area_of
from model.imports.periods import parse_period
from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.replacements import Choices, Preview
from model.monthly.series import read_csv_bytes
from model.municipality.municipality import load_municipality
from tests.folders import ROOT

EXPORTS = ROOT / "tests" / "data" / "exports"


def looked_at(name: str, municipality: str = "ballerup", **choices: Any) -> Preview:
    """Return what a file would replace."""
    imported = read_export((EXPORTS / name).read_bytes(), name)
    return preview(imported, load_municipality(municipality), Choices(**choices))


def values(result: Preview) -> dict[str, float]:
    """Return the new values by parameter."""
    return {r.parameter: r.after.value for r in result}


@pytest.mark.parametrize(
    ("name", "choices", "expected"),
    [
        ("y01c01_offers.csv", {"group": "dagpenge"}, {"activation_rate.dagpenge": 200 / 820, "firm_use.dagpenge": 70}),
        ("otij01_hours.csv", {}, {"stock.dagpenge": 980 * 0.84}),
        ("y01a02_change.csv", {}, {"stock.dagpenge": 820}),
        ("y01a02_year_and_month.csv", {}, {"stock.dagpenge": 820}),
        (
            "y01a02_percent_format.xlsx",
            {},
            {"stock.dagpenge": 820, "population.people_16_66": pytest.approx(30_712, abs=1)},
        ),
        ("y01a02_hidden_sheet_first.xlsx", {}, {"stock.dagpenge": 820}),
        ("y01a02_month_as_date.xlsx", {}, {"stock.dagpenge": 855}),
        ("y07a02_randers_timestamp.csv", {}, {"stock.sygedagpenge": 755}),
        ("AUF01_real_labels.csv", {}, {"stock.dagpenge": 800, "activation_rate.dagpenge": 0.1875}),
        (
            "AUK01_real_labels.csv",
            {},
            {
                "stock.sygedagpenge": 705,
                "stock.ledighedsydelse": 120,
                "stock.ressourceforloeb": 130,
                "stock.jobafklaring": 165,
            },
        ),
        ("y01a02_region_and_kommune.csv", {}, {"stock.dagpenge": 820}),
        (
            "y01a02_sex_origin.csv",
            {},
            {
                "stock.dagpenge": 813,
                "stock.dagpenge.danish": 520,
                "stock.dagpenge.western": 70,
                "stock.dagpenge.non_western": 223,
            },
        ),
        ("y01a02_pandas_index.csv", {}, {"stock.dagpenge": 820}),
        ("y01a02_latin1_sep.csv", {}, {"stock.dagpenge": 820}),
        ("y01a02_measure_above_years.xlsx", {}, {"stock.dagpenge": 820}),
        ("y01a02_filtered.xlsx", {}, {"stock.dagpenge": 820}),
    ],
)  # fmt: skip
def test_the_right_value(name: str, choices: dict[str, Any], expected: dict[str, Any]) -> None:
    found = values(looked_at(name, **choices))
    stocks = {key for key in found if key.startswith("stock.")}
    assert {key: found.get(key) for key in expected} == {
        key: value if not isinstance(value, float) else pytest.approx(value, rel=1e-9)
        for key, value in expected.items()
    }
    assert stocks == {key for key in expected if key.startswith("stock.")}, "and no other caseload"


def test_totals_only_leave_the_mix_as_it_is() -> None:
    assert values(looked_at("y01c01_total_only.csv", group="dagpenge")) == {
        "activation_rate.dagpenge": pytest.approx(200 / 820)
    }


def test_an_offer_that_is_not_known_leaves_the_mixes() -> None:
    text = (EXPORTS / "y01c01_offers.csv").read_text(encoding="utf-8")
    other = text.replace("Nytteindsats i alt", "Noget helt nyt i alt").encode()
    result = preview(
        read_export(other, "y01c01_offers.csv"), load_municipality("ballerup"), Choices("dagpenge")
    )
    assert set(values(result)) == {"activation_rate.dagpenge"}
    assert any("Noget helt nyt i alt" in entry.why.da for entry in result.not_used)


def test_people_by_age_and_ancestry() -> None:
    found = values(looked_at("FOLK1E_labels.csv"))
    assert found["population.people_16_66"] == 19_226


def test_hoeje_taastrup_with_a_hard_blank() -> None:
    assert values(looked_at("y01a02_nbsp.csv", "hoeje-taastrup")) == {"stock.dagpenge": 1_020}


def test_a_december_is_not_its_year() -> None:
    (december,) = looked_at("y01a02_year_and_month_one.csv")
    assert (december.after.value, december.after.as_of) == (910, "2020M12")


def test_classes_side_by_side_are_fitted() -> None:
    result = looked_at("y01a27_wide_classes.json")
    rates = values(result)
    assert {f"exit.dagpenge.job.{name}" for name in ("w0_4", "w5_13", "w14_26", "w27_39", "w40_52")} <= set(
        rates
    )
    assert "varighed" in result.replacements[0].how.da


def test_destinations_by_status() -> None:
    rates = values(looked_at("y01b15_status_only.csv"))
    assert any(key.startswith("exit.dagpenge.education") for key in rates)


@pytest.mark.parametrize(
    ("name", "choices", "reason"),
    [
        ("y25i09_longterm.csv", {}, "Langtidsledige"),
        ("y01c06_offer_duration.csv", {}, "handler om noget andet"),
        ("y07a02_stacked_tables.csv", {"until": parse_period("2021")}, "en tabel mere længere nede"),
        ("key_refused.json", {}, "Forkert nøgle eller nøglen er udløbet"),
    ],
)
def test_refused_with_the_true_reason(name: str, choices: dict[str, Any], reason: str) -> None:
    with pytest.raises(FileProblem) as caught:
        looked_at(name, **choices)
    assert reason in caught.value.text("da")


def test_a_lone_member_of_a_breakdown_is_not_the_whole() -> None:
    result = looked_at("y07a02_status_before.csv")
    assert not result.replacements
    assert any("Beskæftigede" in entry.why.da for entry in result.not_used)


def test_the_new_kontanthjaelp_counts_nobody_twice() -> None:
    """Since July 2025 those who had uddannelseshjælp and SHO are among its jobparate and aktivitetsparate."""
    text = "Periode;Område;Visitationskategori;Antal fuldtidspersoner\n" + "".join(
        f"2026M{m:02d};Ballerup;{name};{people}\n"
        for m in range(1, 13)
        for name, people in (("Jobparat", 320), ("Aktivitetsparat", 690), ("Visitationskategori i alt", 1010))
    )
    result = preview(read_export(text.encode(), "y60a02.csv"), load_municipality("ballerup"))
    assert not result.replacements
    told = [entry.why.da for entry in result.not_used]
    assert any("Uddannelseshjælp" in line and "to gange" in line for line in told), told
    # The former table has each by itself.
    former = preview(
        read_export(text.replace("2026", "2020").encode(), "y36a02.csv"), load_municipality("ballerup")
    )
    assert {"stock.kontanthjaelp_jobparat", "stock.kontanthjaelp_aktivitetsparat"} <= set(values(former))


@pytest.mark.parametrize("also", [(("Uddannelsesparat", 84), ("Åbenlys uddannelsesparat", 6)), ()])
def test_the_new_kontanthjaelp_is_divided_on_figures_since_the_reform(
    also: tuple[tuple[str, int], ...],
) -> None:
    """All persons of the table, each once; without those who are ready for education it stays refused."""
    kinds = (("Jobparat", 140), ("Aktivitetsparat", 470), *also)
    text = "Periode;Område;Visitationskategori;Antal fuldtidspersoner\n" + "".join(
        f"2025M{m:02d};Ballerup;{name};{people}\n" for m in range(7, 13) for name, people in kinds
    )
    ballerup = load_municipality("ballerup", figures="2026", rules="dated")
    result = preview(read_export(text.encode(), "y60a02.csv"), ballerup)
    found = {r.parameter: r.after for r in result.replacements}
    if not also:
        assert not found
        return
    system = {f"stock.{group}" for group in (
        "kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_uddannelsesparat",
        "uddannelseshjaelp_aktivitetsparat", "sho",
    )}  # fmt: skip
    assert set(found) == system
    assert sum(value.value for value in found.values()) == pytest.approx(140 + 470 + 84 + 6)
    assert found["stock.uddannelseshjaelp_uddannelsesparat"].value == pytest.approx(90)
    assert found["stock.uddannelseshjaelp_uddannelsesparat"].quality == "statistic"
    before = {key: ballerup.parameter(key).value.value for key in system}
    for one, other in (("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat"),):
        ratio = found[f"stock.{one}"].value / found[f"stock.{other}"].value
        assert ratio == pytest.approx(before[f"stock.{one}"] / before[f"stock.{other}"])
    assert found["stock.sho"].quality == "assumption"
    assert result.problem is None


def test_a_town_is_not_sixteen_times_its_inhabitants() -> None:
    result = looked_at("y01a02_three_decimals.csv")
    assert not result.replacements
    (doubt,) = result.doubtful
    assert "823.417" in doubt.why.da
    assert "30.576" in doubt.why.da
    assert values(looked_at("y01a02_three_decimals.csv", unlikely_is_right=True)) == {
        "stock.dagpenge": 823_417
    }


def test_a_monthly_series_as_it_is_exported() -> None:
    series = read_csv_bytes((EXPORTS / "calibrate_maaned.csv").read_bytes(), "egen")
    assert str(series.months[0]) == "2017-01"
    assert len(series.months) == len(series.stock) == 48
    assert series.stock[:5].tolist() == [840, 835, 820, 800, 780]


@pytest.mark.parametrize(
    ("label", "area"),
    [
        ("Bornholms Regionskommune", "Bornholm"),
        ("Høje Taastrup", "Høje-Taastrup"),
        ("Høje Taastrup Kommune", "Høje-Taastrup"),
        ("Lyngby Taarbæk", "Lyngby-Taarbæk"),
        ("Jobcenter Ballerup", "Ballerup"),
        ("Ballerup*", "Ballerup"),
        ("Ballerup 1)", "Ballerup"),
        ("Ballerup\N{SUPERSCRIPT TWO}", "Ballerup"),
        ("Vesthimmerland Kommune", "Vesthimmerlands"),
        ("Nordfyn", "Nordfyns"),
        # Two municipalities with one job centre are none of them.
        ("Jobcenter Ishøj-Vallensbæk", "Jobcenter Ishøj-Vallensbæk"),
    ],
)
def test_names_that_exports_write(label: str, area: str) -> None:
    assert area_of(label) == area
