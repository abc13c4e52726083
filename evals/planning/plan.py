"""The whole plan: sizes, the gate's checks, costs, and the sentences on top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bakeoff.evals import operations
from bakeoff.evals.config_model import Config
from bakeoff.evals.findings import Finding
from bakeoff.evals.planning.by_domain import domain_plans
from bakeoff.evals.planning.costs import measured_costs, size_cost
from bakeoff.evals.planning.gate_checks import plan_checks
from bakeoff.evals.planning.known import Known, domains_of
from bakeoff.evals.planning.metrics import pilot_metrics, unplanned_metrics
from bakeoff.evals.planning.records import (
    Aim,
    CheckPlan,
    MetricPlan,
    SamplePlan,
    SizeCost,
    Spread,
    SystemCost,
)
from bakeoff.evals.planning.sentences import headline, sentences
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.statistics import Clustering
from bakeoff.evals.table import ScoreTable

OFFERED = "the same samples again"


def plan_samples(
    aim: Aim,
    *,
    config: Config | None = None,
    run: RunRecord | None = None,
    table: ScoreTable | None = None,
    findings: Sequence[Finding] = (),
    stated: Spread | None = None,
    clusters: Clustering | None = None,
    n: int | None = None,
    domains: Mapping[str | None, int] | None = None,
    repeats: int | None = None,
    concurrency: Mapping[str, int] | None = None,
) -> SamplePlan:
    """The plan for an aim, from a pilot (`run` and its `table`), or from stated or assumed variance.

    `n` is the number of samples at hand, by default those of the pilot; `repeats` the planned
    answers to each, by default the pilot's or the config's. `domains` counts the data set's samples by
    domain, by default the pilot's. `concurrency`: each system's calls in flight.
    """
    again = repeats or (run.header.repeats if run else config.repeats if config else 1)
    own_variance = stated is not None or clusters is not None
    pilot = None if own_variance else table
    if run is None or pilot is None:
        metrics = list(unplanned_metrics(aim, n, stated, clusters or Clustering()))
    else:
        metrics = list(pilot_metrics(pilot, _pairs(run), aim, again, n))
    if domains is None and table is not None:
        domains = domains_of(table)
    checks: list[CheckPlan] = []
    if config is not None and config.gate is not None:
        found = findings if pilot is not None else ()
        known = Known.of(
            config,
            None,
            pilot,
            found,
            repeats=again,
            count=n,
            domains=domains,
            stated=stated,
            clusters=clusters,
        )
        checks = plan_checks(config, known, aim)
    systems = [] if table is None else measured_costs(table, concurrency or {})
    main = headline(metrics, _preferred(config))
    within: Iterable[MetricPlan] = ()
    if main is not None:
        within = domain_plans(main, domains or {}, aim, table=pilot, repeats=again, n=n)
    return SamplePlan(
        sentences=tuple(sentences(main, aim)) if main else ("The run holds no pair of scores.",),
        aim=aim,
        run=None if run is None else run.id,
        samples=n if main is None else main.n,
        repeats=again,
        metrics=tuple(metrics),
        domains=tuple(within),
        checks=tuple(checks),
        systems=tuple(systems),
        costs=tuple(_costs(main, checks, systems, again)),
        notes=tuple(_notes(metrics, aim, pilot is not None)),
    )


def _pairs(run: RunRecord) -> list[tuple[str, str]]:
    names = [system.name for system in run.header.systems]
    baseline = run.header.baseline if run.header.baseline in names else names[0]
    return [(name, baseline) for name in names if name != baseline]


def _preferred(config: Config | None) -> list[str]:
    """The gate's metrics: what the user decides by."""
    checks = () if config is None or config.gate is None else config.gate.checks
    return [check.metric for check in checks if check.metric is not None]


def _costs(
    main: MetricPlan | None, checks: Sequence[CheckPlan], systems: Sequence[SystemCost], repeats: int
) -> Iterator[SizeCost]:
    if main is None or not systems:
        return
    sizes = {OFFERED: main.n, f"for the effect in {main.metric}": main.needed}
    sizes[f"for the margin in {main.metric}"] = main.needed_margin
    # a check of one domain needs a data set that holds so many of it
    wanted = [check.needed_in_all or check.needed for check in checks if check.needed is not None]
    sizes["for every check of the gate"] = max(wanted, default=None)
    for purpose, n in sizes.items():
        if n is not None:
            yield size_cost(purpose, n, systems, repeats)


def _notes(metrics: Sequence[MetricPlan], aim: Aim, pilot: bool) -> Iterator[str]:
    if not pilot:
        for plan in metrics:
            if plan.spread is not None and plan.spread.source == "assumed":
                yield f"Assumed of {plan.metric}: {_spread(plan.spread)}; a pilot run would tell."
    yield (
        "Sizes are for one comparison. The table judges all of its differences together, which is stricter: "
        f"for m of them plan with --alpha {aim.alpha:g}/m. The gate's checks are not corrected."
    )
    if any(plan.suite not in ("", operations.SUITE) for plan in metrics):
        yield "What judging costs is not measured in a run, and is not in the cost."


def _spread(spread: Spread) -> str:
    if spread.discordant is not None:
        return f"{spread.discordant:.0%} of the pairs differ"
    clusters = f", design effect {spread.design_effect:.2g}" if spread.design_effect != 1 else ""
    return f"paired differences with an SD of {spread.sd:.2g}{clusters}"
