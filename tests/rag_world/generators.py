"""Generators for the `python` adapter: what a RAG system asks can be seen, and played with."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from bakeoff.evals.errors import NotHeld, TransportFailure


class Scribe:
    """Answers with the first passage and its id, or with the prompt; notes what it was asked and its ends."""

    made: list[Scribe] = []  # noqa: RUF012 - shared on purpose

    def __init__(self, mode: str = "cite", wait_s: float = 0.0) -> None:
        self.mode, self.wait_s = mode, wait_s
        self.asked: list[tuple[str, list[dict[str, str]], int | None]] = []
        self.at_once = self.peak = self.closed = 0
        self.made.append(self)

    async def answer(
        self, prompt: str, conversation: list[dict[str, str]], seed: int | None
    ) -> Mapping[str, Any] | str:
        self.asked.append((prompt, conversation, seed))
        self.at_once += 1
        self.peak = max(self.peak, self.at_once)
        await asyncio.sleep(self.wait_s)
        self.at_once -= 1
        return self.reply(prompt)

    def reply(self, prompt: str) -> Mapping[str, Any] | str:
        if self.mode == "fail":
            raise ValueError("the generator is out of ink")
        if self.mode == "break":
            raise TransportFailure("the line is dead", retry_after_s=3.0)
        if self.mode == "decline":
            raise NotHeld("not that one")
        first = re.search(r"\[(\S+)\] (.*)", prompt)
        if self.mode == "echo" or first is None:
            return prompt
        return {
            "answer": f"{first[2]} [{first[1]}] [none#1]",
            "usage": {"input_tokens": 7, "output_tokens": 3},
        }

    async def aclose(self) -> None:
        self.closed += 1


def upper(prompt: str) -> str:
    """Takes neither conversation nor anything else."""
    return prompt.upper()
