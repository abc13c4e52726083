import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.rag.retrieval import Bm25, best, fuse, rank, tokenize


def test_tokens_keep_single_characters_and_drop_stop_words() -> None:
    assert tokenize(["The hub at 5 GHz, E1!"]) == [["hub", "5", "ghz", "e1"]]


def test_bm25_by_hand() -> None:
    # Lucene's BM25: idf = ln(1 + (n - d + .5) / (d + .5)); tf part = f / (f + k1 (1 - b + b len / mean len))
    texts = ["red fox", "red red hen house", "blue hen"]
    scores = Bm25(texts).scores("red hen")
    mean = 8 / 3

    def part(f: int, length: int) -> float:
        return f / (f + 1.5 * (1 - 0.75 + 0.75 * length / mean))

    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    assert scores == pytest.approx(
        [idf * part(1, 2), idf * (part(2, 4) + part(1, 4)), idf * part(1, 2)], rel=1e-5
    )


@pytest.mark.parametrize("question", ["", "the of", "unheard word"])
def test_bm25_without_a_shared_word_scores_nothing(question: str) -> None:
    assert Bm25(["red fox", "hen"]).scores(question).tolist() == [0.0, 0.0]


def test_bm25_of_texts_without_words() -> None:
    assert Bm25(["", "!"]).scores("red").tolist() == [0.0, 0.0]


def test_rank_keeps_the_order_of_equals() -> None:
    assert rank(np.array([0.5, 0.9, 0.5, 0.0])) == [1, 0, 2, 3]
    assert rank(np.array([0.5, 0.9, 0.5, 0.0]), above=0.0) == [1, 0, 2]


def test_reciprocal_rank_fusion_by_hand() -> None:
    fused = fuse([[4, 2, 9], [2, 7]])
    assert fused == pytest.approx({4: 1 / 61, 2: 1 / 62 + 1 / 61, 9: 1 / 63, 7: 1 / 62})
    assert [item for item, _ in best(fused, 3)] == [2, 4, 7]


def test_ties_go_to_the_earlier_item() -> None:
    assert [item for item, _ in best(fuse([[5, 1], [1, 5]]), 2)] == [1, 5]


@given(st.permutations(range(8)), st.permutations(range(8)))
def test_fusion_respects_agreement(left: list[int], right: list[int]) -> None:
    fused = fuse([left, right])
    for a in range(8):
        for b in range(8):
            if left.index(a) < left.index(b) and right.index(a) < right.index(b):
                assert fused[a] > fused[b]
