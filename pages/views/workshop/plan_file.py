"""Keep what is written in the editor of plans in a file at each change, and find it again after a reload.

The address holds the secret that opens the file, as a meeting's does: nobody else sees what somebody is writing.
"""

from __future__ import annotations

from typing import Any, Final

from model.files.atomic_write import yaml_text
from model.files.problems import FileProblem
from model.scenario.parts import TEXT_LENGTH
from model.scenario.texts import as_typed
from model.workshop.codes import new_key
from model.workshop.course import to_dict
from model.workshop.course_files import read_course
from model.workshop.plan_drafts import KeptPlan, KeptPlans, KeptStep, keep_plans, kept_plans
from pages.session.notices import Notice, problem_text
from pages.session.session import Session
from pages.views.workshop.plan_draft import DRAFTS, OPEN, PlanDraft, StepDraft, drafts, empty_step, new_draft

# What this visit last knew of its file.
_KNOWN: Final = "plan-kept"


def sync_drafts(session: Session) -> None:
    """Find what was written under the secret in the address, or keep what this visit has changed since."""
    try:
        _sync(session)
    except FileProblem as problem:
        session.notice = Notice("warning", problem_text(problem))


def _sync(session: Session) -> None:
    """Find or keep; what another window of the same secret has written is taken up where nothing was typed here."""
    known = session.widget_values.get(_KNOWN)
    mine = _kept(session)
    if session.plan:
        filed = kept_plans(session.plan)
        if filed != known and mine in (known, KeptPlans()):
            _take_up(session, filed)
            session.widget_values[_KNOWN] = filed
            return
    if mine == (known or KeptPlans()):
        return
    session.plan = session.plan or new_key()
    keep_plans(session.plan, mine)
    session.widget_values[_KNOWN] = mine
    if not mine.plans:
        session.plan = ""
        session.widget_values[_KNOWN] = None


def _kept(session: Session) -> KeptPlans:
    """Return what this visit is writing; what nothing was typed into is not kept."""
    written = [draft for draft in drafts(session) if draft.is_changed]
    opened = next((n for n, one in enumerate(written, 1) if one.uid == session.widget_values.get(OPEN)), 0)
    return KeptPlans(plans=tuple(_plan(draft) for draft in written), opened=opened)


def _plan(draft: PlanDraft) -> KeptPlan:
    """Return a draft as it is kept."""
    return KeptPlan(
        head=_plain(draft.head),
        steps=tuple(KeptStep(id=step.id, values=_plain(step.values)) for step in draft.steps),
        key=draft.key,
        saved="" if draft.saved is None else yaml_text(to_dict(draft.saved)),
        checked=draft.checked,
        open_step=next((n for n, one in enumerate(draft.steps, 1) if one.uid == draft.open_step), 0),
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with texts that a file may hold."""
    return {
        name: as_typed(value, TEXT_LENGTH) if isinstance(value, str) else value
        for name, value in values.items()
    }


def _take_up(session: Session, filed: KeptPlans) -> None:
    """Put on the page what a file has."""
    found = [_draft(plan) for plan in filed.plans]
    session.widget_values[DRAFTS] = found
    session.widget_values[OPEN] = found[filed.opened - 1].uid if 0 < filed.opened <= len(found) else None


def _draft(plan: KeptPlan) -> PlanDraft:
    """Return a kept draft as it is typed on; it is kept until it is saved or dropped."""
    head = _known(new_draft("").head, plan.head)
    steps = [StepDraft(one.id, _known(empty_step("text", ""), one.values)) for one in plan.steps]
    saved = read_course(plan.saved) if plan.saved else None
    draft = PlanDraft(head, steps, key=plan.key, saved=saved, checked=plan.checked)
    draft.begun = {}
    if 0 < plan.open_step <= len(steps):
        draft.open_step = steps[plan.open_step - 1].uid
    return draft


def _known(template: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that the editor knows; what a file has of another kind counts as not filled in."""
    return {
        name: values[name] if type(values.get(name)) is type(first) else first
        for name, first in template.items()
    }
