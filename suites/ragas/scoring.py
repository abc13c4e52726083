"""What all ragas metrics have in common: the batch, the judge's failures, the range of the numbers."""

from __future__ import annotations

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Task, Tools
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.ragas import library
from bakeoff.suites.ragas.embeddings import Vectors
from bakeoff.suites.ragas.llm import Exchange, Transcript

RULES = 1
"""Version of our own rules; raise it when a status or a value that this suite gives changes."""

TOLERANCE = 1e-9

Scores = dict[str, Score]


@dataclass(frozen=True)
class Sitting:
    """What one answer is scored with: the judge, through a transcript, and the encoder."""

    transcript: Transcript
    vectors: Vectors


class RagasMetric(ABC):
    """One of ragas' metrics as a metric of ours; importing ragas waits for the first question.

    `folder` is where ragas keeps its class, `lowest` the least value that its formula can give,
    `settings` the options that change what it gives.
    """

    name: str
    outputs: Sequence[Output]
    folder: str
    lowest: float = 0.0
    needs_judge: bool = True
    needs_encoder: bool = False

    def __init__(self, settings: Mapping[str, JsonValue] | None = None) -> None:
        self.fingerprint = digest(
            {
                "metric": f"ragas.{self.name}",
                "ragas": library.ragas_version(),
                "source": library.source_digest(self.folder),
                "settings": dict(settings or {}),
                "rules": RULES,
            }
        )

    @abstractmethod
    def inapplicable(self, answered: Answered) -> Score | None:
        """Why this metric says nothing of the sample or the system, whatever was answered; or None."""

    @abstractmethod
    def unasked(self, answered: Answered) -> Scores | None:
        """The scores of an answer on which no judge need be asked; or None."""

    @abstractmethod
    def prompts(self) -> Mapping[Task, Any]:
        """ragas' prompt class for each task of this metric."""

    @abstractmethod
    async def ask(self, answered: Answered, sitting: Sitting) -> Scores:
        """The scores that ragas' own class gives."""

    @abstractmethod
    def detail(self, exchanges: Sequence[Exchange]) -> dict[str, JsonValue]:
        """The evidence in what the judge said, complete or not."""

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[Scores | None]:
        """Scores in the order of the batch, with at most `tools.concurrency` answers asked about at once.

        None where the way to the judge broke. Any other exception is a bug and ends the batch.
        """
        settled = [self._settled(answered) for answered in batch]
        if all(scores is not None for scores in settled):
            return list(settled)
        await asyncio.to_thread(library.load)
        tasks = {prompt.output_model: (task, prompt.input_model) for task, prompt in self.prompts().items()}
        vectors, gate = Vectors(tools.encoder), asyncio.Semaphore(tools.concurrency)

        async def one(answered: Answered) -> Scores | None:
            async with gate:
                return await self._asked(answered, Sitting(Transcript(tools.judge, tasks), vectors))

        try:
            async with asyncio.TaskGroup() as group:
                jobs = [
                    group.create_task(one(answered)) if scores is None else scores
                    for answered, scores in zip(batch, settled, strict=True)
                ]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return [job.result() if isinstance(job, asyncio.Task) else job for job in jobs]

    def _settled(self, answered: Answered) -> Scores | None:
        score = self.inapplicable(answered)
        return self.unasked(answered) if score is None else self.everywhere(score)

    async def _asked(self, answered: Answered, sitting: Sitting) -> Scores | None:
        try:
            return await self.ask(answered, sitting)
        except TransportFailure:
            return None
        except JudgeFailure as failure:
            detail = self.detail(sitting.transcript.exchanges)
            return self.everywhere(Score(status=Status.JUDGE_FAILED, reason=str(failure), detail=detail))

    def everywhere(self, score: Score) -> Scores:
        """The same score for each output."""
        return {output.name: score for output in self.outputs}

    def checked(self, value: float, *, detail: Mapping[str, JsonValue], abstained: bool = False) -> Score:
        """ragas' value as a score. Raises JudgeFailure for a number that its formula cannot give."""
        if math.isnan(value):
            raise JudgeFailure("ragas gave no number")
        if not self.lowest - TOLERANCE <= value <= 1.0 + TOLERANCE:
            raise JudgeFailure(f"ragas gave {value:g}, which is outside of {self.lowest:g} to 1")
        return Score(status=Status.ABSTAINED if abstained else Status.SCORED, value=value, detail=detail)


def of_task(exchanges: Sequence[Exchange], task: Task) -> list[Any]:
    """The judge's outputs for one task, in order, as JSON values."""
    return [exchange.output.model_dump(mode="json") for exchange in exchanges if exchange.task is task]
