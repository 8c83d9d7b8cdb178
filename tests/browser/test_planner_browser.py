"""Test a planner's journey: from a file of Jobindsats to a scenario on the municipality's own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.language.catalogue import text
from tests.browser.conftest import READY, eventually, settle
from tests.browser.data_page import SLOW, at_data_page, part
from tests.browser.server import Server

SAMPLE = Path(__file__).parents[1] / "data" / "jobindsats_v2_y30r21_sample.jsonl"
PERIOD = '"Periode":"'
MONTHS = 48
OPENINGS = 5


def series() -> str:
    """Return four years of a municipality's dagpenge recipients: a season and a slow fall."""
    lines = ["month,stock"]
    for i in range(MONTHS):
        stock = 600 * math.exp(-0.002 * i) * (1 + 0.08 * math.cos(2 * math.pi * i / 12))
        lines.append(f"{2016 + i // 12}-{i % 12 + 1:02d},{stock:.1f}")
    return "\n".join(lines) + "\n"


def benchmark(years: int) -> str:
    """Return the ministry's benchmark as the source gives it, and so many years in all, made like the real one."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    out = []
    for back in range(years):
        for line in lines:
            head, mark, rest = line.partition(PERIOD)
            out.append(f"{head}{mark}{int(rest[:4]) - back}{rest[4:]}")
    return "\n".join(out) + "\n"


def key_figures(municipality: str, language: str) -> list[str]:
    """Return the goals' key indicators at the baseline, as the first page writes them."""
    from model.goals.evaluate import evaluate_goals
    from model.goals.results import suppress
    from model.municipality.municipality import load_municipality
    from model.simulation.simulate import baseline

    run = baseline(load_municipality(municipality))
    return [goal.key.shown(goal.key.value_scenario, language) for goal in suppress(evaluate_goals(run, run))]


def choose(page: Any, label: str, index: int) -> None:
    """Choose one of a list's options; where a run that ends closes the list, open it again."""
    from playwright.sync_api import TimeoutError as Late

    box, options = page.get_by_role("combobox", name=label), page.get_by_role("listbox").get_by_role("option")
    for _ in range(OPENINGS):
        box.press("ArrowDown")
        try:
            options.nth(index).click(timeout=3_000)
        except Late:
            settle(page)
        else:
            return
    raise AssertionError(f"{label} does not open")


@pytest.mark.parametrize(
    ("language", "municipality", "name", "years"),
    [("da", "odense", "Odense", 6), ("en", "vejle", "Vejle", 1)],
)
def test_from_a_file_to_a_scenario_on_ones_own_figures(
    server: Server,
    visitor: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    municipality: str,
    name: str,
    years: int,
) -> None:
    def says(key: str, **values: object) -> str:
        return text(f"page_data.{key}", language, **values)

    def heading(words: str) -> None:
        page.get_by_role("heading", name=words).first.wait_for(timeout=SLOW)

    def chart(name: str) -> None:
        page.locator(f".st-key-figure-{name} {READY}").first.wait_for(timeout=SLOW)

    monthly = tmp_path / "dagpenge.csv"
    monthly.write_text(series(), encoding="utf-8")
    file = tmp_path / "jobindsats_y30r21.jsonl"
    file.write_text(benchmark(years), encoding="utf-8")
    assert file.stat().st_size == pytest.approx(602_094 * years, abs=10)
    own = server.data / "municipalities" / f"{municipality}.yaml"
    shipped = key_figures(municipality, language)
    page = at_data_page(server, visitor, municipality, language)

    # The file, and what it would change: the half-year before gives other figures than those that ship.
    part(page, says("part.fetch"))
    page.locator("input[type=file]").set_input_files(file)
    heading(says("change", name=name))
    settle(page)
    choose(page, says("read.until"), 2)
    rows = page.locator(".st-key-data-fetch").get_by_role("table").first.get_by_role("row")

    def differs() -> bool:
        # Head and at least the three benefits of the benchmark.
        cells = rows.nth(1).get_by_role("cell")
        return rows.count() > 3 and cells.nth(0).inner_text() != cells.nth(1).inner_text()

    eventually(page, differs, "other figures for the half-year before")
    assert not own.exists(), "nothing is saved by looking"

    # Calibration and back-test of a monthly series.
    part(page, says("part.fit"))
    part(page, says("fit.series.own"))
    page.locator("input[type=file]").set_input_files(monthly)
    heading("dagpenge")
    heading(says("fit.residuals"))
    chart("tilpasning")
    chart("rest")
    part(page, says("part.backtest"))
    chart("prognose-egen")
    page.locator("[data-testid=stExpander] summary", has_text=says("back.older")).click()
    heading("dagpenge")
    page.get_by_role("heading", name=says("back.errors")).wait_for(timeout=SLOW)
    chart("efterproevning")

    # Back to the file, which has not been forgotten, and use it.
    part(page, says("part.fetch"))
    page.get_by_role("button", name=says("use", name=name)).click(timeout=SLOW)
    heading(says("own", name=name))
    assert own.exists()
    settle(page)
    page.get_by_role("button", name=says("own.explore")).click()
    page.wait_for_selector(READY, timeout=SLOW)
    settle(page)
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(server.data))
    now = key_figures(municipality, language)
    moved = [(a, b) for a, b in zip(shipped, now, strict=True) if a != b]
    assert moved, "the imported figures move at least one goal"
    # A card writes its figure and unit one under the other.
    shown = " ".join(page.locator("body").inner_text().split())
    for _, figure in moved:
        assert " ".join(figure.split()) in shown
    own.unlink()
