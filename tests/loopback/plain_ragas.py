"""ragas as its users drive it: its classes around a minimal model of their own, without any code of ours.

What a score of ours has to equal.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel
from ragas.embeddings.base import BaseRagasEmbedding
from ragas.llms.base import InstructorBaseRagasLLM
from ragas.metrics import collections
from ragas.metrics.collections.answer_relevancy.util import AnswerRelevanceInput
from ragas.metrics.collections.context_precision.util import ContextPrecisionInput
from ragas.metrics.collections.context_recall.util import ContextRecallInput
from ragas.metrics.collections.factual_correctness import util as factual
from ragas.metrics.collections.faithfulness import util as faithful

from bakeoff.evals.protocols import Encoder, Judge, Task

M = TypeVar("M", bound=BaseModel)

MARK = "Now perform the same with the following input\ninput: "

KINDS: Mapping[str, tuple[Task, type[BaseModel]]] = {
    "faithfulness.util.StatementGeneratorOutput": (Task.STATEMENTS, faithful.StatementGeneratorInput),
    "faithfulness.util.NLIStatementOutput": (Task.VERDICTS, faithful.NLIStatementInput),
    "answer_relevancy.util.AnswerRelevanceOutput": (Task.QUESTION, AnswerRelevanceInput),
    "context_precision.util.ContextPrecisionOutput": (Task.USEFULNESS, ContextPrecisionInput),
    "context_recall.util.ContextRecallOutput": (Task.ATTRIBUTION, ContextRecallInput),
    "factual_correctness.util.ClaimDecompositionOutput": (Task.CLAIMS, factual.ClaimDecompositionInput),
    "factual_correctness.util.NLIStatementOutput": (Task.CLAIM_VERDICTS, factual.NLIStatementInput),
}


@dataclass
class PlainLLM(InstructorBaseRagasLLM):
    """Hands each prompt to the judge; the k-th identical prompt is draw k."""

    judge: Judge
    asked: dict[str, int] = field(default_factory=dict)

    def generate(self, prompt: str, response_model: type[M]) -> M:
        return asyncio.run(self.agenerate(prompt, response_model))

    async def agenerate(self, prompt: str, response_model: type[M]) -> M:
        module = response_model.__module__.removeprefix("ragas.metrics.collections.")
        task, input_model = KINDS[f"{module}.{response_model.__name__}"]
        values, _ = json.JSONDecoder().raw_decode(prompt, prompt.rindex(MARK) + len(MARK))
        draw = self.asked.get(prompt, 0)
        self.asked[prompt] = draw + 1
        inputs = input_model.model_validate(values)
        return await self.judge.decide(task, inputs, prompt, response_model, draw=draw)


@dataclass
class PlainEmbedding(BaseRagasEmbedding):
    """ragas' base class with nothing but one text at a time."""

    encoder: Encoder

    def embed_text(self, text: str, **_: Any) -> list[float]:
        return [float(value) for value in self.encoder.encode([text])[0]]

    async def aembed_text(self, text: str, **_: Any) -> list[float]:
        return self.embed_text(text)


def ragas_score(output: str, judge: Judge, encoder: Encoder, fields: Mapping[str, Any]) -> float:
    """The value of ragas' class behind one of our outputs; fields are the arguments of its `ascore`."""
    llm = PlainLLM(judge)
    metric: Any
    match output:
        case "faithfulness" | "groundedness":
            metric = collections.Faithfulness(llm=llm)
        case "answer_relevancy":
            metric = collections.AnswerRelevancy(llm=llm, embeddings=PlainEmbedding(encoder), strictness=3)
        case "context_precision":
            metric = collections.ContextPrecisionWithReference(llm=llm)
        case "context_recall":
            metric = collections.ContextRecall(llm=llm)
        case "factual_correctness":
            metric = collections.FactualCorrectness(llm=llm, mode="f1")
        case "claim_precision":
            metric = collections.FactualCorrectness(llm=llm, mode="precision")
        case "claim_recall":
            metric = collections.FactualCorrectness(llm=llm, mode="recall")
        case _:
            raise KeyError(output)
    return float(asyncio.run(metric.ascore(**fields)).value)
