"""How many items are near-duplicates: token 5-grams with a Jaccard similarity of at least .8."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from bakeoff.suites.forgetting.families import Item

Gram = tuple[str, ...]
LEAST = 0.8


def grams(item: Item) -> frozenset[Gram]:
    """The 5-grams of words and punctuation marks of all that is asked, in lower case."""
    text = " ".join([*(turn.content for turn in item.conversation), item.question]).lower()
    tokens = re.findall(r"\w+|[^\w\s]", text)
    return frozenset(tuple(tokens[n : n + 5]) for n in range(max(1, len(tokens) - 4)))


def near_duplicate_share(items: Sequence[Item]) -> float:
    """Share of the items that have a near-duplicate among the others.

    Two sets that similar share one of the rarest fifth of either's grams, so only such pairs are compared.
    """
    sets = [grams(item) for item in items]
    frequency = Counter(gram for each in sets for gram in each)
    by_gram: dict[Gram, list[int]] = defaultdict(list)
    for place, each in enumerate(sets):
        rarest = sorted(each, key=lambda gram: (frequency[gram], gram))
        for gram in rarest[: int((1 - LEAST) * len(each)) + 1]:
            by_gram[gram].append(place)
    pairs = {(a, b) for places in by_gram.values() for n, b in enumerate(places) for a in places[:n]}
    near = {place for a, b in pairs if jaccard(sets[a], sets[b]) >= LEAST for place in (a, b)}
    return len(near) / len(items)


def jaccard(left: frozenset[Gram], right: frozenset[Gram]) -> float:
    """Shared grams over all grams."""
    return len(left & right) / len(left | right)
