"""Test the library page: what is shown, what its buttons do to files, and conflicts of names."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import Any

import pytest

from model.files.problems import FileProblem
from model.library.library import Entry
from model.library.share_link import encode_link
from model.library.stored_results import stored_amount
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import SaveConflict, load_scenario
from model.scenario.parts import Results
from model.scenario.scenario import Scenario
from pages.session import scenario_store
from pages.session.history import History, Step
from pages.session.session import Session, baseline_scenario
from pages.views.library.pictures import money_picture, ordered, reaches
from tests.folders import DATA, MAIN, ROOT
from tests.pages.cases import the_visit

pytestmark = pytest.mark.usefixtures("engine")
TOWNS = ("Brøndby", "Albertslund")
NASTY = "![x](http://example.org/x.png) **fed** <script>"
BROKEN = b"""format: 1
name: Test
municipality: ballerup
changes:
  - lever: firm_place
    to: 400
    from: 2021-01-04
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return tmp_path / "scenarios"


def started(**session: Any) -> Any:
    """Return a new visitor on the library's page."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.run()
    for key, value in session.items():
        setattr(the_visit(app), key, value)
    app.switch_page(str(ROOT / "pages" / "library.py"))
    app.run()
    assert not app.exception
    assert not app.error
    return app


def scenario(name: str, places: float = 300.0) -> Scenario:
    return baseline_scenario("ballerup", "da").copy_with(name=name).with_change("firm_places", places)


def visitor(found: Scenario) -> Session:
    return Session(History((Step(found, "start"),)), token="here")


def headings(app: Any) -> list[str]:
    return [h.value for h in app.subheader]


def words(app: Any) -> str:
    return "\n".join(
        str(e.value) for e in (*app.markdown, *app.caption, *app.subheader, *app.text, *app.code)
    )


def part(app: Any, name: str) -> Any:
    app.session_state["library_part"] = name
    return app.run()


def test_a_file_whose_name_is_not_utf_8_leaves_the_library_to_everyone(folder: Path) -> None:
    scenario_store.library().save(scenario("Flere pladser"))
    saved = scenario_store.library().save(scenario("Blå"))
    foreign = folder / os.fsdecode(b"bl\xe5.yaml")
    saved.path.rename(foreign)
    app = started()
    assert "Flere pladser" in headings(app)
    assert "bl%e5.yaml" in words(app)
    part(app, "import")
    assert not app.exception
    part(app, "compare")
    assert not app.exception
    part(app, "list")
    next(b for b in app.button if str(b.key).startswith("delete-own/bl")).click().run()
    assert not app.exception
    assert not foreign.exists()
    part(app, "bin")
    assert not app.exception
    next(b for b in app.button if str(b.key).startswith("restore-")).click().run()
    assert not app.exception
    assert foreign.exists()


# --- what is shown --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("municipality", "language"),
    [("ballerup", "da"), ("ballerup", "en"), ("broendby", "da"), ("albertslund", "da"), ("samsoe", "en")],
)
def test_every_part_runs(folder: Path, language: str, municipality: str) -> None:
    scenario_store.library().save(scenario("Mit"))
    app = started(
        language=language, history=History((Step(baseline_scenario(municipality, language), "start"),))
    )
    for name in ("list", "compare", "import", "bin"):
        part(app, name)
        assert not app.exception
        assert not app.error


def test_the_cards_say_what_the_files_hold(folder: Path) -> None:
    stored = Results(
        headline="Det gik godt.", model_version="0.1.0", baseline_sha256="x", saved=datetime.date(2021, 3, 2)
    )
    scenario_store.library().save(scenario("Mit forslag").copy_with(results=stored, description="Hvorfor"))
    app = started()
    assert headings(app)[0] == "Mit forslag"
    said = words(app)
    assert "Pladser i virksomheder 200 → 300" in said
    assert "2\\. marts 2021" in said
    assert "Det gik godt" in said
    assert "Hvorfor" in said
    shipped = load_scenario(ROOT / "scenarios" / "ballerup" / "opsving.yaml")
    assert shipped.name in headings(app)


def test_the_municipality_on_screen_comes_first(folder: Path) -> None:
    app = started(history=History((Step(baseline_scenario("broendby", "da"), "start"),)))
    captions = [c.value for c in app.caption]
    first = {town: next(i for i, c in enumerate(captions) if c.startswith(town)) for town in TOWNS}
    assert first["Brøndby"] < first["Albertslund"]


def test_cards_are_sorted_and_the_own_municipality_comes_first(folder: Path) -> None:
    library = scenario_store.library()
    for name, cost in (("Billig", -40e6), ("Ærlig", 10e6), ("Abe", 90e6)):
        results = Results(
            headline="x",
            model_version="0.1.0",
            baseline_sha256="x",
            figures={"net_difference_dkk": cost},
            net_before_dkk=3e9,
            net_low_dkk=cost - 5e6,
            net_high_dkk=cost + 5e6,
        )
        library.save(scenario(name).copy_with(results=results, author="Økonomi"))
    library.save(scenario("Uden tal"))
    library.save(baseline_scenario("broendby", "da").copy_with(name="Aaa fra Brøndby"))
    entries = [e for e in library.listing()[0] if e.own]

    def names(order: Any) -> list[str]:
        return [e.scenario.name for e in ordered(entries, order, "ballerup")]

    assert names("cost") == ["Billig", "Ærlig", "Abe", "Uden tal", "Aaa fra Brøndby"]
    assert names("name") == ["Abe", "Billig", "Uden tal", "Ærlig", "Aaa fra Brøndby"]
    assert names("newest")[-1] == "Aaa fra Brøndby"
    assert reaches(entries)["ballerup"] == 95e6


def test_a_card_shows_the_stored_amount_with_its_range_and_who_wrote_it(folder: Path) -> None:
    stored = Results(
        headline="x",
        model_version="0.1.0",
        baseline_sha256="x",
        figures={"net_difference_dkk": -31.7e6},
        net_before_dkk=3e9,
        net_low_dkk=-46.8e6,
        net_high_dkk=-23.1e6,
    )
    amount = stored_amount(scenario("Et").copy_with(results=stored))
    assert amount is not None
    picture = money_picture(visitor(scenario("Et")), amount, 46.8e6)
    said = re.sub(r"<[^>]+>", " ", picture).replace("\xa0", " ")
    assert "kommunen sparer 32 mio. kr. over 4 år (9 af 10 beregninger: fra 47 sparet til 23 sparet)" in said
    assert "left:0.00%" in picture, "the range begins where the picture does"
    # No amount without its range.
    alone = stored.model_copy(update={"net_low_dkk": None, "net_high_dkk": None})
    assert stored_amount(scenario("Et").copy_with(results=alone)) is None
    scenario_store.library().save(scenario("Et").copy_with(results=stored, author="Økonomi"))
    scenario_store.library().save(scenario("To"))
    app = started()
    captions = "\n".join(c.value for c in app.caption)
    assert "Ballerup · af Økonomi" in captions
    assert "Ballerup · uden forfatter" in captions
    assert "Ballerup · af Eksempel fra Indsatskompas" in captions


def test_search_matches_danish_letters_and_survives_a_page_switch(folder: Path) -> None:
    scenario_store.library().save(scenario("Færre til førtidspension"))
    app = started()
    app.text_input(key="library_search").set_value("fortidspension").run()
    assert headings(app)[0] == "Færre til førtidspension"
    fewer = len(headings(app))
    app.text_input(key="library_search").set_value("xyzzy").run()
    assert headings(app) == []
    assert "Prøv med færre ord" in words(app)
    app.text_input(key="library_search").set_value("fortidspension").run()
    app.switch_page(str(ROOT / "pages" / "budget.py")).run()
    app.switch_page(str(ROOT / "pages" / "library.py")).run()
    assert app.text_input(key="library_search").value == "fortidspension"
    assert len(headings(app)) == fewer


def test_names_from_people_do_not_become_markdown(folder: Path) -> None:
    scenario_store.library().save(scenario(NASTY).copy_with(description=NASTY, author=NASTY))
    (folder / "i-stykker.yaml").write_text(f"{NASTY}: [\n", encoding="utf-8")
    app = started()
    for name in ("list", "compare", "import", "bin"):
        part(app, name)
        for element in (*app.markdown, *app.caption, *app.subheader, *app.header):
            assert NASTY not in str(element.value)
    part(app, "list")
    assert any("i-stykker.yaml" in t.value for t in app.text)


def test_many_scenarios_are_shown_a_dozen_at_a_time(folder: Path) -> None:
    for number in range(14):
        scenario_store.library().save(scenario(f"Nr {number}"))
    app = started()
    own = [h for h in headings(app) if h.startswith("Nr")]
    assert len(own) == 12
    app.button(key="library_more_own").click().run()
    assert len([h for h in headings(app) if h.startswith("Nr")]) == 14


def test_copies_of_one_file_are_told_apart_by_file_and_time(folder: Path) -> None:
    """OneDrive and Windows make such copies: three equal names wherever one chooses."""
    first = scenario_store.library().save(scenario("Mit")).path
    copies = ["mit - Kopi.yaml", "mit (1).yaml", f"mit-{'PC' * 30}-NAVN.yaml"]
    for i, name in enumerate(copies):
        (folder / name).write_bytes(first.read_bytes())
        at = datetime.datetime(2026, 11, 29, 13, i).astimezone().timestamp()
        os.utime(folder / name, (at, at))
    scenario_store.library().save(scenario("Mit eget"))
    app = started()
    captions = [c.value.replace("\\", "") for c in app.caption]
    for i, name in enumerate(copies):
        told = f"{name}, ændret 29. nov. 2026 kl. 13.0{i}"
        assert sum(told in caption for caption in captions) == 1
    assert sum(".yaml, ændret" in caption for caption in captions) == 4, "only where names are equal"

    own = [label for label in part(app, "compare").selectbox(key="library_from").options if "Mit" in label]
    shown = [
        "Mit (mit - Kopi.yaml, 29. nov. 2026 kl. 13.00)",
        "Mit (mit (1).yaml, 29. nov. 2026 kl. 13.01)",
        "Mit (mit-PCPCPCP…PCPCPCPCPCPC-NAVN.yaml, 29. nov. 2026 kl. 13.02)",
    ]
    assert set(shown) < set(own)
    assert len(set(own)) == 5
    assert "Mit eget (På denne server)" in own

    visit = the_visit(app)
    visit.dialog = "open"
    app.run()
    assert set(own) < set(app.selectbox(key="open_choice").options)
    visit.dialog = None
    app.switch_page(str(ROOT / "pages" / "compare.py")).run()
    offered = app.multiselect(key="compared").options
    assert set(shown) < set(offered)
    assert "Mit eget" in offered


# --- open -----------------------------------------------------------------------------------------


def test_open_puts_it_on_screen_and_goes_to_the_front_page(folder: Path) -> None:
    saved = scenario_store.library().save(scenario("Mit", 350.0))
    app = started()
    app.button(key="go-open-own/mit.yaml").click().run()
    visit = the_visit(app)
    assert visit.scenario.change_of("firm_places").to == 350
    assert visit.opened is not None
    assert (visit.opened.path, visit.opened.sha256) == (saved.path, saved.sha256)
    assert {c.proto.component_name for c in app.get("bidi_component")} >= {"indsatskompas.explore_view"}


def test_a_result_that_has_moved_is_told_and_by_how_much(folder: Path) -> None:
    visit = visitor(scenario("Mit"))
    good = scenario_store.with_name(visit, visit.scenario, "Mit", "")
    assert good is not None
    assert scenario_store.changes_since_saved(good) == ()
    figures = {k: v + 7.0 if k == "persons_on_support" else v for k, v in good.results.figures.items()}
    moved = good.copy_with(results=good.results.model_copy(update={"figures": figures}))
    lines = [line.da for line in scenario_store.changes_since_saved(moved)]
    assert "et andet" in lines[0]
    assert any("−7" in line for line in lines)
    scenario_store.open_scenario(visit, moved)
    assert visit.notice is not None
    assert visit.notice.kind == "warning"
    assert "Mit" in visit.notice.words.da
    assert any("−7" in line.da for line in visit.notice.more)
    scenario_store.open_scenario(visit, good)
    assert visit.notice.kind == "success"


def test_the_difference_is_on_the_page_that_opens(folder: Path) -> None:
    wrong = Results(
        headline="Alt blev bedre.",
        model_version="0.0.9",
        baseline_sha256="x",
        figures={"net_difference_dkk": 1.0e6},
    )
    scenario_store.library().save(scenario("Mit").copy_with(results=wrong))
    app = started()
    app.button(key="go-open-own/mit.yaml").click().run()
    assert len(app.warning) == 1
    assert "1\\.000\\.000" in app.warning[0].value
    assert "0\\.0\\.9" in app.warning[0].value
    assert "Alt blev bedre" in app.warning[0].value


THOUSANDS = (DATA / "yaml_by_hand" / "thousands-assumption.yaml").read_bytes()


def test_what_may_not_be_meant_is_asked_on_the_page_that_opens(folder: Path) -> None:
    folder.mkdir()
    (folder / "pris.yaml").write_bytes(THOUSANDS)
    app = started()
    app.button(key="go-open-own/pris.yaml").click().run()
    (warning,) = app.warning
    plain = warning.value.replace("\\", "")
    assert "er åbnet. Se efter, om dette er meningen:" in plain
    assert "linje 8, tegn 5: 3.000 er læst som 3 (tre). Mente du 3000?" in plain
    assert "Det kendte spænd er 1.500 til 4.500." in plain


def test_results_that_git_could_not_merge_are_renewed_by_a_save(folder: Path) -> None:
    folder.mkdir()
    path = folder / "flere-pladser.yaml"
    path.write_bytes((DATA / "yaml_by_hand" / "conflict-in-headline.yaml").read_bytes())
    entry = scenario_store.library().find("own/flere-pladser.yaml")
    assert isinstance(entry, Entry)
    visit = visitor(scenario("Andet"))
    scenario_store.open_entry(visit, entry)
    assert visit.notice is not None
    assert "git kunne ikke flette de gemte resultater" in "".join(line.da for line in visit.notice.more)
    saved = scenario_store.with_name(visit, visit.scenario, "Flere pladser", "")
    assert saved is not None
    assert visit.opened is not None
    scenario_store.save(visit, saved, visit.opened.sha256)
    results = load_scenario(path).results
    assert results is not None
    assert results.figures
    assert "<<<<<<<" not in path.read_text(encoding="utf-8")


def test_what_may_not_be_meant_is_asked_of_an_upload(folder: Path) -> None:
    app = part(started(), "import")
    app.file_uploader(key="library_files").set_value([("pris.yaml", THOUSANDS, "application/yaml")]).run()
    (warning,) = app.warning
    assert "Mente du 3000?" in warning.value.replace("\\", "")


def test_an_assumption_outside_its_range_is_told_of_a_link() -> None:
    visit = visitor(scenario("Mit"))
    for value, told in ((3.0, True), (3000.0, False)):
        assumed = scenario("Mit").with_assumption("budget.price.guidance_week", value)
        visit.notice = None
        visit.restore({"s": encode_link(assumed)})
        assert (visit.notice is not None) == told
        if visit.notice is not None:
            assert "1.500 til 4.500" in visit.notice.words.da
            assert "1,500 to 4,500" in visit.notice.words.en


# --- save -----------------------------------------------------------------------------------------


def test_a_save_keeps_what_the_scenario_gave(folder: Path) -> None:
    from model.library.stored_results import results_of
    from pages.session.results import runs, scenario_results

    visit = visitor(scenario("Kladde"))
    ready = scenario_store.with_name(visit, visit.scenario, "Mit forslag", "Om det")
    assert ready is not None
    scenario_store.save(visit, ready, None)
    stored = load_scenario(folder / "mit-forslag.yaml").results
    found = scenario_results(visit.scenario)
    expected = results_of(runs(visit.scenario)[0], found.goals, found.budget, found.explanation, "da")
    assert stored.figures == expected.figures
    assert stored.headline == found.explanation.headline.da
    assert stored.saved == scenario_store.now().date()
    assert visit.notice is not None


@pytest.mark.parametrize("name", ["", " ", "...", "/", "\u0000", "a\u202eb"])
def test_a_name_that_cannot_be_used_cannot_be_saved(folder: Path, name: str) -> None:
    visit = visitor(scenario("Kladde"))
    with pytest.raises(FileProblem):
        scenario_store.with_name(visit, visit.scenario, name, "")


def test_a_name_taken_meanwhile_is_refused_and_the_work_stays(folder: Path) -> None:
    first, second = visitor(scenario("A", 300.0)), visitor(scenario("B", 400.0))
    ready = [
        scenario_store.with_name(visit, visit.scenario, "Vores forslag", "") for visit in (first, second)
    ]
    scenario_store.save(first, ready[0], None)
    before = second.scenario
    with pytest.raises(SaveConflict) as caught:
        scenario_store.save(second, ready[1], None)
    assert "allerede" in caught.value.text("da")
    assert second.scenario == before
    assert second.opened is None
    assert load_scenario(folder / "vores-forslag.yaml").change_of("firm_places").to == 300
    assert scenario_store.library().free_name("Vores forslag") == "Vores forslag 2"


def test_two_visitors_who_opened_the_same_file(folder: Path) -> None:
    scenario_store.library().save(scenario("Fælles", 300.0))
    visits = [visitor(scenario("x")) for _ in range(2)]
    for number, visit in enumerate(visits):
        entry = scenario_store.library().find("own/fælles.yaml")
        scenario_store.open_entry(visit, entry)
        visit.set_scenario(visit.scenario.with_change("firm_places", 310.0 + number))
    first, second = visits
    scenario_store.save(first, first.scenario, first.opened.sha256)
    with pytest.raises(SaveConflict) as caught:
        scenario_store.save(second, second.scenario, second.opened.sha256)
    assert "En anden har gemt" in caught.value.text("da")
    assert second.scenario.change_of("firm_places").to == 311
    assert load_scenario(folder / "fælles.yaml").change_of("firm_places").to == 310


def test_saving_without_a_name_says_what_is_missing(folder: Path) -> None:
    app = started(history=History((Step(scenario("Uden ændringer", 350.0), "start"),)), dialog="save")
    app.text_input(key="save_name").set_value("").run()
    assert not app.button(key="save_do").disabled, "the press that ends the typing would be lost"
    app.button(key="save_do").click().run()
    assert any("skriv mindst et bogstav eller tal" in t.value for t in app.text)
    assert not list(folder.glob("*.yaml"))


def test_the_save_dialog_opens_and_the_name_that_is_taken_is_told(folder: Path) -> None:
    scenario_store.library().save(scenario("Taget"))
    app = started(history=History((Step(scenario("Taget", 350.0), "start"),)), dialog="save")
    assert app.text_input(key="save_name").value == "Taget"
    app.button(key="save_do").click().run()
    assert any("allerede" in t.value for t in app.text)
    assert any("Taget 2" in m.value for m in app.markdown)
    assert the_visit(app).scenario.change_of("firm_places").to == 350
    assert load_scenario(folder / "taget.yaml").change_of("firm_places").to == 300


# --- rename, delete, undo -------------------------------------------------------------------------


def test_rename_follows_what_is_open(folder: Path) -> None:
    scenario_store.library().save(scenario("Før"))
    visit = visitor(scenario("x"))
    entry = scenario_store.library().find("own/før.yaml")
    scenario_store.open_entry(visit, entry)
    scenario_store.rename(visit, entry, "Efter")
    assert visit.opened.path == folder / "efter.yaml"
    assert visit.scenario.name == "Efter"
    assert visit.scenario == visit.opened.scenario
    again = scenario_store.with_name(visit, visit.scenario.with_change("firm_places", 410.0), "Efter", "")
    scenario_store.save(visit, again, visit.opened.sha256)
    assert load_scenario(folder / "efter.yaml").change_of("firm_places").to == 410
    assert not (folder / "før.yaml").exists()


def test_rename_of_a_file_that_another_has_saved_does_not_hide_that(folder: Path) -> None:
    saved = scenario_store.library().save(scenario("Før", 300.0))
    visit = visitor(scenario("x"))
    scenario_store.open_entry(visit, scenario_store.library().find("own/før.yaml"))
    scenario_store.library().save(scenario("Før", 330.0), expected_hash=saved.sha256)
    scenario_store.rename(visit, scenario_store.library().find("own/før.yaml"), "Efter")
    with pytest.raises(SaveConflict):
        scenario_store.save(visit, visit.scenario, visit.opened.sha256)
    assert load_scenario(folder / "efter.yaml").change_of("firm_places").to == 330


def test_delete_and_undo_after_a_new_session(folder: Path) -> None:
    scenario_store.library().save(scenario("Væk igen"))
    (folder / "i-stykker.yaml").write_text("format: 1\n", encoding="utf-8")
    app = started()
    app.button(key="delete-own/i-stykker.yaml").click().run()
    assert not (folder / "i-stykker.yaml").exists()
    assert "i\\-stykker\\.yaml" in words(app)
    app.button(key="library_undo_do").click().run()
    assert (folder / "i-stykker.yaml").exists()

    scenario_store.library().delete(scenario_store.library().find("own/væk-igen.yaml"), scenario_store.now())
    fresh = started()
    assert "Væk igen" not in headings(fresh)
    assert "Slettede" in words(fresh)
    part(fresh, "bin")
    assert headings(fresh) == ["Væk igen"]
    (button,) = [b for b in fresh.button if str(b.key).startswith("restore-")]
    button.click().run()
    assert not fresh.exception
    assert (folder / "væk-igen.yaml").exists()
    assert headings(part(fresh, "list"))[0] == "Væk igen"


def test_what_another_has_deleted_is_told(folder: Path) -> None:
    scenario_store.library().save(scenario("Væk"))
    app = started()
    visit = the_visit(app)
    visit.widget_values["library_target"] = "own/væk.yaml"
    visit.dialog = "rename"
    scenario_store.library().delete(scenario_store.library().find("own/væk.yaml"), scenario_store.now())
    app.run()
    assert not app.exception
    assert "ikke længere" in app.warning[0].value
    assert visit.dialog is None


# --- differences ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_differences_are_the_models_in_the_visitors_language(folder: Path, language: str) -> None:
    from model.scenario.diff import diff
    from pages.components.escape_markdown import escape_markdown

    scenario_store.library().save(scenario("A", 300.0))
    scenario_store.library().save(scenario("B", 400.0))
    app = started(language=language)
    the_visit(app).widget_values.update(library_from="own/a.yaml", library_to="own/b.yaml")
    part(app, "compare")
    for found in diff(scenario("A", 300.0), scenario("B", 400.0)):
        assert escape_markdown(found.message.text(language)) in words(app)
    app.button(key="library_swap").click().run()
    for found in diff(scenario("B", 400.0), scenario("A", 300.0)):
        assert escape_markdown(found.message.text(language)) in words(app)
    app.selectbox(key="library_from").set_value("own/a.yaml").run()
    assert not app.exception


def test_a_chosen_scenario_that_is_deleted_is_no_choice(folder: Path) -> None:
    scenario_store.library().save(scenario("A"))
    app = started()
    the_visit(app).widget_values["library_from"] = "own/a.yaml"
    part(app, "compare")
    (folder / "a.yaml").unlink()
    app.run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="library_from").value is None


# --- files in -------------------------------------------------------------------------------------


def test_a_broken_file_shows_its_line_and_what_would_be_right(folder: Path) -> None:
    app = started()
    part(app, "import")
    app.file_uploader(key="library_files").set_value([("fejl.yaml", BROKEN, "application/yaml")]).run()
    assert not app.exception
    said = words(app)
    assert "linje 5" in said
    assert "firm_places" in said, "what would be right"
    assert "lever: firm_place" in said, "what stands there"
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 5000,
        b"a: &a [*a]",
        b"- 1\n" * 10,
        b"format: 2\nname: x",
        NASTY.encode(),
        b"\0" * 100,
    ],
)
def test_hostile_files_are_told_and_never_a_traceback(folder: Path, data: bytes) -> None:
    app = started()
    part(app, "import")
    app.file_uploader(key="library_files").set_value([(f"{NASTY}.yaml", data, "application/yaml")]).run()
    assert not app.exception
    assert not app.error
    assert len(app.subheader) == 1
    assert NASTY not in app.subheader[0].value
    assert not folder.exists() or not list(folder.iterdir())


def test_a_good_file_is_saved_under_its_name_and_a_taken_name_is_told(folder: Path) -> None:
    from model.scenario.files import write_scenario

    data = write_scenario(scenario("Udefra")).encode()
    app = started()
    part(app, "import")
    app.file_uploader(key="library_files").set_value([("x.yaml", data, "application/yaml")]).run()
    (save,) = [b for b in app.button if str(b.key).startswith("save-")]
    save.click().run()
    assert load_scenario(folder / "udefra.yaml") == scenario("Udefra")
    (save,) = [b for b in app.button if str(b.key).startswith("save-")]
    save.click().run()
    assert any("allerede" in t.value for t in app.text)
    assert any("Udefra 2" in m.value for m in app.markdown)
    assert len(list(folder.glob("*.yaml"))) == 1


@pytest.mark.parametrize("language", ["da", "en"])
def test_nobody_is_told_that_what_everybody_sees_is_theirs(folder: Path, language: str) -> None:
    scenario_store.library().save(scenario("Flere pladser"))
    app = started(language=language, dialog="save")
    everyone = {"da": "alle", "en": "everyone"}[language]
    assert any(everyone in str(header.value) for header in app.header)
    assert any(
        everyone in str(caption.value).lower() and "server" in str(caption.value) for caption in app.caption
    )
    part(app, "import")
    shown = [words(app), *(str(e.value) for e in app.header), *(b.label for b in app.button)]
    for mine in ("dine scenarier", "your scenarios"):
        assert not any(mine in text.lower() for text in shown)
