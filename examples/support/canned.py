"""A candidate: the lookup of stock answers that many support pages begin with.

It finds the stock question that is most like the customer's and gives the answer written for it; it
reads no documents, and its answers are as old as the day on which somebody wrote them.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

DECLINED = "I'm sorry, I don't have an answer to that."

_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and any are as at be by can do does for from had has have how i if in is it may my of on one or"
        " our so than that the then there they this to up was we what when where which will with you your",
    )
)

Vector = Mapping[str, float]


def make(path: str | None = None, threshold: float = 0.25) -> Callable[[str], str]:
    """A function from question to stock answer.

    `path` is a JSON-lines file of `question` and `answer`, by default the demo's. Entries are compared
    by the words of both; a question whose cosine with every entry is below `threshold`, 0 to 1, gets an
    apology.
    """
    file = Path(path) if path else Path(__file__).with_name("canned.jsonl")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [f"{row['question']} {row['answer']}" for row in rows]
    weights = _weights(texts)
    stock = [(_vector(text, weights), row["answer"]) for text, row in zip(texts, rows, strict=True)]

    def answer(question: str) -> str:
        asked = _vector(question, weights)
        cosine, text = max(((_dot(asked, vector), text) for vector, text in stock), key=lambda pair: pair[0])
        return text if cosine >= threshold else DECLINED

    return answer


def _words(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"\w+", text.lower()) if word not in _COMMON)


def _weights(texts: list[str]) -> Vector:
    """Inverse document frequency, ln((1 + n) / (1 + d)) + 1, and under "" that of an unknown word."""
    counts = Counter(word for text in texts for word in set(_words(text)))
    n = len(texts)
    return {word: math.log((1 + n) / (1 + d)) + 1 for word, d in [*counts.items(), ("", 0)]}


def _vector(text: str, weights: Vector) -> Vector:
    """TF-IDF, of unit length."""
    raw = {word: count * weights.get(word, weights[""]) for word, count in _words(text).items()}
    length = math.hypot(*raw.values()) or 1.0
    return {word: value / length for word, value in raw.items()}


def _dot(left: Vector, right: Vector) -> float:
    return sum(value * right.get(word, 0.0) for word, value in left.items())
