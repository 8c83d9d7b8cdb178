"""Say what the caseload at the start rests on, person by person and not number by number.

Two things are known apart: how many full-time persons a benefit has together (its total), and how they divide between
target groups (the split). Sickness is a statistic in total and an assumption in its two target groups: its persons
count as statistic where totals are asked for, and as assumption where target groups are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from model.disclosure import suppress_parts
from model.domain import GROUP_INDEX, GROUPS, OFFER_GROUPS
from model.language.catalogue import group_name, listed, percent
from model.language.messages import Localized, Message, Phrase, Text
from model.municipality.municipality import Municipality
from model.municipality.vintages import Vintage, vintage
from model.parameters.ids import BENCHMARK_GROUPS
from model.parameters.sourced_value import Parameter, Quality

Floats = NDArray[np.float64]
# From the best known to the least: persons are no better known than the worse of their total and their split.
_ORDER: Final[tuple[Quality, ...]] = ("statistic", "document", "study", "derived", "assumption")
assert set(_ORDER) == set(get_args(Quality))


@dataclass(frozen=True)
class GroupBasis:
    """One target group at the start: full-time persons, and what is known of its part of the total."""

    group: str
    persons: float
    split: Quality | None  # None where it is all of the total
    quality: Quality  # of the persons in this target group: the worse of total and split


@dataclass(frozen=True)
class TotalBasis:
    """Target groups whose persons are known together."""

    name: Localized
    groups: tuple[GroupBasis, ...]
    quality: Quality
    as_of: str
    source: Text
    note: Text | None

    @property
    def persons(self) -> float:
        """Return the full-time persons of all its target groups."""
        return sum(group.persons for group in self.groups)

    @property
    def splits(self) -> tuple[Quality, ...]:
        """Return the qualities of the split, the best known first; none where there is nothing to split."""
        return tuple(quality for quality in _ORDER if any(g.split == quality for g in self.groups))


@dataclass(frozen=True)
class CaseloadBasis:
    """What all persons at the start of a municipality rest on."""

    totals: tuple[TotalBasis, ...]

    @property
    def persons(self) -> float:
        """Return all full-time persons."""
        return sum(total.persons for total in self.totals)

    def share_of_totals(self, *, with_offers: bool = False) -> Mapping[Quality, float | None]:
        """Return the persons by the quality of their benefit's total, as shares; None for one that is not shown.

        Qualities that nobody's total has are left out. ``with_offers``: of the persons in target groups that the
        effort reaches alone, without fleksjob and førtidspension.
        """
        return self._shares(_by_total(self._reached if with_offers else self.totals))

    def share_of_groups(self, *, with_offers: bool = False) -> Mapping[Quality, float | None]:
        """Return the persons by the quality of their target group's number, as :meth:`share_of_totals`."""
        return self._shares(_by_group(self._reached if with_offers else self.totals))

    @property
    def share_not_updated(self) -> float | None:
        """Return the share of persons whose total has a note: nothing newer was found. None where it is not shown."""
        if any(self.suppressed):
            return None
        return sum(total.persons for total in self.totals if total.note is not None) / self.persons

    @property
    def suppressed(self) -> tuple[bool, ...]:
        """Return which totals are too small to be shown, or would give away such a one, in their order."""
        return tuple(bool(hidden) for hidden in suppress_parts(np.array([t.persons for t in self.totals])))

    @property
    def _reached(self) -> tuple[TotalBasis, ...]:
        """Return the totals of target groups with offers."""
        return tuple(total for total in self.totals if total.groups[0].group in OFFER_GROUPS)

    def _shares(self, sums: Floats) -> Mapping[Quality, float | None]:
        """Return persons by quality [Q] as shares of their sum."""
        # All four stand beside each other.
        runs = [of(totals) for of in (_by_total, _by_group) for totals in (self.totals, self._reached)]
        return {
            quality: None if is_hidden else float(persons / sums.sum())
            for quality, persons, is_hidden in zip(_ORDER, sums, suppress_parts(*runs), strict=True)
            if persons > 0
        }


def _by_total(totals: Iterable[TotalBasis]) -> Floats:
    """Return the persons by the quality of their total [Q]."""
    return _sums((total.quality, total.persons) for total in totals)


def _by_group(totals: Iterable[TotalBasis]) -> Floats:
    """Return the persons by the quality of their target group's number [Q]."""
    return _sums((g.quality, g.persons) for total in totals for g in total.groups)


def _sums(parts: Iterable[tuple[Quality, float]]) -> Floats:
    """Return persons by quality [Q]."""
    sums = np.zeros(len(_ORDER))
    for quality, persons in parts:
        sums[_ORDER.index(quality)] += persons
    return sums


def worse(one: Quality, other: Quality | None) -> Quality:
    """Return the less well known of two qualities."""
    return one if other is None else max(one, other, key=_ORDER.index)


def caseload_basis(municipality: Municipality, dated: Vintage | None = None) -> CaseloadBasis:
    """Return what a municipality's caseload at the start rests on.

    Arguments: ``dated`` its starting figures, where they are not shipped.
    """
    dated = dated or vintage(municipality.vintage)
    stock = municipality.engine.stock.sum(axis=1)
    register = {parameter.id: parameter for parameter in municipality.register}
    done: set[str] = set()
    totals = []
    for group in GROUPS:
        if group in done:
            continue
        members, total = _total_of(group, municipality.id, register, dated)
        members = tuple(member for member in members if member not in done)
        done.update(members)
        parts = tuple(
            _group(member, float(stock[GROUP_INDEX[member]]), len(members) == 1, total.quality, register)
            for member in members
        )
        totals.append(TotalBasis(total.name, parts, total.quality, total.as_of, total.source, total.note))
    return CaseloadBasis(tuple(totals))


@dataclass(frozen=True)
class _Total:
    """What is known of a total."""

    name: Localized
    quality: Quality
    as_of: str
    source: Text
    note: Text | None


def _total_of(
    group: str, municipality_id: str, register: Mapping[str, Parameter], dated: Vintage
) -> tuple[tuple[str, ...], _Total]:
    """Return which target groups share a group's total, and what is known of it."""
    own = register[f"stock.{group}"]
    benefit = next((name for name, groups in BENCHMARK_GROUPS.items() if group in groups), None)
    if benefit is None or not (own.computed or own.follows):
        # A row of its own, or a share of the population: the target group is the total.
        return (group,), _known(own, Phrase(group_name, group))
    with_benefit = tuple(
        member for member in BENCHMARK_GROUPS[benefit] if _takes_a_part(register[f"stock.{member}"])
    )
    whole = register[f"benchmark.{benefit}"]
    shipped = dated.rows.get(municipality_id, {}).get(whole.id)
    shared = next((total for total in dated.totals if group in total.groups), None)
    # Where the user's own figure stands for the benefit, it is what the groups divide.
    if shared is None or shipped is None or shipped.value != whole.value.value:
        return with_benefit, _known(whole, Message(f"goals.benchmark.{benefit}"))
    row = register[shared.of].value
    members = tuple(member for member in with_benefit if member in shared.groups)
    source = dated.texts[shared.source]
    return members, _Total(shared.name, shared.quality, row.as_of, source, row.note)


def _takes_a_part(stock: Parameter) -> bool:
    """Return whether a target group's persons are a part of the benefit's total, and no number of their own."""
    return stock.computed or bool(stock.follows)


def _known(parameter: Parameter, name: Localized) -> _Total:
    """Return what is known of a number of the register, which is called ``name``."""
    value = parameter.value
    source = Text(da=parameter.source("da"), en=parameter.source("en"))
    return _Total(name, value.quality, value.as_of, source, value.note)


def _group(
    group: str, persons: float, alone: bool, total: Quality, register: Mapping[str, Parameter]
) -> GroupBasis:
    """Return what is known of one target group."""
    if alone:
        return GroupBasis(group, persons, None, total)
    split = register[f"split.{group}"].value.quality
    return GroupBasis(group, persons, split, worse(total, split))


def basis_sentences(basis: CaseloadBasis) -> tuple[Localized, ...]:
    """Return what the persons rest on, as sentences: totals and target groups, of all and of those with offers."""
    sentences: list[Localized] = []
    for key, with_offers in (("all", False), ("with_offers", True)):
        shares = (
            basis.share_of_totals(with_offers=with_offers),
            basis.share_of_groups(with_offers=with_offers),
        )
        totals, groups = (Phrase(listed, [_part(*item) for item in of.items()]) for of in shares)
        sentences.append(Message(f"vintage.basis.{key}", totals=totals, groups=groups))
    if basis.share_not_updated:
        share = Phrase(percent, basis.share_not_updated)
        sentences.append(Message("vintage.basis.not_updated", share=share))
    return tuple(sentences)


def _part(quality: Quality, share: float | None) -> Message:
    """Return a share of persons with its quality in words."""
    shown = Message("disclosure.not_shown") if share is None else Phrase(percent, share)
    return Message(f"vintage.basis.part.{quality}", share=shown)
