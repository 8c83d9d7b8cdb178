"""The page Catalogue: cards on and off, in order, and what becomes of them; nothing in the folder takes it down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.catalogue.effects import effects
from model.catalogue.files import CardSet, Catalogue, own_folder
from model.municipality.municipality_list import DATA_VARIABLE
from pages.components.stack_view import MONEY, bars, effect_rows
from pages.session.session import Session, baseline_scenario
from pages.views.catalogue.package import apply, open_set
from pages.views.catalogue.view import NAME, ON, cards_on, move, offered_cards, put_on, stacked, summary_table
from tests.folders import MAIN, ROOT
from tests.pages.cases import new_visit, the_visit

pytestmark = pytest.mark.usefixtures("engine")
MORE, FOUR_HUNDRED, CLOSED = (
    f"shipped/{name}.yaml"
    for name in ("flere-virksomhedspladser", "virksomhedspladser-400", "luk-erstattet-vejledning")
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return tmp_path / "measures"


def visit(*keys: str, municipality: str = "ballerup") -> Session:
    found = new_visit(municipality)
    found.widget_values[ON] = keys
    return found


def on(session: Session) -> list[str]:
    return [card.key for card in cards_on(session, offered_cards(session)[0])]


def started(*keys: str) -> Any:
    """Return a new visitor on the page, with cards on."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    the_visit(app).widget_values[ON] = keys
    app.switch_page(str(ROOT / "pages" / "catalogue.py"))
    return app.run()


def test_cards_go_on_last_off_and_up() -> None:
    session = visit()
    for key in (MORE, CLOSED, FOUR_HUNDRED):
        put_on(session, key, True)
    assert on(session) == [MORE, CLOSED, FOUR_HUNDRED]
    move(session, FOUR_HUNDRED, -1)
    move(session, MORE, -1)
    assert on(session) == [MORE, FOUR_HUNDRED, CLOSED]
    put_on(session, FOUR_HUNDRED, False)
    assert on(session) == [MORE, CLOSED]


def test_only_cards_of_the_municipality_are_offered() -> None:
    here = {card.key for card in offered_cards(visit())[0]}
    there = {card.key for card in offered_cards(visit(municipality="odense"))[0]}
    assert FOUR_HUNDRED in here
    assert FOUR_HUNDRED not in there
    assert MORE in there
    assert on(visit(FOUR_HUNDRED, MORE, municipality="odense")) == [MORE]


def test_laid_on_the_scenario_it_is_one_step_that_can_be_undone() -> None:
    session = visit(MORE, CLOSED)
    before = session.scenario
    made = stacked(session, cards_on(session, offered_cards(session)[0]))
    apply(session, made)
    assert session.scenario.key == made.scenario.key
    assert session.scenario.changes
    session.undo()
    assert session.scenario == before


def test_every_line_of_the_chart_is_a_line_of_the_table() -> None:
    session = visit(MORE, CLOSED)
    found = effects(stacked(session, cards_on(session, offered_cards(session)[0])))
    for what in (MONEY, *(effect.goal.id for effect in found.goals)):
        rows = effect_rows(session, found, what)
        assert [row.kind for row in rows] == [kind for kind, _, _ in bars(found, what)]
        assert [row.kind for row in rows] == ["card", "card", "sum", "interaction", "total"]
    table = summary_table(session, found)
    assert len(table) == 6
    assert table[0]["Samspil"].startswith("\u2212")


def test_a_set_is_opened_in_its_order_and_what_is_missing_is_told() -> None:
    session = visit()
    stored = Catalogue(own_folder()).save_set(CardSet(name="A", cards=(CLOSED, "own/vaek.yaml", MORE)))
    open_set(session, offered_cards(session)[0], stored)
    assert on(session) == [CLOSED, MORE]
    assert session.notice is not None
    assert "vaek.yaml" in session.notice.words.da


def test_the_page_shows_cards_and_their_effect() -> None:
    app = started(MORE, FOUR_HUNDRED)
    assert not app.exception
    assert any("lægges oveni" in warning.value for warning in app.warning)
    labels = [toggle.label for toggle in app.toggle]
    assert "400 pladser i virksomheder" in labels
    assert [toggle.value for toggle in app.toggle if toggle.label == "400 pladser i virksomheder"] == [True]
    app.toggle(key=f"card-on-{MORE}").set_value(False).run()
    assert not app.exception
    assert on(the_visit(app)) == [FOUR_HUNDRED]


def test_what_lies_in_the_folder_never_takes_the_page_down(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_bytes(bytes(range(256)))
    (folder / "b.yaml").write_text("measure: 1\ntitle: '<script>x</script> **fed**'\n", encoding="utf-8")
    (folder / "c.yaml").write_text(
        "measure: 1\ntitle: '<script>x</script> ![x](http://x.dk/x.png)'\nreason: '# x'\nsource: '[x](http://x.dk)'\n"
        "changes:\n  - {lever: equal_effort, to: 50}\n",
        encoding="utf-8",
    )
    (folder / "sets").mkdir()
    (folder / "sets" / "d.yaml").write_text("card_set: [", encoding="utf-8")
    app = started("own/c.yaml")
    assert not app.exception
    assert any("a.yaml" in text.value for text in app.text)
    assert not any("![x](" in element.value for element in (*app.markdown, *app.caption))


def test_what_is_on_screen_is_saved_as_a_card(folder: Path) -> None:
    app = started()
    session = the_visit(app)
    session.set_scenario(
        baseline_scenario("ballerup", "da").copy_with(name="Mit").with_change("firm_places", 200)
    )
    app.run()
    press = next(button for button in app.button if button.label == "Gem som kort")
    press.click().run()
    assert not list(folder.glob("*.yaml")), "a card without a reason or a source is refused"
    next(area for area in app.text_area if area.label == "Begrundelse").set_value("Fordi.")
    next(one for one in app.text_input if one.label == "Kilde til tallene").set_value("Eget skøn")
    next(button for button in app.button if button.label == "Gem som kort").click().run()
    assert not app.exception
    assert [path.name for path in folder.glob("*.yaml")] == ["mit.yaml"]
    assert any(toggle.label == "Mit" for toggle in app.toggle)


def test_the_page_in_english() -> None:
    app = started(MORE, CLOSED)
    the_visit(app).language = "en"
    app.run()
    assert not app.exception
    assert "Make it the scenario" in [button.label for button in app.button]


def test_an_own_card_is_deleted_undone_and_had_back_from_the_deleted_ones(folder: Path) -> None:
    from model.catalogue.files import load_measure

    measure = load_measure(ROOT / "measures" / "flere-virksomhedspladser.yaml")
    mine = Catalogue(own_folder()).save(measure.model_copy(update={"title": "Mit kort"}))
    app = started(MORE, mine.key)
    assert not any(b.key == f"card-delete-{MORE}" for b in app.button), "what ships stays"
    app.button(key=f"card-delete-{mine.key}").click().run()
    assert not app.exception
    assert not mine.path.exists()
    assert the_visit(app).widget_values[ON] == (MORE,)
    app.button(key="catalogue-undo-do").click().run()
    assert mine.path.exists()
    assert the_visit(app).widget_values[ON] == (MORE, mine.key), "it lies where it lay"
    app.button(key=f"card-delete-{mine.key}").click().run()
    back = next(b for b in app.button if str(b.key).startswith("back-cards-"))
    back.click().run()
    assert not app.exception
    assert mine.path.exists()
    assert not any(str(b.key).startswith(("back-", "catalogue-undo")) for b in app.button)


def test_the_sheet_under_download_keeps_the_cards_titles_and_prices(folder: Path, tmp_path: Path) -> None:
    import io

    import docx

    from model.catalogue.files import load_measure
    from model.catalogue.measure import Price
    from model.documents.figures import gather
    from model.scenario.files import read_with_warnings, write_scenario
    from pages.shell.download_dialog import amendment

    price = Price(value=2e6, low=1e6, high=3e6, unit="dkk_a_year", source="Os selv")
    measure = load_measure(ROOT / "measures" / "flere-virksomhedspladser.yaml")
    mine = Catalogue(own_folder()).save(measure.model_copy(update={"title": "Mit kort", "price": price}))
    session = visit(mine.key, CLOSED)
    session.widget_values[NAME] = "Pakken"
    apply(session, stacked(session, cards_on(session, offered_cards(session)[0])))
    saved = read_with_warnings(write_scenario(session.scenario).encode(), "gemt.yaml").scenario
    assert saved.cards == (mine.key, CLOSED)

    def words() -> str:
        made = docx.Document(io.BytesIO(amendment(gather(saved, "da", fan=None))))
        cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(p.text for p in made.paragraphs), *cells])

    told = words()
    assert "Mit kort" in told
    assert "+2,0" in told, "the card's own price"
    saved = saved.with_change("firm_places", 390.0)
    assert "Mit kort" not in words(), "a moved slider is no longer what the cards are"
    saved = session.scenario
    mine.path.unlink()
    assert "Mit kort" not in words()


def test_a_set_is_deleted_and_had_back(folder: Path) -> None:
    stored = Catalogue(own_folder()).save_set(CardSet(name="Vores", cards=(MORE,)))
    app = started(MORE)
    app.button(key="catalogue-set-delete").click().run()
    assert not stored.path.exists()
    app.button(key="catalogue-undo-do").click().run()
    assert not app.exception
    assert stored.path.exists()
