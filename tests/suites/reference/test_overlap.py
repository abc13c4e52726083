"""Exact match and token F1 on hand-worked cases, and against SQuAD's own procedure."""

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.reference.overlap import exact_match, normalised, token_f1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Eiffel\tTower.", "eiffel tower"),
        ("an apple a day", "apple day"),
        ("theatre analysis", "theatre analysis"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
        ("ﬁle №5", "file no5"),
        ("“quoted” – ‘text’…", "quoted text"),
        ("¿Qué?", "qué"),
        ("1,000", "1000"),
        ("3.5", "3.5"),
        ("version 2.10.1.", "version 2.10.1"),
        ("e.g. this", "eg this"),
        ("état", "état"),
        ("%", "%"),
        ("The", "the"),
        ("", ""),
        (" \u00a0\n", ""),
    ],
)
def test_normalisation(text: str, expected: str) -> None:
    assert normalised(text) == expected


@pytest.mark.parametrize(
    ("answer", "references", "expected"),
    [
        ("30 days", ["30 Days."], 1.0),
        ("30 days", ["in 30 days"], 0.0),
        ("19.50", ["$19.50"], 1.0),
        ("3.5", ["35"], 0.0),
        ("no", ["yes", "No!"], 1.0),
        ("%", ["$"], 0.0),
        ("The", ["A"], 0.0),
        ("", ["Paris"], 0.0),
    ],
)
def test_exact_match(answer: str, references: list[str], expected: float) -> None:
    assert exact_match(answer, references) == expected


@pytest.mark.parametrize(
    ("answer", "references", "expected"),
    [
        # 3 of 5 words shared, 3 of the reference's 4: P = 3/5, R = 3/4
        ("red blue green black white", ["red green white pink"], 2 / 3),
        # a repeated word counts as often as both have it: P = 2/3, R = 2/2
        ("very very good", ["very good"], 0.8),
        ("one two", ["three", "one four"], 0.5),
        ("one", ["two"], 0.0),
        ("", ["two"], 0.0),
        ("%", ["%"], 1.0),
    ],
)
def test_token_f1(answer: str, references: list[str], expected: float) -> None:
    assert token_f1(answer, references) == pytest.approx(expected)


def squad(text: str) -> str:
    """SQuAD's normalisation as its paper's script has it: lower, punctuation, articles, white space."""
    bare = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


PLAIN = st.text(alphabet=string.ascii_letters + "the a.,!?-' ", max_size=40)


@given(PLAIN)
def test_plain_english_is_normalised_as_in_squad(text: str) -> None:
    if squad(text):
        assert normalised(text) == squad(text)


@given(PLAIN, PLAIN)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(answer: str, reference: str) -> None:
    mine, other = normalised(answer).split(), normalised(reference).split()
    shared = sum((Counter(mine) & Counter(other)).values())
    expected = 0.0
    if shared:
        precision, recall = shared / len(mine), shared / len(other)
        expected = 2 * precision * recall / (precision + recall)
    assert token_f1(answer, [reference]) == pytest.approx(expected)


@given(st.text(), st.text())
def test_any_text_is_scored_within_the_range(answer: str, reference: str) -> None:
    f1 = token_f1(answer, [reference])
    assert 0.0 <= f1 <= 1.0
    assert f1 == token_f1(reference, [answer])
    if exact_match(answer, [reference]) and normalised(answer):
        assert f1 == 1.0


@pytest.mark.parametrize("text", ["\ud800", "\x00", "\ue0003.5", "👩‍👩‍👧", "ا" * 5000, "\u202etxet"])
def test_hostile_text_equals_itself(text: str) -> None:
    assert exact_match(text, [text]) == 1.0
    assert token_f1(text, [text]) == 1.0
