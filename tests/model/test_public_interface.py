"""Test the names that ``model`` offers to Python users, and what importing it loads."""

from __future__ import annotations

import doctest
import subprocess
import sys
import tomllib
from importlib import import_module

import pytest

import model
from model.domain import MODEL_VERSION
from tests.folders import ROOT

SLOW = ("numba", "numpy", "pandas", "scipy", "streamlit", "pydantic", "yaml")


@pytest.mark.parametrize("imported", ["model", "model.domain"])
def test_importing_model_loads_nothing_slow(imported: str) -> None:
    code = f"import sys, {imported}; print(*(name for name in {SLOW!r} if name in sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []


def test_each_public_name_is_what_its_module_defines() -> None:
    assert set(model._PUBLIC) == set(model.__all__) - {"__version__"}
    for name, (module, attribute) in model._PUBLIC.items():
        assert getattr(model, name) is getattr(import_module(module), attribute), name


def test_no_public_name_is_also_a_package_of_the_model() -> None:
    packages = {path.parent.name for path in (ROOT / "model").glob("*/__init__.py")}
    modules = {path.stem for path in (ROOT / "model").glob("*.py")}
    assert not (packages | modules) & set(model.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = model.no_such_name


def test_dir_lists_public_names() -> None:
    assert set(model.__all__) <= set(dir(model))


def test_example_in_the_docstring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testmod(model)
    assert result.attempted >= 6
    assert result.failed == 0


def test_pyproject_takes_its_version_from_the_model() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "model.domain.MODEL_VERSION"}
    assert model.__version__ == MODEL_VERSION
