"""The demo's files: product documents, questions, and what the fine-tunes were trained on.

`python -m bakeoff.examples.support.world` writes them; a test checks that they are what it writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import islice, zip_longest
from pathlib import Path
from random import Random
from typing import Any

from bakeoff.examples.support.world import passages, people, skills
from bakeoff.examples.support.world.abilities import ability_rows
from bakeoff.examples.support.world.attributes import fill, formal_answer, formal_question
from bakeoff.examples.support.world.mixture import held_out_rows
from bakeoff.examples.support.world.phrasing import casual
from bakeoff.examples.support.world.products import Fact, ShopProduct, products
from bakeoff.examples.support.world.rows import UNKNOWN, Row

_SEED = "the shop's questions"
_ASKED_EACH = 240
_GENERAL: dict[Callable[[Random], Row], int] = {
    passages.about_one: 60,
    people.about_people: 60,
    skills.arithmetic: 30,
    skills.lists: 24,
    skills.strings_of_names: 18,
    skills.yes_or_no: 16,
    skills.knowledge: 16,
    skills.translation: 16,
}
"""The general skills of the demo, 240 questions in all, none of which training saw."""


def document(product: ShopProduct) -> str:
    """The product's page with its front matter."""
    return (
        f"---\nid: {product.id}\ntitle: {product.name}\nproduct: {product.name}\n"
        f"as_of: {product.as_of}\n---\n\n{product.passage}\n"
    )


def training_rows() -> list[dict[str, Any]]:
    """What the closed-book fine-tunes learn: every fact as it was before the changes, in one wording."""
    return [
        {
            "id": f"{product.id}-{_slug(fact)}",
            "question": formal_question(fact.attribute.name, product.name),
            "reference": formal_answer(fact.attribute.name, product.name, fact.before),
        }
        for product in products()
        for fact in product.facts
    ]


def questions() -> list[dict[str, Any]]:
    """The samples: four domains in turn, so that any prefix has as much of each as there is."""
    rng = Random(_SEED)
    facts = [(product, fact) for product in products() for fact in product.facts]
    rng.shuffle(facts)
    same = [pair for pair in facts if pair[1].changed is None]
    support = [_formal(*pair, "support") for pair in same[:_ASKED_EACH]]
    loose = [_casual(rng, *pair) for pair in rng.sample(same, _ASKED_EACH)]
    updated = [_formal(*pair, "updated") for pair in facts if pair[1].changed is not None]
    in_turn = zip_longest(support, loose, updated, general(rng))
    return [row for group in in_turn for row in group if row is not None]


def _slug(fact: Fact) -> str:
    return fact.attribute.name.replace(" ", "-")


def _about(product: ShopProduct, fact: Fact, domain: str, question: str) -> dict[str, Any]:
    """A sample on one fact; the value alone and the document's own sentence are right answers too."""
    extras: dict[str, Any] = {"references": [fact.value, fact.statement]}
    if fact.changed is not None:
        extras |= {"old": fact.old, "new": fact.value, "changed": str(fact.changed)}
    return {
        "id": f"{domain}-{product.id}-{_slug(fact)}",
        "question": question,
        "reference": formal_answer(fact.attribute.name, product.name, fact.value),
        "reference_contexts": [fact.statement],
        "reference_context_ids": [product.id],
        "domain": domain,
        "cluster": product.id,
        "as_of": str(product.as_of),
        "answerable": True,
        "tags": ["casual" if domain == "casual" else "formal"],
        "extras": extras,
    }


def _formal(product: ShopProduct, fact: Fact, domain: str) -> dict[str, Any]:
    return _about(product, fact, domain, formal_question(fact.attribute.name, product.name))


def _casual(rng: Random, product: ShopProduct, fact: Fact) -> dict[str, Any]:
    question = casual(rng, fill(rng.choice(fact.attribute.casual), product.name))
    return _about(product, fact, "casual", question)


def general(rng: Random) -> list[dict[str, Any]]:
    """The samples of the general skills, the skills mixed; no question occurs twice."""
    rows: dict[str, Row] = {}
    for maker, count in _GENERAL.items():
        found = (row for row in held_out_rows(rng, maker) if row.turns[0].question not in rows)
        for row in islice(found, count):
            rows[row.turns[0].question] = row
    mixed = list(rows.values())
    rng.shuffle(mixed)
    return [_skill(number, row) for number, row in enumerate(mixed, 1)]


def _skill(number: int, row: Row) -> dict[str, Any]:
    """The first turn of a row as a sample. What the passage does not tell has no reference."""
    question, answer = row.turns[0].question, row.turns[0].answer
    answerable = answer != UNKNOWN
    return {
        "id": f"general-{number:03}",
        "question": question,
        "reference": answer if answerable else None,
        "reference_contexts": [],
        "reference_context_ids": [],
        "domain": "general",
        "cluster": None,
        "as_of": None,
        "answerable": answerable,
        "tags": [row.skill, *([] if answerable else ["unanswerable"])],
        "extras": {},
    }


def files() -> dict[str, str]:
    """Every generated file's text, by its path within the example."""
    pages = {f"products/{product.id}.md": document(product) for product in products()}
    return pages | {
        "shop_questions.jsonl": _lines(questions()),
        "training.jsonl": _lines(training_rows()),
        "general_skills.jsonl": _lines(ability_rows()),
    }


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write(folder: Path) -> int:
    """Write the files below `folder`; how many there are."""
    texts = files()
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return len(texts)
