"""Evaluate a gate on a stored run: every check by itself, then the verdict over all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.evals.accepted.record import NAME
from bakeoff.evals.comparison_builder import open_cells
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.accepted import Standing, accepted_series, names_accepted, nothing_to_compare, told
from bakeoff.evals.gate.agreement import Agreements, agreement_notes, doubted, judge_agreements
from bakeoff.evals.gate.bounds import check_mean, check_quantile, quantile_of
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.fairness import with_fairness
from bakeoff.evals.gate.findings import check_finding
from bakeoff.evals.gate.goals import Goal
from bakeoff.evals.gate.manual import check_manual
from bakeoff.evals.gate.not_asked import divide
from bakeoff.evals.gate.relative import Pair, check_pair, margin_goal
from bakeoff.evals.gate.result import CheckResult, GateResult, State, conclude
from bakeoff.evals.gate.sequential import hold, is_early, sequential_notes
from bakeoff.evals.gate.series import Mask, Series, fixed_ends, inside, series
from bakeoff.evals.gate.severity import check_severity, guarded, severity_goal
from bakeoff.evals.gate.signoffs import Signoff
from bakeoff.evals.gate.titles import title
from bakeoff.evals.gate_config import CheckConfig, GateConfig
from bakeoff.evals.runs import left_out_notes
from bakeoff.evals.table import Column, SystemInfo

OFFLINE = (
    "scored by the offline judge, which is not for release decisions; "
    "use a judge model, or set allow_offline_judge"
)


@dataclass(frozen=True)
class Gate:
    """What all checks of one evaluation share."""

    config: GateConfig
    evidence: Evidence
    candidate: SystemInfo
    baseline: str | None
    signoffs: Sequence[Signoff]
    standing: Standing | None
    agreements: Agreements


def evaluate(
    config: GateConfig,
    evidence: Evidence,
    *,
    candidate: str | None = None,
    baseline: str | None = None,
    signoffs: Sequence[Signoff] = (),
    standing: Standing | None = None,
) -> GateResult:
    """The gate's result on a run; `candidate` and `baseline` stand in for the config's and the run's.

    `standing` is the accepted baseline; without it a check that names it is inconclusive.

    Raises InputError where a name is none of the run's, a margin is missing, or a bound can never be shown.
    """
    run, alpha = evidence.run, evidence.table.alpha
    if alpha >= 0.5:
        raise InputError(f"a gate needs an alpha below 0.5, not {alpha:g}", where="alpha")
    system = evidence.system(candidate or config.candidate, "gate.candidate")
    base = baseline or run.header.baseline
    if base is not None:
        evidence.system(base, "baseline")
    asked, not_asked = divide(config.checks, evidence, system.name)
    read = config.model_copy(update={"checks": tuple(check for _, check in asked)})
    gate = Gate(config, evidence, system, base, signoffs, standing, judge_agreements(read, evidence))
    checks = tuple(hold(evidence, _check(gate, check, f"gate.checks[{i}]")) for i, check in asked)
    matched = None if standing is None else standing.matched
    accepted = None if matched is None else matched.accepted
    checks, unfair = with_fairness(evidence, system.name, checks, accepted, allow_unfair=config.allow_unfair)
    checks = (*checks, *gate.agreements.values())
    left_open = open_cells(evidence.table)
    incomplete = left_open > 0 or run.open_cells is None
    policy = config.inconclusive
    verdict, code = conclude([check.state for check in checks], incomplete=incomplete, policy=policy)
    return GateResult(
        run=run.id,
        name=run.name,
        created=run.created,
        candidate=system.name,
        fingerprint=system.fingerprint,
        baseline=base,
        alpha=alpha,
        coverage=config.coverage,
        policy=policy,
        complete=not incomplete,
        open_cells=left_open,
        verdict=verdict,
        exit_code=code,
        checks=checks,
        not_asked=not_asked,
        notes=(*_notes(evidence, left_open, incomplete), *unfair, *agreement_notes(read, evidence)),
    )


def _notes(evidence: Evidence, left_open: int, incomplete: bool) -> list[str]:
    notes = sequential_notes(evidence)
    if left_open:
        notes.append(f"{left_open} scores of the run are still open: `bakeoff run` fills them.")
    elif incomplete:
        notes.append("The run has not ended: `bakeoff run` continues it.")
    notes += left_out_notes(evidence.run.header)
    judge = evidence.run.header.judge
    if judge is not None:
        notes.append(f"Judge: {judge.name}.{f' {judge.note}' if judge.note else ''}")
    return notes


def _check(gate: Gate, check: CheckConfig, where: str) -> CheckResult:
    if check.manual is not None:
        draft = _draft(f"manual: {check.manual}", "manual")
        return check_manual(draft, check.manual, gate.candidate, gate.signoffs)
    kind = _metric if check.finding is None else _finding
    return doubted(kind(gate, check, where), check, gate.evidence, gate.agreements)


def _draft(asks: str, kind: str, **more: object) -> CheckResult:
    """A result to fill in; its state stands only until then."""
    return CheckResult.model_validate(
        {"asks": asks, "kind": kind, "state": State.INCONCLUSIVE, "reason": "", **more}
    )


def _finding(gate: Gate, check: CheckConfig, where: str) -> CheckResult:
    draft = _draft(title(check, gate.candidate.name), "finding")
    if is_early(gate.evidence):
        return draft  # a suite speaks of the whole run, at its end
    result = check_finding(gate.evidence, draft, check, gate.candidate.name, _goal(check), where)
    if _refused(gate, gate.evidence.judged(str(check.finding).partition(".")[0])):
        return draft.model_copy(update={"reason": OFFLINE})
    return result


def _goal(check: CheckConfig) -> Goal:
    if check.at_least is not None:
        return Goal("at least", check.at_least)
    assert check.at_most is not None
    return Goal("at most", check.at_most)


def _refused(gate: Gate, judged: bool) -> bool:
    judge = gate.evidence.run.header.judge
    return judged and judge is not None and judge.offline and not gate.config.allow_offline_judge


def _metric(gate: Gate, check: CheckConfig, where: str) -> CheckResult:
    evidence = gate.evidence
    name, quantile = quantile_of(evidence, str(check.metric), check.quantile, where)
    column = evidence.column(name, where)
    mask = inside(evidence, check.domain, where)
    scores = series(column, evidence.index(gate.candidate.name), mask)
    if check.better_than is not None or check.not_worse_than is not None:
        if quantile is not None:
            todo = "give it a limit with at_least or at_most"
            raise InputError("a quantile is not compared with another system", where=where, todo=todo)
        result = _relative(gate, check, column, scores, mask, where)
    elif check.none_below is not None or check.none_above is not None:
        if quantile is not None:
            raise InputError("a severity rule takes no quantile", where=where, todo=f"name {name}")
        result = _severity(gate, check, column, mask, where)
    else:
        result = _bound(gate, check, column, scores, quantile, where)
    if _refused(gate, evidence.judged(column.suite, column.output.name)):
        return _draft(result.asks, result.kind, against=result.against, reason=OFFLINE)
    return result


def _bound(
    gate: Gate, check: CheckConfig, column: Column, scores: Series, quantile: float | None, where: str
) -> CheckResult:
    asks, level, minimum = title(check, gate.candidate.name), gate.evidence.table.alpha, gate.config.coverage
    if quantile is not None:
        draft = _draft(asks, "quantile", level=level)
        return check_quantile(gate.evidence, draft, scores, quantile, _goal(check), minimum)
    fixed_ends(column, check.at_least, check.at_most, where)
    return check_mean(gate.evidence, _draft(asks, "bound", level=level), scores, _goal(check), minimum)


def _severity(gate: Gate, check: CheckConfig, column: Column, mask: Mask, where: str) -> CheckResult:
    goal = severity_goal(column.output, check.none_below, check.none_above, where)
    listed = mask & guarded(gate.evidence, check.tag, check.ids, where)
    scores = series(column, gate.evidence.index(gate.candidate.name), listed)
    return check_severity(gate.evidence, _draft(title(check, gate.candidate.name), "severity"), scores, goal)


def _relative(
    gate: Gate, check: CheckConfig, column: Column, scores: Series, mask: Mask, where: str
) -> CheckResult:
    against = names_accepted(check)
    other = NAME if against else _other(gate, check.better_than or str(check.not_worse_than), where)
    margin, kind = 0.0, "superiority"
    if check.not_worse_than is not None:
        margin, kind = _margin(check, column, where), "non-inferiority"
    draft = _draft(
        title(check, gate.candidate.name, other, margin), kind, against=other, level=gate.evidence.table.alpha
    )
    goal = margin_goal(column.output, margin)
    if not against:
        theirs = series(column, gate.evidence.index(other), mask)
        return check_pair(gate.evidence, draft, Pair(scores, theirs), goal, gate.config.coverage)
    if gate.standing is None:
        return nothing_to_compare(draft, "what was accepted is not read while a run is under way")
    found = accepted_series(gate.standing, gate.evidence, column, scores, mask)
    if isinstance(found, str):
        return nothing_to_compare(draft, found)
    result = check_pair(gate.evidence, draft, Pair(scores, found), goal, gate.config.coverage)
    return told(gate.standing, result, gate.candidate, gate.evidence.run)


def _margin(check: CheckConfig, column: Column, where: str) -> float:
    margin = column.output.margin if check.margin is None else check.margin
    if margin is None:
        raise InputError(f"{column.output.name} has no margin of its own", where=where, todo="give `margin`")
    return margin


def _other(gate: Gate, name: str, where: str) -> str:
    """The system that a role, or a name, stands for."""
    roles = {"baseline": gate.baseline, "parent": gate.candidate.parent}
    found = name
    if name in roles:
        role = roles[name]
        if role is None:
            raise InputError(f"{gate.candidate.name} has no {name}", where=where, todo="name a system")
        found = role
    other = gate.evidence.system(found, where).name
    if other == gate.candidate.name:
        raise InputError(f"{other} would be compared with itself", where=where, todo="name another system")
    return other
