"""A small corpus and an encoder that counts, for the tests of the RAG adapter."""

import asyncio
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.adapters.catalogue import ADAPTERS
from bakeoff.adapters.rag.options import RagOptions
from bakeoff.adapters.rag.plugin import build
from bakeoff.adapters.rag.system import RagSystem
from bakeoff.evals.inner_systems import build_inner
from bakeoff.evals.plugins import Registry, Wiring
from bakeoff.evals.protocols import Encoder, System
from bakeoff.evals.records import Document, Kind, Request, Response

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


def wired(
    encoder: Encoder | None = None,
    documents: tuple[Document, ...] = DOCUMENTS,
    folder: Path = Path(),
    secrets: frozenset[str] = frozenset(),
) -> Wiring:
    """What a config would wire the system `rag` with, all adapters of the catalogue at hand."""
    own = encoder or HashingEncoder()
    wiring = Wiring(
        folder=folder, name="rag", kind=Kind.RAG, encoder=lambda: own, documents=lambda: documents
    )
    adapters: Registry[System] = Registry("adapter", {plugin.name: plugin for plugin in ADAPTERS})
    return replace(wiring, adapter=partial(build_inner, adapters=adapters, wiring=wiring, secrets=secrets))


def built(wiring: Wiring, **options: Any) -> RagSystem:
    """The system as a config would build it, not indexed yet."""
    chosen = {} if "generator" in options else {"abstain_below": 0.1}
    system = build(RagOptions.model_validate({**chosen, **options}), wiring)
    assert isinstance(system, RagSystem)
    return system


def rag(
    encoder: HashingEncoder | None = None,
    documents: tuple[Document, ...] = DOCUMENTS,
    folder: Path = Path(),
    **options: Any,
) -> RagSystem:
    """The system as a config would build it, its documents indexed."""
    system = built(wired(encoder, documents, folder), **options)
    system.index.settle()
    return system


def ask(system: System, question: str, **request: Any) -> Response:
    """One answer, in an event loop of its own."""
    return asyncio.run(system.answer(Request.model_validate({"question": question, **request})))


def ask_last(system: System, question: str, **request: Any) -> Response:
    """One answer, after which the system is closed, as one with a client in it has to be."""

    async def last() -> Response:
        try:
            return await system.answer(Request.model_validate({"question": question, **request}))
        finally:
            await system.aclose()

    return asyncio.run(last())


def shown(response: Response) -> list[str | None]:
    """The ids of the passages of a response, in order."""
    return [context.id for context in response.contexts or ()]
