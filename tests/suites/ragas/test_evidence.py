"""Which cells have which status, and which of them ask the judge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from loopback.golden_answers import golden_answers
from loopback.scripted_judge import ScriptedJudge, WordEncoder

from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Context, Failure, Response, Score, Status
from bakeoff.suites.ragas import evidence
from bakeoff.suites.ragas.factual import FactualCorrectness, FactualOptions
from bakeoff.suites.ragas.metrics import (
    AnswerRelevancy,
    ContextPrecision,
    ContextRecall,
    Faithfulness,
    Groundedness,
)
from bakeoff.suites.ragas.scoring import RagasMetric

ALL: list[Callable[[], RagasMetric]] = [
    Faithfulness,
    Groundedness,
    AnswerRelevancy,
    ContextPrecision,
    ContextRecall,
    FactualCorrectness,
]
ON_OWN_CONTEXTS: list[Callable[[], RagasMetric]] = [Faithfulness, ContextPrecision, ContextRecall]
ON_REFERENCE: list[Callable[[], RagasMetric]] = [ContextPrecision, ContextRecall, FactualCorrectness]

GOLDEN = golden_answers()[2]


def item(
    *,
    text: str | None = None,
    contexts: Any = "as they are",
    abstained: bool = False,
    retrieves: bool = True,
    **of_sample: Any,
) -> Answered:
    """The golden answer, changed."""
    response = GOLDEN.response
    if text is not None:
        response = response.model_copy(update={"text": text})
    if contexts != "as they are":
        response = response.model_copy(update={"contexts": contexts})
    sample = GOLDEN.sample.model_copy(update=of_sample)
    changed = {"sample": sample, "response": response, "abstained": abstained, "retrieves": retrieves}
    return GOLDEN.model_copy(update=changed)


def scored(metric: RagasMetric, answered: Answered) -> tuple[dict[str, Score], ScriptedJudge]:
    judge = ScriptedJudge()
    [scores] = asyncio.run(metric.score([answered], Tools(judge, WordEncoder())))
    assert scores is not None
    return scores, judge


def unasked(metric: RagasMetric, answered: Answered) -> Score:
    """The score of the first output, which the judge had no part in."""
    scores, judge = scored(metric, answered)
    assert judge.asked == []
    return scores[metric.outputs[0].name]


def asked(metric: RagasMetric, answered: Answered) -> Score:
    scores, judge = scored(metric, answered)
    assert judge.asked
    return scores[metric.outputs[0].name]


@pytest.mark.parametrize("make", ON_OWN_CONTEXTS)
@pytest.mark.parametrize("contexts", [None, (), GOLDEN.response.contexts])
def test_a_system_that_does_not_retrieve(make: Callable[[], RagasMetric], contexts: Any) -> None:
    score = unasked(make(), item(retrieves=False, contexts=contexts))
    assert (score.status, score.reason) == (Status.NOT_APPLICABLE, "does not retrieve")


@pytest.mark.parametrize("make", [Groundedness, AnswerRelevancy, FactualCorrectness])
def test_a_closed_book_system_gets_numbers_where_no_contexts_are_needed(
    make: Callable[[], RagasMetric],
) -> None:
    assert asked(make(), item(retrieves=False, contexts=None)).status is Status.SCORED


@pytest.mark.parametrize("make", ON_OWN_CONTEXTS)
@pytest.mark.parametrize("contexts", [None, ()])
def test_retrieving_nothing_scores_zero(make: Callable[[], RagasMetric], contexts: Any) -> None:
    score = unasked(make(), item(contexts=contexts))
    assert (score.status, score.value, score.reason) == (Status.SCORED, 0.0, "retrieved nothing")


@pytest.mark.parametrize("make", ON_REFERENCE)
@pytest.mark.parametrize("reference", [None, "", "  "])
def test_without_a_reference(make: Callable[[], RagasMetric], reference: Any) -> None:
    for contexts in (GOLDEN.response.contexts, ()):
        score = unasked(make(), item(reference=reference, contexts=contexts))
        assert (score.status, score.reason) == (Status.NOT_APPLICABLE, "the sample has no reference")


@pytest.mark.parametrize("make", ON_REFERENCE)
@pytest.mark.parametrize("reference", [None, "Nobody knows."])
def test_an_unanswerable_sample(make: Callable[[], RagasMetric], reference: Any) -> None:
    score = unasked(make(), item(answerable=False, reference=reference))
    assert (score.status, score.reason) == (Status.NOT_APPLICABLE, "the sample is unanswerable")


def test_groundedness_needs_gold_contexts() -> None:
    for gold in ((), ("", " ")):
        score = unasked(Groundedness(), item(reference_contexts=gold))
        assert (score.status, score.reason) == (
            Status.NOT_APPLICABLE,
            "the sample has no reference contexts",
        )


@pytest.mark.parametrize("make", [Faithfulness, Groundedness])
@pytest.mark.parametrize("changes", [{"abstained": True}, {"text": ""}, {"text": " \n"}])
def test_an_abstention_made_no_claims(make: Callable[[], RagasMetric], changes: Any) -> None:
    score = unasked(make(), item(**changes))
    assert (score.status, score.value, score.reason) == (Status.ABSTAINED, None, "made no claims")


@pytest.mark.parametrize("changes", [{"abstained": True}, {"text": ""}])
def test_an_abstention_gives_none_of_the_reference(changes: Any) -> None:
    scores, judge = scored(FactualCorrectness(), item(**changes))
    assert judge.asked == []
    assert {name: (score.status, score.value) for name, score in scores.items()} == {
        "factual_correctness": (Status.ABSTAINED, 0.0),
        "claim_precision": (Status.ABSTAINED, None),
        "claim_recall": (Status.ABSTAINED, 0.0),
    }


def test_precision_alone_has_no_value_for_an_abstention() -> None:
    score = unasked(FactualCorrectness(FactualOptions(mode="precision")), item(abstained=True))
    assert (score.status, score.value) == (Status.ABSTAINED, None)


def test_the_relevancy_of_an_abstention_is_ragas_own() -> None:
    refused = asked(AnswerRelevancy(), item(text="I cannot answer that.", abstained=True))
    assert (refused.status, refused.value) == (Status.ABSTAINED, 0.0)
    hedged = asked(AnswerRelevancy(), item(abstained=True))
    plain = asked(AnswerRelevancy(), item())
    assert hedged.status is Status.ABSTAINED
    assert hedged.value == plain.value != 0.0


def test_the_relevancy_of_an_empty_answer() -> None:
    score = unasked(AnswerRelevancy(), item(text=""))
    assert (score.status, score.value, score.reason) == (Status.ABSTAINED, 0.0, "empty answer")


@pytest.mark.parametrize("make", [ContextPrecision, ContextRecall])
def test_context_metrics_do_not_look_at_the_answer(make: Callable[[], RagasMetric]) -> None:
    plain = asked(make(), item())
    assert asked(make(), item(abstained=True)) == plain
    assert asked(make(), item(text="")) == plain


@pytest.mark.parametrize("make", ALL)
def test_text_that_cannot_be_encoded_is_scored_as_models_get_it(make: Callable[[], RagasMetric]) -> None:
    hurt = item(
        text="Cedar \ud800 holds. It \U0001f600 lasts",
        contexts=(Context(text="\udc00 cedar"), Context(text='"}\nOutput: ')),
        question="What \ud83d of cedar?",
        reference="Cedar \udfff lasts.",
        reference_contexts=("gold \ud800",),
    )
    scores, judge = scored(make(), hurt)
    assert {score.status for score in scores.values()} == {Status.SCORED}
    assert all("�" in call.prompt for call in judge.asked[:1])


def test_readable_keeps_what_can_be_encoded() -> None:
    assert evidence.readable("naïve \U0001f600 \u2028 字") == "naïve \U0001f600 \u2028 字"
    assert evidence.readable("a\ud800b") == "a�b"
    assert evidence.readable("\ud83d\ude00") == "\U0001f600"


def test_a_failed_response_is_refused() -> None:
    failed = GOLDEN.model_copy(update={"response": Response(error=Failure(kind="time_out", message="60 s"))})
    with pytest.raises(ValueError, match="rag failed on g2"):
        scored(AnswerRelevancy(), failed)


@pytest.mark.parametrize("make", ALL)
def test_what_does_not_apply_is_known_without_an_answer(make: Callable[[], RagasMetric]) -> None:
    """So that a failure of a system that does not retrieve is no failure of its retrieval."""
    failed = Response(error=Failure(kind="error", message="no"))
    bare = item(retrieves=False, reference=None, reference_contexts=())
    reason = make().inapplicable(bare.model_copy(update={"response": failed}))
    assert (reason is None) == (make is AnswerRelevancy)
    assert make().inapplicable(item().model_copy(update={"response": failed})) is None
