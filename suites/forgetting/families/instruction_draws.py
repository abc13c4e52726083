"""The instructions that the family `instructions` draws: parameters for a checker, and a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bakeoff.suites.forgetting.families.names import WORDS, series

Drawn = tuple[dict[str, Any], str]
"""A checker's parameters and the sentence that asks for them."""

_SAID = {"exactly": "exactly", "at_least": "at least", "at_most": "at most"}


@dataclass(frozen=True)
class Draw:
    """`slot`: of each slot at most one instruction stands in an item; `alone`: no other one beside it."""

    check: str
    slot: str
    make: Callable[[Random], Drawn]
    alone: bool = False


def _count(rng: Random, low: int, high: int, *relations: str) -> tuple[dict[str, Any], int, str]:
    """A relation and a count as parameters, the count, and both in words."""
    relation, count = rng.choice(relations or tuple(_SAID)), rng.randint(low, high)
    relation = "exactly" if count == 0 else relation  # "at least 0" asks for nothing
    return {"relation": relation, "count": count}, count, f"{_SAID[relation]} {count}"


def _counted(low: int, high: int, sentence: str, *relations: str) -> Callable[[Random], Drawn]:
    """A draw whose sentence has {many} for the relation and count, and {s} for a plural ending."""

    def make(rng: Random) -> Drawn:
        given, count, many = _count(rng, low, high, *relations)
        return given, sentence.format(many=many, s="" if count == 1 else "s")

    return make


def _fixed(given: Mapping[str, Any], sentence: str) -> Callable[[Random], Drawn]:
    return lambda _rng: (dict(given), sentence)


def _includes(rng: Random) -> Drawn:
    words = rng.sample(WORDS, rng.randint(1, 3))
    return {"words": words}, f"Use {'the word' if len(words) == 1 else 'the words'} {_quoted(words)}."


def _excludes(rng: Random) -> Drawn:
    words = rng.sample(("people", "many", "small", "good", "often", "some", "old", "time", "always"), 2)
    return {"words": words}, f"Do not use the words {_quoted(words)}."


def _word_count(rng: Random) -> Drawn:
    word = rng.choice(WORDS)
    given, count, many = _count(rng, 0, 4, "exactly", "at_least")
    return given | {"word": word}, f'The word "{word}" must occur {many} time{"" if count == 1 else "s"}.'


def _letter_count(rng: Random) -> Drawn:
    if rng.random() < 0.5:
        letter = rng.choice("jqxzkvw")
        return {
            "letter": letter,
            "relation": "exactly",
            "count": 0,
        }, f'Do not use the letter "{letter}" at all.'
    letter = rng.choice("aeinost")
    given, _, many = _count(rng, 3, 9, "at_least")
    return given | {"letter": letter}, f'The letter "{letter}" must occur {many} times.'


def _mark_count(rng: Random) -> Drawn:
    mark, name = rng.choice(((",", "comma"), (";", "semicolon"), (":", "colon"), ("!", "exclamation mark")))
    given, count, many = _count(rng, 0, 4)
    return given | {"mark": mark}, f"Use {many} {name}{'' if count == 1 else 's'}."


def _starts(rng: Random) -> Drawn:
    text = (
        f"{rng.choice(('Think of', 'Here comes', 'Look at', 'Imagine', 'Remember'))} the {rng.choice(WORDS)}"
    )
    return {"text": text}, f'Begin your answer with "{text}".'


def _ends(rng: Random) -> Drawn:
    opening = rng.choice(("That is", "So ends", "Long live", "Farewell to", "Thanks to"))
    text = f"{opening} the {rng.choice(WORDS)}."
    return {"text": text}, f'End your answer with "{text}", and nothing after it.'


def _json_keys(rng: Random) -> Drawn:
    keys = rng.sample(WORDS, rng.randint(2, 4))
    return {"keys": keys}, f"Answer with one JSON object that has just the keys {_quoted(keys)}."


def _one_of(rng: Random) -> Drawn:
    options = [
        f"{word} {other}" for word, other in zip(rng.sample(WORDS, 3), rng.sample(WORDS, 3), strict=True)
    ]
    return {"options": options}, f"Answer with just one of these and nothing else: {_quoted(options)}."


def _parts(rng: Random) -> Drawn:
    separator = rng.choice(("***", "---", "===", "~~~"))
    given, count, many = _count(rng, 2, 5)
    part = "part" if count == 1 else "parts"
    return given | {
        "separator": separator
    }, f"Write {many} {part}, divided by lines that hold only {separator}."


def _language(rng: Random) -> Drawn:
    language = rng.choice(("English", "French", "German", "Spanish", "Italian"))
    return {"language": language}, f"Answer in {language}."


def _postscript(rng: Random) -> Drawn:
    marker = rng.choice(("P.S.", "PS:", "Postscript:"))
    return {"marker": marker}, f"After the text add a line that starts with {marker} and goes on."


def _quoted(words: list[str]) -> str:
    return series([json.dumps(word) for word in words])


DRAWS: tuple[Draw, ...] = (
    Draw("words", "size", _counted(15, 60, "Write {many} word{s}.")),
    Draw("sentences", "size", _counted(1, 8, "Write {many} sentence{s}.")),
    Draw("paragraphs", "size", _counted(2, 5, "Write {many} paragraph{s}, with a blank line between them.")),
    Draw("lines", "size", _counted(2, 8, "Write {many} line{s} of text.")),
    Draw("characters", "size", _counted(60, 600, "Write {many} characters.", "at_least", "at_most")),
    Draw("sentence_words", "size", _counted(9, 16, "Let the longest sentence have {many} words.", "at_most")),
    Draw(
        "bullets",
        "size",
        _counted(2, 7, 'Write a list with {many} bullet point{s}, each on a line that starts with "- ".'),
    ),
    Draw(
        "numbered",
        "size",
        _counted(2, 7, "Write a list with {many} numbered line{s}: 1. 2. and so on.", "exactly", "at_least"),
    ),
    Draw("parts", "size", _parts),
    Draw("json_keys", "size", _json_keys),
    Draw("one_of", "size", _one_of, alone=True),
    Draw("includes", "words", _includes),
    Draw("excludes", "words", _excludes),
    Draw("word_count", "words", _word_count),
    Draw("letter_count", "letters", _letter_count),
    Draw("mark_count", "letters", _mark_count),
    Draw("lowercase", "case", _fixed({}, "Use lower case letters only.")),
    Draw("uppercase", "case", _fixed({}, "Use capital letters only.")),
    Draw("capital_words", "case", _counted(0, 5, "Write {many} word{s} wholly in capitals.")),
    Draw("title", "frame", _fixed({}, "Put a title in double angle brackets above it, <<like this>>.")),
    Draw("postscript", "frame", _postscript),
    Draw("quoted", "frame", _fixed({}, "Put your whole answer in double quotation marks.")),
    Draw("fenced", "frame", _fixed({}, "Put your whole answer in one block between lines of ``` marks.")),
    Draw("starts_with", "frame", _starts),
    Draw("ends_with", "frame", _ends),
    Draw(
        "highlights",
        "marks",
        _counted(1, 4, "Highlight {many} part{s} of the text with asterisks, *like this*."),
    ),
    Draw(
        "placeholders",
        "marks",
        _counted(1, 4, "Leave {many} placeholder{s} in square brackets, such as [date]."),
    ),
    Draw("language", "language", _language),
)
