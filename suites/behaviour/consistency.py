"""Consistency: how far a system gives the same answer when asked the same again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.behaviour.rules import RULES, failed
from bakeoff.suites.reference.overlap import RULE, normalised

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES = ("consistency", "consistency_cosine")
ONE_REPEAT = "no other repeat of this question was answered; set `repeats:` to 2 or more"


@dataclass
class ConsistencyMetric:
    """Each answer beside the same system's answers to the same sample at the other repeats.

    `consistency` is the share of them that are the same after normalisation (case, punctuation, articles,
    white space), `consistency_cosine` their mean cosine by the encoder. Averaged over a sample's repeats,
    that is the mean over all pairs. A system that is asked at temperature 0 is consistent by construction.
    """

    name: str = "consistency"
    needs_judge: bool = False
    needs_encoder: bool = True
    also_reads: frozenset[str] = frozenset({"siblings"})
    outputs: Sequence[Output] = (
        Output(name=NAMES[0], note="share of a question's other repeats with the same normalised answer"),
        Output(
            name=NAMES[1],
            low=-1.0,
            on_failure="leave_out",
            note="mean cosine with the other repeats",
        ),
    )
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        self.fingerprint = digest({"metric": "behaviour.consistency", "rules": [RULES, RULE]})

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable where there is no other answer to compare with."""
        if answered.siblings:
            return None
        return Score(status=Status.NOT_APPLICABLE, reason=ONE_REPEAT)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        """Two scores for each item, in order; nothing here can leave a cell open."""
        return await asyncio.to_thread(self._score, batch, tools)

    def _score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        texts = list(dict.fromkeys(text for item in batch if item.siblings for text in _texts(item)))
        vectors = dict(zip(texts, tools.encoder.encode(texts), strict=True)) if texts else {}
        return [self._one(item, vectors) for item in batch]

    def _one(self, item: Answered, vectors: Mapping[str, NDArray[np.float32]]) -> dict[str, Score]:
        outside = self.inapplicable(item)
        unsaid = {output.name: outside or failed(item, output) for output in self.outputs}
        if settled := {name: score for name, score in unsaid.items() if score is not None}:
            return settled
        mine, others = item.response.text or "", item.siblings
        same = sum(normalised(mine) == normalised(other) for other in others) / len(others)
        cosine = sum(_cosine(mine, other, vectors) for other in others) / len(others)
        status = Status.ABSTAINED if item.abstained else Status.SCORED
        detail = {"others": len(others)}
        values = (same, cosine)
        return {
            name: Score(status=status, value=value, detail=detail)
            for name, value in zip(NAMES, values, strict=True)
        }


def _cosine(one: str, other: str, vectors: Mapping[str, NDArray[np.float32]]) -> float:
    """In [−1, 1], rounded: the last bits of equal texts' cosine differ from text to text, and a test of two
    steady systems would find that to be systematic."""
    if one == other:
        return 1.0
    return min(1.0, max(-1.0, round(float(vectors[one] @ vectors[other]), 6)))


def _texts(item: Answered) -> tuple[str, ...]:
    return (item.response.text or "", *item.siblings)
