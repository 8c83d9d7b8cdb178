"""What an amount buys, or what a saving takes, in sentences: three that answer, and those that say what limits them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model.budget.amounts import SMALL_AMOUNT, Amount
from model.budget.sentences import as_sentence, millions
from model.goals.status_text import chance_words
from model.language.catalogue import listed, percent
from model.language.messages import Localized, Message, Phrase, joined
from model.scenario.levers import LEVER_BY_ID
from model.scenario.parts import NAME_LENGTH, TEXT_LENGTH
from model.scenario.scenario import Scenario
from model.scenario.texts import with_changes_of
from model.seek.answer import LeverMove
from model.seek.money import MOSTLY, SURE, MoneyAnswer

_NAMED: Final = 3


def money_sentences(answer: MoneyAnswer) -> tuple[Localized, ...]:
    """Return the three sentences of the answer: what is reached, what it takes of goals and persons, and the money."""
    outcome = _bought(answer) if answer.mode == "buy" else _saved(answer)
    persons: Localized = Phrase(as_sentence, answer.persons.clause())
    return (
        outcome,
        persons if answer.mode == "buy" else Phrase(joined, [_harm(answer), persons]),
        Phrase(joined, [_cost(answer), _assumed(answer)] if answer.mode == "buy" else [_assumed(answer)]),
    )


def limit_sentences(answer: MoneyAnswer) -> tuple[Localized, ...]:
    """Return for each limit that was asked for what it is, and whether it is kept; those that are not come first."""
    return tuple(
        _message(
            f"limit_{'held' if limit.held else 'broken'}_{limit.effect.indicator.direction}",
            title=limit.effect.indicator.title,
            limit=Phrase(limit.shown),
            value=Phrase(limit.effect.indicator.shown, limit.effect.indicator.value_scenario),
        )
        for limit in sorted(answer.limits, key=lambda limit: limit.held)
    )


def money_limits(answer: MoneyAnswer) -> tuple[Localized, ...]:
    """Return what limits the answer: levers at an end, other years, levers whose harm is unknown, and the law."""
    told: list[Localized] = [
        Phrase(
            joined,
            [Message(f"seek.binding.{m.at_bound}", lever=Phrase(m.label), value=Phrase(m.shown, m.after))],
        )
        for m in answer.moved
        if m.at_bound is not None
    ]
    if answer.mode == "save":
        for year, amount in zip(answer.years, answer.year_amounts, strict=True):
            if amount.central > SMALL_AMOUNT:
                told.append(
                    _message("dearer_year", year=str(year), amount=Phrase(amount.shown, signed=False))
                )
    if answer.unseen:
        told.append(_message("unseen", levers=Phrase(listed, _by_lever(answer.unseen))))
    if answer.free:
        told.append(_message("free", levers=Phrase(listed, _by_lever([one.move for one in answer.free]))))
    if answer.left_out:
        told.append(_message("left_out"))
    told.append(_message("equal_weight" if answer.mode == "buy" else "harm_is"))
    told.append(_message("law"))
    return tuple(told)


def money_scenario(answer: MoneyAnswer, scenario: Scenario, name: str, language: str) -> Scenario:
    """Return a scenario with the answer's changes in place of its own, a name and the sentences as description."""
    sentences = (*money_sentences(answer), *limit_sentences(answer))
    description = "\n".join(sentence.text(language) for sentence in sentences)
    changed = with_changes_of(scenario, answer.scenario)
    return changed.copy_with(name=name[:NAME_LENGTH], description=description[:TEXT_LENGTH])


def _message(key: str, **values: object) -> Message:
    """Return a text of ``seek.money``."""
    return Message(f"seek.money.{key}", **values)


def _by_lever(moves: Sequence[LeverMove]) -> list[Localized]:
    """Name levers, one of several target groups once, with how many."""
    by_id: dict[str, list[LeverMove]] = {}
    for move in moves:
        by_id.setdefault(move.lever, []).append(move)
    return [
        Phrase(same[0].label)
        if len(same) == 1
        else _message("several", lever=LEVER_BY_ID[lever].label, n=str(len(same)))
        for lever, same in by_id.items()
    ]


def _bought(answer: MoneyAnswer) -> Localized:
    """Tell the goal that the amount moves most, and how many of the goals it betters."""
    best = max(
        answer.effects, key=lambda e: e.gain / e.indicator.smallest_movement if e.kind != "hidden" else -1.0
    )
    indicator = best.indicator
    values: dict[str, object] = {
        "amount": Phrase(millions, answer.asked),
        "title": indicator.title,
        "before": Phrase(indicator.shown, indicator.value_baseline),
        "after": Phrase(indicator.shown, indicator.value_scenario),
        "change": Phrase(best.shown),
    }
    if best.kind in ("hidden", "same"):
        return _message("buys_nothing_to_see", **values)
    sentence = _message("buys" if best.kind == "better" else "may_buy", **values)
    n = sum(effect.kind == "better" for effect in answer.effects)
    if len(answer.effects) == 1:
        return sentence
    return Phrase(joined, [sentence, _message("buys_of", n=str(n), of=str(len(answer.effects)))])


def _saved(answer: MoneyAnswer) -> Localized:
    """Tell whether the saving is found, how sure it is, or the most that was found."""
    amount = answer.measured
    values: dict[str, object] = {
        "asked": Phrase(millions, answer.asked),
        "year": str(answer.year),
        "amount": Phrase(amount.shown, signed=False),
        "range": Phrase(amount.range_shown),
    }
    if answer.missing > 1.0:
        return _message("not_saved", **values)
    if answer.chance is None or amount.range is None:
        return _message("saved_central", **values)
    values["chance"] = Phrase(_chance, answer.chance, amount.range.draws)
    if amount.kind == "either":
        return _message("saved_either", **values)
    return _message("saved" if answer.chance >= SURE else "saved_unsure", **values)


def _chance(chance: float, draws: int, language: str) -> str:
    """Return a share of the draws in words. For ``Phrase``."""
    return chance_words(chance, draws, language)


def _harm(answer: MoneyAnswer) -> Localized:
    """Tell the goals that the saving takes from."""
    worse = [effect for effect in answer.effects if effect.kind == "worse"]
    maybe = [effect for effect in answer.effects if effect.kind == "either"]
    if worse:
        told = [
            _message("goal", title=effect.indicator.title, change=Phrase(effect.shown))
            for effect in worse[:_NAMED]
        ]
        return _message("harms", goals=Phrase(listed, told))
    if maybe:
        return _message("may_harm", goals=Phrase(listed, [e.indicator.title for e in maybe[:_NAMED]]))
    return _message("harms_nothing")


def _cost(answer: MoneyAnswer) -> Localized:
    """Tell what the dearest year costs, with its range."""
    amount = answer.measured
    return year_sentence(answer.measured_year, amount)


def year_sentence(year: int, amount: Amount) -> Localized:
    """Tell a year's difference with its range: saved, dearer, both or neither."""
    return _message(
        f"year.{amount.kind}",
        year=str(year),
        amount=Phrase(amount.shown, signed=False),
        range=Phrase(amount.range_shown),
    )


def _assumed(answer: MoneyAnswer) -> Localized:
    """Tell how much of the amount rests on assumed prices."""
    key = "assumed_mostly" if answer.share_assumed >= MOSTLY else "assumed"
    return _message(key, share=Phrase(percent, answer.share_assumed))
