"""What the page of target groups says: key figures, sentences, rows of tables, and the flow diagram's data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.disclosure import LIMIT, Mask, is_small
from model.domain import DURATION_CLASSES, EXITS, GROUP_INDEX, GROUPS, N_EXITS, ORIGINS
from model.explain.causes import group_causes
from model.goals.evaluate import SideEffect, Watch, watch
from model.language.catalogue import group_name, name, number, percent
from model.scenario.scenario import Scenario
from model.simulation import flows as fl
from model.simulation.outcome import Outcome
from pages.session.session import Session

Floats = NDArray[np.float64]
Row = dict[str, str]

_SHORT_YEAR: Final = 52
_NOBODY: Final = 1e-6
# Sums of persons below this are not worth a word.
_PERSONS: Final = 1.5
_MOST_PARTS: Final = 3
# Figures of fewer than these are said with one decimal.
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

    # --- words ------------------------------------------------------------------------------------

    def text(self, key: str, **values: object) -> str:
        """A text of the page."""
        return self.session.text(f"page_groups.{key}", **values)

    def n(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """A number in the visitor's language."""
        return number(value, self.session.language, decimals, signed=signed)

    def share(self, value: float, *, signed: bool = False) -> str:
        """A share in per cent."""
        return percent(value, self.session.language, 1, signed=signed)

    @property
    def not_shown(self) -> str:
        """What stands in place of a small number, and of one that would give it away: the same words."""
        return self.session.text("small_numbers.not_shown")

    @cached_property
    def group(self) -> str:
        """The target group's name."""
        return group_name(self.segment.group or "all", self.session.language)

    @cached_property
    def title(self) -> str:
        """The segment's name."""
        if self.segment.origin is None:
            return self.group
        origin = name("origin", self.segment.origin, self.session.language)
        return self.text("segment", group=self.group, origin=origin[:1].lower() + origin[1:])

    # --- the model's answers ----------------------------------------------------------------------

    @cached_property
    def hidden(self) -> bool:
        """Whether the segment is too small to be shown."""
        return fl.is_hidden(self.outcome, self.baseline, self.segment)

    @cached_property
    def before(self) -> fl.KeyFigures:
        """The baseline's key figures."""
        return fl.key_figures(self.baseline, self.segment)

    @cached_property
    def after(self) -> fl.KeyFigures:
        """The scenario's key figures."""
        return fl.key_figures(self.outcome, self.segment)

    @cached_property
    def flows(self) -> tuple[fl.Flows, fl.Flows]:
        """Flows by year of the scenario and the baseline."""
        return fl.flows(self.outcome, self.segment), fl.flows(self.baseline, self.segment)

    @cached_property
    def hidden_flows(self) -> tuple[Mask, Mask]:
        """Which of them are not shown."""
        return fl.hidden_flows(self.outcome, self.baseline, self.segment)

    @cached_property
    def watch(self) -> Watch:
        """Side effects and benchmark, whatever the segment."""
        return watch(self.outcome, self.baseline)

    @cached_property
    def year(self) -> int:
        """The chosen year, if the run has it; else the last."""
        years = fl.years_of(self.outcome)
        return self.session.flow_year if self.session.flow_year in years else years[-1]

    @property
    def year_at(self) -> int:
        """Its row."""
        return fl.years_of(self.outcome).index(self.year)

    def year_label(self, year: int) -> str:
        """A year, and that it is not a whole one."""
        weeks = int(self.flows[0].weeks[fl.years_of(self.outcome).index(year)])
        return str(year) if weeks >= _SHORT_YEAR else self.text("year_short", year=year, weeks=weeks)

    # --- key figures ------------------------------------------------------------------------------

    def tiles(self) -> dict[str, Any]:
        """Six key figures as the component takes them."""
        before, after = self.before, self.after
        all_groups = "_all" if self.segment.group is None else ""
        small = fl.hidden_in_offer(self.outcome, self.baseline, self.segment)
        long = fl.hidden_long(self.outcome, self.baseline, self.segment)
        at = len(self.flows[0].years) - 1
        of_year = [float(f[at].sum()) for f in (self.flows[0].inflow, self.flows[0].outflow)]
        arriving, leaving = (is_small(persons) for persons in of_year)
        items = [
            self._tile("caseload", before.caseload, after.caseload, None,
                       note=self.text("tile.caseload.note", now=self.n(before.now)), with_share=True),
            self._tile("new", before.new_per_month, after.new_per_month, 1, hidden=arriving,
                       note=self.text(f"tile.new.note{all_groups}")),
            self._tile("leaving", before.leaving_per_month, after.leaving_per_month, 1, hidden=leaving,
                       note=self.text(f"tile.leaving.note{all_groups}")),
            self._tile("weeks", before.mean_weeks, after.mean_weeks, 1, unit=self.text("unit.weeks"),
                       note=self.text("tile.weeks.note")),
            self._share_tile("offer", before.in_offer, after.in_offer, before.offer_share, after.offer_share, small),
            self._share_tile("long", before.over_52, after.over_52, before.over_52_share, after.over_52_share, long),
        ]  # fmt: skip
        return {"label": self.text("tiles"), "items": items}

    def compared(self, before: float, after: float, decimals: int | None = None) -> tuple[str, str, str]:
        """Baseline, scenario and difference as they are written; the difference is that of the written figures.

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
        hidden: bool = False, with_share: bool = False,
    ) -> dict[str, str]:  # fmt: skip
        *shown, change = self.compared(before, after, decimals)
        if change and unit:
            change = self.text("change.weeks", change=change)
        if change and with_share:
            share = self.share(after / before - 1, signed=True)
            change = self.text("change.persons_share", change=change, share=share)
        return self._item(key, shown, change, unit, note, hidden)

    def _share_tile(
        self, key: str, before: float, after: float, share_before: float, share_after: float, hidden: bool
    ) -> dict[str, str]:
        _, persons, change = self.compared(before, after)
        shown = [self.share(share_before if change else share_after), self.share(share_after)]
        change = self.text("change.persons", change=change) if change else ""
        return self._item(key, shown, change, "", self.text("tile.persons", n=persons), hidden)

    def _item(
        self, key: str, shown: list[str], change: str, unit: str, note: str, hidden: bool
    ) -> dict[str, str]:
        label = self.text(f"tile.{key}")
        if hidden:
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
            "change": change or ("" if hidden else self.text("same")),
            "note": note,
            "spoken": spoken,
        }

    # --- the sentence -----------------------------------------------------------------------------

    def sentence(self) -> str:
        """What moved in this group and why, made of the flows' differences and of the levers that were moved."""
        before, after = self.before.caseload, self.after.caseload
        if self.outcome is self.baseline:
            return self.text("said.unchanged", segment=self.title, n=self.n(after))
        told = dict(zip(("before", "after", "change"), self.compared(before, after), strict=True))
        if not told["change"]:
            said = [self.text("said.same", segment=self.title, after=told["after"])]
        else:
            key = "fewer" if after < before else "more"
            n = told.pop("change").lstrip("+\N{MINUS SIGN}")
            said = [self.text(f"said.{key}", n=n, segment=self.title, **told)]
        parts = self._parts()
        if parts:
            years = round(len(self.outcome.weeks) / _SHORT_YEAR)
            key = "said.flows_one" if years == 1 else "said.flows"
            said.append(self.text(key, years=years, parts=", ".join(parts)))
        own, others = group_causes(self.outcome, self.baseline, self.segment.group, self.session.language)
        if own or others:
            key = "said.causes" if own else "said.others"
            said.append(self.text(key, causes=self.text("and").join(own or others)))
        return " ".join(said)

    def _parts(self) -> list[str]:
        """The flows that changed most over the whole run, in words."""
        moved = fl.movement(self.outcome, self.baseline, self.segment)
        inflow, outflow = (np.atleast_1d(mask.any(axis=0)) for mask in self.hidden_flows)
        found = [(key, float(v)) for key, v, h in zip(fl.INFLOWS, moved.inflow, inflow, strict=True) if not h]
        found += [
            (key, float(v))
            for key, v, h in zip(fl.DESTINATIONS, moved.outflow, outflow, strict=True)
            if not h
        ]
        if self.segment.group is None:
            found = [part for part in found if part[0] not in ("transfers", "other_groups")]
        found = [part for part in found if abs(part[1]) >= _PERSONS]
        found.sort(key=lambda part: -abs(part[1]))
        return [
            self.text(f"part.{key}.{'more' if value > 0 else 'fewer'}", n=self.n(abs(value)))
            for key, value in found[:_MOST_PARTS]
        ]

    # --- pairs of bars and their tables -----------------------------------------------------------

    def inflow(self) -> list[Pair]:
        """Inflow of the chosen year by kind."""
        kinds = fl.INFLOWS[:2] if self.segment.group is None else fl.INFLOWS
        run, base = self.flows
        hidden = self.hidden_flows[0][self.year_at]
        return [
            self.pair(self.text(f"inflow.{kind}"), base.inflow[self.year_at, i], run.inflow[self.year_at, i], hidden[i])
            for i, kind in enumerate(kinds)
        ]  # fmt: skip

    def outflow(self) -> list[Pair]:
        """Outflow of the chosen year by destination; those that nobody takes are left out."""
        destinations = fl.DESTINATIONS[:3] if self.segment.group is None else fl.DESTINATIONS
        run, base = self.flows
        hidden = self.hidden_flows[1][self.year_at]
        pairs = [
            self.pair(
                self.text(f"outflow.{to}"),
                base.outflow[self.year_at, i],
                run.outflow[self.year_at, i],
                hidden[i],
            )
            for i, to in enumerate(destinations)
        ]
        return [pair for i, pair in enumerate(pairs) if i < _SELF_SUPPORT or pair.hidden or pair.high > 0]

    def durations(self) -> list[Pair]:
        """The last year's caseload by duration class."""
        before = fl.duration_classes(self.baseline, self.segment)
        after = fl.duration_classes(self.outcome, self.segment)
        hidden = fl.hidden_durations(self.outcome, self.baseline, self.segment)
        return [
            self.pair(
                self.session.text(f"domain.duration.{i}"), float(before[i]), float(after[i]), bool(hidden[i])
            )
            for i in range(len(DURATION_CLASSES))
        ]

    def pair(self, label: str, before: float, after: float, hidden: bool) -> Pair:
        """A figure of both runs, in words too."""
        before, after = (0.0 if value < _NOBODY else float(value) for value in (before, after))
        if hidden:
            told = self.not_shown
            return Pair(label, 0.0, 0.0, told, (told, told, told), True)
        figures = self.compared(before, after)
        if not figures[2]:
            return Pair(label, before, after, figures[1], (*figures[:2], self.text("same")), False)
        words = self.text("pair", before=figures[0], after=figures[1], change=figures[2])
        return Pair(label, before, after, words, figures, False)

    def flow_rows(self, kinds: str) -> list[Row]:
        """Inflow ("in") or outflow ("out") of all years as a table."""
        which = fl.INFLOWS if kinds == "in" else fl.DESTINATIONS
        rows = []
        for at, year in enumerate(fl.years_of(self.outcome)):
            for i, key in enumerate(which):
                run, base = (f.inflow if kinds == "in" else f.outflow for f in self.flows)
                hidden = self.hidden_flows[0 if kinds == "in" else 1][at, i]
                label = self.text(f"{kinds}flow.{key}")
                pair = self.pair(label, base[at, i], run[at, i], bool(hidden))
                rows.append(
                    {self.text("table.year"): self.year_label(year), **self.pair_row(pair, "table.what")}
                )
        return rows

    def pair_row(self, pair: Pair, head: str) -> Row:
        """A pair as a row of a table."""
        return {
            self.text(head): pair.label,
            self.text("table.baseline"): pair.figures[0],
            self.text("table.scenario"): pair.figures[1],
            self.text("table.difference"): pair.figures[2],
        }

    # --- by origin --------------------------------------------------------------------------------

    def origin_rows(self) -> list[Row]:
        """Caseload, use of offers and duration, a column for each of the group's three origins."""
        heads = [name("origin", origin, self.session.language, short=True) for origin in ORIGINS]
        columns = [self._of_origin(i) for i in range(len(ORIGINS))]
        return [
            {self.text("origins.what"): self.text(f"origins.{key}")}
            | {head: column[at] for head, column in zip(heads, columns, strict=True)}
            for at, key in enumerate(("caseload", "offer", "firm", "weeks"))
        ]

    def _of_origin(self, at: int) -> list[str]:
        segment = fl.Segment(self.segment.group, ORIGINS[at])
        before, after = (fl.key_figures(run, segment) for run in (self.baseline, self.outcome))
        if fl.is_hidden(self.outcome, self.baseline, segment):
            return [self.not_shown] * 4
        in_offer, firm = self._hidden_offers
        return [
            self.pair("", before.caseload, after.caseload, False).words,
            self._share_cell(before.offer_share, after.offer_share, bool(in_offer[at])),
            self._share_cell(before.firm_share, after.firm_share, bool(firm[at])),
            self._arrow(self.n(before.mean_weeks, 1), self.n(after.mean_weeks, 1)),
        ]

    @cached_property
    def _hidden_offers(self) -> tuple[Mask, Mask]:
        return fl.hidden_offers(self.outcome, self.baseline, self.segment.group)

    def _share_cell(self, before: float, after: float, hidden: bool) -> str:
        return self.not_shown if hidden else self._arrow(self.share(before), self.share(after))

    def _arrow(self, before: str, after: str) -> str:
        return after if before == after else f"{before} → {after}"

    # --- the flow diagram -------------------------------------------------------------------------

    @cached_property
    def moves(self) -> Moves:
        """All moves of the chosen year in both runs."""
        return Moves(self)

    # --- side effects -----------------------------------------------------------------------------

    def side_effect_rows(self, *, only_worse: bool = False) -> list[Row]:
        """The side-effects watch as a table."""
        groups, _ = fl.hidden_segments(self.outcome, self.baseline)
        rows = []
        for effect in self.watch.side_effects:
            if only_worse and not effect.worse:
                continue
            hidden = effect.id in GROUP_INDEX and bool(groups[GROUP_INDEX[effect.id]])
            pair = self.pair(
                effect.title.text(self.session.language), effect.baseline, effect.scenario, hidden
            )
            verdict = self.text(f"watch.{self._verdict(effect, pair)}")
            rows.append(
                {
                    self.text("watch.what"): pair.label,
                    self.text("watch.persons"): pair.words,
                    self.text("watch.verdict"): verdict,
                }
            )
        return rows

    def _verdict(self, effect: SideEffect, pair: Pair) -> str:
        if effect.worse:
            return "worse"
        # What is shown beside it decides: no difference in sight is none in words.
        if pair.figures[2] == self.text("same"):
            return "same"
        return "better" if effect.difference < 0 else "fine"

    def warning_count(self) -> str:
        """How many warnings there are."""
        n = len(self.watch.warnings)
        if n == 0:
            return self.text("watch.none")
        return self.text("watch.count_one") if n == 1 else self.text("watch.count", n=n)

    def benchmark_rows(self) -> list[Row]:
        """Expected against actual as a table."""
        rows = []
        for found in self.watch.benchmark:
            hidden = is_small(found.baseline) or is_small(found.scenario)
            pair = self.pair(found.title.text(self.session.language), found.baseline, found.scenario, hidden)
            over = self.not_shown if hidden else self.n(found.difference, signed=True)
            rows.append(
                {
                    self.text("benchmark.group"): pair.label,
                    self.text("benchmark.expected"): self.n(found.expected),
                    self.text("benchmark.actual"): pair.words,
                    self.text("benchmark.over"): over,
                }
            )
        return rows

    def benchmark_said(self) -> list[str]:
        """The same in a sentence each, with the place that was published last."""
        return [
            self.text(
                "benchmark.said", told=found.told(self.session.language), rank=self.n(found.published_rank)
            )
            for found in self.watch.benchmark
            if not (is_small(found.baseline) or is_small(found.scenario))
        ]


@dataclass(frozen=True)
class Pair:
    """One figure in both runs: for the bars, the label beside them, and the table."""

    label: str
    before: float
    after: float
    words: str
    figures: tuple[str, str, str]  # baseline, scenario, difference
    hidden: bool

    @property
    def high(self) -> float:
        """The larger of the two."""
        return max(self.before, self.after)


@dataclass(frozen=True)
class Move:
    """One flow of the diagram, persons a year."""

    from_: str
    to: str
    before: float
    after: float

    @property
    def id(self) -> str:
        """Where from and where to."""
        return f"{self.from_}>{self.to}"


class Moves:
    """The diagram of one year: what is drawn, what it says, and what is too small to be shown."""

    def __init__(self, view: GroupView) -> None:
        self.view = view
        run, base = (fl.transfers(o, view.year) for o in (view.outcome, view.baseline))
        hidden = fl.hidden_transfers(run, base)
        self.shown: list[Move] = []
        self.hidden = 0
        for j, from_ in enumerate(fl.INFLOWS[:2]):
            for g, group in enumerate(GROUPS):
                self._add(
                    from_, f"in:{group}", base.arrivals[j, g], run.arrivals[j, g], hidden.arrivals[j, g]
                )
        for g, group in enumerate(GROUPS):
            for k, to in enumerate(EXITS):
                self._add(f"in:{group}", f"to:{to}", base.exits[g, k], run.exits[g, k], hidden.exits[g, k])
        self.totals = {f"in:{g}": (base.exits[i].sum(), run.exits[i].sum()) for i, g in enumerate(GROUPS)}
        self.totals |= {
            f"to:{e}": (base.exits[:, k].sum(), run.exits[:, k].sum()) for k, e in enumerate(EXITS)
        }
        self.totals |= {
            kind: (base.arrivals[j].sum(), run.arrivals[j].sum()) for j, kind in enumerate(fl.INFLOWS[:2])
        }
        self.hidden_totals = {f"in:{g}" for g, h in zip(GROUPS, hidden.of_groups, strict=True) if h}
        self.hidden_totals |= {f"to:{e}" for e, h in zip(EXITS, hidden.of_exits, strict=True) if h}
        self.hidden_totals |= {k for k, h in zip(fl.INFLOWS[:2], hidden.of_arrivals, strict=True) if h}

    def _add(self, from_: str, to: str, before: float, after: float, hidden: bool) -> None:
        if hidden:
            self.hidden += 1
        elif max(before, after) >= LIMIT:
            self.shown.append(Move(from_, to, float(before), float(after)))

    def name_of(self, node: str, *, short: bool = False) -> str:
        """A node's name: a target group, a destination, or where people come from."""
        kind, _, rest = node.rpartition(":")
        if not kind:
            return self.view.text(f"map.{node}")
        return name("group" if kind == "in" else "exit", rest, self.view.session.language, short=short)

    def data(self) -> dict[str, Any]:
        """Nodes, ribbons and words as the component takes them."""
        view = self.view
        used = {end for move in self.shown for end in (move.from_, move.to)}
        order = [*fl.INFLOWS[:2], *(f"in:{g}" for g in GROUPS), *(f"to:{e}" for e in EXITS)]
        columns = {"in": 1, "to": 2}
        nodes = [
            {
                "id": node,
                "column": columns.get(node.partition(":")[0], 0),
                "label": self._label(node),
                "value": self._value(node),
                "said": self._node_said(node),
            }
            for node in order
            if node in used
        ]
        focus = f"in:{view.segment.group}"
        by_column: dict[int, float] = {0: 0.0, 1: 0.0, 2: 0.0}
        for move in self.shown:
            by_column[0 if ":" not in move.from_ else 2] += max(move.before, move.after)
        return {
            "columns": [view.text("map.from"), view.text("map.groups"), view.text("map.to")],
            "nodes": nodes,
            "links": [
                {
                    "id": move.id,
                    "from": move.from_,
                    "to": move.to,
                    "value": round(move.after, 2),
                    "base": round(move.before, 2),
                    "said": self._link_said(move),
                }
                for move in self.shown
            ],
            "most": max(by_column.values()),
            "focus": focus if focus in used else None,
            "words": {"hint": view.text("map.hint"), "name": view.text("map.name")},
        }

    def _value(self, node: str) -> float:
        """How high a node is; one whose sum is hidden is as high as its drawn ribbons."""
        if node not in self.hidden_totals:
            return round(float(self.totals[node][1]), 2)
        drawn = (
            sum(m.after for m in self.shown if m.from_ == node),
            sum(m.after for m in self.shown if m.to == node),
        )
        return round(max(drawn), 2)

    def _label(self, node: str) -> str:
        label = self.name_of(node, short=True)
        # A target group in the middle is named; what leaves it is said when it is pointed at.
        if node.startswith("in:"):
            return label
        if node in self.hidden_totals:
            return f"{label} ({self.view.not_shown})"
        return f"{label} {self.view.n(self.totals[node][1])}"

    def _node_said(self, node: str) -> str:
        view = self.view
        before, after = self.totals[node]
        pair = view.pair("", before, after, node in self.hidden_totals)
        arriving = node.startswith("to:")
        ends = [
            (move.after, move.from_ if arriving else move.to)
            for move in self.shown
            if (move.to if arriving else move.from_) == node
        ]
        ends.sort(reverse=True)
        if node.startswith("in:") and after <= 0:
            return view.text("map.node_out_none", name=self.name_of(node), year=view.year)
        largest = ", ".join(
            view.text("map.item", name=_inside(self.name_of(end, short=True)), n=view.n(value))
            for value, end in ends[:_MOST_PARTS]
        )
        key = "node_to" if arriving else "node_out" if ":" in node else "node_from"
        return view.text(
            f"map.{key}", name=self.name_of(node), n=pair.figures[1], year=view.year,
            change=self._change(pair), largest=largest or view.text("map.no_largest"),
        )  # fmt: skip

    def _link_said(self, move: Move) -> str:
        view = self.view
        pair = view.pair("", move.before, move.after, False)
        same = pair.figures[0] == pair.figures[1]
        return view.text(
            "map.link_same" if same else "map.link", from_=self.name_of(move.from_), to=self.name_of(move.to),
            n=pair.figures[1], year=view.year, **({} if same else {"change": pair.figures[2]}),
        )  # fmt: skip

    def _change(self, pair: Pair) -> str:
        return self.view.text("same") if pair.figures[0] == pair.figures[1] else pair.figures[2]

    def rows(self) -> list[Row]:
        """The diagram as a table, the largest flows first."""
        view = self.view
        return [
            {
                view.text("map.table_from"): self.name_of(move.from_),
                **view.pair_row(
                    view.pair(self.name_of(move.to), move.before, move.after, False), "map.table_to"
                ),
            }
            for move in sorted(self.shown, key=lambda move: -move.after)
        ]

    def sentence(self) -> str:
        """What the diagram shows, and what it does not."""
        view = self.view
        hidden = view.text("map.hidden", n=view.n(self.hidden), limit=view.n(LIMIT)) if self.hidden else ""
        return view.text("map.sentence", year=view.year_label(view.year), hidden=hidden).strip()


def _inside(words: str) -> str:
    """A name inside a sentence: no capital unless it is an abbreviation."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def group_view(session: Session, scenario: Scenario) -> GroupView:
    """The chosen segment of the scenario on screen."""
    from pages.session.results import runs

    group = session.target_group if session.target_group in GROUPS else None
    origin = session.origin if session.origin in ORIGINS else None
    return GroupView(session, fl.Segment(group, origin), *runs(scenario))
