"""What the model answers on all shipped scenarios and over the whole range of its levers, here and in git.

``python -m model.validation.regression_check FOLDER`` answers the figures of this version as one JSON object;
``model check`` asks it of an older revision in a process of its own and lists what has moved (for CHANGELOG.md).
Answer: {"model_version", "cases": {case: {figure: number or word}}, "failed": {case: message}}.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from model.domain import FIRM_KINDS, MODEL_VERSION
from model.files.folders import ROOT

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality
    from model.scenario.scenario import Scenario

SHIPPED: Final = ROOT / "scenarios"
MODULE: Final = "model.validation.regression_check"
# Where the same program stood in older revisions.
_OLDER_MODULES: Final = ("model.behaviour_check",)

# Processors agree to this share; what moves more has been changed by somebody.
SAME_SHARE: Final = 1e-9
# Figures smaller than this are rounding of sums of thousands: a thousandth of a per cent, person or krone.
_SMALLEST: Final = 1e-3
_SCENARIO: Final = "scenario"
_MATRIX: Final = "matrix"
_LONGEST_MESSAGE: Final = 300

Figure = float | str | None
Figures = dict[str, Figure]
Report = Callable[[int, int, str], None]


class CannotCheck(Exception):
    """There is nothing to hold the model against. ``key`` names the text that says why (cli.check.<key>)."""

    def __init__(self, key: str, **values: str) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


# --- what this version answers -------------------------------------------------------------------


@dataclass(frozen=True)
class VersionFigures:
    """Figures by case, and why a case has none."""

    model_version: str
    cases: Mapping[str, Figures]
    failed: Mapping[str, str]


def measure(folder: Path, report: Report | None = None) -> VersionFigures:
    """Run the scenarios of ``folder`` and the lever matrix of every curated municipality."""
    from model.files.problems import FileProblem

    cases: dict[str, Figures] = {}
    failed: dict[str, str] = {}
    cases_to_run = [*_scenarios(folder), *_matrix()]
    for i, (case, make) in enumerate(cases_to_run):
        if report is not None:
            report(i + 1, len(cases_to_run), case)
        try:
            cases[case] = figures_of(make())
        except FileProblem as problem:
            failed[case] = problem.text("en")
        # What an older model cannot run must not hide what it can.
        except (ValueError, LookupError, ArithmeticError) as error:
            failed[case] = f"{type(error).__name__}: {error}"[:_LONGEST_MESSAGE]
    return VersionFigures(MODEL_VERSION, cases, failed)


def figures_of(scenario: Scenario) -> Figures:
    """Read every indicator with its status, persons by target group, and net expenditure by year, of one run."""
    from model.budget.budget import budget
    from model.domain import GROUPS
    from model.goals.evaluate import evaluate_goals
    from model.scenario.scenario import municipality_of
    from model.simulation.simulate import baseline, simulate
    from model.simulation.totals_by_group import totals_by_group

    municipality = municipality_of(scenario)
    outcome, base = simulate(municipality, scenario), baseline(municipality, scenario)
    figures: Figures = {}
    for goal in evaluate_goals(outcome, base):
        for indicator in goal.indicators:
            name = f"goal.{goal.id}.{indicator.id}"
            figures[name] = _number(indicator.value_scenario)
            figures[f"{name}.status"] = indicator.status
    for group, persons in zip(GROUPS, totals_by_group(outcome).last_year("caseload"), strict=True):
        figures[f"persons.{group}"] = _number(persons)
    spent = budget(outcome, base).net
    # Levels and no differences: those cancel, and what is left of nothing is rounding.
    for year, amount in enumerate(spent.scenario):
        figures[f"budget.net.year{year + 1}"] = _number(amount)
    return figures


def _number(value: float) -> float | None:
    """Return a number, or None where it is not defined."""
    return float(value) if math.isfinite(value) else None


def _scenarios(folder: Path) -> Iterator[tuple[str, Callable[[], Scenario]]]:
    """Yield the scenarios of a folder."""
    from model.scenario.files import load_scenario, scenario_files

    for path in scenario_files(folder):
        name = path.relative_to(folder).with_suffix("").as_posix()
        yield f"{_SCENARIO}:{name}", partial(load_scenario, path)


def _matrix() -> Iterator[tuple[str, Callable[[], Scenario]]]:
    """Yield scenarios with every lever at rest, all at their ends, and each alone; the mix with one kind alone."""
    from model.municipality.municipality import load_municipality
    from model.municipality.municipality_list import municipalities
    from model.scenario.levers import LEVERS, bounds
    from model.scenario.scenario import Scenario

    def with_levers(municipality: Municipality, chosen: Mapping[str, Any]) -> Scenario:
        scenario = Scenario(name="check", municipality=municipality.id)
        for lever in LEVERS:
            if lever.id in chosen:
                for group in lever.groups or (None,):
                    scenario = scenario.with_change(lever.id, chosen[lever.id], group)
        return scenario

    for info in municipalities():
        if not info.curated:
            continue
        municipality = load_municipality(info.id)
        ends = {lever.id: bounds(lever, municipality) for lever in LEVERS if lever.scope != "mix"}
        cases: dict[str, dict[str, Any]] = {
            "rest": {},
            "all at min": {lever: low for lever, (low, _) in ends.items()},
            "all at max": {lever: high for lever, (_, high) in ends.items()},
        }
        for lever, (low, high) in ends.items():
            cases[f"{lever} at min"] = {lever: low}
            cases[f"{lever} at max"] = {lever: high}
        places = ends["firm_places"][1]
        for kind in FIRM_KINDS:
            cases[f"firm_place_mix {kind}"] = {"firm_places": places, "firm_place_mix": {kind: 100.0}}
        for case, chosen in cases.items():
            yield f"{_MATRIX}:{info.id}/{case}", partial(with_levers, municipality, chosen)


# --- what another revision answers ---------------------------------------------------------------


def revision_hash(revision: str, root: Path = ROOT) -> str:
    """Return the full name of a revision of the checkout at ``root``. Raises CannotCheck."""
    if _git(root, "rev-parse", "--git-dir").returncode != 0:
        raise CannotCheck("no_git")
    # Never read as an option, whatever it begins with.
    result = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if result.returncode != 0:
        raise CannotCheck("no_revision", revision=revision)
    return result.stdout.decode().strip()


def measure_revision(commit: str, folder: Path, root: Path = ROOT) -> VersionFigures:
    """Ask the model of a commit for its figures on the scenarios of ``folder``. Raises CannotCheck.

    Its tree is laid out in a temporary folder; nothing of the checkout is touched. It reads copies of the scenarios
    without their stored results: an older version refuses a file with a result that it does not know.
    """
    with tempfile.TemporaryDirectory(prefix="indsatskompas-") as temporary:
        tree = Path(temporary) / "tree"
        packed = Path(temporary) / "tree.zip"
        if _git(root, "archive", "--format=zip", f"--output={packed}", commit, "--", "model").returncode != 0:
            raise CannotCheck("no_model", revision=commit[:10])
        # A zip file, for it can be unpacked safely by every Python 3.11 (a tar file only from 3.11.4 on).
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(tree)
        module = _module_in(tree)
        if module is None:
            raise CannotCheck("no_model", revision=commit[:10])
        copies = Path(temporary) / "scenarios"
        _copy_without_results(folder, copies)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        run = subprocess.run(
            [sys.executable, "-m", module, str(copies)],
            cwd=tree,
            env=environment,
            capture_output=True,
            check=False,
        )
        try:
            answer = json.loads(run.stdout)
            return VersionFigures(str(answer["model_version"]), answer["cases"], answer["failed"])
        except (ValueError, KeyError, TypeError):
            last = run.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(run.returncode)]
            message = last[0][:_LONGEST_MESSAGE]
            raise CannotCheck("broken", revision=commit[:10], message=message) from None


def _copy_without_results(folder: Path, copies: Path) -> None:
    """Copy the scenarios of a folder, each under its own name: what is to be run, not what once came of it."""
    from model.scenario.files import scenario_files
    from model.scenario.merged_results import text_without_results

    for path in scenario_files(folder):
        copy = copies / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        # What is no text at all is for the other version to refuse, in its own words.
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        copy.write_bytes(text_without_results(text).encode("utf-8", "surrogateescape"))


def _module_in(tree: Path) -> str | None:
    """Return the dotted name under which a tree has this program, or None."""
    for module in (MODULE, *_OLDER_MODULES):
        if (tree / Path(*module.split("."))).with_suffix(".py").is_file():
            return module
    return None


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a checkout. Raises CannotCheck where there is no git."""
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise CannotCheck("no_program") from None


# --- what has moved ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangedFigure:
    """One figure of one case that is not what it was."""

    case: str
    figure: str
    before: Figure
    after: Figure

    @property
    def difference(self) -> float | None:
        """Return after less before; None for words and where one of them is missing."""
        if isinstance(self.before, float) and isinstance(self.after, float):
            return self.after - self.before
        return None

    @property
    def relative(self) -> float | None:
        """Return the difference as a share of the larger of the two, 0-2."""
        if not isinstance(self.before, float) or not isinstance(self.after, float):
            return None
        return (self.after - self.before) / max(abs(self.before), abs(self.after), _SMALLEST)


@dataclass(frozen=True)
class Changes:
    """This version held against another: cases that both have run, and what moved in them."""

    before: VersionFigures
    after: VersionFigures
    changed: tuple[ChangedFigure, ...]
    compared: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_unchanged(self) -> bool:
        """Return whether every case that either version knows gives the same in both."""
        return not (self.changed or self.added or self.removed or self.failed_here or self.failed_before)

    @property
    def failed_here(self) -> Mapping[str, str]:
        """Return the cases that this version cannot run, with why."""
        return self.after.failed

    @property
    def failed_before(self) -> Mapping[str, str]:
        """Return the cases that only the other version cannot run, with why."""
        return {case: why for case, why in self.before.failed.items() if case not in self.after.failed}


def changes_between(before: VersionFigures, after: VersionFigures) -> Changes:
    """List what moved by more than ``SAME_SHARE`` of itself from one version to the other; figures come and go too."""
    compared = tuple(case for case in after.cases if case in before.cases)
    changed = []
    for case in compared:
        old, new = before.cases[case], after.cases[case]
        for figure in dict.fromkeys((*old, *new)):
            pair = ChangedFigure(case, figure, old.get(figure), new.get(figure))
            if not _same(pair):
                changed.append(pair)
    known_before = {*before.cases, *before.failed}
    known_after = {*after.cases, *after.failed}
    return Changes(
        before,
        after,
        tuple(changed),
        compared,
        added=tuple(case for case in after.cases if case not in known_before),
        removed=tuple(case for case in before.cases if case not in known_after),
    )


def _same(figure: ChangedFigure) -> bool:
    """Return whether a figure is the same, but for what processors disagree on."""
    relative = figure.relative
    return figure.before == figure.after if relative is None else abs(relative) <= SAME_SHARE


def main(arguments: list[str]) -> int:
    """Write the figures of this version on a folder of scenarios, as JSON on standard output."""
    figures = measure(Path(arguments[0]))
    plain = {"model_version": figures.model_version, "cases": figures.cases, "failed": figures.failed}
    sys.stdout.write(json.dumps(plain, allow_nan=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
