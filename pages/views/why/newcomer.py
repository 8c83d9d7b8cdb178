"""Draw what an average newcomer meets: of a hundred new, how many have come into a job after so many weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import streamlit as st

from model.domain import GROUP_INDEX, GROUPS, ORIGIN_INDEX, ORIGINS
from model.explain.newcomers import NewcomerChange, Newcomers, newcomers_of, shown_segments
from model.language.catalogue import group_name, number, text
from model.language.drawn_range import range_of_draws
from pages.components.chart_with_table import Row, chart_with_table, table_expander
from pages.components.escape_markdown import escape_markdown
from pages.components.persistent_widget import restore_value, store_value
from pages.components.theme import Palette, palette
from pages.session.results import runs
from pages.session.session import Session
from pages.views.why.charts import WAYS, hundred_spec
from pages.views.why.jobs import WEEKS, Parts, known_parts

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

_DEFAULT_WEEKS: Final = 26
_GROUP_WIDTH: Final = 360


def draw(session: Session, results: ScenarioResults) -> None:
    """Draw the choices, the sentence, the picture and, folded, all groups and origins."""
    st.header(session.text("page_why.person"), anchor=False)
    parts = known_parts(session, results) if results.scenario.changes else Parts(None, None)
    view = NewcomerView(session, results, parts)
    if not view.groups:
        st.markdown(escape_markdown(session.text("page_why.person.nobody")))
        return
    group, weeks = _choices(session, view)
    with st.container(key="why-person"):
        st.markdown(escape_markdown(view.sentence(group, None, weeks)))
    chart_with_table(session, "why-hundred", **view.hundred(group, weeks, palette()))
    st.caption(escape_markdown(session.text("page_why.person.note")))
    table_expander(session, "why-newcomers", view.table(weeks), label=session.text("page_why.person.table"))


def _choices(session: Session, view: NewcomerView) -> tuple[str, int]:
    """Draw the choice of target group and of weeks, and return it."""
    with st.container(horizontal=True, key="why-choices"):
        restore_value(session, "why-group", view.groups[0], view.groups)
        st.selectbox(
            session.text("page_why.person.group"),
            view.groups,
            format_func=lambda group: group_name(group, session.language),
            key="why-group",
            width=_GROUP_WIDTH * (2 if session.present else 1),
        )
        restore_value(session, "why-weeks", _DEFAULT_WEEKS, WEEKS)
        st.selectbox(
            session.text("page_why.person.weeks"),
            WEEKS,
            format_func=lambda weeks: session.text("page_why.person.n_weeks", n=weeks),
            key="why-weeks",
            width=_GROUP_WIDTH // 2 * (2 if session.present else 1),
        )
    return str(store_value(session, "why-group")), int(store_value(session, "why-weeks"))


class NewcomerView:
    """What a hundred newcomers come to, in the visitor's language."""

    def __init__(self, session: Session, results: ScenarioResults, parts: Parts) -> None:
        self.session = session
        self.language = session.language
        self.moved = bool(results.scenario.changes)
        outcome, base = runs(results.scenario)
        self._before, self._after = (newcomers_of(run, max(WEEKS)) for run in (base, outcome))
        self._shown = shown_segments(outcome, base)
        self._draws = None if parts.parts is None else parts.parts.newcomers
        self.groups = [group for g, group in enumerate(GROUPS) if self._shown[g, 0]]

    def _text(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.session.text(f"page_why.person.{key}", **values)

    def change(self, group: str, origin: str | None, weeks: int) -> NewcomerChange:
        """Return how many of a hundred have come into a job, without changes and with them."""
        g, o = GROUP_INDEX[group], 0 if origin is None else 1 + ORIGIN_INDEX[origin]
        before, after = (float(run.job[weeks, g, o]) for run in (self._before, self._after))
        told = None if self._draws is None else range_of_draws(self._draws[weeks][:, g, o])
        return NewcomerChange(before, after, told)

    def sentence(self, group: str, origin: str | None, weeks: int) -> str:
        """Return what an average newcomer meets, without changes and with the scenario."""
        change = self.change(group, origin, weeks)
        # With a decimal, as at the bars, for the effort moves few of a hundred.
        before, after = (number(value, self.language, 1) for value in (change.before, change.after))
        words = [self._text("sentence", group=group_name(group, self.language), before=before, weeks=weeks)]
        if self.moved:
            words.append(self._text(change.kind, after=after, change=self._difference(change)))
        return " ".join(words)

    def _difference(self, change: NewcomerChange) -> str:
        """Return the difference with its range: "+0,1; 9 af 10 beregninger: −0,1 til +0,2"."""
        n = number(change.change, self.language, 1, signed=True)
        if change.range is None:
            return self._text("difference_alone", n=n)
        ends = change.range.words(change.range.signed_ends(self.language, 1), self.language)
        return self._text("difference", n=n, range=ends)

    def hundred(self, group: str, weeks: int, look: Palette) -> dict[str, Any]:
        """Return the picture of a hundred newcomers after so many weeks: a bar without changes, one with them."""
        g = GROUP_INDEX[group]
        runs_shown: list[tuple[str, Newcomers]] = [(self._text("before"), self._before)]
        if self.moved:
            runs_shown.append((self._text("after"), self._after))
        names = tuple(self._text(f"way.{way}") for way in WAYS)
        table: dict[str, list[Any]] = {"run": [], "way": [], "start": [], "end": [], "label": []}
        rows: list[Row] = []
        for run, figures in runs_shown:
            at, row = 0.0, {self._text("run"): run}
            for way, name in zip(WAYS, names, strict=True):
                value = float(getattr(figures, way)[weeks, g, 0])
                shown = number(value, self.language, 1)
                for column, cell in zip(table, (run, name, at, at + value, shown), strict=True):
                    table[column].append(cell)
                at += value
                row[name] = shown
            rows.append(row)
        return {
            "table": pa.table(table),
            "spec": hundred_spec(names, len(runs_shown), self.language, look, self.session.present),
            "name": self._text("name"),
            "sentence": self._text(
                "picture",
                weeks=weeks,
                **{way: number(float(getattr(self._after, way)[weeks, g, 0]), self.language) for way in WAYS},
            ),
            "rows": rows,
        }

    def table(self, weeks: int) -> list[Row]:
        """List all groups and the origins in each that are shown."""
        rows = []
        for group in self.groups:
            shown = self._shown[GROUP_INDEX[group]]
            rows.append(self._row(group_name(group, self.language), self.change(group, None, weeks)))
            for origin in np.array(ORIGINS)[shown[1:]].tolist():
                name = self._text(
                    "of_origin",
                    group=group_name(group, self.language, short=True),
                    origin=text(f"page_groups.origin.{origin}", self.language),
                )
                rows.append(self._row(name, self.change(group, origin, weeks)))
        return rows

    def _row(self, name: str, change: NewcomerChange) -> Row:
        """Return one row: both figures, the difference and its range."""
        row = {
            self._text("group"): name,
            self._text("before"): number(change.before, self.language, 1),
        }
        if self.moved:
            same = change.kind == "same"
            row[self._text("after")] = number(change.after, self.language, 1)
            row[self._text("differs")] = (
                self._text("equal") if same else number(change.change, self.language, 1, signed=True)
            )
            row[text("budget.amount.range_row", self.language)] = (
                "" if change.range is None else change.range.signed_ends(self.language, 1)
            )
        return row
