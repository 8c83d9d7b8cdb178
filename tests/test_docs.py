"""What the READMEs name exists: files, modules, links, commands, packages, words on the screen."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model.cli import main as cli
from model.scenario.levers import LEVERS
from tests.folders import MODEL_DATA, ROOT, SCENARIOS
from tests.test_layers import LAYERS

README = ROOT / "README.md"
DOCUMENTS = (
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "docs" / "proxy.md",
    ROOT / "deploy" / "README.md",
    ROOT / "model" / "README.md",
    ROOT / "model" / "cli" / "README.md",
    ROOT / "model" / "data" / "README.md",
)
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
MOST_LINES = 150
DOUBLE = str(SCENARIOS / "ballerup" / "dobbelt-virksomhedsindsats.yaml")

# Made by the app, by a command or by the reader; or in older revisions only.
NOT_SHIPPED = (
    *("scenarios/mine", "municipalities/", ".bin/", ".venv-test", "behaviour_check.py"),
    "/",  # an address of the app, or a folder of the machine that it runs on
)
ENDINGS = (".py", ".md", ".yaml", ".yml", ".json", ".toml", ".txt", ".js", ".css", ".csv", ".png", "/")
# A placeholder (FILE, NAME, <municipality>) or what is no path of this project.
PLACEHOLDER = re.compile(
    r"(?<![A-Za-z])[A-Z]{3,}(?![A-Za-z])(?<!README)(?<!CHANGELOG)(?<!CONTRIBUTING)(?<!LICENSE)|[<>$={}]|://|\.\.\."
)


def prose(path: Path) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def quoted(path: Path) -> Iterator[str]:
    """Yield each word that stands in backticks in a document's prose."""
    for span in re.findall(r"`([^`\n]+)`", prose(path)):
        yield from span.split()


def paths_named(path: Path) -> set[str]:
    """Return the words of a document that look like a file or a folder of this project."""
    words = {word.strip(",;()") for word in quoted(path)}
    return {
        word
        for word in words
        if ("/" in word or word.endswith(ENDINGS))
        and not PLACEHOLDER.search(word)
        and not word.startswith(NOT_SHIPPED)
    }


def exists(name: str, beside: Path) -> bool:
    """Tell whether a file or a pattern of files is there: from the root, from the document's folder, or a bare name."""
    if any(any(folder.glob(name.rstrip("/"))) for folder in (ROOT, beside)):
        return True
    return "/" not in name and any(
        any((ROOT / top).rglob(name)) for top in ("model", "pages", "tests", "deploy")
    )


@pytest.mark.parametrize("name", NAMES)
def test_files_named_exist(name: str) -> None:
    document = ROOT / name
    assert [path for path in sorted(paths_named(document)) if not exists(path, document.parent)] == []


@pytest.mark.parametrize("name", NAMES)
def test_modules_that_are_run_exist(name: str) -> None:
    modules = set(re.findall(r"python -m ([a-z_.]+[a-z_])", (ROOT / name).read_text(encoding="utf-8")))
    own = {
        module
        for module in modules
        if module.partition(".")[0] in ("model", "tests", "tools", "pages", "deploy")
    }
    assert [module for module in sorted(own) if find_spec(module) is None] == []


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    document = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        file, _, heading = target.partition("#")
        if "://" in target:
            continue
        linked = document.parent / file if file else document
        assert linked.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.M)
            assert heading in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}, target


def test_every_file_of_data_is_listed() -> None:
    table = (MODEL_DATA / "README.md").read_text(encoding="utf-8")
    files = [path.name + ("/*." if path.is_dir() else "`") for path in MODEL_DATA.iterdir()]
    assert [name for name in sorted(files) if name != "README.md`" and f"| `{name}" not in table] == []


# --- README ----------------------------------------------------------------------------------------


def command(name: str) -> str:
    """Return the block of code that stands below a marker in README."""
    (block,) = re.findall(
        rf"^<!-- {name} -->\n```sh\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.M
    )
    return block


def test_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_readme_has_both_commands() -> None:
    assert "streamlit run app.py" in command("run")
    tests = command("tests")
    for part in ("-r requirements-dev.txt", "ruff check .", "ruff format --check .", "bin/mypy", "-m pytest"):
        assert part in tests
    for block in (command("run"), tests):
        system, rest = block.splitlines()
        assert " apt-get install " in system
        assert system.endswith(" &&")
        assert rest.startswith("python3 -m venv ")
        subprocess.run(["bash", "-n", "-c", block], check=True)


def test_ci_runs_the_second_command_of_readme(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_bytes((ROOT / ".ci" / "run").read_bytes())
    text = README.read_text(encoding="utf-8")
    text = re.sub(r"^python3 -m venv .*$", "echo ran with CI=$CI", text, flags=re.M)
    programs = tmp_path / "bin"
    programs.mkdir()
    for program, answer in (
        ("apt-get", "echo apt-get"),
        ("sudo", '"$@"'),
        ("dpkg-query", "echo not-installed"),
    ):
        (programs / program).write_text(
            f'#!/bin/sh\n{answer} "$@"\n' if program == "apt-get" else f"#!/bin/sh\n{answer}\n"
        )
        (programs / program).chmod(0o755)
    (tmp_path / "README.md").write_text(text, encoding="utf-8")

    def run() -> list[str]:
        return subprocess.run(
            ["bash", ".ci/run"],
            cwd=tmp_path,
            env={"PATH": f"{programs}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()

    *_, update, install, last = run()
    assert update == "apt-get update -qq"
    assert install.startswith(
        "apt-get install -y --no-install-recommends python3-venv git chromium-headless-shell "
    )
    assert "&" not in install
    assert last == "ran with CI=true"
    (programs / "dpkg-query").write_text("#!/bin/sh\necho installed\n")
    assert not any(line.startswith("apt-get") for line in run())


def test_each_requirement_has_its_line_of_why() -> None:
    table = prose(README).partition("## Why each dependency")[2].partition("\n## ")[0]
    named = {
        package.strip().lower()
        for line in table.splitlines()
        if line.startswith("| ")
        for package in line.split("|")[1].replace("*tests:*", "").split(",")
    }
    required = {
        match.group().lower()
        for file in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
        if (match := re.match(r"[A-Za-z][\w-]*", line))
    }
    assert required == named - {"package", "---"}


def test_layout_is_in_the_order_of_the_layers() -> None:
    layout = prose(README).partition("## Layout")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:model|pages)/\w+)(?:/|\.py)`", layout)
    layers = ["model/" + layer if "." not in layer else layer.replace(".", "/") for layer in LAYERS]
    frontend = {"model/data", "pages/frontend"}
    assert [name for name in named if name not in frontend] == [
        layer for layer in layers if layer not in ("model/model", "model/pages", "model/app")
    ]


def test_names_on_screen_are_on_screen() -> None:
    shown = [
        match.group(1).strip("'\"")
        for file in sorted((MODEL_DATA / "texts").glob("*.da.yaml"))
        for match in re.finditer(r"^[\w.]+: (.*)$", file.read_text(encoding="utf-8"), re.M)
    ]
    shown += [lever.label.da for lever in LEVERS]
    shown += [
        re.search(r"^name: (.*)$", p.read_text(encoding="utf-8"), re.M)[1].strip("'")
        for p in SCENARIOS.glob("*/*.yaml")
    ]
    patterns = {re.sub(r"\{\w+\}", "...", words) for words in shown}
    walk = prose(README).partition("## The first five minutes")[2].partition("\n## ")[0]
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", walk)
    assert len(named) > 20
    assert [words for words in named if words not in patterns] == []


def test_picture_is_small_enough_to_ship() -> None:
    path = ROOT / "docs" / "screenshot.png"
    assert path.stat().st_size < 200_000
    with Image.open(path) as picture:
        assert picture.size == (1366, 650)


# --- the command line ------------------------------------------------------------------------------


def rows() -> dict[str, str]:
    """Return the row of each command in the table of ``--json``."""
    table = prose(ROOT / "model" / "cli" / "README.md").partition("## What `--json` answers")[2]
    return {match.group(1): match.group(2) for match in re.finditer(r"^\| `(\w+)` \| (.*) \|$", table, re.M)}


def test_every_command_has_its_row() -> None:
    assert set(rows()) == {command.name for command in cli.COMMANDS}


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", DOUBLE, "--draws", "16"],
        ["compare", DOUBLE, DOUBLE, "--draws", "16"],
        ["diff", DOUBLE, DOUBLE],
        ["validate", DOUBLE],
        ["parameters", "ballerup"],
        ["municipalities"],
        ["calibrate", "ballerup"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_json_has_the_fields_of_the_table(arguments: list[str]) -> None:
    out = io.StringIO()
    assert cli.main([*arguments, "--json"], out=out) == 0
    answer: dict[str, Any] = json.loads(out.getvalue())
    named = set(re.findall(r"`(\w+)`", rows()[arguments[0]]))
    assert set(answer) <= named


# --- comments and docstrings -----------------------------------------------------------------------

CODE = [path for top in ("model", "pages", "tests", "tools") for path in sorted((ROOT / top).rglob("*.py"))]
PLACEHOLDER_NAMES = {"MODULE", "PACKAGE", "PAGE", "COMMAND", "NAME"}
SOURCES = [*CODE, *sorted((ROOT / "pages").rglob("*.js")), *sorted((ROOT / "pages").rglob("*.css"))]


def test_names_that_docstrings_refer_to_exist() -> None:
    reference = re.compile(r"(?:``|:\w+:`~?)((?:model|pages|tests)(?:\.\w+)+)`")
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in CODE
        for name in reference.findall(path.read_text(encoding="utf-8"))
        if not PLACEHOLDER_NAMES & set(name.split(".")) and not is_defined(name)
    ]
    assert missing == []


def is_defined(name: str) -> bool:
    """Tell whether a dotted name is a package, a module, or something that a module defines at its top."""
    module, _, last = name.rpartition(".")
    if module_file(name).exists():
        return True
    if not module:
        return False
    if not module_file(module).exists():
        return is_defined(module)  # an attribute of a class
    text = module_file(module).read_text(encoding="utf-8")
    return re.search(rf"^(?:class |def |async def )?{last}\b", text, re.M) is not None


def module_file(module: str) -> Path:
    """Return where a module's text is."""
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def test_programs_that_comments_name_exist() -> None:
    shipped = {path.name for path in SOURCES} | {path.name for path in ROOT.glob("*.*")}
    shipped |= {path.name for path in (ROOT / "model").rglob("*.md")} | {"README.md"}
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "model") or path.is_relative_to(ROOT / "pages")
        for name in re.findall(
            r"(?<![\w{*-])[a-z_]\w*\.(?:py|js|css|md)\b(?!\()", path.read_text(encoding="utf-8")
        )
        if name not in shipped
    ]
    assert missing == []
