"""PEFT adapters on weights that others use too.

peft changes the network that it is given, and puts only adapters of one kind on a network. So each adapter
gets a shell: a copy of the network's modules that holds the very same tensors. The parent's own network is
never touched, adapters of any kinds sit on one load, and what would write into shared tensors is refused.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bakeoff.adapters.huggingface.likelihoods import score
from bakeoff.adapters.huggingface.loading import Loaded
from bakeoff.adapters.huggingface.sources import Source
from bakeoff.evals.errors import InputError
from bakeoff.evals.model_loading import loading_models

KINDS = ("LORA", "IA3", "PREFIX_TUNING", "PROMPT_TUNING")
# ways to start a LoRA that leave the parent's weights as they are; the others rewrite them
_HARMLESS_STARTS = (True, False, "gaussian", "eva", "orthogonal")
_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")


def tune(parent: Loaded, adapter: Source, *, where: str) -> Loaded:
    """The parent under an adapter, sharing its tensors; InputError where they do not fit each other."""
    with loading_models(), _explained(adapter, where):
        config = _read_config(adapter)
        _check_config(config, adapter, where)
        weights = _read_weights(adapter)
        _check_weights(weights, config, adapter, where)
        network = _attach(shell(parent.network), config, weights)
        _check_complete(network, weights, adapter, where)
        tuned = replace(
            parent,
            network=network,
            virtual_tokens=config.num_virtual_tokens if config.is_prompt_learning else 0,
            # peft drops the positions of the tokens after a tuned prompt, so that padding would shift them
            equal_lengths=config.peft_type.value == "PROMPT_TUNING" and not parent.seq2seq,
        )
        score(tuned, [0], [[0]], 1)  # a prompt of the wrong width shows only when it is used
    return tuned


def shell(network: Any) -> Any:
    """A copy of a network's modules over the same parameters and buffers: no weight is copied."""
    tensors = [*network.parameters(), *network.buffers()]
    return copy.deepcopy(network, {id(tensor): tensor for tensor in tensors})


def _read_config(adapter: Source) -> Any:
    from peft import PeftConfig

    config = PeftConfig.from_pretrained(adapter.name, **_hub(adapter))
    config.inference_mode = True
    return config


def _hub(adapter: Source) -> dict[str, Any]:
    return {} if adapter.is_local else {"revision": adapter.revision}


def _read_weights(adapter: Source) -> dict[str, Any]:
    from peft import load_peft_weights

    if adapter.is_local and not any((Path(adapter.name) / name).is_file() for name in _WEIGHTS):
        raise OSError(f"no {_WEIGHTS[0]} in it")  # peft would go and ask the hub
    weights: dict[str, Any] = load_peft_weights(adapter.name, device="cpu", **_hub(adapter))
    return weights


def _check_config(config: Any, adapter: Source, where: str) -> None:
    """Refuse what was not tried, and what changes the parent that others use."""
    kind = str(config.peft_type.value)
    if kind not in KINDS:
        raise _refusal(adapter, where, f"is of kind {kind}; {', '.join(KINDS)} are supported")
    if config.is_prompt_learning and config.task_type is None:
        raise _refusal(adapter, where, "has no task_type, without which peft does not apply its prompt")
    if getattr(config, "bias", "none") != "none":
        raise _refusal(adapter, where, f"retrains the parent's own biases (bias: {config.bias})")
    start = getattr(config, "init_lora_weights", True)
    if start not in _HARMLESS_STARTS:
        raise _refusal(adapter, where, f"rewrites the parent's weights (init_lora_weights: {start})")
    if kind == "LORA":
        config.init_lora_weights = True  # the weights come from the file


def _check_weights(weights: dict[str, Any], config: Any, adapter: Source, where: str) -> None:
    """Refuse tensors that are neither the adapter's nor of a module that it keeps as a copy of its own."""
    own = ("lora_", "ia3_", "prompt_embeddings", "token_adapter.", "trainable_tokens_")
    copied = tuple(f"{name}." for name in getattr(config, "modules_to_save", None) or ())
    for name in weights:
        if not any(part in name for part in (*own, *copied)):
            raise _refusal(adapter, where, f"replaces the parent's own weights ({name})")


def _attach(network: Any, config: Any, weights: dict[str, Any]) -> Any:
    from peft import get_peft_model, set_peft_model_state_dict

    # said at every batch; `equal_lengths` is our answer to it
    warnings.filterwarnings("ignore", message="Position ids are not supported for parameter efficient tuning")
    with warnings.catch_warnings():
        # advice to who trains: that the parent lies elsewhere now, that a tied head hinders a later merge
        warnings.simplefilter("ignore")
        tuned = get_peft_model(network, config)
    set_peft_model_state_dict(tuned, weights)
    return tuned.eval().requires_grad_(False)


def _check_complete(network: Any, weights: dict[str, Any], adapter: Source, where: str) -> None:
    """peft leaves out what does not fit without a word: see that the adapter holds what its file holds."""
    from peft import get_peft_model_state_dict

    held = set(get_peft_model_state_dict(network, save_embedding_layers=False))
    stray = sorted(held ^ set(weights))
    if stray:
        what = f"was made for another model than `model`: {len(stray)} tensors do not match, as {stray[0]}"
        raise _refusal(adapter, where, what)


def _refusal(adapter: Source, where: str, why: str) -> InputError:
    todo = "name an adapter trained on this very model, or merge it and name the result as `model`"
    return InputError(f"the adapter {adapter.name} {why}", where=f"{where}.peft", todo=todo)


@contextmanager
def _explained(adapter: Source, where: str) -> Iterator[None]:
    """What peft raises over files that it cannot read or that do not fit, as an InputError."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, AttributeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:300]
        raise _refusal(adapter, where, f"cannot be put on `model` ({reason})") from error
