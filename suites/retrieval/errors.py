"""The error budget: of the wrong answers, which lacked the passage, and where their content came from."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Sample, Score, Status
from bakeoff.evals.table import SystemInfo
from bakeoff.suites.citations import reading
from bakeoff.suites.reference import key_values
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import POLARITY, KeyValue, missing, wanted
from bakeoff.suites.retrieval import gold
from bakeoff.suites.retrieval.priors import Prior, Priors, learn
from bakeoff.suites.retrieval.ranking import MARGIN, evidence
from bakeoff.suites.rule_metric import Scores, failure

RULE = 1
"""Version of the rules below; raise it with every change that can alter a score."""

Source = Literal["from_context", "from_memory", "invented"]

WRONG, UNANSWERED = "wrong", "unanswered"
BY_PASSAGE = ("wrong_missing", "wrong_ignored")
BY_SOURCE = ("wrong_from_context", "wrong_from_memory", "wrong_invented")

_NOTES = {
    WRONG: "1 where an answer was given and lacks a name, number or date of the reference",
    BY_PASSAGE[0]: "wrong, and no gold passage was among the contexts",
    BY_PASSAGE[1]: "wrong although a gold passage was among the contexts",
    BY_SOURCE[0]: "wrong, and all that it asserts stands in the contexts",
    BY_SOURCE[1]: "wrong, and what the contexts lack is what the system, or its parent, says from memory",
    BY_SOURCE[2]: "wrong, and neither the contexts nor the memory hold it",
    UNANSWERED: "1 where the system declined although the question can be answered",
}


@dataclass
class ErrorsMetric:
    """0 or 1 for each output, over all answers to answerable questions, so that the outputs compare.

    wrong = wrong_missing + wrong_ignored = wrong_from_context + wrong_from_memory + wrong_invented; what is
    neither wrong nor unanswered is right. Before anything is scored it reads what the systems say from memory
    (`prepare`). `also_reads` the system: its memory is its own, whoever gives the same answer.
    """

    by_text: bool = False
    name: str = "errors"
    needs_judge: bool = False
    needs_encoder: bool = False
    also_reads: frozenset[str] = frozenset({"system"})
    outputs: Sequence[Output] = tuple(
        Output(name=name, direction="lower", margin=MARGIN, on_failure="leave_out", note=note)
        for name, note in _NOTES.items()
    )
    fingerprint: str = field(init=False)
    priors: Priors = field(default_factory=Priors)

    def __post_init__(self) -> None:
        self._learnt()

    def prepare(self, systems: Sequence[SystemInfo], answered: Iterable[Answered]) -> None:
        """Learn what the systems say from memory."""
        self.priors = learn(systems, answered)
        self._learnt()

    def _learnt(self) -> None:
        self.fingerprint = digest(
            {
                "metric": "retrieval.errors",
                "rules": [RULE, gold.RULE, reading.RULE, key_values.RULE, key_values.SHORT],
                "unicode": unicodedata.unidata_version,
                "by_text": self.by_text,
                "priors": self.priors.fingerprint,
            }
        )

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable where nothing is to be retrieved, or nothing to be right about."""
        reason = gold.outside(answered) or without_right(answered.sample)
        return None if reason is None else Score(status=Status.NOT_APPLICABLE, reason=reason)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[Scores | None]:
        """The scores of each item, in order; nothing here can leave a cell open."""
        del tools
        return await asyncio.to_thread(lambda: [self._scores(item) for item in batch])

    def _scores(self, item: Answered) -> Scores:
        outside = self.inapplicable(item)
        if outside is not None:
            return {output.name: outside for output in self.outputs}
        if item.response.error is not None:
            return {output.name: failure(item, output) for output in self.outputs}
        found = gold.find(item, by_text=self.by_text)
        if found is None:
            score = Score(status=Status.NOT_APPLICABLE, reason=gold.UNIDENTIFIED)
            return {output.name: score for output in self.outputs}
        return self._judged(item, found)

    def _judged(self, item: Answered, found: gold.Found) -> Scores:
        if item.abstained:
            return self._marked({UNANSWERED}, evidence(found), Status.ABSTAINED)
        lacking = lacks(item)
        detail: dict[str, JsonValue] = {**evidence(found), "lacks": [*lacking]}
        if not lacking:
            return self._marked(set(), detail, Status.SCORED)
        prior = self.priors.of(item.system, item.sample)
        source, unbacked = source_of(item, prior)
        detail |= {
            "not_in_contexts": [*unbacked],
            "memory": None if prior is None else {"system": prior.system, "answer": prior.text},
        }
        marks = {WRONG, BY_PASSAGE[0] if found.missed else BY_PASSAGE[1], f"wrong_{source}"}
        return self._marked(marks, detail, Status.SCORED)

    def _marked(self, marks: set[str], detail: dict[str, JsonValue], status: Status) -> Scores:
        return {
            output.name: Score(
                status=status,
                value=float(output.name in marks),
                detail=detail if output.name == WRONG else {},
            )
            for output in self.outputs
        }


def without_right(sample: Sample) -> str | None:
    """Why no answer to the sample can be told right from wrong, or None."""
    references = acceptable_answers(sample)
    if not references:
        return "no reference"
    if not any(wanted(reference, sample.question).values for reference in references):
        return "the reference holds nothing that an answer must say"
    return None


def lacks(item: Answered) -> list[str]:
    """What the answer lacks of the acceptable answer that it is nearest to; nothing where it is right."""
    text = reading.said(item.response)
    values = (wanted(one, item.sample.question).values for one in acceptable_answers(item.sample))
    return min((missing(one, text) for one in values if one), key=len)


def source_of(item: Answered, prior: Prior | None) -> tuple[Source, list[str]]:
    """Where the answer's names, numbers and dates stand, and those that are in no context.

    What the question says itself is not looked for. From memory: the prior answer holds all that the contexts
    lack. A bare yes or no stands in no context, so it is from memory or invented.
    """
    asserted = wanted(reading.said(item.response), item.sample.question).values
    unbacked = _unbacked(asserted, " \n ".join(one.text for one in item.response.contexts or ()))
    if asserted and not unbacked:
        return "from_context", []
    texts = [value.text for value in unbacked]
    if prior is not None and unbacked and not missing(unbacked, prior.text):
        return "from_memory", texts
    return "invented", texts


def _unbacked(asserted: Sequence[KeyValue], contexts: str) -> list[KeyValue]:
    facts = [value for value in asserted if not value.forms <= POLARITY]
    absent = set(missing(facts, contexts))
    return [value for value in facts if value.text in absent] if facts else list(asserted)
