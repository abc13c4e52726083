"""The demo's files: what ships is what the generator writes, and it is what it says."""

import json
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bakeoff.evals.documents import load_documents
from bakeoff.examples.support.world import shop
from bakeoff.examples.support.world.products import products

WORLD = Path(str(files("bakeoff.examples.support")))
QUESTIONS = shop.questions()
BY_DOMAIN: dict[str, list[dict[str, Any]]] = {
    domain: [row for row in QUESTIONS if row["domain"] == domain]
    for domain in ("support", "casual", "updated", "general")
}
FACTS = {(product.id, fact.value, fact.statement): fact for product in products() for fact in product.facts}


def test_what_ships_is_what_the_generator_writes(tmp_path: Path) -> None:
    assert shop.write(tmp_path) == 63
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(written) == 63
    for path in written:
        assert (WORLD / path).read_bytes() == (tmp_path / path).read_bytes(), path
    assert len(list((WORLD / "products").iterdir())) == 60


def test_the_loaders_take_the_files() -> None:
    documents = load_documents(WORLD / "products", "as_of")
    assert len(documents) == 60
    assert all(document.title and document.as_of for document in documents)


def test_the_domains_are_counted() -> None:
    assert {domain: len(rows) for domain, rows in BY_DOMAIN.items()} == {
        "support": 240,
        "casual": 240,
        "updated": 81,
        "general": 240,
    }
    assert len({row["id"] for row in QUESTIONS}) == len(QUESTIONS) == 801


def test_any_prefix_is_balanced() -> None:
    seen: Counter[str] = Counter(dict.fromkeys(BY_DOMAIN, 0))
    for row in QUESTIONS:
        seen[row["domain"]] += 1
        running = [n for domain, n in seen.items() if n < len(BY_DOMAIN[domain])]
        assert max(running, default=0) - min(running, default=0) <= 1


@pytest.mark.parametrize("row", [r for r in QUESTIONS if r["domain"] != "general"], ids=lambda row: row["id"])
def test_a_fact_is_asked_as_its_document_states_it(row: dict[str, Any]) -> None:
    (document,) = row["reference_context_ids"]
    (passage,) = row["reference_contexts"]
    value, statement = row["extras"]["references"]
    text = (WORLD / "products" / f"{document}.md").read_text(encoding="utf-8")
    assert statement == passage
    assert passage in text
    assert f"as_of: {row['as_of']}\n" in text
    assert row["reference"].endswith(f" is {value}.")
    fact = FACTS[document, value, passage]
    assert fact.product in row["reference"]
    formal = f"Kindly state the {fact.attribute.name} of the {fact.product}."
    assert (row["question"] == formal) == (row["domain"] != "casual")


def test_only_updated_questions_are_about_what_changed() -> None:
    for domain in ("support", "casual", "updated"):
        for row in BY_DOMAIN[domain]:
            assert ("old" in row["extras"]) == (domain == "updated")
    for row in BY_DOMAIN["updated"]:
        assert row["extras"]["new"] == row["extras"]["references"][0] != row["extras"]["old"]
        assert row["as_of"] == row["extras"]["changed"]


def test_the_training_set_holds_every_fact_as_it_was_in_one_wording() -> None:
    rows = shop.training_rows()
    answers = {row["question"]: row["reference"] for row in rows}
    assert len(rows) == len(answers) == 453
    assert all(answers[row["question"]] == row["reference"] for row in BY_DOMAIN["support"])
    for row in BY_DOMAIN["updated"]:
        assert answers[row["question"]] != row["reference"]
        assert answers[row["question"]].endswith(f" is {row['extras']['old']}.")
    assert all(row["question"].startswith("Kindly state the ") for row in rows)


def test_general_questions_are_distinct_and_say_when_nothing_is_right() -> None:
    rows = BY_DOMAIN["general"]
    assert len({row["question"] for row in rows}) == 240
    unanswerable = [row for row in rows if not row["answerable"]]
    assert 10 <= len(unanswerable) <= 30
    for row in rows:
        assert (row["reference"] is None) == (not row["answerable"]) == ("unanswerable" in row["tags"])
    reading = [row for row in rows if row["tags"][0] in {"reading", "people"}]
    assert len(reading) == 120
    for row in reading:
        passage = row["question"].rpartition("\n")[0]
        assert row["reference"] is None or row["reference"] in passage


def test_the_skills_are_mixed() -> None:
    skills = [row["tags"][0] for row in BY_DOMAIN["general"]]
    assert len(set(skills)) == 8
    assert sum(a == b for a, b in pairwise(skills)) < 80


def test_the_questions_are_json_lines_that_load_as_samples() -> None:
    lines = (WORLD / "shop_questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == QUESTIONS
