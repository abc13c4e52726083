"""ragas' prompts without the work that they repeat.

A ragas prompt makes the JSON schema of its output model anew for every text that it renders: as much work as
the HTTP call that follows. The schema never changes, so it is made once here. The text stays ragas' own,
character for character.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


@dataclass(frozen=True)
class KnownSchema:
    """Stands where a prompt has its output model, of which rendering asks nothing but the schema."""

    schema: dict[str, Any]

    def model_json_schema(self) -> dict[str, Any]:
        """The schema itself, not a copy: ragas writes it into the prompt and leaves it alone."""
        return self.schema


def with_known_schemas(metric: T) -> T:
    """The same ragas metric; its own prompts know their schemas."""
    from ragas.prompt.metrics.base_prompt import BasePrompt

    prompts: list[Any] = [value for value in vars(metric).values() if isinstance(value, BasePrompt)]
    for prompt in prompts:
        prompt.output_model = _known(type(prompt).output_model)
    return metric


@functools.cache
def _known(model: type[BaseModel]) -> KnownSchema:
    return KnownSchema(model.model_json_schema())
