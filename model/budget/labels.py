"""Names of a budget's components."""

from __future__ import annotations

from model.language.catalogue import group_name, name
from model.language.messages import Message, Phrase


def component_label(component: str) -> Message:
    """Return the name of a component of the budget, for instance ``offer.course``."""
    kind_of_cost, _, of = component.partition(".")
    if kind_of_cost == "benefit":
        return Message("budget.component.benefit", group=Phrase(group_name, of))
    if of:
        return Message(f"budget.component.{kind_of_cost}", kind=Phrase(name, "kind", of))
    return Message(f"budget.component.{component}")
