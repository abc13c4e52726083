"""What a model answers to the demo's questions: shares per domain, of all seeds the same way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bakeoff.evals.abstention import is_abstention
from bakeoff.examples.support.training.generation import answers
from bakeoff.examples.support.world.products import products
from bakeoff.examples.support.world.shop import questions
from bakeoff.suites.reference.overlap import exact_match


@dataclass(frozen=True)
class Question:
    """A question of the demo as it is put to the model, and what counts."""

    text: str
    domain: str
    skill: str
    right: tuple[str, ...]
    stale: tuple[str, ...]


def demo_questions(*, passages: bool) -> list[Question]:
    """The demo's questions; with `passages` each under its document, as perfect retrieval would give it.

    A general question stands under the document of some product, which does not help it.
    """
    texts = {product.id: product.passage for product in products()}
    found = []
    for number, row in enumerate(questions()):
        source = row["cluster"] or sorted(texts)[number % len(texts)]
        text = f"{texts[source]}\n{row['question']}" if passages else row["question"]
        found.append(_question(row, text))
    return found


def _question(row: dict[str, Any], text: str) -> Question:
    extras = row["extras"]
    right = (row["reference"], *extras.get("references", ())) if row["answerable"] else ()
    return Question(text, row["domain"], row["tags"][0], right, _stale(row))


def _stale(row: dict[str, Any]) -> tuple[str, ...]:
    """Old value and old sentence of a fact that has changed."""
    if row["domain"] != "updated":
        return ()
    new, old = row["extras"]["new"], row["extras"]["old"]
    return old, row["reference"].replace(f" is {new}.", f" is {old}.")


def measure(model: Any, tokenizer: Any, asked: list[Question]) -> dict[str, float]:
    """Shares of right answers per domain, and per skill of the general ones, in percent.

    `updated old` is the share of changed facts that are answered with the old value; `declined` is the
    share of unanswerable questions that are declined, which are in no other share.
    """
    given = answers(model, tokenizer, [question.text for question in asked])
    hits: dict[str, list[float]] = defaultdict(list)
    for question, answer in zip(asked, given, strict=True):
        for name, hit in _verdicts(question, answer):
            hits[name].append(hit)
    return {name: round(100 * sum(values) / len(values), 1) for name, values in sorted(hits.items())}


def _verdicts(question: Question, answer: str) -> Iterable[tuple[str, float]]:
    if not question.right:
        yield "declined", float(is_abstention(answer))
        return
    hit = exact_match(answer, question.right)
    yield question.domain, hit
    if question.domain == "general":
        yield f"general: {question.skill}", hit
    if question.stale:
        yield "updated old", exact_match(answer, question.stale)
