"""Many differences judged together: the table's as one family, those of slices by their false discoveries."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bakeoff.evals.cells import shared_clusters
from bakeoff.evals.comparison import Verdict
from bakeoff.evals.contrasts import Contrast, Judgement, number, verdict, within
from bakeoff.evals.statistics import Family, PairedTest, benjamini_hochberg, max_t
from bakeoff.evals.statistics.multiplicity import FALSE_DISCOVERY_RATE

FEWEST_UNITS = 10
"""Pairs, or clusters of them, below which a slice says nothing: where the statistics flag their intervals."""

VECTORS = 20
"""Sign vectors for each difference of a family and unit of the level (DESIGN §9)."""


def judge_family(
    tested: Sequence[Contrast], *, alpha: float, seed: int, own_tests: bool = True
) -> tuple[list[Judgement], Family | None]:
    """All contrasts by one max-|t| distribution (Westfall–Young; DESIGN §9).

    Effect, simultaneous interval, adjusted p and verdict come from it, so that they cannot contradict
    each other. The raw p is each contrast's own test, or without `own_tests` the sign flips of the family,
    which cost nothing more.
    """
    if not tested:
        return [], None
    matrix = np.column_stack([contrast.difference for contrast in tested])
    used = np.asarray(np.stack([contrast.paired for contrast in tested]).any(axis=0))
    family = max_t(matrix[used], shared_clusters(tested[0].labels, used), alpha=alpha, seed=seed)
    tests = [one.test(seed) if own_tests else _test_of(family, i) for i, one in enumerate(tested)]
    judged = [_by_family(one, family, i, tests[i], alpha) for i, one in enumerate(tested)]
    return judged, family


def _test_of(family: Family, i: int) -> PairedTest:
    """The i-th contrast's test by the sign vectors that the family has drawn anyway."""
    count = int(family.n[i])
    return PairedTest(
        number(family.p[i]), None, "sign-flip (of the family)", count, permutations=family.permutations
    )


def _by_family(contrast: Contrast, family: Family, i: int, test: PairedTest, alpha: float) -> Judgement:
    """What the family says of its i-th contrast.

    Without any spread the family has no honest width; the contrast's own interval at alpha/m
    (Bonferroni) stands in.
    """
    low, high = family.low[i], family.high[i]
    if family.zero_variance[i]:
        interval = contrast.interval(alpha / len(family.t))
        low, high = interval.low, interval.high
    ends = within(contrast.column.output, number(low), number(high))
    p = number(family.p_adjusted[i])
    return Judgement(*ends, test, p, verdict(contrast.column.output, *ends, p, alpha))


def judge_alone(contrast: Contrast, *, alpha: float, seed: int) -> Judgement:
    """A contrast outside every family: its own (pointwise) interval and raw p, and no verdict."""
    interval = contrast.interval(alpha)
    return Judgement(interval.low, interval.high, contrast.test(seed), None, Verdict.NOT_TESTED)


def judge_slices(tested: Sequence[Contrast], *, alpha: float, seed: int) -> list[Judgement]:
    """Each contrast by its own test and its own (pointwise) interval, the p adjusted over all of them.

    Benjamini–Hochberg at `FALSE_DISCOVERY_RATE` (METHODS §7, §10): of the slices that are called better or
    worse, no more than that share is expected to be so by chance.
    """
    tests = [_tested(contrast, len(tested), seed) for contrast in tested]
    adjusted = benjamini_hochberg([1.0 if test.p is None else test.p for test in tests]).tolist()
    judged = []
    for contrast, test, p in zip(tested, tests, adjusted, strict=True):
        interval = contrast.interval(alpha)
        found = verdict(contrast.column.output, interval.low, interval.high, p, FALSE_DISCOVERY_RATE)
        judged.append(Judgement(interval.low, interval.high, test, p, found))
    return judged


def _tested(contrast: Contrast, m: int, seed: int) -> PairedTest:
    """The contrast's own test, with the sign vectors that m of them need where the first ones show next to no
    more extreme one.

    The p stays valid: a small one is always the second round's, whatever the first one said.
    """
    first = contrast.test(seed)
    enough = math.ceil(VECTORS * m / FALSE_DISCOVERY_RATE)
    few = first.p is not None and first.p * (first.permutations or math.inf) < VECTORS
    return contrast.test(seed, enough) if few and enough > 10_000 else first
