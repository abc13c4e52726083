"""Questions, answers and chunks for the benchmarks: made up, and no two of them alike."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

CHUNKS = 5
"""Retrieved contexts of each answer: k."""

WORDS = """
account adapter address agreement amount antenna backup balance battery bracket cable calendar camera
carrier charger circuit claim contract coverage customer deadline delivery deposit device discount
display document engine fee filter firmware form guarantee handbook hinge invoice label letter licence
limit manual meter model month motor notice number office option order package page panel part payment
period phone plan policy port price printer product purchase quarter receipt record refund region
register renewal repair report request return screen seller sensor service setting shipment shop signal
speaker standard storage store summary supplier support switch system tariff ticket unit update user
valve version voltage voucher warranty week window year
""".split()  # noqa: SIM905 - a list of words reads best as words

SENTENCE_WORDS = 14
"""About the length of a sentence of English prose."""


@dataclass(frozen=True)
class Item:
    """A question with its reference, an answer to it, and the chunks that the answer was made from."""

    id: str
    question: str
    reference: str
    answer: str
    chunks: tuple[str, ...]


def items(count: int, seed: str) -> Iterator[Item]:
    """`count` items; those of another seed share no text with them.

    A chunk has 4 sentences (about 400 characters); a reference has 2, an answer 3, each with words of the
    chunks, so that the verdicts of the scripted judge differ.
    """
    for number in range(count):
        name = f"{seed}{number:05d}"
        rng = random.Random(name)
        chunks = tuple(_text(rng, 4, f"Chunk {name}-{k}", WORDS) for k in range(CHUNKS))
        near = [word.strip(".").lower() for chunk in chunks[:2] for word in chunk.split()[2:]]
        yield Item(
            id=name,
            question=f"What does rule {name} say about the {rng.choice(WORDS)} and the {rng.choice(WORDS)}?",
            reference=_text(rng, 2, f"Rule {name}", near),
            answer=_text(rng, 3, f"By rule {name}", near),
            chunks=chunks,
        )


def _text(rng: random.Random, sentences: int, start: str, words: Sequence[str]) -> str:
    """Sentences of drawn words; the first begins with `start`, which makes the text unique."""
    drawn = [" ".join(rng.choices(words, k=SENTENCE_WORDS)) for _ in range(sentences)]
    return " ".join([f"{start} {drawn[0]}.", *(f"{text.capitalize()}." for text in drawn[1:])])


def other_answers(made: Sequence[Item], seed: str) -> list[Item]:
    """The same questions and chunks, answered in other words."""
    others = items(len(made), seed)
    return [replace(item, answer=other.answer) for item, other in zip(made, others, strict=True)]


def write_dataset(path: Path, made: Sequence[Item]) -> None:
    """The samples, one JSON object a line."""
    rows = ({"id": item.id, "question": item.question, "reference": item.reference} for item in made)
    _write_lines(path, rows)


def write_answers(path: Path, made: Sequence[Item]) -> None:
    """The answers with their chunks, as the `recorded` adapter reads them."""
    rows = ({"question": item.question, "answer": item.answer, "contexts": item.chunks} for item in made)
    _write_lines(path, rows)


def _write_lines(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
