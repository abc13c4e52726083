"""Does what is cited support what is said? ALCE's definitions (METHODS.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.evals.protocols import Judge
from bakeoff.suites.citations.names import Cited
from bakeoff.suites.citations.passages import Passages
from bakeoff.suites.citations.reading import Reading, Sentence
from bakeoff.suites.claims.entailment import entailed

Question = tuple[str, str]
"""A premise and a sentence."""

Known = dict[Question, bool]
"""What the judge has said so far of one answer's questions."""


@dataclass(frozen=True)
class Verdict:
    """One sentence: whether all that it cites together supports it, and which of its citations are correct.

    `asked` is False where there was nothing to ask: no citation, or one that names no passage.
    """

    sentence: Sentence
    asked: bool
    supported: bool = False
    correct: tuple[Cited, ...] = ()


async def verdicts(reading: Reading, judge: Judge) -> list[Verdict]:
    """One for each sentence, in order.

    A citation is incorrect where the sentence is not supported, or where it alone does not entail the
    sentence and the others without it still do. Raises as `entailed`.
    """
    passages = reading.passages
    sound = [one for one in reading.sentences if one.cited and all(c.places for c in one.cited)]
    known: Known = {}
    joint = await _answers([(_premise(passages, one.cited), one.text) for one in sound], judge, known)
    supported = {one for one, holds in zip(sound, joint, strict=True) if holds}
    correct = await _correct(passages, [one for one in sound if one in supported], judge, known)
    asked = set(sound)
    return [Verdict(one, one in asked, one in supported, correct.get(one, ())) for one in reading.sentences]


async def _correct(
    passages: Passages, supported: Sequence[Sentence], judge: Judge, known: Known
) -> dict[Sentence, tuple[Cited, ...]]:
    """The correct citations of sentences that their citations together support; a lone one is correct."""
    several = [(one, cited) for one in supported if len(one.cited) > 1 for cited in one.cited]
    alone = await _answers([(_premise(passages, [cited]), one.text) for one, cited in several], judge, known)
    doubtful = [pair for pair, holds in zip(several, alone, strict=True) if not holds]
    without = await _answers(
        [(_premise(passages, [c for c in one.cited if c != cited]), one.text) for one, cited in doubtful],
        judge,
        known,
    )
    irrelevant = {pair for pair, holds in zip(doubtful, without, strict=True) if holds}
    return {one: tuple(c for c in one.cited if (one, c) not in irrelevant) for one in supported}


def _premise(passages: Passages, cited: Sequence[Cited]) -> str:
    return passages.joined(one.places for one in cited)


async def _answers(questions: Sequence[Question], judge: Judge, known: Known) -> list[bool]:
    """Whether each premise entails its sentence; one call for each premise, what is `known` is not asked."""
    wanted: dict[str, list[str]] = {}
    for premise, sentence in dict.fromkeys(questions):
        if (premise, sentence) not in known:
            wanted.setdefault(premise, []).append(sentence)
    for premise, texts in wanted.items():
        found = await entailed(premise, texts, judge)
        known |= {(premise, text): holds for text, holds in zip(texts, found, strict=True)}
    return [known[question] for question in questions]
