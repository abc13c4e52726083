"""Two or three facts of different documents, asked for in one question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.ground import Ground
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.note import Part, Stress
from bakeoff.suites.context_stress.passages import Passage
from bakeoff.suites.context_stress.variants import drawing, with_contexts, without_reference
from bakeoff.suites.reference.acceptable import acceptable_answers

SIZES = (2, 3)

_JOINTS = ("", " Also: ", " And finally: ")


def split(items: Sequence[Item], ground: Ground, parts: int, most: int) -> list[Sample]:
    """Up to `most` joined questions of `parts` items each, no item in two of them.

    The members stand in different documents, of one domain where possible; none is answered by another's
    passages, nor are two answered by the same values.
    """
    groups = _groups(items, parts)
    return [_joined(group, ground) for _, group in zip(range(most), groups, strict=False)]


def joined_question(questions: Sequence[str]) -> str:
    """The questions as one; without numbers of their own, which an answer would repeat.

    >>> joined_question(["How long is it", "How heavy is it?"])
    'How long is it? Also: How heavy is it?'
    """
    return "".join(
        joint + (text if text.endswith(("?", ".", "!")) else f"{text}?")
        for joint, text in zip(_JOINTS, (question.strip() for question in questions), strict=False)
    )


def _groups(items: Sequence[Item], parts: int) -> Iterator[list[Item]]:
    left = list(items)
    while left:
        group = [left.pop(0)]
        while len(group) < parts:
            partner = _partner(group, left)
            if partner is None:
                break
            left.remove(partner)
            group.append(partner)
        if len(group) == parts:
            yield group


def _partner(group: Sequence[Item], left: Sequence[Item]) -> Item | None:
    domain = group[0].sample.domain
    near = [item for item in left if item.sample.domain == domain]
    far = [item for item in left if item.sample.domain != domain]
    return next((item for item in (*near, *far) if all(_apart(item, member) for member in group)), None)


def _apart(one: Item, other: Item) -> bool:
    """Whether neither passages nor reference of one answer the other, and their documents differ."""
    if {passage.source for passage in one.gold} & {passage.source for passage in other.gold}:
        return False
    return not any(
        item.answered_by(text)
        for item, against in ((one, other), (other, one))
        for text in (*(passage.text for passage in against.gold), *acceptable_answers(against.sample))
    )


def _joined(group: Sequence[Item], ground: Ground) -> Sample:
    first = group[0]
    draw = drawing(ground.seed, "split", *(item.id for item in group))
    passages = [passage for item in group for passage in item.gold]
    passages += islice(_shared_negatives(group, ground), max(0, ground.passages - len(passages)))
    draw.shuffle(passages)
    question = joined_question([item.sample.question for item in group])
    note = Stress(probe="split", level=str(len(group)), question=question, parts=_parts(group))
    variant = without_reference(with_contexts(first, note, passages))
    members = "+".join(item.id for item in group)
    return variant.model_copy(update={"id": f"{members}~{note.variant}", "question": question})


def _parts(group: Sequence[Item]) -> tuple[Part, ...]:
    return tuple(
        Part(id=item.id, question=item.sample.question, references=acceptable_answers(item.sample))
        for item in group
    )


def _shared_negatives(group: Sequence[Item], ground: Ground) -> Iterator[Passage]:
    """The members' negatives by turns, without any that might answer one of them."""
    documents = frozenset[str]().union(*(ground.versions_of(item) for item in group))
    turns = zip_longest(*(ground.negatives_of(item, ground.passages) for item in group))
    candidates = (passage for turn in turns for passage in turn if passage is not None)
    for passage in dict.fromkeys(candidates):
        if passage.source not in documents and not any(item.answered_by(passage.text) for item in group):
            yield passage
