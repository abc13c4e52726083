"""The `gate` section of a config: which candidate must pass which checks."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bakeoff.evals.records import Record

LONGEST = 500
"""Characters of a text in a gate."""

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Finite = Annotated[float, Field(allow_inf_nan=False)]

ROLES = ("baseline", "parent", "accepted")
"""What `better_than` and `not_worse_than` may name beside a system."""

DEFAULT_DAYS = 90
"""How much older than the candidate's an accepted baseline's run may be; ours, no source gives a number."""

SUBJECTS = frozenset({"metric", "finding", "manual"})
BOUNDS = {
    "metric": ("at_least", "at_most", "better_than", "not_worse_than", "none_below", "none_above"),
    "finding": ("at_least", "at_most"),
    "manual": (),
}
"""What each subject can be asked: exactly one of these."""

COMPANIONS = {
    "margin": ("not_worse_than",),
    "domain": BOUNDS["metric"],
    "quantile": ("at_least", "at_most"),
    "tag": ("none_below", "none_above"),
    "ids": ("none_below", "none_above"),
    "family": ("at_least", "at_most"),
    "slice": ("at_least", "at_most"),
    "against": ("at_least", "at_most"),
}
"""Which bounds a further key goes with."""

OF_METRIC = frozenset({"domain", "quantile"})
OF_FINDING = frozenset({"family", "slice", "against"})


class CheckConfig(Record):
    """One check: a metric or finding with its bound, or an item that a person signs.

    Exactly one of `metric`, `finding` and `manual`. A metric takes exactly one of `at_least`, `at_most`,
    `better_than`, `not_worse_than`, `none_below` and `none_above`, a finding one of the first two, a manual
    item none. `margin` goes with `not_worse_than` (left out: the metric's own); `better_than` and
    `not_worse_than` name `baseline`, `parent`, `accepted` or a system. `domain` restricts to one domain,
    `quantile` asks for a quantile of its values in place of their mean (`latency_p95_s` is short for
    `latency_s` with quantile 0.95). `tag` or `ids` say which samples `none_below` and `none_above` guard, all
    where neither is given. `family`, `slice` and `against` tell findings of one name apart.
    """

    metric: Text | None = None
    finding: Text | None = None
    manual: Text | None = None
    at_least: Finite | None = None
    at_most: Finite | None = None
    better_than: Text | None = None
    not_worse_than: Text | None = None
    none_below: Finite | None = None
    none_above: Finite | None = None
    margin: Finite | None = Field(default=None, ge=0)
    domain: Text | None = None
    quantile: Finite | None = Field(default=None, gt=0, lt=1)
    tag: Text | None = None
    ids: tuple[Text, ...] | None = Field(default=None, min_length=1)
    family: Text | None = None
    slice: Text | None = None
    against: Text | None = None

    @model_validator(mode="after")
    def _one_subject_one_bound(self) -> CheckConfig:
        given = {name for name, value in self if value is not None}
        subjects = given & SUBJECTS
        if len(subjects) != 1:
            raise ValueError("a check names exactly one of metric, finding and manual")
        subject = next(iter(subjects))
        allowed = BOUNDS[subject]
        bounds = given - subjects - set(COMPANIONS)
        if bounds - set(allowed) or len(bounds) != min(1, len(allowed)):
            accepted = f"exactly one of {', '.join(allowed)}" if allowed else "no bound"
            raise ValueError(f"a check of a {subject} takes {accepted}")
        _check_companions(subject, given, bounds)
        return self


def _check_companions(subject: str, given: Set[str], bounds: Set[str]) -> None:
    """ValueError where a further key does not go with the check's subject or bound."""
    for name in (name for name in COMPANIONS if name in given):
        for group, owner in ((OF_METRIC, "metric"), (OF_FINDING, "finding")):
            if name in group and subject != owner:
                raise ValueError(f"{name} goes with a {owner} only")
        if not bounds & set(COMPANIONS[name]):
            raise ValueError(f"{name} goes with {' and '.join(COMPANIONS[name])} only")
    if {"tag", "ids"} <= given:
        raise ValueError("a check takes tag or ids, not both")


class SequentialConfig(Record):
    """How `bakeoff run --sequential` takes the samples: `first` before the first look, then `step` a look.

    Declared beforehand, because it changes the bounds. A look takes at least a twentieth of what was taken.
    """

    first: int = Field(default=20, ge=1)
    step: int = Field(default=20, ge=1)


class AgreementConfig(Record):
    """How well the judge must agree with people before its scores decide anything (METHODS §7).

    `labels` is a JSON Lines file of people's verdicts, a path from the config's folder. Per metric, kappa
    must reach `kappa`, its lower bound `lower`, and be at most `within` below the kappa of people with each
    other where two of them labelled the same answers. Scores and labels are a yes from `threshold` on.
    """

    labels: Text
    kappa: float = Field(default=0.6, gt=0, le=1)
    lower: float = Field(default=0.45, ge=0, le=1)
    within: float = Field(default=0.1, ge=0, le=2)
    threshold: Finite = 0.5


class GateConfig(Record):
    """What `bakeoff gate` decides by; `bakeoff run` checks its shape and does not use it.

    `coverage` is the least share of applicable samples that must have a score, below which a check is
    inconclusive; `inconclusive` says what such a verdict counts as. `allow_unfair` lets a check decide whose
    comparison something else voids (another decoding, say). `baseline_file` is where the accepted baseline
    lies (from the config's folder; `bakeoff.baseline.json` where not given), `baseline_days` how many days
    older than the candidate's its run may be. `sequential` allows a run that stops as soon as the verdict is
    certain. Without `judge_agreement` a judge's scores are taken as they are.
    """

    candidate: Text
    checks: tuple[CheckConfig, ...] = Field(min_length=1)
    allow_offline_judge: bool = False
    allow_unfair: bool = False
    coverage: float = Field(default=0.95, ge=0, le=1)
    baseline_file: Text | None = None
    baseline_days: int = Field(default=DEFAULT_DAYS, ge=1, le=36_500)
    inconclusive: Literal["inconclusive", "pass", "fail"] = "inconclusive"
    sequential: SequentialConfig | None = None
    judge_agreement: AgreementConfig | None = None
