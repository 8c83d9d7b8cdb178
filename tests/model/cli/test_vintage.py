"""Test the command vintage: what it writes, tells and refuses."""

from __future__ import annotations

import json

import pytest

from model.cli import vintage as command
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import VINTAGES_FOLDER
from tests.command_line import called
from tests.model.municipality.vintage_cases import add_month, copied, rewrite


@pytest.fixture(autouse=True)
def one_at_rest(monkeypatch):
    """Bring one municipality to rest instead of all, which takes a minute; the others have the same code."""
    some = tuple(info for info in municipalities() if info.id == "ballerup")
    monkeypatch.setattr(command, "municipalities", lambda: some)


def test_shipped_vintage_is_written_to_the_byte(tmp_path):
    status, out, err = called("vintage", "2026", "--to", tmp_path)
    assert (status, err) == (0, "")
    assert (tmp_path / "2026.csv").read_bytes() == (VINTAGES_FOLDER / "2026.csv").read_bytes()
    assert "4.312 tal. Flyttede: 0. Nye: 4.312." in out
    assert "Intet har flyttet sig" in called("vintage", "2026", "--to", tmp_path)[1]


def test_added_month_is_told(tmp_path):
    figures = copied(tmp_path / "figures")
    called("vintage", "2026", "--to", tmp_path)
    for name, column in (("unemployment_y25i01", "dagpenge"), ("kontanthjaelp_y60a02", "fullTime")):
        add_month(figures, name, "2026M02", column, 0.0)
    status, out, _ = called("vintage", "2026", "--from", figures, "--to", tmp_path)
    assert status == 0
    assert "til og med 2026M01" in out  # no month of activation
    add_month(figures, "activation_kontanthjaelp_y60c07", "2026M02", "degree", 0.0)
    later = copied(tmp_path / "later")
    for path in figures.iterdir():
        (later / path.name).write_bytes(path.read_bytes())
    status, out, _ = called("vintage", "2026", "--from", later, "--to", tmp_path, "--language", "en")
    assert status == 0
    assert "to the end of 2026M02" in out
    assert "The largest changes" in out
    assert "Mend start and dated" in out


def test_nothing_is_written_where_a_check_fails(tmp_path):
    figures = copied(tmp_path / "figures")
    rewrite(figures, "unemployment_y25i01", lambda rows: [r for r in rows if r["municipality"] != "ballerup"])
    status, out, err = called("vintage", "2026", "--from", figures, "--to", tmp_path)
    assert (status, out) == (1, "")
    assert "mangler 1 områder: Ballerup" in err
    assert not (tmp_path / "2026.csv").exists()


def test_first_vintage_can_be_written(tmp_path):
    status, out, _ = called("vintage", "2020", "--to", tmp_path)
    assert status == 0
    assert "490 tal" in out
    assert (tmp_path / "2020.csv").read_text(encoding="utf-8").startswith("municipality,parameter,value")


def test_what_persons_rest_on_is_shown(tmp_path):
    status, out, _ = called("vintage", "2026", "--to", tmp_path, "--show", "Ballerup", "--json")
    basis = json.loads(out)["basis"]
    assert status == 0
    assert basis["municipality"] == "ballerup"
    assert sum(basis["share_of_totals"].values()) == pytest.approx(1.0)
    assert sum(basis["share_of_groups_with_offers"].values()) == pytest.approx(1.0)
    assert sum(total["persons"] for total in basis["totals"]) == pytest.approx(basis["persons"])
    assert "Uden fleksjob" in called("vintage", "2026", "--to", tmp_path, "--show", "ballerup")[1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("2026", "--until", "januar"), "januar er ikke en måned"),
        (("2020", "--until", "2026M01"), "Udelad --until"),
        (("2031",), "Der er ingen 2031.yaml"),
        (("../2026",), "kan ikke være navn"),
        (("2026", "--from", "no-such-folder"), "no-such-folder findes ikke"),
        (("2026", "--to", __file__), "er ikke en mappe"),
        (("2026", "--show", "ballerupp"), "Ballerup"),
    ],
)
def test_wrong_use_is_told(given, said):
    status, out, err = called("vintage", *given)
    assert (status, out) == (2, "")
    assert said in err


def test_file_that_is_no_vintage_is_kept(tmp_path):
    path = tmp_path / "2026.csv"
    path.write_text("something else\n1\n", encoding="utf-8")
    status, _, err = called("vintage", "2026", "--to", tmp_path)
    assert status == 1
    assert "ikke startal" in err
    assert path.read_text(encoding="utf-8") == "something else\n1\n"
