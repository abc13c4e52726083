"""Making the candidates of the demo from the base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bakeoff.examples.support.training.batches import steps
from bakeoff.examples.support.training.loop import Plan, Progress, train
from bakeoff.examples.support.training.model import load, save
from bakeoff.examples.support.world import tuning
from bakeoff.examples.support.world.rows import Row

ROWS = 32


@dataclass(frozen=True)
class Recipe:
    """How a candidate is made: on which rows, how fast, all weights or LoRA's only."""

    rows: Callable[[Random], Iterator[Row]]
    plan: Plan
    lora_rank: int = 0


def _plan(steps: int) -> Plan:
    """Half of pretraining's rates, falling from the start."""
    return Plan(steps=steps, matrices=0.01, others=2e-3, decay=1.0)


RECIPES = {
    "full": Recipe(lambda rng: tuning.facts(rng, 30), _plan(424)),
    "rehearsal": Recipe(lambda rng: tuning.rehearsed(rng, 30), _plan(848)),
    "lora": Recipe(
        lambda rng: tuning.facts(rng, 30),
        Plan(steps=424, matrices=0.0, others=2e-3, decay=1.0),
        lora_rank=16,
    ),
    "hybrid": Recipe(
        lambda rng: tuning.readings(rng, 19_200),
        Plan(steps=600, matrices=0.0, others=1e-3, decay=1.0),
    ),
}


@dataclass(frozen=True)
class Tuned:
    """A tuned model; `adapter` is the PEFT model around it where there is one."""

    model: Any
    tokenizer: Any
    adapter: Any
    progress: Progress

    def save(self, folder: Path) -> None:
        """Write weights and tokenizer, or the adapter alone, in half precision."""
        if self.adapter is None:
            save(self.model, self.tokenizer, folder)
        else:
            save_adapter(self.adapter, folder)


def tune(recipe: Recipe, seed: int, base: Path) -> Tuned:
    """Train a candidate from the base: the seed decides the rows' order and LoRA's first weights."""
    import torch

    torch.manual_seed(seed)
    model, tokenizer = load(base)
    adapter = _with_lora(model, recipe.lora_rank) if recipe.lora_rank else None
    stream = steps(tokenizer, recipe.rows(Random(f"tuning {seed}")), ROWS)
    progress = train(model, stream, recipe.plan)
    return Tuned(model, tokenizer, adapter, progress)


def _with_lora(model: Any, rank: int) -> Any:
    """A PEFT model around `model`, whose query and value projections it extends in place."""
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"
    )
    return get_peft_model(model, config)


def save_adapter(adapter: Any, folder: Path) -> None:
    """The adapter alone, in half precision; its config names the base beside it, not where it lay."""
    from safetensors.torch import load_file, save_file

    for config in adapter.peft_config.values():
        config.base_model_name_or_path = "base"
    adapter.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    weights = folder / "adapter_model.safetensors"
    save_file({name: tensor.half() for name, tensor in load_file(weights).items()}, weights)
