"""Precision@k, recall@k, MRR and nDCG@k of what was retrieved, by ir-measures."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.retrieval import gold
from bakeoff.suites.rule_metric import Scores, failure

MARGIN = 0.05
"""Five points: with the 150 to 200 items of a probe no smaller difference is seen anyway (METHODS.md §5)."""

MRR = "mrr"


def output_names(k: int) -> dict[str, str]:
    """The outputs by what they measure: precision, recall, mrr, ndcg."""
    return {
        "precision": f"precision_at_{k}",
        "recall": f"recall_at_{k}",
        "mrr": MRR,
        "ndcg": f"ndcg_at_{k}",
    }


def _outputs(k: int) -> tuple[Output, ...]:
    notes = {
        "precision": f"gold among the best {k} documents, over {k} even where there are fewer",
        "recall": f"share of the gold passages that are among the best {k} documents",
        "mrr": "1 over the rank of the first gold passage, 0 where there is none",
        "ndcg": f"gold among the best {k}, discounted by the log2 of the rank, over the ideal",
    }
    return tuple(Output(name=name, margin=MARGIN, note=notes[what]) for what, name in output_names(k).items())


@dataclass
class RankingMetric:
    """The four measures, binary relevance, each document once at its best rank.

    A retrieving system that returned nothing scores 0. Not applicable to systems that do not retrieve, to
    samples without gold or with contexts of their own, and where the contexts cannot be told.
    """

    k: int = 3
    by_text: bool = False
    name: str = "ranking"
    needs_judge: bool = False
    needs_encoder: bool = False
    outputs: Sequence[Output] = field(init=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        self.outputs = _outputs(self.k)
        made_of = ["retrieval.ranking", gold.RULE, self.k, self.by_text, version("ir-measures")]
        self.fingerprint = digest(made_of)

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable, with the reason, where nothing of the sample can be retrieved."""
        reason = gold.outside(answered)
        return None if reason is None else Score(status=Status.NOT_APPLICABLE, reason=reason)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[Scores | None]:
        """The scores of each item, in order, all measured at once; nothing here can leave a cell open."""
        del tools
        return await asyncio.to_thread(self._score, batch)

    def _score(self, batch: Sequence[Answered]) -> list[Scores | None]:
        settled = [self._settled(item) for item in batch]
        found = [
            None if known else gold.find(item, by_text=self.by_text)
            for item, known in zip(batch, settled, strict=True)
        ]
        values = measured([one for one in found if one is not None], self.k)
        places = iter(values)
        return [
            known or (self._unidentified() if one is None else self._scores(one, next(places)))
            for known, one in zip(settled, found, strict=True)
        ]

    def _settled(self, item: Answered) -> Scores | None:
        outside = self.inapplicable(item)
        if outside is not None:
            return {output.name: outside for output in self.outputs}
        if item.response.error is not None:
            return {output.name: failure(item, output) for output in self.outputs}
        return None

    def _unidentified(self) -> Scores:
        score = Score(status=Status.NOT_APPLICABLE, reason=gold.UNIDENTIFIED)
        return {output.name: score for output in self.outputs}

    def _scores(self, found: gold.Found, values: dict[str, float]) -> Scores:
        """An abstention keeps its retrieval: the passages were found before the answer was declined."""
        detail = evidence(found)
        return {
            name: Score(status=Status.SCORED, value=values[what], detail=detail if what == "recall" else {})
            for what, name in output_names(self.k).items()
        }


def evidence(found: gold.Found) -> dict[str, JsonValue]:
    """The rank of each gold passage, None where it was not found, and by what it was known."""
    ranks: dict[str, JsonValue] = {
        name: found.ranking.index(name) + 1 if name in found.ranking else None for name in found.gold
    }
    return {"ranks": ranks, "documents": len(found.ranking), "known_by": found.by}


def measured(found: Sequence[gold.Found], k: int) -> list[dict[str, float]]:
    """The four measures of each, in order.

    Documents go by numbers: ir-measures hands ids to C code, which takes no text that is no valid Unicode.
    """
    if not found:
        return []
    import ir_measures
    from ir_measures import RR, P, R, nDCG

    measures: dict[Any, str] = {P @ k: "precision", R @ k: "recall", RR: "mrr", nDCG @ k: "ndcg"}
    wanted, run = {}, {}
    for query, one in enumerate(found):
        numbers = {name: str(n) for n, name in enumerate(dict.fromkeys([*one.gold, *one.ranking]))}
        wanted[str(query)] = {numbers[name]: 1 for name in one.gold}
        run[str(query)] = {numbers[name]: -float(rank) for rank, name in enumerate(one.ranking)}
    values: list[dict[str, float]] = [{} for _ in found]
    for result in ir_measures.iter_calc(list(measures), wanted, run):
        values[int(result.query_id)][measures[result.measure]] = float(result.value)
    return values
