from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.encoders.cache import EncodingCache


class Counting:
    """Encodes a text as itself, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: list[str]) -> list[str]:
        self.asked.append(texts)
        return texts


def test_computes_distinct_unknown_texts_once_and_together() -> None:
    cache, compute = EncodingCache[str](10), Counting()
    assert cache.fetch(["b", "a", "b"], compute) == ["b", "a", "b"]
    assert cache.fetch(["a", "c"], compute) == ["a", "c"]
    assert cache.fetch(["a", "b", "c"], compute) == ["a", "b", "c"]
    assert compute.asked == [["b", "a"], ["c"]]


def test_forgets_what_was_used_longest_ago() -> None:
    cache, compute = EncodingCache[str](2), Counting()
    cache.fetch(["a", "b"], compute)
    cache.fetch(["a"], compute)
    cache.fetch(["c"], compute)  # b goes
    cache.fetch(["a", "c"], compute)
    cache.fetch(["b"], compute)
    assert compute.asked == [["a", "b"], ["c"], ["b"]]


def test_a_value_larger_than_the_limit_is_returned_but_not_kept() -> None:
    cache, compute = EncodingCache[str](3, len), Counting()
    assert cache.fetch(["abcd"], compute) == ["abcd"]
    assert (len(cache), cache.held) == (0, 0)


@given(st.lists(st.lists(st.text("ab", max_size=4), max_size=6), max_size=20), st.integers(0, 12))
def test_never_holds_more_than_its_limit_and_always_answers(calls: list[list[str]], limit: int) -> None:
    cache = EncodingCache[str](limit, len)
    for texts in calls:
        assert cache.fetch(texts, lambda missing: missing) == texts
        assert cache.held <= limit


def test_threads_compute_each_text_once() -> None:
    cache, compute, barrier = EncodingCache[str](100), Counting(), threading.Barrier(4)

    def fetch(_: int) -> list[str]:
        barrier.wait()
        return cache.fetch([str(number) for number in range(20)], compute)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(fetch, range(4)))
    assert all(result == [str(number) for number in range(20)] for result in results)
    assert len(compute.asked) == 1
