"""Gather what an imported file replaces in a municipality's figures: its rows, what was used, what was not and why."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from model.domain import GROUPS
from model.imports import vocabulary
from model.imports.aggregation import Reference
from model.imports.periods import period_text
from model.imports.replacements import Choices, NotUsed, Replacement, caseload_of
from model.imports.rows import Imported, Row
from model.imports.table_catalogue import table
from model.language.catalogue import group_name
from model.language.messages import Localized, Message, Phrase, Text
from model.municipality.municipality import Municipality
from model.parameters.sourced_value import Quality, SourcedValue


@dataclass
class ReplacementBuilder:
    """One file on its way into one municipality's figures; the steps add to it."""

    imported: Imported
    municipality: Municipality
    choices: Choices
    replacements: dict[str, Replacement] = field(default_factory=dict)
    # In the order in which they were noted; a dictionary, since a list would be searched for each of them.
    not_used: dict[NotUsed, None] = field(default_factory=dict)
    doubtful: dict[NotUsed, None] = field(default_factory=dict)
    notes: list[Localized] = field(default_factory=list)
    used_rows: set[int] = field(default_factory=set)
    when: Reference = field(init=False)  # the periods that figures are the mean of; set once there are rows

    def own_rows(self) -> list[Row]:
        """Return the rows of this municipality; note why where there are none."""
        areas = self.imported.areas
        if areas == ("",):
            if self.choices.area_is_ours:
                return list(self.imported.table)
            self.skip(
                Message("import.preview.file"), Message("import.preview.no_area", name=self.municipality.name)
            )
            return []
        rows = [row for row in self.imported.table if row.area == self.municipality.name]
        if not rows:
            shown = ", ".join(areas[:3])
            why = Message(
                "import.preview.other_areas", name=self.municipality.name, areas=shown, n=len(areas)
            )
            self.skip(Message("import.preview.file"), why)
        return rows

    def year_end(self) -> datetime.date:
        """Return the last day of the reference year that is looked for."""
        if self.choices.until is not None:
            return self.choices.until.end
        return datetime.date(self.municipality.start.year - 1, 12, 31)

    def skip(self, what: Localized, why: Localized) -> None:
        """Note a figure that is not used, once."""
        self.not_used.setdefault(NotUsed(what, why))

    def doubt(self, what: Localized, why: Localized) -> None:
        """Note a figure that can hardly be right, once."""
        self.doubtful.setdefault(NotUsed(what, why))

    def use(self, rows: Iterable[Row]) -> None:
        """Mark rows as looked at."""
        self.used_rows.update(id(row) for row in rows)

    def replace(
        self,
        parameter: str,
        value: float,
        unit: str,
        quality: Quality,
        how: Localized,
        *,
        low: float | None = None,
        high: float | None = None,
        note: Text | None = None,
    ) -> None:
        """Replace a parameter, its source and period taken from the file; the note stays beside it in the register."""
        register = {p.id: p for p in self.municipality.register}
        old = register.get(parameter)
        periods = period_text(self.when.periods)
        own = self.municipality.start.year - 1
        plain_year = periods in (str(own), f"{own}QMAT04", f"{own}M01 - {own}M12", f"{own}Q1 - {own}Q4")
        after = SourcedValue(
            value=value,
            low=low,
            high=high,
            unit=old.value.unit if old is not None else unit,
            as_of=str(own) if plain_year else periods,
            source=self.imported.source.text("en", periods),
            quality=quality,
            note=note,
        )
        self.replacements[parameter] = Replacement(
            parameter,
            old.value if old is not None else None,
            old.source("da") if old is not None else "",
            after,
            self.imported.source.text("da", periods),
            how,
            old.value.label if old is not None else None,
        )

    def group_of(self, row: Row) -> str | None:
        """Return a row's target group: by label and category, else by table, else by the reader's choice."""
        known = table(self.imported.source.table)
        if row.group and not vocabulary.is_total(row.group):
            of_table = {} if known is None else known.kind.groups
            label = vocabulary.normalised(row.group)
            return of_table.get(label) or vocabulary.group_of(row.group, row.category)
        stated = known.group if known else ""
        if stated:
            return vocabulary.group_of(stated, row.category) if stated not in GROUPS else stated
        own = self.imported.recognised.own
        return self.choices.group or (own.group if own is not None else "") or None

    def by_group(self, rows: Iterable[Row], measure: str) -> dict[str, list[Row]]:
        """Return the rows of a measure by target group."""
        out: dict[str, list[Row]] = {}
        for row in rows:
            group = self.group_of(row) if row.measure_id == measure else None
            if group is not None:
                out.setdefault(group, []).append(row)
        return out

    def message_of(self, group: str, key: str = "preview.what.group", **values: object) -> Localized:
        """Return the message ``import.KEY`` about a target group."""
        return Message(f"import.{key}", group=Phrase(group_name, group), **values)

    def caseload_of(self, group: str) -> float:
        """Return a group's caseload in full-time persons, replaced or as it is."""
        return caseload_of(self.municipality, self.replacements, group)
