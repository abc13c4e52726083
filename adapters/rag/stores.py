"""Any langchain-core `VectorStore` as the dense index, named by its import path.

    store: {target: "langchain_qdrant:QdrantVectorStore", arguments: {location: ":memory:"}}
    store: {target: "langchain_chroma:Chroma", arguments: {collection_name: manuals}}

Only what every store has is used: `from_texts`, `add_texts`, `delete` and `similarity_search`. The store gets
our encoder as its embeddings, so it searches the vectors that the built-in index would search; the order is
the store's, the score of a hit its cosine, since stores give distances or similarities as they please.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from bakeoff.adapters.credentials import without_credentials
from bakeoff.adapters.python_target import import_target, source_digests
from bakeoff.adapters.rag.chunking import Chunk
from bakeoff.adapters.rag.vectors import Vectors
from bakeoff.evals.errors import BakeoffError, InputError
from bakeoff.evals.identity import digest
from bakeoff.evals.plugins import Wiring

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import VectorStore
    from numpy.typing import NDArray

KEY = "bakeoff_key"
"""The metadata field by which a hit is known again: not every store hands back the ids it was given."""

_NAMESPACE = uuid.UUID("6f2d6c0e-5a0b-4f0f-9a39-5f0f3a7c9d51")
_SILENT = {"ANONYMIZED_TELEMETRY": "False", "OTEL_SDK_DISABLED": "true"}
"""What switches off the telemetry that stores come with (Chroma's); set before anything is imported."""


class StoreOptions(BaseModel):
    """`target` is a `VectorStore` class, or a function that returns an instance.

    A class is built by its `from_texts` with `arguments`; a function is called with them and `embedding`. A
    collection that outlives the run keeps what was put there; what is not of this index is never returned.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str = Field(description="module:class of a langchain-core VectorStore, or module:function")
    arguments: Mapping[str, JsonValue] = Field(default_factory=dict, repr=False)


class LangchainStore:
    """A `VectorStore` as a dense index; only chunks that are new or gone are sent to it."""

    content_addressed = False  # it may search by approximation, and be a server that changes unseen

    def __init__(self, options: StoreOptions, wiring: Wiring, where: str, vectors: Vectors) -> None:
        for name, value in _SILENT.items():
            os.environ.setdefault(name, value)
        self._where, self._target = where, options.target
        target = _imported(options.target, wiring, f"{where}.target")
        arguments = _named(target, options.arguments, digest([wiring.name, vectors.encoder.fingerprint]))
        self._make = _maker(target, options.target, arguments, f"{where}.target")
        self._owner = wiring.name
        self._embeddings = embeddings_of(vectors)
        self._places: dict[str, int] = {}
        self._store: VectorStore | None = None
        self.fingerprint = digest(
            {
                "target": options.target,
                "arguments": without_credentials(dict(options.arguments)),
                "source": source_digests(options.target, target),
            }
        )

    def replace(self, chunks: Sequence[Chunk]) -> None:
        """Delete what is gone, add what is new."""
        places = {_key(self._owner, chunk): place for place, chunk in enumerate(chunks)}
        gone = [key for key in self._places if key not in places]
        new = {key: chunks[place] for key, place in places.items() if key not in self._places}
        with self._told():
            if gone and self._store is not None:
                with contextlib.suppress(NotImplementedError):  # what stays there is not returned
                    self._store.delete(gone)
            if new:
                self._add(new)
        self._places = places

    def _add(self, new: Mapping[str, Chunk]) -> None:
        texts = [chunk.searchable for chunk in new.values()]
        about = [{KEY: key, "chunk": chunk.id, "source": chunk.source} for key, chunk in new.items()]
        if self._store is None:
            self._store = self._make(texts, self._embeddings, about, list(new))
        else:
            self._store.add_texts(texts, about, ids=list(new))

    def ranking(
        self, question: str, cosines: NDArray[np.float64], wanted: Sequence[int], depth: int
    ) -> list[int]:
        """The store's order, where its hits with the same cosine come in the order of the chunks.

        More is asked for until `depth` of `wanted` are there and the last is no tie, or there are no more.
        """
        if self._store is None or not wanted:
            return []
        allowed, asked = set(wanted), 2 * depth
        while True:
            hits = self._store.similarity_search(question, k=asked)
            places = [self._places.get(str(hit.metadata.get(KEY)), -1) for hit in hits]
            found = list(dict.fromkeys(place for place in places if place in allowed))
            enough = len(found) > depth and _level(cosines, found[-1]) != _level(cosines, found[depth - 1])
            if enough or len(found) == len(allowed) or len(hits) < asked:
                return _ties_in_order(found, cosines)
            asked *= 2

    def close(self) -> None:
        """Let go of the store, and close its client where it has one."""
        store, self._store, self._places = self._store, None, {}
        for owner in (store, getattr(store, "client", None)):
            close = getattr(owner, "close", None)
            if callable(close):
                close()

    @contextlib.contextmanager
    def _told(self) -> Any:
        try:
            yield
        except BakeoffError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise InputError(f"{self._target!r} fails with {reason}", where=self._where) from error


Maker = Callable[[list[str], "Embeddings", list[dict[str, Any]], list[str]], "VectorStore"]


def _imported(name: str, wiring: Wiring, where: str) -> Any:
    """The class or function that a target names; InputError where it is neither."""
    target = import_target(name, wiring.folder, where=where)
    from langchain_core.vectorstores import VectorStore

    if not callable(target) or (inspect.isclass(target) and not issubclass(target, VectorStore)):
        what = f"{name!r} is no langchain-core VectorStore"
        raise InputError(what, where=where, todo="name its class, or a function that returns one")
    return target


def _named(target: Any, arguments: Mapping[str, JsonValue], name: str) -> dict[str, Any]:
    """The arguments, with a name for the collection where the class takes one and none is given.

    Chroma's collections of one process, for one, share a name else, whatever the length of their vectors.
    """
    made_by = getattr(target, "from_texts", target)
    takes = "collection_name" in inspect.signature(made_by).parameters
    return {**({"collection_name": f"bakeoff-{name}"} if takes else {}), **arguments}


def _maker(target: Any, name: str, arguments: Mapping[str, Any], where: str) -> Maker:
    """What builds the store from its first texts."""
    from langchain_core.vectorstores import VectorStore

    def from_class(
        texts: list[str], embeddings: Embeddings, about: list[dict[str, Any]], ids: list[str]
    ) -> VectorStore:
        made: VectorStore = target.from_texts(texts, embeddings, about, ids=ids, **arguments)
        return made

    def from_function(
        texts: list[str], embeddings: Embeddings, about: list[dict[str, Any]], ids: list[str]
    ) -> VectorStore:
        made = target(embedding=embeddings, **arguments)
        if not isinstance(made, VectorStore):
            what = f"{name!r} returned a {type(made).__name__}, no langchain-core VectorStore"
            raise InputError(what, where=where)
        made.add_texts(texts, about, ids=ids)
        return made

    return from_class if inspect.isclass(target) else from_function


def embeddings_of(vectors: Vectors) -> Embeddings:
    """Our vectors as langchain's embeddings: what is kept is not encoded again."""
    from langchain_core.embeddings import Embeddings

    class Kept(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [vectors.of(text).tolist() for text in texts]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Kept()


def _key(owner: str, chunk: Chunk) -> str:
    """The id of a chunk in a store: a UUID, which every store takes, of whose it is and what it says."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join((owner, chunk.id, chunk.searchable))))


def _level(cosines: NDArray[np.float64], place: int) -> float:
    """A chunk's cosine as far as it can be told from another's."""
    return round(float(cosines[place]), 6)


def _ties_in_order(places: Sequence[int], cosines: NDArray[np.float64]) -> list[int]:
    """Neighbours of the same cosine sorted by place."""
    tied = groupby(places, key=lambda place: _level(cosines, place))
    return [place for _, group in tied for place in sorted(group)]
