"""Pipelines of many shapes, for the tests of the haystack adapter."""

from __future__ import annotations

from frameworks.haystack_app import model, pipeline, store
from haystack import Pipeline
from haystack.components.builders import ChatPromptBuilder
from haystack.components.joiners import BranchJoiner
from haystack.components.routers import ConditionalRouter
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ChatMessage


def without_answers(base_url: str, api_key: str = "none") -> Pipeline:
    return pipeline(base_url, api_key, builds_answers=False)


def model_alone(base_url: str, api_key: str = "none") -> Pipeline:
    made = Pipeline()
    made.add_component("llm", model(base_url, api_key))
    return made


def nothing_to_ask() -> Pipeline:
    made = Pipeline()
    made.add_component("writer", DocumentWriter(store()))
    return made


def looping() -> Pipeline:
    """A model that is asked again until its reply is long enough."""
    routes = [
        {
            "condition": "{{ replies[0].text|length > 3 }}",
            "output": "{{ replies }}",
            "output_name": "done",
            "output_type": list[ChatMessage],
        },
        {
            "condition": "{{ replies[0].text|length <= 3 }}",
            "output": "{{ replies }}",
            "output_name": "again",
            "output_type": list[ChatMessage],
        },
    ]
    made = Pipeline()
    made.add_component("prompt_builder", ChatPromptBuilder([ChatMessage.from_user("{{ question }}")]))
    made.add_component("joiner", BranchJoiner(list[ChatMessage]))
    made.add_component("llm", model("http://127.0.0.1:9/v1"))
    made.add_component("router", ConditionalRouter(routes, unsafe=True))
    made.connect("prompt_builder.prompt", "joiner")
    made.connect("joiner", "llm.messages")
    made.connect("llm.replies", "router.replies")
    made.connect("router.again", "joiner")
    return made
