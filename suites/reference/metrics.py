"""The metrics of wording: exact match and token F1."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.reference.acceptable import acceptable_answers, without_comparison, without_reference
from bakeoff.suites.reference.overlap import RULE, exact_match, token_f1

MARGIN = 0.02
"""Two points, the pooled margin of METHODS §10."""


@dataclass
class Overlap:
    """One number in [0, 1] from the words of an answer and of its best acceptable reference.

    An abstention on an answerable sample has the value 0 (it gave nothing of the reference) under the
    status `abstained`; on an unanswerable one it has none.
    """

    name: str
    outputs: Sequence[Output]
    fingerprint: str
    measure: Callable[[str, Sequence[str]], float]
    needs_judge: bool = False
    needs_encoder: bool = False

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable where the sample has no reference."""
        return without_reference(answered)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        """One score for each item, in order; nothing here can leave a cell open."""
        del tools
        return await asyncio.to_thread(lambda: [{self.name: self._score(item)} for item in batch])

    def _score(self, item: Answered) -> Score:
        settled = without_comparison(item, self.outputs[0], abstention=0.0)
        if settled is not None:
            return settled
        value = self.measure(item.response.text or "", acceptable_answers(item.sample))
        return Score(status=Status.SCORED, value=value)


def exact_match_metric() -> Overlap:
    """Share of answers that are the reference, word for word (SQuAD's normalisation)."""
    return _overlap("exact_match", exact_match, "SQuAD normalisation; 1 where the words are the same")


def token_f1_metric() -> Overlap:
    """F1 of the words shared with the reference (SQuAD's normalisation)."""
    return _overlap("token_f1", token_f1, "SQuAD normalisation; words shared with the reference")


def _overlap(name: str, measure: Callable[[str, Sequence[str]], float], note: str) -> Overlap:
    output = Output(name=name, low=0.0, high=1.0, margin=MARGIN, on_failure="worst", note=note)
    rule = {"metric": name, "rule": RULE, "unicode": unicodedata.unidata_version}
    return Overlap(name=name, outputs=(output,), fingerprint=digest(rule), measure=measure)
