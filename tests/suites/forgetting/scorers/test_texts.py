"""Exact, contains, regex and list on the forms that chat models answer in."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import JsonValue

from bakeoff.suites.forgetting.scorers import SCORERS, check_spec
from bakeoff.suites.forgetting.scorers.answer_text import normalised
from bakeoff.suites.forgetting.scorers.texts import read_list

WORD = st.from_regex(r"[a-z]{3,9}", fullmatch=True).filter(lambda word: word not in {"and", "answer"})


def value(scorer: str, spec: dict[str, JsonValue], reference: str, answer: str) -> float:
    return SCORERS[scorer](spec, reference, answer, False).value


@pytest.mark.parametrize(
    "answer",
    [
        "Gute Nacht",
        "gute nacht!",
        "**Gute Nacht**",
        "“Gute Nacht.”",
        "The answer is Gute Nacht.",
        'In German that is "Gute Nacht".',
        "Translation: Gute Nacht",
        "Answer: Gute Nacht",
        "```\nGute Nacht\n```",
        "  Gute   Nacht\n",
        'The translation is: "Gute Nacht!"',
        "It is gute Nacht",
        "«Gute Nacht»",
        "You say **Gute Nacht** when you go to bed.",
        "Answer: Gute Nacht. It is said late in the evening.",
    ],
)
def test_what_exact_reads(answer: str) -> None:
    assert value("exact", {}, "Gute Nacht", answer) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Nacht",
        "Gute Nacht und danke",
        "Gute Nacht or Guten Abend",
        '"Gute Nacht" or "Guten Abend"',
        "Gute\nNachte",
    ],
)
def test_what_exact_refuses(answer: str) -> None:
    assert value("exact", {}, "Gute Nacht", answer) == 0


def test_exact_takes_other_accepted_texts_and_case() -> None:
    assert value("exact", {"accepted": ["Danke sehr"]}, "Danke", "danke sehr!") == 1
    assert value("exact", {"case": True}, "AB_C", "ab_c") == 0
    assert value("exact", {"case": True}, "AB_C", "**AB_C**") == 1
    assert value("exact", {}, "schön", "scho\u0308n") == 1  # composed or not
    assert value("exact", {}, "schön", "schon") == 0


@given(WORD, WORD)
def test_exact_and_contains_score_the_reference_and_nothing_else(word: str, other: str) -> None:
    assume(word != other)
    for scorer in ("exact", "contains"):
        assert value(scorer, {}, word, word) == 1
        assert value(scorer, {}, word, f"The answer is {word}.") == 1
        assert value(scorer, {}, word, other) == 0
        assert value(scorer, {}, word, f"{word}{other}") == 0


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("Lyon", 1),
        ("According to the passage, it is Lyon.", 1),
        ("lyon", 1),
        ("**Lyon**", 1),
        ("Lyons", 0),
        ("Lyon, though in truth it is Paris", 0),
        ("Paris", 0),
        ("", 0),
        ("Lugdunum", 1),
        ("Ly-on", 0),
    ],
)
def test_contains(answer: str, score: float) -> None:
    assert value("contains", {"accepted": ["Lugdunum"], "rejected": ["Paris"]}, "Lyon", answer) == score


def test_contains_finds_numbers_as_wholes() -> None:
    assert value("contains", {}, "8", "18 legs") == 0
    assert value("contains", {}, "8", "It has 8 legs.") == 1
    assert value("contains", {"case": True}, "Lyon", "lyon") == 0


def test_regex() -> None:
    assert value("regex", {"pattern": r"[A-Z]{2}-\d+"}, "", "AB-12\n") == 1
    assert value("regex", {"pattern": r"[A-Z]{2}-\d+"}, "", "It is AB-12") == 0
    assert value("regex", {"pattern": r"[A-Z]{2}-\d+", "match": "part"}, "", "It is AB-12") == 1
    assert value("regex", {"pattern": "ab", "case": False}, "", "AB") == 1
    assert value("regex", {"pattern": "ab"}, "", "AB") == 0
    assert value("regex", {"pattern": "a.b"}, "", "a\nb") == 1


def test_a_broken_pattern_is_named() -> None:
    told = check_spec("regex", {"pattern": "("}, "(")
    assert told is not None
    assert told.startswith("spec.pattern: no regular expression")


@pytest.mark.parametrize(
    "answer",
    [
        "fig, pear, plum",
        "fig, pear and plum",
        "fig, pear, and plum.",
        "The sorted list is: fig, pear, plum.",
        "- fig\n- pear\n- plum",
        "1. fig\n2. pear\n3. plum",
        "Here:\n\n* fig\n* pear\n* plum\n\nDone.",
        '["fig", "pear", "plum"]',
        "['fig', 'pear', 'plum']",
        '```json\n["fig", "pear", "plum"]\n```',
        "Answer: fig, pear, plum",
        "fig\npear\nplum",
        "**fig**, **pear**, **plum**",
        "Fig, Pear, Plum",
        '"fig", "pear", "plum"',
        "```\nfig, pear, plum\n```",
        "- **fig**\n- **pear**\n- **plum**",
    ],
)
def test_what_is_read_as_a_list(answer: str) -> None:
    assert [normalised(item) for item in read_list(answer)] == ["fig", "pear", "plum"]
    assert value("list", {"items": ["fig", "pear", "plum"]}, "", answer) == 1
    assert value("list", {}, "fig, pear, plum", answer) == 1


@pytest.mark.parametrize(
    "answer",
    ["", "fig, plum, pear", "fig, pear", "fig, pear, plum, plum", "fig pear plum", "fig; pear; plum"],
)
def test_what_is_another_list(answer: str) -> None:
    assert value("list", {"items": ["fig", "pear", "plum"]}, "", answer) == 0


def test_a_list_in_any_order_keeps_its_repeats() -> None:
    spec: dict[str, JsonValue] = {"items": ["b", "a", "b"], "ordered": False}
    assert value("list", spec, "", "a, b, b") == 1
    assert value("list", spec, "", "a, b") == 0
    assert value("list", {"items": ["A"], "case": True}, "", "a") == 0


@given(st.lists(WORD, min_size=1, max_size=6), WORD)
def test_a_list_scores_and_a_changed_one_does_not(words: list[str], extra: str) -> None:
    for text in (
        ", ".join(words),
        "\n".join(f"- {word}" for word in words),
        f"The words are: {', '.join(words)}.",
    ):
        assert value("list", {"items": [*words]}, "", text) == 1
        assert value("list", {"items": [*words, extra]}, "", text) == 0
