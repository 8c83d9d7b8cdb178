"""The answer of a search for a goal in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from model.budget.sentences import as_sentence
from model.domain import OFFER_GROUPS
from model.language.catalogue import group_name, listed, long_date, money, number, percent
from model.language.messages import Localized, Message, Phrase, joined
from model.scenario.levers import LEVER_BY_ID, decimals_of
from model.scenario.parts import NAME_LENGTH, TEXT_LENGTH
from model.scenario.scenario import Scenario
from model.scenario.texts import with_changes_of
from model.seek.answer import Alternative, LeverMove, SeekAnswer, TargetReading


def answer_sentences(answer: SeekAnswer) -> tuple[Localized, ...]:
    """Describe an answer: what is reached, by which moves and at what cost, what follows and what binds."""
    sentences: list[Localized] = [_outcome_message(answer)]
    sentences += [_reading_sentence(reading, answer) for reading in answer.readings]
    if answer.chance is not None:
        share, certainty = Phrase(percent, answer.chance), Phrase(percent, answer.certainty or 0.0)
        sentences.append(_message("chance", share=share, asked=certainty))
    moved = [move for move in answer.moves if move.moved]
    if answer.needed:
        sentences += _move_sentences(answer, moved)
    sentences += [_message("idle", lever=Phrase(move.label)) for move in answer.unused]
    if answer.needed and moved:
        sentences += _cost_sentences(answer)
    if answer.reached:
        sentences += _after_sentences(answer)
    if answer.side_effects:
        sentences.append(_message("side_effects"))
        sentences += map(_list_item, answer.side_effects)
    if answer.binding and answer.needed:
        sentences.append(_message("binding"))
        sentences += map(_list_item, answer.binding)
    for alternative in answer.alternatives:
        sentences += _alternative_sentences(alternative, answer)
    return tuple(sentences)


def as_scenario(answer: SeekAnswer, scenario: Scenario, name: str, language: str) -> Scenario:
    """Return the scenario that was asked about with the answer's changes, a name and the sentences as description.

    The answer may have been made for somebody else with the same levers: it gives its changes and no other text.
    """
    description = "\n".join(sentence.text(language) for sentence in answer_sentences(answer))
    changed = with_changes_of(scenario, answer.scenario)
    return changed.copy_with(name=name[:NAME_LENGTH], description=description[:TEXT_LENGTH])


def _message(key: str, **values: object) -> Message:
    """Return a text of ``seek.sentence``."""
    return Message(f"seek.sentence.{key}", **values)


def _list_item(sentence: Localized) -> Phrase:
    """Return a sentence as an item of a list."""
    return Phrase(joined, ["-", sentence])


def _outcome_message(answer: SeekAnswer) -> Message:
    """Return whether the targets are reached, and if not whether only the certainty lacks."""
    if not answer.needed:
        return _message("nothing_needed")
    if answer.reached:
        return _message("reached")
    central = all(reading.reached for reading in answer.readings)
    lacks = answer.certainty is not None and central and (answer.chance or 0.0) < answer.certainty
    return _message("not_sure" if lacks else "out_of_reach")


def _reading_sentence(reading: TargetReading, answer: SeekAnswer) -> Localized:
    """Describe one target with what the answer's run gives."""
    indicator = reading.indicator
    direction = "up" if indicator.direction == "up" else "down"
    sentence = _message(
        f"reading_{direction}" if answer.needed else f"reading_now_{direction}",
        goal=reading.goal_number,
        title=indicator.title,
        value=Phrase(reading.shown, reading.value),
        before=Phrase(reading.shown, reading.before),
        target=Phrase(indicator.shown, reading.target),
        date=Phrase(long_date, reading.by),
    )
    if not reading.persons_missing:
        return sentence
    missing = math.ceil(reading.persons_missing)
    key = "persons_missing" if missing > 1 else "person_missing"
    return Phrase(joined, [sentence, _message(key, n=Phrase(number, missing))])


def _move_sentences(answer: SeekAnswer, moved: Sequence[LeverMove]) -> list[Localized]:
    """Describe each lever that the answer moves."""
    if not moved:
        return [_message("no_move")]
    sentences: list[Localized] = []
    for move in moved:
        change = answer.scenario.change_of(move.lever, move.group)
        assert change is not None
        sentences.append(
            _message(
                "move_phased" if change.phase_in_weeks else "move",
                lever=Phrase(move.label),
                before=Phrase(number, move.before, decimals=decimals_of(move.before, move.after)),
                after=Phrase(move.shown, move.after),
                date=Phrase(long_date, change.from_),
                weeks=Phrase(number, change.phase_in_weeks),
            )
        )
        if move.lever == "partial_return":
            sentences.append(_message("if_it_succeeds"))
    return sentences


def _cost_sentences(answer: SeekAnswer) -> list[Localized]:
    """Describe the cost in total and in the dearest year with their ranges, and first what it leaves out."""
    sentences: list[Localized] = []
    if answer.costless:
        labels = [LEVER_BY_ID[lever].label for lever in answer.costless]
        sentences.append(_message("costless", levers=Phrase(listed, labels)))
    sentences.append(Phrase(as_sentence, answer.total_amount.clause()))
    if answer.total_amount.kind == "same":
        return sentences
    dearest = int(np.argmax(answer.cost))
    amount = answer.year_amounts[dearest]
    sentences.append(
        _message(
            "dearest_year",
            year=str(answer.years[dearest]),
            amount=Phrase(amount.shown),
            range=Phrase(amount.range_shown),
        )
    )
    sentences.append(_message("assumed", share=Phrase(percent, answer.share_assumed)))
    return sentences


def _after_sentences(answer: SeekAnswer) -> list[Localized]:
    """Describe whether the targets hold a year on, and groups that more people come to than leave."""
    after = answer.after
    date = Phrase(long_date, after.date)
    sentences: list[Localized] = []
    for i, reading in enumerate(answer.readings):
        key = "after_fades" if after.fading[i] else "after_holds" if after.still_reached[i] else "after_lost"
        if after.fading[i] and after.still_reached[i]:
            key = "after_fades_but_holds"
        value = Phrase(reading.shown, after.values[i])
        sentences.append(_message(key, title=reading.indicator.title, value=value, date=date))
    suppressed = Message("disclosure.not_shown")
    growing = [flow for flow in after.flows if flow.exceeds]
    for flow in growing:
        sentences.append(
            _message(
                "inflow",
                group=Phrase(group_name, flow.group, short=True),
                inflow=suppressed if flow.suppressed else Phrase(number, flow.inflow),
                outflow=suppressed if flow.suppressed else Phrase(number, flow.outflow),
                date=date,
            )
        )
    if not growing:
        sentences.append(_message("no_inflow", date=date))
    return sentences


def _alternative_sentences(alternative: Alternative, answer: SeekAnswer) -> list[Message]:
    """Describe what would have to hold instead; nothing where no ratio of job exits would do."""
    if alternative.kind == "budget":
        return [_message("budget_enough", amount=Phrase(money, alternative.amount))]
    if alternative.kind != "job_exits":
        value = math.nan if alternative.value is None else alternative.value
        verb = "enough" if alternative.reached else "not_enough"
        return [_message(f"{alternative.kind}_{verb}", value=Phrase(answer.readings[0].shown, value))]
    if alternative.factor is None:
        return []
    groups: Localized = Message("seek.sentence.all_groups")
    if len(alternative.groups) != len(OFFER_GROUPS):
        names = [Phrase(group_name, group, short=True) for group in alternative.groups]
        groups = Phrase(joined, names, separator=", ")
    return [
        _message(
            "ratio" if alternative.factor_beside is None else "ratio_beside",
            groups=groups,
            ratio=Phrase(number, alternative.factor, decimals=2),
            beside=Phrase(number, alternative.factor_beside, decimals=2),
        )
    ]
