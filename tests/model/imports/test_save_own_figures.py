"""Test how imported figures are saved in a municipality's own file and read back."""

from __future__ import annotations

import errno

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.domain import GROUP_INDEX
from model.engine.calibration import calibrate
from model.files.problems import FileProblem
from model.imports.own_files import (
    OwnFileConflict,
    apply,
    municipality_text,
    own_file_hash,
    save_municipality,
)
from model.imports.preview import preview
from model.imports.replacements import Choices, Replacement
from model.language.catalogue import LANGUAGES
from model.language.messages import Text
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.municipality.own_file import own_municipality_file
from model.parameters.sourced_value import SourcedValue
from tests.model.imports.cases import caseload, with_origins


def saved(municipality, file, **more):
    return save_municipality(
        municipality, preview(file, municipality), expected_hash=own_file_hash(municipality.id), **more
    )


def test_saved_figures_come_before_the_shipped_ones(data_folder, ballerup):
    result = saved(ballerup, with_origins())
    assert result.path == data_folder / "municipalities" / "ballerup.yaml"
    assert result.sha256 == own_file_hash("ballerup")
    again = load_municipality("ballerup")
    assert again.own_file == result.path
    assert again.key != ballerup.key
    assert again.engine.stock[GROUP_INDEX["sygedagpenge"]].tolist() == [430, 50, 160]
    shown = again.parameter("stock.sygedagpenge")
    assert (shown.value.value, shown.value.quality) == (640, "statistic")
    assert shown.source("da") == "Jobindsats Y07A02, Sygedagpenge, 2020"
    assert {i.id for i in municipalities() if i.own} == {"ballerup"}
    assert [again.label(language) for language in LANGUAGES] == [
        "Ballerup (egne tal)",
        "Ballerup (own figures)",
    ]
    assert ballerup.label("da") == "Ballerup"
    # Everything else is as shipped.
    for row in ballerup.register:
        if not row.id.startswith(("stock.sygedagpenge", "stock.jobafklaring", "firm_use", "firm_places")):
            assert again.parameter(row.id).value == row.value, row.id
    assert load_municipality("broendby").own_file is None
    assert calibrate(again.engine).inflow.sum() > 0


def test_a_second_import_keeps_the_first_and_the_text_is_canonical(ballerup):
    first = saved(ballerup, caseload([811] * 12))
    now = load_municipality("ballerup")
    second = saved(now, caseload([650] * 12, "Y07A02.csv"))
    text = second.path.read_text(encoding="utf-8")
    assert first.sha256 != second.sha256
    again = load_municipality("ballerup")
    assert again.parameter("stock.dagpenge").value.value == 811
    assert again.parameter("stock.sygedagpenge").value.value == 650
    assert "Jobindsats Y07A02, Sygedagpenge, 2020M01 - 2020M12" in text
    saved(again, caseload([650] * 12, "Y07A02.csv"))
    assert second.path.read_text(encoding="utf-8") == text
    assert text.startswith("# Egne tal for Ballerup")


def test_only_some_of_it(ballerup):
    saved(ballerup, with_origins(), only=["stock.sygedagpenge"])
    again = load_municipality("ballerup")
    assert again.parameter("stock.sygedagpenge").value.value == 640
    assert again.engine.stock[GROUP_INDEX["sygedagpenge"]].sum() == pytest.approx(640)
    with pytest.raises(FileProblem):
        saved(again, with_origins(), only=[])


def test_someone_elses_save_is_not_overwritten(ballerup):
    found = preview(with_origins(), ballerup)
    save_municipality(ballerup, found)
    before = own_municipality_file("ballerup").read_bytes()
    with pytest.raises(OwnFileConflict) as caught:
        save_municipality(ballerup, found)
    assert "En anden" in caught.value.text("da")
    assert own_municipality_file("ballerup").read_bytes() == before


def test_a_disk_that_says_no(ballerup, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("model.imports.own_files.write_atomically", refuse)
    with pytest.raises(FileProblem) as caught:
        saved(ballerup, with_origins())
    assert "disken er fuld" in caught.value.text("da")
    assert own_file_hash("ballerup") is None


def test_a_broken_own_file_says_where(ballerup):
    saved(ballerup, with_origins())
    path = own_municipality_file("ballerup")
    path.write_text(
        path.read_text(encoding="utf-8").replace("id: ballerup", "id: broendby"), encoding="utf-8"
    )
    # The shipped figures stand, and what is wrong is told.
    told = load_municipality("ballerup").own_problem
    assert told is not None
    assert "ballerup" in told.text("da")
    path.write_text("tables: [", encoding="utf-8")
    told = load_municipality("ballerup").own_problem
    assert told is not None
    assert "linje 1" in told.text("da")
    path.unlink()
    assert load_municipality("ballerup").own_problem is None
    assert load_municipality("ballerup").key == ballerup.key


def test_the_text_says_where_everything_comes_from(ballerup):
    text = municipality_text(ballerup, preview(with_origins(), ballerup))
    assert "sygedagpenge.danish:" in text
    assert "quality: statistic" in text
    assert text.index("danish") < text.index("western:") < text.index("non_western")


@st.composite
def replacements(draw):
    """Values of any size and sources of any printable words, for some parameters of several tables."""
    ids = ["stock.dagpenge", "stock.dagpenge.western", "firm_mix.sho.private_placement", "exit.sygedagpenge.job.w5_13",
           "activation_rate.sho", "population.people_16_66", "benchmark.dagpenge", "partial_return"]  # fmt: skip
    words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=3, max_size=30)
    out = []
    for parameter in draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)):
        most = 0.9 if parameter.startswith(("exit", "activation", "partial")) else 1e6
        low, value, high = sorted(draw(st.lists(st.floats(1, 1e6), min_size=3, max_size=3)))
        low, value, high = (v / 1e6 * most for v in (low, value, high))
        ranged = draw(st.booleans())
        source, danish = draw(words), draw(words)
        note = draw(st.none() | st.builds(Text, da=words, en=words))
        after = SourcedValue(
            value=max(value, 1.0) if most > 1 else value,
            low=min(low, 1.0) if ranged else None,
            high=max(high, value, 1.0) if ranged else None,
            unit=draw(words),
            as_of=draw(st.sampled_from(["2020", "2020M03 - 2021M02", "2021-03-04"])),
            source=source,
            quality=draw(st.sampled_from(["statistic", "derived"])),
            note=note,
        )
        out.append(Replacement(parameter, None, "", after, danish, Text(da="a", en="b")))
    return out


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=replacements(), second=replacements())
def test_a_written_file_reads_back_value_for_value(ballerup, first, second):
    once = apply(ballerup, first)
    assert once.values == {r.parameter: r.after for r in first}
    twice = apply(ballerup, second, once)
    assert twice.values == {**once.values, **{r.parameter: r.after for r in second}}
    assert municipality_text(ballerup, [], twice) == municipality_text(ballerup, second, once)


def test_a_files_name_cannot_break_the_register(ballerup):
    file = caseload([811] * 12, "tal\x00\n\x1b[31m: - {x}.csv")
    row = preview(file, ballerup, Choices(group="dagpenge")).replacements[0]
    assert row.after.source.isprintable()
    assert apply(ballerup, [row]).values["stock.dagpenge"] == row.after
