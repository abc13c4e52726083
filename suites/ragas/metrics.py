"""ragas' metrics, one small class each: what it is judged against, and ragas' own class that scores it.

Formulas, prompts and their known weaknesses: METHODS §1 (ragas 0.4.3, `ragas.metrics.collections`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.protocols import Task
from bakeoff.evals.records import Answered, Output, Score
from bakeoff.suites.ragas import evidence
from bakeoff.suites.ragas.embeddings import encoder_embedding
from bakeoff.suites.ragas.llm import Exchange, judge_llm
from bakeoff.suites.ragas.prompts import with_known_schemas
from bakeoff.suites.ragas.scoring import RagasMetric, Scores, Sitting, of_task

MARGIN = 0.02
"""Differences below this are taken as equivalent by default: well under the noise of a judge that is run
twice (METHODS §1: .57 to .67 on the same 200 items)."""


class Faithfulness(RagasMetric):
    """Share of the answer's statements that the system's own contexts support."""

    name = "faithfulness"
    outputs: Sequence[Output] = (
        Output(
            name="faithfulness",
            margin=MARGIN,
            note="share of the answer's statements that the system's own contexts support",
        ),
    )
    folder = "faithfulness"

    def inapplicable(self, answered: Answered) -> Score | None:
        return None if answered.retrieves else evidence.DOES_NOT_RETRIEVE

    def unasked(self, answered: Answered) -> Scores | None:
        if evidence.declined(answered):
            return self.everywhere(evidence.MADE_NO_CLAIMS)
        return None if self.contexts(answered) else self.everywhere(evidence.RETRIEVED_NOTHING)

    def contexts(self, answered: Answered) -> list[str]:
        """What the statements are held against."""
        return evidence.own_contexts(answered)

    def prompts(self) -> Mapping[Task, Any]:
        from ragas.metrics.collections.faithfulness import util

        return {Task.STATEMENTS: util.StatementGeneratorPrompt, Task.VERDICTS: util.NLIStatementPrompt}

    async def ask(self, answered: Answered, sitting: Sitting) -> Scores:
        from ragas.metrics.collections import Faithfulness as RagasFaithfulness

        metric = with_known_schemas(RagasFaithfulness(llm=judge_llm(sitting.transcript)))
        result = await metric.ascore(
            user_input=evidence.readable(answered.sample.question),
            response=evidence.answer_text(answered),
            retrieved_contexts=self.contexts(answered),
        )
        if len(sitting.transcript.exchanges) == 1:
            raise JudgeFailure("no statements: the judge found none in the answer")
        detail = self.detail(sitting.transcript.exchanges)
        return self.everywhere(self.checked(result.value, detail=detail))

    def detail(self, exchanges: Sequence[Exchange]) -> dict[str, JsonValue]:
        verdicts = of_task(exchanges, Task.VERDICTS)
        made = verdicts or of_task(exchanges, Task.STATEMENTS)
        return {"statements": made[0]["statements"]} if made else {}


class Groundedness(Faithfulness):
    """The faithfulness procedure against the sample's gold contexts: the same evidence for every system."""

    name = "groundedness"
    outputs: Sequence[Output] = (
        Output(
            name="groundedness",
            margin=MARGIN,
            note="share of the answer's statements that the sample's reference contexts support",
        ),
    )

    def inapplicable(self, answered: Answered) -> Score | None:
        return None if self.contexts(answered) else evidence.NO_GOLD_CONTEXTS

    def contexts(self, answered: Answered) -> list[str]:
        return evidence.gold_contexts(answered.sample)


class AnswerRelevancy(RagasMetric):
    """Mean cosine between the question and the questions that the answer would answer.

    0 where the judge calls every draw non-committal. A cosine: an answer beside the point can fall a
    little below 0, and is left there, as ragas leaves it.
    """

    name = "answer_relevancy"
    outputs: Sequence[Output] = (
        Output(
            name="answer_relevancy",
            margin=MARGIN,
            note="likeness of the question to questions made from the answer; says nothing on correctness, "
            "and its level depends on the encoder: compare, never gate on a bound",
        ),
    )
    folder = "answer_relevancy"
    lowest = -1.0
    needs_encoder = True

    def __init__(self, strictness: int = 3) -> None:
        self.strictness = strictness
        super().__init__({"strictness": strictness})

    def inapplicable(self, answered: Answered) -> Score | None:  # noqa: ARG002 - it needs no evidence
        return None

    def unasked(self, answered: Answered) -> Scores | None:
        if evidence.answer_text(answered).strip():
            return None
        return self.everywhere(evidence.EMPTY_ANSWER)

    def prompts(self) -> Mapping[Task, Any]:
        from ragas.metrics.collections.answer_relevancy import util

        return {Task.QUESTION: util.AnswerRelevancePrompt}

    async def ask(self, answered: Answered, sitting: Sitting) -> Scores:
        from ragas.metrics.collections import AnswerRelevancy as RagasAnswerRelevancy

        metric = RagasAnswerRelevancy(
            llm=judge_llm(sitting.transcript),
            embeddings=encoder_embedding(sitting.vectors),
            strictness=self.strictness,
        )
        result = await with_known_schemas(metric).ascore(
            user_input=evidence.readable(answered.sample.question), response=evidence.answer_text(answered)
        )
        detail = self.detail(sitting.transcript.exchanges)
        return self.everywhere(self.checked(result.value, detail=detail, abstained=answered.abstained))

    def detail(self, exchanges: Sequence[Exchange]) -> dict[str, JsonValue]:
        questions: list[JsonValue] = []
        for question in of_task(exchanges, Task.QUESTION):
            if question not in questions:
                questions.append(question)
        return {"questions": questions} if questions else {}


class ContextPrecision(RagasMetric):
    """Average precision of the retrieved chunks, judged useful or not for the reference, one by one."""

    name = "context_precision"
    outputs: Sequence[Output] = (
        Output(
            name="context_precision",
            margin=MARGIN,
            note="average precision of the retrieved chunks; what was missed is context_recall's concern",
        ),
    )
    folder = "context_precision"

    def inapplicable(self, answered: Answered) -> Score | None:
        return evidence.without_retrieval_or_reference(answered)

    def unasked(self, answered: Answered) -> Scores | None:
        return None if evidence.own_contexts(answered) else self.everywhere(evidence.RETRIEVED_NOTHING)

    def prompts(self) -> Mapping[Task, Any]:
        from ragas.metrics.collections.context_precision import util

        return {Task.USEFULNESS: util.ContextPrecisionPrompt}

    async def ask(self, answered: Answered, sitting: Sitting) -> Scores:
        from ragas.metrics.collections import ContextPrecisionWithReference

        metric = with_known_schemas(ContextPrecisionWithReference(llm=judge_llm(sitting.transcript)))
        result = await metric.ascore(
            user_input=evidence.readable(answered.sample.question),
            reference=evidence.reference_text(answered.sample),
            retrieved_contexts=evidence.own_contexts(answered),
        )
        return self.everywhere(self.checked(result.value, detail=self.detail(sitting.transcript.exchanges)))

    def detail(self, exchanges: Sequence[Exchange]) -> dict[str, JsonValue]:
        """One verdict per chunk, in the order of the contexts."""
        chunks = of_task(exchanges, Task.USEFULNESS)
        return {"chunks": chunks} if chunks else {}


class ContextRecall(RagasMetric):
    """Share of the reference's statements that the retrieved contexts hold."""

    name = "context_recall"
    outputs: Sequence[Output] = (
        Output(
            name="context_recall",
            margin=MARGIN,
            note="share of the reference's statements that the system's own contexts hold",
        ),
    )
    folder = "context_recall"

    def inapplicable(self, answered: Answered) -> Score | None:
        return evidence.without_retrieval_or_reference(answered)

    def unasked(self, answered: Answered) -> Scores | None:
        return None if evidence.own_contexts(answered) else self.everywhere(evidence.RETRIEVED_NOTHING)

    def prompts(self) -> Mapping[Task, Any]:
        from ragas.metrics.collections.context_recall import util

        return {Task.ATTRIBUTION: util.ContextRecallPrompt}

    async def ask(self, answered: Answered, sitting: Sitting) -> Scores:
        from ragas.metrics.collections import ContextRecall as RagasContextRecall

        metric = with_known_schemas(RagasContextRecall(llm=judge_llm(sitting.transcript)))
        result = await metric.ascore(
            user_input=evidence.readable(answered.sample.question),
            retrieved_contexts=evidence.own_contexts(answered),
            reference=evidence.reference_text(answered.sample),
        )
        detail = self.detail(sitting.transcript.exchanges)
        if not detail["attributions"]:
            raise JudgeFailure("no statements: the judge found none in the reference")
        return self.everywhere(self.checked(result.value, detail=detail))

    def detail(self, exchanges: Sequence[Exchange]) -> dict[str, JsonValue]:
        made = of_task(exchanges, Task.ATTRIBUTION)
        return {"attributions": made[0]["classifications"]} if made else {}
