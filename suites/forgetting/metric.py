"""Scores an ability item: right or wrong by its own scorer, or how probable a text was found."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.forgetting.panel import LIKELIHOOD, PREFIX
from bakeoff.suites.forgetting.scorers import SCORERS
from bakeoff.suites.forgetting.scorers.mark import Mark

RULE = 1
"""Version of the scorers; raise it with every change that can alter a score."""

DRIFT = "drift"
_OTHERS = Score(status=Status.NOT_APPLICABLE, reason="this item measures something else")


class Ability:
    """Accuracy of ability items; loose accuracy where the scorer has lenient readings; cross-entropy."""

    name = "ability"
    needs_judge = False
    needs_encoder = False
    outputs: Sequence[Output] = (
        Output(name="accuracy", note="each family by its own deterministic scorer"),
        Output(name="accuracy_loose", note="verifiable instructions only, read leniently"),
        Output(
            name="cross_entropy",
            direction="lower",
            high=None,
            on_failure="leave_out",
            note="nats per byte of general text",
        ),
    )

    def __init__(self) -> None:
        self.fingerprint = digest({"metric": self.name, "rule": RULE, "scorers": sorted(SCORERS)})

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable to a sample that is no ability item."""
        if isinstance(answered.sample.extras.get(PREFIX), Mapping):
            return None
        return Score(status=Status.NOT_APPLICABLE, reason="not an item of this suite")

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        """One mapping for each item, in order; nothing here can leave a cell open."""
        del tools
        return await asyncio.to_thread(lambda: [self._score(item) for item in batch])

    def _score(self, item: Answered) -> dict[str, Score]:
        outside = self.inapplicable(item)
        if outside is not None:
            return {output.name: outside for output in self.outputs}
        scores = {output.name: _OTHERS for output in self.outputs}
        task: Any = item.sample.extras[PREFIX]
        if task["scorer"] == DRIFT:
            return {**scores, "cross_entropy": _cross_entropy(item)}
        mark = _likeliest(item, task) if task["scorer"] == LIKELIHOOD else _mark(item, task)
        scores["accuracy"] = Score(status=Status.SCORED, value=mark.value, detail=mark.detail)
        if mark.loose is not None:
            scores["accuracy_loose"] = Score(status=Status.SCORED, value=mark.loose)
        return scores


def _mark(item: Answered, task: Mapping[str, Any]) -> Mark:
    scorer = SCORERS[task["scorer"]]
    return scorer(task["spec"], item.sample.reference or "", item.response.text or "", item.abstained)


def _likeliest(item: Answered, task: Mapping[str, Any]) -> Mark:
    """Right where the correct option has the highest log-probability per byte."""
    options = item.sample.overrides.continuations
    rates = [
        found.log_probability / max(1, len(text.encode()))
        for found, text in zip(item.response.likelihoods, options, strict=True)
    ]
    best = max(range(len(rates)), key=rates.__getitem__)
    return Mark(float(best == task["spec"]["answer"]), detail={"chosen": options[best]})


def _cross_entropy(item: Answered) -> Score:
    """−log p(text) in nats over the text's bytes, so that tokenizers of different systems compare."""
    text, found = item.sample.overrides.continuations[0], item.response.likelihoods[0]
    return Score(
        status=Status.SCORED,
        value=max(0.0, -found.log_probability / len(text.encode())),
        detail={"nats": -found.log_probability, "tokens": found.tokens},
    )
