"""The contract's golden passages as a corpus, with vectors whose cosines are known beforehand.

Question n and its first passage share an axis; its second passage leans towards it by the angle of a
Pythagorean triple, so that the cosine is a quotient of whole numbers. Everything else is at a right angle.
"""

from __future__ import annotations

from dataclasses import dataclass

from loopback import contract_script as script

from bakeoff.evals.records import Context

SINGLE = {
    script.EMPTY: "the empty one's context",
    script.DECLINED: "declined",
    script.FOLLOW_UP: "followed",
    script.FAILS: "failing",
    script.BREAKS: "broken",
    script.HANGS: "hanging",
}
"""The one passage of each other question that retrieves any."""

SIZE = 2 * len(script.GOLDEN) + len(SINGLE) + 1


@dataclass(frozen=True)
class Passage:
    """A passage of the corpus, as every framework's store takes it."""

    text: str
    id: str
    source: str | None
    vector: tuple[float, ...]


def triple(number: int) -> tuple[int, int, int]:
    """Whole a, b, c with a² + b² = c²."""
    a = 2 * number + 3
    return a, (a * a - 1) // 2, (a * a + 1) // 2


def vector_of(question: str) -> list[float]:
    """A question's vector; what is no question of the script gets an axis that no passage has."""
    known = [*script.GOLDEN, *SINGLE]
    number = known.index(question) if question in known else len(known)
    return list(_vector({number if question in script.GOLDEN else number + 20: 1}))


def passages() -> list[Passage]:
    found = [one for number in range(len(script.GOLDEN)) for one in _golden(number)]
    for axis, text in enumerate(SINGLE.values(), 2 * len(script.GOLDEN)):
        found.append(Passage(text, f"single-{axis}", None, _vector({axis: 1})))
    return found


def expected_contexts(number: int) -> tuple[Context, Context]:
    """What a vector store finds for golden question n, its cosines as scores."""
    first, second = _golden(number)
    a, _, c = triple(number)
    return (
        Context(text=first.text, id=first.id, source=first.source, score=1.0),
        Context(text=second.text, id=second.id, source=second.source, score=a / c),
    )


def _golden(number: int) -> tuple[Passage, Passage]:
    first, second = script.golden(number)["contexts"]
    a, b, _ = triple(number)
    return (
        Passage(first["text"], first["id"], first["source"], _vector({number: 1})),
        Passage(second["text"], f"id-{5_000 + number}", None, _vector({number: a, number + 20: b})),
    )


def _vector(values: dict[int, int]) -> tuple[float, ...]:
    return tuple(float(values.get(axis, 0)) for axis in range(SIZE))
