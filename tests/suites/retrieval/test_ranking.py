"""The four measures by hand, and where they do not apply."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Context, Failure, Response, Sample, Score, Status, Timing
from bakeoff.suites.retrieval.metrics import latency_share_metric, missed_metric
from bakeoff.suites.retrieval.ranking import RankingMetric
from bakeoff.suites.rule_metric import RuleMetric

NO_TOOLS = Tools(cast(Any, None), cast(Any, None))
NAMES = ("precision_at_3", "recall_at_3", "mrr", "ndcg_at_3")


def item(ranked: Sequence[str] | None, gold: Sequence[str], **fields: Any) -> Answered:
    contexts = None if ranked is None else tuple(Context(text="t", id=name) for name in ranked)
    sample = Sample(id="s", question="q", reference="r", reference_context_ids=tuple(gold))
    response = fields.pop("response", None) or Response(text="x", contexts=contexts)
    return Answered(**{"system": "rag", "retrieves": True, "sample": sample, "response": response, **fields})


def scores(metric: RankingMetric | RuleMetric, *batch: Answered) -> list[dict[str, Score]]:
    found = asyncio.run(metric.score(batch, NO_TOOLS))
    return [one for one in found if one is not None]


def values(*batch: Answered, k: int = 3) -> list[list[float | None]]:
    return [[score.value for score in one.values()] for one in scores(RankingMetric(k), *batch)]


LOG3 = math.log2(3)


@pytest.mark.parametrize(
    ("ranked", "gold", "wanted"),
    [
        ("xab", "ab", [2 / 3, 1, 1 / 2, (1 / LOG3 + 1 / 2) / (1 + 1 / LOG3)]),
        ("abx", "ab", [2 / 3, 1, 1, 1]),
        ("xyza", "a", [0, 0, 1 / 4, 0]),  # beyond k: only MRR looks further
        ("a", "a", [1 / 3, 1, 1, 1]),  # fewer than k documents: precision is over k all the same
        ("ax", "abcd", [1 / 3, 1 / 4, 1, 1 / (1 + 1 / LOG3 + 1 / 2)]),
        ("xy", "a", [0, 0, 0, 0]),
        ("", "a", [0, 0, 0, 0]),
        ("aaxxb", "ab", [2 / 3, 1, 1, (1 + 1 / 2) / (1 + 1 / LOG3)]),  # each document once
    ],
)
def test_the_four_measures_by_hand(ranked: str, gold: str, wanted: list[float]) -> None:
    assert values(item(list(ranked), list(gold))) == [pytest.approx(wanted)]


def test_k_is_in_the_names_and_counts() -> None:
    (found,) = scores(RankingMetric(1), item(["x", "a"], ["a"]))
    assert {name: score.value for name, score in found.items()} == {
        "precision_at_1": 0,
        "recall_at_1": 0,
        "mrr": 0.5,
        "ndcg_at_1": 0,
    }
    assert RankingMetric(1).fingerprint != RankingMetric(2).fingerprint


def test_a_batch_scores_as_its_items_do_and_keeps_their_order() -> None:
    batch = [
        item(["x", "a"], ["a"]),
        item(["a"], ["a"], retrieves=False),
        item([], ["b"]),
        item(None, ["b"]),
        item(["b", "c"], ["c", "b"]),
    ]
    assert values(*batch) == [values(one)[0] for one in batch]
    assert values(*batch)[2] == values(*batch)[3] == [0, 0, 0, 0]
    assert values() == []


def test_what_was_found_is_the_evidence() -> None:
    (found,) = scores(RankingMetric(), item(["x", "a"], ["a", "b"]))
    assert found["recall_at_3"].detail == {
        "ranks": {"a": 2, "b": None},
        "documents": 2,
        "known_by": "ids",
    }


def test_an_abstention_keeps_the_retrieval_that_it_had() -> None:
    (found,) = scores(RankingMetric(), item(["a"], ["a"], abstained=True))
    assert (found["mrr"].status, found["mrr"].value) == (Status.SCORED, 1)


def test_statuses_where_there_is_nothing_to_measure() -> None:
    failed = Response(error=Failure(kind="error", message="boom"))
    unidentified = Response(text="x", contexts=(Context(text="t"),))
    batch = [
        item([], ["a"], response=failed),
        item([], ["a"], response=unidentified),
        item([], []),
    ]
    found = scores(RankingMetric(), *batch)
    assert [one["mrr"].status for one in found] == [
        Status.SYSTEM_FAILED,
        Status.NOT_APPLICABLE,
        Status.NOT_APPLICABLE,
    ]
    assert [one["mrr"].value for one in found] == [0, None, None]
    assert all(tuple(one) == NAMES for one in found)


def test_ids_that_are_no_valid_unicode_do_not_end_the_run() -> None:
    assert values(item(["x\0y", "\ud800"], ["\ud800"])) == [pytest.approx([1 / 3, 1, 1 / 2, 1 / LOG3])]


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdef"), max_size=6), st.sets(st.sampled_from("abcdef"), min_size=1))
def test_precision_and_recall_count_the_same_hits(ranked: list[str], gold: set[str]) -> None:
    (precision, recall, mrr, ndcg), *_ = values(item(ranked, sorted(gold)))
    assert precision is not None
    assert recall is not None
    best = list(dict.fromkeys(ranked))[:3]
    assert precision * 3 == pytest.approx(len(gold & set(best)))
    assert recall * len(gold) == pytest.approx(precision * 3)
    assert (mrr == 0) is not bool(gold & set(ranked))
    assert (ndcg == 0) is (precision == 0)


def test_missed_is_one_where_no_gold_passage_is_there_at_any_rank() -> None:
    metric = missed_metric(by_text=False)
    found = scores(
        metric, item(["x", "y", "z", "a"], ["a", "b"]), item(["x"], ["a"]), item([], ["a"], retrieves=False)
    )
    assert [one["missed"].value for one in found] == [0, 1, None]
    assert found[1]["missed"].detail["ranks"] == {"a": None}
    unidentified = item([], ["a"], response=Response(text="x", contexts=(Context(text="t"),)))
    assert scores(metric, unidentified)[0]["missed"].status is Status.NOT_APPLICABLE
    assert missed_metric(by_text=True).fingerprint != metric.fingerprint


def test_a_failure_is_not_held_against_the_retriever() -> None:
    failed = item([], ["a"], response=Response(error=Failure(kind="error", message="boom")))
    (found,) = scores(missed_metric(by_text=False), failed)
    assert (found["missed"].status, found["missed"].value) == (Status.SYSTEM_FAILED, None)


@pytest.mark.parametrize(
    ("total", "retrieval", "share"),
    [
        (2.0, 0.5, 0.25),
        (1.0, 1.001, 1.0),
        (1.0, 0.0, 0.0),
        (None, 0.5, None),
        (0.0, 0.0, None),
        (1.0, None, None),
    ],
)
def test_latency_share_is_retrieval_over_all(
    total: float | None, retrieval: float | None, share: float | None
) -> None:
    metric = latency_share_metric()
    timing = Timing(total_s=total, retrieval_s=retrieval)
    (found,) = scores(metric, item([], [], response=Response(text="x", contexts=(), timing=timing)))
    assert found["latency_share"].value == share
    assert found["latency_share"].status is (Status.NOT_APPLICABLE if share is None else Status.SCORED)
    assert "timing" in metric.also_reads
    assert metric.inapplicable(item([], [], retrieves=False)) is not None
