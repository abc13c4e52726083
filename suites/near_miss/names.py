"""The names that a question asks about, as the corpus knows them, and invented ones of the same shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from random import Random

from bakeoff.evals.records import Sample
from bakeoff.suites.near_miss.corpus import WORD, Corpus, folded
from bakeoff.suites.reference.key_values import STOP_WORDS
from bakeoff.suites.reference.tokens import MONTHS

_TITLE = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]{2,}")
_CODE = re.compile(r"(?=.*[^\W\d_])(?=.*\d)[\w.-]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_CARRIERS = frozenset(
    ("version", "firmware", "release", "model", "series", "edition", "generation", "mark", "type", "revision")
)
_DAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
_NO_NAMES = STOP_WORDS | _DAYS | frozenset(MONTHS)
_SPLIT = re.compile(r"(?<=[aeiouy])([^aeiouy\W\d]{1,4})(?=[aeiouy])", re.IGNORECASE)
_HEADS, _TAILS = ("Bren", "Tal", "Mor", "Ves", "Lun", "Gar"), ("dar", "lock", "wen", "tis", "vane", "rick")
TOO_ALIKE = 0.8
"""An invented name this similar to a known one (difflib's ratio) could be meant as a misspelling of it."""


@dataclass(frozen=True)
class Name:
    """A name in a question. `kind`: a `title` ("Harnolt Max"), a `code` with digits ("E1", "X200"), or a
    `numbered` thing ("firmware 3")."""

    text: str
    kind: str

    def replaced(self, question: str, other: str) -> str:
        """The question with another name wherever this one stands as a whole, behind the right article."""
        pattern = rf"(?<!\w)(?:(an?)(\s+))?{re.escape(self.text)}(?!\w)"

        def write(match: re.Match[str]) -> str:
            if match[1] is None:
                return other
            article = match[1] if self.kind != "title" else "an" if other[0] in "AEIOU" else "a"
            return f"{article}{match[2]}{other}"

        return re.sub(pattern, write, question)


def names_of(sample: Sample, corpus: Corpus) -> list[Name]:
    """The names in a sample's question that its gold passages hold (`Corpus.gold`), the longest first."""
    gold = corpus.gold(sample)
    words = [(match.group(), match.start(), match.end()) for match in WORD.finditer(sample.question)]
    found = dict.fromkeys(
        name for name in _names(sample.question, words, gold, corpus) if folded(name.text) in gold
    )
    return sorted(found, key=lambda name: (name.kind != "title", -len(name.text.split())))


def _names(question: str, words: Sequence[tuple[str, int, int]], gold: str, corpus: Corpus) -> Iterator[Name]:
    at = 0
    while at < len(words):
        word, start, end = words[at]
        at += 1
        if _CODE.fullmatch(word) and word[0].isupper():
            yield Name(word, "code")
        elif word.casefold() in _CARRIERS and at < len(words) and _NUMBER.fullmatch(words[at][0]):
            yield Name(question[start : words[at][2]], "numbered")
            at += 1
        elif _is_title(word, corpus):
            while at < len(words) and _goes_on(question[start : words[at][2]], words[at][0], gold):
                end = words[at][2]
                at += 1
            if not corpus.is_everywhere(question[start:end]):
                yield Name(question[start:end], "title")


def _is_title(word: str, corpus: Corpus) -> bool:
    return bool(_TITLE.fullmatch(word)) and word.casefold() not in _NO_NAMES and corpus.is_name(word)


def _goes_on(phrase: str, word: str, gold: str) -> bool:
    """Whether a capital or a number right behind a name is part of it, as the gold passages have it."""
    joined = " ".join(phrase.split()) == " ".join(WORD.findall(phrase))
    return joined and (word[0].isupper() or bool(_NUMBER.fullmatch(word))) and folded(phrase) in gold


def invented(name: str, known: Sequence[str], corpus: Corpus, rng: Random) -> str | None:
    """A name made of the beginnings and ends of the known ones, with the same words behind; None where 50
    tries give none that is in no text and like no known name.

    >>> invented("Harnolt Max", ["Harnolt Max", "Kastrin"], Corpus((), ()), Random(1)).split()[1]
    'Max'
    """
    first, *rest = name.split()
    parts = [pair for one in known if (pair := _halves(one.split()[0]))]
    heads = [head for head, _ in parts] if len(parts) > 3 else [*(head for head, _ in parts), *_HEADS]
    tails = [tail for _, tail in parts] if len(parts) > 3 else [*(tail for _, tail in parts), *_TAILS]
    others = sorted({one.split()[0] for one in (*known, name)})
    for _ in range(50):
        made = rng.choice(heads) + rng.choice(tails)
        unlike = all(SequenceMatcher(None, made.lower(), one.lower()).ratio() < TOO_ALIKE for one in others)
        if 4 <= len(made) <= 10 and unlike and not corpus.holds(made) and made != first:
            return " ".join([made, *rest])
    return None


def _halves(word: str) -> tuple[str, str] | None:
    """A word cut once within the consonants between its first two vowels: Har-nolt, Kas-trin, Ve-rin."""
    match = _SPLIT.search(word)
    if match is None:
        return None
    cut = match.start() + len(match.group()) // 2
    return word[:cut], word[cut:]
