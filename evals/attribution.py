"""2×2 attribution: what retrieval, tuning and the two together do, where the four arms are in the run.

All effects of all metrics and all 2×2s are one family of their own, judged by one max-|t| distribution
(DESIGN §5, §9), so that looking at them costs the table of differences no power.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals import operations
from bakeoff.evals.arms import find_arms
from bakeoff.evals.attribution_words import interaction_sentence
from bakeoff.evals.cells import cluster_labels, sample_means
from bakeoff.evals.comparison import ArmEffect, Arms, Attribution, Bounds, Verdict
from bakeoff.evals.contrasts import Contrast, End, Judgement, Labels, Values
from bakeoff.evals.corrections import judge_family
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import STATUS_CODES, Column, ScoreTable

ARMS = ("base", "rag", "tuned", "hybrid")

EFFECTS: Mapping[str, tuple[tuple[str, str], tuple[str, str], float]] = {
    "retrieval": (("rag", "hybrid"), ("base", "tuned"), 0.5),
    "tuning": (("tuned", "hybrid"), ("base", "rag"), 0.5),
    "interaction": (("base", "hybrid"), ("rag", "tuned"), 1.0),
}
"""Arms that an effect adds, arms that it takes away, and the weight of each."""


@dataclass(frozen=True)
class Square:
    """One metric over one 2×2: a value per sample of each arm, NaN on all four where one is missing."""

    arms: Arms
    column: Column
    index: Mapping[str, int]
    labels: Labels
    values: Mapping[str, Values]

    @property
    def complete(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.values["base"])

    @property
    def applicable(self) -> int:
        """Samples that apply to all four arms."""
        rows = list(self.index.values())
        outside = (self.column.statuses[rows] == STATUS_CODES[Status.NOT_APPLICABLE]).all(axis=2)
        return int((~outside.any(axis=0)).sum())

    def contrast(self, effect: str) -> Contrast:
        """The effect as a contrast of two weighted sums of arms, so that a difference's statistics serve."""
        plus, minus, weight = EFFECTS[effect]
        a, b = (weight * (self.values[one] + self.values[other]) for one, other in (plus, minus))
        column = replace(self.column, output=_stretched(self.column, 2 * weight))
        return Contrast(column, effect, self.arms.base, a, b, self.labels)


def attributions(
    table: ScoreTable, units: Mapping[str, str], *, alpha: float, seed: int
) -> tuple[Attribution, ...]:
    """Every whole metric over every 2×2 of the table; `units` are those of operational metrics.

    A metric that does not apply to one of the arms (faithfulness without contexts), or of which no sample has
    all four scores, has no 2×2.
    """
    squares = [square for square in _squares(table) if square.applicable and square.complete.any()]
    tested = [square for square in squares if square.complete.sum() >= 2]
    contrasts = [square.contrast(effect) for square in tested for effect in EFFECTS]
    judged = judge_family(contrasts, alpha=alpha, seed=seed, own_tests=False)[0]
    bounds = _bounds(tested, judged, alpha=alpha, seed=seed)
    effects = [
        _effect(contrast, judgement, bounds.get(i))
        for i, (contrast, judgement) in enumerate(zip(contrasts, judged, strict=True))
    ]
    width = len(EFFECTS)
    known = {id(square): effects[width * i : width * i + width] for i, square in enumerate(tested)}
    return tuple(_attribution(square, known.get(id(square)), units) for square in squares)


def _squares(table: ScoreTable) -> list[Square]:
    labels = cluster_labels(table.samples)
    positions = {system.name: i for i, system in enumerate(table.systems)}
    found = []
    for arms in find_arms(table):
        index = {arm: positions[getattr(arms, arm)] for arm in ARMS}
        for column in table.columns:
            if column.slice is None:
                values = {arm: sample_means(column.values[index[arm]]) for arm in ARMS}
                found.append(Square(arms, column, index, labels, _complete(values)))
    return found


def _complete(values: Mapping[str, Values]) -> dict[str, Values]:
    """The values of the samples on which all arms have one; NaN elsewhere."""
    missing = np.isnan(np.stack(list(values.values()))).any(axis=0)
    return {arm: np.where(missing, np.nan, of_arm) for arm, of_arm in values.items()}


def _stretched(column: Column, factor: float) -> Output:
    """The output with the range of a sum of so many scores: an interaction spans twice a difference."""
    low, high = column.output.low, column.output.high
    return column.output.model_copy(
        update={
            "low": None if low is None else factor * low,
            "high": None if high is None else factor * high,
        }
    )


def _effect(contrast: Contrast, judgement: Judgement, bounds: Bounds | None) -> ArmEffect:
    found, note = judgement.verdict, ""
    if bounds is not None and not bounds.stable:
        found, note = Verdict.CANNOT_TELL, "the verdict depends on answers that the judge could not score"
    return ArmEffect(
        effect=float(contrast.difference[contrast.paired].mean()),
        low=judgement.low,
        high=judgement.high,
        p=judgement.test.p,
        p_adjusted=judgement.p_adjusted,
        verdict=found,
        bounds=bounds,
        note=note,
    )


def _attribution(
    square: Square, effects: Sequence[ArmEffect] | None, units: Mapping[str, str]
) -> Attribution:
    column, n = square.column, int(square.complete.sum())
    if effects is None:
        note = f"only {n} sample{'s' * (n != 1)} with all four scores"
        effects = [ArmEffect(note=note)] * len(EFFECTS)
    means = {arm: float(np.nanmean(square.values[arm])) for arm in ARMS} if n else {}
    clusters = len({label for label, used in zip(square.labels, square.complete, strict=True) if used})
    return Attribution(
        suite=column.suite,
        metric=column.output.name,
        direction=column.output.direction,
        margin=column.output.margin,
        unit=units.get(column.output.name, "") if column.suite == operations.SUITE else "",
        arms=square.arms,
        means=means,
        n=n,
        clusters=clusters if clusters < n else None,
        coverage=n / square.applicable,
        **dict(zip(EFFECTS, effects, strict=True)),
        sentence=interaction_sentence(effects[-1], means, column.output),
    )


def _bounds(
    tested: Sequence[Square], judged: Sequence[Judgement], *, alpha: float, seed: int
) -> dict[int, Bounds]:
    """Effects with the judge failures at either end of the range (DESIGN §6), by position of the contrast.

    At one end an effect's added arms get the worst value and those taken away the best, at the other the
    opposite; the whole family is judged again for each.
    """
    touched = {i for i, square in enumerate(tested) if _hangs_on_the_judge(square)}
    if not touched:
        return {}
    ends: tuple[End, End] = ("worst", "best")
    extremes = []
    for end in ends:
        at_end = [
            _filled(square, effect, end).contrast(effect) if i in touched else square.contrast(effect)
            for i, square in enumerate(tested)
            for effect in EFFECTS
        ]
        extremes.append((at_end, judge_family(at_end, alpha=alpha, seed=seed, own_tests=False)[0]))
    return {
        i: _bound([(contrasts[i], again[i]) for contrasts, again in extremes], judged[i])
        for i in range(len(judged))
        if i // len(EFFECTS) in touched
    }


def _bound(extremes: Sequence[tuple[Contrast, Judgement]], judged: Judgement) -> Bounds:
    effects = [float(np.nanmean(contrast.difference)) for contrast, _ in extremes]
    verdicts = {judged.verdict, *(again.verdict for _, again in extremes)}
    return Bounds(low_effect=min(effects), high_effect=max(effects), stable=len(verdicts) == 1)


def _hangs_on_the_judge(square: Square) -> bool:
    """Whether the judge failed on any arm, in an output that has a worst and a best value."""
    output = square.column.output
    failed = square.column.statuses[list(square.index.values())] == STATUS_CODES[Status.JUDGE_FAILED]
    return output.worst is not None and output.best is not None and bool(failed.any())


def _filled(square: Square, effect: str, end: End) -> Square:
    """The square with judge failures at one end for the arms that the effect adds, the other for the rest."""
    plus, output = EFFECTS[effect][0], square.column.output
    values = {}
    for arm, i in square.index.items():
        own = square.column.values[i].copy()
        lowest = (end == "worst") == (arm in plus)
        failed = square.column.statuses[i] == STATUS_CODES[Status.JUDGE_FAILED]
        own[failed] = output.worst if lowest else output.best
        values[arm] = sample_means(own)
    return replace(square, values=_complete(values))
