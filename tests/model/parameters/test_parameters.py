"""Test parameter files: what they may hold, their errors, and how values become the engine's arrays."""

from __future__ import annotations

import numpy as np
import pytest

from model.domain import EXITS, GROUP_INDEX, GROUPS, KIND_INDEX, KINDS, OFFER_GROUPS, ORIGINS
from model.files.problems import FileProblem
from model.files.strict_yaml import load
from model.municipality.municipality import load_municipality
from model.parameters.assumption_sets import assumption_sets
from model.parameters.files import PARAMETER_FILES, national_parameters, read_parameters
from model.parameters.ids import (
    CLASS_NAMES,
    TABLES,
    BadParameter,
    UnknownParameter,
    check_bounds,
    is_parameter,
)

HEAD = 'defaults: {as_of: "2020", quality: assumption, source: a test}\ntables:\n'


def read(body: str, name: str = "prøve.yaml"):
    return read_parameters(load(HEAD + body, name))


def problem(body: str) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read(body)
    return caught.value


def test_class_names():
    assert CLASS_NAMES == ("w0_4", "w5_13", "w14_26", "w27_39", "w40_52", "w53_103", "w104")


def test_row_forms():
    values = read(
        "  - table: activation_rate\n"
        "    unit: share\n"
        "    rows:\n"
        "      dagpenge: [0.2, 0.1, 0.3]\n"
        "      sho: {value: 0.4, quality: document, source: another document}\n"
        "  - table: exit\n"
        "    unit: a week\n"
        "    rows:\n"
        "      sho.job: {values: [0.07, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01], spread: [0.5, 2.0]}\n"
    ).values
    assert values["activation_rate.dagpenge"].low == 0.1
    assert values["activation_rate.sho"].source == "another document"
    late = values["exit.sho.job.w104"]
    assert (late.value, late.low, late.high) == (0.01, 0.005, 0.02)


@pytest.mark.parametrize(
    ("row", "line", "part"),
    [
        ("      dagpengee: [0.2, 0.1, 0.3]\n", 6, "Mente du »dagpenge«?"),
        ("      dagpenge: 0.2\n", 6, "assumption"),
        ("      dagpenge: [0.2, 0.3, 0.4]\n", 6, "outside its range"),
        ("      dagpenge: [1.2, 0.3, 1.4]\n", 6, "mellem"),
        ("      dagpenge: [0.2, 0.1, 0.3]\n      sho: {value: 0.2, sprad: 1}\n", 7, "sprad"),
    ],
)
def test_broken_rows_name_file_and_line(row, line, part):
    error = problem("  - table: activation_rate\n    unit: share\n    rows:\n" + row)
    assert error.problems[0].line == line
    assert error.text("da").startswith("prøve.yaml, linje")
    assert part in error.text("da")


def test_unknown_table_names_the_nearest():
    error = problem(
        "  - table: activation_rates\n    unit: share\n    rows:\n      dagpenge: [0.2, 0.1, 0.3]\n"
    )
    assert error.problems[0].line == 3
    assert "activation_rate" in error.text("en")


def test_all_faults_are_reported_at_once():
    error = problem(
        "  - table: activation_rate\n    unit: share\n    rows:\n"
        "      dagpeng: [0.2, 0.1, 0.3]\n      shoo: [0.2, 0.1, 0.3]\n"
    )
    assert [p.line for p in error.problems] == [6, 7]


def test_unknown_note_and_source_are_refused():
    row = "      dagpenge: {value: 0.2, low: 0.1, high: 0.3, note: nosuch, source: nokey}\n"
    error = problem("  - table: activation_rate\n    unit: share\n    rows:\n" + row)
    assert [p.line for p in error.problems] == [6, 6]
    assert "nosuch" in error.text("da")
    assert "nokey" in error.text("en")


def test_a_circle_of_lenders_is_refused():
    body = HEAD.replace("tables:", "nearest: {sho: dagpenge, dagpenge: sho}\ntables:") + "  []\n"
    with pytest.raises(FileProblem) as caught:
        read_parameters(load(body, "x.yaml"))
    assert "sho" in caught.value.text("da")


def test_duplicate_id_is_refused():
    error = problem(
        "  - table: activation_rate\n    unit: share\n    rows:\n      dagpenge: [0.2, 0.1, 0.3]\n"
        "  - table: activation_rate\n    unit: share\n    rows:\n      dagpenge: [0.3, 0.1, 0.4]\n"
    )
    assert error.problems[0].line == 10


def test_shipped_files_have_source_and_quality_and_ranges():
    values = national_parameters().values
    assert len(values) > 500
    for parameter, sourced in values.items():
        assert len(sourced.source) >= 3, parameter
        assert len(sourced.as_of) >= 4, parameter
        if sourced.quality == "assumption":
            assert sourced.low is not None, parameter
            assert sourced.low <= sourced.value <= sourced.high, parameter
        assert is_parameter(parameter)
    assert len(PARAMETER_FILES) == len(set(PARAMETER_FILES))


def test_every_effect_stays_plausible():
    for parameter, sourced in national_parameters().values.items():
        if parameter.startswith("hr_"):
            assert 0.1 <= sourced.low <= sourced.value <= sourced.high <= 2.5, parameter


def test_priors_match_the_dossier():
    engine = load_municipality("ballerup").engine

    def cell(table, group, kind):
        return getattr(engine, table)[GROUP_INDEX[group], KIND_INDEX[kind]]

    assert cell("hr_job_during", "dagpenge", "private_placement") == 0.9
    assert cell("hr_job_after", "dagpenge", "private_wage_subsidy") == 1.25
    assert cell("hr_job_during", "dagpenge", "education") == 0.35
    assert cell("hr_job_after", "kontanthjaelp_aktivitetsparat", "paid_hours") == 1.3
    # Nearest group's prior: the activity-ready lend theirs to resource courses, the job-ready to SHO.
    assert cell("hr_job_during", "ressourceforloeb", "paid_hours") == 1.3
    assert cell("hr_job_after", "sho", "private_wage_subsidy") == 1.3
    assert engine.hr_meeting[GROUP_INDEX["dagpenge"]] == 1.034
    assert engine.hr_meeting[GROUP_INDEX["kontanthjaelp_jobparat"]] == pytest.approx(
        1.12 ** (1 / 5.5), abs=1e-4
    )
    assert engine.hr_meeting[GROUP_INDEX["sygedagpenge"]] == 1.0
    # Levers that act on one group only.
    for name, group in (
        ("hr_motivation", "dagpenge"),
        ("hr_early", "dagpenge"),
        ("hr_partial_return", "sygedagpenge"),
    ):
        others = np.delete(getattr(engine, name), GROUP_INDEX[group])
        assert (others == 1).all()
    assert engine.displaced[GROUP_INDEX["sygedagpenge"]] == 0


def test_mixes_and_profiles_sum_to_one():
    engine = load_municipality("ballerup").engine
    for name in ("firm_mix", "other_mix", "inflow_profile"):
        np.testing.assert_allclose(getattr(engine, name).sum(axis=1), 1.0, atol=1e-12)
    assert engine.additional_firm_mix.sum() == pytest.approx(1.0)
    for name in ("season_inflow", "season_job", "season_education"):
        np.testing.assert_allclose(getattr(engine, name)[:, :52].mean(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(engine.education_share, engine.other_mix[:, 2:].sum(axis=1))


def test_arrays_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        load_municipality("ballerup").engine.job[0, 0] = 1.0


def test_exit_classes_are_spread_over_weeks():
    municipality = load_municipality("ballerup")
    job = municipality.engine.job[GROUP_INDEX["dagpenge"]]
    for name, weeks in (("w0_4", slice(0, 5)), ("w14_26", slice(14, 27)), ("w104", slice(104, 105))):
        assert (job[weeks] == municipality.values[f"exit.dagpenge.job.{name}"]).all()


def test_reassessment_moves_its_share():
    """Of those who reach week 22 on sygedagpenge 30 per cent go to jobafklaring within four weeks."""
    engine = load_municipality("ballerup").engine
    g, to = GROUP_INDEX["sygedagpenge"], GROUP_INDEX["jobafklaring"]
    stay, moved = 1.0, 0.0
    for d in range(22, 26):
        leave = (
            engine.job[g, d] + engine.education[g, d] + engine.other[g, d] + engine.transfer[g, :, d].sum()
        )
        moved += stay * engine.transfer[g, to, d]
        stay *= 1 - leave
    assert moved == pytest.approx(0.30, abs=1e-6)
    assert engine.transfer[g, to, 21] < 0.001
    assert 0 < engine.transfer[g, to, 40] < 0.02


def test_dagpenge_runs_out_in_the_open_class_only():
    municipality = load_municipality("ballerup")
    transfer = municipality.engine.transfer[GROUP_INDEX["dagpenge"], GROUP_INDEX["kontanthjaelp_jobparat"]]
    assert transfer[104] > 5 * transfer[103]


def test_uddannelseshjaelp_ends_at_thirty():
    engine = load_municipality("ballerup").engine
    for kind, there in (("uddannelsesparat", "jobparat"), ("aktivitetsparat", "aktivitetsparat")):
        rate = engine.transfer[
            GROUP_INDEX[f"uddannelseshjaelp_{kind}"], GROUP_INDEX[f"kontanthjaelp_{there}"]
        ]
        assert (rate > 0).all()


def test_an_override_changes_array_and_register():
    plain = load_municipality("ballerup")
    moved = load_municipality("ballerup", overrides={"exit.dagpenge.job.w5_13": 0.05})
    dagpenge = GROUP_INDEX["dagpenge"]
    assert (moved.engine.job[dagpenge, 5:14] == 0.05).all()
    assert (moved.engine.job[dagpenge, :5] == plain.engine.job[dagpenge, :5]).all()
    entry = moved.parameter("exit.dagpenge.job.w5_13")
    assert entry.value.value == 0.05
    assert entry.value.quality == "assumption"
    assert moved.key != plain.key
    assert plain.parameter("exit.dagpenge.job.w5_13").value.value != 0.05


def test_an_override_reaches_groups_that_fall_back_on_it():
    lender = "hr_job_after.dagpenge.guidance"
    borrower = ("hr_job_after", "sho", "guidance")
    moved = load_municipality("ballerup", overrides={lender: 1.09}).engine
    assert moved.hr_job_after[GROUP_INDEX["sho"], KIND_INDEX["guidance"]] == 1.09
    own = load_municipality("ballerup", overrides={".".join(borrower): 1.07})
    assert own.engine.hr_job_after[GROUP_INDEX["sho"], KIND_INDEX["guidance"]] == 1.07
    assert own.engine.hr_job_after[GROUP_INDEX["dagpenge"], KIND_INDEX["guidance"]] == 1.02
    assert own.parameter(".".join(borrower)).follows == ""


def test_unknown_override_names_the_nearest():
    with pytest.raises(UnknownParameter) as caught:
        load_municipality("ballerup", overrides={"displacment": 0.4})
    assert "displacement" in caught.value.text("da")
    with pytest.raises(UnknownParameter):
        load_municipality("ballerup").engine_with({"displacment": 0.4})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, 1.5])
def test_values_out_of_bounds_are_refused(value):
    with pytest.raises(BadParameter) as caught:
        load_municipality("ballerup", overrides={"activation_rate.dagpenge": value})
    assert "activation_rate.dagpenge" in caught.value.text("da")


def test_exits_must_leave_room_for_the_largest_effect():
    with pytest.raises(BadParameter) as caught:
        load_municipality("ballerup", overrides={"exit.sygedagpenge.job.w0_4": 0.45})
    assert "sygedagpenge" in caught.value.text("en")


def test_shipped_exits_leave_room():
    engine = load_municipality("ballerup").engine
    rest = engine.education + engine.other + engine.transfer.sum(axis=1)
    worst = engine.job[:, None] * engine.origin_factor[:, :, None] * 2.5 + rest[:, None]
    assert worst.max() < 1


def test_no_transfer_to_oneself():
    engine = load_municipality("ballerup").engine
    assert (np.diagonal(engine.transfer, axis1=0, axis2=1) == 0).all()
    assert not is_parameter("exit.dagpenge.dagpenge")


def test_engine_with_equals_loading_with_overrides():
    changes = {
        "displacement": 0.5,
        "hr_job_after.dagpenge.private_placement": 1.2,
        "split.jobafklaring": 220.0,
    }
    municipality = load_municipality("ballerup")
    fast = municipality.engine_with(changes)
    slow = load_municipality("ballerup", overrides=changes).engine
    assert fast.key == slow.key
    assert fast.key != municipality.engine.key


def test_assumption_sets():
    assert tuple(assumption_sets()) == ("evidence", "cautious", "strategy")
    evidence = load_municipality("ballerup")
    cautious = load_municipality("ballerup", "cautious")
    strategy = load_municipality("ballerup", "strategy")
    engines = [municipality.engine for municipality in (evidence, cautious, strategy)]
    assert [engine.displacement for engine in engines] == [0.3, 0.5, 0.0]
    assert [engine.displacement_contact for engine in engines] == [0.5, 0.7, 0.0]
    firm = [KIND_INDEX[k] for k in KINDS[:5]]
    offer = [GROUP_INDEX[g] for g in OFFER_GROUPS]
    after = np.ix_(offer, firm)
    assert (strategy.engine.hr_job_after[after] >= evidence.engine.hr_job_after[after]).all()
    assert (strategy.engine.hr_job_after[after] > evidence.engine.hr_job_after[after]).any()
    assert (strategy.engine.hr_job_after[:, 5:] == evidence.engine.hr_job_after[:, 5:]).all()
    assert (cautious.engine.hr_job_after <= evidence.engine.hr_job_after).all()
    assert cautious.engine.hr_caseworker[GROUP_INDEX["kontanthjaelp_aktivitetsparat"]] == 1.0
    assert len({evidence.key, cautious.key, strategy.key}) == 3


def test_an_override_wins_over_a_set():
    municipality = load_municipality("ballerup", "cautious", {"displacement": 0.1})
    assert municipality.engine.displacement == 0.1


def test_bounds_and_ids():
    check_bounds("displacement", 0.7)
    with pytest.raises(BadParameter):
        check_bounds("displacement", 1.0)
    assert is_parameter("stock.sho.western")
    assert not is_parameter("stock.sho.western.extra")
    assert not is_parameter("hr_job_after.foertidspension.guidance")
    assert set(TABLES["exit"].axes[0]) == set(GROUPS)
    assert set(TABLES["exit"].axes[1]) == set(EXITS)
    assert set(TABLES["origin_factor"].axes[1]) == set(ORIGINS)
