"""Tiny models and adapters, made once a session, and a way to build systems that closes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_models.asking import local_system
from tiny_models.language import KINDS, write_adapter, write_llama, write_t5

from bakeoff.adapters.huggingface.system import HuggingFaceSystem


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
def build(models: Path) -> Iterator[Callable[..., HuggingFaceSystem]]:
    """Builds systems from options, with `models` as the config's folder; closes them at the end."""
    built: list[HuggingFaceSystem] = []

    def make(folder: Path = models, **options: Any) -> HuggingFaceSystem:
        built.append(local_system(folder, **options))
        return built[-1]

    yield make
    for system in built:
        asyncio.run(system.aclose())
