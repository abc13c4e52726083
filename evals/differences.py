"""Differences: every system against its baseline on every metric, and on every slice of one.

Those of whole metrics are one family, or those of the metrics that the config names for it; the others are
exploratory: an interval and a p of their own, and no verdict. Those of slices stand apart: looking at
slices costs the table no power, and the table lends them none (`corrections`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bakeoff.evals.comparison import Bounds, Difference, DifferenceCorrection, Verdict
from bakeoff.evals.contrasts import Contrast, End, Judgement, contrasts, filled, hangs_on_the_judge
from bakeoff.evals.corrections import FEWEST_UNITS, judge_alone, judge_family, judge_slices
from bakeoff.evals.table import ScoreTable
from bakeoff.evals.table_family import MetricNames, in_family

Judging = Callable[[Sequence[Contrast]], list[Judgement]]


@dataclass(frozen=True)
class Differences:
    """(column key, difference) of each contrast; how many there are in the family and its permutations, how
    many of whole metrics outside it, how many of slices were tested, and how many of slices were too few to
    test.
    """

    found: Sequence[tuple[str, Difference]]
    family: int = 0
    permutations: int = 0
    exploratory: int = 0
    slices: int = 0
    too_few: int = 0


def differences(
    table: ScoreTable,
    pairs: Sequence[tuple[str, str]],
    *,
    alpha: float,
    seed: int,
    family: MetricNames | None = None,
) -> Differences:
    """All contrasts of these (system, baseline) pairs, judged; `family` names the metrics of the family."""
    every = contrasts(table, pairs)
    wide = [one for one in every if one.column.slice is None and one.paired.sum() >= 2]
    whole = [one for one in wide if in_family(one.column, family)]
    outside = [one for one in wide if not in_family(one.column, family)]
    parts = [one for one in every if one.column.slice is not None]
    enough = [one for one in parts if one.units >= FEWEST_UNITS]

    def by_family(tested: Sequence[Contrast]) -> list[Judgement]:
        return judge_family(tested, alpha=alpha, seed=seed)[0]

    def by_slice(tested: Sequence[Contrast]) -> list[Judgement]:
        return judge_slices(tested, alpha=alpha, seed=seed)

    def alone(tested: Sequence[Contrast]) -> list[Judgement]:
        return [judge_alone(one, alpha=alpha, seed=seed) for one in tested]

    index = {system.name: i for i, system in enumerate(table.systems)}
    judged, together = judge_family(whole, alpha=alpha, seed=seed)
    groups = (
        (whole, judged, by_family),
        (outside, alone(outside), alone),
        (enough, judge_slices(enough, alpha=alpha, seed=seed), by_slice),
    )
    known: dict[int, tuple[Judgement, Bounds | None]] = {}
    for members, judgements, judging in groups:
        bounds = _bounds(members, judgements, index, judging)
        pairs_of = zip(members, judgements, strict=True)
        known |= {id(one): (judgement, bounds.get(id(one))) for one, judgement in pairs_of}
    found = []
    for one in every:
        correction = _correction(one, family)
        if id(one) in known:
            difference = _difference(one, *known[id(one)], correction, alpha=alpha)
        else:
            difference = _untested(one, correction)
        found.append((one.column.key, difference))
    return Differences(
        found,
        family=len(whole),
        permutations=0 if together is None else together.permutations,
        exploratory=len(outside),
        slices=len(enough),
        too_few=sum(bool(one.paired.any()) for one in parts) - len(enough),
    )


def _difference(
    contrast: Contrast,
    judgement: Judgement,
    bounds: Bounds | None,
    correction: DifferenceCorrection,
    *,
    alpha: float,
) -> Difference:
    pointwise = contrast.interval(alpha)
    found, note = judgement.verdict, pointwise.flag
    if bounds is not None and not bounds.stable:
        found, note = Verdict.CANNOT_TELL, "the verdict depends on answers that the judge could not score"
    return Difference(
        system=contrast.system,
        baseline=contrast.baseline,
        effect=float(contrast.difference[contrast.paired].mean()),
        low=judgement.low,
        high=judgement.high,
        p=judgement.test.p,
        p_mid=judgement.test.p_mid,
        p_adjusted=judgement.p_adjusted,
        correction=correction,
        verdict=found,
        pointwise_low=pointwise.low,
        pointwise_high=pointwise.high,
        n=pointwise.n,
        clusters=pointwise.clusters,
        **_unpaired(contrast),
        interval=pointwise.method,
        test=judgement.test.method,
        bounds=bounds,
        note=note,
    )


def _untested(contrast: Contrast, correction: DifferenceCorrection) -> Difference:
    """Too few pairs: an effect may be there, but nothing can be said of it."""
    paired = contrast.paired
    n = int(paired.sum())
    unknown = Verdict.NOT_TESTED if correction == "none" else Verdict.CANNOT_TELL
    nothing = bool(np.isnan(contrast.a).all() or np.isnan(contrast.b).all())
    return Difference(
        system=contrast.system,
        baseline=contrast.baseline,
        effect=float(contrast.difference[paired].mean()) if n else None,
        correction=correction,
        n=n,
        clusters=contrast.units if contrast.units < n else None,
        **_unpaired(contrast),
        verdict=Verdict.NOT_APPLICABLE if nothing else unknown,
        note="" if nothing else _too_few(contrast, n),
    )


def _too_few(contrast: Contrast, n: int) -> str:
    if contrast.column.slice is None:
        return f"only {n} paired samples"
    clusters = f" in {contrast.units} clusters" if contrast.units < n else ""
    return f"too few to say (n = {n}{clusters})"


def _correction(contrast: Contrast, family: MetricNames | None) -> DifferenceCorrection:
    if contrast.column.slice is not None:
        return "bh"
    return "max_t" if in_family(contrast.column, family) else "none"


def _unpaired(contrast: Contrast) -> dict[str, int]:
    has_a, has_b = ~np.isnan(contrast.a), ~np.isnan(contrast.b)
    return {"only_system": int((has_a & ~has_b).sum()), "only_baseline": int((has_b & ~has_a).sum())}


def _bounds(
    tested: Sequence[Contrast], judged: Sequence[Judgement], index: dict[str, int], judging: Judging
) -> dict[int, Bounds]:
    """Effects with all judge failures scored against the system, and for it (DESIGN §6), by id of contrast.

    Only for outputs with a range; everything that is judged together is judged again for each extreme.
    """
    touched = [i for i, contrast in enumerate(tested) if hangs_on_the_judge(contrast, index)]
    if not touched:
        return {}
    ends: tuple[End, End] = ("worst", "best")
    extremes = []
    for end in ends:
        at_end = list(tested)
        for i in touched:
            at_end[i] = filled(tested[i], index, end)
        extremes.append((at_end, judging(at_end)))
    found = {}
    for i in touched:
        effects = [float(np.nanmean(at_end[i].difference)) for at_end, _ in extremes]
        verdicts = {judged[i].verdict, *(again[i].verdict for _, again in extremes)}
        found[id(tested[i])] = Bounds(
            low_effect=min(effects), high_effect=max(effects), stable=len(verdicts) == 1
        )
    return found
