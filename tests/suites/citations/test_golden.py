"""ALCE's definitions against cases computed by hand, edge cases included.

In each answer the first word of a sentence lists the letters that its evidence must hold.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from citing.answers import answered
from toys.plan import ToyEncoder

from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Citation, Failure, Score, Status
from bakeoff.suites.citations.metric import OUTPUTS, citations_metric

RECALL, PRECISION, UNCITED, DANGLING, UNSUPPORTED, SENTENCES = (output.name for output in OUTPUTS)

A, B, AB, NONE = "A.", "B.", "A and B.", "nothing."

# answer, passages, recall, precision, uncited, dangling, unsupported citations, unsupported sentences
GOLDEN: dict[str, tuple[Any, ...]] = {
    "no citation": ("A says so.", (A,), 0, 0, 1, None, None, None),
    "one that supports": ("A says so [1].", (A,), 1, 1, 0, 0, 0, 0),
    "one that does not": ("A says so [1].", (B,), 0, 0, 0, 0, 1, 1),
    "out of range": ("A says so [4].", (A,), 0, 0, 0, 1, None, None),
    "no passages at all": ("A says so [1].", (), 0, 0, 0, 1, None, None),
    "two, one irrelevant": ("A says so [1][2].", (A, B), 1, 1 / 2, 0, 0, 0, 0),
    "joint support only": ("AB says so [1, 2].", (A, B), 1, 1, 0, 0, 0, 0),
    "two, each enough": ("A says so [1][2].", (A, AB), 1, 1, 0, 0, 0, 0),
    "two redundant and one irrelevant": ("A says so [1][2][3].", (A, AB, B), 1, 2 / 3, 0, 0, 0, 0),
    # neither alone, the rest without either of the twins still: each twin counts as irrelevant, B does not
    "twins that need a third": ("AB says so [1][2][3].", (A, A, B), 1, 1 / 3, 0, 0, 0, 0),
    "joint set fails, one alone would not matter": ("ABC says so [1][2].", (A, B), 0, 0, 0, 0, 1, 1),
    "one cited, one not": ("A says so [1]. B says so.", (A, B), 1 / 2, 1, 1 / 2, 0, 0, 0),
    # sentence 2 is out of range: recall 0, and both of its citations leave precision's denominator
    "a range error beside a good one": (
        "A says so [1]. B says so [2][9].",
        (A, B),
        1 / 2,
        1,
        0,
        1 / 3,
        0,
        0,
    ),
    "mixed": (
        "A says so [1][2]. B says so [1]. AB says so [1][2]. B says so.",
        (A, B),
        2 / 4,
        3 / 5,
        1 / 4,
        0,
        1 / 5,
        1 / 3,
    ),
    "the same twice is one": ("A says so [1][1].", (A,), 1, 1, 0, 0, 0, 0),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_hand_computed(ask: Any, case: str) -> None:
    text, passages, *wanted = GOLDEN[case]
    row = ask(text, passages)
    for output, value in zip(OUTPUTS, wanted, strict=True):
        score = row[output.name]
        assert score.value == (None if value is None else pytest.approx(value)), output.name
        assert score.status is (Status.NOT_APPLICABLE if value is None else Status.SCORED), output.name


@pytest.mark.parametrize("text", ["", "  \n", "[1]", "…"])
def test_an_empty_output_is_skipped_and_not_0(ask: Any, judge: Any, text: str) -> None:
    row = ask(text, (A,))
    assert {score.status for score in row.values()} == {Status.ABSTAINED}
    assert {score.value for score in row.values()} == {None}
    assert not judge.asked


def test_an_abstention_is_skipped_even_where_it_cites(ask: Any, judge: Any) -> None:
    for text in ("I do not know.", "I do not know [1]."):
        row = ask(text, (A,), abstained=True)
        assert {(score.status, score.value) for score in row.values()} == {(Status.ABSTAINED, None)}
    assert not judge.asked
    assert not judge.declining


def test_the_judge_may_find_that_an_uncited_answer_declines(ask: Any, judge: Any) -> None:
    row = ask("That is anyone's guess.", (A,))
    assert {score.status for score in row.values()} == {Status.ABSTAINED}
    ask("That is anyone's guess [1].", (A,))
    assert judge.declining == ["That is anyone's guess."]


def test_singles_and_the_rest_are_asked_only_where_needed(ask: Any, judge: Any) -> None:
    ask("A says so [1]. A is right [1]. B says so [1].", (A, B))
    assert judge.asked == [("A.", ["A says so.", "A is right.", "B says so."])], "one call for one premise"
    judge.asked.clear()
    ask("C says so [1][2].", (A, B))
    assert [context for context, _ in judge.asked] == ["A.\nB."], "the joint set fails: nothing more"
    judge.asked.clear()
    ask("A says so [1][2].", (A, AB))
    assert [context for context, _ in judge.asked] == ["A.\nA and B.", "A.", "A and B."]
    judge.asked.clear()
    ask("A says so [2][1].", (A, B))
    assert [context for context, _ in judge.asked] == ["A.\nB.", "B.", "A."], "the rest of 2 is 1, as known"


def test_the_same_question_is_asked_once(ask: Any, judge: Any) -> None:
    ask("A says so [1]. A says so [1].", (A,))
    assert judge.asked == [("A.", ["A says so."])]


def test_a_citation_of_the_whole_answer_is_one_citation(ask: Any) -> None:
    """It counts as good as in the sentence that it fits best."""
    cited = tuple(Citation(source=source) for source in ("d1", "d2"))
    row = ask("A says so. B says so.", (A, B), citations=cited)
    assert (row[RECALL].value, row[PRECISION].value, row[UNCITED].value) == (1, 1, 0)
    assert row[RECALL].detail["of_the_whole_answer"] is True
    row = ask("A says so. A it is.", (A, B), citations=cited)
    assert (row[RECALL].value, row[PRECISION].value) == (1, 0.5)
    row = ask("A says so. C says so.", (A, B), citations=cited)
    assert (row[RECALL].value, row[PRECISION].value, row[UNSUPPORTED].value) == (0.5, 0.5, 0)


def test_the_evidence_stands_beside_recall(ask: Any) -> None:
    detail = ask("A says so [1][2]. B says so [7].", (A, B))[RECALL].detail
    assert detail["sentences"] == [
        {
            "sentence": "A says so.",
            "cites": ["1", "2"],
            "dangling": [],
            "supported": True,
            "irrelevant": ["2"],
        },
        {"sentence": "B says so.", "cites": ["7"], "dangling": ["7"], "supported": None, "irrelevant": []},
    ]


def test_failures_of_the_judge(failing: Any) -> None:
    (row,) = asyncio.run(
        citations_metric().score([answered("A says so [1].", (A,))], Tools(failing, ToyEncoder()))
    )
    if isinstance(failing.fails, JudgeFailure):
        assert row is not None
        assert {score.status for score in row.values()} == {Status.JUDGE_FAILED}
    else:
        assert row is None


def test_a_failed_system_is_worst_in_what_alce_defines_and_nothing_in_the_rates(judge: Any) -> None:
    item = answered("x")
    failed = item.model_copy(
        update={
            "response": item.response.model_copy(
                update={"text": None, "error": Failure(kind="error", message="down")}
            )
        }
    )
    (row,) = asyncio.run(citations_metric().score([failed], Tools(judge, ToyEncoder())))
    assert row is not None
    assert {name: score.value for name, score in row.items()} == {
        RECALL: 0.0,
        PRECISION: 0.0,
        UNCITED: None,
        DANGLING: None,
        UNSUPPORTED: None,
        SENTENCES: None,
    }
    assert {score.status for score in row.values()} == {Status.SYSTEM_FAILED}
    assert isinstance(row[RECALL], Score)
