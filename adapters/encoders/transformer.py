"""A BERT-like model from a local folder: word pieces in, hidden states out."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bakeoff.evals.model_loading import loading_models
from bakeoff.evals.torch_threads import torch_threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Padded word pieces per forward pass: enough to keep two cores busy, little enough to stay in cache.
_BATCH_PIECES = 2_048

# Batches up to this many padded pieces are computed on one core.
_SMALL_PIECES = 512

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Pieces:
    """The word pieces of a text, without special tokens: vocabulary ids and character offsets."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


class Transformer:
    """Tokenizer and model of a local folder, loaded at first use, on the CPU; safe to share by threads.

    `layers` keeps only the first so many layers (None: all). Nothing is fetched, no progress is shown.
    """

    def __init__(self, folder: Path, layers: int | None = None) -> None:
        self.folder, self.layers = folder, layers
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def tokenize(self, texts: Sequence[str]) -> list[Pieces]:
        """The word pieces of each text, not truncated. Lone surrogates count as unreadable characters."""
        if not texts:
            return []
        clean = [_SURROGATE.sub("\ufffd", text) for text in texts]
        with self._lock:
            tokenizer, _ = self._parts()
            encoded = tokenizer(
                clean,
                add_special_tokens=False,
                return_offsets_mapping=True,
                return_attention_mask=False,
                return_token_type_ids=False,
                verbose=False,
            )
        return [
            Pieces(tuple(ids), tuple(offsets))
            for ids, offsets in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]

    def states(self, rows: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """The last kept layer's hidden states of each row of piece ids, without special tokens.

        Each row is put between the model's start and end tokens; the result has shape
        (len(row) + 2, dimensions), the special tokens' states included. A row may have 510 pieces.
        States vary in the sixth digit with what else is in the batch.
        """
        import torch

        found: dict[int, NDArray[np.float32]] = {}
        with self._lock, torch.inference_mode():
            tokenizer, model = self._parts()
            framed = [[tokenizer.cls_token_id, *row, tokenizer.sep_token_id] for row in rows]
            for batch in _batches([len(row) for row in framed]):
                width = len(framed[batch[-1]])
                ids = torch.zeros((len(batch), width), dtype=torch.long)
                mask = torch.zeros((len(batch), width), dtype=torch.long)
                for place, index in enumerate(batch):
                    ids[place, : len(framed[index])] = torch.tensor(framed[index])
                    mask[place, : len(framed[index])] = 1
                with torch_threads(small=ids.numel() <= _SMALL_PIECES):
                    states = model(input_ids=ids, attention_mask=mask).last_hidden_state.numpy()
                for place, index in enumerate(batch):
                    found[index] = states[place, : len(framed[index])]
        return [found[index] for index in range(len(rows))]

    def _parts(self) -> tuple[Any, Any]:
        if self._loaded is None:
            self._loaded = _load(self.folder, self.layers)
        return self._loaded


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keeps transformers from drawing progress bars while a model loads."""
    from transformers.utils import logging

    switches: Any = logging
    shown = switches.is_progress_bar_enabled()
    switches.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            switches.enable_progress_bar()


def _load(folder: Path, layers: int | None) -> tuple[Any, Any]:
    """Tokenizer and model of a folder, in 32-bit floats, ready to infer."""
    with loading_models():
        import torch
        from transformers import AutoModel, AutoTokenizer

        with quiet_loading():
            tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            model = AutoModel.from_pretrained(str(folder), local_files_only=True, dtype=torch.float32)
    if layers is not None:
        model.encoder.layer = model.encoder.layer[:layers]
    return tokenizer, model.eval()


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices in batches of similar lengths, shortest first, at most `_BATCH_PIECES` padded pieces each."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[index] > _BATCH_PIECES:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
