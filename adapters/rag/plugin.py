"""`adapter: rag`, the reference RAG system, built from a config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from bakeoff.adapters import chat_prompt
from bakeoff.adapters.capabilities import system_key
from bakeoff.adapters.encoders import embedded, sentence_transformers
from bakeoff.adapters.rag import filters
from bakeoff.adapters.rag.chunking import Chunk, chunk_document
from bakeoff.adapters.rag.generator import Generator
from bakeoff.adapters.rag.index import Index
from bakeoff.adapters.rag.options import RagOptions
from bakeoff.adapters.rag.reader import ExtractiveReader, Reader
from bakeoff.adapters.rag.rerank import Reranker
from bakeoff.adapters.rag.stores import LangchainStore
from bakeoff.adapters.rag.system import RagSystem, capabilities_of
from bakeoff.adapters.rag.traits import traits
from bakeoff.adapters.rag.vectors import Vectors
from bakeoff.evals import text
from bakeoff.evals.documents import load_documents
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Encoder, System
from bakeoff.evals.records import Capability, Document, DocumentState

_PACKAGES = ("bm25s", "pysbd")
_SHARED: WeakValueDictionary[str, Encoder] = WeakValueDictionary()
"""The encoders that systems have of their own, by fingerprint: those of a sweep use one between them."""
_LED_TO = {"documents", "encoder", "store", "rerank", "generator", "prompt"}
"""Options that the fingerprint covers by what they lead to."""


def build(options: RagOptions, wiring: Wiring) -> System:
    """The system, with its documents read, but not indexed: `prepare` or the first question does that.

    Raises InputError where there are no documents, where the filter or the collections name what none of
    them has, where the store or the generator cannot be built, or where other capabilities are claimed.
    """
    where = system_key(wiring)
    documents = _documents(options, wiring)
    state = DocumentState(documents=documents)
    vectors = Vectors(_encoder(options, wiring))
    store = (
        None if options.store is None else LangchainStore(options.store, wiring, f"{where}.store", vectors)
    )
    reranker = None if options.rerank is None else Reranker(options.rerank, wiring.folder, f"{where}.rerank")
    answerer = _answerer(options, wiring, vectors.encoder)
    if wiring.capabilities not in (None, capabilities_of(answerer)):
        raise InputError(
            "the rag adapter knows its capabilities by itself",
            where=f"{where}.capabilities",
            todo="leave that key out",
        )
    index = _index(options, vectors, store)
    index.replace(documents)
    generator = answerer if isinstance(answerer, Generator) else None
    parts: dict[str, _Part | None] = {"store": store, "rerank": reranker, "generator": generator}
    led_to = {name: None if part is None else part.fingerprint for name, part in parts.items()}
    led_to |= {"documents": state.fingerprint, "encoder": vectors.encoder.fingerprint}
    return RagSystem(
        traits=traits(options, led_to, vectors.encoder, answerer),
        name=wiring.name,
        kind=wiring.kind,
        parent=wiring.parent,
        fingerprint=_fingerprint(options, led_to),
        index=index,
        answerer=answerer,
        top_k=options.top_k,
        own=state.fingerprint,
        reranker=reranker,
        content_addressed=all(part.content_addressed for part in parts.values() if part is not None),
    )


class _Part(Protocol):
    """A part that answers depend on, which knows what of it they depend on."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def content_addressed(self) -> bool: ...


def _documents(options: RagOptions, wiring: Wiring) -> tuple[Document, ...]:
    """All documents, before the filter; InputError where options name what none of them has."""
    where = system_key(wiring)
    own = options.documents
    documents = wiring.documents() if own is None else load_documents(wiring.folder / own)
    if not documents:
        raise InputError(
            "the rag adapter has no documents to retrieve from",
            where=where,
            todo="add `documents: {path: docs/}` to the config",
        )
    if options.filter is not None:
        filters.check(documents, options.filter, f"{where}.filter")
    if options.collections is not None:
        filters.check_field(documents, options.collections, f"{where}.collections")
    return documents


def _encoder(options: RagOptions, wiring: Wiring) -> Encoder:
    if options.encoder is None:
        return wiring.encoder()
    made: Encoder
    if options.encoder == embedded.EmbeddedEncoder.name:
        made = embedded.EmbeddedEncoder()
    else:
        named = sentence_transformers.SentenceTransformersOptions(model=options.encoder)
        made = sentence_transformers.PLUGIN.build(named, wiring)
    return _SHARED.setdefault(made.fingerprint, made)


def _index(options: RagOptions, vectors: Vectors, store: LangchainStore | None) -> Index:
    def cut(documents: Sequence[Document]) -> list[Chunk]:
        kept = documents if options.filter is None else filters.select(documents, options.filter)
        words, overlap, by = options.chunk_words, options.chunk_overlap, options.chunk_by
        return [
            chunk
            for document in kept
            for chunk in chunk_document(document, words=words, overlap=overlap, by=by)
        ]

    return Index(
        vectors,
        method=options.retrieval,
        cut=cut,
        store=store,
        collections=options.collections,
        router=options.routes_by,
    )


def _answerer(options: RagOptions, wiring: Wiring, encoder: Encoder) -> Reader | Generator:
    if options.generator is None:
        return ExtractiveReader(
            encode=encoder.encode,
            sentences=options.sentences,
            abstain_below=options.abstain_below,
            prefer_newest=options.prefer_newest,
        )
    where = system_key(wiring)
    prompt = chat_prompt.prompt_text(options.prompt, wiring.folder, where=f"{where}.prompt") or ""
    try:
        chat_prompt.check_template(prompt, "question", "contexts")
    except ValueError as error:
        raise InputError(str(error), where=f"{where}.prompt") from None
    system = wiring.adapter(options.generator, "generator")
    if Capability.RETRIEVES in system.capabilities:
        what = "the generator retrieves by itself, and would not keep to the passages in the prompt"
        raise InputError(what, where=f"{where}.generator", todo="name a system that only generates")
    return Generator(system, prompt, options.context_format, options.closed_book_prompt)


def _fingerprint(options: RagOptions, led_to: Mapping[str, str | None]) -> str:
    """Hash of all that an answer depends on: code, libraries, options, and what the options lead to."""
    # The sources themselves: a stored answer is shared for ever, and a version is easily forgotten.
    sources = sorted(Path(__file__).parent.glob("*.py"))
    sources += [Path(module.__file__ or "") for module in (text, chat_prompt)]
    chosen = options.model_dump(mode="json", exclude=_LED_TO)
    return digest(
        {
            "adapter": "rag",
            "code": [file_digest(source) for source in sources],
            "packages": {name: version(name) for name in _PACKAGES},
            "options": chosen | {"router": options.routes_by if options.collections else None},
            **led_to,
        }
    )


PLUGIN: Plugin[System] = Plugin("rag", RagOptions, build)
