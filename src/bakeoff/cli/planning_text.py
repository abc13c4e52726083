"""The plan as text: a sentence first, then sizes, the gate's checks, costs and what was assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bakeoff.evals.planning.metrics import label, worst_pairs
from bakeoff.evals.planning.records import CheckPlan, MetricPlan, SamplePlan, SizeCost, Spread, SystemCost
from bakeoff.evals.planning.words import amount, count

GATE_MARKS = {True: "yes", False: "NO", None: "?"}


def draw(plan: SamplePlan) -> str:
    """Plain text, the same on a terminal and in a pipe."""
    blocks = [plan.sentences, _sizes(plan), _domains(plan), _gate(plan.checks), _costs(plan), plan.notes]
    return "\n\n".join("\n".join(lines) for block in blocks if (lines := list(block)))


def _sizes(plan: SamplePlan) -> Iterator[str]:
    shown = worst_pairs(plan.metrics)
    yield from _table("metric", plan, [_row(metric) for metric in shown])
    if len(shown) < len(plan.metrics):
        yield "Of each metric the pair that needs most is shown; --json has all."


def _domains(plan: SamplePlan) -> Iterator[str]:
    """The headline's metric, one domain a line."""
    if plan.domains:
        yield f"Within each domain, for {label(plan.domains[0])}:"
        yield from _table("domain", plan, [[str(one.domain), *_row(one)[1:]] for one in plan.domains])


def _table(first: str, plan: SamplePlan, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    wanted = f"n for {amount(plan.aim.effect)}"
    head = [first, "n", "smallest seen", wanted, "margin", "n for it", "variation"]
    yield from _aligned([head, *rows], right={1, 3, 5})


def _row(plan: MetricPlan) -> list[str]:
    name = plan.metric if plan.system is None else f"{plan.metric}  {plan.system} - {plan.baseline}"
    n = "" if plan.n is None else count(plan.n)
    if plan.spread is None:
        return [name, n, "", "", "", "", plan.note]

    def said(value: float | None) -> str:
        return "" if value is None else amount(value, bounded=plan.bounded, unit=plan.unit)

    nothing = "nothing" if plan.n is not None else ""
    return [
        name,
        n,
        said(plan.smallest_effect) or nothing,
        count(plan.needed) if plan.bounded else "",
        said(plan.margin),
        "" if plan.margin is None else count(plan.needed_margin),
        _variation(plan.spread),
    ]


def _variation(spread: Spread) -> str:
    varies = f"{spread.discordant:.3g} discordant" if spread.discordant is not None else f"SD {spread.sd:.2g}"
    clusters = (
        f", clusters of {spread.cluster_size:.2g}, design effect {spread.design_effect:.2g}"
        if spread.cluster_size > 1
        else ""
    )
    return varies + clusters + ("" if spread.source == "pilot" else f" ({spread.source})")


def _gate(checks: Sequence[CheckPlan]) -> Iterator[str]:
    if not checks:
        return
    decided = sum(check.decidable is True for check in checks)
    yield f"Gate: {decided} of {len(checks)} checks can be decided with the samples at hand."
    for check in checks:
        yield f"  {GATE_MARKS[check.decidable]:<4}{check.sentence}."


def _costs(plan: SamplePlan) -> Iterator[str]:
    if not plan.costs:
        return
    answers = "one answer" if plan.repeats == 1 else f"{plan.repeats} answers"
    yield f"Cost at what run {plan.run} measured, {answers} to each sample:"
    yield from _aligned([_cost_row(cost) for cost in plan.costs], right={1, 2, 3})
    if slowest := _slowest(plan.systems):
        calls = "one call" if slowest.concurrency == 1 else f"{slowest.concurrency} calls"
        yield f"The time is that of the slowest system: {slowest.system}, {calls} at a time."
    for what, names in (("cost", plan.costs[0].unpriced), ("latency", plan.costs[0].untimed)):
        if names:
            yield f"The {what} of these is not measured: {', '.join(names)}."


def _slowest(systems: Sequence[SystemCost]) -> SystemCost | None:
    timed = [system for system in systems if system.latency_s is not None]
    return max(timed, key=lambda s: (s.latency_s or 0.0) / s.concurrency, default=None)


def _cost_row(cost: SizeCost) -> list[str]:
    money = "not measured" if cost.cost_usd is None else f"{cost.cost_usd:,.4g} USD"
    return [f"  {cost.purpose}", count(cost.n), money, duration(cost.seconds)]


def duration(seconds: float | None) -> str:
    """Seconds, minutes or hours.

    >>> duration(12.34), duration(180), duration(9000), duration(None)
    ('12 s', '3 min', '2.5 h', 'not measured')
    """
    if seconds is None:
        return "not measured"
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size * 1.5:
            return f"{seconds / size:.2g} {unit}" if seconds < 10 * size else f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.2g} s"


def _aligned(rows: Sequence[Sequence[str]], right: set[int]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
