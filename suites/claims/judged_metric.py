"""A metric that asks the judge, and what becomes of the judge's failures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.protocols import Judge, Tools
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.rule_metric import Scores, failure


@dataclass
class JudgedMetric:
    """Scores made by `judge`, one for each output, where `outside` gives no reason against it.

    As `RuleMetric`, with the run's judge at hand: a verdict that it could not give is `judge_failed` in all
    outputs; where the way to it broke the cell stays open.
    """

    name: str
    outputs: Sequence[Output]
    fingerprint: str
    outside: Callable[[Answered], str | None]
    judge: Callable[[Answered, Judge], Awaitable[Scores]]
    also_reads: frozenset[str] = frozenset()
    needs_judge: bool = True
    needs_encoder: bool = False

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable, with the reason, where the metric says nothing of the sample."""
        reason = self.outside(answered)
        return None if reason is None else Score(status=Status.NOT_APPLICABLE, reason=reason)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[Scores | None]:
        """The scores of each item, in order; None where the way to the judge broke."""
        gate = asyncio.Semaphore(tools.concurrency)

        async def one(item: Answered) -> Scores | None:
            async with gate:
                return await self._scores(item, tools.judge)

        return list(await asyncio.gather(*(one(item) for item in batch)))

    async def _scores(self, item: Answered, judge: Judge) -> Scores | None:
        outside = self.inapplicable(item)
        if outside is not None:
            return self._everywhere(outside)
        if item.response.error is not None:
            return {output.name: failure(item, output) for output in self.outputs}
        try:
            return await self.judge(item, judge)
        except JudgeFailure as reason:
            return self._everywhere(Score(status=Status.JUDGE_FAILED, reason=str(reason)))
        except TransportFailure:
            return None

    def _everywhere(self, score: Score) -> Scores:
        return {output.name: score for output in self.outputs}
