"""The metric on listed verdicts: golden answers, statuses, evidence, and what the judge is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from bakeoff.evals.protocols import Judge, Metric, Task, Tools
from bakeoff.evals.records import (
    Answered,
    Context,
    Failure,
    Overrides,
    Response,
    Sample,
    Score,
    Status,
)
from bakeoff.suites.knowledge_origin.formulas import IN_CHUNKS, OF_CHUNKS
from bakeoff.suites.knowledge_origin.metric import SHORT, chunks_of, origin_metric

MakeJudge = Callable[..., Any]

QUESTION = "What is known of the Arvend 3 and of its warranty?"
REFERENCE = "The Arvend 3 weighs 4 kg, its warranty lasts 24 months, it is red."
ANSWER = "The Arvend 3 weighs 4 kg, it is red, and it was built in Zuvor and Bellmor and Ostrel."
A, B, C = "Page A on the weight.", "Page B on the town.", "Page C on nothing."
CLAIMS = {
    REFERENCE: ["g weight", "g warranty", "g colour"],
    ANSWER: ["weight", "colour", "Zuvor", "Bellmor", "Ostrel"],
}
HOLDS = {
    REFERENCE: ["weight", "colour"],
    ANSWER: ["g weight", "g colour"],
    A: ["weight", "Zuvor", "g weight", "g warranty"],
    B: ["Bellmor"],
    C: [],
}
SAMPLE = Sample(id="s", question=QUESTION, reference=REFERENCE)


def item(text: str = ANSWER, contexts: Sequence[str] | None = (A, B, C), **fields: Any) -> Answered:
    passages = None if contexts is None else tuple(Context(text=one) for one in contexts)
    made = {"system": "rag", "retrieves": contexts is not None, "sample": SAMPLE}
    return Answered(**{**made, "response": Response(text=text, contexts=passages), **fields})


def score(judge: object, *batch: Answered) -> list[dict[str, Score] | None]:
    tools = Tools(cast(Judge, judge), cast(Any, None))
    return asyncio.run(origin_metric().score(batch, tools))


def one(judge: object, answer: Answered) -> dict[str, Score]:
    (found,) = score(judge, answer)
    assert found is not None
    return found


@pytest.fixture
def judge(listed: MakeJudge) -> Any:
    return listed(CLAIMS, HOLDS)


def test_a_golden_answer(judge: Any) -> None:
    found = one(judge, item())
    assert {name: each.value for name, each in found.items()} == pytest.approx(
        {
            "answer_precision": 2 / 5,
            "answer_recall": 2 / 3,
            "answer_f1": 1 / 2,
            "claims_from_context": 1 / 5,
            "claims_from_weights": 1 / 5,
            "claims_wrong": 3 / 5,
            "chunk_claim_recall": 2 / 3,
            "chunk_context_precision": 1 / 3,
            "context_utilisation": 1 / 2,
            "noise_sensitivity_relevant": 1 / 5,
            "noise_sensitivity_irrelevant": 1 / 5,
            "hallucination": 1 / 5,
            "self_knowledge": 1 / 5,
            "chunk_faithfulness": 3 / 5,
        }
    )
    assert {each.status for each in found.values()} == {Status.SCORED}


def test_each_claim_is_kept_with_its_label_and_its_chunks(judge: Any) -> None:
    found = one(judge, item())
    assert found["claims_wrong"].detail["claims"] == [
        {"claim": "weight", "label": "from_context", "chunks": [1]},
        {"claim": "colour", "label": "from_weights", "chunks": []},
        {"claim": "Zuvor", "label": "wrong", "chunks": [1]},
        {"claim": "Bellmor", "label": "wrong", "chunks": [2]},
        {"claim": "Ostrel", "label": "wrong", "chunks": []},
    ]
    assert found["answer_recall"].detail["claims"] == [
        {"claim": "g weight", "in_answer": True, "chunks": [1]},
        {"claim": "g warranty", "in_answer": False, "chunks": [1]},
        {"claim": "g colour", "in_answer": True, "chunks": []},
    ]


def test_one_question_for_each_text_and_list_of_claims(judge: Any) -> None:
    one(judge, item())
    assert Counter(judge.asked) == {
        Task.CLAIMS: 2,  # of the answer, of the reference
        Task.DECLINING: 1,
        Task.CLAIM_VERDICTS: 2 + 3 * 2,  # each against the other, both against three chunks
    }


def test_marks_of_sources_are_not_part_of_what_is_claimed(judge: Any) -> None:
    assert one(judge, item(ANSWER.replace(",", " [1],"))) == one(judge, item())


def test_closed_book_has_no_numbers_of_chunks(judge: Any) -> None:
    closed = SAMPLE.model_copy(update={"overrides": Overrides(contexts=())})
    for answer in (item(contexts=None), item(contexts=(), sample=closed)):
        found = one(judge, answer)
        for name in IN_CHUNKS:
            assert (found[name].status, found[name].reason) == (
                Status.NOT_APPLICABLE,
                "answered without passages",
            )
        assert found["claims_from_weights"].value == found["answer_precision"].value == 2 / 5
        assert found["claims_from_context"].value == 0


def test_a_retriever_that_returned_nothing_is_no_closed_book(judge: Any) -> None:
    found = one(judge, item(contexts=()))
    assert (found["chunk_claim_recall"].value, found["chunk_context_precision"].value) == (0, 0)
    assert found["hallucination"].value == 3 / 5
    assert found["context_utilisation"].status is Status.NOT_APPLICABLE


def test_passages_that_were_given_are_the_passages() -> None:
    given = SAMPLE.model_copy(update={"overrides": Overrides(contexts=(Context(text=B),))})
    assert chunks_of(item(contexts=None, sample=given)) == (B,)
    assert chunks_of(item(contexts=[A], sample=given)) == (B,)
    assert chunks_of(item(contexts=[A])) == (A,)


def check_without_claims(found: dict[str, Score]) -> None:
    for name, each in found.items():
        if name in OF_CHUNKS:
            assert each.status is Status.SCORED, name
        elif name in ("answer_recall", "answer_f1", "context_utilisation"):
            assert (each.status, each.value) == (Status.ABSTAINED, 0), name
        else:
            assert (each.status, each.value) == (Status.ABSTAINED, None), name


def test_an_abstention_by_the_rules_is_asked_for_no_claims(judge: Any) -> None:
    check_without_claims(one(judge, item("I do not know.", abstained=True)))
    assert Task.DECLINING not in judge.asked
    assert Counter(judge.asked) == {Task.CLAIMS: 1, Task.CLAIM_VERDICTS: 3}


def test_an_abstention_that_only_the_judge_sees(listed: MakeJudge) -> None:
    text = "That is for others to say."
    check_without_claims(one(listed(CLAIMS, HOLDS, [text]), item(text)))


@pytest.mark.parametrize("text", ["So it is said.", "", "…"])
def test_an_answer_that_claims_nothing(listed: MakeJudge, text: str) -> None:
    check_without_claims(one(listed({**CLAIMS, text: []}, HOLDS), item(text)))


def test_without_claims_and_without_retrieval(judge: Any) -> None:
    found = one(judge, item("I do not know.", contexts=None, abstained=True))
    assert found["hallucination"].status is Status.NOT_APPLICABLE
    assert found["chunk_claim_recall"].status is Status.NOT_APPLICABLE
    assert found["claims_wrong"].status is Status.ABSTAINED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"reference": None}, "no reference"),
        ({"reference": " "}, "no reference"),
        ({"answerable": False}, "the sample is unanswerable"),
    ],
)
def test_without_a_reference_nothing_applies_and_nothing_is_asked(
    judge: Any, change: dict[str, Any], reason: str
) -> None:
    found = one(judge, item(sample=SAMPLE.model_copy(update=change)))
    assert {(each.status, each.reason) for each in found.values()} == {(Status.NOT_APPLICABLE, reason)}
    assert judge.asked == []


def test_a_reference_without_claims_is_not_applicable(listed: MakeJudge) -> None:
    found = one(listed({**CLAIMS, REFERENCE: []}, HOLDS), item())
    assert {each.status for each in found.values()} == {Status.NOT_APPLICABLE}


def test_any_acceptable_answer_makes_a_claim_right(listed: MakeJudge) -> None:
    other = "Some say that it was built in the town of Zuvor."
    sample = SAMPLE.model_copy(update={"extras": {"references": [other]}})
    found = one(listed(CLAIMS, {**HOLDS, other: ["Zuvor"]}), item(sample=sample))
    assert found["answer_precision"].value == 3 / 5


def test_a_short_text_is_read_with_its_question(listed: MakeJudge) -> None:
    short = "24 months"
    assert len(short.split()) < SHORT
    claims = {short: ["g"], ANSWER: ["c"]}
    judge = listed(claims, {f"{QUESTION}\n{short}": ["c"], ANSWER: ["g"]})
    sample = SAMPLE.model_copy(update={"reference": short})
    found = one(judge, item(contexts=None, sample=sample))
    assert (found["answer_precision"].value, found["answer_recall"].value) == (1, 1)


def test_what_the_judge_could_not_say(listed: MakeJudge) -> None:
    failed = one(listed(CLAIMS, HOLDS, fails_on=B), item())
    assert {each.status for each in failed.values()} == {Status.JUDGE_FAILED}
    assert score(listed(CLAIMS, HOLDS, breaks_on=B), item()) == [None]
    both = score(listed(CLAIMS, HOLDS, breaks_on=B), item(), item(contexts=[A]))
    assert both[0] is None
    assert both[1] is not None


def test_a_failed_answer_gave_nothing_and_claimed_nothing(judge: Any) -> None:
    broken = Response(error=Failure(kind="time_out", message="too slow"))
    found = one(judge, item(response=broken))
    valued = {name: each.value for name, each in found.items() if each.value is not None}
    assert valued == {"answer_recall": 0, "answer_f1": 0}
    assert {each.status for each in found.values()} == {Status.SYSTEM_FAILED}


def test_it_is_a_metric_whose_outputs_have_names_of_their_own() -> None:
    from bakeoff.evals.plugins import Wiring
    from bakeoff.suites.ragas.suite import Options, build

    metric = origin_metric()
    assert isinstance(metric, Metric)
    assert metric.needs_judge
    assert metric.fingerprint == origin_metric().fingerprint
    ragas = build(Options(), cast(Wiring, None))
    theirs = {output.name for each in ragas.metrics for output in each.outputs}
    assert not theirs & {output.name for output in metric.outputs}
