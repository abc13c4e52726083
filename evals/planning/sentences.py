"""What the plan says first, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bakeoff.evals import operations
from bakeoff.evals.planning.metrics import label, worst_pairs
from bakeoff.evals.planning.records import Aim, MetricPlan
from bakeoff.evals.planning.words import amount, count


def headline(plans: Sequence[MetricPlan], preferred: Sequence[str]) -> MetricPlan | None:
    """The metric to speak of: the gate's first, else a suite's first; its pair that needs most."""
    rows = [plan for plan in worst_pairs(plans) if plan.spread is not None]
    for wanted in preferred:
        for plan in rows:
            if wanted in (plan.metric, f"{plan.suite}.{plan.metric}"):
                return plan
    told = [plan for plan in rows if plan.suite != operations.SUITE and plan.bounded]
    return next(iter(told or rows), None)


def sentences(plan: MetricPlan, aim: Aim) -> Iterator[str]:
    """The smallest effect at hand, the size for the wanted one, the size for the margin."""
    how = f"two-sided {aim.alpha:.3g}, power {aim.power:.0%}"
    if plan.n is not None:
        yield _at_hand(plan, how)
    else:
        yield f"For {label(plan)}, at {how}:"
    if plan.bounded:
        wanted = amount(aim.effect)
        yield f"To find a true difference of {wanted}, {count(plan.needed)} samples are needed."
    if plan.margin is not None:
        margin = amount(plan.margin, bounded=plan.bounded, unit=plan.unit)
        yield (
            f"To show that a system which is not worse is not worse by {margin}, "
            f"{count(plan.needed_margin)} are needed (one-sided {aim.alpha:.3g})."
        )


def _at_hand(plan: MetricPlan, how: str) -> str:
    start = f"With these {count(plan.n)} samples"
    if plan.n == 1:
        start = "With this one sample"
    if plan.smallest_effect is None or (plan.bounded and plan.smallest_effect >= 1):
        return f"{start} no difference in {label(plan)}, however large, is likely to be seen ({how})."
    smallest = amount(plan.smallest_effect, bounded=plan.bounded, unit=plan.unit)
    return (
        f"{start} the smallest difference in {label(plan)} that you are likely to see is {smallest} ({how})."
    )
