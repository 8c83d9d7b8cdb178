"""Test that the bill of materials is that of the locked packages, and that their licences go with EUPL-1.2."""

from __future__ import annotations

import json

import pytest

from model.domain import MODEL_VERSION
from tools.bill_of_materials import BILL, LOCK, is_allowed, licence_of, locked_packages

MADE = json.loads(BILL.read_text(encoding="utf-8"))
LOCKED = locked_packages(LOCK.read_text(encoding="utf-8"))


def test_the_bill_is_of_the_locked_packages_and_this_version() -> None:
    named = [(c["name"], c["version"]) for c in MADE["components"] if c["type"] == "library"]
    assert named == [(package.name, package.version) for package in LOCKED]
    assert MADE["metadata"]["component"]["version"] == MODEL_VERSION


def test_every_licence_goes_with_eupl() -> None:
    licences = {c["name"]: c["licenses"][0]["expression"] for c in MADE["components"]}
    assert {name: licence for name, licence in licences.items() if not is_allowed(licence)} == {}


@pytest.mark.parametrize("name", ["streamlit", "numba", "certifi", "weasyprint", "pillow", "defusedxml"])
def test_the_bill_says_what_the_package_says(name: str) -> None:
    (component,) = [c for c in MADE["components"] if c["name"] == name]
    assert component["licenses"][0]["expression"] == licence_of(name)


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-only OR SSPL-1.0", False),
        ("MIT AND GPL-3.0-only", False),
        ("LicenseRef-Proprietary", False),
    ],
)
def test_which_licences_may_be_used(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed
