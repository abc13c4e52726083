from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.text import sentences


def characters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It lasts 12 h. It charges fast!", ["It lasts 12 h.", "It charges fast!"]),
        ("Dr. Ray paid $3.50 at 5 p.m. to Mr. Li.", ["Dr. Ray paid $3.50 at 5 p.m. to Mr. Li."]),
        ("Really? Yes. Yes. Yes.", ["Really?", "Yes.", "Yes.", "Yes."]),
        ("One line\nAnother line", ["One line", "Another line"]),
        (
            "A line that was\nwrapped by an editor,\r\n  twice.",
            ["A line that was wrapped by an editor, twice."],
        ),
        ("no end", ["no end"]),
        ("", []),
        (" \n\t\n", []),
        ("...", ["..."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="aB 1.?!\n\r\t\"'()∯ȸ♨&☏-\ud800é\x1c", max_size=300) | st.text(max_size=300))
@settings(deadline=None)
def test_no_character_is_lost(text: str) -> None:
    found = sentences(text)
    assert characters("".join(found)) == characters(text)
    assert all(sentence and sentence == sentence.strip() for sentence in found)


def test_symbols_that_pysbd_uses_itself_survive() -> None:
    text = "The sign ∯ and ȸ mean a stop. The next ☏ follows."
    assert sentences(text) == ["The sign ∯ and ȸ mean a stop.", "The next ☏ follows."]


@pytest.mark.parametrize(
    "unit", ["\n", ".", "a", "A b. ", "((", "'\"", "1. ", "word ", "a\n", "Mr. ", " ", "e.g. "]
)
def test_hostile_text_of_100_kb_does_not_hang(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    started = time.perf_counter()
    found = sentences(text)
    assert time.perf_counter() - started < 10
    assert characters("".join(found)) == characters(text)


def test_long_lines_are_cut_after_a_sentence() -> None:
    text = " ".join(f"This is sentence number {number} of many." for number in range(500))
    assert sentences(text) == [f"This is sentence number {number} of many." for number in range(500)]


def test_threads_do_not_mix_texts() -> None:
    texts = [f"Alpha {n} is here. Beta {n} is there! Gamma {n}?" for n in range(400)]
    barrier = threading.Barrier(4)

    def split(part: int) -> list[list[str]]:
        barrier.wait()
        return [sentences(text) for text in texts[part::4]]

    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(split, range(4)))
    for part, results in enumerate(parts):
        expected = [
            [f"Alpha {n} is here.", f"Beta {n} is there!", f"Gamma {n}?"] for n in range(400)[part::4]
        ]
        assert results == expected
