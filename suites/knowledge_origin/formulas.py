"""RAGChecker's formulas over verdicts on claims (METHODS.md §5), and where they are departed from.

c runs over the claims of the response r or of the reference g, k over the chunks; "⊨" is the judge's yes.
An undefined number is None, where RAGChecker says 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

RULE = 1
"""Version of the formulas; raise it with every change that can alter a score."""

Label = Literal["from_context", "from_weights", "wrong"]
Bits = tuple[bool, ...]

OF_ANSWER = ("answer_precision", "claims_from_context", "claims_from_weights", "claims_wrong")
"""Means over the claims of the answer; a closed-book answer has them too."""

OF_REFERENCE = ("answer_recall", "answer_f1")

OF_ANSWER_IN_CHUNKS = (
    "noise_sensitivity_relevant",
    "noise_sensitivity_irrelevant",
    "hallucination",
    "self_knowledge",
    "chunk_faithfulness",
)
OF_CHUNKS = ("chunk_claim_recall", "chunk_context_precision")
UTILISATION = "context_utilisation"
IN_CHUNKS = (*OF_CHUNKS, UTILISATION, *OF_ANSWER_IN_CHUNKS)
"""What is undefined without retrieval."""


@dataclass(frozen=True)
class Verdicts:
    """What the judge said of one answer.

    `right[i]`: g ⊨ claim i of the answer; `recalled[j]`: r ⊨ claim j of the reference. `answer_in[k][i]` and
    `reference_in[k][j]`: chunk k ⊨ that claim. None for both where the answer was made without retrieval; ()
    where retrieval found nothing.
    """

    right: Bits
    recalled: Bits
    answer_in: tuple[Bits, ...] | None = None
    reference_in: tuple[Bits, ...] | None = None

    @property
    def relevant(self) -> Bits:
        """Which chunks entail a claim of the reference."""
        return tuple(any(chunk) for chunk in self.reference_in or ())

    def labels(self) -> list[Label]:
        """The origin of each claim of the answer."""
        held = any_of(self.answer_in or (), len(self.right))
        return [
            "wrong" if not right else "from_context" if here else "from_weights"
            for right, here in zip(self.right, held, strict=True)
        ]


def any_of(chunks: Sequence[Bits], claims: int) -> Bits:
    """Which of so many claims some chunk entails."""
    return tuple(any(chunk[place] for chunk in chunks) for place in range(claims))


def numbers(verdicts: Verdicts) -> dict[str, float | None]:
    """All outputs of one answer; None where a mean runs over nothing, or over chunks without retrieval."""
    labels = verdicts.labels()
    precision, recall = _mean(verdicts.right), _mean(verdicts.recalled)
    found: dict[str, float | None] = {
        "answer_precision": precision,
        "answer_recall": recall,
        "answer_f1": None if precision is None or recall is None else _f1(precision, recall),
        "claims_from_context": _mean([label == "from_context" for label in labels]),
        "claims_from_weights": _mean([label == "from_weights" for label in labels]),
        "claims_wrong": _mean([label == "wrong" for label in labels]),
    }
    return {**found, **_of_chunks(verdicts)}


def _of_chunks(verdicts: Verdicts) -> dict[str, float | None]:
    """A retriever that returned nothing scores 0 on what chunks hold, and what its system says wrongly is
    hallucinated: RAGChecker's 0 would reward it."""
    if verdicts.answer_in is None or verdicts.reference_in is None:
        return dict.fromkeys(IN_CHUNKS)
    relevant = verdicts.relevant
    useful = [chunk for chunk, keep in zip(verdicts.answer_in, relevant, strict=True) if keep]
    claims = len(verdicts.right)
    held, by_useful = any_of(verdicts.answer_in, claims), any_of(useful, claims)
    gold = any_of(verdicts.reference_in, len(verdicts.recalled))
    wrong = [not right for right in verdicts.right]
    used = [said for said, here in zip(verdicts.recalled, gold, strict=True) if here]
    return {
        "chunk_claim_recall": _mean(gold),
        "chunk_context_precision": _mean(relevant) if relevant else 0.0,
        UTILISATION: _mean(used),
        "noise_sensitivity_relevant": _mean(_both(wrong, by_useful)),
        "noise_sensitivity_irrelevant": _mean(_both(wrong, held, _not(by_useful))),
        "hallucination": _mean(_both(wrong, _not(held))),
        "self_knowledge": _mean(_both(verdicts.right, _not(held))),
        "chunk_faithfulness": _mean(held),
    }


def _mean(bits: Sequence[bool]) -> float | None:
    return sum(bits) / len(bits) if bits else None


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _both(*columns: Sequence[bool]) -> list[bool]:
    return [all(row) for row in zip(*columns, strict=True)]


def _not(bits: Sequence[bool]) -> list[bool]:
    return [not bit for bit in bits]
