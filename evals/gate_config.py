"""The `gate` section of a config: which candidate must pass which checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bakeoff.evals.records import Record

Text = Annotated[str, Field(min_length=1, max_length=500)]


class CheckConfig(Record):
    """One check: a metric or finding with its bound, or an item that a person signs.

    Exactly one of `metric`, `finding` and `manual`. A metric takes exactly one of `at_least`, `at_most`,
    `better_than` and `not_worse_than`, a finding one of the first two, a manual item none; `margin` goes
    with `not_worse_than` (left out: the metric's own). The last two name `baseline` or a system.
    """

    metric: Text | None = None
    finding: Text | None = None
    manual: Text | None = None
    at_least: float | None = None
    at_most: float | None = None
    better_than: Text | None = None
    not_worse_than: Text | None = None
    margin: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_subject_one_bound(self) -> CheckConfig:
        given = {name for name, value in self if value is not None}
        subject = given & {"metric", "finding", "manual"}
        if len(subject) != 1:
            raise ValueError("a check names exactly one of metric, finding and manual")
        allowed = {
            "metric": ["at_least", "at_most", "better_than", "not_worse_than"],
            "finding": ["at_least", "at_most"],
            "manual": [],
        }[next(iter(subject))]
        bounds = given - subject - {"margin"}
        if bounds - set(allowed) or len(bounds) != min(1, len(allowed)):
            accepted = f"exactly one of {', '.join(allowed)}" if allowed else "no bound"
            raise ValueError(f"a check of a {next(iter(subject))} takes {accepted}")
        if "margin" in given and "not_worse_than" not in given:
            raise ValueError("margin goes with not_worse_than only")
        return self


class GateConfig(Record):
    """What `bakeoff gate` decides by; `bakeoff run` checks its shape and does not use it.

    `coverage` is the least share of applicable samples that must have a score, below which a check is
    inconclusive; `inconclusive` says what such a verdict counts as.
    """

    candidate: Text
    checks: tuple[CheckConfig, ...] = Field(min_length=1)
    allow_offline_judge: bool = False
    coverage: float = Field(default=0.95, ge=0, le=1)
    inconclusive: Literal["inconclusive", "pass", "fail"] = "inconclusive"
