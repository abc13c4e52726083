"""Building systems on tiny models, and asking them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bakeoff.adapters.huggingface.plugin import PLUGIN
from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.records import Request, Response


def no_encoder() -> Encoder:
    raise AssertionError("a local model needs no encoder")


def local_system(folder: Path, *, wiring: dict[str, Any] | None = None, **options: Any) -> HuggingFaceSystem:
    """A system as the assembly builds it from a config's options; `model` is `llama` unless told."""
    common = {"name": "local", **(wiring or {})}
    chosen = PLUGIN.options.model_validate({"model": "llama", "max_new_tokens": 8, **options})
    system = PLUGIN.build(chosen, Wiring(folder=folder, encoder=no_encoder, **common))
    assert isinstance(system, HuggingFaceSystem)
    return system


def ask(system: HuggingFaceSystem, *questions: str, **request: Any) -> list[Response]:
    """The answers to questions that are asked at once."""

    async def all_of_them() -> list[Response]:
        asked = (system.answer(Request(question=question, **request)) for question in questions)
        return await asyncio.gather(*asked)

    return asyncio.run(all_of_them())


def texts(system: HuggingFaceSystem, *questions: str, **request: Any) -> list[str]:
    """The texts of answers that must all be there."""
    return [said(response) for response in ask(system, *questions, **request)]


def said(response: Response) -> str:
    assert response.error is None, response.error
    assert response.text is not None
    return response.text


def alone(system: HuggingFaceSystem, *questions: str, **request: Any) -> list[str]:
    """The texts of answers to questions that are asked one after the other."""
    return [texts(system, question, **request)[0] for question in questions]
