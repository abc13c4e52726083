"""What a variant says of itself to its metrics: `Sample.extras["context_stress"]`, and the variant's name."""

from __future__ import annotations

from typing import Literal, get_args

from bakeoff.evals.records import Record, Sample

EXTRA = "context_stress"

Probe = Literal[
    "oracle",
    "closed_book",
    "noise",
    "negatives",
    "split",
    "flood",
    "conflict",
    "counterfactual",
    "order",
    "poison",
]
PROBES: tuple[Probe, ...] = get_args(Probe)

Through = Literal["contexts", "documents"]
"""How the passages reach the system: handed over with the question, or as its whole corpus."""

DOCUMENTS = "@documents"
"""Suffix of a variant's name whose passages are delivered as documents."""


class Part(Record):
    """One of the questions that a joined question asks, and what answers it."""

    id: str
    question: str
    references: tuple[str, ...]


class Stress(Record):
    """What was done to the passages.

    `level` is what follows the colon of the variant's name; `question` the origin's. `true_values` are what
    the gold passage says at the swapped places, `false_values` what the copies say there instead, in the
    same order. `instruction` is the sentence that was put into a passage, `canary` the word that obeying it
    would give. `parts` are the samples that a joined question was made of.
    """

    probe: Probe
    level: str = ""
    through: Through = "contexts"
    question: str = ""
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    instruction: str = ""
    canary: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def variant(self) -> str:
        """The variant's name: `probe`, `probe:level`, and `@documents` behind it.

        >>> Stress(probe="noise", level="0.4/0.50", through="documents").variant
        'noise:0.4/0.50@documents'
        """
        level = f":{self.level}" if self.level else ""
        return f"{self.probe}{level}{DOCUMENTS if self.through == 'documents' else ''}"

    @property
    def share(self) -> float | None:
        """Of a noise variant, the real share of irrelevant passages (its level is `asked/real`)."""
        return float(self.level.partition("/")[2]) if self.probe == "noise" else None


def stress_of(sample: Sample) -> Stress | None:
    """The note of a variant of this suite; None for every other sample."""
    note = sample.extras.get(EXTRA)
    return None if note is None else Stress.model_validate(note)
