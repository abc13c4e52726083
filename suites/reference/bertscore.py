"""The metric `bertscore`: how well the meaning of an answer and of its reference overlap."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.reference.acceptable import acceptable_answers, without_comparison, without_reference
from bakeoff.suites.reference.bertscore_choice import Choice

if TYPE_CHECKING:
    from bakeoff.suites.reference.bertscore_model import Matcher, Reading, Triple

NAMES = ("bertscore_precision", "bertscore_recall", "bertscore_f1")

RAW_MARGIN = 0.01
"""Differences below it are noise before rescaling (METHODS §2)."""

WORKING_BYTES = 2**29
"""Memory for the vectors of one call of bert-score, which keeps all of them until it is done."""


@dataclass(frozen=True)
class Comparable:
    """An answer beside its acceptable references, as the model reads them; no reference is empty."""

    sample: str
    candidate: Reading
    references: tuple[Reading, ...]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What goes to the model: nothing where the candidate is empty."""
        return [] if self.candidate.empty else [(self.candidate.text, ref.text) for ref in self.references]


@dataclass
class BertScore:
    """BERTScore precision, recall and F1, as the bert-score package computes them.

    With several references each of the three is the best over them, taken by itself, as bert-score
    does. An abstention has no content to compare, so it has no value; an empty answer gets what
    bert-score gives one, raw 0. `detail` counts tokens and says where the model saw only the head.
    """

    choice: Choice
    name: str = "bertscore"
    needs_judge: bool = False
    needs_encoder: bool = False

    outputs: Sequence[Output] = field(init=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        self.outputs = _outputs(self.choice)
        self.fingerprint = self.choice.fingerprint()

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable where the sample has no reference."""
        return without_reference(answered)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        """Three scores for each item, in order; nothing here can leave a cell open.

        Raises InputError where the model cannot be loaded.
        """
        del tools
        return await asyncio.to_thread(self._score, batch)

    def _score(self, batch: Sequence[Answered]) -> list[dict[str, Score] | None]:
        from bakeoff.suites.reference.bertscore_model import load

        refused = [without_comparison(item, self.outputs[0], abstention=None) for item in batch]
        open_items = [item for item, refusal in zip(batch, refused, strict=True) if refusal is None]
        matcher = load(self.choice) if open_items else None
        made = iter(_comparisons(matcher, open_items) if matcher else ())
        return [dict.fromkeys(NAMES, refusal) if refusal else next(made) for refusal in refused]


def _outputs(choice: Choice) -> tuple[Output, ...]:
    """Open ranges: F1 is no cosine, and rescaled scores fall below 0."""
    return tuple(
        Output(
            name=name,
            low=None,
            high=None,
            margin=RAW_MARGIN / (1 - b),
            on_failure="leave_out",
            note=choice.note,
        )
        for name, b in zip(NAMES, choice.baseline or (0.0, 0.0, 0.0), strict=True)
    )


def _comparisons(matcher: Matcher, items: Sequence[Answered]) -> list[dict[str, Score]]:
    """The scores of items that have a text and a reference."""
    comparables = _read(matcher, items)
    found: dict[tuple[str, str], Triple] = {}
    for pairs in _portions(matcher, comparables):
        found.update(zip(pairs, matcher.score(pairs), strict=True))
    return [_scores(matcher, comparable, found) for comparable in comparables]


def _read(matcher: Matcher, items: Sequence[Answered]) -> list[Comparable]:
    answers = [acceptable_answers(item.sample) for item in items]
    candidates = [item.response.text or "" for item in items]
    texts = list(dict.fromkeys([*candidates, *(text for texts in answers for text in texts)]))
    readings = dict(zip(texts, matcher.read(texts), strict=True))
    return [
        Comparable(
            sample=item.sample.id,
            candidate=readings[candidate],
            references=tuple(readings[text] for text in texts if not readings[text].empty),
        )
        for item, candidate, texts in zip(items, candidates, answers, strict=True)
    ]


def _portions(matcher: Matcher, comparables: Sequence[Comparable]) -> Iterator[list[tuple[str, str]]]:
    """All pairs, cut so that the vectors of a portion fit `WORKING_BYTES`.

    The answers to one sample stay together, so its reference is embedded once.
    """
    budget = WORKING_BYTES // matcher.bytes_per_token
    samples: dict[str, list[Comparable]] = {}
    for comparable in comparables:
        samples.setdefault(comparable.sample, []).append(comparable)
    portion: list[tuple[str, str]] = []
    used = 0
    for group in samples.values():
        readings = {reading for one in group for reading in (one.candidate, *one.references)}
        tokens = sum(min(reading.tokens, matcher.limit) for reading in readings)
        if portion and used + tokens > budget:
            yield portion
            portion, used = [], 0
        portion.extend(pair for one in group for pair in one.pairs)
        used += tokens
    yield portion


def _scores(
    matcher: Matcher, comparable: Comparable, found: Mapping[tuple[str, str], Triple]
) -> dict[str, Score]:
    if not comparable.references:
        unreadable = Score(status=Status.NOT_APPLICABLE, reason="the model reads nothing in the reference")
        return dict.fromkeys(NAMES, unreadable)
    triples = [found[pair] for pair in comparable.pairs] or [matcher.of_nothing()]
    detail = {
        "candidate_tokens": comparable.candidate.tokens,
        "candidate_truncated": comparable.candidate.cut,
        "reference_tokens": max(reading.tokens for reading in comparable.references),
        "reference_truncated": any(reading.cut for reading in comparable.references),
    }
    reason = _reason(matcher, comparable)
    return {
        name: Score(status=Status.SCORED, value=max(values), reason=reason, detail=detail)
        for name, values in zip(NAMES, zip(*triples, strict=True), strict=True)
    }


def _reason(matcher: Matcher, comparable: Comparable) -> str | None:
    if comparable.candidate.empty:
        return "the answer is empty, or the model reads nothing in it"
    sides = {"answer": [comparable.candidate], "reference": comparable.references}
    cut = [side for side, readings in sides.items() if any(reading.cut for reading in readings)]
    return f"score is of the head only: {' and '.join(cut)} beyond {matcher.limit} tokens" if cut else None
