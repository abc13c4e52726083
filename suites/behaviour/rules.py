"""The metrics that need no model: a rule, read off the answer alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Sample, Score, Status

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


@dataclass
class RuleMetric:
    """1 where the answer keeps the rule, else 0.

    `outside` says why the rule does not apply to a sample, or None. An abstention is judged like any other
    answer, for a format is asked of it too and a refusal may be what was wanted; its status stays
    `abstained`.
    """

    name: str
    rule: Rule
    fingerprint: str
    outputs: Sequence[Output]
    outside: Callable[[Sample], str | None]
    also_reads: frozenset[str] = frozenset()
    needs_judge: bool = False
    needs_encoder: bool = False

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable where the rule says nothing of the sample."""
        reason = self.outside(answered.sample)
        return None if reason is None else Score(status=Status.NOT_APPLICABLE, reason=reason)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        """One score for each item, in order; nothing here can leave a cell open."""
        del tools
        return await asyncio.to_thread(lambda: [{self.name: self._score(item)} for item in batch])

    def _score(self, item: Answered) -> Score:
        settled = self.inapplicable(item) or failed(item, self.outputs[0])
        if settled is not None:
            return settled
        ruling = self.rule(item.sample, item.response.text or "")
        status = Status.ABSTAINED if item.abstained else Status.SCORED
        return Score(status=status, value=float(ruling.kept), detail=ruling.evidence)


def rule_metric(
    name: str,
    note: str,
    rule: Rule,
    settings: JsonValue,
    *,
    outside: Callable[[Sample], str | None] = lambda _: None,
    also_reads: frozenset[str] = frozenset(),
) -> RuleMetric:
    """A metric from a rule; `settings` is all of the options that can change what it gives."""
    return RuleMetric(
        name=name,
        rule=rule,
        fingerprint=digest({"metric": f"behaviour.{name}", "rules": RULES, "settings": settings}),
        outputs=(Output(name=name, margin=MARGIN, note=note),),
        outside=outside,
        also_reads=also_reads,
    )


def failed(item: Answered, output: Output) -> Score | None:
    """The score of a system's own failure, or None where it answered."""
    if item.response.error is None:
        return None
    value = output.worst if output.on_failure == "worst" else None
    return Score(status=Status.SYSTEM_FAILED, value=value, reason=item.response.error.message)
