"""A user's haystack module: BM25 over an in-memory store, a prompt, a chat model."""

from __future__ import annotations

from functools import cache
from typing import Any

from frameworks.corpus import passages
from haystack import Document, Pipeline
from haystack.components.builders import AnswerBuilder, ChatPromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret

TEMPLATE = """
{% message role="system" %}
Answer from these passages:
{% for document in documents %}{{ document.content }}
{% endfor %}
{% endmessage %}
{% for turn in history %}
{% message role=turn.role.value %}{{ turn.text }}{% endmessage %}
{% endfor %}
{% message role="user" %}{{ question }}{% endmessage %}
"""


@cache
def store() -> InMemoryDocumentStore:
    made = InMemoryDocumentStore()
    made.write_documents(
        [
            Document(id=one.id, content=one.text, meta={"source": one.source} if one.source else {})
            for one in passages()
        ]
    )
    return made


def pipeline(base_url: str, api_key: str = "none", builds_answers: bool = True) -> Pipeline:
    """Retriever, prompt and model; and the answer builder that haystack's own examples end with."""
    made = Pipeline()
    made.add_component("retriever", InMemoryBM25Retriever(store(), top_k=2))
    made.add_component(
        "prompt_builder", ChatPromptBuilder(template=TEMPLATE, required_variables=["question", "documents"])
    )
    made.add_component("llm", model(base_url, api_key))
    made.connect("retriever.documents", "prompt_builder.documents")
    made.connect("prompt_builder.prompt", "llm.messages")
    if builds_answers:
        made.add_component("answer_builder", AnswerBuilder())
        made.connect("llm.replies", "answer_builder.replies")
        made.connect("retriever.documents", "answer_builder.documents")
    return made


def model(base_url: str, api_key: str = "none", **options: Any) -> OpenAIChatGenerator:
    return OpenAIChatGenerator(
        api_key=Secret.from_token(api_key),
        model="m",
        api_base_url=base_url,
        **{"max_retries": 0, "timeout": 30.0, **options},
    )
