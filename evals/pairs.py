"""Which systems are compared with which: all with one baseline, or every two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

Pairs = list[tuple[str, str]]
"""(system, baseline) of each difference, which is system − baseline."""


def against_one(names: Sequence[str], baseline: str) -> Pairs:
    """Every other system against the baseline.

    >>> against_one(["a", "b", "c"], "b")
    [('a', 'b'), ('c', 'b')]
    """
    return [(name, baseline) for name in names if name != baseline]


def every_pair(names: Sequence[str], baseline: str) -> Pairs:
    """Every two systems once, the later minus the earlier one, as if the baseline came first.

    >>> every_pair(["a", "b", "c"], "b")
    [('a', 'b'), ('c', 'b'), ('c', 'a')]
    """
    order = sorted(names, key=lambda name: name != baseline)
    return [(system, earlier) for earlier, system in combinations(order, 2)]
