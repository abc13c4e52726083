"""Runnables of many shapes, for the tests of the langchain adapter."""

from __future__ import annotations

from typing import Any

from frameworks.langchain_app import model, retriever
from langchain.agents import create_agent
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel, RunnablePassthrough

PROMPT = ChatPromptTemplate([("human", "{question}")])


class FirstOf(BaseRetriever):
    """The first find of another retriever, as a re-ranker would choose it."""

    inner: BaseRetriever

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self.inner.invoke(query, config={"callbacks": run_manager.get_child()})[:1]


def bare_model(base_url: str) -> Any:
    return model(base_url)


def text(base_url: str) -> Runnable[Any, Any]:
    return {"question": RunnablePassthrough()} | PROMPT | model(base_url) | StrOutputParser()


def with_history(base_url: str) -> Runnable[Any, Any]:
    prompt = ChatPromptTemplate([MessagesPlaceholder("chat_history"), ("human", "{question}")])
    return prompt | model(base_url)


def agent(base_url: str) -> Any:
    return create_agent(model(base_url), tools=[])


def asked_twice(base_url: str) -> Runnable[Any, Any]:
    one = PROMPT | model(base_url) | StrOutputParser()
    both = RunnableParallel(answer=one, second=one)
    return {"question": RunnablePassthrough()} | both


def nested(base_url: str) -> Runnable[Any, Any]:
    start = {"found": FirstOf(inner=retriever()), "question": RunnablePassthrough()}
    return start | PROMPT | model(base_url) | StrOutputParser()


def odd_mapping(base_url: str) -> Runnable[Any, Any]:
    page = Document(
        id="p1", page_content="a page", metadata={"file_path": "book.pdf", "relevance_score": 0.5, "page": 7}
    )
    return text(base_url) | RunnableLambda(lambda said: {"out": {"said": said, "found": [{"page": page}]}})


def given_passages(base_url: str) -> Runnable[Any, Any]:
    return ChatPromptTemplate([("system", "{passages}"), ("human", "{question}")]) | model(base_url)
