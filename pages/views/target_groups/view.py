"""Compute what the page Target groups shows: key figures, sentences and rows of tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.disclosure import Mask, is_small
from model.domain import DURATION_CLASSES, GROUP_INDEX, GROUPS, N_EXITS, ORIGINS
from model.explain.causes import group_causes
from model.goals.benchmark import basis
from model.goals.side_effects import SideEffect, Watch, watch
from model.language.catalogue import group_name, name, number, percent
from model.scenario.scenario import Scenario
from model.simulation import flows as fl
from model.simulation.outcome import Outcome
from pages.session.results import runs
from pages.session.session import Session
from pages.views.target_groups.pairs import Pair
from pages.views.target_groups.third import (
    third_cell,
    third_head,
    third_scenario,
    with_third_pairs,
    with_third_rows,
    with_third_tiles,
)

Floats = NDArray[np.float64]
Row = dict[str, str]

_SHORT_YEAR: Final = 52
_NOBODY: Final = 1e-6
# Sums of persons below this are not worth a word.
_PERSONS: Final = 1.5
_MOST_PARTS: Final = 3
# Figures of fewer than these have one decimal.
_FEW: Final = 10.0
# ... unless there are so many that a decimal would promise too much.
_MANY: Final = 1000.0
_SELF_SUPPORT: Final = N_EXITS - len(GROUPS)


@dataclass(frozen=True, eq=False)
class GroupView:
    """A segment in the scenario and in its baseline, in one language."""

    session: Session
    segment: fl.Segment
    outcome: Outcome
    baseline: Outcome
    beside: GroupView | None = None  # the same segment in the administration's proposal

    # --- words ------------------------------------------------------------------------------------

    def text(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.session.text(f"page_groups.{key}", **values)

    def n(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """Format a number in the visitor's language."""
        return number(value, self.session.language, decimals, signed=signed)

    def share(self, value: float, *, signed: bool = False) -> str:
        """Format a share in per cent."""
        return percent(value, self.session.language, 1, signed=signed)

    @property
    def not_shown(self) -> str:
        """Return what stands in place of a small number, and of one that would give it away: the same words."""
        return self.session.text("disclosure.not_shown")

    @cached_property
    def group(self) -> str:
        """Return the target group's name."""
        return group_name(self.segment.group or "all", self.session.language)

    @cached_property
    def title(self) -> str:
        """Return the segment's name."""
        if self.segment.origin is None:
            return self.group
        origin = name("origin", self.segment.origin, self.session.language)
        return self.text("segment", group=self.group, origin=origin[:1].lower() + origin[1:])

    # --- the model's answers ----------------------------------------------------------------------

    @cached_property
    def suppressed(self) -> bool:
        """Return whether the segment is too small to be shown."""
        return fl.is_suppressed(self.outcome, self.baseline, self.segment)

    @cached_property
    def before(self) -> fl.KeyFigures:
        """Compute the baseline's key figures."""
        return fl.key_figures(self.baseline, self.segment)

    @cached_property
    def after(self) -> fl.KeyFigures:
        """Compute the scenario's key figures."""
        return fl.key_figures(self.outcome, self.segment)

    @cached_property
    def flows(self) -> tuple[fl.Flows, fl.Flows]:
        """Compute the flows by year of the scenario and the baseline."""
        return fl.flows(self.outcome, self.segment), fl.flows(self.baseline, self.segment)

    @cached_property
    def suppressed_flows(self) -> tuple[Mask, Mask]:
        """Return which of them are not shown."""
        return fl.suppressed_flows(self.outcome, self.baseline, self.segment)

    @cached_property
    def watch(self) -> Watch:
        """Compute side effects and benchmark, whatever the segment."""
        return watch(self.outcome, self.baseline)

    @cached_property
    def year(self) -> int:
        """Return the chosen year, if the run has it; else the last."""
        years = fl.years_of(self.outcome)
        return self.session.flow_year if self.session.flow_year in years else years[-1]

    @property
    def year_row(self) -> int:
        """Return the year's row in the arrays."""
        return fl.years_of(self.outcome).index(self.year)

    def year_label(self, year: int) -> str:
        """Name a year, with a mark where it is not a whole one."""
        weeks = int(self.flows[0].weeks[fl.years_of(self.outcome).index(year)])
        return str(year) if weeks >= _SHORT_YEAR else self.text("year_short", year=year, weeks=weeks)

    # --- key figures ------------------------------------------------------------------------------

    def tiles(self) -> dict[str, Any]:
        """Return six key figures as the component takes them."""
        before, after = self.before, self.after
        all_groups = "_all" if self.segment.group is None else ""
        small = fl.in_offer_suppressed(self.outcome, self.baseline, self.segment)
        long = fl.over_52_suppressed(self.outcome, self.baseline, self.segment)
        last = len(self.flows[0].years) - 1
        of_year = [float(f[last].sum()) for f in (self.flows[0].inflow, self.flows[0].outflow)]
        arriving, leaving = (is_small(persons) for persons in of_year)
        items = [
            self._tile("caseload", before.caseload, after.caseload, None,
                       note=self.text("tile.caseload.note", now=self.n(before.now)), with_share=True),
            self._tile("new", before.new_per_month, after.new_per_month, 1, suppressed=arriving,
                       note=self.text(f"tile.new.note{all_groups}")),
            self._tile("leaving", before.leaving_per_month, after.leaving_per_month, 1, suppressed=leaving,
                       note=self.text(f"tile.leaving.note{all_groups}")),
            self._tile("weeks", before.mean_weeks, after.mean_weeks, 1, unit=self.text("unit.weeks"),
                       note=self.text("tile.weeks.note")),
            self._share_tile("offer", before.in_offer, after.in_offer, before.offer_share, after.offer_share, small),
            self._share_tile("long", before.over_52, after.over_52, before.over_52_share, after.over_52_share, long),
        ]  # fmt: skip
        return {"label": self.text("tiles"), "items": with_third_tiles(self, items)}

    def compared(self, before: float, after: float, decimals: int | None = None) -> tuple[str, str, str]:
        """Format baseline, scenario and difference; the difference is that of the written figures.

        "" for a difference too small to be written. Small groups and small differences get one decimal.
        """
        change = after - before
        if decimals is None:
            whole = max(before, after)
            small = abs(change) < _FEW and round(change, 1) != 0 and whole < _MANY
            decimals = 1 if small or 0 < whole < _FEW else 0
        if round(change, decimals) == 0:
            return self.n(after, decimals), self.n(after, decimals), ""
        written = round(after, decimals) - round(before, decimals)
        if self.n(before, decimals) == self.n(after, decimals):
            return self.n(after, decimals), self.n(after, decimals), ""
        return self.n(before, decimals), self.n(after, decimals), self.n(written, decimals, signed=True)

    def _tile(
        self, key: str, before: float, after: float, decimals: int | None, *, unit: str = "", note: str = "",
        suppressed: bool = False, with_share: bool = False,
    ) -> dict[str, str]:  # fmt: skip
        """Return a key figure of persons or weeks."""
        *shown, change = self.compared(before, after, decimals)
        if change and unit:
            change = self.text("change.weeks", change=change)
        if change and with_share:
            share = self.share(after / before - 1, signed=True)
            change = self.text("change.persons_share", change=change, share=share)
        return self._item(key, shown, change, unit, note, suppressed)

    def _share_tile(
        self, key: str, before: float, after: float, share_before: float, share_after: float, suppressed: bool
    ) -> dict[str, str]:
        """Return a key figure of a share."""
        _, persons, change = self.compared(before, after)
        shown = [self.share(share_before if change else share_after), self.share(share_after)]
        change = self.text("change.persons", change=change) if change else ""
        return self._item(key, shown, change, "", self.text("tile.persons", n=persons), suppressed)

    def _item(
        self, key: str, shown: list[str], change: str, unit: str, note: str, suppressed: bool
    ) -> dict[str, str]:
        """Return a key figure as the component takes it; suppress one that is hidden."""
        label = self.text(f"tile.{key}")
        if suppressed:
            shown, change, unit, note = [self.not_shown] * 2, "", "", ""
        after = f"{shown[1]} {unit}".strip()
        spoken = self.text(
            "tile.spoken" if change else "tile.spoken_same", label=label, after=after, note=note,
            **({"before": shown[0], "change": change} if change else {}),
        )  # fmt: skip
        return {
            "label": label,
            "before": "" if shown[0] == shown[1] else shown[0],
            "after": shown[1],
            "unit": unit,
            "change": change or ("" if suppressed else self.text("same")),
            "note": note,
            "spoken": spoken,
        }

    # --- the sentence -----------------------------------------------------------------------------

    def sentence(self) -> str:
        """Describe what moved in this group and why, from the flows' differences and the levers that were moved."""
        before, after = self.before.caseload, self.after.caseload
        if self.outcome is self.baseline:
            return self.text("said.unchanged", segment=self.title, n=self.n(after))
        figures = dict(zip(("before", "after", "change"), self.compared(before, after), strict=True))
        if not figures["change"]:
            sentences = [self.text("said.same", segment=self.title, after=figures["after"])]
        else:
            key = "fewer" if after < before else "more"
            n = figures.pop("change").lstrip("+\N{MINUS SIGN}")
            sentences = [self.text(f"said.{key}", n=n, segment=self.title, **figures)]
        parts = self._parts()
        if parts:
            years = round(len(self.outcome.weeks) / _SHORT_YEAR)
            key = "said.flows_one" if years == 1 else "said.flows"
            sentences.append(self.text(key, years=years, parts=", ".join(parts)))
        own, others = group_causes(self.outcome, self.baseline, self.segment.group)
        if own or others:
            key = "said.causes" if own else "said.others"
            sentences.append(
                self.text(
                    key, causes=self.text("and").join(c.text(self.session.language) for c in own or others)
                )
            )
        return " ".join(sentences)

    def _parts(self) -> list[str]:
        """List the flows that changed most over the whole run, in words."""
        moved = fl.movement(self.outcome, self.baseline, self.segment)
        inflow, outflow = (np.atleast_1d(mask.any(axis=0)) for mask in self.suppressed_flows)
        parts = [(key, float(v)) for key, v, h in zip(fl.INFLOWS, moved.inflow, inflow, strict=True) if not h]
        parts += [
            (key, float(v))
            for key, v, h in zip(fl.DESTINATIONS, moved.outflow, outflow, strict=True)
            if not h
        ]
        if self.segment.group is None:
            parts = [part for part in parts if part[0] not in ("transfers", "other_groups")]
        parts = [part for part in parts if abs(part[1]) >= _PERSONS]
        parts.sort(key=lambda part: -abs(part[1]))
        return [
            self.text(f"part.{key}.{'more' if value > 0 else 'fewer'}", n=self.n(abs(value)))
            for key, value in parts[:_MOST_PARTS]
        ]

    # --- pairs of bars and their tables -----------------------------------------------------------

    def inflow(self) -> list[Pair]:
        """List the inflow of the chosen year by kind."""
        kinds = fl.INFLOWS[:2] if self.segment.group is None else fl.INFLOWS
        run, base = (flows.inflow[self.year_row] for flows in self.flows)
        suppressed = self.suppressed_flows[0][self.year_row]
        pairs = [
            self.pair(self.text(f"inflow.{kind}"), base[i], run[i], suppressed[i])
            for i, kind in enumerate(kinds)
        ]
        return pairs if self.beside is None else with_third_pairs(self, pairs, self.beside.inflow())

    def outflow(self) -> list[Pair]:
        """List the outflow of the chosen year by destination; those that nobody takes are left out."""
        destinations = fl.DESTINATIONS[:3] if self.segment.group is None else fl.DESTINATIONS
        run, base = (flows.outflow[self.year_row] for flows in self.flows)
        suppressed = self.suppressed_flows[1][self.year_row]
        pairs = [
            self.pair(self.text(f"outflow.{to}"), base[i], run[i], suppressed[i])
            for i, to in enumerate(destinations)
        ]
        pairs = pairs if self.beside is None else with_third_pairs(self, pairs, self.beside.outflow())
        return [pair for i, pair in enumerate(pairs) if i < _SELF_SUPPORT or pair.suppressed or pair.high > 0]

    def durations(self) -> list[Pair]:
        """List the last year's caseload by duration class."""
        before = fl.duration_classes(self.baseline, self.segment)
        after = fl.duration_classes(self.outcome, self.segment)
        suppressed = fl.suppressed_durations(self.outcome, self.baseline, self.segment)
        pairs = [
            self.pair(
                self.session.text(f"domain.duration.{i}"),
                float(before[i]),
                float(after[i]),
                bool(suppressed[i]),
            )
            for i in range(len(DURATION_CLASSES))
        ]
        return pairs if self.beside is None else with_third_pairs(self, pairs, self.beside.durations())

    def pair(self, label: str, before: float, after: float, suppressed: bool) -> Pair:
        """Return a figure of both runs with its text; suppress one that is hidden."""
        before, after = (0.0 if value < _NOBODY else float(value) for value in (before, after))
        if suppressed:
            mark = self.not_shown
            return Pair(label, 0.0, 0.0, mark, (mark, mark, mark), True)
        figures = self.compared(before, after)
        if not figures[2]:
            return Pair(label, before, after, figures[1], (*figures[:2], self.text("same")), False)
        text = self.text("pair", before=figures[0], after=figures[1], change=figures[2])
        return Pair(label, before, after, text, figures, False)

    def flow_rows(self, kinds: str) -> list[Row]:
        """List inflow ("in") or outflow ("out") of all years."""
        which = fl.INFLOWS if kinds == "in" else fl.DESTINATIONS
        rows = []
        for row, year in enumerate(fl.years_of(self.outcome)):
            for i, key in enumerate(which):
                run, base = (f.inflow if kinds == "in" else f.outflow for f in self.flows)
                suppressed = self.suppressed_flows[0 if kinds == "in" else 1][row, i]
                label = self.text(f"{kinds}flow.{key}")
                pair = self.pair(label, base[row, i], run[row, i], bool(suppressed))
                rows.append(
                    {self.text("table.year"): self.year_label(year), **self.pair_row(pair, "table.what")}
                )
        if self.beside is None:
            return rows
        return with_third_rows(self, rows, self.beside.flow_rows(kinds), self.text("table.scenario"))

    def pair_row(self, pair: Pair, head: str) -> Row:
        """Return a pair as a row of a table."""
        return {
            self.text(head): pair.label,
            self.text("table.baseline"): pair.figures[0],
            self.text("table.scenario"): pair.figures[1],
            self.text("table.difference"): pair.figures[2],
            **({third_head(self): pair.third_text} if pair.third_text else {}),
        }

    # --- by origin --------------------------------------------------------------------------------

    def origin_rows(self) -> list[Row]:
        """List caseload, use of offers and duration, a column for each of the group's three origins."""
        heads = [name("origin", origin, self.session.language, short=True) for origin in ORIGINS]
        columns = [self._of_origin(i) for i in range(len(ORIGINS))]
        return [
            {self.text("origins.what"): self.text(f"origins.{key}")}
            | {head: column[row] for head, column in zip(heads, columns, strict=True)}
            for row, key in enumerate(("caseload", "offer", "firm", "weeks"))
        ]

    def _of_origin(self, origin: int) -> list[str]:
        """List the figures of one origin."""
        segment = fl.Segment(self.segment.group, ORIGINS[origin])
        before, after = (fl.key_figures(run, segment) for run in (self.baseline, self.outcome))
        if fl.is_suppressed(self.outcome, self.baseline, segment):
            return [self.not_shown] * 4
        in_offer, firm = self._suppressed_offers
        return [
            self.pair("", before.caseload, after.caseload, False).text,
            self._share_cell(before.offer_share, after.offer_share, bool(in_offer[origin])),
            self._share_cell(before.firm_share, after.firm_share, bool(firm[origin])),
            self._arrow(self.n(before.mean_weeks, 1), self.n(after.mean_weeks, 1)),
        ]

    @cached_property
    def _suppressed_offers(self) -> tuple[Mask, Mask]:
        """Return which origins' use of offers is not shown."""
        return fl.suppressed_offers(self.outcome, self.baseline, self.segment.group)

    def _share_cell(self, before: float, after: float, suppressed: bool) -> str:
        """Format a share before and after; suppress one that is hidden."""
        return self.not_shown if suppressed else self._arrow(self.share(before), self.share(after))

    def _arrow(self, before: str, after: str) -> str:
        """Format a figure before and after."""
        return after if before == after else f"{before} → {after}"

    # --- side effects -----------------------------------------------------------------------------

    def side_effect_rows(self, *, only_worse: bool = False) -> list[Row]:
        """List the side effects."""
        rows = []
        others = {} if self.beside is None else self.beside.side_pairs()
        for effect, pair in zip(self.watch.side_effects, self.side_pairs().values(), strict=True):
            if only_worse and not effect.worse:
                continue
            verdict = self.text(f"watch.{self._verdict(effect, pair)}")
            rows.append(
                {
                    self.text("watch.what"): pair.label,
                    self.text("watch.persons"): pair.text,
                    **third_cell(self, pair, others.get(effect.id)),
                    self.text("watch.verdict"): verdict,
                }
            )
        return rows

    def side_pairs(self) -> dict[str, Pair]:
        """Return the persons of each side effect in both runs, by its id."""
        groups, _ = fl.suppressed_segments(self.outcome, self.baseline)
        return {
            effect.id: self.pair(
                effect.title.text(self.session.language),
                effect.baseline,
                effect.scenario,
                effect.id in GROUP_INDEX and bool(groups[GROUP_INDEX[effect.id]]),
            )
            for effect in self.watch.side_effects
        }

    def _verdict(self, effect: SideEffect, pair: Pair) -> str:
        """Judge a side effect."""
        if effect.worse:
            return "worse"
        # What is shown beside it decides: no difference in sight is none in words.
        if pair.figures[2] == self.text("same"):
            return "same"
        return "better" if effect.difference < 0 else "fine"

    def warning_count(self) -> str:
        """Return how many warnings there are, in words."""
        n = len(self.watch.warnings)
        if n == 0:
            return self.text("watch.none")
        return self.text("watch.count_one") if n == 1 else self.text("watch.count", n=n)

    def benchmark_rows(self) -> list[Row]:
        """List expected against actual."""
        rows = []
        others = {} if self.beside is None else self.beside.benchmark_pairs()
        for group, pair in zip(self.watch.benchmark, self.benchmark_pairs().values(), strict=True):
            over = self.not_shown if pair.suppressed else self.n(group.difference, signed=True)
            rows.append(
                {
                    self.text("benchmark.group"): pair.label,
                    self.text("benchmark.expected"): self.n(group.expected),
                    self.text("benchmark.actual"): pair.text,
                    **third_cell(self, pair, others.get(pair.label)),
                    self.text("benchmark.over"): over,
                }
            )
        return rows

    def benchmark_pairs(self) -> dict[str, Pair]:
        """Return the actual persons of each benefit of the benchmark in both runs, by its name."""
        return {
            (title := group.title.text(self.session.language)): self.pair(
                title,
                group.baseline,
                group.scenario,
                is_small(group.baseline) or is_small(group.scenario),
            )
            for group in self.watch.benchmark
        }

    def benchmark_basis(self) -> str:
        """Return from when the expected numbers are."""
        return basis(self.outcome.municipality).text(self.session.language)

    def benchmark_sentences(self) -> list[str]:
        """List the same in a sentence each, with the published rank and its year."""
        return [
            self.text(
                "benchmark.sentence",
                sentence=group.sentence(self.session.language),
                rank=self.n(group.published_rank),
                year=group.published_period[:4],
            )
            for group in self.watch.benchmark
            if not (is_small(group.baseline) or is_small(group.scenario))
        ]


def group_view(session: Session, scenario: Scenario) -> GroupView:
    """Return the view of the chosen segment of the scenario on screen."""
    group = session.target_group if session.target_group in GROUPS else None
    origin = session.origin if session.origin in ORIGINS else None
    segment, third = fl.Segment(group, origin), third_scenario(session)
    beside = None if third is None else GroupView(session, segment, *runs(third))
    if beside is not None and beside.suppressed:
        beside = None
    return GroupView(session, segment, *runs(scenario), beside)
