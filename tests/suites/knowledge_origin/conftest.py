"""A judge that returns what is listed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel

from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.protocols import M, Task
from bakeoff.evals.records import Usage


@dataclass
class ListedJudge:
    """`claims` by text, `holds`: the claims that a text supports; `declining`: the texts that decline.

    A text that is not listed is a mistake of the test. `asked` keeps the tasks.
    """

    claims: Mapping[str, Sequence[str]]
    holds: Mapping[str, Sequence[str]]
    declining: Sequence[str] = ()
    fails_on: str | None = None
    breaks_on: str | None = None
    name: str = "listed"
    fingerprint: str = "listed 1"
    deterministic: bool = True
    offline: bool = True
    note: str = "a judge of listed verdicts"
    usage: Usage = field(default_factory=Usage)
    asked: list[Task] = field(default_factory=list)

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        self.asked.append(task)
        if self.fails_on is not None and self.fails_on in prompt:
            raise JudgeFailure("no valid verdict")
        if self.breaks_on is not None and self.breaks_on in prompt:
            raise TransportFailure("away")
        given: dict[str, Any] = inputs.model_dump()
        return schema.model_validate(self._said(task, given))

    def _said(self, task: Task, given: Mapping[str, Any]) -> dict[str, Any]:
        if task is Task.CLAIMS:
            return {"claims": list(self.claims[given["response"]])}
        if task is Task.DECLINING:
            return {"reason": "listed", "verdict": int(given["answer"] in self.declining)}
        held = self.holds[given["context"]]
        verdicts = [
            {"statement": one, "reason": "listed", "verdict": int(one in held)} for one in given["statements"]
        ]
        return {"statements": verdicts}

    async def aclose(self) -> None: ...


MakeJudge = Callable[..., ListedJudge]


@pytest.fixture
def listed() -> MakeJudge:
    return ListedJudge
