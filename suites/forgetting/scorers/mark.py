"""What a scorer makes of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass(frozen=True)
class Mark:
    """`value` in [0, 1]; `loose` is the same with IFEval's lenient readings, where the scorer has them.

    `detail` says what was read in the answer, so that a reader can see why it scored as it did.
    """

    value: float
    loose: float | None = None
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
