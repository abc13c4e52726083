"""Tiny models and adapters, made once a session, and a way to build systems that closes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_models.language import KINDS, write_adapter, write_llama, write_t5

from bakeoff.adapters.huggingface.plugin import PLUGIN
from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.records import Request, Response

Build = Callable[..., HuggingFaceSystem]


def no_encoder() -> Encoder:
    raise AssertionError("a local model needs no encoder")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a causal and a seq2seq model, and an adapter of each kind for each."""
    folder = tmp_path_factory.mktemp("models")
    write_llama(folder / "llama")
    write_t5(folder / "t5")
    for number, kind in enumerate(KINDS):
        for model in ("llama", "t5"):
            write_adapter(folder / f"{model}-{kind}", folder / model, kind, seed=number)
    return folder


@pytest.fixture
def build(models: Path) -> Iterator[Build]:
    """Builds systems from options, with `models` as the config's folder; closes them at the end."""
    built: list[HuggingFaceSystem] = []

    def make(folder: Path = models, name: str = "local", **options: Any) -> HuggingFaceSystem:
        wiring = Wiring(folder=folder, name=name, encoder=no_encoder, **options.pop("wiring", {}))
        chosen = {"model": "llama", "max_new_tokens": 8, **options}
        system = PLUGIN.build(PLUGIN.options.model_validate(chosen), wiring)
        assert isinstance(system, HuggingFaceSystem)
        built.append(system)
        return system

    yield make
    asyncio.run(close(*built))


async def close(*systems: HuggingFaceSystem) -> None:
    for system in systems:
        await system.aclose()


def ask(system: HuggingFaceSystem, *questions: str, **request: Any) -> list[Response]:
    """The answers to questions that are asked at once."""

    async def all_of_them() -> list[Response]:
        asked = (system.answer(Request(question=question, **request)) for question in questions)
        return await asyncio.gather(*asked)

    return asyncio.run(all_of_them())


def texts(system: HuggingFaceSystem, *questions: str, **request: Any) -> list[str | None]:
    return [response.text for response in ask(system, *questions, **request)]
