"""General text on which drift is measured: written for this project, so that no model has it by heart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

from bakeoff.evals.records import Capability, Overrides, Sample
from bakeoff.suites.forgetting.metric import DRIFT
from bakeoff.suites.forgetting.panel import PREFIX, task


def general_texts() -> list[tuple[str, str]]:
    """Name and text of each: twenty of different kinds and four languages, one or two sentences long."""
    data = files("bakeoff.suites.forgetting") / "data" / "general_text.jsonl"
    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    return [(row["name"], row["text"]) for row in rows]


def drift_samples() -> Iterator[Sample]:
    """One sample for each text: how probable does a system with log-probabilities find it?"""
    for name, text in general_texts():
        yield Sample(
            id=f"{PREFIX}/{DRIFT}/{name}",
            question="",
            domain=DRIFT,
            requires=frozenset({Capability.LOGPROBS}),
            overrides=Overrides(continuations=(text,)),
            extras={PREFIX: task(DRIFT, DRIFT, {})},
        )
