"""Our side: a config on disk, run as `bakeoff run` does it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import runner
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.runner import Outcome
from bakeoff.evals.store import open_store
from benchmarks.workload import Item, write_answers, write_dataset

METRICS = ["faithfulness", "answer_relevancy", "context_precision", "context_recall"]


@dataclass(frozen=True)
class Ran:
    """A run's outcome and its wall time in seconds."""

    outcome: Outcome
    seconds: float


def write_config(
    folder: Path, made: Sequence[Item], systems: Mapping[str, Sequence[Item]], keys: Mapping[str, Any]
) -> Path:
    """Data set, one recording for each system, and config; returns the config's path."""
    folder.mkdir(parents=True, exist_ok=True)
    write_dataset(folder / "questions.jsonl", made)
    for name, answered in systems.items():
        write_answers(folder / f"{name}.jsonl", answered)
    config = {
        "name": "bench",
        "dataset": {"path": "questions.jsonl"},
        "systems": {
            name: {"adapter": "recorded", "kind": "rag", "path": f"{name}.jsonl"} for name in systems
        },
        "baseline": next(iter(systems)),
        "store": "sqlite:///bench.db",
        **keys,
    }
    path = folder / "bakeoff.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def ragas_keys(base_url: str, concurrency: int) -> dict[str, Any]:
    """The config keys for the four metrics with a judge behind that URL."""
    return {
        "judge": {"kind": "openai", "model": "counting", "base_url": base_url},
        "suites": [{"ragas": {"metrics": METRICS}}],
        "limits": {"concurrency": concurrency},
    }


def run_config(path: Path, encoder: Encoder | None = None) -> Ran:
    """Run a config; the time is that of the run itself, the config read and the plug-ins built before it.

    `encoder` takes the place of the config's. Raises RuntimeError where a cell stays open.
    """
    config = read_config(path)
    plan = assemble(config)
    if encoder is not None:
        plan = replace(plan, encoder=encoder)
    store = open_store(config.store)
    try:
        start = time.perf_counter()
        outcome = runner.run(plan, store)
        seconds = time.perf_counter() - start
    finally:
        store.close()
    if not outcome.complete:
        raise RuntimeError(f"the run left cells open: {outcome.open_answers} {outcome.open_scores}")
    return Ran(outcome, seconds)
