"""A user's llamaindex module: a vector index with a query engine and a chat engine over it."""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx
from frameworks.corpus import passages, vector_of
from llama_index.core import ChatPromptTemplate, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.chat_engine import ContextChatEngine
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import TextNode
from llama_index.llms.openai_like import OpenAILike

SYSTEM = "Answer from these passages:\n{context_str}"
PROMPT = ChatPromptTemplate(
    message_templates=[
        ChatMessage(role=MessageRole.SYSTEM, content=SYSTEM),
        ChatMessage(role=MessageRole.USER, content="{query_str}"),
    ]
)


class CorpusEmbedding(BaseEmbedding):
    """The corpus' own vectors."""

    def _get_query_embedding(self, query: str) -> list[float]:
        return vector_of(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return vector_of(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return next(list(one.vector) for one in passages() if one.text == text)


@cache
def index() -> VectorStoreIndex:
    nodes = [
        TextNode(
            id_=one.id,
            text=one.text,
            metadata={"source": one.source} if one.source else {},
            embedding=list(one.vector),
        )
        for one in passages()
    ]
    return VectorStoreIndex(nodes, embed_model=CorpusEmbedding())


def model(base_url: str, api_key: str = "none", **options: Any) -> OpenAILike:
    """With clients that load no certificates, which takes most of a first answer, and loopback needs none."""
    return OpenAILike(
        model="m",
        api_base=base_url,
        api_key=api_key,
        is_chat_model=True,
        http_client=httpx.Client(verify=False),
        async_http_client=httpx.AsyncClient(verify=False),
        **{"max_retries": 0, **options},
    )


def query_engine(base_url: str, api_key: str = "none") -> RetrieverQueryEngine:
    return RetrieverQueryEngine.from_args(
        index().as_retriever(similarity_top_k=2),
        llm=model(base_url, api_key),
        text_qa_template=PROMPT,
        node_postprocessors=[SimilarityPostprocessor(similarity_cutoff=1e-9)],
    )


def streaming_engine(base_url: str, api_key: str = "none") -> RetrieverQueryEngine:
    return RetrieverQueryEngine.from_args(
        index().as_retriever(similarity_top_k=2),
        llm=model(base_url, api_key, additional_kwargs={"stream_options": {"include_usage": True}}),
        text_qa_template=PROMPT,
        streaming=True,
    )


def chat_engine(base_url: str, api_key: str = "none") -> ContextChatEngine:
    return ContextChatEngine.from_defaults(
        retriever=index().as_retriever(similarity_top_k=2),
        llm=model(base_url, api_key),
        context_template=SYSTEM,
        node_postprocessors=[SimilarityPostprocessor(similarity_cutoff=1e-9)],
    )
