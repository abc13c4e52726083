"""What all probes build on, and the shape of a probe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.names import Names
from bakeoff.suites.context_stress.negatives import Negatives
from bakeoff.suites.context_stress.passages import Passage

NO_NEGATIVE = "the corpus holds no passage that surely does not answer it"


@dataclass(frozen=True)
class Ground:
    """`passages`: how many a question comes with; `negatives`: each item's hard negatives, the nearest first;
    `words`: all words of the corpus and the samples in lower case, which no canary may be one of."""

    seed: int
    passages: int
    negatives: Mapping[str, Negatives] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    words: frozenset[str] = frozenset()

    def negatives_of(self, item: Item, most: int) -> tuple[Passage, ...]:
        """Up to `most` hard negatives of the item."""
        return self.negatives.get(item.id, Negatives()).passages[: max(0, most)]

    def versions_of(self, item: Item) -> frozenset[str]:
        """The documents that may answer the item: those of its gold passages and other versions of them."""
        return self.negatives.get(item.id, Negatives()).versions | item.documents


Probing = Callable[[Item, Ground], "list[Sample] | str"]
"""The variants of one item, all of them or none; or why it has none ("left out: …")."""
