"""How many samples for which effect, before they are paid for: from a pilot run, or from stated variance."""

from __future__ import annotations

from bakeoff.evals.planning.gate_checks import plan_checks, undecidable
from bakeoff.evals.planning.plan import plan_samples
from bakeoff.evals.planning.records import Aim, CheckPlan, MetricPlan, SamplePlan, SizeCost, Spread
from bakeoff.evals.planning.spread import assumed_spread, stated_spread

__all__ = [
    "Aim",
    "CheckPlan",
    "MetricPlan",
    "SamplePlan",
    "SizeCost",
    "Spread",
    "assumed_spread",
    "plan_checks",
    "plan_samples",
    "stated_spread",
    "undecidable",
]
