"""The form that a system was trained to answer in, learned from the answers of its training file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import JsonValue

from bakeoff.evals.records import Record
from bakeoff.suites.format_shift.payload import json_keys

RULE = 1
"""Version of the rules below; raise it with every change that can alter a score."""

ENOUGH = 20
"""Fewer training answers than this have no form that could be told from chance."""

COVERED = 0.5
"""The share of training answers that a form must describe, or it is not *the* form."""

MOST_LABELS = 20
MOST_PATTERNS = 20
SLOT = "\0"

# A word in this share of answers belongs to their form, a rarer one to their content; one form takes a
# high share, several forms side by side a lower one, so that the share that explains most is taken.
_FREQUENT = (0.5, 0.2, 0.1, 0.05)
_RARE_IN_PROMPTS = 0.05  # a pattern that prompts show too says nothing of answers
_PATTERN_SHARE = 0.02
_LONGEST = 400  # tokens of an answer that are looked at, half from each end
_TOKEN = re.compile(r"[^\W_]+|_+|[^\w\s]|\n")
_PROSE = frozenset(".,'’\"!?-()")
_EVERYDAY = """
    a an and are as at be by can do for from has have i if in is it its my no not of on or so that the
    their them they this to was we were will with yes you your
"""
_COMMON = frozenset(_EVERYDAY.split())


class TrainingFormat(Record):
    """How training answers look: a few labels, JSON objects with these keys, or patterns with slots.

    `values` are the normalised labels, the keys, or the patterns: tokens joined by blanks, with `SLOT`
    for what varies. `covered` is the share of training answers that it describes.
    """

    kind: Literal["labels", "json", "patterns"]
    values: tuple[str, ...]
    covered: float

    def matches(self, answer: str) -> bool:
        """Whether the answer is in this form."""
        if self.kind == "json":
            keys = json_keys(answer)
            return keys is not None and set(self.values) <= keys
        words = _tokens(answer)
        if self.kind == "labels":
            return " ".join(_without_marks(words)) in self.values
        return any(_fits(pattern.split(" "), words) for pattern in self.values)


def learn(answers: Iterable[str], prompts: Iterable[str] = ()) -> TrainingFormat | None:
    """The form that most of the training answers share; None where there is none to be found.

    Few distinct answers are labels; objects that all have the same keys are JSON; else the words that
    many answers have in common, in their order, are a pattern and what lies between them slots. A pattern
    needs a word or a mark that is not everyday prose, and must be rare among the prompts.
    """
    texts = [answer for answer in answers if answer.strip()]
    if len(texts) < ENOUGH:
        return None
    return _json(texts) or _labels(texts) or _patterns(texts, list(prompts))


def as_extra(form: TrainingFormat | None) -> JsonValue:
    """What a sample's extras carry of it, so that the score's key covers it."""
    return None if form is None else form.model_dump(mode="json")


def from_extra(extra: JsonValue) -> TrainingFormat | None:
    """The reverse of `as_extra`."""
    return TrainingFormat.model_validate(extra) if isinstance(extra, Mapping) else None


def _json(texts: Sequence[str]) -> TrainingFormat | None:
    keys = [found for text in texts if (found := json_keys(text))]
    covered = len(keys) / len(texts)
    shared = set.intersection(*keys) if keys else set()
    if covered < COVERED or not shared:
        return None
    return TrainingFormat(kind="json", values=tuple(sorted(shared)), covered=covered)


def _labels(texts: Sequence[str]) -> TrainingFormat | None:
    counted = Counter(" ".join(_without_marks(_tokens(text))) for text in texts)
    if len(counted) > min(MOST_LABELS, len(texts) // 5):
        return None
    return TrainingFormat(kind="labels", values=tuple(sorted(counted)), covered=1.0)


def _patterns(texts: Sequence[str], prompts: Sequence[str]) -> TrainingFormat | None:
    split, asked = [_tokens(text) for text in texts], [_tokens(prompt) for prompt in prompts]
    forms = [_at(share, split, asked) for share in _FREQUENT]
    best = max(forms, key=lambda form: form.covered)
    return best if best.covered >= COVERED else None


def _at(share: float, split: Sequence[Sequence[str]], asked: Sequence[Sequence[str]]) -> TrainingFormat:
    """The patterns of words that this share of answers has."""
    seen = Counter(word for words in split for word in set(words))
    fixed = {word for word, n in seen.items() if n >= max(3, share * len(split))}
    counted = Counter(_pattern(words, fixed) for words in split)
    likely = [
        pattern
        for pattern, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        if n >= max(3, _PATTERN_SHARE * len(split)) and _is_distinctive(pattern)
    ][:MOST_PATTERNS]
    kept = [pattern for pattern in likely if _share(pattern, asked) < _RARE_IN_PROMPTS]
    covered = sum(any(_fits(pattern, words) for pattern in kept) for words in split) / len(split)
    return TrainingFormat(kind="patterns", values=tuple(map(" ".join, kept)), covered=covered)


def _pattern(words: Sequence[str], fixed: set[str]) -> tuple[str, ...]:
    """The words with all that is not fixed as slots, neighbouring slots as one; numbers always vary."""
    pattern: list[str] = []
    for word in words:
        part = word if word in fixed and not word.isdigit() else SLOT
        if part != SLOT or pattern[-1:] != [SLOT]:
            pattern.append(part)
    return tuple(pattern)


def _is_distinctive(pattern: Sequence[str]) -> bool:
    """Two words that are not everyday ones, or one and a mark that prose has no use for."""
    literal = [part for part in pattern if part != SLOT]
    words = {part for part in literal if part[0].isalnum() and part not in _COMMON}
    marks = {part for part in literal if not part[0].isalnum() and part not in _PROSE}
    return len(words) >= 2 or (bool(words) and bool(marks)) or len(marks) >= 2


def _share(pattern: Sequence[str], texts: Sequence[Sequence[str]]) -> float:
    return sum(_fits(pattern, words) for words in texts) / max(len(texts), 1)


def _fits(pattern: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words are the pattern with something, at least a word, in each slot."""
    chunks = _chunks(pattern)
    if len(chunks) == 1:
        return list(words) == chunks[0]
    first, *middle, last = chunks
    if list(words[: len(first)]) != first:
        return False
    at = len(first)
    for chunk in middle:
        found = _find(chunk, words, at + 1)
        if found is None:
            return False
        at = found + len(chunk)
    end = len(words) - len(last)
    return end > at and list(words[end:]) == last


def _chunks(pattern: Sequence[str]) -> list[list[str]]:
    """The literal runs before, between and after the slots; the first and last may be empty."""
    chunks: list[list[str]] = [[]]
    for part in pattern:
        if part == SLOT:
            chunks.append([])
        else:
            chunks[-1].append(part)
    return chunks


def _find(chunk: Sequence[str], words: Sequence[str], start: int) -> int | None:
    """The leftmost place of a run; with slots of any length the leftmost is as good as any."""
    size = len(chunk)
    places = range(start, len(words) - size + 1)
    return next((at for at in places if list(words[at : at + size]) == list(chunk)), None)


def _tokens(text: str) -> list[str]:
    words = _TOKEN.findall(text.strip().casefold())
    return words if len(words) <= _LONGEST else words[: _LONGEST // 2] + words[-_LONGEST // 2 :]


def _without_marks(words: Sequence[str]) -> list[str]:
    return [word for word in words if word[0].isalnum()] or list(words)
