"""A user's langchain module: a chain that retrieves from a vector store and asks a chat model."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from frameworks.corpus import passages, vector_of
from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI
from loopback import contract_script as script
from pydantic import SecretStr

PROMPT = ChatPromptTemplate(
    [
        ("system", "Answer from these passages:\n{passages}"),
        MessagesPlaceholder("history", optional=True),
        ("human", "{question}"),
    ]
)


class CorpusEmbeddings(Embeddings):
    """The corpus' own vectors."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        known = {one.text: list(one.vector) for one in passages()}
        return [known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return vector_of(text)


class Scored(BaseRetriever):
    """The two nearest passages that are near at all, with their cosines in the metadata."""

    store: InMemoryVectorStore

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return _scored(self.store.similarity_search_with_score(query, k=2))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return _scored(await self.store.asimilarity_search_with_score(query, k=2))


def _scored(found: list[tuple[Document, float]]) -> list[Document]:
    return [
        document.model_copy(update={"metadata": {**document.metadata, "score": score}})
        for document, score in found
        if score > 0
    ]


def retriever() -> Scored:
    store = InMemoryVectorStore(CorpusEmbeddings())
    store.add_documents(
        [
            Document(id=one.id, page_content=one.text, metadata={"source": one.source} if one.source else {})
            for one in passages()
        ]
    )
    return Scored(store=store)


def model(base_url: str, api_key: str = "none", **options: Any) -> ChatOpenAI:
    return ChatOpenAI(
        model="m", base_url=base_url, api_key=SecretStr(api_key), **{"max_retries": 0, **options}
    )


def chain(base_url: str, api_key: str = "none") -> Runnable[Any, Any]:
    """Returns question, history, context and answer, the answer as the model's message."""
    answer: Runnable[Any, Any] = (
        RunnableLambda(lambda known: {**known, "passages": _joined(known["context"])})
        | PROMPT
        | model(base_url, api_key)
    )
    found: Runnable[Any, Any] = RunnablePassthrough.assign(context=itemgetter("question") | retriever())
    return found.assign(answer=answer) | RunnableLambda(_checked)


def text_chain(base_url: str, api_key: str = "none") -> Runnable[Any, Any]:
    """The chain of langchain's introduction: it takes the bare question and returns the bare answer."""
    start = {"passages": retriever() | RunnableLambda(_joined), "question": RunnablePassthrough()}
    return start | PROMPT | model(base_url, api_key) | StrOutputParser()


def _joined(documents: list[Document]) -> str:
    return "\n\n".join(document.page_content for document in documents)


def _checked(known: dict[str, Any]) -> dict[str, Any]:
    if known["question"] == script.MALFORMED:
        return {"said": known["answer"]}
    return known
