"""`adapter: rag`, the reference RAG system, built from a config."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bakeoff.adapters.capabilities import system_key
from bakeoff.adapters.rag import chunking, index, reader, retrieval, system
from bakeoff.adapters.rag.index import Index
from bakeoff.adapters.rag.reader import ExtractiveReader
from bakeoff.adapters.rag.retrieval import Method
from bakeoff.adapters.rag.system import CAPABILITIES, RagSystem
from bakeoff.evals import text
from bakeoff.evals.documents import load_documents
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Document, DocumentState

_MODULES = (chunking, index, reader, retrieval, system, text)
_PACKAGES = ("bm25s", "pysbd")


class RagOptions(BaseModel):
    """Options of `adapter: rag`.

    `documents` is a folder or file of its own, in place of the config's. Chunks hold at most `chunk_words`
    words and repeat up to `chunk_overlap` of the one before. `abstain_below` is the fit, 0 to 1, that a
    sentence must reach to be an answer; its default was chosen by hand on the demo's questions, so set
    your own for other texts. `prefer_newest` lets a newer near-copy of the chosen sentence win.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: str | None = None
    chunk_words: int = Field(default=60, ge=5, le=2000)
    chunk_overlap: int = Field(default=15, ge=0)
    retrieval: Method = "hybrid"
    top_k: int = Field(default=3, ge=1, le=100)
    reader: Literal["extractive"] = "extractive"
    sentences: int = Field(default=1, ge=1, le=2)
    abstain_below: float = Field(default=0.35, ge=0, le=1)
    prefer_newest: bool = False

    @model_validator(mode="after")
    def _overlap_fits(self) -> RagOptions:
        if self.chunk_overlap * 2 > self.chunk_words:
            raise ValueError("chunk_overlap must be at most half of chunk_words")
        return self


def build(options: RagOptions, wiring: Wiring) -> System:
    """The system, with its documents indexed.

    They are indexed here and not at the first question, so that the time counts against no answer's
    deadline. Raises InputError where there are no documents, or where other capabilities are claimed.
    """
    if wiring.capabilities not in (None, CAPABILITIES):
        raise InputError(
            "the rag adapter knows its capabilities by itself",
            where=f"{system_key(wiring)}.capabilities",
            todo="leave that key out",
        )
    documents = _documents(options, wiring)
    state = DocumentState(documents=documents)
    encoder = wiring.encoder()
    corpus = Index(
        encoder,
        method=options.retrieval,
        chunk_words=options.chunk_words,
        overlap=options.chunk_overlap,
    )
    corpus.replace(documents)
    return RagSystem(
        name=wiring.name,
        kind=wiring.kind,
        parent=wiring.parent,
        fingerprint=_fingerprint(options, state, encoder.fingerprint),
        index=corpus,
        reader=ExtractiveReader(
            encode=encoder.encode,
            sentences=options.sentences,
            abstain_below=options.abstain_below,
            prefer_newest=options.prefer_newest,
        ),
        top_k=options.top_k,
        own=state.fingerprint,
    )


def _documents(options: RagOptions, wiring: Wiring) -> tuple[Document, ...]:
    if options.documents is not None:
        return load_documents(wiring.folder / options.documents)
    documents = wiring.documents()
    if not documents:
        raise InputError(
            "the rag adapter has no documents to retrieve from",
            where=system_key(wiring),
            todo="add `documents: {path: docs/}` to the config",
        )
    return documents


def _fingerprint(options: RagOptions, state: DocumentState, encoder: str) -> str:
    """Hash of all that an answer depends on: code, libraries, options, documents and encoder."""
    return digest(
        {
            "adapter": "rag",
            # The sources themselves: a stored answer is shared for ever, and a version is easily forgotten.
            "code": [file_digest(Path(module.__file__ or "")) for module in _MODULES],
            "packages": {name: version(name) for name in _PACKAGES},
            "options": options.model_dump(mode="json", exclude={"documents"}),
            "documents": state.fingerprint,
            "encoder": encoder,
        }
    )


PLUGIN: Plugin[System] = Plugin("rag", RagOptions, build)
