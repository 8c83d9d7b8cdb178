"""Test vintages: made of the published figures, checked before they are written, and refreshed by a month."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.files.problems import FileProblem
from model.municipality.build_vintage import FIRST_UNTIL, SYSTEM, VintageRow, build_rows, latest_month
from model.municipality.figures import FIGURES_FOLDER, NATION, mean_of, monthly, months_of
from model.municipality.make_vintage import (
    TOLERANCE,
    check_at_rest,
    faults_of_rows,
    make_vintage,
    national_sums,
)
from model.municipality.municipality_list import municipalities
from model.municipality.vintage_changes import changes_from, rows_in
from model.municipality.vintages import FIRST, VINTAGES_FOLDER, as_written, read_head, vintage, write_rows
from tests.model.municipality.vintage_cases import Rows, add_month, copied, rewrite

NEW_MONTH = "2026M02"
UNEMPLOYMENT, SYSTEM_FILE, ACTIVATION = (
    "unemployment_y25i01",
    "kontanthjaelp_y60a02",
    "activation_kontanthjaelp_y60c07",
)


def by_key(rows) -> dict[tuple[str, str], VintageRow]:
    return {(row.municipality, row.parameter): row for row in rows}


@pytest.fixture(scope="module")
def shipped() -> dict[tuple[str, str], VintageRow]:
    return by_key(build_rows(latest_month()))


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A month more: 12 on dagpenge, 7 on kontanthjælp and half a point of activation above the last month."""
    folder = copied(tmp_path_factory.mktemp("figures") / "figures")
    for name, column, by in (
        (UNEMPLOYMENT, "dagpenge", 12.0),
        (SYSTEM_FILE, "fullTime", 7.0),
        (ACTIVATION, "degree", 0.5),
    ):
        add_month(folder, name, NEW_MONTH, column, by)
    return folder


def problem_of(name: str = "2026", until: str = "", **folders) -> str:
    with pytest.raises(FileProblem) as caught:
        make_vintage(name, until, **folders)
    return caught.value.text("en")


# --- what ships -----------------------------------------------------------------------------------


def test_shipped_file_is_what_the_figures_make(shipped):
    written = {key: dict(row) for key, row in rows_in(VINTAGES_FOLDER / "2026.csv").items()}
    assert written == {key: as_written(row) for key, row in shipped.items()}


def test_national_sums_are_within_one_per_cent(shipped):
    sums = national_sums(shipped.values(), latest_month())
    assert [one.what for one in sums] == ["dagpenge", "kontanthjaelp"]
    assert all(0 < abs(one.difference) < TOLERANCE for one in sums)
    assert sums[0].total == pytest.approx(
        sum(row.value for (_, p), row in shipped.items() if p == "benchmark.dagpenge")
    )


def test_every_head_is_read_and_its_totals_are_of_rows_that_are_there():
    for total in vintage("2026").totals:
        assert all(total.of in rows for rows in vintage("2026").rows.values())
        assert total.source in vintage("2026").texts


# --- a refresh ------------------------------------------------------------------------------------


def test_added_month_moves_means_as_the_closed_form_says(shipped, refreshed):
    made = make_vintage("2026", figures=refreshed)
    assert made.until == NEW_MONTH
    after = by_key(made.rows)
    for info in municipalities():
        # Twelve months move on by one: the newest comes, the oldest goes.
        series = monthly(UNEMPLOYMENT, "dagpenge")[info.id]
        newest, oldest = series["2026M01"] + 12.0, series["2025M02"]
        key = (info.id, "benchmark.dagpenge")
        assert after[key].value == pytest.approx(shipped[key].value + (newest - oldest) / 12)
        assert after[key].as_of == "2025M03-2026M02"
        # Since the reform there are seven months, and now eight.
        before = sum(shipped[info.id, f"split.{group}"].value for group in SYSTEM)
        newest = monthly(SYSTEM_FILE, "fullTime")[info.id]["2026M01"] + 7.0
        total = sum(after[info.id, f"split.{group}"].value for group in SYSTEM)
        assert total == pytest.approx((7 * before + newest) / 8)
        # Rates are split in fixed proportions: each moves as the published rate does.
        series = monthly(ACTIVATION, "degree")[info.id]
        rate = mean_of(series, months_of(series, "2026M01", 12, "2025M07"))
        key = (info.id, "activation_rate.sho")
        moved = (7 * rate + series["2026M01"] + 0.5) / 8
        assert after[key].value == pytest.approx(shipped[key].value * moved / rate)


def test_added_month_leaves_what_is_of_2022_alone(shipped, refreshed):
    after = by_key(make_vintage("2026", figures=refreshed).rows)
    for info in municipalities():
        for parameter in ("benchmark.sygedagpenge", "split.ressourceforloeb", "split.revalidering"):
            assert after[info.id, parameter].value == shipped[info.id, parameter].value


def test_head_that_is_of_another_month_is_told(refreshed):
    (note,) = make_vintage("2026", figures=refreshed).notes
    assert "2026M02" in note.en
    assert "5 January 2026" in note.en
    assert make_vintage("2026").notes == ()


def test_figures_to_an_earlier_month_are_those_of_the_files_without_the_last(shipped, refreshed):
    assert by_key(make_vintage("2026", "2026M01", figures=refreshed).rows) == shipped


def test_changes_are_counted_and_ordered(shipped, refreshed, tmp_path):
    path = tmp_path / "2026.csv"
    write_rows(shipped.values(), path)
    assert changes_from(rows_in(path), shipped.values()).is_same
    changes = changes_from(rows_in(path), make_vintage("2026", figures=refreshed).rows)
    assert (changes.numbers, changes.new, changes.gone) == (len(shipped), (), ())
    sizes = [abs(one.relative) for one in changes.moved]
    assert sizes == sorted(sizes, reverse=True)
    assert {one.parameter for one in changes.moved} >= {
        "benchmark.dagpenge",
        "split.sho",
        "activation_rate.sho",
    }
    assert {one.parameter for one in changes.moved}.isdisjoint(
        {"benchmark.sygedagpenge", "split.revalidering"}
    )
    assert not any(one.suppressed for one in changes.largest_shown)
    laesoe = [one for one in changes.moved if one.municipality == "laesoe" and one.parameter == "split.sho"]
    assert [one.suppressed for one in laesoe] == [True]


# --- what is wrong is told ------------------------------------------------------------------------


def without(column: str):
    return lambda rows: [{key: cell for key, cell in row.items() if key != column} for row in rows]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (SYSTEM_FILE, without("fullTime"), "kontanthjaelp_y60a02.csv lacks fullTime among its columns."),
        (
            UNEMPLOYMENT,
            lambda rows: [row for row in rows if row["municipality"] != "ballerup"],
            "unemployment_y25i01.csv lacks 1 areas: Ballerup.",
        ),
        (
            "kontanthjaelp_visitation_y60a02",
            lambda rows: [r for r in rows if (r["municipality"], r["label"]) != ("vejle", "Jobparat")],
            "lacks “Jobparat” for 1 areas: Vejle.",
        ),
        (
            ACTIVATION,
            lambda rows: [r for r in rows if r["municipality"] != "odense" or r["month"] < "2025M07"],
            "has no month with figures from 2025M07 to 2026M01 for 1 areas: Odense.",
        ),
        (ACTIVATION, lambda rows: [*rows[:-1], rows[-1] | {"degree": "x"}], "“x” in the column degree is not a number"),
        (ACTIVATION, lambda rows: [*rows, rows[-1]], "the same already stands in line 5347"),
        (ACTIVATION, lambda rows: [*rows[:-1], rows[-1] | {"month": "jan"}], "“jan” is not a month"),
        (
            "benchmark_y30r21_2022",
            lambda rows: [r for r in rows if r["municipality"] != "Aalborg"],
            "benchmark_y30r21_2022.csv lacks 1 areas: Aalborg.",
        ),
    ],
)  # fmt: skip
def test_wrong_file_is_told_in_words(tmp_path, name, change, said):
    folder = copied(tmp_path / "figures")
    rewrite(folder, name, change)
    assert said in problem_of(figures=folder)


def test_missing_file_and_missing_inhabitants_are_told_together(tmp_path):
    folder = copied(tmp_path / "figures")
    (folder / "offers_kontanthjaelp_y60c02.csv").unlink()

    def without_copenhagen(rows):
        return [row for row in rows if row["OMRÅDE"] != "Copenhagen"]

    rewrite(folder, "population_folk1am", without_copenhagen, delimiter=";")
    said = problem_of(figures=folder)
    assert "The file offers_kontanthjaelp_y60c02.csv is missing." in said
    assert "population_folk1am.csv lacks 1 areas: København." in said


def test_month_without_figures_is_told():
    said = problem_of(until="2026M02")
    assert (
        "unemployment_y25i01.csv has no figures for the whole country in 2026M02. The newest month is 2026M01."
        in said
    )


def test_hidden_last_month_of_one_municipality_is_told_and_used(tmp_path):
    folder = copied(tmp_path / "figures")

    def hide(rows: Rows) -> Rows:
        return [
            r | {"degree": ""} if (r["municipality"], r["month"]) == ("fanoe", "2026M01") else r for r in rows
        ]

    rewrite(folder, ACTIVATION, hide)
    made = make_vintage("2026", figures=folder)
    assert "for 1 areas: Fanø" in made.notes[0].en
    assert by_key(made.rows)["fanoe", "activation_rate.sho"].as_of == "2025M07-2025M12"


def test_sum_away_from_the_nation_is_told(tmp_path):
    folder = copied(tmp_path / "figures")

    def lower(rows: Rows) -> Rows:
        return [
            r | {"dagpenge": str(float(r["dagpenge"]) * 0.98)} if r["municipality"] == NATION else r
            for r in rows
        ]

    rewrite(folder, UNEMPLOYMENT, lower)
    assert "too far from the whole country for dagpenge" in problem_of(figures=folder)
    assert "kontanthjælp" not in problem_of(figures=folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "nobody"}, "source nobody is not among"),
        ({"note": "nobody"}, "note nobody is not among"),
        ({"quality": "assumption"}, "an assumption needs low and high"),
        ({"low": 1.0, "high": 2.0}, "outside its range"),
        ({"parameter": "benchmark.nothing"}, "no number of that name"),
        ({"value": float("nan")}, "benchmark.dagpenge"),
        ({"unit": "persons, full-time"}, "comma"),
    ],
)
def test_wrong_row_is_told(shipped, change, said):
    rows = [
        replace(r, **change) if key == ("ballerup", "benchmark.dagpenge") else r for key, r in shipped.items()
    ]
    faults = faults_of_rows(rows, read_head("2026"))
    assert said in faults[0].en
    assert faults_of_rows(list(shipped.values()), read_head("2026")) == ()


def test_municipality_with_other_rows_is_told(shipped):
    rows = [row for key, row in shipped.items() if key != ("ballerup", "benchmark.dagpenge")]
    (fault,) = faults_of_rows(rows, read_head("2026"))
    assert fault.en.startswith("ballerup")


def test_municipality_that_cannot_be_at_rest_is_told(tmp_path):
    folder = copied(tmp_path / "figures")

    def nobody(rows: Rows) -> Rows:
        change = {"actual_fte": "0"}
        return [
            r | change if (r["municipality"], r["benefit_group"]) == ("Ballerup", "Sygedagpenge mv.") else r
            for r in rows
        ]

    rewrite(folder, "benchmark_y30r21_2022", nobody)
    made = make_vintage("2026", figures=folder)
    some = [info for info in municipalities() if info.id in ("ballerup", "randers")]
    told: list[tuple[int, int]] = []
    with pytest.raises(FileProblem) as caught:
        check_at_rest(made.vintage, some, lambda *at: told.append(at))
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].en.startswith("Ballerup cannot be at rest")
    assert told == [(0, 2), (1, 2)]


# --- the first vintage ----------------------------------------------------------------------------


def test_first_vintage_has_activation_rates_of_the_first_year():
    made = make_vintage(FIRST)
    assert made.until == FIRST_UNTIL
    assert {row.parameter for row in made.rows} == {f"activation_rate.{group}" for group in SYSTEM}
    assert len(made.rows) == len(municipalities()) * len(SYSTEM)
    assert {row.as_of for row in made.rows} == {"2021M08-2022M07"}
    check_at_rest(made.vintage, [info for info in municipalities() if info.id == "ballerup"])


def test_first_vintage_needs_one_file_alone(tmp_path):
    folder = tmp_path / "figures"
    folder.mkdir()
    assert f"{ACTIVATION}.csv is missing" in problem_of(FIRST, figures=folder)
    (folder / f"{ACTIVATION}.csv").write_bytes((FIGURES_FOLDER / f"{ACTIVATION}.csv").read_bytes())
    assert make_vintage(FIRST, figures=folder).rows == make_vintage(FIRST).rows
