"""A small corpus and an encoder that counts, for the tests of the RAG adapter."""

import re
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bakeoff.adapters.rag.options import RagOptions
from bakeoff.adapters.rag.plugin import build
from bakeoff.adapters.rag.system import RagSystem
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.records import Document, Kind

DOCUMENTS = (
    Document(
        id="kettle",
        title="The kettle",
        text="The kettle boils a litre in three minutes. Its cord is ninety centimetres long.",
        as_of=date(2024, 5, 1),
        metadata={"domain": "kitchen"},
    ),
    Document(
        id="lamp",
        title="The lamp",
        text="The lamp burns for six hours. Press the dial to dim the light. Never cover the shade.",
        metadata={"domain": "living"},
    ),
    Document(id="rug", title="The rug", text="Wash the rug by hand. It dries within two days in the sun."),
)


class HashingEncoder:
    """Words hashed into 512 buckets: texts with the same words are alike. Remembers what it was given."""

    name = "hashing"
    weights: str | None = None

    def __init__(self, fingerprint: str = "hashing-1") -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen.extend(texts)
        rows = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word.encode()) % 512] += 1
        lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows / lengths


def rag(
    encoder: HashingEncoder | None = None,
    documents: tuple[Document, ...] = DOCUMENTS,
    folder: Path = Path(),
    **options: object,
) -> RagSystem:
    """The system as a config would build it."""
    encoder = encoder or HashingEncoder()
    wiring = Wiring(
        folder=folder, name="rag", kind=Kind.RAG, encoder=lambda: encoder, documents=lambda: documents
    )
    system = build(RagOptions.model_validate({"abstain_below": 0.1, **options}), wiring)
    assert isinstance(system, RagSystem)
    return system
