"""How much scores vary, as seen in a pilot, stated, or by METHODS' defaults; and the sizes that follow."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import is_binary, sample_means
from bakeoff.evals.planning.records import Aim, Spread
from bakeoff.evals.statistics import (
    Clustering,
    clustering_of,
    mcnemar_exact_n,
    mcnemar_mde,
    mean_mde,
    mean_n,
    paired_differences,
    repeated_sd,
    tango_mde,
    tango_n,
)

Values = NDArray[np.float64]

DISCORDANT = 0.15
"""Share of pairs that differ, where nothing is known (METHODS §4 sizes its families by it)."""

JUDGED_SD = 0.35
"""SD per sample of a judged mean, where nothing is known (METHODS §1: .25 to .35)."""

SHIFT_SD = 0.45
"""SD of a difference in differences per sample: both systems flip on a tenth (METHODS §3)."""

FEW = 100
"""A pilot below this says only roughly how much scores vary (METHODS §10 warns there)."""

_NO_SPREAD = 1e-12  # of the largest value: below it, spread is rounding


def stated_spread(
    *, discordant: float | None = None, sd: float | None = None, clusters: Clustering | None = None
) -> Spread:
    """The spread that a user names: a share of discordant pairs, or a standard deviation of differences."""
    return _spread("stated", discordant, sd, clusters or Clustering())


def assumed_spread(binary: bool, clusters: Clustering | None = None) -> Spread:
    """METHODS' default for a right-or-wrong metric, or for a mean of judged scores."""
    found = clusters or Clustering()
    return (
        _spread("assumed", DISCORDANT, None, found) if binary else _spread("assumed", None, JUDGED_SD, found)
    )


def _spread(source: str, discordant: float | None, sd: float | None, clusters: Clustering) -> Spread:
    alone = clusters == Clustering()
    if sd is None:
        sd = math.sqrt(DISCORDANT if discordant is None else discordant)
    return Spread.model_validate(
        {
            "source": source,
            "sd": sd,
            "discordant": discordant if alone else None,
            "cluster_size": clusters.size,
            "design_effect": clusters.effect,
        }
    )


def paired_spread(a: Values, b: Values, labels: Sequence[Hashable] | None, repeats: int) -> Spread | None:
    """The spread of a − b, each of shape (pairs, repeats of the pilot), for `repeats` planned answers.

    None where nothing varies, unless the scores are right-or-wrong: then one pair in n is taken to differ.
    """
    x, y = sample_means(a), sample_means(b)
    differences = paired_differences(x, y)
    if len(differences) < 2:
        return None
    clusters = clustering_of(differences, labels)
    if is_binary(x) and is_binary(y) and clusters == Clustering() and a.shape[1] == repeats == 1:
        seen = float((differences != 0).mean())
        note = "" if seen else "no pair differed: planned with one in n"
        return _pilot(math.sqrt(seen or 1 / len(x)), clusters, len(x), note, seen or 1 / len(x))
    sd = _planned_sd(differences, _within(a) + _within(b), a.shape[1], repeats)
    return _pilot(sd, clusters, len(x)) if sd > _NO_SPREAD * _scale(x, y) else None


def own_spread(values: Values, labels: Sequence[Hashable] | None, repeats: int) -> Spread | None:
    """The spread of one system's scores, of shape (samples, repeats); None where nothing varies."""
    x = sample_means(values)
    if len(x) < 2:
        return None
    sd = _planned_sd(x, _within(values), values.shape[1], repeats)
    return _pilot(sd, clustering_of(x, labels), len(x)) if sd > _NO_SPREAD * _scale(x) else None


def _pilot(
    sd: float, clusters: Clustering, n: int, note: str = "", discordant: float | None = None
) -> Spread:
    rough = f"a pilot of {n} says only roughly how much scores vary" if n < FEW else ""
    return Spread(
        source="pilot",
        sd=sd,
        discordant=discordant,
        cluster_size=clusters.size,
        design_effect=clusters.effect,
        note="; ".join(part for part in (note, rough) if part),
    )


def _planned_sd(means: Values, within: float, seen: int, planned: int) -> float:
    """From the SD at the pilot's repeats to the SD at the planned ones (Miller 2024, METHODS §7)."""
    variance = float(means.var(ddof=1))
    if seen == planned or seen == 1:
        return math.sqrt(variance)
    return repeated_sd(max(0.0, variance - within / seen), within, planned)


def _scale(*values: Values) -> float:
    return max(float(np.abs(part).max()) for part in values)


def _within(values: Values) -> float:
    """Mean variance of a sample's answers about their mean; 0 with one repeat."""
    counts = (~np.isnan(values)).sum(axis=1)
    repeated = values[counts > 1]
    return float(np.nanvar(repeated, axis=1, ddof=1).mean()) if len(repeated) else 0.0


# ── sizes ────────────────────────────────────────────────────────────────────────────────────────


def clusters_of(spread: Spread) -> Clustering:
    return Clustering(spread.cluster_size, spread.design_effect)


def needed_n(spread: Spread, effect: float, aim: Aim, *, sides: int = 2) -> int | None:
    """Pairs to find a difference of `effect`; None where no size up to 10⁹ does.

    Right-or-wrong scores of independent samples: exact McNemar (one-sided: at 2α); else the t test.
    """
    alpha = aim.alpha
    try:
        if spread.discordant is not None and effect <= 1:
            level = alpha * (2 if sides == 1 else 1)
            return mcnemar_exact_n(effect, spread.discordant, alpha=level, power=aim.power)
        clusters = clusters_of(spread)
        return mean_n(effect, spread.sd, alpha=alpha, power=aim.power, sides=sides, clusters=clusters)
    except (ValueError, ArithmeticError):
        return None  # too small for any n, or for a float's square


def smallest_effect(spread: Spread, n: int, aim: Aim, *, sides: int = 2) -> float | None:
    """The smallest difference that n pairs find; None where they find none."""
    if n < 1:
        return None
    if spread.discordant is not None:
        level = aim.alpha * (2 if sides == 1 else 1)
        return mcnemar_mde(n, spread.discordant, alpha=level, power=aim.power)
    clusters = clusters_of(spread)
    return mean_mde(n, spread.sd, alpha=aim.alpha, power=aim.power, sides=sides, clusters=clusters)


def needed_for_margin(spread: Spread, margin: float, aim: Aim) -> int | None:
    """Pairs to show that a system is not worse by `margin` where it is not worse at all: Tango, or t."""
    if spread.discordant is None or margin >= 1:
        return needed_n(spread.model_copy(update={"discordant": None}), margin, aim, sides=1)
    try:
        return tango_n(margin, spread.discordant, alpha=aim.alpha, power=aim.power)
    except (ValueError, ArithmeticError):
        return None  # too small for any n, or for a float's square


def smallest_margin(spread: Spread, n: int, aim: Aim) -> float | None:
    """The smallest margin for which n pairs show that."""
    if spread.discordant is None or n < 1:
        return smallest_effect(spread, n, aim, sides=1)
    return tango_mde(n, spread.discordant, alpha=aim.alpha, power=aim.power)
