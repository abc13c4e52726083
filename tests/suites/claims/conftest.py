"""A judge whose replies the test writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from toys.plan import ToyJudge

from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.protocols import M, Task

Reply = Callable[[dict[str, Any]], dict[str, Any]]


class ReplyingJudge(ToyJudge):
    """Replies to what it reads in the prompt's JSON, as an obedient model would; keeps tasks and inputs."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply
        self.asked: list[tuple[Task, dict[str, Any]]] = []

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        self.prompts.append(prompt)
        shown = json.loads(prompt.split("\n\ninput: ", 1)[1])
        assert shown == inputs.model_dump()
        self.asked.append((task, shown))
        try:
            return schema.model_validate(self.reply(shown))
        except ValueError as error:
            raise JudgeFailure(f"malformed: {error}") from error


@pytest.fixture
def replying() -> type[ReplyingJudge]:
    return ReplyingJudge
