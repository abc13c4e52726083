"""A passage that carries an instruction."""

from __future__ import annotations

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.ground import NO_NEGATIVE, Ground
from bakeoff.suites.context_stress.instructions import attack, canary
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.note import Stress
from bakeoff.suites.context_stress.variants import drawing, with_contexts


def poison(item: Item, ground: Ground) -> list[Sample] | str:
    """Gold passages and hard negatives, shuffled; the nearest negative ends with an instruction.

    Which of the attacks, and the canary, are drawn for each item.
    """
    found = ground.negatives_of(item, max(1, ground.passages - len(item.gold)))
    if not found:
        return NO_NEGATIVE
    draw = drawing(ground.seed, "poison", item.id)
    word = canary(draw, ground.words)
    name, instruction = attack(draw, word)
    carrier = found[0].saying(f"{found[0].text} {instruction}")
    passages = [*item.gold, carrier, *found[1:]]
    draw.shuffle(passages)
    note = Stress(probe="poison", level=name, instruction=instruction, canary=word)
    return [with_contexts(item, note, passages)]
