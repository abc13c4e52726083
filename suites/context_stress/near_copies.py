"""Near copies of a passage: the same sentences in another order, under another opening."""

from __future__ import annotations

import re

from bakeoff.evals.text import sentences

_OPENINGS = (
    "",
    "Please note: ",
    "For your information: ",
    "From our pages: ",
    "As described elsewhere: ",
    "In other words: ",
    "Repeated here for convenience: ",
)
_WORDINGS = (
    ("because", "since"),
    ("shows", "displays"),
    ("begins", "starts"),
    ("whole", "entire"),
    ("several", "some"),
)
_WORD = re.compile(r"[a-z]+")


def near_copies(text: str, count: int) -> list[str]:
    """`count` texts that say what the text says, all different; the first is the text itself.

    Copy k starts with sentence k, counted round; every other one has a few words exchanged by rule. No number
    and no name is touched.
    """
    parts = sentences(text) or [text]
    copies = [text]
    k = 1
    while len(copies) < count:
        turned = " ".join(parts[k % len(parts) :] + parts[: k % len(parts)])
        copy = _opening(k) + (_reworded(turned) if k % 2 else turned)
        if copy not in copies:
            copies.append(copy)
        k += 1
    return copies[:count]


def _opening(k: int) -> str:
    """An opening for each k; they are strung together where there are more copies than openings."""
    rounds, place = divmod(k, len(_OPENINGS))
    return _OPENINGS[1] * rounds + _OPENINGS[place]


def _reworded(text: str) -> str:
    exchanged = dict(_WORDINGS)
    return _WORD.sub(lambda match: exchanged.get(match.group(), match.group()), text)
