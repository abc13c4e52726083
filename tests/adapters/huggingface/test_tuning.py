"""Adapters of every kind on the weights of one load, against peft and transformers used plainly."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tiny_models.asking import alone, texts
from tiny_models.language import END, KINDS, write_adapter, write_llama, write_t5

from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.errors import InputError

Build = Callable[..., HuggingFaceSystem]

QUESTIONS = (
    "What is the capital of France?",
    "the cat",
    "nobody knows why the dog slept under the table and the cat sat on the mat",
    "refunds",
    "Is it paid in full within 30 days?",
)

BOTH = pytest.mark.parametrize("model", ["llama", "t5"])
ALL_KINDS = pytest.mark.parametrize("kind", KINDS)


def plain_peft(models: Path, model: str, adapter: str, ids: Sequence[int], steps: int) -> list[int]:
    """Greedy tokens by a forward pass over the whole text each time: no cache, no batch, no generate."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    seq2seq = model == "t5"
    loader = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
    base = loader.from_pretrained(models / model, dtype=torch.float32)
    tuned: Any = PeftModel.from_pretrained(base, models / adapter).eval()
    new: list[int] = []
    while len(new) < steps and new[-1:] != [END]:
        rows = torch.tensor([[*ids] if seq2seq else [*ids, *new]])
        inputs = {"input_ids": rows, "attention_mask": torch.ones_like(rows)}
        if seq2seq:
            inputs["decoder_input_ids"] = torch.tensor([[0, *new]])
        with torch.inference_mode():
            new.append(int(tuned(**inputs).logits[0, -1].argmax()))
    return new


@BOTH
@ALL_KINDS
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_each_kind_answers_as_peft_itself_does(build: Build, models: Path, model: str, kind: str) -> None:
    system = build(model=model, peft=f"{model}-{kind}")
    renderer = system._parts.renderer
    got = texts(system, *QUESTIONS)
    for question, text in zip(QUESTIONS, got, strict=True):
        prompt = question if model == "t5" else f"<|user|>{question}</s><|assistant|>"
        new = plain_peft(models, model, f"{model}-{kind}", renderer.prompt_ids(prompt), 8)
        said = renderer.decode(new)
        assert text == (said.strip() if model == "t5" else said)


@BOTH
def test_an_adapter_answers_unlike_the_base(build: Build, model: str) -> None:
    base = texts(build(model=model), *QUESTIONS)
    for kind in KINDS:
        assert texts(build(model=model, peft=f"{model}-{kind}"), *QUESTIONS) != base


@BOTH
@ALL_KINDS
def test_padding_and_company_change_no_answer(build: Build, model: str, kind: str) -> None:
    system = build(model=model, peft=f"{model}-{kind}", batch_size=8)
    assert texts(system, *QUESTIONS) == alone(system, *QUESTIONS)


@BOTH
def test_the_parent_is_untouched_by_all_its_adapters(build: Build, model: str) -> None:
    import torch

    base = build(model=model)
    network = base._parts.loaded.network
    before = {name: value.clone() for name, value in network.state_dict().items()}
    places = {name: value.data_ptr() for name, value in network.named_parameters()}
    classes = {name: type(module) for name, module in network.named_modules()}
    said = texts(base, *QUESTIONS)
    for kind in KINDS:
        texts(build(model=model, peft=f"{model}-{kind}"), *QUESTIONS)
    after = network.state_dict()
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert {name: value.data_ptr() for name, value in network.named_parameters()} == places
    assert {name: type(module) for name, module in network.named_modules()} == classes
    assert texts(base, *QUESTIONS) == said


def refused(build: Build, folder: Path, adapter: str) -> InputError:
    with pytest.raises(InputError) as caught:
        build(folder, peft=adapter)
    assert caught.value.where == "systems.local.peft"
    return caught.value


def copied(models: Path, folder: Path) -> Path:
    shutil.copytree(models / "llama", folder / "llama")
    return folder


@pytest.mark.parametrize("kind", ["lora", "prompt", "prefix", "ia3"])
def test_an_adapter_of_another_width_is_refused(
    build: Build, models: Path, tmp_path: Path, kind: str
) -> None:
    copied(models, tmp_path)
    write_llama(tmp_path / "wider", hidden=48)
    write_adapter(tmp_path / "adapter", tmp_path / "wider", kind)
    assert "cannot be put on `model`" in str(refused(build, tmp_path, "adapter"))


def test_an_adapter_of_a_deeper_model_is_refused(build: Build, models: Path, tmp_path: Path) -> None:
    copied(models, tmp_path)
    write_llama(tmp_path / "deeper", layers=3)
    write_adapter(tmp_path / "adapter", tmp_path / "deeper", "lora")
    assert "was made for another model" in str(refused(build, tmp_path, "adapter"))


def test_an_adapter_of_another_architecture_is_refused(build: Build, models: Path, tmp_path: Path) -> None:
    copied(models, tmp_path)
    write_t5(tmp_path / "t5")
    write_adapter(tmp_path / "adapter", tmp_path / "t5", "lora")
    assert "cannot be put on `model`" in str(refused(build, tmp_path, "adapter"))


def test_what_would_write_into_shared_weights_is_refused(build: Build, models: Path, tmp_path: Path) -> None:
    base = build()
    said = texts(base, *QUESTIONS)
    copied(models, tmp_path)
    write_adapter(tmp_path / "biases", tmp_path / "llama", "lora", bias="all")
    write_adapter(
        tmp_path / "embeddings", tmp_path / "llama", "lora", target_modules=["embed_tokens", "q_proj"]
    )
    write_adapter(tmp_path / "pissa", tmp_path / "llama", "lora")
    config = json.loads((tmp_path / "pissa" / "adapter_config.json").read_text())
    (tmp_path / "pissa" / "adapter_config.json").write_text(
        json.dumps({**config, "init_lora_weights": "pissa"})
    )
    assert "own biases" in str(refused(build, tmp_path, "biases"))
    assert "replaces the parent's own weights" in str(refused(build, tmp_path, "embeddings"))
    assert "init_lora_weights: pissa" in str(refused(build, tmp_path, "pissa"))
    assert texts(base, *QUESTIONS) == said


def test_a_retrained_head_stays_the_adapters_own(build: Build, models: Path, tmp_path: Path) -> None:
    copied(models, tmp_path)
    write_adapter(tmp_path / "head", tmp_path / "llama", "lora", modules_to_save=["lm_head"])
    base = build(tmp_path)
    said = texts(base, *QUESTIONS)
    assert texts(build(tmp_path, peft="head"), *QUESTIONS) != said
    assert texts(base, *QUESTIONS) == said


def test_a_kind_that_was_not_tried_is_refused_by_name(build: Build, models: Path, tmp_path: Path) -> None:
    copied(models, tmp_path)
    write_adapter(tmp_path / "adapter", tmp_path / "llama", "lora")
    place = tmp_path / "adapter" / "adapter_config.json"
    kept = {"peft_type": "VERA", "task_type": "CAUSAL_LM", "target_modules": ["q_proj"]}
    place.write_text(json.dumps(kept))
    problem = refused(build, tmp_path, "adapter")
    assert "VERA" in str(problem)
    assert "PREFIX_TUNING" in str(problem)


def test_an_adapter_without_its_weights_is_told_of_not_looked_for_on_the_hub(
    build: Build, models: Path, tmp_path: Path
) -> None:
    copied(models, tmp_path)
    write_adapter(tmp_path / "adapter", tmp_path / "llama", "lora")
    (tmp_path / "adapter" / "adapter_model.safetensors").unlink()
    assert "no adapter_model.safetensors" in str(refused(build, tmp_path, "adapter"))
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"not weights at all")
    assert "cannot be put on `model`" in str(refused(build, tmp_path, "adapter"))
