"""Pairs of systems for the fairness check, made of traits."""

from __future__ import annotations

from typing import Any

from bakeoff.evals.fairness.kinship import Kinship, kinship
from bakeoff.evals.fairness.notes import FairnessNote
from bakeoff.evals.fairness.rules import trait_notes
from bakeoff.evals.records import Capability, Kind
from bakeoff.evals.table import SystemInfo

LLM: dict[str, Any] = {
    "model": "m",
    "weights": "w",
    "system_prompt": None,
    "template": {"hash": "t", "examples": 0},
    "chat_template": "raw",
    "decoding": {"temperature": 0.0, "max_tokens": 64},
}
"""What a local model shows."""


def info(name: str, kind: str = "prompt", parent: str | None = None, **traits: Any) -> SystemInfo:
    """A live system with the traits of `LLM`, some of them changed; `...` takes one away."""
    shown = {key: value for key, value in {**LLM, **traits}.items() if value is not ...}
    return SystemInfo(
        name=name,
        kind=Kind(kind),
        parent=parent,
        fingerprint=name,
        capabilities=frozenset({Capability.LIVE}),
        traits=shown,
    )


def related(*systems: SystemInfo) -> Kinship:
    """The first against the second, among all of them."""
    return kinship(systems[0], systems[1], {system.name: system for system in systems})


def notes(*systems: SystemInfo) -> list[FairnessNote]:
    """What the traits of the first two say."""
    return list(trait_notes(related(*systems)))


def levels(*systems: SystemInfo) -> dict[str, str]:
    """The level of each aspect that differs."""
    return {note.aspect: str(note.level) for note in notes(*systems)}
