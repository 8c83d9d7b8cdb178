"""Keep the courses that somebody is writing, a file for each secret in an address, so that a reload loses nothing."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from model.scenario.parts import Line, ScenarioPart
from model.workshop.codes import key_hash
from model.workshop.course import MOST_STEPS
from model.workshop.course_files import data_folder
from model.workshop.yaml_files import read, write

FOLDER: Final = "plan-drafts"
_MOST: Final = 20


class KeptStep(ScenarioPart):
    """One step as it is typed; ``values`` may be unfinished or wrong."""

    id: Line = Field(min_length=1)
    values: dict[str, Any]


class KeptPlan(ScenarioPart):
    """One course as it is typed. ``key`` and ``saved``: the own course that it takes the place of, as it was opened."""

    head: dict[str, Any]
    steps: tuple[KeptStep, ...] = Field(default=(), strict=False, max_length=MOST_STEPS)
    key: Line = ""
    saved: str = ""  # the course as a file's text
    checked: bool = False
    open_step: int = 0  # the number of the step whose fields are shown, from 1


class KeptPlans(ScenarioPart):
    """All that is written under one secret. ``opened``: the number of the one on the page, from 1."""

    plans: tuple[KeptPlan, ...] = Field(default=(), strict=False, max_length=_MOST)
    opened: int = 0


def path_of(secret: str) -> Path:
    """Return where the drafts of a secret are: whoever reads the folder does not learn it."""
    return data_folder() / FOLDER / f"{key_hash(secret)[:40]}.yaml"


def kept_plans(secret: str) -> KeptPlans:
    """Return the drafts of a secret; none where there is no such file. Raises FileProblem."""
    with contextlib.suppress(FileNotFoundError):
        return read(KeptPlans, path_of(secret))
    return KeptPlans()


def keep_plans(secret: str, kept: KeptPlans) -> None:
    """Keep drafts in place of the earlier ones of a secret; where none is left its file goes. Raises FileProblem."""
    if kept.plans:
        write(path_of(secret), kept.model_dump(mode="json"))
    else:
        path_of(secret).unlink(missing_ok=True)
