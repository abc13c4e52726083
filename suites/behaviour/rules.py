"""The metrics that need no model: a rule, read off the answer alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.records import Answered, Output, Sample, Score
from bakeoff.suites.rule_metric import RuleMetric, failure, scored

RULES = 1
"""Version of the rules of this suite; raise it with every change that can alter a score."""

MARGIN = 0.02
"""Two points, the pooled margin of METHODS.md §10."""


@dataclass(frozen=True)
class Ruling:
    """Whether an answer keeps a rule, and the evidence for it."""

    kept: bool
    evidence: Mapping[str, JsonValue] = field(default_factory=dict)


Rule = Callable[[Sample, str], Ruling]
"""Judges the text of an answer to a sample that the rule applies to."""


def rule_metric(
    name: str,
    note: str,
    rule: Rule,
    settings: JsonValue,
    *,
    outside: Callable[[Sample], str | None] = lambda _: None,
    also_reads: frozenset[str] = frozenset(),
) -> RuleMetric:
    """A metric from a rule: 1 where the answer keeps it, else 0.

    `settings` is all of the options that can change what it gives. `outside` says why the rule does not
    apply to a sample, or None. An abstention is judged like any other answer, for a format is asked of
    it too and a refusal may be what was wanted; its status stays `abstained`.
    """

    def judge(item: Answered) -> dict[str, Score]:
        ruling = rule(item.sample, item.response.text or "")
        return {name: scored(item, float(ruling.kept), ruling.evidence)}

    return RuleMetric(
        name=name,
        outputs=(Output(name=name, margin=MARGIN, note=note),),
        fingerprint=digest({"metric": f"behaviour.{name}", "rules": RULES, "settings": settings}),
        outside=lambda item: outside(item.sample),
        judge=judge,
        also_reads=also_reads,
    )


def failed(item: Answered, output: Output) -> Score | None:
    """The score of a system's own failure, or None where it answered."""
    return None if item.response.error is None else failure(item, output)
