"""Test the data page: every part, imports in and out again, and that keys stay nowhere."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from model.municipality.municipality_list import municipalities
from model.scenario.scenario import Scenario
from model.validation import overview_98
from model.validation.overview_98 import OverviewRow, overview
from model.validation.rates_98 import ordered, rates_98
from pages.session.history import History, Step
from pages.session.session import baseline_scenario
from pages.views.data import towns
from tests.folders import ROOT
from tests.pages.cases import the_visit
from tests.pages.data_page import facts, settled, started, words

pytestmark = pytest.mark.usefixtures("engine")
SAMPLE = ROOT / "tests" / "data" / "jobindsats_v2_y30r21_sample.jsonl"
PARTS = ("town", "towns", "targets", "fetch", "fit", "backtest", "benchmark")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    return tmp_path / "municipalities"


@lru_cache(maxsize=1)
def shipped_towns() -> tuple[OverviewRow, ...]:
    """Run all municipalities on the figures that ship, once for all tests of this page."""
    return overview()


@pytest.fixture(autouse=True)
def quick_overview(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run only the baselines of municipalities with figures of their own; the others stand as they ship."""
    shipped = shipped_towns()

    def quick(**progress: Any) -> tuple[OverviewRow, ...]:
        own = [info for info in municipalities() if info.own]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(overview_98, "municipalities", lambda: own)
            run_anew = {town.id: town for town in overview(**progress)}
        return tuple(run_anew.get(town.id, town) for town in shipped)

    monkeypatch.setattr(towns, "overview", quick)


def test_the_overview_runs_every_municipality() -> None:
    assert {town.id for town in shipped_towns()} == {info.id for info in municipalities()}


def at(municipality: str, language: str = "da") -> dict[str, Any]:
    return {
        "language": language,
        "history": History((Step(baseline_scenario(municipality, language), "start"),)),
    }


@pytest.mark.parametrize(
    ("municipality", "language"),
    [("ballerup", "da"), ("broendby", "en"), ("albertslund", "da"), ("samsoe", "en")],
)
def test_the_quick_parts_draw(municipality: str, language: str) -> None:
    for part in ("fetch", "fit", "benchmark"):
        app = started(part, **at(municipality, language))
        assert not app.error


# --- the municipality -----------------------------------------------------------------------------


@pytest.mark.parametrize("municipality", ["ballerup", "laesoe"])
def test_the_municipality_stands_as_the_model_has_it(municipality: str) -> None:
    from model.language.catalogue import group_name, number, percent
    from model.municipality.municipality import load_municipality
    from model.validation.steady_state import baseline_check

    app = started("town", **at(municipality))
    assert not app.error
    check = baseline_check(load_municipality(municipality))
    shown = facts(app)
    for group in check.groups:
        assert group_name(group.group, "da") in shown
        if group.stock >= 100:
            assert f'"{number(group.stock, "da")}"' in shown
            assert f'"{percent(group.exit_share, "da", 1)}"' in shown
    small = [g for g in check.groups if 0 < g.stock < 5]
    assert bool(small) == ("vises ikke" in shown) == ("Antal under 5 vises ikke" in words(app))
    assert number(check.qualities["assumption"], "da") in words(app)
    # One sentence and one picture stand before the tables, which are folded.
    assert f"{number(sum(g.stock for g in check.groups), 'da')} fuldtidspersoner på ydelse" in words(app)
    assert [e.label for e in app.expander][-2:] == [
        "Målgrupperne: antal, kilde, tilgang, afgang og varighed",
        "Ydelserne: hvad antallet hviler på",
    ]


# --- the 98 ---------------------------------------------------------------------------------------


def names_of(app: Any) -> list[str]:
    """Return the municipalities of the first table, from the top."""
    for element in app.main:
        proto = getattr(element, "proto", None)
        if type(proto).__name__ == "BidiComponent" and "Nr. i benchmark" in proto.json:
            return [row[0] for row in json.loads(json.loads(proto.json)["json"])["rows"]]
    return []


@pytest.mark.parametrize("figures", ["2020", "2026"])
def test_all_98_have_their_place_and_what_they_rest_on(figures: str) -> None:
    scenario = Scenario(name="x", municipality="ballerup", baseline=figures)
    app = started("towns", language="da", history=History((Step(scenario, "start"),)))
    assert not app.error
    rates = rates_98(figures)
    mine = next(rate for rate in rates if rate.id == "ballerup")
    assert f"nr. {mine.dagpenge_place} af 98" in words(app)
    assert [n.removesuffix(" (vist nu)") for n in names_of(app)] == [
        r.name for r in ordered(rates, "dagpenge")
    ]
    if figures == "2020":
        assert facts(app).count('"Benchmark"') == 95
        assert facts(app).count('"Egne dokumenter og benchmark"') == 3


def test_the_98_are_sorted_searched_and_opened() -> None:
    app = started("towns", **at("ballerup"))
    app.selectbox(key="data_towns_order").set_value("name")
    app = settled(app)
    assert names_of(app)[0] == "Aabenraa"
    assert names_of(app)[-1] == "Aarhus" or names_of(app)[-1].startswith(("Å", "Ø", "Æ"))
    app.text_input(key="data_search").set_value("randers")
    app = settled(app)
    assert names_of(app) == ["Randers"]
    app.button(key="open-town-randers").click()
    app = settled(app)
    assert the_visit(app).scenario.municipality == "randers"
    assert "Randers: " in words(app)


# --- figures in and out ---------------------------------------------------------------------------

OWN = """Periode;Område;Ydelsesgruppe;Antal fuldtidspersoner
2020;Ballerup;Ledighedsydelse;140,0
2020;Ballerup;Ressourceforløb;*
2020;Ballerup;Noget helt andet;12,0
2020;Herlev;Ledighedsydelse;77,0
engang;Ballerup;Fleksjob;500,0
"""


def with_file(data: bytes, name: str = "egne.csv", **session: Any) -> Any:
    """Return a visitor who has brought in a file."""
    from pages.views.data.import_figures import File

    app = started("fetch", **session)
    the_visit(app).widget_values["data_file"] = File(name, data)
    return settled(app)


def test_a_file_shows_before_after_and_why_rows_are_left_out() -> None:
    from model.imports.preview import preview
    from model.imports.reader import read_export
    from model.municipality.municipality import load_municipality

    app = with_file(OWN.encode())
    assert not app.error
    imported = read_export(OWN.encode(), "egne.csv")
    found = preview(imported, load_municipality("ballerup"))
    assert [r.parameter for r in found if r.changes] == ["stock.ledighedsydelse"]
    shown = facts(app)
    assert found.replacements[0].label("da") in shown
    assert '"126", "140"' in shown
    assert "Antagelse → Statistik" in shown
    for entry in found.not_used:
        assert entry.why.da in shown
    said = words(app)
    assert "Tal, der ville få en ny værdi: 1." in said
    assert "Én række eller celle kunne ikke bruges" in said
    table = "\n".join(str(t.value) for t in app.table).replace("\\", "")
    assert "»engang« er ikke en periode" in table
    assert load_municipality("ballerup").own_file is None, "nothing is used before the button is pressed"


def test_columns_that_are_not_known_are_asked_about_once(folder: Path) -> None:
    data = (
        "Hvornår;Sted;Branche;Ydelse;Ledige ialt;Noget andet\n"
        "2020;Ballerup;Alle;DP-modtagere;777;5\n2020;Ballerup;Industri;DP-modtagere;100;5\n"
    ).encode()
    app = with_file(data, "vores.csv")
    assert "Kolonner, der ikke kendes" in [e.label for e in app.expander]
    for key, answer in (
        ("column-Ledige ialt", "measure:fulltime"),
        ("column-Branche", "only:Alle"),
        ("group-DP-modtagere", "dagpenge"),
    ):
        app.selectbox(key=f"data-reading-{key}").set_value(answer)
    app.button(key="data-reading-keep").click()
    settled(app)
    assert '"777"' in facts(app)
    assert "Tabellen er læst, som du tidligere har sagt." in words(app)
    # The next visitor's file of the same kind is read by itself.
    other = with_file(data.replace(b"777", b"790"), "naeste.csv")
    assert '"790"' in facts(other)
    assert list((folder.parent / "tables").glob("*.yaml"))


ACCOUNT = (
    "OMRÅDE;FUNKTION;DRANST;ART;PRISENHED;TID;INDHOLD\n"
    "Ballerup;5.68.90 Driftsudgifter;1 Driftskonti;Bruttoudgifter;Løbende priser (1.000 kr.);2020;52400\n"
    "Ballerup;5.68.90 Driftsudgifter;2 Statsrefusion;I alt (netto);Løbende priser (1.000 kr.);2020;-4100\n"
    "Ballerup;5.68.91 Indsats;1 Driftskonti;Bruttoudgifter;Løbende priser (1.000 kr.);2020;6100\n"
)


def test_an_account_shows_its_sum_and_prices_with_ranges(folder: Path) -> None:
    app = with_file(ACCOUNT.encode(), "REGK31.csv")
    said = words(app)
    assert "58,5 mio. kr. i 2020" in said
    assert "Prisernes indbyrdes forhold er stadig en antagelse" in said
    shown = facts(app)
    assert '["2.500", "1.500 til 4.500"]' in shown
    assert '["2.560", "1.580 til 4.162"]' in shown
    # Nothing is asked: an account is of no target group, and all its columns are known.
    assert not app.expander
    assert not [box for box in app.selectbox if "målgruppe" in box.label.lower()]
    app.button(key="data_use").click()
    settled(app)
    assert "price.guidance_week" in (folder / "ballerup.yaml").read_text(encoding="utf-8")


def test_nothing_answered_keeps_nothing(folder: Path) -> None:
    app = with_file("Hvornår;Sted;Ledige ialt\n2020;Ballerup;777\n".encode(), "vores.csv")
    app.button(key="data-reading-keep").click().run()
    assert "Vælg først" in "".join(str(w.value) for w in app.warning)
    assert not (folder.parent / "tables").exists()


def test_using_the_figures_opens_them_and_one_can_go_back(folder: Path) -> None:
    from model.municipality.municipality import load_municipality

    app = with_file(OWN.encode())
    app.button(key="data_use").click()
    settled(app)
    assert (folder / "ballerup.yaml").is_file()
    municipality = load_municipality("ballerup")
    assert municipality.parameter("stock.ledighedsydelse").value.value == 140.0
    assert municipality.parameter("stock.ledighedsydelse").value.quality == "statistic"
    visit = the_visit(app)
    assert visit.widget_values["data_part"] == "town"
    assert visit.municipality.own_file is not None
    assert "Egne tal for Ballerup" in words(app)
    shown = facts(app)
    assert '"126", "140"' in shown
    everyone = facts(started("towns", **at("ballerup")))
    assert '"Ballerup (vist nu)", "Egne tal"' in everyone
    before = (folder / "ballerup.yaml").read_bytes()
    app.button(key="data_remove").click()
    settled(app)
    assert load_municipality("ballerup").own_file is None
    app.button(key="data_undo_do").click()
    settled(app)
    assert (folder / "ballerup.yaml").read_bytes() == before
    assert "data_undo" not in the_visit(app).widget_values


def test_somebody_elses_save_in_the_meantime_is_not_overwritten(folder: Path) -> None:
    app = with_file(OWN.encode())
    other = with_file(OWN.replace("140,0", "150,0").encode())
    other.button(key="data_use").click()
    settled(other)
    theirs = (folder / "ballerup.yaml").read_bytes()
    read = the_visit(app).jobs["data-read"].result
    assert read.expected is None
    from model.imports.own_files import OwnFileConflict, save_municipality
    from model.municipality.municipality import shipped_municipality

    with pytest.raises(OwnFileConflict):
        save_municipality(shipped_municipality("ballerup"), read.preview, expected_hash=read.expected)
    assert (folder / "ballerup.yaml").read_bytes() == theirs


def test_figures_of_the_same_value_still_change_the_register() -> None:
    from model.municipality.municipality import load_municipality

    before = load_municipality("ballerup").key
    app = with_file(SAMPLE.read_bytes(), SAMPLE.name)
    app.button(key="data_use").click()
    settled(app)
    assert load_municipality("ballerup").key != before, "else pages would show the register of before"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"\x00\x01\x02" * 50,
        b"PK\x03\x04broken",
        b"{",
        b"a;b\n1;2\n",
        OWN.encode("utf-16"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(data: bytes) -> None:
    app = with_file(data, "![x](http://x) **fed**.csv")
    assert not app.error
    assert app.text or "det står der i filen" in words(app)


def test_labels_that_are_read_aloud_have_no_signs_of_their_own() -> None:
    data = "Hvornår;Branche;Ydelse;Ledige i_alt\n2020;Alle;DP-modtagere;777\n2020;Industri;DP-modtagere;100\n"
    app = with_file(data.encode())
    labels = [widget.label for widget in (*app.selectbox, *app.checkbox)]
    assert {"Kolonnen »Ledige i_alt«", "»DP-modtagere« i filen er målgruppen"} <= set(labels)
    assert "Filen nævner intet område. Den handler om Ballerup" in labels
    assert [label for label in labels if "\\" in label] == []


# --- straight from the source ---------------------------------------------------------------------

SECRET = "noegle-0123456789abcdef"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Serve Jobindsats on this machine: it answers with the sample where the key is right."""
    import json
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    seen: list[tuple[str, str]] = []
    records = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers.get("Authorization", "")))
            right = seen[-1][1] == f"Bearer {SECRET}"
            self.send_response(200 if right else 401)
            self.end_headers()
            self.wfile.write(json.dumps(records if right else {"key": SECRET}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setattr("model.imports.fetch.JOBINDSATS_V3", f"http://127.0.0.1:{server.server_port}/v3")
    yield seen
    server.shutdown()
    server.server_close()


def asked(app: Any, key: str) -> Any:
    from pages.session.jobs import Job

    app.text_input(key="data_table").set_value("Y30R21")
    app.text_input(key="data_token").set_value(key)
    next(b for b in app.button if b.label == "Importér tallene").click()
    app.run()
    job: Job | None = the_visit(app).jobs.get("data-fetch")
    if job is not None:
        assert job.done.wait(60)
    return settled(app)


def live() -> Any:
    return started("fetch", {"data_way": "live", "data_from": "jobindsats_v3"})


def everything(app: Any) -> str:
    """Return all that the session holds, as deep as it goes."""
    import pickle

    state = {k: v for k, v in app.session_state._state.filtered_state.items() if k != "visit"}
    visit = the_visit(app)
    parts = [repr(state), repr(visit.widget_values), visit.query, repr(visit.history), words(app), facts(app)]
    parts.append(repr([vars(job) for job in visit.jobs.values()]))
    file = visit.widget_values.get("data_file")
    return "\n".join(parts) + (pickle.dumps(file.data).decode("latin-1") if file else "")


def test_the_key_goes_to_the_source_and_nowhere_else(service: Any, caplog: pytest.LogCaptureFixture) -> None:
    import logging

    caplog.set_level(logging.DEBUG)
    app = asked(live(), SECRET)
    assert service[0][1] == f"Bearer {SECRET}"
    assert SECRET not in service[0][0]
    assert "det står der i filen" in words(app)
    assert "Filen bekræfter de tal, der er" in words(app)
    assert SECRET not in everything(app)
    assert SECRET not in caplog.text


def test_a_wrong_key_is_said_and_forgotten(service: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = asked(live(), "forkert-noegle")
    assert "Serveren siger nej til nøglen" in words(app)
    assert "forkert-noegle" not in everything(app)
    assert "forkert-noegle" not in caplog.text
    assert len(service) == 1


def test_the_version_that_has_ended_is_no_choice() -> None:
    app = started("fetch", {"data_way": "live", "data_from": "jobindsats_v2"})
    source = app.selectbox(key="data_from")
    assert source.options == ["Jobindsats, API version 3", "Statistikbanken"]
    assert source.value == "jobindsats_v3"


def test_an_empty_key_asks_nobody(service: Any) -> None:
    app = asked(live(), "")
    assert "Nøglen er tom" in words(app)
    assert service == []


# --- calibration and back-test --------------------------------------------------------------------


def test_the_fit_is_the_models() -> None:
    from model.language.catalogue import number, percent
    from model.monthly.fit import fit_monthly
    from model.monthly.series import national_dagpenge

    app = started("fit")
    fit = fit_monthly(national_dagpenge())
    said = words(app)
    assert f"kommer {number(fit.level, 'da')} til" in said
    assert percent(fit.error["normal"].mean_absolute_pct / 100, "da", 1).replace("\xa0", " ") in said
    assert number(fit.error["shock"].mean_absolute, "da") in facts(app)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"month,stock\n2020-01,10\n2020-02,-3\n", "kan ikke være negativ"),
        (b"month,stock\n2020-01,10\n2020-02,*\n", "Et skjult tal er ikke nul"),
        (b"month,stock\n2020-01,10\n2020-02,12\n", "Der skal mindst"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_an_impossible_series_is_named(data: bytes, told: str) -> None:
    app = started("fit", {"data_series": "own"})
    app.file_uploader(key="data_series_upload").set_value([("serie.csv", data, "text/csv")]).run()
    assert "Serien kan ikke kalibreres" in words(app)
    assert told in words(app)


def test_the_backtest_shows_where_the_model_is_no_better() -> None:
    from model.language.catalogue import percent
    from model.validation.backtest_municipal import shipped_backtest
    from model.validation.backtest_national import backtest_national, national_sentences, national_summary

    app = started("backtest")
    assert not app.error
    said = words(app)
    for sentence in (line.da for line in national_sentences(national_summary())):
        assert sentence in said
    found = backtest_national("2020-02", economy="unchanged")
    shown = percent(found.errors["model"].weighted_pct / 100, "da", 1).replace("\xa0", " ")
    assert f"uden noget givet {shown}" in said
    municipal = shipped_backtest()
    for sentence in (line.da for line in municipal.sentences()):
        assert sentence in said
    assert facts(app).count(' fra"]') == 98 * 4


def test_the_benchmark_is_the_ministrys_and_the_models() -> None:
    from model.goals.benchmark import benchmark_places
    from model.validation.published_benchmark import published_course
    from pages.session.results import runs

    scenario = baseline_scenario("broendby", "da").with_change("firm_places", 400.0)
    app = started("benchmark", history=History((Step(scenario, "start"),)))
    course = published_course("Brøndby")
    assert course[-1].period == "2022QMAT04"
    assert f"plads {course[-1].row.rank} af 98" in words(app)
    for place in benchmark_places(*runs(scenario)):
        assert f"nr. {place.scenario_rank} af 98" in facts(app)
