"""ragas beside us: its collections' metrics on its own stack, as its documentation sets it up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bakeoff.evals.protocols import Encoder
from bakeoff.suites.ragas import library
from benchmarks.workload import Item


def score_all(made: Sequence[Item], base_url: str, encoder: Encoder, concurrency: int) -> float:
    """Score every item with the four metrics, `concurrency` of them at once; the wall time in seconds.

    `llm_factory` with an `AsyncOpenAI` client, `ascore` of each metric, gathered. The encoder is ours, so
    that embedding costs both sides the same.
    """
    library.load()
    return asyncio.run(_timed(made, base_url, encoder, concurrency))


async def _timed(made: Sequence[Item], base_url: str, encoder: Encoder, concurrency: int) -> float:
    from openai import AsyncOpenAI
    from ragas.llms import llm_factory

    async with AsyncOpenAI(base_url=base_url, api_key="none") as client:
        # temperature 0 as ours: a deterministic judge on both sides
        llm = llm_factory("counting", client=client, temperature=0.0)
        calls = _calls(made, llm, encoder)
        gate = asyncio.Semaphore(concurrency)

        async def one(metric: Any, fields: dict[str, Any]) -> float:
            async with gate:
                return float((await metric.ascore(**fields)).value)

        start = time.perf_counter()
        await asyncio.gather(*(one(metric, fields) for metric, fields in calls))
        return time.perf_counter() - start


def _calls(made: Sequence[Item], llm: Any, encoder: Encoder) -> list[tuple[Any, dict[str, Any]]]:
    """Each metric with the arguments of its `ascore`, item by item."""
    from ragas.metrics import collections

    faithfulness = collections.Faithfulness(llm=llm)
    relevancy = collections.AnswerRelevancy(llm=llm, embeddings=_embedding(encoder))
    precision = collections.ContextPrecisionWithReference(llm=llm)
    recall = collections.ContextRecall(llm=llm)
    calls: list[tuple[Any, dict[str, Any]]] = []
    for item in made:
        asked = {"user_input": item.question}
        retrieved = {**asked, "retrieved_contexts": list(item.chunks)}
        calls += [
            (faithfulness, {**retrieved, "response": item.answer}),
            (relevancy, {**asked, "response": item.answer}),
            (precision, {**retrieved, "reference": item.reference}),
            (recall, {**retrieved, "reference": item.reference}),
        ]
    return calls


def _embedding(encoder: Encoder) -> Any:
    from ragas.embeddings.base import BaseRagasEmbedding

    class Embedding(BaseRagasEmbedding):
        def embed_text(self, text: str, **_: Any) -> list[float]:
            return [float(value) for value in encoder.encode([text])[0]]

        async def aembed_text(self, text: str, **_: Any) -> list[float]:
            return await asyncio.to_thread(self.embed_text, text)

    return Embedding()
