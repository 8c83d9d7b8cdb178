"""Test that the compare page gives no verdict on what is suppressed."""

from __future__ import annotations

import pytest

from model.language.catalogue import text
from tests.model.disclosure_everywhere.cases import YOUNG, plan


@pytest.mark.usefixtures("engine")
def test_the_compare_page_gives_no_verdict_on_what_is_hidden() -> None:
    from model.uncertainty.comparison import by_assumption_set
    from pages.views.compare.view import ComparisonView
    from tests.pages.cases import new_visit

    scenarios = [plan("laesoe"), plan("laesoe", meetings=4.0)]
    versus = ComparisonView(new_visit("laesoe"), [("A", scenarios[0]), ("B", scenarios[1])])
    assert YOUNG in versus.titles()
    assert YOUNG not in versus.compared.directions()
    assert len(versus.compared.directions()) >= 2
    found = by_assumption_set(scenarios, versus.compared.directions())
    word = text("disclosure.not_shown", "da")
    for row in versus.verdicts(found, {name: name for name in found}):
        title, *cells = row.values()
        assert (set(cells) == {word}) == (title == versus.titles()[YOUNG])
