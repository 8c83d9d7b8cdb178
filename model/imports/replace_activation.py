"""Replace the use of offers: activation rates, firm places and the mixes of kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from model.domain import FIRM_KINDS, GROUP_INDEX, KINDS, OFFER_GROUPS, OTHER_KINDS
from model.imports import vocabulary
from model.imports.aggregation import CannotSum, by_period, collapsed, mean
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.replacements import NEAR
from model.imports.rows import Row
from model.language.catalogue import listed, name, number
from model.language.messages import Message, Phrase
from model.parameters.sourced_value import Quality

# Kinds of offers are rounded one by one, and come to their total within so much.
_ROUNDING: Final = 2.0
_MISSING: Final = 0.02


def replace_activation(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """Replace activation rates, and what offers consist of where the file has participants."""
    rates = builder.by_group(rows, "activation_rate")
    for group, own in rates.items():
        if group not in OFFER_GROUPS:
            continue
        builder.use(own)
        try:
            value = mean(by_period(collapsed(own, keep=("category",))), builder.when) / 100
        except CannotSum as error:
            builder.skip(builder.message_of(group, "preview.what.activation"), error.message)
            continue
        builder.replace(
            f"activation_rate.{group}", value, "share", "statistic", Message("import.how.published")
        )
    for group, own in builder.by_group(rows, "activated_fulltime").items():
        if group in OFFER_GROUPS:
            builder.use(own)
            try:
                _offers(builder, group, own)
            except CannotSum as error:
                builder.skip(builder.message_of(group, "preview.what.activation"), error.message)


def _offers(builder: ReplacementBuilder, group: str, rows: Sequence[Row]) -> None:
    """Replace a group's activation rate and mixes by participants in offers. Raises CannotSum."""
    engine, g, caseload = builder.municipality.engine, GROUP_INDEX[group], builder.caseload_of(group)
    kinds = [
        r for r in rows if r.kind and not (vocabulary.is_total(r.kind) and not vocabulary.kinds_of(r.kind))
    ]
    totals = [r for r in rows if r not in kinds]
    old = present_offers(builder, group)
    paid = old["paid_hours"] if not any("paid_hours" in vocabulary.kinds_of(r.kind) for r in kinds) else 0.0
    published = None
    if totals:
        published = mean(by_period(collapsed(totals, keep=("category", "kind"))), builder.when)
        _activation_rate(builder, group, published + paid, caseload)
    if not kinds:
        return
    amounts, split, suppressed = _amounts(builder, group, kinds, old)
    parts = sum(amounts.values())
    if (
        published is not None
        and not suppressed
        and abs(published - parts) > max(_ROUNDING, _MISSING * published)
    ):
        # A row is missing, or one is there that belongs to another.
        builder.skip(
            builder.message_of(group, "preview.what.kinds"),
            Message(
                "import.preview.kinds_sum",
                parts=Phrase(number, parts, decimals=1),
                total=Phrase(number, published, decimals=1),
            ),
        )
        return
    amounts.setdefault("paid_hours", paid)
    known = set(KINDS) - suppressed
    if published is None or suppressed:
        known -= _unlisted(builder, group, kinds)
    if not totals and known == set(KINDS):
        _activation_rate(builder, group, sum(amounts.values()), caseload)
    firm = sum(amounts.get(k, 0.0) for k in FIRM_KINDS)
    quality: Quality = "derived" if split or paid else "statistic"
    how = Message("import.how.kinds_split") if split else Message("import.how.kinds")
    if known.issuperset(FIRM_KINDS) and any(k in amounts for k in FIRM_KINDS if k != "paid_hours"):
        builder.replace(f"firm_use.{group}", firm, "full-time places", quality, how)
        for kind in FIRM_KINDS:
            share = (
                amounts.get(kind, 0.0) / firm
                if firm > 0
                else float(engine.firm_mix[g, FIRM_KINDS.index(kind)])
            )
            builder.replace(f"firm_mix.{group}.{kind}", share, "weight among firm places", quality, how)
    rest = sum(amounts.get(k, 0.0) for k in OTHER_KINDS)
    if rest > 0 and known.issuperset(OTHER_KINDS):
        for kind in OTHER_KINDS:
            share = amounts.get(kind, 0.0) / rest
            builder.replace(
                f"other_mix.{group}.{kind}", share, "weight among offers outside firms", quality, how
            )


def _unlisted(builder: ReplacementBuilder, group: str, rows: Sequence[Row]) -> set[str]:
    """Return the kinds of mixes that cannot be worked out, as one of their kinds has no row; note which.

    Without a total to hold them against, a kind without a row may be a row that is missing.
    """
    missing = {mix: _without_row(rows, mix) for mix in (FIRM_KINDS, OTHER_KINDS)}
    if any(missing.values()):
        names = Phrase(_kind_names, tuple(kind for lacking in missing.values() for kind in lacking))
        what = builder.message_of(group, "preview.what.kinds")
        builder.skip(what, Message("import.preview.kinds_missing", kinds=names))
    return {kind for mix, lacking in missing.items() if lacking for kind in mix}


def _without_row(rows: Sequence[Row], kinds: Sequence[str]) -> list[str]:
    """Return which of these kinds have no row, by themselves or under a heading; paid hours are known without."""
    named = {(row.family, kind) for r in rows if (row := vocabulary.kind_row(r.kind)) for kind in row.kinds}
    lacking = {
        kind
        for row in vocabulary.entries().kinds
        for kind in row.kinds
        if kind != "paid_hours" and (row.family, kind) not in named
    }
    return [kind for kind in kinds if kind in lacking]


def _kind_names(kinds: Sequence[str], language: str) -> str:
    """Return the names of kinds of offers as a list in a sentence."""
    return listed([f"»{name('kind', kind, language)}«" for kind in kinds], language)


def _activation_rate(builder: ReplacementBuilder, group: str, participants: float, caseload: float) -> None:
    """Replace a group's activation rate by participants as a share of its caseload."""
    builder.replace(
        f"activation_rate.{group}",
        participants / caseload,
        "share",
        "derived",
        Message("import.how.participants"),
    )


def present_offers(builder: ReplacementBuilder, group: str) -> dict[str, float]:
    """Return full-time participants by kind as the municipality has them now."""
    engine, g = builder.municipality.engine, GROUP_INDEX[group]
    firm = float(engine.firm_use[g])
    rest = max(0.0, float(engine.activation_rate[g] * engine.stock[g].sum()) - firm)
    out = {k: firm * float(engine.firm_mix[g, i]) for i, k in enumerate(FIRM_KINDS)}
    out.update({k: rest * float(engine.other_mix[g, i]) for i, k in enumerate(OTHER_KINDS)})
    return out


def _amounts(
    builder: ReplacementBuilder, group: str, rows: Sequence[Row], old: Mapping[str, float]
) -> tuple[dict[str, float], bool, set[str]]:
    """Return participants by kind, whether a heading was split as before, and kinds that are hidden."""
    what = builder.message_of(group, "preview.what.kinds")
    flat = collapsed(rows, keep=("category", "kind"))
    by_label: dict[str, list[Row]] = {}
    for row in flat:
        by_label.setdefault(row.kind, []).append(row)
    suppressed: set[str] = set()
    amounts: dict[str, float] = {}
    of_family: dict[str, dict[str, float]] = {}
    headings: list[tuple[vocabulary.KindLabels, float]] = []
    for label, own in by_label.items():
        offer = vocabulary.kind_row(label)
        if offer is None:
            # It may be any of them, so that none of the mixes is known.
            builder.skip(what, Message("import.preview.unknown_kind", kind=label))
            suppressed.update(KINDS)
            continue
        try:
            value = mean(by_period(own), builder.when)
        except CannotSum as error:
            builder.skip(what, Message("import.preview.kind_left_out", kind=label, why=error.message))
            suppressed.update(offer.kinds)
            continue
        if len(offer.kinds) > 1:
            headings.append((offer, value))
            continue
        amounts[offer.kinds[0]] = amounts.get(offer.kinds[0], 0.0) + value
        parts = of_family.setdefault(offer.family, {})
        parts[offer.kinds[0]] = parts.get(offer.kinds[0], 0.0) + value
    split = False
    for offer, value in headings:
        # A heading holds the kinds that the file also has one by one; only the rest is spread.
        parts = of_family.get(offer.family, {})
        left = value - sum(parts.values())
        open_kinds = [k for k in offer.kinds if k not in parts]
        if left <= NEAR or not open_kinds:
            continue
        split = True
        weights = [old.get(k, 0.0) for k in open_kinds]
        whole = sum(weights)
        for kind, weight in zip(open_kinds, weights, strict=True):
            part = left * (weight / whole if whole > 0 else 1 / len(open_kinds))
            amounts[kind] = amounts.get(kind, 0.0) + part
    return amounts, split, suppressed
