"""What a run is, apart from its cells: its header, and how it is found again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from bakeoff.evals.comparison import EncoderInfo, JudgeInfo
from bakeoff.evals.records import Output, Record
from bakeoff.evals.slices import SlicesConfig
from bakeoff.evals.table import SystemInfo
from bakeoff.evals.table_family import MetricNames


class SuiteOutput(Record):
    """One column of the run's table; `judged` where a judge made its scores (None: an older run, unknown).

    `encoded`: an encoder had a part in them. `fingerprint` is the metric's (empty: the kernel's, or older).
    """

    suite: str
    output: Output
    judged: bool | None = None
    encoded: bool | None = None
    fingerprint: str = ""


class LeftOut(Record):
    """A suite that a pre-merge run did not ask, with its outputs and the paths that would have touched it."""

    suite: str
    outputs: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()


class SequentialInfo(Record):
    """What a run did that was allowed to stop as soon as its gate's verdict was certain.

    `seed` fixes the order of the items, of which whole ones were taken until `taken` of `total` samples, in
    `looks` looks; 0 of them before the first. `waiting` names the columns that are complete only at the end
    (`suite.metric`). `stopped`: before all were taken; `verdict` is then the one that was certain, and
    `reasons` are the checks that decided. `asked` answers and `judged` verdicts were asked for by the command
    that ended the run, `saved_answers` and `saved_scores` (of judged metrics) were not.
    """

    seed: int
    total: int
    taken: int = 0
    looks: int = 0
    stopped: bool = False
    verdict: Literal["pass", "fail"] | None = None
    reasons: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    asked: int = 0
    judged: int = 0
    saved_answers: int = 0
    saved_scores: int = 0


class RunHeader(Record):
    """The environment of a run: enough to draw its report a year later without a model."""

    systems: tuple[SystemInfo, ...]
    outputs: tuple[SuiteOutput, ...] = ()
    judge: JudgeInfo | None = None
    encoder: EncoderInfo | None = None
    baseline: str | None = None
    seed: int = 0
    repeats: int = 1
    alpha: float = 0.05
    on_system_failure: Literal["worst", "exclude"] = "worst"
    data_fingerprint: str = ""
    samples: int = 0
    versions: Mapping[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    slices: SlicesConfig | None = None
    family: MetricNames | None = None
    left_out: tuple[LeftOut, ...] = ()
    sequential: SequentialInfo | None = None


def left_out_notes(header: RunHeader) -> list[str]:
    """What a pre-merge run left out, for the foot of every report of it."""
    if not header.left_out:
        return []
    parts = [f"{left.suite} (touched by {', '.join(left.touches) or 'nothing'})" for left in header.left_out]
    return [f"PRE-MERGE RUN, not the whole: no changed path touches these suites: {'; '.join(parts)}."]


class RunRecord(Record):
    """One execution of a config, stored and addressable by `id`.

    `open_cells` is None while the run is under way (or was killed).
    """

    id: str
    name: str
    epoch: str
    created: datetime
    updated: datetime
    config: Mapping[str, JsonValue] = Field(default_factory=dict)
    header: RunHeader
    open_cells: int | None = None
