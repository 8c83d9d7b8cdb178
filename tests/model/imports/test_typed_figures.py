"""Test numbers that are typed with their source: what is refused and why, before and after, saving and taking back."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.files.problems import FileProblem
from model.imports.own_files import OwnFileConflict, own_file_hash, save_municipality
from model.imports.removal import own_figure, remove_own_figure, restore_own_file
from model.imports.replacements import Choices
from model.imports.typed_figures import (
    TypedFigure,
    TypedFigureFaults,
    preview_typed,
    typed_bounds,
    typed_replacement,
    why_not_own,
)
from model.language.catalogue import LANGUAGES
from model.municipality.municipality import load_municipality
from model.municipality.own_file import own_municipality_file

UNLIKELY = Choices(unlikely_is_right=True)
SOURCE = "Ballerup Kommunes ledelsesinformation, marts 2026"


def typed(parameter="activation_rate.dagpenge", value="0,25", **more):
    fields = {"as_of": "2025", "source": SOURCE, "quality": "statistic"} | more
    return TypedFigure(parameter=parameter, value=value, **fields)


def faults(municipality, figure):
    """The reasons by field, in Danish; both languages must have them."""
    with pytest.raises(TypedFigureFaults) as caught:
        typed_replacement(municipality, figure)
    assert all(caught.value.text(language) for language in LANGUAGES)
    return {fault.field: fault.why.da for fault in caught.value.faults}


def saved(municipality, *figures, choices=None):
    replacements = [typed_replacement(municipality, figure) for figure in figures]
    preview = preview_typed(municipality, replacements, choices)
    assert (preview.problem, preview.doubtful) == (None, ())
    return save_municipality(municipality, preview, expected_hash=own_file_hash(municipality.id))


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("0,25", 0.25),
        ("0.25", 0.25),
        ("25 %", 0.25),
        ("25%", 0.25),
        ("2,5 pct.", 0.025),
        (0.25, 0.25),
        (1, 1.0),
    ],
)
def test_a_number_is_read_as_it_is_written(ballerup, entry, value):
    assert typed_replacement(ballerup, typed(value=entry)).after.value == pytest.approx(value)


def test_thousands_are_read_and_a_lone_mark_is_asked_about(ballerup):
    for entry in ("1.234,5", "1,234.5", "1 234,5", "1234,5"):
        assert typed_replacement(ballerup, typed("stock.sygedagpenge", entry)).after.value == 1234.5
    assert "1234" in faults(ballerup, typed("stock.sygedagpenge", "1.234"))["value"]


@pytest.mark.parametrize(
    ("field", "entry", "words"),
    [
        ("value", "mange", "ikke et tal"),
        ("value", "", "Skriv det nye tal"),
        ("value", None, "Skriv det nye tal"),
        ("value", True, "ikke et tal"),
        ("value", float("nan"), "ikke et tal"),
        ("value", "=1+1", "ikke et tal"),
        ("value", "45", "skriv 0,45"),
        ("value", "-0,1", "mellem 0 og 1"),
        ("value", datetime.date(2026, 3, 1), "dato"),
        ("value", "9" * 400, "ikke et tal"),
        ("low", "0,1", "begge"),
        ("quality", "gæt", "Statistik"),
        ("quality", "", "Statistik"),
        ("as_of", "", "kvartal"),
        ("as_of", "i går", "periode"),
        ("as_of", "sep-20", "fire cifre"),
        ("source", " ", "hvor tallet kommer fra"),
        ("source", "\u200b\u200b\u200b\u200b", "hvor tallet kommer fra"),
        ("source", "x" * 400, "for lang"),
        ("note", "x" * 2000, "for lang"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(ballerup, field, entry, words):
    told = faults(ballerup, typed(**{field: entry}))
    assert words in told["high" if field == "low" else field]
    assert len(told) == 1


def test_all_faults_are_told_at_once(ballerup):
    wrong = typed(value="x", low="y", as_of="", source="", quality="")
    assert set(faults(ballerup, wrong)) == {"value", "low", "as_of", "source", "quality"}


@pytest.mark.parametrize(
    ("low", "high", "quality", "field"),
    [
        ("0,3", "0,4", "statistic", "low"),
        ("0,1", "0,2", "statistic", "high"),
        ("0,4", "0,1", "statistic", "low"),
        ("", "", "assumption", "low"),
        ("0,2", "1,5", "assumption", "high"),
    ],
)
def test_a_range_holds_the_number_and_an_assumption_has_one(ballerup, low, high, quality, field):
    assert set(faults(ballerup, typed(low=low, high=high, quality=quality))) == {field}


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ("activation_rate.dagpeng", "Mente du"),
        ("education_share.dagpenge", "regnes ud"),
        ("firm_places", "regnes ud"),
        ("", "Der findes ingen"),
    ],
)
def test_what_is_no_own_figure_says_why(ballerup, parameter, words):
    assert words in faults(ballerup, typed(parameter))["parameter"]


def test_a_per_cent_of_what_is_no_share_is_refused(ballerup):
    assert "procent" in faults(ballerup, typed("stock.sygedagpenge", "45 %"))["value"]


@pytest.mark.parametrize(
    ("entry", "as_of"),
    [
        (2025, "2025"), (2025.0, "2025"), ("2. kvartal 2025", "2025Q2"), ("marts 2026", "2026M03"),
        (datetime.date(2026, 3, 1), "2026M03"), (datetime.datetime(2026, 3, 31, tzinfo=datetime.UTC), "2026-03-31"),
    ],
)  # fmt: skip
def test_the_period_is_kept_by_its_id(ballerup, entry, as_of):
    assert typed_replacement(ballerup, typed(as_of=entry)).after.as_of == as_of


def test_quality_is_known_in_words_of_both_languages(ballerup):
    for words in ("Undersøgelse", "study", "STUDY"):
        assert typed_replacement(ballerup, typed(quality=words)).after.quality == "study"


def test_a_saved_number_holds_with_its_source_and_nothing_else_moves(ballerup):
    before = typed_replacement(ballerup, typed(note="Talt op i hånden")).before
    assert before == ballerup.parameter("activation_rate.dagpenge").value
    saved(ballerup, typed(note="Talt op i hånden"))
    again = load_municipality("ballerup")
    now = again.parameter("activation_rate.dagpenge")
    assert (now.value.value, now.value.as_of, now.value.quality) == (0.25, "2025", "statistic")
    assert [now.source(language) for language in LANGUAGES] == [SOURCE, SOURCE]
    assert now.value.note is not None
    assert now.value.note.da == "Talt op i hånden"
    others = {p.id: p for p in again.register if not p.computed}
    assert all(others[p.id] == p for p in ballerup.register if p.id in others and p.id != now.id)


def test_a_source_of_the_register_keeps_both_its_languages(ballerup):
    known = next(p for p in ballerup.register if p.source_da and p.source_da != p.value.source)
    for source in (known.source_da, known.value.source):
        result = typed_replacement(ballerup, typed(source=source))
        assert (result.after.source, result.after_source_da) == (known.value.source, known.source_da)


def test_what_follows_is_told(ballerup):
    def notes(parameter, value):
        result = preview_typed(ballerup, [typed_replacement(ballerup, typed(parameter, value))])
        return " ".join(note.da for note in result.notes)

    assert "lånt tallet fra" in notes("stock.dagpenge", "900")
    assert "regnet ud af andre" in notes("stock.sygedagpenge", "640")
    assert "låner" in notes("benchmark.dagpenge", "900")
    assert notes("activation_rate.dagpenge", "0,25") == ""


def test_what_can_hardly_be_right_is_used_on_the_readers_word_only(ballerup):
    result = typed_replacement(ballerup, typed("meetings.dagpenge", 0.01))
    doubtful = preview_typed(ballerup, [result])
    assert (len(doubtful), len(doubtful.doubtful)) == (0, 1)
    assert "20" in doubtful.doubtful[0].why.da
    used = preview_typed(ballerup, [result], Choices(unlikely_is_right=True))
    assert (len(used), used.doubtful) == (1, ())
    people = typed_replacement(ballerup, typed("stock.sygedagpenge", 99999))
    assert "indbyggere" in preview_typed(ballerup, [people]).doubtful[0].why.da


def test_no_message_tells_a_small_count():
    samsoe = load_municipality("samsoe")
    ids = {p.id: p for p in samsoe.register}
    small = [i for i, p in ids.items() if i.startswith("stock.") and 0 < p.value.value < 5]
    assert small
    for stock in small:
        for parameter in (stock, stock.replace("stock.", "firm_use.")):
            if parameter in ids:
                result = preview_typed(samsoe, [typed_replacement(samsoe, typed(parameter, 500))])
                assert "vises ikke" in result.doubtful[0].why.da


def test_no_count_can_be_narrowed_down_by_what_is_asked_about():
    # Below what plausibility asks about, no factor beside what a count was is asked about.
    samsoe = load_municipality("samsoe")
    small = next(p for p in samsoe.register if p.id.startswith("stock.") and 0 < p.value.value < 2)
    for value in (25.0, 49.0):
        assert preview_typed(samsoe, [typed_replacement(samsoe, typed(small.id, value))]).doubtful == ()


def test_a_number_that_the_engine_cannot_run_on_is_told_and_not_saved(ballerup):
    result = preview_typed(ballerup, [typed_replacement(ballerup, typed("firm_use.dagpenge", 800))],
                           Choices(unlikely_is_right=True))  # fmt: skip
    assert result.problem is not None
    with pytest.raises(FileProblem):
        save_municipality(ballerup, result)
    assert own_file_hash("ballerup") is None


def test_a_price_is_typed_within_its_bounds_and_holds(ballerup):
    price = "budget.price.guidance_week"
    assert "mellem 0" in faults(ballerup, typed(price, -1))["value"]
    saved(ballerup, typed(price, "1.250,50"))
    again = load_municipality("ballerup")
    assert (again.parameter(price).value.value, again.budget.number(price)) == (1250.5, 1250.5)
    assert again.parameter(price).label("da") == ballerup.parameter(price).label("da")


def test_shares_of_the_budget_that_are_more_than_all_are_told_and_not_saved(ballerup):
    shares = [p for p in ballerup.register if p.id.startswith("budget.") and p.value.unit == "share"]
    problems = [
        preview_typed(ballerup, [typed_replacement(ballerup, typed(p.id, 1))], UNLIKELY).problem
        for p in shares
    ]
    told = [problem.da for problem in problems if problem is not None]
    assert told
    assert any("mere end 1" in words for words in told)


def test_someone_elses_save_is_not_overwritten(ballerup):
    result = preview_typed(ballerup, [typed_replacement(ballerup, typed())])
    saved(ballerup, typed("stock.sygedagpenge", 640))
    with pytest.raises(OwnFileConflict):
        save_municipality(ballerup, result, expected_hash=None)


# --- taking one number back -----------------------------------------------------------------------


def test_one_number_is_taken_back_and_the_others_stay(ballerup):
    saved(ballerup, typed(), typed("stock.sygedagpenge", 640))
    assert own_figure("ballerup", "stock.sygedagpenge").value == 640
    both = own_municipality_file("ballerup").read_bytes()
    data = remove_own_figure(ballerup, "stock.sygedagpenge", own_file_hash("ballerup"))
    assert data == both
    again = load_municipality("ballerup")
    assert again.parameter("stock.sygedagpenge") == ballerup.parameter("stock.sygedagpenge")
    assert again.parameter("activation_rate.dagpenge").value.value == 0.25
    restore_own_file("ballerup", data, own_file_hash("ballerup"))
    assert own_municipality_file("ballerup").read_bytes() == both


def test_the_last_number_takes_the_file_along(ballerup):
    saved(ballerup, typed())
    data = remove_own_figure(ballerup, "activation_rate.dagpenge", own_file_hash("ballerup"))
    assert own_file_hash("ballerup") is None
    assert load_municipality("ballerup").own_file is None
    restore_own_file("ballerup", data)
    assert own_figure("ballerup", "activation_rate.dagpenge") is not None


def test_a_number_is_not_taken_out_of_a_file_that_has_changed(ballerup):
    saved(ballerup, typed())
    seen = own_file_hash("ballerup")
    saved(load_municipality("ballerup"), typed("stock.sygedagpenge", 640))
    before = own_municipality_file("ballerup").read_bytes()
    with pytest.raises(OwnFileConflict):
        remove_own_figure(ballerup, "activation_rate.dagpenge", seen)
    with pytest.raises(OwnFileConflict):
        restore_own_file("ballerup", b"x", seen)
    with pytest.raises(FileProblem):
        remove_own_figure(ballerup, "benchmark.dagpenge", own_file_hash("ballerup"))
    assert own_municipality_file("ballerup").read_bytes() == before


def test_a_number_stays_that_the_others_cannot_do_without(ballerup):
    figures = (typed("stock.sygedagpenge", 3000), typed("firm_use.sygedagpenge", 300))
    saved(ballerup, *figures, choices=UNLIKELY)
    with pytest.raises(FileProblem) as caught:
        remove_own_figure(ballerup, "stock.sygedagpenge", own_file_hash("ballerup"))
    assert "uden det her" in caught.value.text("da")
    assert own_figure("ballerup", "stock.sygedagpenge") is not None


@pytest.mark.parametrize(
    ("written", "told", "not_told"),
    [
        ("250 %", "mellem 0 % og 100 %; der står 250 %", "2,5"),
        ("-3 pct.", "mellem 0 % og 100 %; der står", "0,03"),
        ("45", "Skriv 45 %, hvis det er procent, eller skriv 0,45", ""),
        ("250", "mellem 0 og 1; her står 250", "2,5"),
    ],
)
def test_a_share_out_of_bounds_is_told_as_it_was_typed(ballerup, written, told, not_told):
    _, reasons = attempt(ballerup, typed("activation_rate.dagpenge", written))
    said = reasons["value"].da
    assert told in said
    assert not not_told or not_told not in said


# --- anything that is typed -----------------------------------------------------------------------

ENTRIES = st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.none(), st.dates())


@given(value=ENTRIES, low=ENTRIES, high=ENTRIES, as_of=ENTRIES, quality=ENTRIES, source=ENTRIES, note=ENTRIES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_typed_is_a_number_or_told(**fields):
    result, reasons = attempt(
        load_municipality("ballerup"), TypedFigure("activation_rate.dagpenge", **fields)
    )
    if result is None:
        assert reasons
        assert all(reason.text(language) for reason in reasons.values() for language in LANGUAGES)
    else:
        assert 0 <= result.after.value <= 1


def attempt(municipality, figure):
    """What a typed number replaces, or the reasons by field why it does not."""
    try:
        return typed_replacement(municipality, figure), {}
    except TypedFigureFaults as error:
        return None, {fault.field: fault.why for fault in error.faults}


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_back_as_typed(data):
    ballerup = load_municipality("ballerup")
    settable = [p for p in ballerup.register if why_not_own(p) is None]
    parameter = data.draw(st.sampled_from(settable))
    value = data.draw(st.floats(*typed_bounds(parameter.id)))
    source = data.draw(st.text(min_size=3, max_size=80))
    note = data.draw(st.text(max_size=80))
    figure = typed(parameter.id, value, source=source, note=note, low=value, high=value)
    result, reasons = attempt(ballerup, figure)
    if result is None:
        # Only a source of which too little can be seen.
        assert set(reasons) == {"source"}
        return
    # The text is read back by the reader of own files, or the preview raises.
    preview = preview_typed(ballerup, [result], Choices(unlikely_is_right=True))
    assert preview.replacements == (result,)
    assert result.after.value == value
