"""Systems of known faults, through the shipping path: config, adapters, runner, findings, Holm."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.findings import Finding
from bakeoff.suites.retrieval.suite import PLUGIN

ITEMS = 150

CONFIG = """\
name: retrieval
dataset: {path: questions.jsonl}
systems:
  base: {adapter: python, kind: prompt, target: "shelf_bots:base"}
  good:
    adapter: python
    kind: rag
    parent: base
    target: "shelf_bots:good"
    capabilities: [retrieves, accepts_contexts]
  dropping: {adapter: python, kind: rag, parent: base, target: "shelf_bots:dropping"}
  deaf: {adapter: python, kind: rag, parent: base, target: "shelf_bots:deaf"}
  own_mind:
    adapter: python
    kind: rag
    target: "shelf_bots:own_mind"
    capabilities: [retrieves, accepts_contexts]
  inventing: {adapter: python, kind: rag, parent: base, target: "shelf_bots:inventing"}
  nameless: {adapter: python, kind: rag, parent: base, target: "shelf_bots:nameless"}
suites:
  - retrieval: {k: 2}
"""

BOTS = '''
import re


def number(question):
    return int(re.search(r"Arvend(\\d+)", question).group(1))


def page(n, named=True):
    found = {"text": f"The warranty of the Arvend{n} is {1000 + n} months."}
    return {**found, "id": f"p{n}#1", "source": f"p{n}"} if named else found


def base(question):
    """Remembers another number for each product."""
    return f"It is {5000 + number(question)} months."


def answered(n, contexts, timing=True):
    return {"answer": f"It is {n} months.", "contexts": contexts, "timing": {"retrieval_s": 0.0}}


def good(question, contexts=None):
    """The gold page at rank 2, and the answer from it; from memory where it must."""
    n = number(question)
    if contexts is not None:
        return {"answer": base(question), "contexts": []}
    return answered(1000 + n, [page(n + 1), page(n)])


def dropping(question):
    """Good, but in one question of five it has only its neighbour's page, and believes it."""
    n = number(question)
    return answered(1000 + n, [page(n)]) if n % 5 else answered(1001 + n, [page(n + 1)])


def deaf(question):
    """Finds the page and says what its parent remembers."""
    return {"answer": base(question), "contexts": [page(number(question))]}


def own_mind(question, contexts=None):
    """As deaf, from a memory of its own: it has no parent."""
    n = number(question)
    return {"answer": f"It is {7000 + n} months.", "contexts": [] if contexts is not None else [page(n)]}


def inventing(question):
    """Finds the page; makes a number up for a third of them and declines another third."""
    n = number(question)
    if n % 3 == 1:
        return {"answer": "I do not know.", "contexts": [page(n)]}
    return answered((1000 if n % 3 else 9000) + n, [page(n)])


def nameless(question):
    """Good, but its pages have no names."""
    n = number(question)
    return {"answer": f"It is {1000 + n} months.", "contexts": [page(n, named=False)]}
'''


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("shelf")
    suites = assemble.known_plugins().suites
    if "retrieval" not in suites.plugins:
        suites.register(PLUGIN)
    questions = [
        {
            "id": f"q{i}",
            "question": f"How long is the warranty of the Arvend{i}?",
            "reference": f"The warranty of the Arvend{i} is {1000 + i} months.",
            "reference_context_ids": [f"p{i}"],
        }
        for i in range(ITEMS)
    ]
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in questions))
    (folder / "shelf_bots.py").write_text(BOTS)
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def finding(comparison: Comparison, name: str, system: str) -> Finding:
    (found,) = (one for one in comparison.findings if (one.name, one.system) == (f"retrieval.{name}", system))
    return found


def counts(comparison: Comparison, system: str) -> dict[str, Any]:
    every = cast("dict[str, int]", finding(comparison, "error_budget", system).detail["counts"])
    return {name: count for name, count in every.items() if count}


def test_the_retriever_that_drops_a_fifth_is_alarming_and_lacked_the_passage(comparison: Comparison) -> None:
    missed = finding(comparison, "missed", "dropping")
    assert (missed.status, missed.effect, missed.n) == ("alarm", 0.2, ITEMS)
    assert missed.p_adjusted is not None
    assert missed.p_adjusted < 0.05
    lost = ITEMS // 5
    assert counts(comparison, "dropping") == {
        "wrong": lost,
        "wrong_missing": lost,
        "wrong_from_context": lost,
    }
    assert finding(comparison, "ranking", "dropping").effect == pytest.approx(0.8)


def test_the_reader_that_ignores_its_passages_answers_from_memory(comparison: Comparison) -> None:
    for system in ("deaf", "own_mind"):
        assert counts(comparison, system) == {
            "wrong": ITEMS,
            "wrong_ignored": ITEMS,
            "wrong_from_memory": ITEMS,
        }, system
        assert finding(comparison, "missed", system).status == "clear"


def test_what_is_neither_in_the_passages_nor_remembered_is_invented(comparison: Comparison) -> None:
    third = ITEMS // 3
    assert counts(comparison, "inventing") == {
        "wrong": third,
        "wrong_ignored": third,
        "wrong_invented": third,
        "unanswered": third,
    }


def test_the_unimpaired_system_raises_nothing(comparison: Comparison) -> None:
    assert counts(comparison, "good") == {}
    assert {one.status for one in comparison.findings if one.system == "good"} <= {"found", "clear"}
    ranking = finding(comparison, "ranking", "good")
    assert ranking.effect == 1
    assert "MRR 0.500" in ranking.sentence
    assert "precision@2 0.500" in ranking.sentence


def test_alarms_are_where_a_passage_is_missed_only(comparison: Comparison) -> None:
    alarms = {(one.name, one.system) for one in comparison.findings if one.status == "alarm"}
    assert alarms == {("retrieval.missed", "dropping")}


def test_without_retrieval_or_names_there_is_one_line(comparison: Comparison) -> None:
    for system in ("base", "nameless"):
        (only,) = (one for one in comparison.findings if one.system == system)
        assert only.status == "not_applicable", system


def test_headlines_are_few(comparison: Comparison) -> None:
    headlines = {one.name for one in comparison.findings if one.headline}
    assert headlines == {"retrieval.missed", "retrieval.error_budget"}
