"""Does the judge agree with people? Where that is asked for and not shown, its scores decide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.goals import number
from bakeoff.evals.gate.labelled import Labelled, Pair, of_column
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate_config import AgreementConfig, CheckConfig, GateConfig
from bakeoff.evals.statistics import Agreement, cohen_kappa
from bakeoff.evals.statistics.scaling import scaled_n
from bakeoff.evals.table import Column

NOT_MEASURED = "Whether the judge agrees with people is not measured: `judge_agreement` asks for it."

Agreements = Mapping[str, CheckResult]
"""One result for each judged column that a check reads, by the column's key."""


def judge_agreements(config: GateConfig, evidence: Evidence) -> Agreements:
    """The agreement on every judged metric that a check reads; empty where none is asked for."""
    asked = config.judge_agreement
    if asked is None:
        return {}
    return {column.key: _result(evidence, column, asked) for column in judged_columns(config, evidence)}


def agreement_notes(config: GateConfig, evidence: Evidence) -> list[str]:
    """A remark where a judge's scores decide and nobody asks whether it agrees with people."""
    told = config.judge_agreement is None and any(judged_columns(config, evidence))
    return [NOT_MEASURED] if told else []


def judged_columns(config: GateConfig, evidence: Evidence) -> list[Column]:
    """The judged columns that the gate's checks read, each once, in the checks' order."""
    found = {column.key: column for check in config.checks for column in _read_by(check, evidence)}
    return list(found.values())


def doubted(
    result: CheckResult, check: CheckConfig, evidence: Evidence, agreements: Agreements
) -> CheckResult:
    """The result of a check, inconclusive where the judge behind it is not shown to agree with people."""
    columns = _read_by(check, evidence) if agreements else ()
    for column in columns:
        agreement = agreements[column.key]
        if agreement.state is not State.PASS:
            reason = f"the judge's agreement with people on {column.output.name} is not shown: "
            reason += f"{agreement.reason}. What was measured: {result.reason}"
            return result.model_copy(update={"state": State.INCONCLUSIVE, "reason": reason, "needed_n": None})
    return result


def _read_by(check: CheckConfig, evidence: Evidence) -> Iterator[Column]:
    """The judged columns that a check reads; of a finding, all judged ones of its suite."""
    columns = [column for column in evidence.table.columns if column.slice is None]
    if check.metric is not None:
        named = evidence.quantile(check.metric)
        name = check.metric if named is None else named[0]
        columns = [column for column in columns if name in (column.output.name, column.key)]
    elif check.finding is not None:
        suite = check.finding.partition(".")[0]
        columns = [column for column in columns if column.suite == suite] or columns
    else:
        return
    yield from (column for column in columns if evidence.judged(column.suite, column.output.name))


def _result(evidence: Evidence, column: Column, asked: AgreementConfig) -> CheckResult:
    found, alpha = of_column(evidence, column), evidence.table.alpha
    judge, people, shared = (
        _kappa(pairs, asked.threshold, alpha)
        for pairs in (found.with_judge(), found.of_people(), found.with_judge(shared=True))
    )
    wrong = _lacks(column, found, judge, asked) or _behind(people, shared, asked)
    high = f"kappa {_said(judge.kappa)} is at least {number(asked.kappa)}"
    shown = f"{high}, and its lower bound {_said(judge.low)} at least {number(asked.lower)}"
    return CheckResult(
        asks=f"judge agreement on {column.output.name}",
        kind="agreement",
        state=State.INCONCLUSIVE if wrong else State.PASS,
        reason=wrong or shown,
        estimate=judge.kappa,
        low=judge.low,
        high=judge.high,
        limit=asked.lower,
        bound=judge.low,
        bound_side="lower",
        level=alpha / 2,
        n=judge.n,
        needed_n=_needed(judge, asked, alpha),
        method=judge.method,
        note="; ".join(_notes(judge, people, found)),
        figures=_figures(judge, people),
    )


def _kappa(pairs: Sequence[Pair], threshold: float, alpha: float) -> Agreement:
    first = [float(verdict >= threshold) for verdict, _, _ in pairs]
    second = [float(verdict >= threshold) for _, verdict, _ in pairs]
    return cohen_kappa(first, second, [cluster for _, _, cluster in pairs], alpha=alpha)


def _lacks(column: Column, found: Labelled, judge: Agreement, asked: AgreementConfig) -> str:
    """Why the agreement is not shown; empty where it is."""
    if not judge.n:
        return f"{found.file} holds no label of {column.output.name} for an answer of this run"
    if judge.kappa is None:
        return f"people and judge say the same of all {judge.n} answers, which chance could do as well"
    if judge.kappa < asked.kappa:
        return f"kappa {_said(judge.kappa)} is below {number(asked.kappa)}"
    if judge.low is None or judge.low < asked.lower:
        low = f"its lower bound {_said(judge.low)} is below {number(asked.lower)}"
        return f"kappa is {_said(judge.kappa)}, but {low}"
    return ""


def _behind(people: Agreement, shared: Agreement, asked: AgreementConfig) -> str:
    """Why the judge is no substitute for a person, on answers that several people labelled."""
    if people.kappa is None or shared.kappa is None or shared.kappa >= people.kappa - asked.within:
        return ""
    return (
        f"kappa {_said(shared.kappa)} is more than {number(asked.within)} below the {_said(people.kappa)} "
        f"that people reach with each other on the same answers"
    )


def _needed(judge: Agreement, asked: AgreementConfig, alpha: float) -> int | None:
    """How many labels would show the lower bound, where kappa itself is high enough."""
    if judge.kappa is None or judge.low is None or judge.kappa < asked.kappa or judge.low >= asked.lower:
        return None
    return scaled_n(judge.n, judge.kappa, judge.low, asked.lower, alpha=alpha / 2)


def _notes(judge: Agreement, people: Agreement, found: Labelled) -> Iterator[str]:
    if judge.raw is not None and judge.first is not None and judge.second is not None:
        yield f"raw agreement {judge.raw:.0%}"
        yield f"people say yes to {judge.first:.0%}, the judge to {judge.second:.0%}"
    if people.kappa is not None:
        yield f"people with each other: kappa {_said(people.kappa)} (n={people.n})"
    for count, what in (
        (found.stale, "of another answer than the run holds"),
        (found.unscored, "of an answer that the judge did not score"),
        (found.elsewhere, "of no answer of this run"),
    ):
        if count:
            yield f"left out: {count} {'label' if count == 1 else 'labels'} {what}"


def _figures(judge: Agreement, people: Agreement) -> dict[str, float]:
    figures = {
        "raw_agreement": judge.raw,
        "expected_agreement": judge.expected,
        "people_yes": judge.first,
        "judge_yes": judge.second,
        "standard_error": judge.se,
        "people_kappa": people.kappa,
    }
    return {name: value for name, value in figures.items() if value is not None}


def _said(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
