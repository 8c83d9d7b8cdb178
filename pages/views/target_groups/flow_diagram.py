"""Compute the data of the flow diagram: all moves of one year in both runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from model.disclosure import LIMIT
from model.domain import EXITS, GROUPS
from model.language.catalogue import name
from model.simulation import flows as fl
from pages.views.target_groups.pairs import Pair
from pages.views.target_groups.view import GroupView

Row = dict[str, str]

_MOST_PARTS: Final = 3


@dataclass(frozen=True)
class Flow:
    """One flow of the diagram, persons a year."""

    from_: str
    to: str
    before: float
    after: float

    @property
    def id(self) -> str:
        """Return where the flow comes from and goes to."""
        return f"{self.from_}>{self.to}"


class FlowDiagram:
    """The diagram of one year: what is drawn, what it says, and what is too small to be shown."""

    def __init__(self, view: GroupView) -> None:
        self.view = view
        run, base = (fl.transfers(o, view.year) for o in (view.outcome, view.baseline))
        suppressed = fl.suppressed_transfers(run, base)
        self.shown: list[Flow] = []
        self.suppressed = 0
        for j, from_ in enumerate(fl.INFLOWS[:2]):
            for g, group in enumerate(GROUPS):
                self._add(
                    from_, f"in:{group}", base.arrivals[j, g], run.arrivals[j, g], suppressed.arrivals[j, g]
                )
        for g, group in enumerate(GROUPS):
            for k, to in enumerate(EXITS):
                self._add(
                    f"in:{group}", f"to:{to}", base.exits[g, k], run.exits[g, k], suppressed.exits[g, k]
                )
        self.totals = {f"in:{g}": (base.exits[i].sum(), run.exits[i].sum()) for i, g in enumerate(GROUPS)}
        self.totals |= {
            f"to:{e}": (base.exits[:, k].sum(), run.exits[:, k].sum()) for k, e in enumerate(EXITS)
        }
        self.totals |= {
            kind: (base.arrivals[j].sum(), run.arrivals[j].sum()) for j, kind in enumerate(fl.INFLOWS[:2])
        }
        self.suppressed_totals = {f"in:{g}" for g, h in zip(GROUPS, suppressed.of_groups, strict=True) if h}
        self.suppressed_totals |= {f"to:{e}" for e, h in zip(EXITS, suppressed.of_exits, strict=True) if h}
        self.suppressed_totals |= {
            k for k, h in zip(fl.INFLOWS[:2], suppressed.of_arrivals, strict=True) if h
        }

    def _add(self, from_: str, to: str, before: float, after: float, suppressed: bool) -> None:
        """Add a flow, or count it where it is hidden."""
        if suppressed:
            self.suppressed += 1
        elif max(before, after) >= LIMIT:
            self.shown.append(Flow(from_, to, float(before), float(after)))

    def name_of(self, node: str, *, short: bool = False) -> str:
        """Name a node: a target group, a destination, or where people come from."""
        kind, _, rest = node.rpartition(":")
        if not kind:
            return self.view.text(f"map.{node}")
        return name("group" if kind == "in" else "exit", rest, self.view.session.language, short=short)

    def data(self) -> dict[str, Any]:
        """Return nodes, ribbons and texts as the component takes them."""
        view = self.view
        used = {end for flow in self.shown for end in (flow.from_, flow.to)}
        order = [*fl.INFLOWS[:2], *(f"in:{g}" for g in GROUPS), *(f"to:{e}" for e in EXITS)]
        columns = {"in": 1, "to": 2}
        nodes = [
            {
                "id": node,
                "column": columns.get(node.partition(":")[0], 0),
                "label": self._label(node),
                "value": self._value(node),
                "said": self._node_text(node),
            }
            for node in order
            if node in used
        ]
        focus = f"in:{view.segment.group}"
        by_column: dict[int, float] = {0: 0.0, 1: 0.0, 2: 0.0}
        for flow in self.shown:
            by_column[0 if ":" not in flow.from_ else 2] += max(flow.before, flow.after)
        return {
            "columns": [view.text("map.from"), view.text("map.groups"), view.text("map.to")],
            "nodes": nodes,
            "links": [
                {
                    "id": flow.id,
                    "from": flow.from_,
                    "to": flow.to,
                    "value": round(flow.after, 2),
                    "base": round(flow.before, 2),
                    "said": self._link_text(flow),
                }
                for flow in self.shown
            ],
            "most": max(by_column.values()),
            "focus": focus if focus in used else None,
            "words": {"hint": view.text("map.hint"), "name": view.text("map.name")},
        }

    def _value(self, node: str) -> float:
        """Return how high a node is; one whose sum is hidden is as high as its drawn ribbons."""
        if node not in self.suppressed_totals:
            return round(float(self.totals[node][1]), 2)
        drawn = (
            sum(m.after for m in self.shown if m.from_ == node),
            sum(m.after for m in self.shown if m.to == node),
        )
        return round(max(drawn), 2)

    def _label(self, node: str) -> str:
        """Return a node's label, with its sum except for target groups."""
        label = self.name_of(node, short=True)
        # A target group in the middle is named; its figures are shown when it is pointed at.
        if node.startswith("in:"):
            return label
        if node in self.suppressed_totals:
            return f"{label} ({self.view.not_shown})"
        return f"{label} {self.view.n(self.totals[node][1])}"

    def _node_text(self, node: str) -> str:
        """Describe a node: its sum and its largest flows."""
        view = self.view
        before, after = self.totals[node]
        pair = view.pair("", before, after, node in self.suppressed_totals)
        arriving = node.startswith("to:")
        ends = [
            (flow.after, flow.from_ if arriving else flow.to)
            for flow in self.shown
            if (flow.to if arriving else flow.from_) == node
        ]
        ends.sort(reverse=True)
        if node.startswith("in:") and after <= 0:
            return view.text("map.node_out_none", name=self.name_of(node), year=view.year)
        largest = ", ".join(
            view.text("map.item", name=_inside_sentence(self.name_of(end, short=True)), n=view.n(value))
            for value, end in ends[:_MOST_PARTS]
        )
        key = "node_to" if arriving else "node_out" if ":" in node else "node_from"
        return view.text(
            f"map.{key}", name=self.name_of(node), n=pair.figures[1], year=view.year,
            change=self._change(pair), largest=largest or view.text("map.no_largest"),
        )  # fmt: skip

    def _link_text(self, flow: Flow) -> str:
        """Describe a flow."""
        view = self.view
        pair = view.pair("", flow.before, flow.after, False)
        same = pair.figures[0] == pair.figures[1]
        return view.text(
            "map.link_same" if same else "map.link", from_=self.name_of(flow.from_), to=self.name_of(flow.to),
            n=pair.figures[1], year=view.year, **({} if same else {"change": pair.figures[2]}),
        )  # fmt: skip

    def _change(self, pair: Pair) -> str:
        """Format a difference, or the word for none."""
        return self.view.text("same") if pair.figures[0] == pair.figures[1] else pair.figures[2]

    def rows(self) -> list[Row]:
        """List the flows, the largest first."""
        view = self.view
        return [
            {
                view.text("map.table_from"): self.name_of(flow.from_),
                **view.pair_row(
                    view.pair(self.name_of(flow.to), flow.before, flow.after, False), "map.table_to"
                ),
            }
            for flow in sorted(self.shown, key=lambda flow: -flow.after)
        ]

    def sentence(self) -> str:
        """Describe what the diagram shows, and what it does not."""
        view = self.view
        suppressed = (
            view.text("map.suppressed", n=view.n(self.suppressed), limit=view.n(LIMIT))
            if self.suppressed
            else ""
        )
        return view.text("map.sentence", year=view.year_label(view.year), suppressed=suppressed).strip()


def _inside_sentence(name: str) -> str:
    """Return a name as it stands inside a sentence: no capital unless it is an abbreviation."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
