"""What a suite states of a system: an effect, how sure it is, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, JsonValue

from bakeoff.evals.records import Record

FindingStatus = Literal["found", "alarm", "clear", "cannot_tell", "not_applicable"]

Correction = Literal["holm", "bh"]
"""How the p of a suite's findings are adjusted: Holm for what is decided on, Benjamini–Hochberg for what
explores, such as the worst domain of every metric.
"""


class Finding(Record):
    """A suite's statement about one system: an effect with its interval, raw p, n and status.

    `effect`, `low` and `high` share the unit that the sentence names; None where the status says why.
    `p` is raw; `p_adjusted` is the comparison's (`finding_verdicts`), by `correction`. `headline` findings
    are shown everywhere, others where there is room. `detail` holds what the effect was made from.

    Statuses: `found` (a figure, nothing judged), `alarm` (something is wrong; stands only while
    the adjusted p allows it), `clear` (shown to be no worse than allowed), `cannot_tell`, `not_applicable`.
    """

    name: str
    system: str
    against: str | None = None
    family: str
    slice: str | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    correction: Correction = "holm"
    n: int = 0
    status: FindingStatus = "found"
    headline: bool = False
    detail: Mapping[str, JsonValue] = Field(default_factory=dict)
    sentence: str
