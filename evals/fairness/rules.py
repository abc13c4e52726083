"""Which differences in traits matter, and how much: the rules of the fairness check (DESIGN §13).

A rule reads two systems' traits and their kinship, and makes a note or none. What only one side shows is no
difference: it is not visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from bakeoff.evals.fairness.kinship import Kinship, retrieves
from bakeoff.evals.fairness.notes import FairnessNote, Level
from bakeoff.evals.fairness.showing import both
from bakeoff.evals.records import Kind
from bakeoff.evals.traits import comparable

WORDS: Mapping[str, str] = {
    "system_prompt": "system prompt",
    "chat_template": "chat template",
    "request_template": "request template",
    "context_budget": "context budget",
}
"""Aspects whose name is not what a reader would call them."""

OF_LANGUAGE_MODELS = ("system_prompt", "template", "chat_template", "decoding")
SOURCES = ("code", "recording")
"""Traits of the form {of, content}: two systems differ in what they have in common only."""

HANDLED_APART = ("model", "weights", "arguments", "retrieval", "documents", *OF_LANGUAGE_MODELS, *SOURCES)


def word(aspect: str) -> str:
    """The aspect as a reader would call it."""
    return WORDS.get(aspect, aspect)


def trait_notes(kin: Kinship) -> Iterator[FairnessNote]:
    """All notes on the traits of two systems, in the order in which they matter."""
    yield from _weights(kin)
    if _both_decode(kin):
        for aspect in OF_LANGUAGE_MODELS:
            yield from _language(kin, aspect)
    yield from _retrieval(kin)
    yield from _sources(kin)
    shared = [name for name in kin.ours.traits if name in kin.theirs.traits and name not in HANDLED_APART]
    for aspect in shared:
        yield from _plain(kin, aspect)


def note(
    kin: Kinship, aspect: str, level: Level, ours: JsonValue, theirs: JsonValue, why: str = ""
) -> FairnessNote:
    """A note with both values in words."""
    mine, other = both(ours, theirs)
    sentence = f"{word(aspect)}: {mine} against {other}" + (f" ({why})" if why else "")
    return FairnessNote(
        system=kin.ours.name,
        baseline=kin.theirs.name,
        aspect=aspect,
        ours=mine,
        theirs=other,
        level=level,
        sentence=sentence,
    )


def _values(kin: Kinship, aspect: str) -> tuple[JsonValue, JsonValue] | None:
    """Both values where both are visible, can be compared, and differ."""
    a, b = kin.ours.traits, kin.theirs.traits
    if aspect not in a or aspect not in b or a[aspect] == b[aspect] or not comparable(a[aspect], b[aspect]):
        return None
    return a[aspect], b[aspect]


def _weights(kin: Kinship) -> Iterator[FairnessNote]:
    """One note for name and weights; a parent in common explains them only where there was tuning."""
    aspect = next((name for name in ("model", "weights") if _values(kin, name)), None)
    if aspect is None or kin.same_weights:
        return
    values = _values(kin, aspect)
    assert values is not None
    why = ""
    if kin.family and not kin.tuned:
        why = (
            "though one was made from the other without tuning"
            if kin.child
            else "though both have one parent"
        )
    yield note(kin, aspect, Level.BY_DESIGN if kin.tuned else Level.DIFFERS, *values, why=why)


def _both_decode(kin: Kinship) -> bool:
    """Whether both are language models, as far as they show: one that decodes nothing has no prompt."""
    return None not in (kin.ours.traits.get("decoding", ""), kin.theirs.traits.get("decoding", ""))


def _language(kin: Kinship, aspect: str) -> Iterator[FairnessNote]:
    values = _values(kin, aspect)
    if values is not None and aspect == "decoding":
        values = _effective(values[0]), _effective(values[1])
        values = None if values[0] == values[1] else values
    if values is not None:
        level, why = _level(kin, aspect)
        yield note(kin, aspect, level, *values, why=why)


def _level(kin: Kinship, aspect: str) -> tuple[Level, str]:
    """How much another prompt or decoding matters, and why.

    Between a system and the one it was made from it voids: what tuning, or retrieval on the same weights, has
    done cannot be told from it. A prompted system is its prompt, and a system that reads passages needs a
    place for them in its template.
    """
    if aspect == "template" and kin.one_retrieves:
        return Level.BY_DESIGN, "one of them reads passages"
    if kin.child is None:
        return Level.DIFFERS, ""
    if aspect in ("system_prompt", "template") and kin.child.kind is Kind.PROMPT:
        return Level.BY_DESIGN, "what a prompted system is"
    if aspect == "system_prompt":
        return Level.DIFFERS, ""
    if kin.tuned or kin.same_weights:
        return Level.VOIDS, "one was made from the other"
    return Level.DIFFERS, ""


def _effective(decoding: JsonValue) -> JsonValue:
    """Decoding less what changes nothing: the seed, which is a draw, and at temperature 0 what shapes draws.

    >>> _effective({"temperature": 0.0, "top_p": 0.9, "max_tokens": 64, "seed": 1})
    {'temperature': 0.0, 'max_tokens': 64}
    """
    if not isinstance(decoding, Mapping):
        return decoding
    idle = {"seed", "top_p", "top_k"} if decoding.get("temperature") == 0 else {"seed"}
    return {name: value for name, value in decoding.items() if name not in idle}


def _retrieval(kin: Kinship) -> Iterator[FairnessNote]:
    if kin.one_retrieves:
        ours, theirs = ("yes", "no") if retrieves(kin.ours) else ("no", "yes")
        yield note(kin, "retrieval", Level.BY_DESIGN, ours, theirs)
        return
    if values := _values(kin, "retrieval"):
        yield note(kin, "retrieval", Level.DIFFERS, *values)
    if values := _values(kin, "documents"):
        why = "they are asked about different texts"
        yield note(kin, "documents", Level.VOIDS, *values, why=why)


def _sources(kin: Kinship) -> Iterator[FairnessNote]:
    """The same code, or recording, in another state or with other arguments; of different ones nothing."""
    for aspect in SOURCES:
        ours, theirs = kin.ours.traits.get(aspect), kin.theirs.traits.get(aspect)
        if not (isinstance(ours, Mapping) and isinstance(theirs, Mapping)) or ours.get("of") != theirs.get(
            "of"
        ):
            continue
        if values := _values(kin, aspect):
            yield note(kin, aspect, Level.DIFFERS, *values, why=f"both are {ours.get('of')}")
        if aspect == "code" and (values := _values(kin, "arguments")):
            yield note(kin, "arguments", Level.DIFFERS, *values)


def _plain(kin: Kinship, aspect: str) -> Iterator[FairnessNote]:
    """A trait without a rule of its own; what belongs to retrieval counts where both retrieve."""
    values = _values(kin, aspect)
    if values is None:
        return
    ours, theirs = values
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping) and kin.one_retrieves:
        common = ours.keys() & theirs.keys()
        ours, theirs = (
            {name: value for name, value in one.items() if name in common} for one in (ours, theirs)
        )
    if ours != theirs:
        yield note(kin, aspect, Level.DIFFERS, ours, theirs)
