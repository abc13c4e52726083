"""One load for all systems on the same weights, freed by the last."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tiny_models.asking import local_system, texts
from tiny_models.language import write_adapter, write_llama

from bakeoff.adapters.huggingface import sharing
from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.errors import InputError

Build = Callable[..., HuggingFaceSystem]

QUESTIONS = ("What is the capital of France?", "the cat", "nobody knows why the dog slept", "refunds")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose weights transformers really reads, one entry a time."""
    from transformers import PreTrainedModel

    real = PreTrainedModel.from_pretrained.__func__  # type: ignore[attr-defined]
    read: list[str] = []

    def counting(cls: Any, name: Any, *args: Any, **kwargs: Any) -> Any:
        read.append(str(name))
        return real(cls, name, *args, **kwargs)

    monkeypatch.setattr(PreTrainedModel, "from_pretrained", classmethod(counting))
    return read


def parameters(system: HuggingFaceSystem) -> dict[str, int]:
    return {name: value.data_ptr() for name, value in system._parts.loaded.network.named_parameters()}


def test_base_and_two_adapters_share_one_load(build: Build, models: Path, loads: list[str]) -> None:
    base = build()
    before = texts(base, *QUESTIONS)
    lora, prefix = build(peft="llama-lora"), build(peft="llama-prefix")
    assert loads == [str(models / "llama")]
    mine = set(parameters(base).values())
    for tuned in (lora, prefix):
        addresses = parameters(tuned)
        shared = {name for name, address in addresses.items() if address in mine}
        assert len(shared) == len(mine) == 20
        assert all("lora_" in name or "prompt_encoder" in name for name in addresses.keys() - shared)
    assert texts(lora, *QUESTIONS) != before != texts(prefix, *QUESTIONS)
    assert texts(base, *QUESTIONS) == before


def test_base_logits_are_the_same_bits_with_adapters_in_use(build: Build) -> None:
    import torch

    base = build()
    ids = torch.tensor([base._parts.renderer.prompt_ids(QUESTIONS[0])])
    with torch.inference_mode():
        before = base._parts.loaded.network(ids).logits.clone()
        for kind in ("lora", "ia3", "prefix", "prompt"):
            texts(build(peft=f"llama-{kind}"), *QUESTIONS)
            assert torch.equal(base._parts.loaded.network(ids).logits, before)


def test_questions_to_base_and_adapters_at_once_are_not_mixed_up(build: Build) -> None:
    systems = [build(batch_size=3), *(build(peft=f"llama-{kind}", batch_size=3) for kind in ("lora", "ia3"))]
    expected = [texts(system, *QUESTIONS) for system in systems]

    async def at_once() -> list[list[str | None]]:
        from bakeoff.evals.records import Request

        asked = [
            [asyncio.create_task(system.answer(Request(question=question))) for question in QUESTIONS]
            for system in systems
        ]
        return [[(await task).text for task in tasks] for tasks in asked]

    for _ in range(3):
        assert asyncio.run(at_once()) == expected


def test_the_same_adapter_is_attached_once(build: Build) -> None:
    one, two = build(peft="llama-lora"), build(peft="llama-lora", max_new_tokens=3)
    assert one._parts.loaded.network is two._parts.loaded.network


@pytest.mark.parametrize("other", [{"dtype": "bfloat16"}, {"model": "t5"}])
def test_another_dtype_or_model_is_another_load(
    build: Build, loads: list[str], other: dict[str, Any]
) -> None:
    build()
    build(**other)
    assert len(loads) == 2


def test_retrained_weights_in_the_same_folder_are_loaded_anew(
    build: Build, tmp_path: Path, loads: list[str]
) -> None:
    write_llama(tmp_path / "llama")
    old = build(tmp_path)
    write_llama(tmp_path / "llama", seed=9)
    new = build(tmp_path)
    assert len(loads) == 2
    assert old.fingerprint != new.fingerprint
    assert texts(old, *QUESTIONS) != texts(new, *QUESTIONS)


def test_the_last_system_to_close_frees_the_weights(models: Path) -> None:
    base, tuned = local_system(models), local_system(models, peft="llama-lora")
    texts(tuned, *QUESTIONS)
    held = weakref.ref(base._parts.loaded.network)
    thread = base._weights.worker._thread if base._weights else None
    assert thread is not None
    asyncio.run(base.aclose())
    asyncio.run(base.aclose())
    assert thread.is_alive()
    assert texts(tuned, *QUESTIONS)
    asyncio.run(tuned.aclose())
    assert not thread.is_alive()
    assert not sharing._SHARED
    del base, tuned
    gc.collect()
    assert held() is None


def test_a_system_that_cannot_be_built_gives_the_weights_back(models: Path, tmp_path: Path) -> None:
    write_llama(tmp_path / "other", hidden=48)
    write_adapter(tmp_path / "lora", tmp_path / "other", "lora")
    with pytest.raises(InputError):
        local_system(models, peft=str(tmp_path / "lora"))
    assert not sharing._SHARED


def test_systems_built_by_several_threads_share_one_load(models: Path, loads: list[str]) -> None:
    with ThreadPoolExecutor(4) as pool:
        systems = list(pool.map(lambda _: local_system(models), range(8)))
    assert loads == [str(models / "llama")]
    for system in systems:
        asyncio.run(system.aclose())
    assert not sharing._SHARED
