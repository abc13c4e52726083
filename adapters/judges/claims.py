"""What the offline judge takes a text to claim: content words, pairs of them, numbers, statements."""

from __future__ import annotations

import re
from functools import lru_cache

from bakeoff.adapters.encoders.word_vectors import Word, words
from bakeoff.evals.text import sentences

# "s" and "t" are what tokenised text leaves of contractions ("it 's").
_STOP_WORDS = """
    a about above after again against all also although am an and any are as at be because been
    before being below between both but by can cannot could did do does doing down during each
    either etc every few for from further had has have having he her here hers herself him himself
    his how however i if in into is it its itself just may me might more most must my myself neither
    no nor not of off on once only onto or other ought our ours ourselves out over own per quite
    rather s same shall she should since so some such t than that the their theirs them themselves
    then there therefore these they this those though through thus to too toward towards under until
    unto up upon us very via was we were what when where whether which while who whom whose why will
    with within without would yet you your yours yourself yourselves
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@lru_cache(maxsize=8_192)
def content_words(sentence: str) -> tuple[Word, ...]:
    """The words that carry a sentence's content; a sentence of nothing but stop words keeps them all.

    >>> [word.text for word in content_words("The battery doesn't last for 12 hours.")]
    ['battery', 'last', '12', 'hours']
    """
    every = words(sentence)
    return tuple(word for word in every if not _is_stop(word.text)) or every


def pairs(count: int) -> list[tuple[int, int]]:
    """Adjacent pairs among so many content words; a word alone is paired with itself."""
    return [(0, 0)] if count == 1 else [(place, place + 1) for place in range(count - 1)]


def numbers(text: str) -> tuple[str, ...]:
    """The distinct numbers written in digits, in order, by value: 1,000 is 1000 and 12.50 is 12.5.

    >>> numbers("1,000 or 1000? 12.50 kg, v1.2.3, X20")
    ('1000', '12.5', '1.2.3', '20')
    """
    return tuple(dict.fromkeys(_value(match[0]) for match in _NUMBER.finditer(text)))


def statements(text: str) -> list[str]:
    """One statement for each adjacent pair of content words of each sentence; none for a text without words.

    A statement names its pair and carries its sentence, so that the next step can find both again.

    >>> statements("It lasts 12 hours.")
    ['lasts … 12: "It lasts 12 hours."', '12 … hours: "It lasts 12 hours."']
    """
    return [f'{head}: "{sentence}"' for sentence in sentences(text) for head in _heads(sentence)]


def read_statement(statement: str) -> tuple[str, int] | None:
    """The sentence of a statement that `statements` made, and its pair's place; None for any other text."""
    head, separator, rest = statement.partition(': "')
    if not separator or not rest.endswith('"'):
        return None
    sentence = rest[:-1]
    heads = _heads(sentence)
    return (sentence, heads.index(head)) if head in heads else None


@lru_cache(maxsize=8_192)
def _heads(sentence: str) -> tuple[str, ...]:
    """The names of a sentence's pairs, made distinct by a counter where the same two words meet again.

    No word holds a quotation mark or a bracket, so neither `: "` nor the counter can be part of one.
    """
    found = content_words(sentence)
    heads: list[str] = []
    seen: dict[str, int] = {}
    for first, second in pairs(len(found)):
        name = found[first].text if first == second else f"{found[first].text} … {found[second].text}"
        seen[name] = seen.get(name, 0) + 1
        heads.append(name if seen[name] == 1 else f"{name} [{seen[name]}]")
    return tuple(heads)


def _is_stop(word: str) -> bool:
    plain = word.lower().replace("’", "'")
    stem, _, ending = plain.partition("'")
    if ending == "t" and stem.endswith("n"):  # don't, isn't: negation is not seen
        return True
    return stem in STOP_WORDS if ending in ("", "re", "ve", "ll", "d", "m") else False


def _value(number: str) -> str:
    """A number's digits in one way of writing; what is no decimal number (a version) stays as it is."""
    if _THOUSANDS.fullmatch(number):
        number = number.replace(",", "")
    number = number.replace(",", ".")
    if number.count(".") > 1:
        return number
    whole, point, fraction = number.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if point and fraction else whole
