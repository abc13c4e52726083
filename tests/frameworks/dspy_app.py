"""A user's dspy module: a program that searches an embedded corpus and has a model answer."""

from __future__ import annotations

from typing import Any

import dspy
import numpy as np
from frameworks.corpus import passages, vector_of
from loopback import contract_script as script


class Answer(dspy.Signature):
    """Answer from the context."""

    context: list[str] = dspy.InputField()
    history: dspy.History = dspy.InputField()
    question: str = dspy.InputField()
    answer: str = dspy.OutputField()


def embed(texts: list[str]) -> Any:
    known = {one.text: one.vector for one in passages()}
    return np.array([known.get(text) or vector_of(text) for text in texts])


class Rag(dspy.Module):
    """Answers from the two nearest passages that are near at all."""

    def __init__(self, lm: dspy.LM) -> None:
        super().__init__()
        self.corpus = passages()
        self.search = dspy.retrievers.Embeddings([one.text for one in self.corpus], embed, k=2)
        self.respond = dspy.Predict(Answer)
        self.set_lm(lm)

    def forward(self, question: str, history: dspy.History) -> dspy.Prediction:
        found = self.found(question)
        said = self.respond(context=[one["text"] for one in found], question=question, history=history)
        return prediction(question, said.answer, found)

    async def aforward(self, question: str, history: dspy.History) -> dspy.Prediction:
        found = self.found(question)
        context = [one["text"] for one in found]
        said = await self.respond.acall(context=context, question=question, history=history)
        return prediction(question, said.answer, found)

    def found(self, question: str) -> list[dict[str, Any]]:
        _, indices, scores = self.search.search_fn(question)
        near = [
            (self.corpus[index], score) for index, score in zip(indices, scores, strict=True) if score > 0
        ]
        return [{"text": one.text, "id": one.id, "source": one.source, "score": score} for one, score in near]


def prediction(question: str, answer: str, found: list[dict[str, Any]]) -> dspy.Prediction:
    if question == script.MALFORMED:
        return dspy.Prediction(said=answer)
    return dspy.Prediction(answer=answer, context=found)


def program(base_url: str, api_key: str = "none") -> Rag:
    return Rag(dspy.LM("openai/m", api_base=base_url, api_key=api_key, num_retries=0))
