"""Vector stores of langchain-core's own, for what Qdrant and Chroma cannot show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore


class Noting(InMemoryVectorStore):
    """Notes what it is told to add and to delete, in order, over all instances."""

    told: list[tuple[str, list[str]]] = []  # noqa: RUF012 - shared on purpose

    def add_texts(self, texts: Iterable[str], *args: Any, **kwargs: Any) -> list[str]:
        noted = list(texts)
        self.told.append(("add", noted))
        return super().add_texts(noted, *args, **kwargs)

    def delete(self, ids: Any = None, **kwargs: Any) -> None:
        found = self.get_by_ids(list(ids))
        self.told.append(("delete", sorted(document.page_content for document in found)))
        super().delete(ids, **kwargs)


class Undeleting(InMemoryVectorStore):
    """A store without `delete`, as langchain-core allows."""

    def delete(self, ids: Any = None, **kwargs: Any) -> None:
        raise NotImplementedError


class Backwards(InMemoryVectorStore):
    """Gives the farthest first."""

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Any]:
        return super().similarity_search(query, k=10_000)[::-1][:k]


def opened(embedding: Embeddings, **arguments: Any) -> Noting:
    """A function in place of a class."""
    assert arguments == {"region": "here"}
    return Noting(embedding)


def wrong(embedding: Embeddings) -> str:
    return f"no store over {type(embedding).__name__}"
