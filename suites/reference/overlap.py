"""Exact match and token F1: how much of the wording of an answer is the reference's.

Both follow the evaluation of SQuAD (Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine
Comprehension of Text", section 6.1): case, punctuation, articles and white space do not count.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

RULE = 1
"""Version of the rule below; raise it with every change that can alter a score."""

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
# A private-use character carries the decimal point past the removal of punctuation.
_KEPT_POINT = "\ue000"


def normalised(text: str) -> str:
    """The text as it is compared: NFKC, lower case, no punctuation, no articles, single spaces.

    Two things differ from SQuAD's script: Unicode punctuation goes as ASCII's does, and a point between
    two digits stays, or 3.5 would match 35. Where nothing is left ("%", "The") only the case and the
    white space are normalised, or all such texts would match each other.

    >>> normalised("The  “Pro” plan costs $19.50, billed monthly.")
    'pro plan costs 19.50 billed monthly'
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = _DECIMAL_POINT.sub(_KEPT_POINT, folded.replace(_KEPT_POINT, ""))
    words = _ARTICLES.sub(" ", "".join(c for c in kept if not _is_punctuation(c)))
    return " ".join(words.replace(_KEPT_POINT, ".").split()) or " ".join(folded.split())


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def exact_match(answer: str, references: Sequence[str]) -> float:
    """1.0 where the normalised answer equals one of the normalised references, else 0.0.

    >>> exact_match("The Eiffel Tower!", ["eiffel tower"])
    1.0
    """
    mine = normalised(answer)
    return float(any(mine == normalised(reference) for reference in references))


def token_f1(answer: str, references: Sequence[str]) -> float:
    """The best F1 over the references of the multisets of normalised words, in [0, 1].

    Words are split at white space, so in scripts without spaces this is close to an exact match.

    >>> token_f1("refund within 30 days", ["a refund in 30 days"])
    0.75
    """
    mine = Counter(normalised(answer).split())
    return max(_f1(mine, Counter(normalised(reference).split())) for reference in references)


def _f1(answer: Counter[str], reference: Counter[str]) -> float:
    shared = (answer & reference).total()
    # 2PR/(P+R) with P = shared/|answer| and R = shared/|reference|
    return 2 * shared / (answer.total() + reference.total()) if shared else 0.0
