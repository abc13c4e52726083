"""A judge and an encoder that follow fixed rules on words, so that every field of their input matters."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from bakeoff.evals.protocols import Task
from bakeoff.evals.records import Usage

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Asked:
    """One call of `decide`."""

    task: Task
    inputs: BaseModel
    prompt: str
    draw: int

    @property
    def fields(self) -> dict[str, Any]:
        return self.inputs.model_dump()


@dataclass
class ScriptedJudge:
    """Word overlap decides, and a hash of all the inputs varies it.

    `same_draws` gives every draw the reply of the first. `amend` may change a reply, or raise, as a
    failing judge would. `asked` keeps every call, `peak` the most that were open at once.
    """

    deterministic: bool = True
    amend: Callable[[Asked, dict[str, Any]], dict[str, Any]] = lambda _, reply: reply
    pause_s: float = 0.0
    same_draws: bool = False
    name: str = "scripted"
    fingerprint: str = "scripted-1"
    offline: bool = True
    note: str = ""
    asked: list[Asked] = field(default_factory=list)
    peak: int = 0
    _open: int = 0

    @property
    def usage(self) -> Usage:
        return Usage()

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        asked = Asked(task, inputs, prompt, 0 if self.same_draws else draw)
        self.asked.append(asked)
        self._open += 1
        self.peak = max(self.peak, self._open)
        try:
            await asyncio.sleep(self.pause_s)
            return schema.model_validate(self.amend(asked, reply(asked)))
        finally:
            self._open -= 1

    async def aclose(self) -> None:
        return None


class WordEncoder:
    """Unit vectors of hashed words, 64 dimensions; `encoded` keeps every text that was encoded."""

    name: str = "words"
    fingerprint: str = "words-1"
    weights: str | None = None

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        rows = np.full((len(texts), 64), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                row[number(word, 64)] += 1 if number(word, 2) else -1
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def reply(asked: Asked) -> dict[str, Any]:
    """What the rules say to the inputs."""
    given = asked.fields
    match asked.task:
        case Task.STATEMENTS:
            extra = [f"Asked was: {given['question']}"] if number(given["question"], 2) else []
            return {"statements": sentences(given["answer"]) + extra}
        case Task.CLAIMS:
            return {"claims": sentences(given["response"])}
        case Task.VERDICTS | Task.CLAIM_VERDICTS:
            return {"statements": [verdict(text, given["context"]) for text in given["statements"]]}
        case Task.QUESTION:
            said = words(given["response"])
            kept = [word for word in said if number(f"{word} {asked.draw}", 3)]
            evasive = "cannot" in said
            return {"question": f"What of {' '.join(kept)}?", "noncommittal": int(evasive)}
        case Task.USEFULNESS:
            useful = supported(given["answer"], given["context"], given["question"])
            return {"reason": "by overlap", "verdict": useful}
        case Task.ATTRIBUTION:
            parts = sentences(given["answer"])
            return {"classifications": [attribution(part, given) for part in parts]}
        case Task.RUBRIC:
            return {"reason": "by overlap", "verdict": supported(given["rubric"], given["answer"])}
        case Task.DECLINING:
            return {"reason": "by overlap", "verdict": 1 - supported(given["question"], given["answer"])}


def verdict(text: str, context: str) -> dict[str, Any]:
    return {"statement": text, "reason": "by overlap", "verdict": supported(text, context)}


def attribution(part: str, given: dict[str, Any]) -> dict[str, Any]:
    held = supported(part, given["context"], given["question"])
    return {"statement": part, "reason": "by overlap", "attributed": held}


def supported(claim: str, context: str, beside: str = "") -> int:
    """1 where at least a third of the claim's words are in the context; a hash turns one in four around."""
    claimed, held = set(words(claim)), set(words(context))
    overlaps = 3 * len(claimed & held) >= len(claimed)
    turned = number(f"{claim}|{context}|{beside}", 4) == 0
    return int(overlaps != turned)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def sentences(text: str) -> list[str]:
    return [part.strip() for part in text.split(".") if part.strip()]


def number(text: str, below: int) -> int:
    """A number that depends on every character of the text, and on nothing else."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % below
