"""Reading a model and its tokenizer, once, with every way in which that fails told in one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from bakeoff.adapters.huggingface.options import Device, Dtype, Options, Quantization
from bakeoff.adapters.huggingface.sources import Source
from bakeoff.evals.errors import InputError
from bakeoff.evals.model_loading import loading_models

LOCAL_EXTRA = 'pip install "bakeoff[local]"'
BITSANDBYTES = 'pip install "bitsandbytes>=0.46.1"'


@dataclass(frozen=True)
class Load:
    """All that distinguishes one load of weights from another."""

    source: Source
    task: Literal["auto", "causal", "seq2seq"]
    device: str
    dtype: str
    quantization: Quantization


@dataclass(frozen=True)
class Loaded:
    """A model ready to infer. `window` is the most positions it has, or None; `virtual_tokens` are those
    that an adapter puts before every prompt; under `equal_lengths` rows of a batch must not be padded.
    """

    network: Any
    tokenizer: Any
    seq2seq: bool
    window: int | None
    virtual_tokens: int = 0
    equal_lengths: bool = False


def describe_load(options: Options, source: Source, *, where: str) -> Load:
    """The load that the options ask for on this machine; InputError where a package or device lacks."""
    require_packages(options, where=where)
    device = find_device(options.device, where=where)
    return Load(source, options.task, device, find_dtype(options.dtype, device), options.quantization)


def require_packages(options: Options, *, where: str) -> None:
    """InputError where the options need a package that is not installed; nothing may phone home."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with loading_models():
        for package in ("torch", "transformers", *(["peft"] if options.peft else [])):
            try:
                __import__(package)
            except ImportError:
                raise InputError(f"{package} is not installed", where=where, todo=LOCAL_EXTRA) from None
        if options.quantization == "4bit" and find_spec("bitsandbytes") is None:
            what = "quantization: 4bit needs the package bitsandbytes, which is not installed"
            raise InputError(what, where=f"{where}.quantization", todo=BITSANDBYTES)


def find_device(wanted: Device, *, where: str) -> str:
    """The device to use; InputError for one that this machine lacks."""
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(device for device, is_there in there.items() if is_there)
    if not there[wanted]:
        what = f"device {wanted} was asked for, but torch {torch.__version__} finds none"
        raise InputError(what, where=f"{where}.device", todo="say `device: auto`, or install torch for it")
    return wanted


def find_dtype(wanted: Dtype, device: str) -> str:
    """`auto` is float32 on a CPU, where halves are slow and rough; elsewhere the dtype that is stored."""
    return "float32" if wanted == "auto" and device == "cpu" else wanted


def load(wanted: Load, *, where: str) -> Loaded:
    """Model and tokenizer; InputError where the source holds no whole language model of that task."""
    with loading_models(), quietly(), _explained(wanted.source, where):
        from transformers import AutoConfig, AutoTokenizer

        shared = {**wanted.source.access, "trust_remote_code": False}
        config = AutoConfig.from_pretrained(wanted.source.name, **shared)
        seq2seq = config.is_encoder_decoder if wanted.task == "auto" else wanted.task == "seq2seq"
        tokenizer = AutoTokenizer.from_pretrained(wanted.source.name, **shared)
        network, found = _class(seq2seq).from_pretrained(
            wanted.source.name, output_loading_info=True, **shared, **_placement(wanted)
        )
    _check_complete(found, wanted.source, where)
    if wanted.quantization == "none":
        network.to(wanted.device)
    network.eval().requires_grad_(False)
    return Loaded(network, tokenizer, seq2seq, _window(config))


def _class(seq2seq: bool) -> Any:
    import transformers

    return transformers.AutoModelForSeq2SeqLM if seq2seq else transformers.AutoModelForCausalLM


def _placement(wanted: Load) -> dict[str, Any]:
    import torch

    dtype = wanted.dtype if wanted.dtype == "auto" else getattr(torch, wanted.dtype)
    if wanted.quantization == "none":
        return {"dtype": dtype}
    import transformers

    settings: Any = transformers.BitsAndBytesConfig  # without types
    compute = torch.float32 if wanted.device == "cpu" else torch.bfloat16
    config = settings(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=compute if dtype == "auto" else dtype,
    )
    # with a device map of one device the weights are quantised where they will work
    return {"dtype": dtype, "quantization_config": config, "device_map": {"": wanted.device}}


def _window(config: Any) -> int | None:
    """The most positions the model has; None where its positions are relative (T5)."""
    window = getattr(config.get_text_config(), "max_position_embeddings", None)
    return window if isinstance(window, int) and window > 0 else None


def _check_complete(found: dict[str, Any], source: Source, where: str) -> None:
    lacking = sorted(found["missing_keys"]) or sorted(str(key) for key, *_ in found["mismatched_keys"])
    if lacking:
        what = f"{source.name} lacks {len(lacking)} of the model's weights, such as {lacking[0]}"
        raise InputError(what, where=f"{where}.model", todo="name a whole language model")


@contextmanager
def _explained(source: Source, where: str) -> Iterator[None]:
    """What transformers and its kin raise over unreadable files, as an InputError."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        kind = "folder" if source.is_local else "hub id"
        todo = f"check the {kind}" + ("" if source.is_local else ", the network, or what the cache holds")
        raise InputError(
            f"the model {source.name} does not load ({reason})", where=f"{where}.model", todo=todo
        ) from error


@contextmanager
def quietly() -> Iterator[None]:
    """Keeps transformers from drawing progress bars and reports while it loads."""
    from transformers.utils import logging

    switches: Any = logging
    shown, level = switches.is_progress_bar_enabled(), switches.get_verbosity()
    switches.disable_progress_bar()
    switches.set_verbosity_error()
    try:
        yield
    finally:
        switches.set_verbosity(level)
        if shown:
            switches.enable_progress_bar()
