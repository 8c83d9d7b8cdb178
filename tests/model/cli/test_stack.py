"""``stack``: what it tells of files that are laid on top of each other, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.scenario.files import load_scenario
from tests.command_line import called
from tests.folders import ROOT
from tests.model.cli.cases import DOUBLE

MEASURES = ROOT / "measures"
MORE, FOUR_HUNDRED, CLOSED = (
    str(MEASURES / f"{name}.yaml")
    for name in ("flere-virksomhedspladser", "virksomhedspladser-400", "luk-erstattet-vejledning")
)
QUICK = ("--draws", "0")


def test_one_scenario_stacked_gives_what_running_it_gives(tmp_path: Path) -> None:
    out = tmp_path / "ny.yaml"
    status, answer, err = called("stack", DOUBLE, *QUICK, "--json", "--out", str(out))
    assert (status, err) == (0, "")
    stacked = json.loads(answer)
    ran = json.loads(called("run", DOUBLE, *QUICK, "--json")[1])
    total = sum(ran["budget"]["net_municipal_dkk"]["difference"])
    assert stacked["net_municipal_dkk"]["together"] == pytest.approx(total, rel=1e-6)
    assert stacked["net_municipal_dkk"]["interaction"] == 0
    assert load_scenario(out).key == load_scenario(DOUBLE).key


def test_the_written_scenario_runs_to_the_stacked_total(tmp_path: Path) -> None:
    out = tmp_path / "ny.yaml"
    status, answer, _ = called("stack", DOUBLE, MORE, CLOSED, *QUICK, "--json", "--out", str(out))
    assert status == 0
    stacked = json.loads(answer)
    ran = json.loads(called("run", str(out), *QUICK, "--json")[1])
    money = stacked["net_municipal_dkk"]
    assert sum(ran["budget"]["net_municipal_dkk"]["difference"]) == pytest.approx(money["together"], rel=1e-6)
    assert money["interaction"] == pytest.approx(money["together"] - sum(money["alone"]), rel=1e-6)
    assert [conflict["kind"] for conflict in stacked["conflicts"]] == ["added_to_set"]
    # What is there is never written over.
    assert called("stack", DOUBLE, MORE, *QUICK, "--out", str(out))[0] == 2


def test_ranges_stand_beside_every_amount() -> None:
    status, answer, _ = called("stack", MORE, CLOSED, "--municipality", "ballerup", "--draws", "8")
    assert status == 0
    table = answer.split("Kommunens udgift")[1].split("Mål 1")[0]
    for line in table.splitlines()[1:]:
        if "Samspil" in line or "Tilsammen" in line or "pladser" in line:
            assert " til " in line, line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((MORE,), "hvilken kommune"),
        ((MORE, "--municipality", "atlantis"), "kendes ikke"),
        ((FOUR_HUNDRED, "--municipality", "odense"), "anden kommune"),
        ((DOUBLE, str(ROOT / "scenarios/ballerup/2027-flere-virksomhedspladser.yaml")), "ikke ens i"),
        ((*[MORE] * 13, "--municipality", "ballerup"), "kan lægges"),
    ],
)
def test_what_cannot_be_stacked_is_told(arguments: tuple[str, ...], words: str) -> None:
    status, _, err = called("stack", *arguments, *QUICK)
    assert status == 2
    assert words in err


def test_a_wrong_measure_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "kort.yaml"
    path.write_text(
        Path(MORE).read_text(encoding="utf-8").replace("add: 50", "add: halvtreds"), encoding="utf-8"
    )
    status, _, err = called("stack", str(path), "--municipality", "ballerup", *QUICK)
    assert status == 1
    assert "linje 11, tegn 5" in err
    assert "halvtreds" in err


def test_the_amendment_sheet_is_written_and_never_over_what_is_read(tmp_path: Path) -> None:
    sheet = tmp_path / "forslag.docx"
    arguments = ("stack", MORE, CLOSED, "--municipality", "ballerup", *QUICK)
    status, answer, _ = called(*arguments, "--json", "--sheet", str(sheet))
    assert status == 0
    assert json.loads(answer)["sheet"] == str(sheet)
    assert sheet.read_bytes()[:2] == b"PK"
    assert called(*arguments, "--sheet", MORE)[0] == 2
