"""Test that every component lists the files it uses, and that no file is left over."""

from __future__ import annotations

import re

import pytest

from pages.components.mount import FRONTEND, files_of, minified, pack

COMPONENTS = sorted(path.parent.name for path in FRONTEND.glob("*/index.js"))
# What other scripts use of a file, by its declarations at the start of a line.
DECLARED = re.compile(r"^(?:class|const|let|function|async function) (\w+)", re.MULTILINE)
SHARED = {path.name for path in FRONTEND.glob("*.js")}


def names_of(source: str) -> set[str]:
    return set(DECLARED.findall(source))


def code_of(source: str) -> str:
    """Return a script without comments and texts."""
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"", "", source, flags=re.DOTALL)


@pytest.mark.parametrize("component", COMPONENTS)
def test_what_a_component_lists_is_there_and_used(component: str) -> None:
    files = files_of(component)
    assert len(set(files)) == len(files)
    scripts = {path: path.read_text(encoding="utf-8") for path in files if path.suffix == ".js"}
    declared: dict[str, str] = {}
    for path, source in scripts.items():
        for name in names_of(source):
            assert name not in declared, f"{name}: {path.name} and {declared[name]}"
            declared[name] = path.name
    for path, source in scripts.items():
        others = " ".join(code_of(text) for other, text in scripts.items() if other != path)
        if path.name != "index.js":
            assert any(re.search(rf"\b{name}\b", others) for name in names_of(source)), (
                f"{path.name} is of no use"
            )


@pytest.mark.parametrize("component", COMPONENTS)
def test_what_a_component_uses_of_the_shared_files_is_listed(component: str) -> None:
    files = files_of(component)
    code = " ".join(code_of(path.read_text(encoding="utf-8")) for path in files if path.suffix == ".js")
    listed = {path.name for path in files}
    for name in SHARED - listed:
        shared = names_of((FRONTEND / name).read_text(encoding="utf-8"))
        own = names_of("\n".join(path.read_text(encoding="utf-8") for path in files if path.suffix == ".js"))
        used = {word for word in shared - own if re.search(rf"(?<![\w.]){word}\(", code)}
        assert not used, f"{name} is not listed"


def test_no_file_is_left_over() -> None:
    used = {path for component in COMPONENTS for path in files_of(component)}
    there = {path.resolve() for path in FRONTEND.rglob("*") if path.is_file()}
    notice = FRONTEND / "connection_notice"  # stands in the page that Streamlit serves, before any component
    own = {FRONTEND / "page.css", FRONTEND / "reading.css", notice / "notice.js", notice / "style.css"}
    assert there - used == own, "the page's own"
    assert used <= there


def test_scripts_and_style_sheets_are_short_enough_to_read() -> None:
    for path in FRONTEND.rglob("*.*"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, path.name


def test_what_travels_has_no_comments() -> None:
    assert minified("/* a\n * b\n */\n  const x = 1; // y\n\n  // z\n") == "const x = 1; // y"


def test_data_travels_as_json() -> None:
    assert pack({"å": [1, None]}) == '{"å":[1,null]}'
    with pytest.raises(ValueError, match="JSON"):
        pack({"a": float("nan")})
