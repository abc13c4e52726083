"""Can the gate's checks be decided with the samples at hand? Asked before a run costs anything."""

from __future__ import annotations

import math
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
    ids = {sample.id: sample.domain for sample in samples}
    known = Known.of(config, ids, pilot, findings)
    return [plan.sentence for plan in plan_checks(config, known, aim) if plan.decidable is False]


def plan_checks(config: Config, known: Known, aim: Aim) -> list[CheckPlan]:
    """The plan of each check of the config's gate, in order; manual items have none."""
    checks = () if config.gate is None else config.gate.checks
    return [_plan(check, known, aim) for check in checks if check.manual is None]


def _plan(check: CheckConfig, known: Known, aim: Aim) -> CheckPlan:
    known = known.within(check.domain)
    title, sizing = title_of(check), _sizing(check, known, aim)
    in_all = _in_all(sizing.needed, known)
    return CheckPlan(
        check=title,
        domain=check.domain,
        n=sizing.n,
        needed=sizing.needed,
        needed_in_all=in_all,
        distance=sizing.distance,
        smallest=sizing.smallest,
        decidable=sizing.decidable,
        sentence=f"{title}: {_verdict(sizing, _of(check.domain), _mix(in_all))}",
    )


def _in_all(needed: int | None, known: Known) -> int | None:
    """How many samples of the present mix hold so many of the domain."""
    if needed is None or known.domain is None or not known.share:
        return None
    return math.ceil(needed / known.share)


def _sizing(check: CheckConfig, known: Known, aim: Aim) -> Sizing:
    if check.none_below is not None or check.none_above is not None:
        return Sizing(reason="is decided sample by sample: there is no size to plan")
    if check.domain is not None and known.offered == 0:
        reason = f"cannot be decided: no sample at hand is of domain {check.domain}"
        return Sizing(n=0, decidable=False, reason=reason)
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


def _of(domain: str | None) -> str:
    return "" if domain is None else f" of domain {domain}"


def _mix(in_all: int | None) -> str:
    return "" if in_all is None else f" (about {count(in_all)} of the present mix)"


def _verdict(sizing: Sizing, of: str, mix: str) -> str:
    """The sentence; `of` says which samples are counted, `mix` how large a data set holds what is needed."""
    if sizing.reason:
        return sizing.reason
    assumed = f" ({sizing.assumption})" if sizing.assumption else ""
    if sizing.n is None:
        return f"needs {count(sizing.needed)} samples{of} to show {sizing.what}{mix}{assumed}"
    if sizing.off is not None:
        return (
            f"{count(sizing.n)} samples{of} decide it if the truth is near what the pilot saw; "
            f"{count(sizing.needed)} would be needed{mix} to show {sizing.what}{assumed}"
        )
    if sizing.decidable:
        enough = f"{count(sizing.n)} samples{of} are enough to show {sizing.what}"
        return f"{enough}; {count(sizing.needed)} would be{assumed}"
    return (
        f"cannot be decided with {count(sizing.n)} samples{of}, which are too few to show {sizing.what}; "
        f"{count(sizing.needed)} are needed{mix}{assumed}"
    )
