"""What lies around two systems' answers: when they were asked, which samples, who judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from bakeoff.evals import operations
from bakeoff.evals.fairness.kinship import Kinship
from bakeoff.evals.fairness.notes import FairnessNote, Level, Reach
from bakeoff.evals.records import Capability, Status
from bakeoff.evals.table import OPEN, STATUS_CODES, ScoreTable, SystemInfo

FAR_APART = timedelta(days=1)
"""Between the medians of two live systems' answers: a threshold of ours, chosen for services that change."""

FEWEST_PAIRED = 0.5
"""Where less than this share of either side's answers is paired, the item sets void (ours as well)."""


@dataclass(frozen=True)
class Asked:
    """When a system was asked: the first, the middle and the last of its stored answers."""

    first: datetime
    median: datetime
    last: datetime


@dataclass(frozen=True)
class Circumstances:
    """What is known around one system's answers.

    `run` is the run that they are from; `judge` and `encoder` are (name, fingerprint) of what scored them;
    `held` counts the samples of that run, of which the table may hold fewer.
    """

    run: str = ""
    asked: Asked | None = None
    judge: tuple[str, str] | None = None
    encoder: tuple[str, str] | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    held: int | None = None


@dataclass(frozen=True)
class Items:
    """How many samples the first system answered, the second, and both."""

    ours: int
    theirs: int
    both: int


def answered_items(table: ScoreTable, ours: str, theirs: str) -> Items | None:
    """The given samples (no probe's variants) that each has answered; None where the table does not say.

    What one of them is still to answer counts for neither: it is not another item set, only not there yet.
    """
    columns = [column for column in table.columns if column.suite == operations.SUITE and not column.slice]
    if not columns:
        return None
    names = [system.name for system in table.systems]
    given = np.array([key.variant is None and key.origin is None for key in table.samples], dtype=bool)
    statuses = np.stack([column.statuses[[names.index(ours), names.index(theirs)]] for column in columns])
    closed = ~(statuses == OPEN).any(axis=(0, 1, 3)) & given
    answered = (statuses != STATUS_CODES[Status.NOT_APPLICABLE]).any(axis=(0, 3)) & closed
    return Items(int(answered[0].sum()), int(answered[1].sum()), int(answered.all(axis=0).sum()))


def around_notes(
    kin: Kinship, ours: Circumstances, theirs: Circumstances, table: ScoreTable
) -> Iterator[FairnessNote]:
    """Notes on all that is no trait of the systems."""
    yield from _items(kin, ours, theirs, table)
    yield from _scored_by(kin, "judge", "judged", ours.judge, theirs.judge)
    yield from _scored_by(kin, "encoder", "encoded", ours.encoder, theirs.encoder)
    yield from _date(kin, ours, theirs)
    yield from _versions(kin, ours.versions, theirs.versions)


def _note(
    kin: Kinship, aspect: str, level: Level, ours: str, theirs: str, sentence: str, reach: Reach = "all"
) -> FairnessNote:
    return FairnessNote(
        system=kin.ours.name,
        baseline=kin.theirs.name,
        aspect=aspect,
        ours=ours,
        theirs=theirs,
        level=level,
        sentence=sentence,
        reach=reach,
    )


def _items(
    kin: Kinship, ours: Circumstances, theirs: Circumstances, table: ScoreTable
) -> Iterator[FairnessNote]:
    """Answered by both, of what each answered; samples that the table leaves out are counted as one's own."""
    items = answered_items(table, kin.ours.name, kin.theirs.name)
    if items is None:
        return
    mine, other = (
        answered + max(0, (around.held or 0) - len(table.samples))
        for answered, around in ((items.ours, ours), (items.theirs, theirs))
    )
    if items.both == mine == other:
        return
    share = min(items.both / max(mine, 1), items.both / max(other, 1))
    level = Level.VOIDS if share < FEWEST_PAIRED else Level.DIFFERS
    sentence = f"item set: {items.both} samples answered by both, of {mine} against {other} answered"
    yield _note(kin, "item set", level, f"{mine} answered", f"{other} answered", sentence)


def _scored_by(
    kin: Kinship, aspect: str, reach: Reach, ours: tuple[str, str] | None, theirs: tuple[str, str] | None
) -> Iterator[FairnessNote]:
    """Another judge, or encoder: voids what it had a part in. Where one side had none, nothing was scored."""
    if ours is None or theirs is None or ours[1] == theirs[1]:
        return
    mine, other = (f"{name} {fingerprint[:6]}…" for name, fingerprint in (ours, theirs))
    sentence = f"{aspect}: {mine} against {other}"
    yield _note(kin, aspect, Level.VOIDS, mine, other, sentence, reach)


def _date(kin: Kinship, ours: Circumstances, theirs: Circumstances) -> Iterator[FairnessNote]:
    """Live systems may change behind their address; two runs are of two times by design."""
    a, b = ours.asked, theirs.asked
    if a is None or b is None or not (_ages(kin.ours) and _ages(kin.theirs)):
        return
    if abs(a.median - b.median) <= FAR_APART:
        return
    level = Level.DIFFERS if ours.run == theirs.run else Level.BY_DESIGN
    mine, other = _days(a), _days(b)
    yield _note(kin, "date", level, mine, other, f"date: asked {mine} against {other}")


def _ages(system: SystemInfo) -> bool:
    return Capability.LIVE in system.capabilities and not system.content_addressed


def _days(asked: Asked) -> str:
    first, last = asked.first.date().isoformat(), asked.last.date().isoformat()
    return first if first == last else f"{first} to {last}"


def _versions(kin: Kinship, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[FairnessNote]:
    """Packages that scored, or answered, in another version."""
    changed = [name for name in dict.fromkeys([*ours, *theirs]) if ours.get(name) != theirs.get(name)]
    if not changed:
        return
    mine, other = (
        ", ".join(f"{name} {versions.get(name, 'not installed')}" for name in changed)
        for versions in (ours, theirs)
    )
    yield _note(kin, "versions", Level.DIFFERS, mine, other, f"versions: {mine} against {other}")
