"""Check who may import whom, and how large files and functions may grow.

Each allow-list only shrinks: an entry that is no longer needed fails the test, so take it out with what it excused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Final

from tests.folders import ROOT

# A package imports only itself and what stands before it; "model" and "pages" are what lies beside the packages.
LAYERS: Final = (
    *("domain", "disclosure", "files", "language", "engine", "parameters", "municipality", "forecast"),
    *(
        "scenario",
        "simulation",
        "budget",
        "goals",
        "explain",
        "uncertainty",
        "monthly",
        "library",
        "catalogue",
    ),
    *("validation", "imports", "seek", "workshop", "followup", "documents", "cli", "model"),
    *("pages.session", "pages.components", "pages.shell", "pages.views", "pages", "app"),
)
MAX_FILE: Final = 500  # lines
MAX_FUNCTION: Final = 60  # lines, with what is defined in it
MAX_ARGUMENTS: Final = 8  # without self and cls
MAX_NESTING: Final = 4  # blocks within one another
_BLOCKS: Final = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)

# Importing module -> modules that stand after it, all to be untied.
UPWARD: Final[dict[str, set[str]]] = {}
# Page's module -> modules of other pages: what two pages share belongs to pages/components.
SIDEWAYS: Final[dict[str, set[str]]] = {}
# Module, or module and function -> why it may be larger. "to be split": a debt; "kernel": compiled, measured code.
OVERSIZED: Final[dict[str, str]] = {
    "model.engine.fixed_point:_round": "to be split",
    "model.engine.fixed_point_offers:_passing": "to be split",
    "model.engine.kernel.ageing:_arrive": "kernel: compiled, measured code",
    "model.engine.kernel.ageing:_arrive_at_one_rate": "kernel: compiled, measured code",
    "model.engine.kernel.ageing:_week_of": "kernel: compiled, measured code",
    "model.engine.kernel.ageing:_week_of.one": "kernel: compiled, measured code",
    "model.engine.kernel.ageing:_week_of.week": "kernel: compiled, measured code",
    "model.engine.kernel.ageing:leave_and_age": "kernel: compiled, measured code",
    "model.engine.kernel.exits:_end_offers_of": "kernel: compiled, measured code",
    "model.engine.kernel.exits:_sum_exits_of": "kernel: compiled, measured code",
    "model.engine.kernel.exits:end_offers": "kernel: compiled, measured code",
    "model.engine.kernel.exits:sum_transfers": "kernel: compiled, measured code",
    "model.engine.kernel.run:_compiled.run_batch": "kernel: compiled, measured code",
    "model.engine.kernel.run:_run": "kernel: compiled, measured code",
    "model.engine.kernel.starts:_begin_by_kind": "kernel: compiled, measured code",
}


@cache
def _modules() -> list[tuple[str, ast.Module, int]]:
    """Return name, tree and number of lines of every module of the application."""
    modules = []
    for path in sorted([*ROOT.glob("model/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"]):
        text = path.read_text(encoding="utf-8")
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules.append((name, ast.parse(text), len(text.splitlines())))
    return modules


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a module imports, also within functions and for types only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for name in (f"{node.module}.{alias.name}" for alias in node.names):
                path = ROOT.joinpath(*name.split("."))
                yield name if path.is_dir() or path.with_suffix(".py").exists() else str(node.module)


def _layer(module: str) -> int | None:
    """Return the place in LAYERS of a module of ours, None for another's."""
    parts = module.split(".")
    if parts[0] not in ("model", "pages", "app"):
        return None
    names = (parts[1] if parts[0] == "model" and parts[1:] else "", ".".join(parts[:2]), parts[0])
    return next(LAYERS.index(name) for name in names if name in LAYERS)


def test_imports_go_down() -> None:
    upward: dict[str, set[str]] = {}
    for module, tree, _ in _modules():
        own = _layer(module)
        for imported in _imports(tree):
            layer = _layer(imported)
            assert not imported.startswith(("tests", "tools")), f"{module} imports {imported}"
            if layer is not None and own is not None and layer > own:
                upward.setdefault(module, set()).add(imported)
    assert upward == UPWARD


def test_model_does_not_import_streamlit() -> None:
    users = {
        module
        for module, tree, _ in _modules()
        for imported in _imports(tree)
        if module.startswith("model") and imported.split(".")[0] == "streamlit"
    }
    assert users == set()


def test_page_does_not_import_another_page() -> None:
    sideways: dict[str, set[str]] = {}
    for module, tree, _ in _modules():
        page = module.split(".")[:3]
        for imported in _imports(tree):
            other = imported.split(".")[:3]
            if page[:2] == other[:2] == ["pages", "views"] and len(other) == 3 and page != other:
                sideways.setdefault(module, set()).add(imported)
    assert sideways == SIDEWAYS


def _functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield each function and method with its qualified name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            name = f"{prefix}{child.name}"
            if isinstance(child, ast.FunctionDef):
                yield name, child
            yield from _functions(child, f"{name}.")
        else:
            yield from _functions(child, prefix)


def _nesting(node: ast.AST) -> int:
    """Count the blocks that lie within one another in a function; elif is no deeper, an inner function is its own."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
            deepest = max(deepest, _nesting(child) + (isinstance(child, _BLOCKS) and not is_elif))
    return deepest


def _arguments(function: ast.FunctionDef) -> int:
    """Count the arguments of a function."""
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def test_sizes() -> None:
    oversized = set()
    for module, tree, length in _modules():
        if length > MAX_FILE:
            oversized.add(module)
        for name, function in _functions(tree):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if (
                lines > MAX_FUNCTION
                or _arguments(function) > MAX_ARGUMENTS
                or _nesting(function) > MAX_NESTING
            ):
                oversized.add(f"{module}:{name}")
    assert oversized == set(OVERSIZED)
