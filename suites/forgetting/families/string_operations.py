"""Family `strings`: operations on words and lists that have one right result."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.names import WORDS

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def _words(rng: Random, low: int, high: int) -> list[str]:
    return rng.sample(WORDS, rng.randint(low, high))


def _list(question: str, items: list[str], *, ordered: bool = True) -> Item:
    question += " Give the words of the result, separated by commas."
    return Item(question, ", ".join(items), "list", {"items": [*items], "ordered": ordered})


def _exact(question: str, answer: str, *, case: bool = False) -> Item:
    return Item(question, answer, "exact", {"case": case})


def _sorted(rng: Random) -> Item:
    words = _words(rng, 5, 7)
    back = rng.random() < 0.5
    order = "reverse alphabetical" if back else "alphabetical"
    return _list(f"Put these words into {order} order: {', '.join(words)}.", sorted(words, reverse=back))


def _reversed_list(rng: Random) -> Item:
    words = _words(rng, 4, 7)
    return _list(f"Write this list from its end to its start: {', '.join(words)}.", words[::-1])


def _reversed_letters(rng: Random) -> Item:
    word = "".join(rng.sample(WORDS, 2))
    return _exact(f'Spell "{word}" backwards, as one word.', word[::-1])


def _letters(rng: Random) -> Item:
    word = "".join(rng.sample(WORDS, 2))
    letter = rng.choice(sorted(set(word)))
    question = f'How often does the letter "{letter}" occur in "{word}"? Give a number.'
    return Item(question, str(word.count(letter)), "number")


def _place(rng: Random) -> Item:
    words = _words(rng, 6, 8)
    place = rng.randrange(len(words))
    return _exact(f"Which word is the {_ORDINALS[place]} in this list: {', '.join(words)}?", words[place])


def _without(rng: Random) -> Item:
    words = _words(rng, 6, 8)
    letter = rng.choice([letter for letter in "aeiourn" if any(letter in word for word in words)])
    left = [word for word in words if letter not in word]
    if not left:
        return _without(rng)
    return _list(f'Remove every word with the letter "{letter}" from this list: {", ".join(words)}.', left)


def _repeats(rng: Random) -> Item:
    words = _words(rng, 4, 6)
    doubled = words + rng.sample(words, 2)
    rng.shuffle(doubled)
    kept = [*dict.fromkeys(doubled)]
    ask = f"Drop the repeated words from this list and keep the first of each: {', '.join(doubled)}."
    return _list(ask, kept)


def _shared(rng: Random) -> Item:
    words = rng.sample(WORDS, 9)
    common, left, right = words[:3], words[3:6], words[6:]
    one, two = rng.sample(common + left, 6), rng.sample(common + right, 6)
    question = (
        f"Which words stand in both lists? First list: {', '.join(one)}. Second list: {', '.join(two)}."
    )
    return _list(question, [word for word in one if word in two], ordered=False)


def _initials(rng: Random) -> Item:
    words = _words(rng, 5, 7)
    question = f"Join the first letters of these words into one string of capitals: {', '.join(words)}."
    return _exact(question, "".join(word[0] for word in words).upper(), case=True)


def _capitals(rng: Random) -> Item:
    words = _words(rng, 3, 4)
    question = f'Write "{" ".join(words)}" with underscores in place of spaces and all letters in capitals.'
    return _exact(question, "_".join(words).upper(), case=True)


def _replaced(rng: Random) -> Item:
    words = _words(rng, 5, 7)
    place, new = rng.randrange(len(words)), rng.choice(sorted(set(WORDS) - set(words)))
    result = [*words[:place], new, *words[place + 1 :]]
    question = f'Replace "{words[place]}" by "{new}" in this list: {", ".join(words)}.'
    return _list(question, result)


def _letters_together(rng: Random) -> Item:
    words = _words(rng, 5, 7)
    question = f"How many letters have these words together: {', '.join(words)}? Give a number."
    return Item(question, str(sum(map(len, words))), "number")


def _by_length(rng: Random) -> Item:
    size = {length: [word for word in WORDS if len(word) == length] for length in (5, 6, 7, 8)}
    words = [rng.choice(size[length]) for length in sorted(size)]
    shuffled = rng.sample(words, len(words))
    question = f"Order this JSON list from the shortest word to the longest: {json.dumps(shuffled)}."
    return _list(question, words)


_OPERATIONS: tuple[Callable[[Random], Item], ...] = (
    _sorted, _reversed_list, _reversed_letters, _letters, _place, _without, _repeats, _shared, _initials,
    _capitals, _replaced, _letters_together, _by_length,
)  # fmt: skip

STRINGS = Family(
    name="strings",
    about="Thirteen operations on words and lists: sort, reverse, filter, count, pick, join, replace.",
    written=False,
    chance=0.0,
    items=generator("strings", lambda rng: rng.choice(_OPERATIONS)(rng)),
)
