"""Find the municipality and the starting figures that a command is asked for."""

from __future__ import annotations

from model.cli.context import CommandContext, WrongUse
from model.municipality.municipality import DEFAULT_SET, Municipality, load_municipality
from model.municipality.municipality_list import UnknownMunicipality
from model.municipality.rules import DATED, FIRST_RULES
from model.municipality.vintages import FIRST, UnknownVintage, opening_vintage
from model.parameters.assumption_sets import UnknownAssumptionSet


def chosen_municipality(
    context: CommandContext, assumption_set: str = DEFAULT_SET, *, name: str | None = None
) -> Municipality:
    """Return the municipality on the figures of ``--baseline``, else on those that the app opens on.

    ``name``: which one, where it is not the command's argument of that name.

    Raises WrongUse for an unknown name.
    """
    figures = context.options.baseline or opening_vintage()
    try:
        return load_municipality(
            context.options.municipality if name is None else name,
            assumption_set,
            figures=figures,
            rules=FIRST_RULES if figures == FIRST else DATED,
        )
    except (UnknownMunicipality, UnknownAssumptionSet, UnknownVintage) as error:
        raise WrongUse(error.text(context.language)) from None
