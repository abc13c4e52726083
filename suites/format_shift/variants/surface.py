"""English surface noise: typing errors, small letters, no punctuation."""

from __future__ import annotations

import random
import re

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.drafts import Draft, Given, Refusal
from bakeoff.suites.format_shift.variants.english import WORD, negation, word_set
from bakeoff.suites.format_shift.variants.guard import answer_words
from bakeoff.suites.format_shift.variants.outputs import references

TYPO_SHARE = 0.05
"""METHODS.md §3: typing errors in 5 % of the words, at least in one."""

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk", "k": "jl", "l": "ko", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xs",
}  # fmt: skip
_DIGIT_WORDS = word_set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
    "million billion first second third fourth fifth half quarter double twice once dozen"
)
_MARKS = re.compile(
    r"(?P<inside>(?<=\d)[.,:](?=\d)|(?<=\w)\.(?=\w)|(?<!\S)\.(?=\d))"
    r"|[.,:;!?…\"“”„«»()\[\]{}—]+|(?<!\S)[-–]+(?!\S)"
)
_ADDRESS = re.compile(r"\S*(?:@|://)\S*")
_EDGE_MARKS = '.,:;!?…"“”„«»()[]{}—'


def typos(sample: Sample, rng: random.Random, given: Given) -> Draft | Refusal:
    """One slip of the fingers in 5 % of the words, at least in one, never in a name, number or negation."""
    del given
    text = sample.question
    kept = answer_words(" ".join(references(sample)), text)
    words = [one for one in WORD.finditer(text) if _may_slip(text, one) and one[0] not in kept]
    if not words:
        return Refusal("no word may hold a typing error")
    wanted = max(1, round(TYPO_SHARE * len(text.split())))
    for found in sorted(rng.sample(words, min(wanted, len(words))), key=lambda one: -one.start()):
        text = text[: found.start()] + slip(found[0], rng) + text[found.end() :]
    return Draft(text)


def slip(word: str, rng: random.Random) -> str:
    """The word with two letters swapped, one dropped, doubled, or hit beside; its first letter stays.

    `word` has at least four small letters. The result always differs.
    """
    place = rng.randrange(1, len(word) - 1)
    before, one, two, after = word[:place], word[place], word[place + 1], word[place + 2 :]
    kinds = [f"{before}{two}{after}", f"{before}{one}{one}{two}{after}"]
    if one != two:
        kinds.append(f"{before}{two}{one}{after}")
    if one in _NEIGHBOURS:
        kinds.append(f"{before}{rng.choice(_NEIGHBOURS[one])}{two}{after}")
    return rng.choice(kinds)


def _may_slip(text: str, found: re.Match[str]) -> bool:
    """Whether a word is long, plain, in small letters, and no part of a longer token (an address, a code)."""
    word = found[0]
    around = text[max(0, found.start() - 1) : found.start()] + text[found.end() : found.end() + 1]
    if len(word) < 4 or not (word.isascii() and word.isalpha() and word.islower()):
        return False
    if negation(word) or word in _DIGIT_WORDS or re.search(r"[\d@/_\\#&+=<>]", around):
        return False
    return not re.match(r"\.\w", text[found.end() : found.end() + 2]) and not re.search(
        r"\w\.$", text[max(0, found.start() - 2) : found.start()]
    )


def lower_case(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """Everything in small letters."""
    del rng, given
    return Draft(sample.question.lower())


def no_punctuation(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """Without sentence marks, quotes and brackets; what stands inside a word or number stays."""
    del rng, given
    return Draft(without_marks(sample.question))


def without_marks(text: str) -> str:
    """The text without its punctuation.

    >>> without_marks("Version 3.10 (the new one): is it e-mail only? No...")
    'Version 3.10 the new one is it e-mail only No'
    """
    bare = re.sub(r"\S+", lambda found: _unmarked(found[0]), text)
    return "\n".join(" ".join(line.split()) for line in bare.splitlines()).strip()


def _unmarked(token: str) -> str:
    if _ADDRESS.fullmatch(token):
        return token.strip(_EDGE_MARKS)
    return _MARKS.sub(lambda found: found["inside"] or " ", token)
