"""The options of `adapter: rag`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from bakeoff.adapters.chat_prompt import BARE, check_template
from bakeoff.adapters.rag.chunking import ChunkBy
from bakeoff.adapters.rag.filters import FilterOptions
from bakeoff.adapters.rag.prompt import CONTEXT_FORMAT, PROMPT, check_context_format
from bakeoff.adapters.rag.rerank import RerankOptions
from bakeoff.adapters.rag.retrieval import Method
from bakeoff.adapters.rag.routing import Router
from bakeoff.adapters.rag.stores import StoreOptions

_OF_READER = ("reader", "sentences", "abstain_below", "prefer_newest")
_OF_GENERATOR = ("prompt", "context_format", "closed_book_prompt")


class RagOptions(BaseModel):
    """Options of `adapter: rag`: what is searched, how, and who answers.

    Corpus: `documents` is a folder or file of its own, in place of the config's; `filter` picks some of
    them. Chunks hold at most `chunk_words` words and repeat up to `chunk_overlap` of the one before;
    `chunk_by: heading` keeps them within Markdown sections, `sentence` makes each sentence one.

    Retrieval: by `bm25`, `dense` or `hybrid` (both, fused by rank), with the config's encoder or one of its
    own (`embedded`, or a sentence-transformers model), dense search in a vector `store` if one is named. With
    `collections`, the name of a metadata field, only the collection that the question is routed to is
    searched; the `router` takes the one with the nearest `centroid`, or the most `bm25` votes (default:
    `centroid`, for `bm25` retrieval `bm25`). `rerank` has a cross-encoder choose the `top_k`.

    Answer: the extractive `reader`, or a `generator`, the keys of any adapter. `abstain_below` is the fit,
    0 to 1, that a sentence must reach to be an answer; its default was chosen by hand on the demo's
    questions, so set your own for other texts. `prefer_newest` lets a newer near-copy of the chosen
    sentence win. The generator gets `prompt`, a text or the path of a .txt or .md file, with the passages in
    `context_format`; what its answer names in square brackets is cited.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: str | None = None
    filter: FilterOptions | None = None
    chunk_by: ChunkBy = "words"
    chunk_words: int = Field(default=60, ge=5, le=2000)
    chunk_overlap: int = Field(default=15, ge=0)
    retrieval: Method = "hybrid"
    encoder: str | None = Field(default=None, min_length=1)
    store: StoreOptions | None = None
    collections: str | None = Field(default=None, min_length=1)
    router: Router | None = None
    rerank: RerankOptions | None = None
    top_k: int = Field(default=3, ge=1, le=100)
    reader: Literal["extractive"] = "extractive"
    sentences: int = Field(default=1, ge=1, le=2)
    abstain_below: float = Field(default=0.35, ge=0, le=1)
    prefer_newest: bool = False
    generator: Mapping[str, JsonValue] | None = Field(default=None, repr=False)
    prompt: str = PROMPT
    context_format: Annotated[str, AfterValidator(check_context_format)] = CONTEXT_FORMAT
    closed_book_prompt: Annotated[str, AfterValidator(lambda text: check_template(text, "question"))] = BARE

    @property
    def routes_by(self) -> Router:
        """The router in force."""
        return self.router or ("bm25" if self.retrieval == "bm25" else "centroid")

    @model_validator(mode="after")
    def _sizes_fit(self) -> RagOptions:
        if self.chunk_overlap * 2 > self.chunk_words:
            raise ValueError("chunk_overlap must be at most half of chunk_words")
        if self.rerank is not None and self.rerank.candidates < self.top_k:
            raise ValueError("rerank.candidates must be at least top_k")
        return self

    @model_validator(mode="after")
    def _has_effect(self) -> RagOptions:
        """No option is silently without effect."""
        idle = _OF_GENERATOR if self.generator is None else _OF_READER
        for name in idle:
            if name in self.model_fields_set:
                needs = "needs a generator" if self.generator is None else "goes without a generator"
                raise ValueError(f"{name} {needs}")
        if self.store is not None and self.retrieval == "bm25":
            raise ValueError("store needs retrieval dense or hybrid")
        if self.router is not None and self.collections is None:
            raise ValueError("router needs collections")
        return self
