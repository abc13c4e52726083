"""From the user's samples to their variants: drawn, guarded, counted."""

from __future__ import annotations

import difflib
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest_all
from bakeoff.evals.records import Capability, Rendering, Sample
from bakeoff.evals.training_data import TrainingRow
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN, Draft, Family, Given, Refusal
from bakeoff.suites.format_shift.variants.english import is_english
from bakeoff.suites.format_shift.variants.families import CROSSED, CROSSED_FORMATS, CROSSED_ITEMS, FAMILIES
from bakeoff.suites.format_shift.variants.grammar import draw_distinct, format_count
from bakeoff.suites.format_shift.variants.guard import loss
from bakeoff.suites.format_shift.variants.outputs import references
from bakeoff.suites.format_shift.variants.templates import training_frame, training_system_prompt

__all__ = ["FAMILIES", "NOT_ENGLISH", "UNCHANGED", "Derived", "Given", "derive", "format_count", "shown_text"]

EXTRAS = "format_shift"
"""Under this key a variant's extras say what it is."""

UNCHANGED = "unchanged"
NOT_ENGLISH = "not English"
_BLANK = "the question is blank"


@dataclass(frozen=True)
class Derived:
    """The variants, in the order of families and samples, and what became of the others.

    `dropped` counts, for each (family, why), the samples of which the family has no variant.
    `passed_through` names the English families that left out some sample of another language.
    """

    samples: list[Sample]
    dropped: Mapping[tuple[str, str], int]
    passed_through: tuple[str, ...]


def derive(
    samples: Sequence[Sample],
    *,
    seed: int,
    families: Sequence[str] | None = None,
    training: Sequence[TrainingRow] = (),
    per_family: int | None = None,
    given: Given = NOTHING_GIVEN,
) -> Derived:
    """The variants of the samples in each of the families (None: in all of them).

    A variant has the id `origin~variant`, inherits everything but what its family changes, and says in
    `extras["format_shift"]` its family, what it `wants`, the JSON `key`, the `format`'s id and the `language`
    asked for. Its draws depend on the seed, the family and the sample's id only. One whose meaning did not
    survive, or that equals its original, is dropped and counted. `per_family` bounds the variants of a
    family; the same samples are taken first in all families, in an order of the seed's, those with a
    reference before the others. The parts of `given` that are None are read from the training rows, where
    these show them. Raises InputError for an unknown family.
    """
    known = _completed(given, training)
    place = {sample.id: index for index, sample in enumerate(samples)}
    ordered = in_order(samples, seed)
    found: list[Sample] = []
    dropped: Counter[tuple[str, str]] = Counter()
    for family in _chosen(families):
        kept = []
        for made in _variants(family, ordered, seed, known, per_family):
            if isinstance(made, Refusal):
                dropped[family.name, made.why] += 1
            else:
                kept.append(made)
        found += sorted(kept, key=lambda one: (one.variant or "", place[one.origin or ""]))
    through = tuple(name for name in FAMILIES if (name, NOT_ENGLISH) in dropped)
    return Derived(found, dict(dropped), through)


def in_order(samples: Sequence[Sample], seed: int) -> list[Sample]:
    """The samples in the order in which all families take them: an order of the seed's, references first."""
    return sorted(samples, key=lambda one: (one.reference is None, digest_all([str(seed), one.id])))


def shown_text(sample: Sample) -> str:
    """All that a sample shows a system: rendering, earlier turns and question, as one text."""
    template = sample.overrides.rendering.template
    asked = sample.question if template is None else template.replace("{question}", sample.question)
    system = sample.overrides.rendering.system_prompt
    return "\n".join([*filter(None, [system]), *(turn.content for turn in sample.conversation), asked])


def _chosen(names: Sequence[str] | None) -> list[Family]:
    if names is None:
        return list(FAMILIES.values())
    for name in names:
        if name not in FAMILIES:
            near = difflib.get_close_matches(name, FAMILIES, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise InputError(
                f"unknown family {name!r}",
                where="suites.format_shift.families",
                todo=f"{hint}known: {', '.join(FAMILIES)}",
            )
    return [FAMILIES[name] for name in dict.fromkeys(names)]


def _completed(given: Given, training: Sequence[TrainingRow]) -> Given:
    return replace(
        given,
        frame=given.frame or training_frame(training),
        system_prompt=given.system_prompt or training_system_prompt(training),
    )


def _variants(
    family: Family, ordered: Sequence[Sample], seed: int, given: Given, limit: int | None
) -> Iterator[Sample | Refusal]:
    """What the family makes of the samples in turn, until as many variants as wanted are there."""
    if family.name == CROSSED:
        yield from _crossed(
            family, ordered, seed, CROSSED_ITEMS if limit is None else min(limit, CROSSED_ITEMS)
        )
        return
    wanted = len(ordered) if limit is None else limit
    for sample in ordered:
        if wanted == 0:
            return
        made = _one(family, sample, seed, given)
        wanted -= isinstance(made, Sample)
        yield made


def _one(family: Family, sample: Sample, seed: int, given: Given) -> Sample | Refusal:
    if not sample.question.strip():
        return Refusal(_BLANK)
    if family.english_only and not is_english(sample):
        return Refusal(NOT_ENGLISH)
    rng = random.Random(digest_all([str(seed), family.name, sample.id]))
    draft = family.vary(sample, rng, given)
    return draft if isinstance(draft, Refusal) else guarded(family, sample, draft, family.name, given)


def _crossed(family: Family, ordered: Sequence[Sample], seed: int, items: int) -> Iterator[Sample | Refusal]:
    """Every one of a few formats, drawn by the seed alone, for every one of the first samples."""
    drawn = draw_distinct(random.Random(digest_all([str(seed), CROSSED])), CROSSED_FORMATS)
    asked = [sample for sample in ordered if sample.question.strip()][:items]
    for number, one in enumerate(drawn):
        for sample in asked:
            draft = Draft(one.write(sample.question), format=one.id)
            yield guarded(family, sample, draft, f"{CROSSED}:{number:02}", NOTHING_GIVEN)


def guarded(family: Family, sample: Sample, draft: Draft, name: str, given: Given) -> Sample | Refusal:
    """The variant, if its meaning survived and it is not its original over again."""
    variant = _variant(family, sample, draft, name, given)
    if variant.request() == sample.request():
        return Refusal(UNCHANGED)
    answers = " ".join(references(sample))
    lost = loss(sample.question, variant.question, ignore_case=family.ignores_case, answers=answers)
    return Refusal(lost) if lost else variant


def _variant(family: Family, sample: Sample, draft: Draft, name: str, given: Given) -> Sample:
    about = {
        "family": family.name,
        "wants": draft.wants,
        "key": draft.key,
        "format": draft.format,
        "language": given.language if draft.wants == "language" else None,
    }
    changes: dict[str, Any] = {
        "id": f"{sample.id}~{name}",
        "origin": sample.id,
        "variant": name,
        "extras": {**sample.extras, EXTRAS: about},
    }
    if draft.question is not None:
        changes["question"] = draft.question
    if draft.conversation is not None:
        changes["conversation"] = draft.conversation
    if draft.rendering is not None:
        changes["overrides"] = sample.overrides.model_copy(
            update={"rendering": _merged(sample.overrides.rendering, draft.rendering)}
        )
    if family.needs_rendering:
        changes["requires"] = sample.requires | {Capability.ACCEPTS_RENDERING}
    return sample.model_copy(update=changes)


def _merged(own: Rendering, new: Rendering) -> Rendering:
    """The new rendering, with the sample's own wish for the part that it leaves open."""
    return Rendering(
        mode="given",
        system_prompt=own.system_prompt if new.system_prompt is None else new.system_prompt,
        template=own.template if new.template is None else new.template,
    )
