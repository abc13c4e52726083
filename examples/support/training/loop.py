"""The training loop: plain PyTorch over a transformers model, loss on the answers only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch

from bakeoff.examples.support.training.batches import Batch
from bakeoff.examples.support.training.muon import Muon


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn: so many steps, or so many minutes, whichever ends first.

    `matrices` is Muon's rate for the matrices in the blocks (0: AdamW has them too), `others` AdamW's.
    """

    steps: int | None = None
    minutes: float | None = None
    matrices: float = 0.02
    others: float = 0.003
    warmup: float = 0.02
    decay: float = 0.5


@dataclass(frozen=True)
class Progress:
    """Where a training stands."""

    step: int
    share: float
    loss: float
    tokens: int
    seconds: float
    cpu_seconds: float


def answer_loss(model: Any, batch: Batch) -> torch.Tensor:
    """Sum of the cross-entropy of the answers' tokens; only there the large last layer is computed."""
    hidden = model.model(input_ids=batch.ids[:, :-1], use_cache=False).last_hidden_state
    wanted = batch.answers[:, 1:]
    logits = model.lm_head(hidden[wanted])
    return torch.nn.functional.cross_entropy(logits, batch.ids[:, 1:][wanted], reduction="sum")


def rate(share: float, plan: Plan) -> float:
    """Factor on the learning rates after this share of the training: up, level, down to nothing."""
    return max(0.0, min(share / plan.warmup if plan.warmup else 1.0, 1.0, (1 - share) / plan.decay))


def train(
    model: Any, stream: Iterable[list[Batch]], plan: Plan, watch: Callable[[Progress], None] | None = None
) -> Progress:
    """Train until the plan or the stream ends; `watch` is called after every step."""
    optimizers = _optimizers(model, plan)
    bases = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
    started, cpu_started = time.perf_counter(), time.process_time()
    progress = Progress(0, 0.0, float("nan"), 0, 0.0, 0.0)
    model.train()
    for batches in stream:
        share = _share(plan, progress.step, time.perf_counter() - started)
        if share >= 1:
            break
        for optimizer, rates in zip(optimizers, bases, strict=True):
            for group, base in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = base * rate(share + 1e-4, plan)
        loss = _backward(model, batches)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        progress = Progress(
            progress.step + 1,
            share,
            loss,
            progress.tokens + sum(batch.ids.numel() for batch in batches),
            time.perf_counter() - started,
            time.process_time() - cpu_started,
        )
        if watch is not None:
            watch(progress)
    model.eval()
    return progress


def _backward(model: Any, batches: list[Batch]) -> float:
    """Gradients of the mean loss over all answers of a step; that loss."""
    count = sum(int(batch.answers.sum()) for batch in batches)
    total = 0.0
    for batch in batches:
        loss = answer_loss(model, batch) / count
        loss.backward()
        total += loss.item()
    return total


def _share(plan: Plan, step: int, seconds: float) -> float:
    shares = [step / plan.steps if plan.steps else 0.0, seconds / 60 / plan.minutes if plan.minutes else 0.0]
    return max(shares)


def _optimizers(model: Any, plan: Plan) -> list[torch.optim.Optimizer]:
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    inner = [p for name, p in trained if plan.matrices and p.ndim == 2 and "embed" not in name]
    taken = {id(p) for p in inner}
    outer = [p for _, p in trained if id(p) not in taken]
    found: list[torch.optim.Optimizer] = []
    if inner:
        found.append(Muon(inner, plan.matrices))
    if outer:
        found.append(torch.optim.AdamW(outer, plan.others, betas=(0.9, 0.95), weight_decay=0.0))
    return found
