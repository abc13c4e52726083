"""Which samples of two sides are the same: by id and content, or by content alone where ids differ.

Pure matching; what a content's fingerprint is, the caller says (`content_fingerprint` for samples).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.evals.identity import digest
from bakeoff.evals.records import Sample

Mark = tuple[str, str]
"""A sample as matching sees it: its id, and a fingerprint of its content that the id does not enter."""

NOT_CONTENT = ("id", "origin")
"""What of a sample a regenerated id changes: its own id, and a variant's reference to its origin's."""


@dataclass(frozen=True)
class Pairing:
    """Positions of the samples on either side; each stands in one place only.

    `paired` holds (ours, theirs) in our order; `by_content` those of them whose ids differ. Ambiguous is
    what cannot be matched with certainty, and is never paired: an id that the other side uses for another
    content, or more than once, and a content that stands under several ids.
    """

    paired: tuple[tuple[int, int], ...]
    by_content: tuple[tuple[int, int], ...]
    only_ours: tuple[int, ...]
    only_theirs: tuple[int, ...]
    ambiguous_ours: tuple[int, ...]
    ambiguous_theirs: tuple[int, ...]


def content_fingerprint(sample: Sample) -> str:
    """Hash of all that a sample is, apart from ids: equal for a sample whose id was made anew."""
    return digest({name: value for name, value in sample.compact().items() if name not in NOT_CONTENT})


def pair(ours: Sequence[Mark], theirs: Sequence[Mark]) -> Pairing:
    """Match two sides.

    Equal id and equal content make a pair. A sample whose id the other side lacks is paired by its
    content, where that stands once on either side.

    >>> pair([("a", "1"), ("b", "2")], [("a", "1"), ("z", "2")]).paired
    ((0, 0), (1, 1))
    """
    by_id = _by_id(ours, theirs)
    taken = {i for i, _ in by_id}, {j for _, j in by_id}
    by_content = _by_content(ours, theirs)
    only_ours, ambiguous_ours = _left(ours, theirs, taken, {i for i, _ in by_content})
    only_theirs, ambiguous_theirs = _left(theirs, ours, taken[::-1], {j for _, j in by_content})
    return Pairing(
        paired=tuple(sorted([*by_id, *by_content])),
        by_content=tuple(by_content),
        only_ours=only_ours,
        only_theirs=only_theirs,
        ambiguous_ours=ambiguous_ours,
        ambiguous_theirs=ambiguous_theirs,
    )


def _by_id(ours: Sequence[Mark], theirs: Sequence[Mark]) -> list[tuple[int, int]]:
    """Pairs of equal marks; an id that stands twice on a side pairs nothing."""
    here, there = _once([id_ for id_, _ in ours]), _once([id_ for id_, _ in theirs])
    return [(i, there[id_]) for id_, i in here.items() if id_ in there and ours[i] == theirs[there[id_]]]


def _by_content(ours: Sequence[Mark], theirs: Sequence[Mark]) -> list[tuple[int, int]]:
    """Pairs of equal content that stands once on either side, under ids that the other side lacks."""
    unique = _once([content for _, content in theirs])
    uses = Counter(id_ for id_, _ in [*ours, *theirs])
    return [
        (i, unique[content])
        for content, i in _once([content for _, content in ours]).items()
        if content in unique and uses[ours[i][0]] == uses[theirs[unique[content]][0]] == 1
    ]


def _left(
    ours: Sequence[Mark], theirs: Sequence[Mark], taken: tuple[set[int], set[int]], by_content: set[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The unpaired positions of one side: those that the other side lacks, and the ambiguous ones.

    `taken` are the positions of either side that are paired by id: what is so paired is no other's match.
    """
    foreign = {id_ for id_, _ in theirs}
    repeated = Counter(id_ for id_, _ in ours)
    free = {content for j, (_, content) in enumerate(theirs) if j not in taken[1]}
    only: list[int] = []
    ambiguous: list[int] = []
    for i, (id_, content) in enumerate(ours):
        if i in taken[0] or i in by_content:
            continue
        uncertain = id_ in foreign or repeated[id_] > 1 or content in free
        (ambiguous if uncertain else only).append(i)
    return tuple(only), tuple(ambiguous)


def _once(keys: Sequence[str]) -> dict[str, int]:
    """The position of each key that stands there exactly once."""
    counts = Counter(keys)
    return {key: i for i, key in enumerate(keys) if counts[key] == 1}
