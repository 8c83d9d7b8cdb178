"""Name the figures that results are kept and compared by."""

from __future__ import annotations

from typing import Final, Protocol

# Keys of the two figures of a run that belong to no goal.
PERSONS: Final = "persons_on_support"
NET: Final = "net_difference_dkk"


class HasId(Protocol):
    """A goal or an indicator, as specification or as result."""

    @property
    def id(self) -> str:
        """Return the id that files use."""
        ...


def indicator_key(goal: HasId, indicator: HasId) -> str:
    """Return the key under which files and tables keep an indicator, for instance ``unge.young_on_support``."""
    return f"{goal.id}.{indicator.id}"
