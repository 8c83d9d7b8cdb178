"""Share one scenario's findings between the tests of documents, and convert with LibreOffice."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from model.documents.figures import Findings, gather
from model.municipality.municipality import load_municipality
from model.scenario.files import load_scenario
from model.scenario.levers import LEVERS, bounds
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan
from tests.model.documents.cases import DOUBLE, MADE_ON, OFFICE, OFFICE_SECONDS


@pytest.fixture(scope="session")
def double() -> Scenario:
    return load_scenario(DOUBLE)


@pytest.fixture(scope="session")
def found(double: Scenario) -> Findings:
    """A shipped scenario with its bands, in Danish."""
    municipality = municipality_of(double)
    bands = fan(municipality, double, draws_for(municipality, count=16))
    return gather(double, "da", made_on=MADE_ON, fan=bands)


@pytest.fixture(scope="session")
def everything() -> Scenario:
    """All levers at their top in a municipality with borrowed goals, with texts that mean harm."""
    municipality = load_municipality("herlev")
    scenario = Scenario(
        name="=1+1 <b>&\"'alt",
        municipality="herlev",
        description='@SUM(A1)\n=HYPERLINK("http://x")',
        author="+cmd|' /C calc'!A0",
    )
    for lever in LEVERS:
        if lever.scope == "mix":
            continue
        for group in lever.groups if lever.scope == "group" else (None,):
            scenario = scenario.with_change(lever.id, bounds(lever, municipality)[1], group, why="=2+2")
    return scenario


@pytest.fixture
def office(tmp_path: Path) -> Callable[[bytes, str, str], bytes]:
    """LibreOffice in a profile of its own that always recalculates workbooks."""
    assert OFFICE is not None, "LibreOffice is not installed"
    user = tmp_path / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
        '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>',
        encoding="utf-8",
    )

    def convert(content: bytes, ending: str, to: str) -> bytes:
        source, out = tmp_path / f"given.{ending}", tmp_path / "out"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        subprocess.run(
            [OFFICE, profile, "--headless", "--convert-to", to, "--outdir", str(out), str(source)],
            check=True,
            capture_output=True,
            timeout=OFFICE_SECONDS,
        )
        return (out / f"given.{to}").read_bytes()

    return convert
