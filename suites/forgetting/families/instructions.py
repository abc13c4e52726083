"""Family `instructions`: one to three verifiable instructions about the form of a text."""

from __future__ import annotations

from random import Random

from pydantic import JsonValue

from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.instruction_draws import DRAWS, Draw
from bakeoff.suites.forgetting.families.instruction_texts import compose
from bakeoff.suites.forgetting.families.names import PEOPLE, WORDS
from bakeoff.suites.forgetting.scorers.instructions import InstructionsSpec, instructions

_KINDS = (
    "a short text",
    "a note",
    "an announcement",
    "a description",
    "a diary entry",
    "some advice",
    "a few thoughts",
    "an invitation",
    "a reminder",
    "a news report",
)
_SUBJECTS = (
    "{who}'s {one} and the {two}",
    "the {one} that {who} lost near the {two}",
    "a riddle about the {one} and a song about the {two}",
    "the {one} and the {two}",
    "{who} and the missing {one}",
    "buying the {one} for {who}",
)


def _item(rng: Random) -> Item:
    """Draws until the instructions can be followed together, which the composed reference proves."""
    while True:
        chosen = _choose(rng)
        drawn = [(draw.check, *draw.make(rng)) for draw in chosen]
        spec: dict[str, JsonValue] = {
            "instructions": [{"check": check, **given} for check, given, _ in drawn]
        }
        reference = compose(rng, {check: given for check, given, _ in drawn})
        if instructions(InstructionsSpec.model_validate(spec), "", reference, False).value == 1:
            asked = " ".join(sentence for *_, sentence in drawn)
            return Item(f"Write {_subject(rng)}. {asked}", reference, "instructions", spec)


def _choose(rng: Random) -> list[Draw]:
    """One to three instructions of different slots; one that stands alone stands alone."""
    first = rng.choice(DRAWS)
    chosen = [first]
    for _ in range(0 if first.alone else rng.randint(0, 2)):
        taken = {draw.slot for draw in chosen}
        chosen.append(rng.choice([draw for draw in DRAWS if draw.slot not in taken and not draw.alone]))
    return chosen


def _subject(rng: Random) -> str:
    one, two = rng.sample(WORDS, 2)
    about = rng.choice(_SUBJECTS).format(who=rng.choice(PEOPLE), one=one, two=two)
    return f"{rng.choice(_KINDS)} about {about}"


INSTRUCTIONS = Family(
    name="instructions",
    about="One to three instructions about length, form, words, letters, case or language; 28 checkers.",
    written=False,
    chance=0.0,
    items=generator("instructions", _item),
)
