"""Making the base: tokenizer, fresh model, an endless stream of rows, checkpoints on the way."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from bakeoff.examples.support.training.batches import steps
from bakeoff.examples.support.training.loop import Plan, Progress, train
from bakeoff.examples.support.training.model import build_model, save
from bakeoff.examples.support.training.tokenizer import train_tokenizer
from bakeoff.examples.support.world.mixture import rows

ROWS = 64
_CHECKPOINT_SECONDS = 180.0


def pretrain(folder: Path, seed: int, plan: Plan) -> Progress:
    """Train the base into `folder`; it holds a usable model after the first minutes already."""
    tokenizer = train_tokenizer(seed)
    model = build_model(tokenizer, seed)
    stream = steps(tokenizer, rows(Random(f"pretraining {seed}")), ROWS)
    progress = train(model, stream, plan, _Checkpoints(folder, model, tokenizer))
    _write(folder, model, tokenizer, progress)
    return progress


class _Checkpoints:
    """Saves the model every few minutes, and says where the training stands."""

    def __init__(self, folder: Path, model: Any, tokenizer: Any) -> None:
        self._folder, self._model, self._tokenizer = folder, model, tokenizer
        self._losses: list[float] = []
        self._saved = 0.0

    def __call__(self, progress: Progress) -> None:
        self._losses.append(progress.loss)
        if progress.step % 50 == 0:
            mean = sum(self._losses) / len(self._losses)
            print(f"step {progress.step}  loss {mean:.4f}  {progress.seconds:.0f} s", flush=True)
            self._losses.clear()
        if progress.seconds - self._saved > _CHECKPOINT_SECONDS:
            self._saved = progress.seconds
            _write(self._folder, self._model, self._tokenizer, progress)


def _write(folder: Path, model: Any, tokenizer: Any, progress: Progress) -> None:
    save(model, tokenizer, folder)
    (folder / "training.json").write_text(json.dumps(asdict(progress), indent=2) + "\n", encoding="utf-8")
