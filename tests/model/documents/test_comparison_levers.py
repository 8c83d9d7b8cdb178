"""Test the picture of what each proposal sets the levers to."""

from __future__ import annotations

from model.documents.comparison_levers import levers_chart
from model.workshop.common_ground import LeverSpread
from pages.components.theme import palette

NAMES = ("Nord", "Syd", "Øst", "Vest", "Midt")


def labels(*values: float) -> dict[str, str | None]:
    """Return the figure at each proposal's dot."""
    spread = LeverSpread(("firm_places", None), 136.0, values)
    table, _ = levers_chart([spread], NAMES[: len(values)], "da", palette())
    return {row["name"]: row["label"] for row in table.to_pylist() if row["kind"] == "dot"}


def test_a_dot_that_stands_alone_has_its_figure_and_no_other_says_anything() -> None:
    assert labels(200, 300) == {"Nord": "200", "Syd": "300"}
    many = labels(200, 202, 400, 600, 136)
    assert many == {"Nord": "", "Syd": "", "Øst": "400", "Vest": "600"}
    assert None not in many.values(), "the picture would say null"
