"""Systems that differ by chance only, and a suite of eight metrics that reads their scores off the answers.

`Noisy` is the target of a `python` system. What it says to a question is eight scores in [0, 1], four of them
right or wrong. A question is as hard for every system; what is a system's own is drawn anew for each seed,
half of it shared by all metrics, and, in a clustered world, half of it by the questions of one cluster.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Tools
from bakeoff.evals.records import Answered, Output, Sample, Score, Status
from bakeoff.evals.table import ScoreTable

BINARY = ("right_1", "right_2", "right_3", "right_4")
GRADED = ("graded_1", "graded_2", "graded_3", "graded_4")
METRICS = (*BINARY, *GRADED)
SKEW = (1.5, 0.5, 0.0, -1.0, 1.5, 0.5, 0.0, -1.0)
"""The level of each metric on the logit scale: easy ones pile up at 1, as real scores do."""


class Noisy:
    """One system; `seed` makes it itself, `shift` (logits) makes it better or worse than its like."""

    def __init__(self, seed: str, clustered: bool = False, shift: float = 0.0) -> None:
        self._seed, self._clustered, self._shift = seed, clustered, shift

    async def answer(self, question: str) -> str:
        return " ".join(map(str, self.scores(question)))

    def scores(self, question: str) -> list[float]:
        hard = Random(question)
        own = self._own(question)
        logits = [
            level + self._shift + 1.2 * hard.gauss() + 0.8 * (own[0] + mine)
            for level, mine in zip(SKEW, own[1:], strict=True)
        ]
        shares = [1 / (1 + math.exp(-logit)) for logit in logits]
        coins = Random(f"{self._seed}: {question}: coins")
        right = [float(coins.random() < share) for share in shares[: len(BINARY)]]
        return right + [round(share, 4) for share in shares[len(BINARY) :]]

    def _own(self, question: str) -> list[float]:
        """Nine draws of variance 1: that of all metrics, then one for each."""
        mine = Random(f"{self._seed}: {question}")
        if not self._clustered:
            return [mine.gauss() for _ in range(9)]
        shared = Random(f"{self._seed}: {question.split('/')[0]}")
        return [math.sqrt(0.5) * (shared.gauss() + mine.gauss()) for _ in range(9)]


class ReadsScores:
    """The eight numbers of an answer."""

    name, fingerprint, needs_judge, needs_encoder = "reads scores", "reads scores 1", False, False
    outputs = tuple(Output(name=name) for name in METRICS)

    def inapplicable(self, answered: Answered) -> Score | None:
        return None

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        return [self._one(item.response.text or "") for item in batch]

    def _one(self, text: str) -> dict[str, Score]:
        values = map(float, text.split())
        return {n: Score(status=Status.SCORED, value=v) for n, v in zip(METRICS, values, strict=True)}


class NoiseSuite:
    """The given samples, scored by `ReadsScores`; it finds nothing."""

    name = "noise"

    def __init__(self) -> None:
        self.metrics = (ReadsScores(),)

    def samples(self, materials: Materials) -> Iterable[Sample]:
        return materials.samples

    def findings(self, table: ScoreTable) -> list[Finding]:
        return []


class NoOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _build(_options: NoOptions, _wiring: Wiring) -> NoiseSuite:
    return NoiseSuite()


PLUGIN = Plugin("noise", NoOptions, _build)


def questions(n: int, clusters: int | None = None) -> list[dict[str, Any]]:
    """The data set's rows; with `clusters`, that many groups of about one size."""
    if clusters is None:
        return [{"id": f"s{i}", "question": f"q/{i}"} for i in range(n)]
    groups = [f"c{i % clusters}" for i in range(n)]
    return [{"id": f"s{i}", "question": f"{c}/{i}", "cluster": c} for i, c in enumerate(groups)]
