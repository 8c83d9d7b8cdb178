"""Test the published benchmark to 2022: the file beside the first, and no change of what goals rest on."""

from __future__ import annotations

import pytest

from model.goals import benchmark as first
from model.municipality.figures import benchmark_of_2022
from model.municipality.municipality_list import municipalities
from model.validation.published_benchmark import PERIODS, period_label, published_course, ranking


def test_course_goes_on_to_2022():
    course = published_course("Ballerup")
    assert [year.period for year in course] == list(PERIODS)
    assert [year.period for year in course][:4] == list(first.PERIODS)
    assert [year.row for year in course[:4]] == [year.row for year in first.published_course("Ballerup")]
    # The file's own words: row by row, from its cells.
    row = benchmark_of_2022()["Ballerup"]["Ydelsesgrupper i alt"]
    assert course[-1].row.actual_fte == float(row["actual_fte"])
    assert (course[-1].row.rank, course[-1].last_month.isoformat()) == (int(row["rank"]), "2022-12-01")
    assert course[-1].row.rank == 2


@pytest.mark.parametrize("group", first.BENEFIT_GROUPS)
@pytest.mark.parametrize("period", list(PERIODS))
def test_every_municipality_is_ranked_once(group, period):
    ranks = [row.rank for _, row in ranking(group, period)]
    assert {name for name, _ in ranking(group, period)} == {info.name for info in municipalities()}
    assert ranks == sorted(ranks)
    assert ranks[0] == 1


def test_labels():
    assert period_label("2022QMAT04", "en") == "Year to Dec 2022"
    with pytest.raises(KeyError):
        period_label("2023QMAT02", "da")
