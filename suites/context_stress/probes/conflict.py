"""Passages that contradict the true one, beside it or in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.ground import Ground
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.near_copies import near_copies
from bakeoff.suites.context_stress.note import Stress
from bakeoff.suites.context_stress.passages import Passage
from bakeoff.suites.context_stress.swap import Swapped, swapped
from bakeoff.suites.context_stress.variants import drawing, with_contexts

UNDATED, OUTNUMBERED, DATED = "undated", "outnumbered", "dated"
LEVELS = (UNDATED, OUTNUMBERED, DATED)

TODAY = date(2025, 6, 1)
"""Date of a true passage that has none."""

OLDER = (200, 700)
"""Days by which the false version is older, drawn."""


@dataclass(frozen=True)
class Versions:
    """The true passages and, for those that differ, the false ones, which come as a document of their own."""

    true: tuple[Passage, ...]
    false: tuple[Passage, ...]
    values: Swapped


def conflict(item: Item, ground: Ground) -> list[Sample] | str:
    """The true passage beside a false copy: both without a date; beside two false ones; both dated, the true
    one newer."""
    versions = versions_of(item, ground)
    if isinstance(versions, str):
        return versions
    return [_conflicting(item, ground, versions, level) for level in LEVELS]


def counterfactual(item: Item, ground: Ground) -> list[Sample] | str:
    """The false copy alone."""
    versions = versions_of(item, ground)
    if isinstance(versions, str):
        return versions
    false = dict(zip(versions.values.places, versions.false, strict=True))
    passages = [false.get(place, passage) for place, passage in enumerate(versions.true)]
    note = noted(Stress(probe="counterfactual"), versions.values)
    return [with_contexts(item, note, [_undated(passage) for passage in passages])]


def versions_of(item: Item, ground: Ground) -> Versions | str:
    """The two versions of the item's gold passages, the same in every probe, or why there are none."""
    values = swapped(item, ground.names, drawing(ground.seed, "swap", item.id))
    if isinstance(values, str):
        return values
    true = tuple(passage.saying(text) for passage, text in zip(item.gold, values.true, strict=True))
    false = tuple(
        replace(item.gold[place], source=f"{item.gold[place].source}-b", text=values.false[place])
        for place in values.places
    )
    return Versions(true, false, values)


def noted(note: Stress, values: Swapped) -> Stress:
    """The note with what was swapped for what."""
    return note.model_copy(update={"true_values": values.true_values, "false_values": values.false_values})


def dated(passage: Passage, day: date) -> Passage:
    """The passage under a version line, and with the date in its metadata."""
    return replace(passage, text=f"As of {day.isoformat()}: {passage.text}", as_of=day)


def older_by(day: date, seed: int, key: str) -> date:
    """The day of the false version of what `key` names."""
    return day - timedelta(days=drawing(seed, "older", key).randint(*OLDER))


def _conflicting(item: Item, ground: Ground, versions: Versions, level: str) -> Sample:
    passages = _passages(item, ground, versions, level)
    drawing(ground.seed, "conflict", level, item.id).shuffle(passages)
    return with_contexts(item, noted(Stress(probe="conflict", level=level), versions.values), passages)


def _passages(item: Item, ground: Ground, versions: Versions, level: str) -> list[Passage]:
    if level == DATED:
        day = item.sample.as_of or next((one.as_of for one in versions.true if one.as_of), TODAY)
        before = older_by(day, ground.seed, item.id)
        new = [dated(passage, day) for passage in versions.true]
        return [*new, *(dated(passage, before) for passage in versions.false)]
    passages = [*versions.true, *versions.false]
    if level == OUTNUMBERED:
        passages += _second_copies(versions.false)
    return [_undated(passage) for passage in passages]


def _second_copies(false: Sequence[Passage]) -> list[Passage]:
    """What the false copies say, once more in a slightly other wording, as another document."""
    return [replace(one, source=f"{one.source[:-1]}c", text=near_copies(one.text, 2)[1]) for one in false]


def _undated(passage: Passage) -> Passage:
    return replace(passage, as_of=None)
