"""Does an answer say that its sources disagree? Rules over its sentences; English only."""

from __future__ import annotations

import re

RULE = 1
"""Version of the rules below; raise it with every change that can alter a score."""

_SOURCE = (
    r"(?:sources?|passages?|documents?|texts?|contexts?|versions?|copies|copy|articles?|records?|entries|"
    r"entry|excerpts?|paragraphs?|information|values?|figures?|dates?|numbers?|statements?|accounts?)"
)
_SAYS = r"(?:says?|states?|gives?|lists?|reports?|mentions?|claims?|has|puts?|names?|shows?)"
_SAYING = re.compile(
    rf"""
      \b(?:conflict(?:s|ing|ed)?|contradict(?:s|ed|ing|ory|ions?)?|disagree(?:s|d|ing|ments?)?)\b
    | \b(?:inconsisten(?:t|cy|cies|tly)|discrepan(?:t|cy|cies)|incompatible|at\ odds|mismatch(?:es)?)\b
    | \b{_SOURCE}\b[^.]{{0,40}}\b(?:differ(?:s|ed)?|vary|varies|diverge[sd]?)\b
    | \b{_SOURCE}\b[^.]{{0,40}}\bdo(?:es)?(?:\ not|n['’]t)\ (?:agree|match)\b
    | \b(?:different|differing|diverging|competing)\ {_SOURCE}\b
    | (?:\b(?:one|the\ first|an?\ older|the\ older|passage\ \d+)\b|\[\d+\])[^.]{{0,40}}\b{_SAYS}\b.{{0,80}}
      (?:\b(?:another|the\ other|others|the\ second|the\ newer|the\ later|passage\ \d+)\b|\[\d+\])
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_NOT = re.compile(
    r"\b(?:no|not|never|without|nor|isn't|aren't|don't|doesn't|any)\b(?:\s+\w+){0,3}\s*$", re.IGNORECASE
)


def says_that_sources_disagree(text: str) -> bool:
    """Whether the text speaks of a conflict between what it read, other than to deny one.

    >>> says_that_sources_disagree("The passages contradict each other: 24 or 36 months.")
    True
    >>> says_that_sources_disagree("24 months; there is no contradiction in the passages.")
    False
    """
    return any(not _NOT.search(text[: found.start()]) for found in _SAYING.finditer(text))
