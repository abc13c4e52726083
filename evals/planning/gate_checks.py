"""Can the gate's checks be decided with the samples at hand? Asked before a run costs anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bakeoff.evals.config_model import Config
from bakeoff.evals.findings import Finding
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.planning.check_sizes import (
    Sizing,
    absolute_sizes,
    finding_sizes,
    quantile_sizes,
    relative_sizes,
)
from bakeoff.evals.planning.known import Known
from bakeoff.evals.planning.latency_quantile import quantile_of
from bakeoff.evals.planning.records import Aim, CheckPlan
from bakeoff.evals.planning.words import count
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable


def undecidable(
    config: Config,
    samples: Iterable[Sample],
    *,
    pilot: ScoreTable | None = None,
    findings: Sequence[Finding] = (),
) -> list[str]:
    """One line for each check of the gate that these samples are too few to decide, at 80 % power.

    `pilot` and `findings` are an earlier run's; without them METHODS' default variances are assumed.
    """
    if config.gate is None:
        return []
    aim = Aim(alpha=config.alpha)
    known = Known.of(config, {sample.id for sample in samples}, pilot, findings)
    return [plan.sentence for plan in plan_checks(config, known, aim) if plan.decidable is False]


def plan_checks(config: Config, known: Known, aim: Aim) -> list[CheckPlan]:
    """The plan of each check of the config's gate, in order; manual items have none."""
    checks = () if config.gate is None else config.gate.checks
    return [_plan(check, known, aim) for check in checks if check.manual is None]


def _plan(check: CheckConfig, known: Known, aim: Aim) -> CheckPlan:
    title, sizing = title_of(check), _sizing(check, known, aim)
    plan = CheckPlan(
        check=title,
        n=sizing.n,
        needed=sizing.needed,
        distance=sizing.distance,
        smallest=sizing.smallest,
        decidable=sizing.decidable,
        sentence="",
    )
    return plan.model_copy(update={"sentence": f"{title}: {_verdict(sizing)}"})


def _sizing(check: CheckConfig, known: Known, aim: Aim) -> Sizing:
    if check.none_below is not None or check.none_above is not None:
        return Sizing(reason="is decided sample by sample: there is no size to plan")
    if check.domain is not None:
        return Sizing(reason="is of one domain only: no size is planned for it")
    if check.finding is not None:
        return finding_sizes(check, known, aim)
    if check.better_than is not None or check.not_worse_than is not None:
        return relative_sizes(check, known, aim)
    if quantile_of(check) is not None:
        return quantile_sizes(check, known, aim)
    return absolute_sizes(check, known, aim)


def title_of(check: CheckConfig) -> str:
    """The check in words: `faithfulness at least 0.85`."""
    subject = check.metric or check.finding or str(check.manual)
    if check.quantile is not None:
        subject = f"quantile {check.quantile:g} of {subject}"
    narrowed = [one for one in (check.domain, check.family, check.slice, check.against) if one is not None]
    subject += f" ({', '.join(narrowed)})" if narrowed else ""
    if check.at_least is not None:
        return f"{subject} at least {check.at_least:g}"
    if check.at_most is not None:
        return f"{subject} at most {check.at_most:g}"
    if check.none_below is not None:
        return f"{subject} never below {check.none_below:g}"
    if check.none_above is not None:
        return f"{subject} never above {check.none_above:g}"
    if check.better_than is not None:
        return f"{subject} better than {check.better_than}"
    return f"{subject} not worse than {check.not_worse_than}"


def _verdict(sizing: Sizing) -> str:
    if sizing.reason:
        return sizing.reason
    assumed = f" ({sizing.assumption})" if sizing.assumption else ""
    if sizing.n is None:
        return f"needs {count(sizing.needed)} samples to show {sizing.what}{assumed}"
    if sizing.off is not None:
        return (
            f"{count(sizing.n)} samples decide it if the truth is near what the pilot saw; "
            f"{count(sizing.needed)} would be needed to show {sizing.what}{assumed}"
        )
    if sizing.decidable:
        enough = f"{count(sizing.n)} samples are enough to show {sizing.what}"
        return f"{enough}; {count(sizing.needed)} would be{assumed}"
    return (
        f"cannot be decided with {count(sizing.n)} samples, which are too few to show {sizing.what}; "
        f"{count(sizing.needed)} are needed{assumed}"
    )
