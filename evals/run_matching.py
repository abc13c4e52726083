"""Which samples of stored runs are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.evals.comparison import PairCount
from bakeoff.evals.pairing import Mark, Pairing, content_fingerprint, pair
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store

KEPT_IDS = 20
"""Ambiguous ids that a comparison names."""


@dataclass(frozen=True)
class RunMatch:
    """`places` holds, for each sample that all runs share, its position in each of them; `counts` how each
    later run matches the first.
    """

    places: Sequence[tuple[int, ...]]
    counts: Sequence[PairCount]


def match_runs(store: Store, runs: Sequence[RunRecord]) -> RunMatch:
    """Match every later run with the first, and keep what is in all of them, in the first one's order."""
    first, *others = runs
    counts, maps = [], []
    for other in others:
        ours, theirs, pairing = _pairing(store, other, first)
        maps.append({j: i for i, j in pairing.paired})
        counts.append(_count(other.id, first.id, ours, theirs, pairing))
    shared = [j for j in sorted(maps[0]) if all(j in places for places in maps)]
    return RunMatch([(j, *(places[j] for places in maps)) for j in shared], counts)


def _pairing(store: Store, run: RunRecord, against: RunRecord) -> tuple[list[Mark], list[Mark], Pairing]:
    """The stored fingerprints, which ids enter, decide where they leave no sample of either side over;
    else the samples are read, for their content alone.
    """
    ours, theirs = ([(key.id, mark) for key, _, mark in store.sample_keys(r.id)] for r in (run, against))
    found = pair(ours, theirs)
    if len(found.paired) == min(len(ours), len(theirs)):
        return ours, theirs, found
    ours, theirs = content_marks(store, run), content_marks(store, against)
    return ours, theirs, pair(ours, theirs)


def content_marks(store: Store, run: RunRecord) -> list[Mark]:
    """The samples of a run as matching sees them, each by its content alone."""
    return [
        (sample.id, content_fingerprint(sample))
        for batch in store.sample_batches(run.id)
        for sample, _ in batch
    ]


def _count(
    name: str, against: str, ours: Sequence[Mark], theirs: Sequence[Mark], pairing: Pairing
) -> PairCount:
    ids = [*(ours[i][0] for i in pairing.ambiguous_ours), *(theirs[j][0] for j in pairing.ambiguous_theirs)]
    return PairCount(
        name=name,
        against=against,
        paired=len(pairing.paired),
        only_name=len(pairing.only_ours),
        only_against=len(pairing.only_theirs),
        by_content=len(pairing.by_content),
        ambiguous_name=len(pairing.ambiguous_ours),
        ambiguous_against=len(pairing.ambiguous_theirs),
        ambiguous_ids=tuple(dict.fromkeys(ids))[:KEPT_IDS],
    )
