"""Run commands in this process and name the shipped scenarios that tests of commands use."""

from __future__ import annotations

from functools import lru_cache

from tests.command_line import called
from tests.folders import ROOT

BALLERUP = ROOT / "scenarios" / "ballerup"
DOUBLE = str(BALLERUP / "dobbelt-virksomhedsindsats.yaml")
UNCHANGED = str(BALLERUP / "uaendret.yaml")


@lru_cache(maxsize=4)
def run_json(path: str) -> str:
    status, out, err = called("run", path, "--draws", "0", "--json")
    assert (status, err) == (0, "")
    return out
