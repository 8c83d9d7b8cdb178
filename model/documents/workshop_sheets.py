"""Print a meeting for tables without devices: guess cards, proposal sheets, beliefs; one page per table and step."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from model.budget.limit import limit_shown
from model.catalogue.sentences import price_text
from model.documents.paper import escaped, many_pages, whole_page
from model.documents.workshop_graph import BlankGraph, blank_graph
from model.goals.evaluate import evaluate_goals
from model.goals.published_history import published_line
from model.goals.results import IndicatorResult, suppress
from model.language.catalogue import group_names_of_one_answer, number, text, years_text
from model.municipality.municipality import Municipality
from model.parameters.labels import unit_name
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, baseline_value, bounds, decimals_of
from model.scenario.period import use_names_of
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.workshop.course import ASKING, Course, CourseStep
from model.workshop.course_cards import cards_named
from model.workshop.course_files import SCENARIOS, base_scenario, step_scenario
from model.workshop.reveal import known_weeks

# Printed where the tables are not known yet.
USUAL_TABLES: Final = 6
MOST_TABLES: Final = 12
# Everything is black on white or grey: the sheets are printed on whatever printer there is.
_STYLE: Final = """
body { font-size: 11pt; color: #000; }
section { break-after: page; } section:last-of-type { break-after: auto; }
h1 { font-size: 19pt; margin: 5mm 0 2mm 0; } h2 { color: #000; font-size: 13pt; margin: 6mm 0 2mm 0; }
.top { width: 100%; border-bottom: 0.6mm solid #000; } .top p { margin: 0 0 2mm 0; }
.question { font-size: 13.5pt; line-height: 1.35; margin: 2mm 0 3mm 0; }
.who { font-size: 14pt; font-weight: 600; margin: 4mm 0 0 0; }
.hint { color: #333; } .limit { border: 0.4mm solid #000; padding: 2mm 3mm; font-weight: 600; }
.graph { margin: 2mm 0; } .graph img { width: 182mm; }
thead th { border-bottom: 0.5mm solid #000; } th, td { border-bottom: 0.25mm solid #777; }
.fill td, .fill tbody th { height: 22mm; vertical-align: middle; }
.fill td { border-left: 0.25mm solid #777; white-space: normal !important; }
.fill.cards td, .fill.cards tbody th { height: 15mm; }
.blank { border-bottom: 0.4mm solid #000; display: inline-block; height: 8mm; }
.line { font-size: 13pt; margin: 3mm 0; } .end { margin-top: 5mm; color: #333; }
"""


def workshop_sheets(
    course: Course, language: str, tables: Sequence[str] = ("",) * USUAL_TABLES, *, folder: Path = SCENARIOS
) -> bytes:
    """Return all sheets of a course as the bytes of a PDF/UA file: step by step, within a step table by table.

    ``tables`` are their names, "" for one that writes its own; ``folder`` holds the course's scenarios. A course that
    asks nothing gives one page that says so. Raises FileProblem where a scenario cannot be read.
    """
    sheets = _Sheets(course, language, folder)
    with group_names_of_one_answer():
        use_names_of(sheets.base)
        pages = [
            page for step in course.steps if step.kind in ASKING for page in sheets.of_step(step, tables)
        ]
    if not pages:
        pages = [
            f"<section><h1>{escaped(course.title)}</h1><p>{escaped(sheets.text('nothing'))}</p></section>"
        ]
    title = sheets.text("title", title=course.title)
    head = (("author", course.author or sheets.text("author")), ("description", title))
    return many_pages(whole_page(head, title, pages, language, style=_STYLE))


@dataclass(frozen=True)
class _Sheets:
    """The sheets of one course in one language."""

    course: Course
    language: str
    folder: Path

    def text(self, key: str, **values: object) -> str:
        """Return a text of the sheets."""
        return text(f"workshop_paper.{key}", self.language, **values)

    @cached_property
    def base(self) -> Scenario:
        """Return the municipality without changes."""
        return base_scenario(self.course, "-")

    @cached_property
    def municipality(self) -> Municipality:
        """Return the municipality of the course."""
        return municipality_of(self.base)

    def of_step(self, step: CourseStep, tables: Sequence[str]) -> Iterator[str]:
        """Yield a step's page for each table."""
        inside: str = {"guess": self._guess, "build": self._build, "beliefs": self._beliefs}[step.kind](step)
        place = 1 + next(i for i, one in enumerate(self.course.steps) if one is step)
        for name in tables:
            yield f"<section>{self._top(step, place, name)}{inside}{self._end()}</section>"

    def _top(self, step: CourseStep, place: int, name: str) -> str:
        """Return what stands above every sheet: what it is, whose it is, and the question."""
        who = self.text("party" if self.course.budget_round else "table")
        filled = escaped(name) if name else '<span class="blank" style="width: 90mm"></span>'
        where = self.text("step", n=place, course=self.course.title)
        asked = "".join(
            f'<p class="question">{escaped(w)}</p>' for w in _paragraphs(step.question, step.text)
        )
        return (
            f'<div class="top"><p class="hint">{escaped(self.text(f"kind.{step.kind}"))} · {escaped(where)}</p></div>'
            f'<p class="who">{escaped(who)}: {filled}</p><h1>{escaped(step.title)}</h1>{asked}'
        )

    def _end(self) -> str:
        """Return what stands below every sheet."""
        return f'<p class="end">{escaped(self.text("end"))}</p>'

    # --- guess ------------------------------------------------------------------------------------

    def _guess(self, step: CourseStep) -> str:
        """Return the graph to draw on and the lines for the first and the second guess."""
        indicator, weeks = self._indicator(step)
        graph = blank_graph(indicator, published_line(self.municipality, indicator), weeks, self.language)
        hint = self.text(
            "guess.draw", year=indicator.last_day.year, title=indicator.title.text(self.language)
        )
        lines = "".join(
            f"<h2>{escaped(self.text(f'guess.{which}'))}</h2>{self._number_line(indicator)}"
            for which in ("first", "second")
        )
        return f'<p class="hint">{escaped(hint)}</p>{_graph(graph)}{lines}'

    def _number_line(self, indicator: IndicatorResult) -> str:
        """Return a line for one number or a range, in the indicator's unit."""

        def blank() -> str:
            """Return a place to write a number, with its unit around it."""
            space = '<span class="blank" style="width: 24mm"></span>'
            unit = text(f"goals.unit.{indicator.unit}", self.language, n="\0")
            return escaped(unit).replace("\0", space)

        words = {name: escaped(self.text(f"guess.{name}")) for name in ("number", "from", "to")}
        return (
            f'<p class="line">{words["number"]} {blank()} &#160; {words["from"]} {blank()} '
            f"{words['to']} {blank()}</p>"
        )

    def _indicator(self, step: CourseStep) -> tuple[IndicatorResult, int]:
        """Return the indicator that is guessed, and how many weeks of it are known. Raises FileProblem."""
        scenario = step_scenario(self.course, step, self.folder)
        municipality = municipality_of(scenario)
        before = baseline(municipality, scenario)
        goals = suppress(evaluate_goals(simulate(municipality, scenario), before))
        goal = next(goal for goal in goals if goal.id == step.goal)
        indicator = next((one for one in goal.indicators if one.id == step.indicator), goal.key)
        return indicator, known_weeks(indicator, scenario)

    # --- build ------------------------------------------------------------------------------------

    def _build(self, step: CourseStep) -> str:
        """Return the limit, and a row for each lever or card that the step opens."""
        limit = (
            "" if step.budget_dkk is None else f'<p class="limit">{escaped(self._limit(step.budget_dkk))}</p>'
        )
        levers = self._levers(step) if step.levers else ""
        cards = self._cards(step) if step.cards else ""
        return f"{limit}{levers}{cards}"

    def _limit(self, dkk: float) -> str:
        """Return the limit of the budget in words."""
        if not dkk:
            return self.text("build.limit_none", years=years_text(self.base.years, self.language))
        amount = limit_shown(dkk, self.language)
        return self.text("build.limit", amount=amount, years=years_text(self.base.years, self.language))

    def _levers(self, step: CourseStep) -> str:
        """Return the rows of levers: what it is today, how far it goes, and blanks for value and reason."""
        rows = []
        for item in step.levers:
            lever_id, _, group = item.partition(":")
            lever, whom = LEVER_BY_ID[lever_id], group or None
            low, high = bounds(lever, self.municipality)
            today = baseline_value(lever, self.municipality, whom)
            name = lever_name(lever_id, whom, self.language)
            span = self.text(
                "build.span",
                low=number(low, self.language, decimals_of(low)),
                high=number(high, self.language, decimals_of(high)),
            )
            unit = text(f"levers.unit.{lever.unit}", self.language)
            rows.append((f"{name} ({unit})", lever_figure(lever_id, today, self.language), span, "", ""))
        heads = [self.text(f"build.{key}") for key in ("lever", "today", "bounds", "new", "why")]
        hint = f'<p class="hint">{escaped(self.text("build.lead"))}</p>'
        return hint + _fields(heads, rows, (46, 22, 26, 26, 62))

    def _cards(self, step: CourseStep) -> str:
        """Return the rows of cards: a box to tick, the order, what it is and its own price."""
        rows = []
        for name, card in cards_named(step.cards).items():
            title = name if card is None else card.measure.title
            if card is not None and card.measure.price is not None:
                price = self.text("build.price", price=price_text(card.measure.price, self.language))
                title = f"{title} ({price})"
            rows.append((title, "☐", "", ""))
        heads = [self.text(f"build.{key}") for key in ("card", "tick", "order", "why")]
        hint = f'<p class="hint">{escaped(self.text("build.cards_lead"))}</p>'
        return hint + _fields(heads, rows, (80, 14, 20, 68), "cards")

    # --- beliefs ----------------------------------------------------------------------------------

    def _beliefs(self, step: CourseStep) -> str:
        """Return three blanks and a reason for each assumption, with the span that the sources give."""
        known = {one.id: one for one in self.municipality.register}
        rows = []
        for name in step.assumptions:
            parameter = known.get(name)
            if parameter is None:
                rows.append((name, "", "", "", ""))
                continue
            value = parameter.value
            low, high = (value.value if end is None else end for end in (value.low, value.high))
            decimals = decimals_of(low, high)
            span = self.text(
                "beliefs.span",
                low=number(low, self.language, decimals),
                high=number(high, self.language, decimals),
                unit=unit_name(value.unit, self.language),
            )
            rows.append((f"{parameter.label(self.language)} ({span})", "", "", "", ""))
        heads = [self.text(f"beliefs.{key}") for key in ("what", "low", "likely", "high", "why")]
        hint = f'<p class="hint">{escaped(self.text("beliefs.lead"))}</p>'
        return hint + _fields(heads, rows, (58, 22, 26, 22, 54))


def _paragraphs(*texts: str) -> list[str]:
    """Return the paragraphs of some texts."""
    return [line for words in texts for line in words.split("\n") if line.strip()]


def _graph(graph: BlankGraph) -> str:
    """Return the graph as a figure with its sentence."""
    data = base64.b64encode(graph.svg.encode()).decode()
    return (
        f'<figure class="graph" style="margin: 0"><img alt="{escaped(graph.says)}" '
        f'src="data:image/svg+xml;base64,{data}"></figure>'
    )


def _fields(
    heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], kind: str = ""
) -> str:
    """Return a table with room to write; ``widths`` of its columns in mm."""
    top = "".join(
        f'<th scope="col" style="width: {width}mm">{escaped(head)}</th>'
        for head, width in zip(heads, widths, strict=True)
    )
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td>{escaped(cell) or '&#160;'}</td>" for cell in others)
        body += f'<tr><th scope="row">{escaped(first)}</th>{cells}</tr>'
    return f'<table class="fill {kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
