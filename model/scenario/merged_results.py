"""Read a scenario that git could merge but for its stored results, which are computed and can be computed again.

Two planners who change different levers and both save results meet in ``results`` every time, and neither's figures
are those of the merged scenario. So the results are left out, and the rest of the file is as git has merged it.
"""

from __future__ import annotations

from model.files.merge_conflict import MergeConflict, find_conflicts, sides
from model.files.problems import FileProblem, Problem

_RESULTS = "results:"


def without_results(conflict: MergeConflict) -> str | None:
    """Return a file's text without its stored results, each line in its place.

    None where the two versions differ in anything else, or where marks of a conflict are missing.
    """
    versions = sides(conflict.source)
    if versions is None:
        return None
    ours, theirs = (_blanked(version) for version in versions)
    return "\n".join(ours) if ours == theirs else None


def results_conflict(conflict: MergeConflict) -> FileProblem:
    """Return what to tell of a conflict that lies in the stored results alone, at its first line."""
    problem = Problem(
        conflict.problems[0].line,
        1,
        ("results",),
        "git kunne ikke flette de gemte resultater; resten af filen er flettet. Resultaterne bliver beregnet igen, "
        "når scenariet gemmes, eller med: python -m model run FIL --save-results",
        "git could not merge the stored results; the rest of the file is merged. The results are computed again when "
        "the scenario is saved, or with: python -m model run FILE --save-results",
    )
    return FileProblem((problem,), conflict.name)


def merged_text(text: str) -> str:
    """Return a text as it is, or without its stored results where they alone are in conflict."""
    conflicts = find_conflicts(text)
    return (without_results(MergeConflict(conflicts, text)) if conflicts else None) or text


def text_without_results(text: str) -> str:
    """Return a file's text with its stored results left out, each other line in its place."""
    return "\n".join(_blanked(text.split("\n")))


def _blanked(lines: list[str]) -> list[str]:
    """Return a file's lines with those of the results empty; comments at the beginning of a line stay."""
    out = []
    inside = False
    for line in lines:
        if line[:1] not in ("", " ", "\t", "#"):
            inside = line.startswith(_RESULTS)
        out.append("" if inside and not line.startswith("#") else line)
    return out
