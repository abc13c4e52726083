"""The comparison object: all that a report shows, computed once, drawn many times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bakeoff.evals.fairness.notes import FairnessNote
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Record
from bakeoff.evals.table import SystemInfo


class Verdict(StrEnum):
    """What a difference means, in the metric's own direction."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    CANNOT_TELL = "cannot tell"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTED = "not tested"


DifferenceCorrection = Literal["max_t", "bh", "none"]
"""How a p is adjusted: in the table's one family, by Benjamini–Hochberg over the table's slices, or not at
all, for metrics that the config leaves out of the family.
"""


class RunInfo(Record):
    """Which run this is; `open_cells` counts scores that are missing, those of missing answers too."""

    id: str
    name: str
    created: datetime
    epoch: str
    samples: int
    repeats: int = 1
    open_cells: int = 0


class Cell(Record):
    """One system's mean on one metric, with its interval.

    `n` counts the samples in the mean (repeats are averaged first), `coverage` is the share of
    applicable samples that have a value, `statuses` counts answers by status (`open` for missing).
    mean, low and high are None where nothing could be computed; `method` names the interval.
    """

    mean: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    coverage: float | None = None
    statuses: Mapping[str, int] = Field(default_factory=dict)
    method: str = ""


class Bounds(Record):
    """The effect when all judge failures are scored worst, and best, for the system (DESIGN §6)."""

    low_effect: float
    high_effect: float
    stable: bool


class Difference(Record):
    """system − baseline on one metric, paired by sample.

    `low` and `high` are the simultaneous 95 % interval of the table's family, which belongs to
    `p_adjusted` and `verdict`; `pointwise_low` and `pointwise_high` the interval of this difference
    alone, which belongs to `p`. A slice's difference stands in no family (`correction` is `bh`): its `low`
    and `high` are pointwise. So are those of a metric outside the family (`correction` is `none`), which has
    no adjusted p, and the verdict `not tested`. `only_system` and `only_baseline` count unpaired samples.
    With `voided` something else differs (`Comparison.fairness`) that the effect cannot be told from: no
    verdict.
    """

    system: str
    baseline: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    correction: DifferenceCorrection = "max_t"
    verdict: Verdict = Verdict.NOT_APPLICABLE
    pointwise_low: float | None = None
    pointwise_high: float | None = None
    p_mid: float | None = None
    n: int = 0
    clusters: int | None = None
    only_system: int = 0
    only_baseline: int = 0
    interval: str = ""
    test: str = ""
    bounds: Bounds | None = None
    note: str = ""
    voided: bool = False


class MetricRow(Record):
    """One metric over all systems, on all samples or on a slice of them (`domain=billing`).

    `best` is each system's probability of having the best mean, on the `best_n` samples that all have: a
    posterior share, no test. Systems without a value are left out; it is empty for slices and where fewer
    than two systems or samples are left.
    """

    suite: str
    metric: str
    slice: str | None = None
    direction: Literal["higher", "lower"]
    margin: float | None = None
    binary: bool = False
    unit: str = ""
    note: str = ""
    cells: Mapping[str, Cell]
    differences: tuple[Difference, ...] = ()
    best: Mapping[str, float] = Field(default_factory=dict)
    best_n: int = 0


class JudgeInfo(Record):
    name: str
    fingerprint: str
    offline: bool
    note: str = ""


class EncoderInfo(Record):
    name: str
    fingerprint: str


class Footer(Record):
    """What a reader needs to trust, or redo, the table.

    `family` counts the differences of whole metrics that are judged together, `exploratory` those of metrics
    outside the family where the config names its metrics (`family_metrics`). `slices` counts the differences
    of slices that were tested, at the false discovery rate `slice_q`, and `slices_too_few` those with fewer
    pairs or clusters than `slice_fewest`.
    """

    judge: JudgeInfo | None = None
    encoder: EncoderInfo | None = None
    seed: int = 0
    alpha: float = 0.05
    permutations: int = 0
    family: int = 0
    family_metrics: tuple[str, ...] = ()
    exploratory: int = 0
    slices: int = 0
    slices_too_few: int = 0
    slice_q: float = 0.10
    slice_fewest: int = 10
    data_fingerprint: str = ""
    versions: Mapping[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


class ItemScore(Record):
    """One row of `report --items`: one system, sample, repeat and metric."""

    system: str
    sample: str
    origin: str | None = None
    variant: str | None = None
    repeat: int = 0
    suite: str
    metric: str
    value: float | None = None
    status: str
    reason: str | None = None
    detail: Mapping[str, object] = Field(default_factory=dict)


class Arms(Record):
    """Four systems of one family that make a 2×2: without and with retrieval, without and with tuning.

    `assumed` names the arm that the hybrid's ancestry does not hold: a hybrid made from `tuned` does not say
    which of the family's retrievals it has.
    """

    base: str
    rag: str
    tuned: str
    hybrid: str
    assumed: Literal["rag", "tuned"]


class ArmEffect(Record):
    """What one thing does to a metric over a 2×2, in the metric's unit, paired by sample.

    `low` and `high` are simultaneous over all effects of all 2×2s, and belong to `p_adjusted` and
    `verdict`. For the interaction, `better` means more than the sum of the two, `equivalent` the sum.
    """

    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    verdict: Verdict = Verdict.CANNOT_TELL
    bounds: Bounds | None = None
    note: str = ""


class Attribution(Record):
    """One metric over one 2×2: the means of the four arms over the same n samples, and what they add up to.

    retrieval = ((rag − base) + (hybrid − tuned)) / 2, tuning = ((tuned − base) + (hybrid − rag)) / 2,
    interaction = hybrid − tuned − rag + base. `means` is by arm; `coverage` is the share of the samples
    that apply to all four arms on which all four have a score.
    """

    suite: str
    metric: str
    direction: Literal["higher", "lower"]
    margin: float | None = None
    unit: str = ""
    arms: Arms
    means: Mapping[str, float] = Field(default_factory=dict)
    n: int = 0
    clusters: int | None = None
    coverage: float | None = None
    retrieval: ArmEffect = ArmEffect()
    tuning: ArmEffect = ArmEffect()
    interaction: ArmEffect = ArmEffect()
    sentence: str = ""


class PairCount(Record):
    """How the samples of two systems, or of two runs, match.

    Within a run a sample is a system's where it applies to the system and was answered. `by_content` counts
    the pairs whose ids differ; `ambiguous_ids` are the first ids that could not be matched with certainty.
    """

    name: str
    against: str
    paired: int
    only_name: int = 0
    only_against: int = 0
    by_content: int = 0
    ambiguous_name: int = 0
    ambiguous_against: int = 0
    ambiguous_ids: tuple[str, ...] = ()


class Comparison(Record):
    """Everything a report needs. `baseline` is None where there is a single system.

    `all_pairs`: every two systems are compared, not only all with the baseline. `fairness`: what else differs
    in each compared pair, beside what is compared.
    """

    run: RunInfo
    systems: tuple[SystemInfo, ...]
    baseline: str | None
    all_pairs: bool = False
    metrics: tuple[MetricRow, ...]
    findings: tuple[Finding, ...] = ()
    attribution: tuple[Attribution, ...] = ()
    pairings: tuple[PairCount, ...] = ()
    footer: Footer
    fairness: tuple[FairnessNote, ...] = ()
