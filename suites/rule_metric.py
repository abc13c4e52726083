"""A metric that needs no model: a rule, read off the answer alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Score, Status

Scores = dict[str, Score]


@dataclass
class RuleMetric:
    """Scores made by `judge`, one for each output, where `outside` gives no reason against it.

    `outside` reads the system and the sample, never the answer. A system's own failure never reaches `judge`.
    """

    name: str
    outputs: Sequence[Output]
    fingerprint: str
    outside: Callable[[Answered], str | None]
    judge: Callable[[Answered], Scores]
    also_reads: frozenset[str] = frozenset()
    needs_judge: bool = False
    needs_encoder: bool = False

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable, with the reason, where the rule says nothing of the sample."""
        reason = self.outside(answered)
        return None if reason is None else Score(status=Status.NOT_APPLICABLE, reason=reason)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[Scores | None]:
        """The scores of each item, in order; nothing here can leave a cell open."""
        del tools
        return await asyncio.to_thread(lambda: [self._scores(item) for item in batch])

    def _scores(self, item: Answered) -> Scores:
        outside = self.inapplicable(item)
        if outside is not None:
            return {output.name: outside for output in self.outputs}
        if item.response.error is not None:
            return {output.name: failure(item, output) for output in self.outputs}
        return self.judge(item)


def failure(item: Answered, output: Output) -> Score:
    """What the system's own failure scores on an output (DESIGN §6)."""
    assert item.response.error is not None
    value = output.worst if output.on_failure == "worst" else None
    return Score(status=Status.SYSTEM_FAILED, value=value, reason=item.response.error.message)


def scored(item: Answered, value: float, detail: Mapping[str, JsonValue] | None = None) -> Score:
    """The score of an answer by its own value; an abstention keeps its status."""
    status = Status.ABSTAINED if item.abstained else Status.SCORED
    return Score(status=status, value=value, detail={} if detail is None else detail)
