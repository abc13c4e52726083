"""How far texts are from the training prompts: nothing for the same, everything for others."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bakeoff.suites.format_shift.variants.distance import Distance, distance

THINGS = ("price", "weight", "colour", "range", "size", "noise level", "warranty", "power", "age", "height")
NAMES = ("Trock", "Fend", "Kost", "Post", "Trek", "Vorn", "Blist", "Grop", "Snarl", "Pell", "Quim", "Rund")


def formal(seed: int, n: int = 120) -> list[str]:
    rng = random.Random(seed)
    return [
        f"Kindly state the {rng.choice(THINGS)} of the {rng.choice(NAMES)} {rng.randint(1, 999)}."
        for _ in range(n)
    ]


def casual(seed: int, n: int = 120) -> list[str]:
    return [f"hey, what's the {text.split(' the ', 1)[1][:-1]} pls" for text in formal(seed, n)]


class LengthEncoder:
    """Three numbers of a text: enough to tell long from short, and nothing else."""

    name = "length"
    fingerprint = "length-1"
    weights: str | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[len(text), len(text.split()), 10.0] for text in texts], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_texts_of_the_same_kind_are_no_shift() -> None:
    found = [distance(formal(seed), formal(seed + 100), None, seed) for seed in range(6)]
    assert [one.is_shift for one in found].count(False) >= 5  # each has a 2.5 % chance of the other
    assert all(one.ngram is not None and abs(one.ngram - 0.5) < 0.15 for one in found)


def test_another_register_is_a_shift_for_both_classifiers() -> None:
    found = distance(formal(1), [text * 3 for text in casual(2)], LengthEncoder(), 0)
    assert found.ngram == pytest.approx(1)
    assert found.embedding == pytest.approx(1)
    assert found.ngram_interval is not None
    assert (found.n, found.is_shift) == (120, True)
    assert found.ngram_interval.low is not None
    assert found.ngram_interval.low > 0.9


def test_one_classifier_that_sees_it_is_enough() -> None:
    plain, capitals = formal(1), [text.swapcase() for text in formal(2)]
    found = distance(plain, capitals, LengthEncoder(), 0)
    assert found.embedding is not None
    assert abs(found.embedding - 0.5) < 0.15
    assert found.is_shift is True


def test_a_sample_is_never_on_both_sides() -> None:
    # Each text carries a word that only its origin has: with copies of an origin in training and test, the
    # classifier would know its class by that word alone. The prompts are the same samples, some equal.
    words = [f"{a}{b}" for a in NAMES for b in NAMES]
    rng = random.Random(7)
    rng.shuffle(words)
    ours, theirs = words[:60], words[60:120]
    texts = [f"what about {word} then" for word in ours for _ in range(3)]
    prompts = [f"what about {word} then" for word in theirs]
    grouped = distance(prompts, texts, None, 0, origins=[word for word in ours for _ in range(3)])
    assert grouped.ngram is not None
    assert abs(grouped.ngram - 0.5) < 0.2
    assert grouped.ngram_interval is not None
    assert grouped.ngram_interval.clusters == 60
    alone = distance(prompts, texts, None, 0, origins=[str(place) for place in range(180)])
    assert alone.ngram is not None
    assert alone.ngram > grouped.ngram + 0.2


def test_prompts_that_are_the_texts_cannot_be_told_apart() -> None:
    texts = list(dict.fromkeys(formal(3)))
    found = distance(texts, texts, None, 0)
    assert found.ngram == pytest.approx(0.5)  # both of a pair lie in one fold, with one score
    assert found.is_shift is False


@pytest.mark.parametrize(
    ("prompts", "texts"),
    [([], formal(1)), (formal(1, 19), formal(2)), (formal(1), formal(2, 19)), (["same"] * 50, formal(2))],
)
def test_too_few_texts_tell_nothing(prompts: list[str], texts: list[str]) -> None:
    assert distance(prompts, texts, None, 0) == Distance(None, None, len(texts))
    assert distance(prompts, texts, None, 0).is_shift is None


def test_too_few_origins_tell_nothing() -> None:
    found = distance(formal(1), formal(2, 40), None, 0, origins=["a", "b", "c", "d"] * 10)
    assert (found.ngram, found.is_shift) == (None, None)


def test_many_texts_are_drawn_from_and_the_same_seed_draws_the_same() -> None:
    prompts, texts = formal(1, 40), casual(2, 1_400)
    once, again = (distance(prompts, texts, None, -3) for _ in range(2))
    assert once.n == 1_000
    assert once == again
