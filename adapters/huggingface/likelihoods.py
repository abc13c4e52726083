"""How probable a model finds given answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bakeoff.adapters.huggingface.generation import padded
from bakeoff.adapters.huggingface.loading import Loaded
from bakeoff.evals.records import Likelihood
from bakeoff.evals.torch_threads import torch_threads

if TYPE_CHECKING:
    import torch


def score(
    loaded: Loaded, prompt: Sequence[int], continuations: Sequence[Sequence[int]], batch_size: int
) -> list[Likelihood]:
    """The likelihood of each continuation after the prompt, in order; an empty one is certain."""
    found: list[Likelihood] = []
    size = 1 if loaded.equal_lengths else batch_size
    for start in range(0, len(continuations), size):
        batch = continuations[start : start + size]
        longest = max(len(one) for one in batch)
        logits = _logits(loaded, prompt, batch) if longest else None
        found += [_likelihood(logits, place, one) for place, one in enumerate(batch)]
    return found


def _logits(loaded: Loaded, prompt: Sequence[int], batch: Sequence[Sequence[int]]) -> torch.Tensor:
    """Logits that predict the continuations' tokens, shape (batch, longest, vocabulary)."""
    import torch

    longest = max(len(one) for one in batch)
    with torch.inference_mode(), torch_threads(small=False):
        logits = (_seq2seq if loaded.seq2seq else _causal)(loaded, prompt, batch)
    # each position predicts the next; a tuned prompt may have put positions before the prompt's
    return logits[:, -longest - 1 : -1] if not loaded.seq2seq else logits


def _causal(loaded: Loaded, prompt: Sequence[int], batch: Sequence[Sequence[int]]) -> torch.Tensor:
    # padding on the right is never looked at by what stands before it
    ids, mask = padded([[*prompt, *one] for one in batch], 0, left=False)
    return _forward(loaded, input_ids=ids, attention_mask=mask)


def _seq2seq(loaded: Loaded, prompt: Sequence[int], batch: Sequence[Sequence[int]]) -> torch.Tensor:
    ids, mask = padded([prompt] * len(batch), 0, left=False)
    start = loaded.network.generation_config.decoder_start_token_id
    start = loaded.network.config.decoder_start_token_id if start is None else start
    before = [[start, *one[:-1]] for one in batch]
    decoder, _ = padded(before, 0, left=False)
    return _forward(loaded, input_ids=ids, attention_mask=mask, decoder_input_ids=decoder)


def _forward(loaded: Loaded, **inputs: Any) -> torch.Tensor:
    device = loaded.network.device
    logits: torch.Tensor = loaded.network(**{name: one.to(device) for name, one in inputs.items()}).logits
    return logits


def _likelihood(logits: torch.Tensor | None, place: int, continuation: Sequence[int]) -> Likelihood:
    if logits is None or not continuation:
        return Likelihood(log_probability=0.0, tokens=0, greedy=True)
    import torch

    own = logits[place, : len(continuation)].float()
    wanted = torch.tensor(continuation, device=own.device)
    chosen = own.log_softmax(-1).gather(1, wanted[:, None])
    return Likelihood(
        log_probability=float(chosen.double().sum()),
        tokens=len(continuation),
        greedy=bool((own.argmax(-1) == wanted).all()),
    )
