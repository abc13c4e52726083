"""What the scores say: the ledger against every ancestor, retention, drift, and what was learnt for it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from bakeoff.evals.findings import Finding, FindingStatus
from bakeoff.evals.statistics import Interval
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.forgetting.drift import drift_findings
from bakeoff.suites.forgetting.learning import learning_finding
from bakeoff.suites.forgetting.ledger import Entry, entry
from bakeoff.suites.forgetting.options import Options
from bakeoff.suites.forgetting.pairing import OWN, Answers, Pairs
from bakeoff.suites.forgetting.panel import CLOSED_BOOK, Panelist
from bakeoff.suites.forgetting.wording import change_sentence, retention_sentence

ALL = "all"
"""The family of a finding over all families."""


def forgetting_findings(table: ScoreTable, panel: Mapping[str, Panelist], options: Options) -> list[Finding]:
    """All findings, system by system, the nearest ancestor first."""
    answers = Answers(table, panel)
    found: list[Finding] = []
    for system in table.systems:
        for ancestor in table.ancestors(system.name):
            for arm in options.arms:
                found += _ledger(answers, system.name, ancestor, arm, options)
            if options.drift:
                found += drift_findings(table, system.name, ancestor)
            if options.learning is not None:
                found += learning_finding(table, system.name, ancestor, options.learning)
    return found


def _ledger(answers: Answers, system: str, ancestor: str, arm: str, options: Options) -> Iterator[Finding]:
    pairs = answers.pairs(system, ancestor, arm)
    if pairs is None:
        return
    families = list(dict.fromkeys(pairs.families))
    parts = [(family, pairs.of_family(family), answers.panel[family].margin) for family in families]
    if len(families) > 1:
        parts.insert(0, (ALL, pairs, options.margin_pooled))
    permutations = _permutations(answers.table, answers.panel, options)
    for family, some, margin in parts:
        line = _entry(answers.table, some, margin, permutations)
        headline = family == ALL or len(families) == 1
        change = _change(system, ancestor, arm, family, line)
        status = _status(line, answers.table.alpha)
        yield change.model_copy(update={"headline": headline, "status": status})
        if line.retention is not None:
            yield _retention(system, ancestor, arm, family, line, line.retention)


def _permutations(table: ScoreTable, panel: Mapping[str, Panelist], options: Options) -> int:
    """Enough for Holm's correction over the ledger of a pair: 20·m/α for m findings (DESIGN §9)."""
    findings = len(options.arms) * (len(panel) + 1)
    return max(10_000, math.ceil(20 * findings / table.alpha))


def _entry(table: ScoreTable, pairs: Pairs, margin: float, permutations: int) -> Entry:
    return entry(
        pairs.before,
        pairs.after,
        pairs.chance,
        margin=margin,
        clusters=pairs.clusters,
        alpha=table.alpha,
        seed=table.seed,
        permutations=permutations,
    )


def _change(system: str, ancestor: str, arm: str, family: str, line: Entry) -> Finding:
    return Finding(
        name="forgetting.change",
        system=system,
        against=ancestor,
        family=family,
        slice=_slice(arm),
        effect=line.change.estimate,
        low=line.change.low,
        high=line.change.high,
        p=line.p,
        n=line.counts.n,
        detail=_detail(line),
        sentence=change_sentence(system, ancestor, arm, family, line),
    )


def _status(line: Entry, alpha: float) -> FindingStatus:
    """Not worse by the margin is clear; a loss that the test sees is an alarm, unless Holm withdraws it."""
    if line.verdict == "not worse":
        return "clear"
    if line.after < line.before and line.p is not None and line.p < alpha:
        return "alarm"
    return "cannot_tell"


def _detail(line: Entry) -> dict[str, JsonValue]:
    counts = line.counts
    return {
        "kept": counts.kept,
        "forgotten": counts.forgotten,
        "gained": counts.gained,
        "never": counts.never,
        "before": line.before,
        "after": line.after,
        "margin": line.margin,
        "verdict": line.verdict,
        "test": line.test,
        "interval": line.change.method,
        "needed": line.needed,
    }


def _retention(system: str, ancestor: str, arm: str, family: str, line: Entry, ratio: Interval) -> Finding:
    return Finding(
        name="forgetting.retention",
        system=system,
        against=ancestor,
        family=family,
        slice=_slice(arm),
        effect=ratio.estimate,
        low=ratio.low,
        high=ratio.high,
        n=line.counts.n,
        detail={"interval": ratio.method},
        sentence=retention_sentence(system, ancestor, arm, family, ratio),
    )


def _slice(arm: str) -> str | None:
    return None if arm == OWN else CLOSED_BOOK
