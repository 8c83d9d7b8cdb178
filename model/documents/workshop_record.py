"""The record of a meeting as a Word document: what was decided, what the tables guessed, proposed and believed.

It tells what the files tell: its figures are those of the pages and of ``run --json``, and it names tables alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from model.budget.amounts import MILLION
from model.budget.limit import Limit, limit_shown
from model.budget.sentences import assumed_prices
from model.documents.committee_item import ItemDocument
from model.documents.uncertainty_text import uncertainty_in_short
from model.documents.workshop_findings import MeetingFindings, WorkedOut, shown_name
from model.goals.results import IndicatorResult
from model.language.catalogue import group_names_of_one_answer, listed, long_date, number, text
from model.parameters.labels import unit_name
from model.scenario.levers import decimals_of
from model.scenario.period import use_names_of
from model.uncertainty.band_text import difference_ends
from model.workshop.answers import Guess
from model.workshop.course import AGAIN, ASKING, CourseStep
from model.workshop.meeting_parts import begun_on
from model.workshop.outcome import Proposal, rounds_of

_WIDTH_CM: Final = 16.5
_NOTES: Final = ("question", "expectation", "findings", "decision")


def workshop_record(found: MeetingFindings) -> bytes:
    """Return the record as the bytes of a docx file."""
    with group_names_of_one_answer():
        use_names_of(found.base.scenario)
        record = _Record(found)
        record.head()
        record.decision()
        record.course()
        record.sure()
        return record.done()


class _Record(ItemDocument):
    """A record under way."""

    kind = "record.kind"
    sizes = MappingProxyType({**ItemDocument.sizes, "Heading 3": 11})
    spaces = (*ItemDocument.spaces, ("Heading 3", 10, 3))

    def __init__(self, found: MeetingFindings) -> None:
        super().__init__(found.base)
        self.found = found
        self.meeting = found.meeting
        self.language = found.language
        self.round = self.meeting.course.budget_round
        self.document.core_properties.title = self.meeting.course.title
        self.document.core_properties.subject = self._under_the_title()

    def say(self, key: str, **values: object) -> str:
        """Return a text of the record."""
        return text(f"workshop_record.{key}", self.language, **values)

    def _under_the_title(self) -> str:
        """Return what the record is of, and when."""
        town = self.findings.municipality.label(self.language)
        return self.say(
            "subtitle", municipality=town, date=long_date(begun_on(self.meeting.head), self.language)
        )

    # --- head and decision ------------------------------------------------------------------------

    def head(self) -> None:
        """Add title, date and tables."""
        self.document.add_paragraph(self.meeting.course.title, style="Title")
        self.document.add_paragraph(self._under_the_title(), style="Subtitle")
        names = [table.name for table in self.meeting.tables()]
        who = "parties" if self.round else "tables"
        self.text(self.say(who, list=listed(names, self.language)) if names else self.say("tables.none"))
        self.text(self.say("draft"))

    def decision(self) -> None:
        """Add what the room asked, expected, found and decided, the decided proposal, and who follows what."""
        record = self.meeting.record
        self.heading(self.say("decision.heading"))
        written = [(key, getattr(record, key)) for key in _NOTES if getattr(record, key)]
        for key, words in written:
            self._labelled(self.say(f"decision.{key}"), words)
        if not written:
            self.text(self.say("decision.none"))
        if self.found.decided is not None:
            self.heading(self.say("decision.proposal"), 2)
            self.text(self._began_from(record.decided_from))
            self._effects(self.found.decided, self.say("decision.proposal"))
        if record.follow_ups:
            self.heading(self.say("follow.heading"), 2)
            heads = [self.say(f"follow.{key}") for key in ("who", "figure", "when")]
            rows = [(one.who, one.figure, one.when) for one in record.follow_ups]
            self.table(self.say("follow.heading"), heads, rows, [5.0, 7.5, 4.0])

    def _labelled(self, label: str, words: str) -> None:
        """Add somebody's words behind what they are, in bold."""
        paragraph = self.document.add_paragraph()
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(words)

    def _began_from(self, which: str) -> str:
        """Return what the decided proposal began from; empty where it is not known."""
        if which == "shared":
            return self.say("decision.from_shared")
        table = next((one for one in self.meeting.tables() if one.id == which), None)
        return "" if table is None else self.say("decision.from_table", table=table.name)

    # --- the steps --------------------------------------------------------------------------------

    def course(self) -> None:
        """Add the steps in order, with what the tables answered."""
        self.heading(self.say("course.heading"))
        tell = {"guess": self._guesses, "build": self._proposals, "beliefs": self._beliefs}
        for place, step in enumerate(self.meeting.course.steps, start=1):
            kind = self.say(f"kind.{step.kind}")
            self.heading(self.say("course.step", n=place, title=step.title, kind=kind), 2)
            self.text(*step.question.split("\n"), *step.text.split("\n"))
            if step.kind not in ASKING:
                continue
            if not self.found.rounds.get(step.id):
                self.text(self.say("unseen" if any(self._answers(step)) else "unanswered"))
                continue
            tell[step.kind](step)

    def _answers(self, step: CourseStep) -> list[bool]:
        """Return for each round of a step whether somebody has answered in it."""
        return [bool(self.meeting.answers(step, round_=one)) for one in rounds_of(self.meeting, step)]

    def _who(self) -> str:
        """Return the head of a column of tables, or of parties."""
        return self.say("column.party" if self.round else "column.table")

    # guess

    def _guesses(self, step: CourseStep) -> None:
        """Add the guesses of both rounds by table, and the run beside them."""
        findings = self.found.guessed.get(step.id)
        row = None if findings is None else self.found.row(step, findings)
        if findings is None or row is None:
            self.text(self.say("guess.no_run"))
            return
        rounds = self.found.rounds[step.id]
        answers = [self.meeting.answers(step, round_=one) for one in rounds]
        title = row.indicator.title.text(self.language)
        heads = [self._who()]
        heads += [self.say("column.again" if one.endswith(AGAIN) else "column.guess") for one in rounds]
        rows = []
        for table in self.meeting.tables():
            cells = [table.name]
            for of_round in answers:
                answer = of_round.get(table.id)
                guess = None if answer is None else answer.guess
                shown = self.say("guess.none") if guess is None else self._guess(guess, row.indicator)
                cells.append(
                    self.say("guess.late", guess=shown) if answer is not None and answer.late else shown
                )
            rows.append(cells)
        width = (_WIDTH_CM - 6.0) / len(rounds)
        self.table(self.say("guess.table", title=title), heads, rows, [6.0, *[width] * len(rounds)])
        value = findings.value(row, row.indicator.value_scenario)
        ends = findings.range_text(row)
        key = "guess.run_range" if ends else "guess.run"
        self.text(
            self.say(
                key, name=findings.scenario.name, value=value, range=ends, year=row.indicator.last_day.year
            )
        )
        self.text(self.say("guess.no_ranking"))

    def _guess(self, guess: Guess, indicator: IndicatorResult) -> str:
        """Return a guess as it was given, in the indicator's unit."""
        decimals = max(decimals_of(guess.low, guess.high), 0)
        low, high = (
            text(f"goals.unit.{indicator.unit}", self.language, n=number(end, self.language, decimals))
            for end in (guess.low, guess.high)
        )
        return low if guess.is_point else self.say("range", low=low, high=high)

    # build

    def _proposals(self, step: CourseStep) -> None:
        """Add all proposals of a step in one table, then each with its changes, reasons and effects."""
        made = self.found.of_step(step)
        if step.budget_dkk is not None:
            self.text(self.say("build.limit", amount=limit_shown(step.budget_dkk, self.language)))
        if not made:
            self.text(self.say("unanswered"))
            return
        self._overview(step, made)
        for proposal, worked in made:
            self.heading(self._name(proposal), 3)
            if worked is None:
                self.text(self.say("build.broken"))
                continue
            if proposal.missing:
                self.text(self.say("build.missing", list=listed(list(proposal.missing), self.language)))
            if proposal.layers:
                self.text(self.say("build.cards"))
                self.bullets([layer.title for layer in proposal.layers], "List Number")
            self._effects(worked, proposal.table.name)
            if step.budget_dkk is not None:
                self.text(Limit(step.budget_dkk, worked.total).sentence().text(self.language))

    def _name(self, proposal: Proposal) -> str:
        """Return the table's name, marked where it has not handed in."""
        return shown_name(proposal, self.language)

    def _overview(self, step: CourseStep, made: Sequence[tuple[Proposal, WorkedOut | None]]) -> None:
        """Add the table of all proposals: the goal in view, and the money, each with its range."""
        rows, title = [], ""
        for proposal, worked in made:
            row = None if worked is None else self.found.row(step, worked.findings)
            if row is not None:
                title = row.indicator.title.text(self.language)
            goal = "" if worked is None or row is None else self._change(worked, row.key)
            rows.append([self._name(proposal), goal, "" if worked is None else self._money(worked)])
        heads = [self._who(), self.say("column.goal_change", title=title), self.say("column.money")]
        widths = [5.0, 6.0, 5.5]
        if not title:
            heads, rows, widths = [heads[0], heads[2]], [[row[0], row[2]] for row in rows], [8.0, 8.5]
        self.table(self.say("build.overview"), heads, rows, widths)
        self.text(" ".join(self.found.verdicts.get(step.id, ())))

    def _change(self, worked: WorkedOut, key: str) -> str:
        """Return what an indicator moves by, with its range; empty where it is hidden."""
        findings = worked.findings
        row = next(row for row in findings.rows if row.key == key)
        shown, band = findings.difference(row), findings.band(row)
        ends = "" if band is None else difference_ends(band, row.indicator, self.language)
        return self.say("with_range", shown=shown, range=ends) if ends else shown

    def _money(self, worked: WorkedOut) -> str:
        """Return the sum of all years with its range, for a table."""
        amount = worked.total
        shown = number(amount.central / MILLION, self.language, amount.decimals, signed=True)
        ends = amount.signed_ends(self.language)
        return self.say(
            "with_range", shown=shown, range=ends or text("budget.amount.no_range", self.language)
        )

    def _effects(self, worked: WorkedOut, name: str) -> None:
        """Add a proposal's changes with their reasons, its goals with ranges and status, and its money."""
        findings = worked.findings
        if not findings.changes:
            self.text(findings.text("changes.none"))
            return
        heads = [self.say(f"column.{key}") for key in ("lever", "today", "new", "when", "why")]
        self.table(
            self.say("changes.table", name=name), heads, list(findings.changes), [4.2, 2.2, 2.2, 3.2, 4.7]
        )
        heads = [
            self.say(f"column.{key}") for key in ("indicator", "without", "with", "change", "ends", "status")
        ]
        rows = []
        for row in findings.committee_rows:
            band = findings.band(row)
            number_and_title = findings.text(
                "item.goal_name", number=row.goal.number, title=row.indicator.title.text(self.language)
            )
            before, after = (row.indicator.value_baseline, row.indicator.value_scenario)
            rows.append(
                [
                    number_and_title,
                    findings.value(row, before),
                    findings.value(row, after),
                    findings.difference(row),
                    "" if band is None else difference_ends(band, row.indicator, self.language),
                    findings.status(row),
                ]
            )
        self.table(self.say("goals.table", name=name), heads, rows, [4.4, 2.2, 2.2, 2.5, 2.2, 3.0])
        self._years(worked, name)

    def _years(self, worked: WorkedOut, name: str) -> None:
        """Add the amounts of each year and of all, with their ranges, and what may be said of them."""
        findings, amounts = worked.findings, (*worked.years, worked.total)
        heads = [
            self.say("column.net"),
            *(str(int(year)) for year in findings.budget.years),
            self.say("column.total"),
        ]
        rows = [
            [
                self.say("money.row"),
                *(number(one.central / MILLION, self.language, one.decimals, signed=True) for one in amounts),
            ]
        ]
        if worked.total.range is not None:
            ends = [one.signed_ends(self.language) for one in amounts]
            rows.append([text("budget.amount.range_row", self.language), *ends])
        width = min(2.6, 12.0 / len(amounts))
        widths = [_WIDTH_CM - width * len(amounts), *[width] * len(amounts)]
        self.table(self.say("money.table", name=name), heads, rows, widths)
        clause = worked.total.clause().text(self.language)
        said = f"{clause[:1].upper()}{clause[1:]}."
        if worked.total.kind != "same" and findings.budget.share_assumed:
            said = f"{said} {assumed_prices(findings.budget).text(self.language)}"
        self.text(said)

    # beliefs

    def _beliefs(self, step: CourseStep) -> None:
        """Add for each assumption what the tables believe, and what is used today."""
        known = {one.id: one for one in self.findings.municipality.register}
        answers = self.meeting.answers(step)
        tables = {table.id: table.name for table in self.meeting.tables()}
        heads = [self._who(), *(self.say(f"column.{key}") for key in ("low", "likely", "high", "why"))]
        named = dict.fromkeys(
            (*step.assumptions, *(one.parameter for a in answers.values() for one in a.beliefs))
        )
        for parameter in named:
            register = known.get(parameter)
            label = parameter if register is None else register.label(self.language)
            said = [
                (tables[table_id], (belief.low, belief.likely, belief.high), belief.why)
                for table_id, answer in answers.items()
                for belief in answer.beliefs
                if belief.parameter == parameter
            ]
            if register is not None:
                value = register.value
                ends = [value.value if end is None else end for end in (value.low, value.high)]
                said.append((self.say("beliefs.used"), (ends[0], value.value, ends[1]), ""))
                label = self.say("beliefs.unit", label=label, unit=unit_name(value.unit, self.language))
            decimals = decimals_of(*(one for _, three, _ in said for one in three))
            rows = [
                [name, *(number(one, self.language, decimals) for one in three), why]
                for name, three, why in said
            ]
            self.table(self.say("beliefs.table", label=label), heads, rows, [4.0, 2.0, 2.6, 2.0, 5.9])

    # --- how it was worked out --------------------------------------------------------------------

    def sure(self) -> None:
        """Add how sure the figures are, and from which calculation they are."""
        self.heading(self.say("sure.heading"))
        worked = self.found.decided or next((one for _, one in self.found.proposals if one is not None), None)
        findings = self.findings if worked is None else worked.findings
        if findings.fan is None:
            self.text(*uncertainty_in_short(findings))
        else:
            draws = number(findings.fan.draws.count, self.language)
            self.text(self.say("sure.draws", draws=draws), *uncertainty_in_short(findings)[1:])
        self.text(self.findings.text("decimal_note"), self.findings.origin)
