"""Run every fuzz loop for a moment with a fixed seed; ``python -m tests.fuzz`` runs them for as long as asked."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest

from model.municipality.municipality_list import DATA_VARIABLE
from tests.fuzz import loops
from tests.fuzz.__main__ import main
from tests.fuzz.loops import LOOPS, dice_for
from tests.fuzz.mutate import changed_bytes, changed_data, changed_text
from tests.fuzz.run import Tally, feed

pytestmark = pytest.mark.usefixtures("engine")
SEED = 20261130
# As many as a loop feeds in some four seconds.
INPUTS = {
    "link": 400, "scenario_file": 60, "card_or_course": 150, "own_file": 300, "export": 120, "messages": 300,
    "written_texts": 40, "workbook_without_end": 2,
}  # fmt: skip


def test_every_loop_is_run() -> None:
    assert set(INPUTS) == set(LOOPS)


@pytest.mark.parametrize("name", LOOPS)
def test_what_nobody_would_send_is_answered(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    tally = Tally(name)
    for number in range(INPUTS[name]):
        feed(tally, SEED, number)
    assert not tally.faults, "\n".join(tally.faults[:3])


def test_a_fault_is_found_and_can_be_fed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(dice: random.Random) -> None:
        assert dice.randrange(7), "unlucky"

    monkeypatch.setitem(loops.LOOPS, "odd", odd)
    tally = Tally("odd")
    for number in range(50):
        feed(tally, 1, number)
    assert tally.faults
    unlucky = int(tally.faults[0].split("input ")[1].split(":")[0])
    with pytest.raises(AssertionError, match="unlucky"):
        odd(dice_for("odd", 1, unlucky))


def test_inputs_are_changed_and_come_again_from_the_same_dice() -> None:
    text = "format: 1\nname: Prøve\nmunicipality: ballerup\n" * 4
    data = {"a": [1, {"b": 2.5}], "c": "x"}
    for change, given in ((changed_text, text), (changed_bytes, text.encode()), (changed_data, data)):
        made = [repr(change(dice_for("x", 1, n), given)) for n in range(50)]  # type: ignore[operator]
        assert made == [repr(change(dice_for("x", 1, n), given)) for n in range(50)]  # type: ignore[operator]
        assert len(set(made)) >= 15


def test_the_command_runs_for_as_long_as_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, "")
    monkeypatch.setattr(sys, "argv", ["fuzz", "--minutes", "0.01", "--seed", "1", "--loop", "link"])
    assert main() == 0
    assert re.search(r"link +[1-9][0-9]* inputs, slowest .* 0 faults", capsys.readouterr().out)
