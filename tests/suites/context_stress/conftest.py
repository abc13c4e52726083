"""A small corpus of made-up products, samples of it, and an encoder that counts words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress.ground import Ground
from bakeoff.suites.context_stress.items import Item, Shelf, item_of, shelve
from bakeoff.suites.context_stress.names import names_of
from bakeoff.suites.context_stress.negatives import hard_negatives

DIMENSIONS = 512
NAMES = ("Arvend", "Belmora", "Cadrel", "Dorvane", "Elmquor", "Fendril", "Garnuff", "Harnolt")
TOWNS = ("Sundrel", "Korvik", "Pellin", "Ostmark", "Haldern", "Marnhof", "Lirna", "Vessby")


class WordEncoder:
    """Words counted into columns by their digest: equal on every machine, near copies are near."""

    name = "words"
    fingerprint = "words"
    weights: str | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()):
                row[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % DIMENSIONS] += 1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(norms == 0, 1, norms), dtype=np.float32)


def warranty(i: int) -> str:
    return f"The warranty of the {NAMES[i]} lasts {20 + i} months and can be had in any shop of ours."


def origin(i: int) -> str:
    return (
        f"Each one is built by hand in {TOWNS[i]} before it is sent out. Wood from the forest is used for it."
    )


def document(i: int) -> Document:
    return Document(
        id=NAMES[i].lower(),
        title=NAMES[i],
        text=f"{warranty(i)}\n\n{origin(i)}\n\nThe {NAMES[i]} is painted in a tint of green, with a gloss.",
        as_of=date(2025, 1, 1 + i),
        metadata={"domain": "products"},
    )


def months(i: int) -> Sample:
    return Sample(
        id=f"months-{i}",
        question=f"How long is the warranty of the {NAMES[i]}?",
        reference=f"It lasts {20 + i} months.",
        reference_contexts=(warranty(i),),
        reference_context_ids=(NAMES[i].lower(),),
        domain="even" if i % 2 == 0 else "odd",
        cluster=NAMES[i].lower(),
        extras={"references": [f"{20 + i} months"]},
    )


def town(i: int) -> Sample:
    return Sample(
        id=f"town-{i}",
        question=f"Where is the {NAMES[i]} built by hand?",
        reference=f"It is built in {TOWNS[i]}.",
        reference_contexts=(origin(i),),
        reference_context_ids=(NAMES[i].lower(),),
        domain="towns",
        cluster=NAMES[i].lower(),
    )


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [document(i) for i in range(len(NAMES))]


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return [make(i) for i in range(len(NAMES)) for make in (months, town)]


@pytest.fixture
def shelf(documents: list[Document]) -> Shelf:
    return shelve(documents, 120)


@pytest.fixture
def items(samples: list[Sample], shelf: Shelf) -> list[Item]:
    found = [item_of(sample, shelf) for sample in samples]
    assert all(isinstance(item, Item) for item in found)
    return [item for item in found if isinstance(item, Item)]


@pytest.fixture
def ground(items: list[Item], shelf: Shelf) -> Ground:
    return Ground(
        seed=3,
        passages=5,
        negatives=hard_negatives(items, shelf, WordEncoder(), 5),
        names=names_of(one.text for one in shelf.documents.values()),
        words=frozenset({"warranty"}),
    )


@pytest.fixture(scope="module")
def encoder() -> WordEncoder:
    return WordEncoder()
