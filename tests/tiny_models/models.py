"""Tiny models of real architectures, written to disk the same way on every machine and version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

WORDS = """
the a cat dog sat slept on under mat table was is not 12 30 days hours refund within paid in full red blue
Paris Rome it rains today nobody knows why printer needs new ink cartridge every month
""".split()  # noqa: SIM905 - a list of words reads best as words

SPECIAL = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "cls_token": "<s>",
    "unk_token": "<unk>",
}


def _fill(model: Any, seed: int) -> None:
    """Weights from numpy, whose generator is stable, so that every version of torch makes the same model."""
    import torch

    draw = np.random.default_rng(seed)
    for name, value in sorted(model.named_parameters()):
        noise = torch.tensor(draw.normal(0.0, 0.3, tuple(value.shape)), dtype=torch.float32)
        scale_of_norm = name.endswith("LayerNorm.weight")
        value.data.copy_(1 + 0.3 * noise if scale_of_norm else noise)


def write_bert(folder: Path, *, seed: int = 1, limit: int | None = 32) -> Path:
    """A BERT with 3 layers, 40 positions and a WordPiece vocabulary; `limit` None declares none."""
    from transformers import BertConfig, BertModel

    letters = [chr(code) for code in range(33, 127)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    vocabulary = list(dict.fromkeys([*pieces, *(word.lower() for word in WORDS)]))
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=40,
    )
    model = BertModel(config)
    _fill(model, seed)
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    settings: dict[str, Any] = {"tokenizer_class": "BertTokenizer", "do_lower_case": True}
    if limit is not None:
        settings["model_max_length"] = limit
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def _merges(words: Sequence[str]) -> list[tuple[str, str]]:
    """Byte-pair merges that build each word, with its leading space and without, from the left."""
    merges: dict[tuple[str, str], None] = {}
    for word in words:
        for form in (f"Ġ{word}", word):
            for end in range(1, len(form)):
                merges[form[:end], form[end]] = None
    return list(merges)


def write_roberta(folder: Path, *, seed: int = 2) -> Path:
    """A RoBERTa with 3 layers and 30 usable positions (32, less the two it reserves)."""
    from tokenizers import pre_tokenizers
    from transformers import RobertaConfig, RobertaModel

    merges = _merges(WORDS)
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokens = list(dict.fromkeys([*tokens, *(left + right for left, right in merges), "<mask>"]))
    config = RobertaConfig(
        vocab_size=len(tokens),
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        type_vocab_size=1,
    )
    model = RobertaModel(config)
    _fill(model, seed)
    model.save_pretrained(folder)
    (folder / "vocab.json").write_text(
        json.dumps({token: i for i, token in enumerate(tokens)}), encoding="utf-8"
    )
    lines = ["#version: 0.2", *(f"{left} {right}" for left, right in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = {"tokenizer_class": "RobertaTokenizer", "model_max_length": 512, **SPECIAL}
    settings |= {"pad_token": "<pad>", "mask_token": "<mask>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def write_t5(folder: Path, *, seed: int = 3) -> Path:
    """A T5 encoder with 2 layers, on the vocabulary of `write_bert`."""
    from transformers import T5Config, T5EncoderModel

    write_bert(folder)
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    config = T5Config(
        vocab_size=len(vocabulary), d_model=24, d_kv=12, d_ff=32, num_layers=2, num_heads=2, pad_token_id=0
    )
    model = T5EncoderModel(config)
    _fill(model, seed)
    model.save_pretrained(folder)
    return folder
