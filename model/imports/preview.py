"""Preview an import: which parameters of a municipality a file replaces, by what, and what it cannot.

Nothing is changed here. Every replacement carries its source and quality and a sentence on how it was made; every
figure of the municipality that is not used says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model.imports import vocabulary
from model.imports.aggregation import reference
from model.imports.periods import Period, period_text
from model.imports.plausibility import leave_out_implausible
from model.imports.replace_accounts import replace_accounts
from model.imports.replace_activation import replace_activation
from model.imports.replace_caseload import (
    leave_out_double_counts,
    replace_benchmark,
    replace_caseload,
    replace_population,
)
from model.imports.replace_exits import replace_exits
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.replacements import Choices, Preview, cannot_rest
from model.imports.rows import Imported, Row
from model.imports.table_catalogue import table
from model.imports.template_preview import preview_template
from model.language.catalogue import number
from model.language.messages import Message, Phrase
from model.municipality.municipality import DEFAULT_SET, Municipality
from model.parameters.ids import BENCHMARK_GROUPS

_ROUNDING_OF_BENCHMARK: Final = 5.0
# Caseloads come before what is measured against them.
_STEPS: Final = (
    replace_benchmark,
    replace_caseload,
    replace_population,
    replace_activation,
    replace_exits,
    replace_accounts,
)


def preview(imported: Imported, municipality: Municipality, choices: Choices | None = None) -> Preview:
    """Return what the file replaces in ``municipality``; nothing is changed.

    Figures are compared with the central assumptions, whatever set or overrides the municipality was loaded with.
    """
    if municipality.overrides or municipality.assumption_set != DEFAULT_SET:
        municipality = municipality.under()
    if imported.template is not None:
        return preview_template(imported.template, imported.source.filename, municipality, choices)
    builder = ReplacementBuilder(imported, municipality, choices or Choices())
    rows = builder.own_rows()
    when = reference({r.period for r in rows}, builder.year_end())
    if when is None:
        return _preview(builder, ())
    builder.when = when
    if not when.whole_year:
        builder.notes.append(Message("import.preview.part_of_year", periods=period_text(when.periods)))
    if when.periods[-1].end.year != builder.year_end().year:
        builder.notes.append(
            Message(
                "import.preview.other_year", periods=period_text(when.periods), year=builder.year_end().year
            )
        )
    until = builder.choices.until
    if until is not None and when.periods[-1].end != until.end:
        builder.notes.append(
            Message("import.preview.until_missing", until=until.id, periods=period_text(when.periods))
        )
    for step in _STEPS:
        step(builder, rows)
    leave_out_double_counts(builder)
    leave_out_implausible(builder)
    _note_sums(builder)
    _skip_the_rest(builder, rows)
    return _preview(builder, when.periods)


def _preview(builder: ReplacementBuilder, periods: tuple[Period, ...]) -> Preview:
    """Return the preview of what the steps have gathered."""
    replacements = tuple(builder.replacements.values())
    problem = cannot_rest(builder.municipality, replacements) if replacements else None
    return Preview(
        municipality=builder.municipality.id,
        replacements=replacements,
        not_used=tuple(builder.not_used),
        notes=tuple(builder.notes),
        periods=periods,
        problem=problem,
        doubtful=tuple(builder.doubtful),
    )


def _note_sums(builder: ReplacementBuilder) -> None:
    """Note caseloads that no longer add up to the benchmark's total of their benefit group."""
    for benchmark, groups in BENCHMARK_GROUPS.items():
        if len(groups) == 1 or not any(f"stock.{g}" in builder.replacements for g in groups):
            continue
        now = sum(builder.caseload_of(g) for g in groups)
        published = builder.municipality.values[f"benchmark.{benchmark}"]
        if abs(now - published) > _ROUNDING_OF_BENCHMARK:
            builder.notes.append(
                Message(
                    "import.preview.benchmark_sum",
                    group=Message(f"import.benchmark.{benchmark}"),
                    now=Phrase(number, now),
                    published=Phrase(number, published),
                )
            )


def _skip_the_rest(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """List as not used what no step has looked at, once for each column and label."""
    left = {(r.measure, r.group): r for r in rows if id(r) not in builder.used_rows}
    known = table(builder.imported.source.table)
    for row in left.values():
        group = builder.group_of(row)
        benefit = row.group or (known.group if known is not None else "")
        if vocabulary.is_total(row.group) or any(
            f"stock.{g}" in builder.replacements for g in vocabulary.parts_of(benefit)
        ):
            continue
        if group is None and vocabulary.is_split_benefit(row.group):
            why = Message("import.preview.split_benefit", group=row.group)
        elif not row.measure_id:
            why = Message("import.preview.unknown_measure")
        elif group is None and row.group:
            why = Message("import.preview.unknown_group", group=row.group)
        elif group is None and _split_table(builder):
            why = Message("import.preview.split_benefit", group=builder.imported.source.table)
        elif group is None:
            why = Message("import.preview.no_group")
        else:
            why = Message("import.preview.no_parameter")
        builder.skip(Message("import.preview.what.measure", measure=row.measure), why)


def _split_table(builder: ReplacementBuilder) -> bool:
    """Return whether the whole table is about a benefit that the model has in two groups."""
    known = table(builder.imported.source.table)
    return known is not None and vocabulary.is_split_benefit(known.group)
