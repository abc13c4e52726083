"""A judge that follows a script, and answers to hold against it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from toys.plan import ToyJudge

from bakeoff.evals.protocols import M, Task
from bakeoff.evals.records import Answered, Context, Response, Sample


class SupportJudge(ToyJudge):
    """Supports a statement where the context has all letters of its first word, such as "AB" of "AB says so."

    `asked` holds context and statements of each call, `declining` the answers it was asked about.
    """

    def __init__(self, fails: Exception | None = None) -> None:
        super().__init__()
        self.asked: list[tuple[str, list[str]]] = []
        self.declining: list[str] = []
        self.fails = fails

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        given = inputs.model_dump()
        assert json.loads(prompt.split("\n\ninput: ", 1)[1]) == given
        if task is Task.DECLINING:
            self.declining.append(given["answer"])
            verdict = int("anyone's guess" in given["answer"])
            return schema.model_validate({"reason": "by its words", "verdict": verdict})
        assert task is Task.CLAIM_VERDICTS
        if self.fails is not None:
            raise self.fails
        self.asked.append((given["context"], given["statements"]))
        return schema.model_validate(
            {"statements": [_verdict(text, given["context"]) for text in given["statements"]]}
        )


def _verdict(text: str, context: str) -> dict[str, Any]:
    held = set(text.split()[0]) <= set(context)
    return {"statement": text, "reason": "by letters", "verdict": int(held)}


def contexts(*texts: str) -> tuple[Context, ...]:
    """Passages d1#0, d2#0 … of the documents d1, d2 …"""
    return tuple(Context(text=text, id=f"d{n}#0", source=f"d{n}") for n, text in enumerate(texts, 1))


def answered(text: str, passages: Sequence[str] = (), **fields: Any) -> Answered:
    """An answer to some question, with these passages; `citations` are the response's."""
    citations = fields.pop("citations", ())
    response = Response(text=text, contexts=contexts(*passages), citations=citations)
    return Answered(
        system="x", retrieves=True, sample=Sample(id="1", question="What?"), response=response, **fields
    )
