"""Formats for a question: labels, casing, decoration, separators and spacing, and every combination."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_LABELS = (
    ("Question", "Answer"),
    ("Q", "A"),
    ("Query", "Reply"),
    ("Input", "Output"),
    ("Request", "Response"),
    ("Customer", "Agent"),
    ("User", "Assistant"),
    ("Problem", "Solution"),
    ("Prompt", "Completion"),
    ("Enquiry", "Result"),
)
_CASINGS: Mapping[str, Callable[[str], str]] = {"title": str.title, "lower": str.lower, "upper": str.upper}
_DECORATIONS = {
    "plain": "{}",
    "bold": "**{}**",
    "square": "[{}]",
    "angle": "<{}>",
    "heading": "### {}",
    "rule": "== {} ==",
}
_SEPARATORS = {
    "colon": ": ",
    "colons": " :: ",
    "line": "\n",
    "colon-line": ":\n",
    "arrow": " -> ",
    "bar": " | ",
    "tab": "\t",
    "equals": " = ",
}
_SPACINGS = {"line": "\n", "gap": "\n\n", "space": "  ", "bars": " || ", "rule": "\n---\n"}
_ENDS = ("asked", "open")


@dataclass(frozen=True)
class Format:
    """What stands around a question. `id` spells the choices out: `query-upper-bold-colon-gap-open`."""

    id: str
    before: str
    after: str

    def write(self, question: str) -> str:
        """The question, unchanged, in this format.

        >>> formats()[0].write("Why?")
        'Question: Why?'
        """
        return f"{self.before}{question}{self.after}"


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """Every distinct format of the grammar, in a fixed order; two ways to the same text count once."""
    distinct: dict[tuple[str, str], Format] = {}
    for (asks, answers), casing, decoration, separator, spacing, end in product(
        _LABELS, _CASINGS, _DECORATIONS, _SEPARATORS, _SPACINGS, _ENDS
    ):
        label = _CASINGS[casing]
        before = _DECORATIONS[decoration].format(label(asks)) + _SEPARATORS[separator]
        closing = _DECORATIONS[decoration].format(label(answers)) + _SEPARATORS[separator].rstrip(" ")
        after = _SPACINGS[spacing] + closing if end == "open" else ""
        name = "-".join((asks.lower(), casing, decoration, separator, spacing, end))
        distinct.setdefault((before, after), Format(name, before, after))
    return tuple(distinct.values())


def format_count() -> int:
    """How many distinct formats the grammar yields: the most items that can each have a format of its own."""
    return len(formats())


def draw(rng: random.Random) -> Format:
    """One format, all of them equally likely."""
    return rng.choice(formats())


def draw_distinct(rng: random.Random, count: int) -> list[Format]:
    """That many different formats."""
    return rng.sample(formats(), count)
