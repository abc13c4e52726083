"""The fairness notes in a few lines: one for each pair of systems, those that say the same together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bakeoff.evals.fairness.notes import FairnessNote, Level
from bakeoff.evals.fairness.rules import word

NOTHING = "nothing else differs that the adapters can see"


def fairness_lines(pairs: Sequence[tuple[str, str]], notes: Sequence[FairnessNote]) -> list[str]:
    """What else differs in these pairs, a line for each that says something of its own; then what is not
    visible, in one line. Pairs of which only a finding speaks come with their notes.
    """
    every = dict.fromkeys([*pairs, *((note.system, note.baseline) for note in notes)])
    grouped: dict[str, dict[str, list[str]]] = {}
    for system, baseline in every:
        mine = [note for note in notes if (note.system, note.baseline) == (system, baseline)]
        grouped.setdefault(pair_text(mine), {}).setdefault(baseline, []).append(system)
    lines = [f"{_named(alike)}: {text}." for text, alike in grouped.items()]
    unseen = unseen_text(notes)
    return [*lines, f"Not visible to the adapters: {unseen}."] if unseen else lines


def _named(systems: Mapping[str, Sequence[str]]) -> str:
    """`full, lora against base`; several baselines one after the other."""
    return "; ".join(f"{', '.join(names)} against {baseline}" for baseline, names in systems.items())


def pair_text(notes: Sequence[FairnessNote]) -> str:
    """`VOID by decoding: …; differs in date: …; by design: weights`, or that there is nothing."""
    parts = [f"VOID by {note.sentence}" for note in notes if note.level is Level.VOIDS]
    parts += [f"differs in {note.sentence}" for note in notes if note.level is Level.DIFFERS]
    design = [word(note.aspect) for note in notes if note.level is Level.BY_DESIGN]
    if not parts:
        parts.append(NOTHING)
    return "; ".join([*parts, *([f"by design: {', '.join(design)}"] if design else [])])


def unseen_text(notes: Sequence[FairnessNote]) -> str:
    """`decoding, template of bot; chat template of prompt, rag`: aspects by the systems that hide them."""
    hidden: dict[str, list[str]] = {}
    for note in notes:
        if note.level is Level.NOT_VISIBLE:
            for name, told in ((note.system, note.ours), (note.baseline, note.theirs)):
                if told == Level.NOT_VISIBLE and word(note.aspect) not in hidden.setdefault(name, []):
                    hidden[name].append(word(note.aspect))
    grouped: dict[tuple[str, ...], list[str]] = {}
    for name, aspects in hidden.items():
        grouped.setdefault(tuple(aspects), []).append(name)
    return "; ".join(f"{', '.join(aspects)} of {', '.join(names)}" for aspects, names in grouped.items())
