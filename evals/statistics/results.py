"""What the statistics return: plain frozen records of floats and arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

Bounds = tuple[float | None, float | None]
UNBOUNDED: Bounds = (None, None)

FEW_CLUSTERS = "fewer than 10 clusters"
FEW_SAMPLES = "fewer than 10 samples"


@dataclass(frozen=True)
class Interval:
    """A mean, or a mean difference, with its confidence interval.

    `low` or `high` is None where no honest end exists (no data, or no variance in an unbounded
    score), and `method` then says why. `n` counts values or pairs; `clusters` the independent groups,
    None where every value is its own. `flag` is a caveat to print, or empty.

    Every interval is two-sided at `alpha`, with alpha/2 on each side, so that each end by itself is a
    one-sided bound at alpha/2: for a one-sided 5 % bound ask for alpha=0.10 and use one end.
    """

    estimate: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    clusters: int | None = None
    flag: str = ""


@dataclass(frozen=True)
class PairedTest:
    """A two-sided test of no difference between pairs. `p` is in (0, 1], None without pairs.

    `p_mid` is McNemar's mid-p and `discordant` its counts (a only, b only), both None for other tests.
    `permutations` counts the sign vectors behind a sign-flip test, the identity included.
    """

    p: float | None
    p_mid: float | None
    method: str
    n: int
    clusters: int | None = None
    discordant: tuple[int, int] | None = None
    permutations: int | None = None


@dataclass(frozen=True, eq=False)
class Family:
    """m paired comparisons judged together by one max-|t| distribution. Arrays have shape (m,).

    For every column, exactly: p_adjusted <= alpha  ⇔  |t| > critical and testable  ⇔  [low, high]
    excludes 0.

    `t`, `se`        studentised mean and its standard error; NaN where fewer than 2 units have a value
    `effect`         mean difference over the samples that have one; NaN where none has
    `p`              unadjusted, from the same sign vectors; never above `p_adjusted`
    `low`, `high`    simultaneous interval effect ± critical·se; infinite where there is none
    `critical`       infinite where there are too few sign vectors to reach alpha
    `n`, `units`     values, and independent units (samples or clusters), per column
    `testable`       False where the column has too few units to reach alpha even alone; such a column
                     gets a p but no interval, and does not widen the others'
    `zero_variance`  no spread was seen: t is 0 or infinite and se is 0, so the family has no honest
                     width for it; take the width from `difference_interval`
    `permutations`   sign vectors in the distribution, the identity included; `exact` where they are all
    """

    t: FloatArray
    se: FloatArray
    effect: FloatArray
    p_adjusted: FloatArray
    low: FloatArray
    high: FloatArray
    critical: float
    permutations: int
    p: FloatArray
    n: IntArray
    units: IntArray
    testable: BoolArray
    zero_variance: BoolArray
    exact: bool
    alpha: float
