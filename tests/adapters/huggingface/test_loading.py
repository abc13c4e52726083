"""What cannot be loaded, told in one sentence; devices, dtypes and quantization."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_models.asking import ask, texts
from tiny_models.models import write_bert

from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.errors import InputError

Build = Callable[..., HuggingFaceSystem]


@pytest.fixture
def broken(models: Path, tmp_path: Path) -> Path:
    shutil.copytree(models / "llama", tmp_path / "llama")
    return tmp_path


def problem(build: Build, *folder: Path, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        build(*folder, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("package", ["transformers", "peft", "torch"])
def test_a_missing_package_names_the_extra(
    build: Build, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert problem(build, peft="llama-lora") == (
        f'systems.local: {package} is not installed; pip install "bakeoff[local]"'
    )


def test_peft_is_asked_for_only_with_an_adapter(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    assert texts(build(), "the cat")


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(build: Build, device: str) -> None:
    import torch

    if torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available():
        pytest.skip(f"this machine has {device}")
    assert f"systems.local.device: device {device} was asked for" in problem(build, device=device)


def test_four_bits_without_bitsandbytes_name_the_package(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bakeoff.adapters.huggingface import loading

    monkeypatch.setattr(loading, "find_spec", lambda _: None)
    found = problem(build, quantization="4bit")
    assert found.startswith("systems.local.quantization: quantization: 4bit needs the package bitsandbytes")
    assert found.endswith('pip install "bitsandbytes>=0.46.1"')


def test_four_bits_answer_and_carry_a_lora(build: Build) -> None:
    """QLoRA: a LoRA over a 4-bit parent, which it shares."""
    pytest.importorskip("bitsandbytes")
    base = build(quantization="4bit")
    said = texts(base, "the cat", "nobody knows why")
    tuned = build(quantization="4bit", peft="llama-lora")
    assert texts(tuned, "the cat", "nobody knows why") != said
    assert texts(base, "the cat", "nobody knows why") == said
    layer = base._parts.loaded.network.model.layers[0].self_attn.q_proj
    assert type(layer).__name__ == "Linear4bit"
    mine = {value.data_ptr() for value in base._parts.loaded.network.parameters()}
    assert mine <= {value.data_ptr() for value in tuned._parts.loaded.network.parameters()}
    assert base.fingerprint != build().fingerprint


def test_halves_are_used_when_asked_for(build: Build) -> None:
    (response,) = ask(build(dtype="bfloat16"), "the cat")
    assert response.extras["dtype"] == "bfloat16"
    assert build(dtype="bfloat16").fingerprint != build().fingerprint == build(dtype="float32").fingerprint


def test_unreadable_weights(build: Build, broken: Path) -> None:
    (broken / "llama" / "model.safetensors").write_bytes(b"not weights at all")
    assert "does not load" in problem(build, broken)
    (broken / "llama" / "model.safetensors").unlink()
    found = problem(build, broken)
    assert found.startswith("systems.local.model: the model ")
    assert found.endswith("check the folder")


def test_an_unreadable_config(build: Build, broken: Path) -> None:
    (broken / "llama" / "config.json").write_text("{")
    assert "does not load" in problem(build, broken)
    (broken / "llama" / "config.json").write_text('{"model_type": "no_such_model"}')
    assert "no_such_model" in problem(build, broken)


def test_a_folder_without_a_tokenizer(build: Build, broken: Path) -> None:
    for file in (broken / "llama").glob("tokenizer*"):
        file.unlink()
    assert "does not load" in problem(build, broken)


def test_weights_that_lack_a_layer_are_not_made_up(build: Build, broken: Path) -> None:
    config = json.loads((broken / "llama" / "config.json").read_text())
    (broken / "llama" / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    assert "lacks" in problem(build, broken)


def test_an_encoder_is_no_language_model(build: Build, tmp_path: Path) -> None:
    write_bert(tmp_path / "llama")
    assert "systems.local.model" in problem(build, tmp_path)


@pytest.mark.parametrize(("model", "task"), [("llama", "seq2seq"), ("t5", "causal")])
def test_a_task_that_the_model_is_not_for(build: Build, model: str, task: str) -> None:
    assert "systems.local.model" in problem(build, model=model, task=task)


@pytest.mark.parametrize(("model", "task"), [("llama", "causal"), ("t5", "seq2seq")])
def test_a_task_may_be_named(build: Build, model: str, task: str) -> None:
    assert texts(build(model=model, task=task), "the cat") == texts(build(model=model), "the cat")


def test_code_that_a_folder_brings_along_is_not_run(build: Build, broken: Path) -> None:
    config = json.loads((broken / "llama" / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.MyConfig"}}
    (broken / "llama" / "config.json").write_text(json.dumps(config))
    (broken / "llama" / "mine.py").write_text("raise SystemExit('ran')\nclass MyConfig: pass\n")
    assert "does not load" in problem(build, broken)
