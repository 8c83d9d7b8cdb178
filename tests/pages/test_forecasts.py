"""Test the back-test of the forecasts on the page Data: one sentence and picture first, the months since, files."""

from __future__ import annotations

from typing import Any

import pytest

from model.forecast import measured
from model.forecast import promise as promises
from model.forecast.measured import beaten, halves_told, own_rows, told, told_of_all, which_is_shown
from model.forecast.promise import promise
from model.forecast.tried import OURS
from model.municipality.figures import monthly
from model.municipality.history import SERIES
from pages.session.history import History, Step
from pages.session.session import baseline_scenario
from pages.views.data import forecasts
from tests.pages.cases import new_visit
from tests.pages.data_page import facts, started, words

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def without_the_engines_part(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Leave out what stands behind: it has its own tests and runs the engine."""
    from pages.views.data import backtest

    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    monkeypatch.setattr(backtest, "_of_the_engine", lambda session: None)


def opened(municipality: str = "ballerup", benefit: str = "dagpenge", language: str = "da") -> Any:
    history = History((Step(baseline_scenario(municipality, language), "start"),))
    return started("backtest", {"data_ahead_benefit": benefit}, language=language, history=history)


@pytest.mark.parametrize(
    ("municipality", "benefit", "language"),
    [("ballerup", "dagpenge", "da"), ("samsoe", "kontanthjaelp", "en")],
)
def test_the_municipality_stands_first_then_all(municipality: str, benefit: Any, language: str) -> None:
    app = opened(municipality, benefit, language)
    assert not app.error
    said = words(app)
    name = baseline_scenario(municipality, language).municipality
    rows = own_rows(benefit, name)
    assert rows is not None
    shown = next(m.name for m in forecasts.municipalities() if m.id == name)
    first = told(rows[2], shown).text(language)
    assert first in said
    assert said.index(first) < said.index(told_of_all(benefit).text(language))
    for sentence in (told_of_all(benefit), which_is_shown(benefit), halves_told(benefit)):
        assert sentence.text(language).replace("\xa0", " ") in said
    worse = beaten(rows, shown)
    assert worse is None or worse.text(language) in said
    assert len(app.get("vega_lite_chart")) == 2


def test_tables_have_every_guess_the_bands_the_country_and_all_98() -> None:
    shown = facts(opened()).replace("\xa0", " ")
    assert '"13.674"' in shown
    assert '"80 %", ["85 %", "76–91 %"], ["84 %", "70–94 %"]' in shown
    assert shown.count(" (gæt ") == 98 * 4
    assert shown.index("Ballerup (vist nu)") < shown.index("Aabenraa")


def test_nothing_has_come_yet() -> None:
    said = words(opened())
    assert "Månederne efter jan. 2026" in said
    assert "Ingen endnu. Prognosen fra jan. 2026 er gemt den 30. november 2026" in said


def further(benefit: Any, off: float, own: float | None) -> dict[str, Any]:
    """Return figures with two further months, each ``off`` above what was promised, Ballerup's second one ``own``."""
    made, figures = promise(benefit), monthly(*SERIES[benefit])
    return {
        name: figures[name]
        | {
            "2026M02": float(made.forecasts[OURS][0, i]) + off,
            "2026M03": own if name == "ballerup" else float(made.forecasts[OURS][1, i]) + off,
        }
        for i, name in enumerate(made.ids)
    }


def test_months_that_come_lie_beside_what_was_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promises, "monthly", lambda *_: further("dagpenge", 7.0, 1234.0))
    app = opened()
    said, shown = words(app), facts(app).replace("\xa0", " ")
    assert "2 måneder efter jan. 2026 er kommet." in said
    assert '"feb. 2026", ' in shown
    assert '"+7"]' in shown
    assert '"1.234"' in shown


@pytest.mark.parametrize("own", [None, 4.0])
def test_a_small_or_hidden_month_is_not_shown_nor_told_by_its_distance(
    own: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = further("dagpenge", 7.0, own)
    for module in (promises, measured):
        monkeypatch.setattr(module, "monthly", lambda *_: figures)
    app = opened()
    assert '"vises ikke", "vises ikke"]' in facts(app)
    assert "afvigelsen ikke vises" in words(app), "a mean over months would tell the hidden one"


def test_files_hold_all_municipalities_months_and_guesses() -> None:
    visit = new_visit()
    errors = forecasts._all_errors(visit, "dagpenge")
    assert len(errors) == 98 * 12
    assert len(errors[0]) == 2 + 5
    kept = forecasts._promised(visit, "kontanthjaelp")
    assert len(kept) == 98 * 12
    assert {"2026-02", "2027-01"} <= {row["Måned"] for row in kept}
    assert not {"1", "2", "3", "4"} & {cell for row in kept for cell in list(row.values())[2:]}
