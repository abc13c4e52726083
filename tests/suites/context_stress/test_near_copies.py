"""Near copies: all different, all the same."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.context_stress.near_copies import near_copies
from bakeoff.suites.reference.tokens import tokens

SENTENCES = st.lists(
    st.sampled_from(["It is green.", "It begins at 9.", "It costs 4.50 euros.", "Several are in Korvik."]),
    min_size=1,
    max_size=5,
)


@given(SENTENCES, st.integers(min_value=1, max_value=20))
def test_they_differ_and_hold_the_same_numbers_and_names(parts: list[str], count: int) -> None:
    text = " ".join(parts)
    copies = near_copies(text, count)
    assert copies[0] == text
    assert len(copies) == len(set(copies)) == count
    keys = Counter(token.text for token in tokens(text) if token.kind == "number" or token.text == "Korvik")
    for copy in copies:
        assert Counter(t.text for t in tokens(copy) if t.kind == "number" or t.text == "Korvik") == keys


def test_sentences_are_turned_and_words_exchanged() -> None:
    assert near_copies("It begins now. It is green.", 3) == [
        "It begins now. It is green.",
        "Please note: It is green. It starts now.",
        "For your information: It begins now. It is green.",
    ]
