"""Checks of a pre-merge run that belong to suites which it left out: listed, and not counted."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.evals.gate.evidence import Evidence, split_quantile
from bakeoff.evals.gate.result import NotAsked
from bakeoff.evals.gate.titles import title
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.runs import LeftOut

NOTHING = "no changed path touches a suite, so nobody was asked anything"

Asked = list[tuple[int, CheckConfig]]


def divide(
    checks: Sequence[CheckConfig], evidence: Evidence, candidate: str
) -> tuple[Asked, tuple[NotAsked, ...]]:
    """The checks that this run can answer, with their place in the config, and those that it left out.

    A manual item belongs to no suite and is always asked for. The kernel's own metrics are left out where the
    run asked no sample at all.
    """
    asked, left = [], []
    for place, check in enumerate(checks):
        reason = _reason(check, evidence)
        if reason is None:
            asked.append((place, check))
        else:
            other = check.better_than or check.not_worse_than or ""
            left.append(NotAsked(asks=title(check, candidate, other, check.margin), reason=reason))
    return asked, tuple(left)


def _reason(check: CheckConfig, evidence: Evidence) -> str | None:
    """Why the check was not asked; None where it was, as a manual item always is."""
    left_out = evidence.run.header.left_out
    if not left_out:
        return None
    for suite in left_out:
        if _belongs(check, suite) and not _is_held(check, evidence):
            paths = (
                f"no changed path touches {', '.join(suite.touches)}"
                if suite.touches
                else "no path touches it"
            )
            return f"suite {suite.suite} was left out: {paths}"
    if not evidence.table.samples:
        return NOTHING if _is_held(check, evidence) else None
    return _no_samples(check, evidence)


def _no_samples(check: CheckConfig, evidence: Evidence) -> str | None:
    """Why the check's slice is empty here: its samples may all belong to suites that were left out."""
    samples = evidence.table.samples
    if check.domain is not None and check.domain not in {sample.domain for sample in samples}:
        return f"no sample of this part of a run is of domain {check.domain}"
    if check.tag is not None and not any(check.tag in tags for tags in evidence.tags.values()):
        return f"no sample of this part of a run is tagged {check.tag}"
    if check.ids is not None and not {sample.id for sample in samples} & set(check.ids):
        return "none of the listed samples is in this part of a run"
    return None


def _belongs(check: CheckConfig, suite: LeftOut) -> bool:
    if check.finding is not None:
        return check.finding.partition(".")[0] == suite.suite
    names = {*suite.outputs, *(f"{suite.suite}.{output}" for output in suite.outputs)}
    return check.metric in names or split_quantile(str(check.metric), names) is not None


def _is_held(check: CheckConfig, evidence: Evidence) -> bool:
    """Whether the run holds what the check asks about, under that very name."""
    if check.metric is None:
        return any(finding.name == check.finding for finding in evidence.findings)
    names = {name for column in evidence.table.columns for name in (column.output.name, column.key)}
    return check.metric in names or split_quantile(check.metric, names) is not None
