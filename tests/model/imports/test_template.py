"""Test the Excel template: made, filled in, read back, refused cell by cell, and never wrong in silence."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.documents.figures_template import figures_template
from model.files.problems import FileProblem
from model.imports.limited_process import read_export_limited
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.preview import preview
from model.imports.reader import header_of, read_export
from model.imports.replacements import Choices
from model.imports.template_preview import figures_mark, settable
from model.imports.template_rows import COLUMNS
from model.imports.typed_figures import TypedFigure, preview_typed, typed_bounds, typed_replacement
from model.language.catalogue import LANGUAGES, text
from model.municipality.municipality import load_municipality
from model.parameters.register import suppressed_of
from tests.model.imports.templates import DAY, RATE, SOURCE, answer, filled, mark, result, saved, small

STOCK = "stock.sygedagpenge"


@pytest.fixture(scope="session")
def template(ballerup):
    return figures_template(ballerup, "da", DAY)


def values(comparison):
    return {r.parameter: r.after.value for r in comparison}


def refused(data, municipality):
    """What is wrong, in Danish; both languages must have it."""
    with pytest.raises(FileProblem) as caught:
        result(data, municipality)
    assert all(caught.value.text(language) for language in LANGUAGES)
    return caught.value.text("da")


# --- the true template ----------------------------------------------------------------------------


def test_the_template_has_a_row_for_every_number_that_may_be_set(template, ballerup):
    book = openpyxl.load_workbook(io.BytesIO(template))
    assert book.sheetnames == ["Vejledning", "Kommunens tal", "Øvrige tal"]
    ids = [row[-1].value for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=4)]
    assert sorted(ids) == sorted(p.id for p in settable(ballerup))
    own = book["Kommunens tal"]
    assert [own.cell(4, 16).value, own.cell(4, 4).value] == ["benchmark.dagpenge", 820]
    assert (own.freeze_panes, own.protection.sheet) == ("C4", True)
    assert own.cell(4, 16).protection.locked
    assert not own.cell(4, COLUMNS.index("value") + 1).protection.locked
    guide = " ".join(str(c.value) for row in book["Vejledning"].iter_rows() for c in row if c.value)
    assert all(words in guide for words in ("Ballerup", "30. november 2026", figures_mark(ballerup)))
    assert "gælder under »Forskningens bedste bud«, også hvor der er valgt andre antagelser" in guide


def test_equal_figures_of_one_day_give_equal_bytes(template, ballerup):
    assert figures_template(ballerup, "da", DAY) == template
    assert figures_template(ballerup, "da", datetime.date(2026, 12, 1)) != template


def test_an_empty_template_replaces_nothing_and_says_so(template, ballerup):
    found = result(template, ballerup)
    assert len(found) == 0
    assert "ikke skrevet noget nyt tal" in found.not_used[0].why.da


def test_from_template_to_own_file_and_back(template, ballerup):
    answers = {
        RATE: answer("25 %", low=0.2, high="30 %", note="Talt op"),
        STOCK: answer("1.234,5", as_of=datetime.date(2026, 3, 1), quality="derived"),
        "hr_meeting.dagpenge": answer(1.05, low=1, high=1.1, quality="Antagelse"),
    }
    imported = read_export_limited(filled(template, answers), "hvad som helst.xlsx")
    found = preview(imported, ballerup)
    assert (found.problem, found.doubtful, found.not_used) == (None, (), ())
    assert values(found) == {RATE: 0.25, STOCK: 1234.5, "hr_meeting.dagpenge": 1.05}
    save_municipality(ballerup, found, expected_hash=own_file_hash("ballerup"))
    again = load_municipality("ballerup")
    rate, stock = again.parameter(RATE).value, again.parameter(STOCK).value
    assert (rate.value, rate.low, rate.high, rate.source) == (0.25, 0.2, 0.3, SOURCE)
    assert (stock.value, stock.as_of, stock.quality) == (1234.5, "2026M03", "derived")
    # A new template shows what has been saved.
    book = openpyxl.load_workbook(io.BytesIO(figures_template(again, "da", DAY)))
    rows = {row[-1].value: row for row in book["Kommunens tal"].iter_rows(min_row=4)}
    assert [rows[RATE][i].value for i in (3, 14)] == [0.25, SOURCE]


def test_texts_that_look_like_formulas_are_written_as_texts(ballerup):
    for source in ('=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)"):
        figure = TypedFigure(RATE, 0.25, "2025", source, "statistic")
        save_municipality(
            ballerup,
            preview_typed(ballerup, [typed_replacement(ballerup, figure)]),
            expected_hash=own_file_hash("ballerup"),
        )
        data = figures_template(load_municipality("ballerup"), "da", DAY)
        book = openpyxl.load_workbook(io.BytesIO(data))
        cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
        assert any(c.value == source and c.data_type == "s" for c in cells)
        assert not any(c.data_type == "f" for c in cells)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
            assert not any(b"<f>" in archive.read(n) or b"<f " in archive.read(n) for n in sheets)


def test_small_counts_are_not_shown_nor_to_be_worked_out(data_folder):
    samsoe = load_municipality("samsoe")
    suppressed = suppressed_of(samsoe.register) & {p.id for p in settable(samsoe)}
    assert suppressed
    book = openpyxl.load_workbook(io.BytesIO(figures_template(samsoe, "da", DAY)))
    for sheet in book.worksheets[1:]:
        for row in sheet.iter_rows(min_row=4):
            if row[-1].value in suppressed:
                assert [row[3].value, row[4].value or ""] == ["vises ikke", ""]
            else:
                assert isinstance(row[3].value, int | float)
    # Filled in all the same, and compared with nothing.
    some = min(suppressed)
    found = result(saved(small(samsoe, [(some, answer(2, now="vises ikke"))])), samsoe)
    assert not any("viste" in note.da for note in found.notes)


# --- as it may come back --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_rows_sheets_and_languages_may_differ(ballerup, language):
    answers = [(STOCK, answer(640)), (RATE, answer(0.25)), ("unknown.row", {})]
    book = small(ballerup, answers, columns=tuple(reversed(COLUMNS)), language=language, title="Noget andet")
    for title in ("Egne noter", "Tomt"):
        book.create_sheet(title, 0)
    book["Egne noter"].append(["Ring til Jobcentret", 42, "=1+1"])
    found = result(saved(book), ballerup)
    assert values(found) == {STOCK: 640, RATE: 0.25}
    assert [note.da for note in found.notes if "ændret" in note.da] == []


@pytest.mark.parametrize("gone", ["low", "note", "label", "now_source", "area"])
def test_columns_that_are_not_needed_may_be_gone(ballerup, gone):
    book = small(ballerup, [(RATE, answer(0.25))], columns=tuple(c for c in COLUMNS if c != gone))
    assert values(result(saved(book), ballerup)) == {RATE: 0.25}


@pytest.mark.parametrize(
    ("fields", "cell", "words"),
    [
        ({"value": "mange"}, "F4", "ikke et tal"),
        ({"value": "1.234"}, "F4", "to måder"),
        ({"value": 45}, "F4", "En andel"),
        ({"value": True}, "F4", "ikke et tal"),
        ({"value": "#DIV/0!"}, "F4", "ikke et tal"),
        ({"value": datetime.date(2026, 3, 1)}, "F4", "dato"),
        ({"value": "=A1+1"}, "F4", "formel uden et resultat"),
        ({"low": 0.3, "high": 0.4}, "G4", "uden for sit eget spænd"),
        ({"low": 0.1}, "H4", "to ender"),
        ({"quality": "gæt"}, "J4", "Statistik"),
        ({"quality": "Antagelse"}, "G4", "spænd"),
        ({"as_of": "=TODAY()"}, "I4", "formel uden et resultat"),
        ({"as_of": "snart"}, "I4", "periode"),
        ({"source": None}, "K4", "hvor tallet kommer fra"),
        ({"value": None, "low": 0.1, "high": 0.2}, "F4", "intet nyt tal"),
        ({"parameter": "activation_rate.dagpeng"}, "P4", "Mente du"),
        ({"parameter": "firm_places"}, "P4", "regnes ud"),
        ({"parameter": None}, "P4", "intet navn"),
    ],
)
def test_a_wrong_cell_is_named_with_sheet_address_and_what_would_be_right(ballerup, fields, cell, words):
    good = (STOCK, answer(640))
    told = refused(saved(small(ballerup, [(RATE, answer(0.25) | fields), good])), ballerup)
    assert f"Arket »Tal«, celle {cell}: " in told
    assert words in told


def test_all_wrong_cells_are_named_and_nothing_is_used(ballerup):
    wrong = [(RATE, answer("x")), (STOCK, answer(640, source="")), ("stock.dagpenge", answer(820))]
    told = refused(saved(small(ballerup, wrong)), ballerup)
    first, *cells = told.splitlines()
    assert first.startswith("Intet af skabelonen er brugt. Ret de 2 celler")
    assert [line.split("celle ")[1][:2] for line in cells] == ["F4", "K5"]


def test_a_number_twice_is_refused(ballerup):
    rows = [(RATE, answer(0.25)), (STOCK, answer(640)), (RATE, answer(0.25))]
    assert "celle F6: Tallet står også i arket »Tal«, række 4" in refused(
        saved(small(ballerup, rows)), ballerup
    )


def test_a_row_without_a_new_number_is_left_alone_and_told(ballerup):
    rows = [(RATE, answer(None)), (STOCK, answer(640))]
    found = result(saved(small(ballerup, rows)), ballerup)
    assert values(found) == {STOCK: 640}
    assert [(n.what.da, "intet nyt tal" in n.why.da) for n in found.not_used] == [
        ("Arket »Tal«, række 4", True)
    ]


def test_what_follows_of_many_is_counted(ballerup):
    groups = ("sygedagpenge", "jobafklaring", "sho", "dagpenge")
    rows = [(f"stock.{g}", answer(ballerup.parameter(f"stock.{g}").value.value)) for g in groups]
    notes = [note.da for note in result(saved(small(ballerup, rows)), ballerup).notes]
    assert [note.rpartition(": ")[2] for note in notes] == ["1.", "3."]


def test_shares_shown_in_per_cent_are_shares(ballerup):
    book = small(ballerup, [(RATE, answer(0.25)), (STOCK, answer(0.25))])
    book["Tal"]["F4"].number_format = "0%"
    found = result(saved(book), ballerup, Choices(unlikely_is_right=True))
    assert values(found) == {RATE: 0.25, STOCK: 0.25}
    book["Tal"]["F5"].number_format = "0.00 %"
    assert "celle F5" in refused(saved(book), ballerup)


def test_what_can_hardly_be_right_is_left_out_until_the_reader_says_so(ballerup):
    data = saved(small(ballerup, [(RATE, answer(0.25)), (STOCK, answer(99999))]))
    found = result(data, ballerup)
    assert (values(found), len(found.doubtful)) == ({RATE: 0.25}, 1)
    # Even then the engine has its word.
    assert len(result(data, ballerup, Choices(unlikely_is_right=True))) == 2


# --- which template it is -------------------------------------------------------------------------


def test_another_municipalitys_template_is_refused(template, ballerup):
    told = refused(filled(template, {RATE: answer(0.25)}), load_municipality("broendby"))
    assert "for Ballerup og ikke for Brøndby" in told


def test_a_template_made_on_other_figures_tells_each_row(ballerup):
    book = small(ballerup, [(RATE, answer(0.25)), (STOCK, answer(640))])
    before = saved(book)
    figure = TypedFigure(RATE, 0.21, "2025", SOURCE, "statistic")
    save_municipality(ballerup, preview_typed(ballerup, [typed_replacement(ballerup, figure)]))
    now = load_municipality("ballerup")
    notes = [note.da for note in result(before, now).notes]
    assert any("ændret, siden skabelonen blev lavet den 30. november 2026" in note for note in notes)
    told = [note for note in notes if "viste" in note]
    assert len(told) == 1
    assert "række 4" in told[0]
    assert "viste 0,2, " in told[0]


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (["indsatskompas-skabelon"], "væk eller ændret"),
        (["indsatskompas-skabelon 1 ballerup 2026-11-30 xyz"], "væk eller ændret"),
        (["indsatskompas-skabelon 2 ballerup 2026-11-30 0123456789ab"], "anden form"),
        (["indsatskompas-skabelon 1 odense 2026-11-30 0123456789ab"], "for Odense"),
        (["indsatskompas-skabelon 1 intetsted 2026-99-99 0123456789ab"], "for intetsted"),
    ],
)
def test_a_mark_that_is_another_is_told(ballerup, marks, words):
    assert words in refused(saved(small(ballerup, [(RATE, answer(0.25))], marks=marks)), ballerup)


def test_two_marks_are_refused(ballerup):
    both = [mark(ballerup), "indsatskompas-skabelon 1 odense 2026-11-30 0123456789ab"]
    assert "to skabeloner" in refused(saved(small(ballerup, [(RATE, answer(0.25))], marks=both)), ballerup)


def test_headings_that_are_gone_or_twice_are_told(ballerup):
    gone = small(ballerup, [(RATE, answer(0.25))], columns=tuple(c for c in COLUMNS if c != "value"))
    assert "»Nyt tal«" in refused(saved(gone), ballerup)
    twice = small(ballerup, [(RATE, answer(0.25))], columns=(*COLUMNS, "value"))
    assert "to gange" in refused(saved(twice), ballerup)


def test_a_template_saved_as_text_is_refused(ballerup):
    lines = (mark(ballerup), ";".join(text(f"template.column.{c}", "da") for c in COLUMNS))
    with pytest.raises(FileProblem) as caught:
        read_export("\n".join(lines).encode(), "skabelon.csv")
    assert ".xlsx" in caught.value.text("da")


def test_its_columns_cannot_be_mapped_by_hand(ballerup):
    with pytest.raises(FileProblem):
        header_of(saved(small(ballerup, [])), "skabelon.xlsx")


# --- hostile files --------------------------------------------------------------------------------


def test_a_giant_sheet_is_refused_within_the_limits(ballerup):
    book = small(ballerup, [(RATE, answer(0.25))])
    for line in range(200):
        book["Tal"].cell(10 + line, 16_000).value = 1
    imported = read_export_limited(saved(book), "stor.xlsx")
    assert [row.parameter for row in imported.template.rows] == [RATE]
    for line in range(300):
        book["Tal"].cell(300 + line, 16_000).value = 1
    with pytest.raises(FileProblem):
        read_export_limited(saved(book), "stor.xlsx")


def test_rows_far_below_are_not_read_and_many_are_refused(ballerup):
    many = saved(small(ballerup, [(RATE, answer(0.25))] * 5_100))
    with pytest.raises(FileProblem) as caught:
        read_export_limited(many, "mange.xlsx")
    assert "for mange rækker" in caught.value.text("da")


def test_a_broken_part_is_told(ballerup):
    data = saved(small(ballerup, [(RATE, answer(0.25))]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as broken:
        for name in archive.namelist():
            part = archive.read(name)
            broken.writestr(name, part[: len(part) // 2] if "sheet1" in name else part)
    assert refused(out.getvalue(), ballerup)


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2200, 1, 1)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30),
    st.sampled_from(["=1+1", "25 %", "1.234,5", "1.234", "2025", "marts 2026", "Statistik", "#N/A"]),
)


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELLS), max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cells_are_read_or_told(rows):
    ballerup = load_municipality("ballerup")
    data = saved(small(ballerup, [(RATE, answer(0.25)), *((STOCK, fields) for fields in rows)]))
    try:
        found = result(data, ballerup, Choices(unlikely_is_right=True))
    except FileProblem as error:
        problems = error.problems
    else:
        assert values(found)[RATE] == 0.25
        return
    assert problems


def numbers(parameter):
    """Numbers of a parameter as workbooks hold them, with fifteen digits at most."""
    low, high = typed_bounds(parameter)
    return st.floats(low, high).map(lambda x: float(f"{x:.12g}")).filter(lambda x: low <= x <= high)


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_filled_in_is_what_is_saved(data):
    ballerup = load_municipality("ballerup")
    chosen = data.draw(st.lists(st.sampled_from(settable(ballerup)), max_size=5, unique_by=lambda p: p.id))
    columns = tuple(data.draw(st.permutations(COLUMNS)))
    typed = {p.id: data.draw(numbers(p.id)) for p in chosen}
    rows = [(key, answer(value, low=value, high=value)) for key, value in typed.items()]
    found = result(saved(small(ballerup, rows, columns=columns)), ballerup, Choices(unlikely_is_right=True))
    assert values(found) == typed
    assert all((r.after.low, r.after.high, r.after.source) == (r.after.value,) * 2 + (SOURCE,) for r in found)
