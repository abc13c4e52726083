"""The crossed block: the same items in each of a few formats, for the worst of them and the mean.

Claims from it hold for formats like those drawn, not for each of thousands: K formats are K draws, however
many items stand behind each (METHODS.md §3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bakeoff.evals.findings import Finding, FindingStatus
from bakeoff.evals.statistics import Interval, two_way, worst_format
from bakeoff.suites.format_shift.change import Change, details, four, measure, sentence_of, status_of
from bakeoff.suites.format_shift.outcomes import CROSSED, Outcomes, Pairs, Values
from bakeoff.suites.format_shift.wording import between, percent, points

WORST = 0.15
"""A worst format this much further below than the parent's is alarming (METHODS.md §3, gate)."""

NAME = "format_shift.worst_format"


@dataclass(frozen=True)
class Block:
    """The items that have a value, with their twin, in every format, for each system asked about.

    `shifted[system]` has shape (items, formats), `plain[system]` (items,).
    """

    formats: tuple[str, ...]
    pairs: Pairs
    plain: dict[str, Values]
    shifted: dict[str, Values]

    def changes(self, system: str) -> Values:
        """From the item as it is to each of its formats, shape (items, formats)."""
        return self.shifted[system] - self.plain[system][:, None]


def spreads(outcomes: Outcomes) -> list[Finding]:
    """The worst format of each system, beside its nearest ancestor's where it has one, and the change in
    the mean over formats against that ancestor, both factors random."""
    if not outcomes.formats:
        return []
    parents = dict(outcomes.parents())
    found = []
    for info in outcomes.table.systems:
        parent = parents.get(info.name)
        if parent is None:
            found.append(_alone(block(outcomes, info.name), info.name))
        else:
            found.append(_worst(outcomes, info.name, parent))
            found.append(_mean_change(outcomes, info.name, parent))
    return found


def block(outcomes: Outcomes, *systems: str) -> Block:
    """The crossed block over the items that are complete for all of these systems."""
    formats = tuple(outcomes.formats)
    places = [
        dict(zip(pairs.twins.tolist(), pairs.variants.tolist(), strict=True))
        for pairs in outcomes.formats.values()
    ]
    twins = [twin for twin in places[0] if all(twin in held for held in places)]
    grid = np.array([[held[twin] for held in places] for twin in twins], dtype=np.int64)
    grid = grid.reshape(len(twins), len(formats))
    kept = np.ones(len(twins), dtype=bool)
    for system in systems:
        y = outcomes.values(system)
        kept &= ~np.isnan(y[grid]).any(axis=1) & ~np.isnan(y[np.array(twins, dtype=np.int64)])
    first = next(iter(outcomes.formats.values()))
    labels = dict(zip(first.twins.tolist(), first.labels, strict=True))
    items = np.array(twins, dtype=np.int64)[kept]
    pairs = Pairs(items, items, [labels[item] for item in items.tolist()])
    return Block(
        formats,
        pairs,
        {system: outcomes.values(system)[items] for system in systems},
        {system: outcomes.values(system)[grid[kept]] for system in systems},
    )


def _alone(held: Block, system: str) -> Finding:
    common: dict[str, Any] = {"name": NAME, "system": system, "family": CROSSED, "n": len(held.pairs)}
    if not len(held.pairs):
        return Finding(**common, status="not_applicable", sentence=_nothing(system))
    own = _levels(held, system)
    return Finding(
        **common,
        effect=own["worst_drop"],
        detail={"system": own},
        sentence=f"{_described(system, own)} ({len(held.pairs)} items in {len(held.formats)} formats).",
    )


def _worst(outcomes: Outcomes, system: str, parent: str) -> Finding:
    held, table = block(outcomes, system, parent), outcomes.table
    common: dict[str, Any] = {
        "name": NAME,
        "system": system,
        "against": parent,
        "family": CROSSED,
        "n": len(held.pairs),
        "headline": True,
    }
    if not len(held.pairs):
        return Finding(**common, status="not_applicable", sentence=_nothing(f"both {system} and {parent}"))
    interval, test = worst_format(
        held.changes(system),
        held.changes(parent),
        held.pairs.labels,
        alpha=table.alpha,
        seed=table.seed,
        bounds=(-2.0, 2.0),
    )
    own, theirs = _levels(held, system), _levels(held, parent)
    return Finding(
        **common,
        effect=interval.estimate,
        low=interval.low,
        high=interval.high,
        p=test.p,
        status=_status(interval),
        detail={"system": own, "parent": theirs, "method": interval.method, "test": test.method},
        sentence=f"{_described(system, own)}; {_described(parent, theirs)}. The worst format costs"
        f" {system} {points(interval.estimate)} points against its parent {between(interval, table.alpha)},"
        f" {len(held.pairs)} items in each of {len(held.formats)} formats; it holds for formats like those.",
    )


def _mean_change(outcomes: Outcomes, system: str, parent: str) -> Finding:
    table, held = outcomes.table, block(outcomes, system, parent)
    change = _two_way_change(outcomes, held, system, parent)
    common: dict[str, Any] = {
        "name": "format_shift.change",
        "system": system,
        "against": parent,
        "family": CROSSED,
    }
    if change is None:
        return Finding(**common, status="not_applicable", sentence=_nothing(f"both {system} and {parent}"))
    return Finding(
        **common,
        effect=change.interval.estimate,
        low=change.interval.low,
        high=change.interval.high,
        p=change.test.p,
        n=change.interval.n,
        status=status_of(change.interval),
        detail={**details(change), "formats": len(held.formats)},
        sentence=f"{sentence_of(change, system, parent, CROSSED, table.alpha)} The interval takes formats and"
        f" items as drawn, and holds for formats like the {len(held.formats)} asked.",
    )


def _two_way_change(outcomes: Outcomes, held: Block, system: str, parent: str) -> Change | None:
    """`measure`, with the interval and test that let formats vary too."""
    if not len(held.pairs):
        return None
    everything = Pairs(
        np.concatenate([pairs.variants for pairs in outcomes.formats.values()]),
        np.concatenate([pairs.twins for pairs in outcomes.formats.values()]),
        [label for pairs in outcomes.formats.values() for label in pairs.labels],
    )
    complete = everything.where(np.isin(everything.twins, held.pairs.twins))
    assert len(four(outcomes, system, parent, complete)[0]) == len(held.pairs) * len(held.formats)
    change = measure(outcomes, system, parent, complete)
    assert change is not None
    interval, test = two_way(
        held.changes(system) - held.changes(parent),
        held.pairs.labels,
        outcomes.table.alpha,
        bounds=(-2.0, 2.0),
    )
    return Change(
        change.cells, interval, test, change.gap_unshifted, change.gap_shifted, change.parent_at_floor
    )


def _levels(held: Block, system: str) -> dict[str, Any]:
    means = held.shifted[system].mean(axis=0)
    plain = float(held.plain[system].mean())
    worst = int(means.argmin())
    return {
        "unshifted": plain,
        "formats": dict(zip(held.formats, means.tolist(), strict=True)),
        "worst": held.formats[worst],
        "worst_drop": float(means[worst]) - plain,
        "spread": float(means.max() - means.min()),
    }


def _described(system: str, levels: dict[str, Any]) -> str:
    shares = levels["formats"]
    return (
        f"{system} is right in {percent(levels['unshifted'])} of the questions as they are and in"
        f" {percent(shares[levels['worst']])} in its worst format, {levels['worst']} (spread"
        f" {percent(levels['spread'])})"
    )


def _status(interval: Interval) -> FindingStatus:
    """The rule of METHODS.md §3 looks at the estimate; the adjusted p withdraws an alarm by chance."""
    if interval.estimate is None or interval.low is None:
        return "cannot_tell"
    if interval.estimate < -WORST:
        return "alarm"
    return "clear" if interval.low > -WORST else "cannot_tell"


def _nothing(whom: str) -> str:
    return f"No item of the crossed block has a value in every format for {whom}."
