"""What is wanted of a plan, and what it says."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bakeoff.evals.records import Record

MARGIN = 0.02
"""The margin where neither the user nor the metric names one (METHODS §4: 2 points pooled)."""


class Aim(Record):
    """The difference to find, the loss to exclude, how surely, and at which level.

    `margin` None: each metric's own, else 2 points. Differences are tested two-sided at `alpha`; margins and
    bounds one-sided at `alpha`, as the gate does.
    """

    effect: float = Field(default=0.05, gt=0)
    margin: float | None = Field(default=None, gt=0)
    power: float = Field(default=0.80, gt=0, lt=1)
    alpha: float = Field(default=0.05, gt=0, lt=1)


class Spread(Record):
    """How much the paired differences of a metric vary, or one system's scores, and where that is known from.

    `discordant` is the share of pairs that differ, only for right-or-wrong scores of independent samples;
    `sd` the standard deviation at the planned number of repeats. Clusters hold `cluster_size` samples on
    average, and multiply the variance of a mean by `design_effect`.
    """

    source: Literal["pilot", "stated", "assumed"]
    sd: float = Field(gt=0)
    discordant: float | None = Field(default=None, gt=0, le=1)
    cluster_size: float = Field(default=1.0, ge=1)
    design_effect: float = Field(default=1.0, gt=0)
    note: str = ""


class MetricPlan(Record):
    """Sizes for one metric and pair of systems.

    `n` counts the pairs at hand, None where unknown. `smallest_effect` and `smallest_margin` are what `n` can
    show, None where it can show nothing or is unknown; `needed` and `needed_margin` the pairs for the wanted
    effect and the margin, None where the metric has no range that gives them a meaning. Effects are in the
    metric's own unit. `domain`: counted within it.
    """

    suite: str = ""
    metric: str
    domain: str | None = None
    system: str | None = None
    baseline: str | None = None
    bounded: bool = True
    unit: str = ""
    n: int | None = None
    spread: Spread | None = None
    smallest_effect: float | None = None
    needed: int | None = None
    margin: float | None = None
    smallest_margin: float | None = None
    needed_margin: int | None = None
    note: str = ""


class CheckPlan(Record):
    """One check of the gate: whether `n` samples can decide it, and how many could.

    `distance` is what the check has to show: how far the truth lies from the bound, or the margin.
    `decidable` is None where that cannot be known before a pilot. Of a check of one `domain`, `n` and
    `needed` count its samples; `needed_in_all` is the size of a data set of the present mix with so many.
    """

    check: str
    domain: str | None = None
    needed_in_all: int | None = None
    n: int | None = None
    needed: int | None = None
    distance: float | None = None
    smallest: float | None = None
    decidable: bool | None = None
    sentence: str


class SystemCost(Record):
    """What one answer cost and took in the run; None where it was not measured."""

    system: str
    cost_usd: float | None = None
    latency_s: float | None = None
    concurrency: int = 1


class SizeCost(Record):
    """What n samples cost through all systems: dollars and seconds as far as they are known.

    `seconds` is that of the slowest system, since all are asked at the same time. `unpriced` and `untimed`
    name the systems that the figures leave out.
    """

    purpose: str
    n: int
    cost_usd: float | None = None
    seconds: float | None = None
    unpriced: tuple[str, ...] = ()
    untimed: tuple[str, ...] = ()


class SamplePlan(Record):
    """The whole plan: its headline in words, sizes, checks, cost, and what was assumed.

    `domains` are the sizes of the headline's metric within each domain, where there are several.
    """

    sentences: tuple[str, ...]
    aim: Aim
    run: str | None = None
    samples: int | None = None
    repeats: int = 1
    metrics: tuple[MetricPlan, ...] = ()
    domains: tuple[MetricPlan, ...] = ()
    checks: tuple[CheckPlan, ...] = ()
    systems: tuple[SystemCost, ...] = ()
    costs: tuple[SizeCost, ...] = ()
    notes: tuple[str, ...] = ()
