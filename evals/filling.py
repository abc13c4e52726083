"""Fill cells of a run: ask for the answers of some samples, then score them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bakeoff.evals.collection import Collector
from bakeoff.evals.progress import Progress
from bakeoff.evals.protocols import Metric, System
from bakeoff.evals.scoring import Scorer

VERDICTS = "verdicts"
"""The line of progress that counts what the judge has said."""


def every(_metric: Metric) -> bool:
    """Any metric is wanted."""
    return True


@dataclass(frozen=True)
class Filler:
    """Who asks, who scores, and for whom; both keep what they know from one call to the next."""

    systems: Sequence[System]
    repeats: int
    collector: Collector
    scorer: Scorer
    progress: Progress

    async def ask(self, samples: int, only: Sequence[str] | None = None) -> None:
        """Ask for all answers that are missing, or those to `only` these samples; `samples` counts them."""
        answers = samples * self.repeats
        self.progress.begin("asking", {system.name: answers for system in self.systems})
        await self.collector.collect(list(self.systems), self.repeats, only=only)
        self.progress.end()

    async def score(
        self, samples: int, only: Sequence[str] | None = None, wanted: Callable[[Metric], bool] = every
    ) -> None:
        """Score what was answered, by the wanted metrics; samples as in `ask`."""
        cells = samples * self.repeats * len(self.systems)
        lines = {suite.name: sum(map(wanted, suite.metrics)) * cells for suite in self.scorer.suites}
        self.progress.begin("scoring", {**lines, VERDICTS: None})
        self.scorer.only, self.scorer.wanted = only, wanted
        await self.scorer.score(self.systems, self.repeats)
        self.progress.end()
