"""The difference in differences: does a system lose more on variants than the parent it was made from?

METHODS.md §3: D = (y_F,var − y_F,id) − (y_B,var − y_B,id) for each item, its mean with a clustered
interval and a sign-flip test. What the transform itself costs, and the parent's own frailty, cancel.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from bakeoff.evals.findings import Finding, FindingStatus
from bakeoff.evals.statistics import Interval, PairedTest, difference_interval, paired_test
from bakeoff.suites.format_shift.outcomes import ALL, CROSSED, Outcomes, Pairs, Values
from bakeoff.suites.format_shift.variants.derive import FAMILIES, format_count
from bakeoff.suites.format_shift.wording import between, percent, points

MARGIN = 0.05
"""Points of difference in differences from which an alarm is raised (METHODS.md §3, gate)."""

TEMPLATE = "template"
"""The family that draws a format for each item."""

Reading = Literal["damage", "gain_does_not_transfer", "unclear", "none"]

_MEANING: dict[Reading, str] = {
    "damage": "Damage: on the variants it falls below its parent.",
    "gain_does_not_transfer": (
        "A gain that does not transfer: it is better than its parent on the questions as they are, and not"
        " shown to fall below it on the variants."
    ),
    "unclear": (
        "It loses more than its parent; whether that is damage or a gain that does not transfer cannot be"
        " told from these pairs."
    ),
    "none": "",
}


@dataclass(frozen=True)
class Cells:
    """The four means behind a difference in differences, over the same pairs."""

    system_unshifted: float
    system_shifted: float
    parent_unshifted: float
    parent_shifted: float


@dataclass(frozen=True)
class Change:
    """A difference in differences and what it is made from. `gap_*` are system − parent."""

    cells: Cells
    interval: Interval
    test: PairedTest
    gap_unshifted: Interval
    gap_shifted: Interval
    parent_at_floor: float


def changes(outcomes: Outcomes) -> list[Finding]:
    """Against the nearest ancestor each family and all pooled; pooled also against further ancestors."""
    found = []
    for system, parent in outcomes.parents():
        for family, pairs in outcomes.families.items():
            if family != CROSSED:
                found.append(_finding(outcomes, system, parent, family, pairs))
        found.append(_finding(outcomes, system, parent, ALL, outcomes.pooled))
    for system, ancestor in outcomes.further_ancestors():
        found.append(_finding(outcomes, system, ancestor, ALL, outcomes.pooled))
    return found


def four(outcomes: Outcomes, system: str, parent: str, pairs: Pairs) -> tuple[Pairs, tuple[Values, ...]]:
    """The pairs for which all four values are there, and these: system unshifted, shifted, then parent's."""
    f, b = outcomes.values(system), outcomes.values(parent)
    values = [f[pairs.twins], f[pairs.variants], b[pairs.twins], b[pairs.variants]]
    kept = np.asarray(~np.isnan(np.stack(values)).any(axis=0))
    return pairs.where(kept), tuple(part[kept] for part in values)


def measure(outcomes: Outcomes, system: str, parent: str, pairs: Pairs) -> Change | None:
    """The difference in differences over the pairs, None where no pair has all four values."""
    kept, (f_id, f_var, b_id, b_var) = four(outcomes, system, parent, pairs)
    if not len(kept):
        return None
    alpha, seed = outcomes.table.alpha, outcomes.table.seed
    own, parents = f_var - f_id, b_var - b_id
    return Change(
        cells=Cells(*(float(part.mean()) for part in (f_id, f_var, b_id, b_var))),
        interval=difference_interval(own, parents, kept.labels, alpha=alpha, bounds=(-1.0, 1.0)),
        test=paired_test(own, parents, kept.labels, seed=seed),
        gap_unshifted=_gap(f_id, b_id, kept, alpha),
        gap_shifted=_gap(f_var, b_var, kept, alpha),
        parent_at_floor=float((b_id == 0).mean()),
    )


def status_of(interval: Interval, margin: float = MARGIN) -> FindingStatus:
    """Alarm where the whole interval lies below 0 and the effect is at least the margin; clear where the
    lower bound lies above the margin's loss (METHODS.md §3, gate)."""
    if interval.estimate is None or interval.low is None or interval.high is None:
        return "cannot_tell"
    if interval.high < 0 and interval.estimate <= -margin:
        return "alarm"
    return "clear" if interval.low > -margin else "cannot_tell"


def reading_of(change: Change) -> Reading:
    """What a shown drop is: damage, or a gain in the trained format that does not transfer."""
    if change.interval.high is None or change.interval.high >= 0:
        return "none"
    if change.gap_shifted.high is not None and change.gap_shifted.high < 0:
        return "damage"
    if change.gap_unshifted.low is not None and change.gap_unshifted.low > 0:
        return "gain_does_not_transfer"
    return "unclear"


def _gap(a: Values, b: Values, pairs: Pairs, alpha: float) -> Interval:
    return difference_interval(a, b, pairs.labels, binary=True, alpha=alpha, bounds=(0.0, 1.0))


def _finding(outcomes: Outcomes, system: str, parent: str, family: str, pairs: Pairs) -> Finding:
    common: dict[str, Any] = {
        "name": "format_shift.change",
        "system": system,
        "against": parent,
        "family": family,
        "headline": family == ALL,
    }
    change = measure(outcomes, system, parent, pairs)
    if change is None:
        sentence = f"{family}: no variant has a value, with its twin, for both {system} and {parent}."
        return Finding(**common, status="not_applicable", sentence=sentence)
    return Finding(
        **common,
        effect=change.interval.estimate,
        low=change.interval.low,
        high=change.interval.high,
        p=change.test.p,
        n=change.interval.n,
        status=status_of(change.interval),
        detail=details(change),
        sentence=sentence_of(change, system, parent, family, outcomes.table.alpha)
        + scope(family, change.interval.n, format_count()),
    )


def scope(family: str, n: int, formats: int) -> str:
    """How far the claim reaches where it is not the whole family: one transform, or fewer formats than items
    (METHODS.md §3: K formats are K draws)."""
    known = FAMILIES.get(family)
    if known is not None and known.deterministic:
        return " It holds for this one transform."
    if family == TEMPLATE and n > formats:
        return f" There are {formats} formats for {n} pairs: it holds for formats like those drawn."
    return ""


def details(change: Change) -> dict[str, Any]:
    """The four cells and what else a reader needs to judge the change."""
    cells = change.cells
    return {
        "cells": asdict(cells),
        "reading": reading_of(change),
        "gap_unshifted": _ends(change.gap_unshifted),
        "gap_shifted": _ends(change.gap_shifted),
        "parent_at_floor": change.parent_at_floor,
        "relative_drop": _relative(cells.system_unshifted, cells.system_shifted),
        "parent_relative_drop": _relative(cells.parent_unshifted, cells.parent_shifted),
        "log_odds": _log_odds(cells, change.interval.n),
        "method": change.interval.method,
        "test": change.test.method,
        "clusters": change.interval.clusters,
        "flag": change.interval.flag,
    }


def sentence_of(change: Change, system: str, parent: str, family: str, alpha: float) -> str:
    """The change in words, its four cells, its reading, and the parent's floor where it matters."""
    cells, interval = change.cells, change.interval
    own, parents = (
        cells.system_shifted - cells.system_unshifted,
        cells.parent_shifted - cells.parent_unshifted,
    )
    first = (
        f"{'All families' if family == ALL else family}: from the questions as they are to their variants"
        f" {system} goes from {percent(cells.system_unshifted)} to {percent(cells.system_shifted)}"
        f" ({points(own)}), {parent} from {percent(cells.parent_unshifted)} to"
        f" {percent(cells.parent_shifted)} ({points(parents)}): a difference of"
        f" {points(interval.estimate)} points {between(interval, alpha)} over {interval.n} pairs."
    )
    parts = [first, _MEANING[reading_of(change)]]
    if reading_of(change) == "gain_does_not_transfer":
        parts.append(
            f"There it stands {points(change.gap_shifted.estimate)} points from its parent"
            f" {between(change.gap_shifted, alpha)}."
        )
    if change.parent_at_floor > 0.5:
        parts.append(
            f"{parent} is wrong on {percent(change.parent_at_floor)} of the questions as they are, and can"
            " lose nothing there."
        )
    return " ".join(part for part in parts if part)


def _ends(interval: Interval) -> dict[str, float | None]:
    return {"effect": interval.estimate, "low": interval.low, "high": interval.high}


def _relative(plain: float, shifted: float) -> float | None:
    """The performance drop rate 1 − shifted/unshifted (METHODS.md §3, PromptBench), None from nothing."""
    return 1 - shifted / plain if plain > 0 else None


def _log_odds(cells: Cells, n: int) -> float:
    """The difference in differences on the log-odds scale; half an item is added to either side, so that
    0 and 1 have odds (METHODS.md §3, caveat on floor and ceiling)."""

    def logit(share: float) -> float:
        return math.log((share * n + 0.5) / ((1 - share) * n + 0.5))

    own = logit(cells.system_shifted) - logit(cells.system_unshifted)
    return own - (logit(cells.parent_shifted) - logit(cells.parent_unshifted))
