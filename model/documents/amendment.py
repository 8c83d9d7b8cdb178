"""The amendment sheet (ændringsforslag) as a Word document of one page: function, amount per year, financing, reason.

No budget rule that fixes the form was at hand: the sheet follows what municipalities commonly ask for, and says so.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from model.budget.amounts import Amount
from model.budget.sentences import assumed_prices
from model.catalogue.effects import StackEffects, own_price_by_year, with_own_prices
from model.catalogue.sentences import interaction_sentence
from model.catalogue.stack import Layer
from model.documents.committee_item import ItemDocument
from model.documents.figures import Findings, gather
from model.language.catalogue import number, text
from model.language.messages import Localized
from model.scenario.scenario import without_changes
from model.uncertainty.band_text import difference_ends
from model.uncertainty.draws import Draws
from model.uncertainty.fan import fan

_MILLION: Final = 1e6
_TEXT_WIDTH_CM: Final = 16.5
_COLUMN_CM: Final = 1.9
# Above so many cards each has its title alone: the sheet is one page.
_MOST_WITH_REASON: Final = 5
_MOST_LINES: Final = 12
_LONGEST_REASON: Final = 170
_MOST_FUNCTIONS: Final = 8


def amendment_sheet(
    findings: Findings, layers: Sequence[Layer] = (), interaction: Localized | None = None
) -> bytes:
    """Return the sheet as the bytes of a docx file.

    ``layers`` are the cards that the scenario was laid of; none: the scenario's own changes are listed.
    ``interaction`` says what the cards do to one another.
    """
    sheet = _Sheet(findings, layers, interaction)
    for section in ("head", "proposal", "appropriation", "financing", "effect", "form"):
        getattr(sheet, section)()
    return sheet.done()


def sheet_of(
    found: StackEffects, draws: Draws | None, language: str, made_on: datetime.date | None = None
) -> bytes:
    """Return the sheet of a stack of cards; with the municipality's ``draws`` its amounts have their ranges."""
    scenario = found.stack.scenario
    bands = None if draws is None else fan(found.municipality, scenario, draws)
    findings = gather(scenario, language, made_on=made_on, fan=bands)
    return amendment_sheet(findings, found.stack.layers, interaction_sentence(found))


def packed(sheets: Sequence[tuple[str, bytes]]) -> bytes:
    """Return sheets by name as one zip, numbered in their order: two of one name are both there."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, (name, content) in enumerate(sheets, start=1):
            plain = "".join(c if c.isalnum() or c in " ()-" else "-" for c in name)
            archive.writestr(f"{at} {plain}.docx", content)
    return out.getvalue()


class _Sheet(ItemDocument):
    """An amendment sheet under way."""

    kind = "amendment.kind"
    sizes = MappingProxyType(
        {"Normal": 9, "Title": 16, "Subtitle": 10.5, "Heading 1": 11, "Heading 2": 10, "Caption": 8.5}
    )
    spaces = (("Heading 1", 6, 2), ("Heading 2", 4, 1), ("Normal", 0, 3), ("Caption", 2, 2))

    def __init__(self, findings: Findings, layers: Sequence[Layer], interaction: Localized | None) -> None:
        super().__init__(findings)
        self.layers = layers
        self.interaction = interaction
        years = [int(year) for year in findings.budget.years]
        base = without_changes(findings.scenario)
        self.years, self.total = with_own_prices(
            findings.year_differences, findings.total, layers, base, years
        )
        self.own_prices = [own_price_by_year(layer, base, years) for layer in layers if layer.price]
        self.document.core_properties.title = self._title()

    def _title(self) -> str:
        """Return the title with the budget year and the years after it."""
        years = self.findings.budget.years
        return self.findings.text("amendment.title", first=int(years[0]), last=int(years[-1]))

    def head(self) -> None:
        """Add title, municipality and who moves it."""
        findings = self.findings
        self.document.add_paragraph(self._title(), style="Title")
        where = findings.municipality.label(findings.language)
        self.document.add_paragraph(
            findings.text("amendment.subtitle", municipality=where, name=findings.scenario.name),
            style="Subtitle",
        )
        by = findings.scenario.author or findings.text("amendment.blank")
        self.text(findings.text("amendment.by", author=by))

    def proposal(self) -> None:
        """Add what is proposed and why: one line per card, or per change."""
        findings = self.findings
        self.heading(findings.text("amendment.proposal"))
        if self.layers:
            lines = [self._card_line(layer) for layer in self.layers]
        else:
            lines = [
                findings.text("amendment.change", lever=lever, before=before, after=after, when=when, why=why)
                .strip()
                .rstrip(":")
                for lever, before, after, when, why in findings.changes
            ]
        left = len(lines) - _MOST_LINES
        if left > 0:
            lines = [*lines[:_MOST_LINES], findings.text("amendment.more", n=left)]
        self.bullets(lines or [findings.text("changes.none")])
        for paragraph in self.document.paragraphs:
            if paragraph.style.name.startswith("List"):
                paragraph.paragraph_format.space_after = 0

    def _card_line(self, layer: Layer) -> str:
        """Return a card with its reason, and that it is an assumption."""
        findings = self.findings
        mark = findings.text("amendment.assumed") if layer.quality == "assumption" else ""
        if len(self.layers) > _MOST_WITH_REASON or not layer.reason:
            return f"{layer.title}{mark}"
        reason = layer.reason.replace("\n", " ")
        if len(reason) > _LONGEST_REASON:
            reason = reason[: _LONGEST_REASON - 1].rstrip() + "…"
        return findings.text("amendment.card", title=f"{layer.title}{mark}", reason=reason)

    def appropriation(self) -> None:
        """Add the table of functions and years, net of refunds, with gross, refund and the range below it."""
        findings, result = self.findings, self.findings.budget
        self.heading(findings.text("amendment.appropriation"))
        self.text(findings.text(findings.own("amendment.frame")))
        rows = []
        functions = sorted(findings.functions, key=lambda f: -abs(float(f.net.difference.sum())))
        for figures in functions[:_MOST_FUNCTIONS]:
            mark = "*" if figures.quality == "assumption" else ""
            name = f"{figures.function}{mark} {figures.label.text(findings.language)}"
            rows.append(self._row(name, [float(x) for x in figures.net.difference]))
        rest = [f for f in result.by_function.values() if f not in functions[:_MOST_FUNCTIONS]]
        others = [sum(float(f.net.difference[at]) for f in rest) for at in range(len(self.years))]
        if any(abs(value) >= _MILLION / 20 for value in others):
            rows.append(self._row(findings.text("amendment.other"), others))
        if self.own_prices:
            own = [sum(layer[at][0] for layer in self.own_prices) for at in range(len(self.years))]
            rows.append(self._row(findings.text("amendment.own_price"), own))
        central = [amount.central for amount in self.years]
        rows.append(self._row(findings.text("amendment.net"), central))
        if self.total.range is not None:
            ends = [amount.signed_ends(findings.language) for amount in (*self.years, self.total)]
            rows.append([text("budget.amount.range_row", findings.language), *ends])
        for kind in ("gross", "refund"):
            amounts = getattr(result, kind).difference
            sign = -1.0 if kind == "refund" else 1.0
            rows.append(self._row(findings.text(f"amendment.{kind}"), [sign * float(x) for x in amounts]))
        count = len(self.years) + 1
        width = min(_COLUMN_CM, 9.5 / count)
        first, *others_ = (int(year) for year in result.years)
        heads = [findings.text("amendment.budget", year=first)]
        heads += [findings.text("amendment.estimate", year=year) for year in others_]
        self.table(
            findings.text("amendment.table"),
            [findings.text("amendment.function"), *heads, findings.text("item.column.total")],
            rows,
            [_TEXT_WIDTH_CM - width * count, *[width] * count],
        )
        if any(figures.quality == "assumption" for figures in functions[:_MOST_FUNCTIONS]):
            self.text(findings.text("amendment.unverified"))

    def _row(self, name: str, values: Sequence[float]) -> list[str]:
        """Return a line of amounts per year and in all, in millions."""
        shown = [
            number(value / _MILLION, self.findings.language, 1, signed=True)
            for value in (*values, sum(values))
        ]
        return [name, *shown]

    def financing(self) -> None:
        """Add what has to be financed, and the boxes for how."""
        findings = self.findings
        self.heading(findings.text("amendment.financing"))
        self.text(self._need(), findings.text("amendment.boxes"))

    def _need(self) -> str:
        """Return what the amounts mean for financing, own prices included."""
        findings, total = self.findings, self.total
        if total.kind == "costs":
            values = {
                "amount": total.shown(findings.language, signed=False),
                "range": total.range_shown(findings.language),
            }
            return findings.text("amendment.need.costs", **values)
        kind = {"lower": "unknown", "higher": "unknown"}.get(total.kind, total.kind)
        return findings.text(f"amendment.need.{kind}")

    def effect(self) -> None:
        """Add how sure the amount is, and what it does for the goals."""
        findings, language = self.findings, self.findings.language
        self.heading(findings.text("amendment.effect"))
        self.text(self._amount(self.total), self._movements())
        sure = assumed_prices(findings.budget).text(language)
        if self.interaction is not None and len(self.layers) > 1:
            sure = f"{sure} {self.interaction.text(language)}"
        self.text(sure)

    def _movements(self) -> str:
        """Return what each goal's key indicator moves by, with its range; what is too small to be shown is left out."""
        findings, language = self.findings, self.findings.language
        parts = []
        for row in findings.key_rows:
            if row.suppressed:
                continue
            band = findings.band(row)
            ends = "" if band is None else difference_ends(band, row.indicator, language)
            change = findings.difference(row)
            shown = findings.text("amendment.with_range", shown=change, ends=ends) if ends else change
            title = row.indicator.title.text(language)
            parts.append(findings.text("amendment.goal", number=row.goal.number, title=title, change=shown))
        return findings.text("amendment.goals", last=findings.last_day, goals="; ".join(parts))

    def _amount(self, amount: Amount) -> str:
        """Return the amount in a sentence."""
        clause = amount.clause().text(self.findings.language)
        return f"{clause[:1].upper()}{clause[1:]}."

    def form(self) -> None:
        """Add which form the sheet follows and from which calculation it is."""
        self.text(f"{self.findings.text('amendment.form')} {self.findings.origin}")
