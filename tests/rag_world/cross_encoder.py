"""A tiny cross-encoder of a real architecture, for re-ranking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tiny_models.models import write_bert


def write_cross_encoder(folder: Path, *, seed: int = 5, labels: int = 1) -> Path:
    """A BERT with a head that scores pairs of texts, on the vocabulary of `write_bert`."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    write_bert(folder, limit=40)
    config = BertConfig.from_pretrained(folder, num_labels=labels)
    model = BertForSequenceClassification(config)
    draw = np.random.default_rng(seed)  # its numbers are the same under every version of torch
    for name, value in sorted(model.named_parameters()):
        noise = torch.tensor(draw.normal(0.0, 0.3, tuple(value.shape)), dtype=torch.float32)
        value.data.copy_(1 + noise if name.endswith("LayerNorm.weight") else noise)
    model.save_pretrained(folder)
    return folder
