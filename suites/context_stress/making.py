"""What became of the samples: how many variants of a kind there are, and how many items had none, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Made:
    """`kept`: variants by name of the probe's level (`noise:0.4`, `conflict:dated`, `negatives@documents`).
    `dropped`: items left out, by that name (or the probe's) and the reason, which completes "left out: …"."""

    kept: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[tuple[str, str], int] = field(default_factory=dict)
