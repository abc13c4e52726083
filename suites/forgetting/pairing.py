"""Which cells of two systems are set against each other, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bakeoff.evals.cells import cluster_labels, sample_means
from bakeoff.evals.statistics import Clusters
from bakeoff.evals.table import Column, ScoreTable
from bakeoff.suites.forgetting.ledger import Values, labels_of
from bakeoff.suites.forgetting.panel import CLOSED_BOOK, LIKELIHOOD, Panelist

SUITE = "forgetting"
OWN = "own"


@dataclass(frozen=True)
class Pairs:
    """Scores of the same items by an ancestor and by a system, without NaN; all of length n."""

    before: Values
    after: Values
    chance: Values
    families: Sequence[str]
    clusters: Clusters | None

    def of_family(self, name: str) -> Pairs:
        """Those of one family."""
        used = np.array([family == name for family in self.families], dtype=bool)
        labels = (
            None
            if self.clusters is None
            else [label for label, use in zip(self.clusters, used, strict=True) if use]
        )
        return Pairs(self.before[used], self.after[used], self.chance[used], [name] * int(used.sum()), labels)


@dataclass(frozen=True)
class Answers:
    """The accuracy cells of a run, indexed by item and by the way it was asked."""

    table: ScoreTable
    panel: Mapping[str, Panelist]

    @cached_property
    def _column(self) -> Column:
        return self.table.column(f"{SUITE}.accuracy")

    @cached_property
    def _labels(self) -> Sequence[object]:
        return cluster_labels(self.table.samples)

    @cached_property
    def _items(self) -> dict[str, dict[str, int]]:
        """Item id → way of asking (`own`, `closed_book`, `likelihood`) → place in the table."""
        items: dict[str, dict[str, int]] = {}
        for place, key in enumerate(self.table.samples):
            if key.domain in self.panel and key.id.startswith(f"{SUITE}/"):
                if key.variant in (CLOSED_BOOK, LIKELIHOOD) and key.origin is not None:
                    items.setdefault(key.origin, {})[key.variant] = place
                else:
                    items.setdefault(key.id, {})[OWN] = place
        return items

    @cached_property
    def _means(self) -> dict[str, Values]:
        systems = enumerate(self.table.systems)
        return {system.name: sample_means(self._column.values[i]) for i, system in systems}

    def pairs(self, system: str, ancestor: str, arm: str) -> Pairs | None:
        """The items that both have a score for, asked in that way; None where there is none.

        An ancestor that has no retrieval to leave out is taken as it is beside a closed-book answer.
        Multiple choice is compared by likelihood where both offer it, else by letter.
        """
        rows = list(self._rows(system, ancestor, arm))
        if not rows:
            return None
        places = [place for place, _, _ in rows]
        used = np.zeros(len(self.table.samples), dtype=bool)
        used[places] = True
        rows.sort()
        families = [str(self.table.samples[place].domain) for place, _, _ in rows]
        return Pairs(
            before=np.array([before for _, before, _ in rows]),
            after=np.array([after for _, _, after in rows]),
            chance=np.array([self.panel[family].chance for family in families]),
            families=families,
            clusters=labels_of(self._labels, used),
        )

    def _rows(self, system: str, ancestor: str, arm: str) -> Iterator[tuple[int, float, float]]:
        mine, theirs = self._means[system], self._means[ancestor]
        for ways in self._items.values():
            for here, there in _ways(arm):
                if here in ways and there in ways:
                    before, after = theirs[ways[there]], mine[ways[here]]
                    if not (np.isnan(before) or np.isnan(after)):
                        yield ways[here], float(before), float(after)
                        break


def _ways(arm: str) -> list[tuple[str, str]]:
    """Pairs of (the system's, the ancestor's) ways of asking, the best comparison first."""
    if arm == CLOSED_BOOK:
        return [(CLOSED_BOOK, CLOSED_BOOK), (CLOSED_BOOK, OWN)]
    return [(LIKELIHOOD, LIKELIHOOD), (OWN, OWN)]
