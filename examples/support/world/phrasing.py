"""Formal and casual: how one question is put in different ways."""

from __future__ import annotations

from random import Random

_GREETINGS = ("hi, ", "hey, ", "hello, ", "quick question: ", "sorry, ", "um, ")
_CLOSINGS = ("", "?", "?", "?", " please?", ", thanks", " pls")


def casual(rng: Random, question: str) -> str:
    """A question in lower case as people type it: perhaps a greeting, a closing, a slip of the finger.

    Names keep their capitals.
    """
    text = question.rstrip("?.")
    if rng.random() < 0.3:
        text = rng.choice(_GREETINGS) + text
    if rng.random() < 0.05:
        text = slip(rng, text)
    return text + rng.choice(_CLOSINGS)


def slip(rng: Random, text: str) -> str:
    """The text with one lower-case letter missing, doubled or swapped with its neighbour."""
    places = [i for i in range(len(text) - 1) if text[i].islower() and text[i + 1].islower()]
    if not places:
        return text
    i = rng.choice(places)
    a, b = text[i], text[i + 1]
    return text[:i] + rng.choice((b, a + a + b, b + a)) + text[i + 2 :]
