"""The model: a Llama of about a million parameters, saved in half precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def build_model(tokenizer: Any, seed: int, hidden: int = 128, layers: int = 4) -> Any:
    """A fresh model for the tokenizer, its weights drawn by the seed."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    generation = model.generation_config
    generation.do_sample = False
    generation.max_new_tokens = 48
    generation.pad_token_id = tokenizer.pad_token_id
    return model


def save(model: Any, tokenizer: Any, folder: Path) -> None:
    """Weights in half precision, config and tokenizer; `model` itself is left as it is."""
    from copy import deepcopy

    deepcopy(model).half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def load(folder: Path) -> tuple[Any, Any]:
    """Model, in single precision, and tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.train(mode=False)
    return model, AutoTokenizer.from_pretrained(folder)
