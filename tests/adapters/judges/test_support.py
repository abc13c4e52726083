"""Golden vectors of graded support: worked again from the raw model's third layer, and pinned as numbers."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from bakeoff.adapters.encoders.embedded import embedded_folder
from bakeoff.adapters.judges.support import graded_support, supports, word_encoder, word_weight

CONTEXTS = [
    "The Atlas 20 has a large battery. It runs for twelve hours and 30 minutes at half brightness.",
    "Customers may return unopened parcels within 14 days.",
]

# Each sentence's content words, as places in its word pieces; place 0 is the start token.
CONTEXT_WORDS = {
    "The Atlas 20 has a large battery.": [[2], [3], [6], [7]],
    "It runs for twelve hours and 30 minutes at half brightness.": [[2], [4], [5], [7], [8], [10], [11]],
    "Customers may return unopened parcels within 14 days.": [[1], [3], [4, 5, 6], [7], [9], [10]],
}

BATTERY = "The battery of the Atlas 20 lasts twelve hours."
PARCELS = "Unopened parcels can be returned within 14 days."
VEGA = "The Vega 7 lasts 3 weeks, or 5 months, or 9 years."
RETURN = "Customers return parcels in 21 days."

# Content words by place, and each word's vocabulary id (30522 times the pieces of a longer word).
CLAIM_WORDS = {
    BATTERY: [([2], 6046), ([5], 11568), ([6], 2322), ([7], 16180), ([8], 4376), ([9], 2847)],
    PARCELS: [([1, 2, 3], 3 * 30522), ([4], 28998), ([7], 2513), ([9], 2403), ([10], 2420)],
    VEGA: [
        ([2], 15942), ([3], 1021), ([4], 16180), ([5], 1017), ([6], 3134),
        ([9], 1019), ([10], 2706), ([13], 1023), ([14], 2086),
    ],
    "Brightness.": [([1], 18295)],
    RETURN: [([1], 6304), ([2], 2709), ([3], 28998), ([5], 2538), ([6], 2420)],
}  # fmt: skip

# Numbers of the claim that the contexts lack, counted by eye.
MISSING = {BATTERY: (), PARCELS: (), VEGA: ("7", "3", "5", "9"), "Brightness.": (), RETURN: ("21",)}

PINNED = {  # G, A, P
    BATTERY: (0.7944, 0.8347, 0.7542),
    PARCELS: (0.9227, 0.9421, 0.9033),
    VEGA: (0.3456, 0.5551, 0.5361),
    "Brightness.": (0.8974, 0.8974, 0.8974),
    RETURN: (0.8049, 0.9517, 0.8581),
}


@lru_cache
def raw_model() -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer

    folder = str(embedded_folder())
    return AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()


def word_vectors(sentence: str, groups: list[list[int]]) -> list[Any]:
    import torch

    tokenizer, model = raw_model()
    with torch.inference_mode():
        output = model(**tokenizer(sentence, return_tensors="pt"), output_hidden_states=True)
    states = output.hidden_states[3][0].double().numpy()
    means = [sum(states[place] for place in group) / len(group) for group in groups]
    return [mean / math.sqrt(float(mean @ mean)) for mean in means]


def worked_by_hand(claim: str) -> tuple[float, float, float, list[float]]:
    """G, A, P and the pairs' support, loop by loop from the definition."""
    places = [group for group, _ in CLAIM_WORDS[claim]]
    mine = word_vectors(claim, places)
    theirs = [word_vectors(sentence, groups) for sentence, groups in CONTEXT_WORDS.items()]
    matrix = [[max(float(word @ other) for other in sentence) for sentence in theirs] for word in mine]
    weights = []
    for _, identity in CLAIM_WORDS[claim]:
        raw = (math.log(identity + 1) - math.log(1500)) / (math.log(40000) - math.log(1500))
        weights.append(0.15 if raw < 0.15 else 1.0 if raw > 1.0 else raw)
    a = sum(weight * max(row) for weight, row in zip(weights, matrix, strict=True)) / sum(weights)
    pairs = []
    for row, after in itertools.pairwise(matrix):
        pairs.append(max(min(x, y) for x, y in zip(row, after, strict=True)))
    pairs = pairs or [max(matrix[0])]
    p = sum(pairs) / len(pairs)
    return (a + p) / 2 - 0.1 * min(2, len(MISSING[claim])), a, p, pairs


@pytest.mark.parametrize("claim", CLAIM_WORDS)
def test_support_equals_the_definition_worked_from_the_raw_model(claim: str) -> None:
    found = graded_support(claim, CONTEXTS)
    g, a, p, pairs = worked_by_hand(claim)
    assert pytest.approx((g, a, p), abs=2e-6) == (found.G, found.A, found.P)
    assert found.pairs == pytest.approx(pairs, abs=2e-6)
    assert found.missing_numbers == MISSING[claim]


@pytest.mark.parametrize("claim", PINNED)
def test_support_is_pinned(claim: str) -> None:
    found = graded_support(claim, CONTEXTS)
    assert pytest.approx(PINNED[claim], abs=6e-5) == (found.G, found.A, found.P)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], 1.0),
        ([100], 0.15),
        ([1499], 0.15),
        ([2450], 0.15),  # ln(2451/1500) / ln(40000/1500) = .1495
        ([2460], 0.1508),
        ([11568], 0.6222),
        ([30521], 0.9176),
        ([100, 200], 1.0),
        ([1, 2, 3], 1.0),
    ],
)
def test_word_weight(pieces: list[int], expected: float) -> None:
    assert word_weight(pieces) == pytest.approx(expected, abs=5e-5)


def test_each_missing_number_costs_a_tenth_and_two_at_most() -> None:
    for count, penalty in [(0, 0.0), (1, 0.1), (2, 0.2), (3, 0.2), (5, 0.2)]:
        claim = "Parcels go back " + ", ".join(f"9{number} times" for number in range(count))
        found = graded_support(claim, CONTEXTS)
        assert len(found.missing_numbers) == count
        assert pytest.approx((found.A + found.P) / 2 - penalty, abs=1e-12) == found.G


def test_a_number_may_stand_in_any_context_in_any_way_of_writing() -> None:
    found = graded_support("It costs 1000 or 2.5.", ["A price of 1,000.", "It was 2.50 once."])
    assert found.missing_numbers == ()


@pytest.mark.parametrize("contexts", [[], [""], ["..."], ["", " \n"]])
def test_contexts_without_words_support_nothing(contexts: list[str]) -> None:
    found = graded_support("The battery lasts 12 hours.", contexts)
    assert (found.A, found.P) == (0.0, 0.0)
    assert pytest.approx(-0.1) == found.G
    assert found.missing_numbers == ("12",)
    assert found.unsupported_phrases == ("battery lasts 12 hours",)


@pytest.mark.parametrize("claim", ["", "...", "—"])
def test_a_claim_without_words_has_no_support(claim: str) -> None:
    found = graded_support(claim, CONTEXTS)
    assert (found.G, found.A, found.P) == (0.0, 0.0, 0.0)
    assert found.pairs == ()
    assert found.unsupported_phrases == ()


def test_a_single_content_word_is_its_own_pair() -> None:
    found = graded_support("The parcels.", CONTEXTS)
    assert found.pairs == (found.P,)
    assert found.A == found.P


def test_a_sentence_supports_itself_fully() -> None:
    for sentence in CONTEXT_WORDS:
        found = graded_support(sentence, CONTEXTS)
        assert pytest.approx(1.0, abs=1e-5) == found.G
        assert found.unsupported_phrases == ()


def test_unsupported_stretches_are_joined_and_quoted_from_the_claim() -> None:
    found = graded_support(RETURN, CONTEXTS)
    assert [pair >= 0.80 for pair in found.pairs] == [True, True, False, False]
    assert found.unsupported_phrases == ("parcels in 21 days",)
    assert graded_support(BATTERY, CONTEXTS).unsupported_phrases == ("20 lasts twelve",)


def test_separate_unsupported_stretches_stay_separate() -> None:
    claim = "Elephants dance and customers may return unopened parcels while volcanoes erupt."
    phrases = graded_support(claim, CONTEXTS).unsupported_phrases
    assert phrases[0].startswith("Elephants dance")
    assert phrases[-1].endswith("volcanoes erupt")
    assert len(phrases) == 2


def test_pairs_need_one_sentence_that_has_both_words() -> None:
    apart = graded_support("Red lamp.", ["The red door.", "The old lamp."])
    together = graded_support("Red lamp.", ["The red door and the old lamp."])
    assert together.P > apart.P
    assert apart.A > apart.P


def test_many_claims_at_once_equal_one_by_one() -> None:
    together = supports(list(PINNED), CONTEXTS, word_encoder())
    for claim, found in zip(PINNED, together, strict=True):
        alone = graded_support(claim, CONTEXTS)
        assert pytest.approx((alone.G, alone.A, alone.P), abs=1e-6) == (found.G, found.A, found.P)


def test_order_and_repetition_of_contexts_change_nothing() -> None:
    once = graded_support(BATTERY, CONTEXTS)
    again = graded_support(BATTERY, [*reversed(CONTEXTS), *CONTEXTS])
    assert again.pairs == pytest.approx(once.pairs, abs=1e-6)


# What the procedure is known to see and not to see; behaviour, not rates.


def test_does_not_see_negation() -> None:
    contexts = ["The lamp is included in the box."]
    plain = graded_support("The lamp is included in the box.", contexts)
    negated = graded_support("The lamp is not included in the box.", contexts)
    assert np.array(negated.pairs).min() >= 0.80
    assert negated.G > 0.85
    assert plain.G >= negated.G


@pytest.mark.parametrize(("said", "number"), [("13 days", "13"), ("140 days", "140"), ("14.5 days", "14.5")])
def test_sees_changed_numbers(said: str, number: str) -> None:
    right = graded_support("Unopened parcels may be returned within 14 days.", CONTEXTS)
    wrong = graded_support(f"Unopened parcels may be returned within {said}.", CONTEXTS)
    assert wrong.missing_numbers == (number,)
    assert right.G - wrong.G >= 0.1


def test_sees_what_is_off_topic() -> None:
    assert graded_support("Volcanoes erupt beneath the glaciers of Iceland.", CONTEXTS).G < 0.4
